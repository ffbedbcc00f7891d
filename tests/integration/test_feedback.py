"""Does feedback come in from pages and programs, of nobody, and reach the agency and only it? Real HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from crawler.store import PageStore
from crawler.store.feedback import Feedback, FeedbackBox
from crawler.store.tokens import Purpose
from tests.integration.operating import opened, settings_in, token

API = "/api/v1/feedback"
PAGE = "/aterkoppling"


@dataclass
class Site:
    client: httpx.Client
    store: PageStore

    def kept(self) -> list[Feedback]:
        return FeedbackBox(self.store, 400).rows(limit=1000)

    def last(self) -> Feedback:
        return self.kept()[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = settings_in(tmp_path_factory.mktemp("feedback"), feedback_per_hour=12_000)
    with PageStore(settings.store_url) as store, opened(settings) as client:
        yield Site(client, store)


def test_a_program_says_what_a_reader_found(site: Site) -> None:
    said = {"found": False, "query": "Simhall 850709-9805", "agency": "aspvik", "language": "fi"}
    for _ in range(2):
        answer = site.client.post(API, json=said, headers={"Origin": "https://kommun.example"})
        assert (answer.status_code, answer.json()) == (202, {"taken": True})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in answer.headers
    row = site.last()
    assert (row.said.query, row.said.found, row.said.agency, row.count) == (
        "simhall [personnummer]",
        False,
        "aspvik",
        2,
    )
    asked = site.client.options(API, headers={"Origin": "https://kommun.example"})
    assert asked.status_code == 204
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "Authorization" not in asked.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 400),
        ({"query": "a"}, 400),
        ({"comment": "  "}, 400),
        ({"found": True, "agency": "atlantis"}, 400),
        ({"found": True, "ip": "192.0.2.1"}, 400),
        ({"found": True, "comment": "x" * 1001}, 400),
        ({"found": True, "query": "x" * 501}, 400),
        ({"found": True, "language": "../sv"}, 400),
        ({"found": True, "comment": "x" * 20_000}, 413),
    ],
)
def test_what_is_no_feedback_is_refused_with_a_reason(site: Site, said: dict[str, Any], status: int) -> None:
    before = len(site.kept())
    answer = site.client.post(API, json=said)
    assert answer.status_code == status
    assert len(answer.json()["error"]["message"]) > 10
    assert len(site.kept()) == before


def test_an_agency_reads_its_own_and_nothing_else(site: Site) -> None:
    for agency, query in (("aspvik", "badhus"), ("granaby", "gruppboende")):
        site.client.post(API, json={"found": False, "query": query, "agency": agency})
    site.client.post(API, json={"comment": "en badplats", "query": "badhus", "agency": "aspvik"})
    own = token(site.store, Purpose.FEEDBACK, "aspvik")
    whole = token(site.store, Purpose.FEEDBACK, "")
    answer = site.client.get(API, headers=own).json()
    assert answer["agency"] == "aspvik"
    assert {"query": "badhus", "no": 1, "yes": 0} in answer["missed"]
    assert {row["agency"] for row in answer["rows"]} == {"aspvik"}
    assert answer["rows"][0]["comment"] == "en badplats"
    assert answer["rows"][0]["found"] is None
    page = site.client.get(API, params={"limit": 1}, headers=own).json()
    assert page["next"] == page["rows"][0]["id"]
    older = site.client.get(API, params={"before": page["next"]}, headers=own).json()
    assert all(row["id"] < page["next"] for row in older["rows"])
    tomorrow = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    assert site.client.get(API, params={"since": tomorrow}, headers=own).json()["rows"] == []
    assert site.client.get(API, params={"agency": "granaby"}, headers=own).status_code == 403
    assert site.client.get(API, params={"agency": "granaby"}, headers=whole).json()["no"] == 1
    assert site.client.get(API, headers=whole).status_code == 400
    assert site.client.get(API, params={"agency": "atlantis"}, headers=whole).status_code == 404
    assert site.client.get(API).status_code == 401
    push = token(site.store, Purpose.PUSH, "aspvik")
    assert site.client.get(API, headers=push).status_code == 403


def _sent(site: Site, path: str = PAGE, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
    return site.client.post(path, data=form, headers=headers or {})


def test_the_form_is_kept_and_leads_on_by_a_get(site: Site) -> None:
    answer = _sent(site, svar="nej", q="lekplats", kommun="aspvik")
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    row = site.last()
    assert (row.said.found, row.said.query, row.said.agency) == (False, "lekplats", "aspvik")
    thanks = site.client.get(answer.headers["location"])
    assert thanks.status_code == 200
    assert thanks.headers["cache-control"] == "no-store"
    assert 'name="kommentar"' in thanks.text
    assert "noindex" in thanks.text
    again = _sent(site, svar="", q="lekplats", kommun="aspvik", kommentar="En för små barn", honung="")
    assert again.status_code == 303
    assert (site.last().said.comment, site.last().said.found) == ("En för små barn", None)
    done = site.client.get(again.headers["location"])
    assert 'name="kommentar"' not in done.text


def test_the_form_speaks_the_readers_language(site: Site) -> None:
    answer = _sent(site, "/fi/aterkoppling", svar="ja", q="puisto", kommun="aspvik")
    assert answer.headers["location"].startswith("/fi/aterkoppling/tack?")
    assert site.last().said.language == "fi"
    assert 'lang="fi"' in site.client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elak.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://annan.medborgarsok.example"},
    ],
)
def test_another_sites_form_is_refused(site: Site, headers: dict[str, str]) -> None:
    before = site.kept()
    assert _sent(site, headers=headers, svar="nej", q="skräp").status_code == 403
    assert site.kept() == before


def test_our_own_form_is_taken_from_every_browser(site: Site) -> None:
    own = str(site.client.base_url).rstrip("/")
    for headers in ({}, {"Origin": own}, {"Sec-Fetch-Site": "same-origin", "Origin": "https://fram.example"}):
        assert _sent(site, headers=headers, svar="ja", q="egen").status_code == 303
    assert site.last().count == 3


def test_what_fills_the_trap_is_thanked_and_forgotten(site: Site) -> None:
    before = site.kept()
    answer = _sent(site, svar="nej", q="köp", kommentar="billigt", honung="https://spam.example")
    assert answer.status_code == 303
    assert site.kept() == before


@pytest.mark.parametrize(
    "form", [{}, {"svar": "kanske"}, {"svar": "nej", "q": "x" * 501}, {"kommentar": " "}]
)
def test_a_form_that_says_nothing_is_a_bad_request(site: Site, form: dict[str, str]) -> None:
    before = site.kept()
    assert _sent(site, **form).status_code == 400
    assert site.kept() == before


def test_an_unknown_municipality_in_the_form_is_no_ones_feedback(site: Site) -> None:
    assert _sent(site, svar="nej", q="hittepå", kommun="atlantis").status_code == 303
    assert site.last().said.agency == ""


def test_the_thanks_page_shows_nothing_but_what_it_should(site: Site) -> None:
    hostile = site.client.get(PAGE + "/tack", params={"svar": "nej", "q": '"><script>', "kommun": "atlantis"})
    assert hostile.status_code == 200
    assert "<script>" not in hostile.text
    assert site.client.get(PAGE + "/tack", params={"svar": "x"}).status_code == 404
    assert site.client.get(PAGE).status_code == 405


def test_too_much_is_told_on_the_page_and_to_programs(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, feedback_per_hour=12)
    with opened(settings) as client:
        assert client.post(PAGE, data={"svar": "ja", "q": "a"}).status_code == 303
        late = client.post(PAGE, data={"svar": "ja", "q": "b"})
        assert late.status_code == 429
        assert "<h1>" in late.text
        told = client.post(API, json={"found": True})
        assert told.status_code == 429
        assert told.json()["error"]["code"] == "too_much_feedback"


def test_no_column_could_hold_who_wrote() -> None:
    columns = set(Feedback.__dataclass_fields__)
    assert columns == {"id", "day", "said", "count", "handled", "handled_by"}
    assert Feedback.__annotations__["day"] in {date, "date"}
