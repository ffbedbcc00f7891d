"""Can a text of a hostile site break a line of the log, and does each line tell what it is about?"""

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.logs import JsonLines, PlainLines, configure

HOSTILE = 'rad ett\r\nERROR root: allt är borta\x1b[2J \u202e\u2028 "},{"level": "error'


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = kept
    root.setLevel(level)


def test_a_json_line_tells_what_it_is_about(stream: io.StringIO) -> None:
    configure("json", "INFO", stream)
    adapter = logging.LoggerAdapter(logging.getLogger("crawler.fetch.host"), {"agency": "aspvik", "run": 7})
    adapter.info("%d svar", 3)
    logging.getLogger("crawler").debug("hörs inte")
    told = json.loads(stream.getvalue())
    assert datetime.fromisoformat(told.pop("time")).utcoffset() is not None
    assert told.pop("process") > 0
    assert told == {
        "level": "info",
        "logger": "crawler.fetch.host",
        "message": "3 svar",
        "agency": "aspvik",
        "run": 7,
    }


def test_configuring_again_doubles_nothing(stream: io.StringIO) -> None:
    configure("json", "INFO", stream)
    configure("plain", "INFO", stream)
    logging.getLogger("crawler").warning("en gång", extra={"url": "https://aspvik.example/\n"})
    assert stream.getvalue() == "WARNING crawler: en gång url=https://aspvik.example/\n"


@pytest.mark.parametrize("form", ["json", "plain"])
def test_a_hostile_text_stays_within_its_line(stream: io.StringIO, form: str) -> None:
    configure(form, "INFO", stream)
    logging.getLogger("crawler").warning("%s", HOSTILE, extra={"url": HOSTILE})
    written = stream.getvalue()
    assert written.endswith("\n")
    assert len(written.splitlines()) == 1  # (which also breaks at U+2028, form feeds and the like)
    assert "\x1b" not in written
    assert "\u202e" not in written
    assert "rad ett" in written


@pytest.mark.parametrize("form", ["json", "plain"])
def test_an_exception_of_a_site_is_told_without_breaking_out(stream: io.StringIO, form: str) -> None:
    configure(form, "INFO", stream)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        logging.getLogger("crawler").exception("läsningen föll")
    lines = stream.getvalue().split("\n")
    assert "ValueError" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
    if form == "json":
        assert len(lines) == 2
        assert "ValueError" in json.loads(lines[0])["trace"]
    else:
        assert all(line.startswith(("ERROR crawler: ", "  ")) for line in lines[:-1])


def test_a_wrong_format_loses_no_message(stream: io.StringIO) -> None:
    configure("plain", "INFO", stream)
    logging.getLogger("crawler").warning("%d sidor", "många")
    assert "många" in stream.getvalue()


def test_libraries_are_heard_from_warnings_upwards(stream: io.StringIO) -> None:
    configure("plain", "INFO", stream)
    logging.getLogger("scrapy.core").info("Spider opened")
    logging.getLogger("scrapy.core").warning("det där gick inte")
    assert stream.getvalue() == "WARNING scrapy.core: det där gick inte\n"


@given(st.text())
def test_any_text_is_one_line(text: str) -> None:
    record = logging.LogRecord("crawler", logging.INFO, "", 0, "%s", (text,), None)
    assert len(PlainLines().format(record).splitlines()) == 1
    line = JsonLines().format(record)
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["level"] == "info"
