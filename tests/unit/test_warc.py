"""Is every whole answer of a WARC file read, and is every fault told with its place?"""

import gzip
import io
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders

from crawler.http_body import BodyError, decoded
from crawler.outcomes import Outcome
from crawler.warc import Head, WarcFile
from tests.warcs import Writer, write_response

LIMIT = 100_000
PAGE = "<title>Sök bygglov</title><p>Åäö</p>".encode()


@cache
def some_records(*, packed: bool) -> bytes:
    out = io.BytesIO()
    writer = Writer(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "another crawler"}))
    request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "www.norrvik.example")], is_http_request=True)
    writer.write_record(
        writer.create_warc_record("https://www.norrvik.example/", "request", http_headers=request)
    )
    write_response(writer, "https://www.norrvik.example/", PAGE)
    writer.write_record(
        writer.create_revisit_record("https://www.norrvik.example/a", "sha1:X", "https://x.example/", "2026")
    )
    write_response(
        writer, "https://www.norrvik.example/bygga", b"x" * 70_000, date="2026-03-02T12:00:00.123456Z"
    )
    write_response(writer, "https://www.norrvik.example/borta", b"", status="404 Not Found")
    writer.write_record(
        writer.create_warc_record("dns:www.norrvik.example", "response", io.BytesIO(b"1.2.3.4"))
    )
    return out.getvalue()


def read(path: Path, limit: int = LIMIT) -> tuple[list[tuple[Head, bytes | BodyError]], WarcFile]:
    warc = WarcFile(path)
    numbers = {head.number for head in warc.heads()}
    return list(warc.bodies(numbers, limit)), warc


@pytest.mark.parametrize("packed", ["plain", "by record", "in one piece"])
def test_answers_are_read_and_the_rest_is_counted(tmp_path: Path, packed: str) -> None:
    path = tmp_path / "a.warc"
    written = some_records(packed=packed == "by record")
    path.write_bytes(gzip.compress(written, mtime=0) if packed == "in one piece" else written)
    answers, warc = read(path)
    assert warc.fault == ""
    assert warc.position == warc.size == path.stat().st_size
    assert [(head.url, head.status, body) for head, body in answers] == [
        ("https://www.norrvik.example/", 200, PAGE),
        ("https://www.norrvik.example/bygga", 200, b"x" * 70_000),
        ("https://www.norrvik.example/borta", 404, b""),
    ]
    assert answers[1][0].at == datetime(2026, 3, 2, 12, 0, 0, 123456, UTC)
    assert answers[0][0].headers["content-type"] == "text/html; charset=utf-8"
    assert warc.skipped == {
        "warcinfo record": 1,
        "request record": 1,
        "revisit record": 1,
        "not fetched by HTTP": 1,
    }


