"""Do administrators see what readers say, agency by agency, take it home, and see to it? Real HTTP."""

import csv
import re
from collections.abc import Iterator
from io import StringIO

import pytest

from crawler.store import PageStore
from crawler.store.audit import Audit
from crawler.store.feedback import FeedbackBox
from searchapi.settings import Settings
from tests.integration.admin_site import Browser, fill
from tests.integration.served import served

PAGE = "/admin/aterkoppling"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return fill(tmp_path_factory.mktemp("feedback-admin"))


@pytest.fixture(scope="module")
def inside(settings: Settings) -> Iterator[Browser]:
    with served(settings) as port, PageStore(settings.store_url) as store:
        browser = Browser(port)
        browser.enter(store)
        yield browser


def test_shares_queries_and_words_are_shown_and_nothing_runs(inside: Browser) -> None:
    page = inside.get(PAGE).text
    assert "<script" not in page
    shares = {
        agency: re.findall(r'"number">([^<]*)<', row)
        for agency, row in re.findall(r"myndighet=([a-z-]+)&amp;dagar=30\"(.*?)</tr>", page, re.S)
    }
    assert shares["ekdal"] == ["0", "2", "0\N{NO-BREAK SPACE}%", "1", "1"]
    assert shares["-"] == ["1", "0", "100\N{NO-BREAK SPACE}%", "0", "0"]
    assert ">simhall</a>" in page
    own = inside.get(f"{PAGE}?myndighet=ekdal&dagar=7").text
    assert ">tax</a>" not in own
    assert "HYPERLINK" in own
    assert "HYPERLINK" not in inside.get(f"{PAGE}?myndighet=-").text


def test_the_file_holds_it_all_and_no_formula(inside: Browser) -> None:
    reply = inside.get(f"{PAGE}.csv?myndighet=ekdal")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in reply.headers["content-disposition"]
    assert reply.text.startswith("\ufeffDag,")
    rows = list(csv.DictReader(StringIO(reply.text.removeprefix("\ufeff"))))
    assert len(rows) == 3
    assert {row["Myndighet"] for row in rows} == {"ekdal"}
    assert {row["Hittade"] for row in rows} == {"Nej", ""}
    assert any(row["Letade efter"].startswith("'=HYPERLINK") for row in rows)
    assert len(inside.get(f"{PAGE}.csv").text.splitlines()) == 5


def test_a_word_is_seen_to_with_a_token_only_and_noted(inside: Browser, settings: Settings) -> None:
    page = inside.get(f"{PAGE}?myndighet=ekdal").text
    number = re.search(rf'action="{PAGE}/(\d+)"', page)[1]  # type: ignore[index]
    token = re.search(r'name="token" value="([0-9a-f]+)"', page)[1]  # type: ignore[index]
    assert inside.post(f"{PAGE}/{number}", {"klar": "1"}).status == 403
    reply = inside.post(
        f"{PAGE}/{number}", {"klar": "1", "myndighet": "ekdal", "dagar": "90", "token": token}
    )
    assert reply.status == 303
    assert reply.headers["location"] == f"{PAGE}?myndighet=ekdal&dagar=90"
    with PageStore(settings.store_url) as store:
        (row,) = FeedbackBox(store, 400).rows(commented=True)
        assert row.handled_by == "maja"
        assert Audit(store).entries(1)[0].action == "handle_feedback"
    assert "Klart, maja." in inside.get(PAGE).text
    assert inside.post(f"{PAGE}/{number}", {"klar": "0", "token": token}).status == 303
    assert "Klart, maja." not in inside.get(PAGE).text
    assert inside.post(f"{PAGE}/999999", {"token": token}).status == 404


def test_without_a_login_there_is_nothing(settings: Settings) -> None:
    with served(settings) as port:
        stranger = Browser(port)
        for path in (PAGE, f"{PAGE}.csv"):
            reply = stranger.get(path)
            assert reply.status == 303
            assert "logga-in" in reply.headers["location"]