@pytest.mark.parametrize("packed", [False, True])
def test_wherever_a_file_is_torn_what_stands_before_is_read(tmp_path: Path, packed: bool) -> None:
    written = some_records(packed=packed)
    path = tmp_path / "a.warc"
    path.write_bytes(written)
    offsets = [head.offset for head in WarcFile(path).heads()]
    assert len(offsets) == 3
    for end in range(0, len(written) - 1, max(1, len(written) // 60)):
        path.write_bytes(written[:end])
        warc = WarcFile(path)
        heads = list(warc.heads())
        # Those before the tear and no other, though the last of them may be the one that is torn.
        assert [head.offset for head in heads] == offsets[: len(heads)]
        assert len(heads) in {sum(offset < end for offset in offsets) - n for n in (0, 1)}
    path.write_bytes(written[: offsets[1] + 200])
    warc = WarcFile(path)
    assert len(list(warc.heads())) == 1
    assert f"broken at byte {offsets[1]}" in warc.fault


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>no archive</html>", "no WARC record begins with"),
        (b"\x00" * 3_000_000, "line without end"),
        (b"WARC/1.0\r\n" + b"A: b\r\n" * 5_000, "head without end"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "without a length"),
        (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\n", "without a length"),
        (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99\r\n\r\nHTTP/1.1", "ends 91 bytes before"),
        (b"\x28\xb5\x2f\xfd\x00\x00", "zstd"),
        (gzip.compress(b"\0" * 50_000_000, mtime=0), "line without end"),
        (gzip.compress(b"WARC/1.0\r\n", mtime=0)[:-3], "midst of compressed data"),
        (some_records(packed=True) + b"garbage", "not compressed as what stands before"),
        (some_records(packed=False) + b"garbage\n", "no WARC record begins with b'garbage"),
    ],
)
def test_garbage_is_told_and_costs_nothing(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(content)
    warc = WarcFile(path)
    heads = list(warc.heads())
    assert says in warc.fault
    assert str(path) in warc.fault
    assert len(heads) in {0, 3}


def test_an_empty_file_and_one_that_is_not_there(tmp_path: Path) -> None:
    empty = tmp_path / "empty.warc"
    empty.write_bytes(b"")
    warc = WarcFile(empty)
    assert (list(warc.heads()), warc.fault) == ([], "")
    missing = WarcFile(tmp_path / "missing.warc")
    assert list(missing.heads()) == []
    assert "can't be read: No such file" in missing.fault


def test_one_hostile_answer_costs_only_itself(tmp_path: Path) -> None:
    out = io.BytesIO()
    writer = Writer(out, gzip=True)
    write_response(writer, "https://a.example/1", headers=[("X-Long", "x" * 2_000_000)])
    write_response(writer, "https://a.example/2", headers=[("X", "y")] * 100_000)
    write_response(writer, "https://a.example/3", b"x" * (LIMIT * 3))
    bomb = gzip.compress(b"\0" * 50_000_000, mtime=0)
    write_response(writer, "https://a.example/4", bomb, headers=[("Content-Encoding", "gzip")])
    write_response(writer, "https://a.example/5", WARC_Truncated="length")
    write_response(writer, "https://a.example/6", date="yesterday")
    write_response(writer, "https://a.example/7", PAGE, headers=[("Content-Encoding", "zstd")])
    write_response(writer, "https://a.example/8", PAGE)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(out.getvalue())
    answers, warc = read(path)
    assert warc.fault == ""
    ends = {head.url[-1]: body.outcome if isinstance(body, BodyError) else body for head, body in answers}
    assert ends == {
        "3": Outcome.TOO_LARGE,
        "4": Outcome.TOO_LARGE,
        "5": Outcome.TRUNCATED,
        "7": Outcome.UNSUPPORTED_TYPE,
        "8": PAGE,
    }
    assert warc.skipped == {"without an HTTP status": 2, "without a date": 1}


def chunked(body: bytes) -> bytes:
    halves = (body[: len(body) // 2], body[len(body) // 2 :])
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(half), half) for half in halves if half) + b"0\r\n\r\n"


bare = zlib.compressobj(wbits=-15)
CODED = {
    "gzip": gzip.compress(PAGE, mtime=0),
    "deflate": zlib.compress(PAGE),
    "deflate ": bare.compress(PAGE) + bare.flush(),
    "br": brotli.compress(PAGE),
    "": PAGE,
}


@pytest.mark.parametrize("coding", CODED)
def test_codings_come_off(coding: str) -> None:
    body = CODED[coding]
    headers = {"content-encoding": coding}
    assert decoded(body, headers, LIMIT) == PAGE
    assert decoded(chunked(body), headers | {"transfer-encoding": "chunked"}, LIMIT) == PAGE
    # Stored decoded, with the headers left as they were
    assert decoded(PAGE, headers | {"transfer-encoding": "chunked"}, LIMIT) == PAGE
    with pytest.raises(BodyError, match="truncated"):
        decoded(chunked(body)[:-9], headers | {"transfer-encoding": "chunked"}, LIMIT)
    if coding:
        with pytest.raises(BodyError, match="truncated"):
            decoded(body[:-6], headers, LIMIT)


@pytest.mark.parametrize(
    "bomb", [gzip.compress(b"\0" * 9_000_000, mtime=0), brotli.compress(b"\0" * 9_000_000), b"\0" * 9_000_000]
)
def test_a_bomb_is_too_large(bomb: bytes) -> None:
    coding = "gzip" if bomb.startswith(b"\x1f\x8b") else "" if len(bomb) > 1_000_000 else "br"
    with pytest.raises(BodyError, match="too_large"):
        decoded(bomb, {"content-encoding": coding}, LIMIT)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["", "gzip", "deflate", "br", "gzip, br", "chunked"]),
    st.sampled_from(["", "chunked"]),
)
def test_no_body_raises_anything_else(body: bytes, coding: str, transfer: str) -> None:
    with suppress(BodyError):
        assert len(decoded(body, {"content-encoding": coding, "transfer-encoding": transfer}, LIMIT)) <= LIMIT


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_file_raises(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    written = bytearray(some_records(packed=data.draw(st.booleans())))
    for _ in range(data.draw(st.integers(1, 5))):
        written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("w") / "a.warc"
    path.write_bytes(written)
    warc = WarcFile(path)
    numbers = {head.number for head in warc.heads()}
    assert len(list(warc.bodies(numbers, LIMIT))) == len(numbers)
