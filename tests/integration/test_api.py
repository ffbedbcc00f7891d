"""Does the API answer in its shape, and every error in one too? A small federation, a real index, HTTP."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.served import served


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("federation")
    small_federation.build(made)
    (made / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    return made


@pytest.fixture(scope="module")
def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, registry=folder / "agencies.toml")


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[httpx.Client]:
    with _opened(settings) as opened:
        yield opened


@contextmanager
def _opened(settings: Settings) -> Iterator[httpx.Client]:
    with served(settings) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
        yield client


def _search(client: httpx.Client, q: str, **parameters: Any) -> dict[str, Any]:
    response = client.get("/api/v1/search", params={"q": q, "kommun": "ekdal", **parameters})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def _first(client: httpx.Client, q: str, **parameters: Any) -> dict[str, Any]:
    hit: dict[str, Any] = _search(client, q, **parameters)["hits"][0]
    return hit


# --- answers ---


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("bygga altan", "Altan och uteplats"),
        ("bygglov", "Bygglov"),
        ("bygg lov", "Bygglov"),
        ("dagis", "Förskola och pedagogisk omsorg"),
        ("vem hjälper min mamma hemma", "Hemtjänst"),
        ("soc pengar", "Ekonomiskt bistånd"),
        ("avgift för syskon i förskolan", "Avgifter i förskola"),
        ("parkeringstillstånd rörelsehindrad", "Parkeringstillstånd för rörelsehindrad"),
        ("aterbruk atervinningscentral", "Återvinningscentralen Gropen"),
        ("öppettider biblioteket", "Ekdals bibliotek"),
        ("ring socialchefen", "Förvaltningschefer"),
        ("kommunchef", "Förvaltningschefer"),
        ("Ulla Exempelsson", "Förvaltningschefer"),
        ("kontakta bygglov", "Kontakta bygglovsenheten"),
        ("protokoll kommunstyrelsen mars 2024", "Protokoll kommunstyrelsen 2024-03-12"),
        ("protokoll 2024-02-12", "Protokoll kommunstyrelsen 2024-02-12"),
        ("KS/2024:261", "Beslut om skateparken"),
        ("dnr ks 2024-261", "Beslut om skateparken"),
        ("§ 88 kommunstyrelsen", "Protokoll kommunstyrelsen 2024-03-12"),
        ("SFS 2010:8001", "Lag (2010:8001) om vuxnas lärande"),
        ("bygglov i Alnö", "Bygglov i Alnö"),
        ("preschool", "Preschool"),
        ("sjukresa", "Sjukresor"),
        ("lättläst förskola", "Förskola, lättläst"),
        ("lediga jobb förskollärare", "Förskollärare till Björkens förskola"),
        ("Ekdals kommun", "Ekdals kommun"),
    ],
)
def test_the_right_page_comes_first(client: httpx.Client, query: str, title: str) -> None:
    hits = _search(client, query)["hits"]
    assert [hit["title"] for hit in hits][:1] == [title]


def test_an_answer_has_the_shape_of_the_design(client: httpx.Client) -> None:
    answer = _search(client, "bygga altan", explain=1)
    assert answer["query"] == "bygga altan"
    assert answer["interpretation"]["intent"] == "errand"
    assert answer["interpretation"]["place"] == {"id": "ekdal", "name": "Ekdals kommun", "source": "home"}
    assert answer["took_ms"] > 0
    hit = answer["hits"][0]
    assert hit["agency"] == {"id": "ekdal", "name": "Ekdals kommun", "kind": "municipality"}
    assert hit["breadcrumb"] == ["Bygga och bo", "Bygglov"]
    assert hit["contact"]["phone"] == "+46313900610"
    assert hit["contact"]["phone_written"] == "031-390 06 10"
    assert {"match": True, "text": "altan"} in hit["snippet"]
    assert hit["actions"] == [
        {
            "kind": "eservice",
            "url": "https://e-tjanster.ekdal.example/bygglov",
            "title": "Ansök om bygglov",
            "needs_eid": True,
        }
    ]
    assert len(hit["explanation"]["reasons"]) >= 2
    assert answer["documents"]["total"] > 0
    assert answer["documents"]["url"] == "/sok?q=bygga+altan&kommun=ekdal&tab=documents"
    assert answer["news"]["total"] > 0
    assert answer["elsewhere"]["total"] == 1
    assert {"value": "guide", "label": "Information", "count": 2} in answer["facets"]["doctype"]


def test_no_minutes_plans_or_news_among_errands(client: httpx.Client) -> None:
    hidden = {"minutes", "decision", "steering", "report", "news", "law"}
    for query in (
        "bygglov altan",
        "förskola avgift",
        "hemtjänst äldre",
        "ring skolchefen",
        "bibliotek öppettider",
    ):
        assert not hidden & {hit["doctype"] for hit in _search(client, query)["hits"]}


def test_where_only_a_decision_has_it_that_is_the_answer(client: httpx.Client) -> None:
    answer = _search(client, "skateparken")
    assert [hit["doctype"] for hit in answer["hits"]] == ["decision"]
    assert answer["total"] == 1
    assert answer["documents"]["total"] == 1


def test_tabs(client: httpx.Client) -> None:
    assert {hit["doctype"] for hit in _search(client, "bygglov", tab="documents")["hits"]} <= {
        "minutes",
        "steering",
    }
    assert {hit["doctype"] for hit in _search(client, "bygglov", tab="forms")["hits"]} == {"form", "eservice"}
    assert {hit["doctype"] for hit in _search(client, "bygglov", tab="contacts")["hits"]} == {"contact"}
    assert {hit["doctype"] for hit in _search(client, "bygglov", tab="news")["hits"]} == {"news"}
    assert {hit["agency"]["id"] for hit in _search(client, "bygglov", tab="elsewhere")["hits"]} == {"mark-by"}


def test_filters(client: httpx.Client) -> None:
    assert {h["doctype"] for h in _search(client, "bygglov", doctype="minutes,news")["hits"]} == {
        "minutes",
        "news",
    }
    assert {h["agency"]["id"] for h in _search(client, "förskola", agency="Alnö")["hits"]} == {"mark-by"}
    assert {h["language"] for h in _search(client, "preschool", language="en")["hits"]} == {"en"}
    assert all(h["needs_eid"] for h in _search(client, "ansök bygglov", eid=1)["hits"])


def test_the_persons_own_card_is_shown(client: httpx.Client) -> None:
    contact = _first(client, "ring socialchefen")["contact"]
    assert (contact["name"], contact["phone"]) == ("Sten Påhittad", "+46313900602")


def test_the_switchboard_answers_where_nobody_better_does(client: httpx.Client) -> None:
    answer = _search(client, "telefonnummer till hamnkaptenen")
    assert [agency["switchboard"] for agency in answer["fallback"]] == ["031-390 06 00"]
    assert _search(client, "ring socialchefen")["fallback"] == []
    assert [agency["id"] for agency in _search(client, "ring vuxenmyndigheten")["fallback"]] == ["vuxen"]


def test_what_was_searched_beside_is_told(client: httpx.Client) -> None:
    expansions = _search(client, "dagis")["interpretation"]["expansions"]
    assert expansions[0]["from"] == "dagis"
    assert "förskola" in expansions[0]["to"]
    assert _search(client, "hemtjänst")["interpretation"]["expansions"] == []


def test_a_misspelt_query_without_hits_is_corrected_and_says_so(client: httpx.Client) -> None:
    answer = _search(client, "sjukressa")
    assert answer["interpretation"]["corrected"] == "sjukresa"
    assert answer["hits"][0]["title"] == "Sjukresor"


def test_a_query_with_good_hits_is_never_replaced(client: httpx.Client) -> None:
    for query in ("bygglov", "hemtjänst", "sjukresa", "altan"):
        interpretation = _search(client, query)["interpretation"]
        assert (interpretation["corrected"], interpretation["suggestion"]) == (None, None)


def test_without_a_home_all_municipalities_answer(client: httpx.Client) -> None:
    answer = _search(client, "bygglov", kommun="")
    assert {hit["agency"]["id"] for hit in answer["hits"][:3]} == {"ekdal", "mark-by"}
    assert answer["elsewhere"] is None
    assert answer["interpretation"]["place"] is None


def test_pages_follow_each_other_without_repeating(client: httpx.Client) -> None:
    whole = [hit["url"] for hit in _search(client, "förskola", limit=8)["hits"]]
    pages = [
        hit["url"] for page in (1, 2, 3, 4) for hit in _search(client, "förskola", limit=2, page=page)["hits"]
    ]
    assert pages == whole
    assert _search(client, "förskola", page=30)["hits"] == []


def test_newest_first_where_asked(client: httpx.Client) -> None:
    days = [hit["published"] for hit in _search(client, "protokoll", sort="date")["hits"]]
    assert days == sorted(days, reverse=True)


def test_quotes_and_exclusions(client: httpx.Client) -> None:
    titles = [hit["title"] for hit in _search(client, "bygglov -altan")["hits"]]
    assert "Bygglov" in titles
    assert "Altan och uteplats" not in titles
    assert _first(client, '"ekonomiskt bistånd"')["title"] == "Ekonomiskt bistånd"
    assert _search(client, '"bygglov förskola hemtjänst god man"')["total"] > 0


def test_nothing_asked_is_no_error(client: httpx.Client) -> None:
    answer = _search(client, "  \x00 ")
    assert (answer["total"], answer["hits"]) == (0, [])


# --- other resources ---


def test_suggestions_are_titles_that_begin_so(client: httpx.Client) -> None:
    answer = client.get("/api/v1/suggest", params={"q": "byggl", "kommun": "ekdal"}).json()
    assert answer["suggestions"][0] == {
        "text": "Bygglov",
        "doctype": "guide",
        "label": "Information",
        "url": "https://www.ekdal.example/bygga/bygglov",
    }
    texts = [one["text"] for one in answer["suggestions"]]
    assert "Ansök om bygglov" in texts
    assert len(set(texts)) == len(texts)
    assert client.get("/api/v1/suggest", params={"q": "åter"}).json()["suggestions"]
    assert client.get("/api/v1/suggest", params={"q": "xyzzy"}).json()["suggestions"] == []


def test_agencies(client: httpx.Client) -> None:
    agencies = client.get("/api/v1/agencies").json()["agencies"]
    assert [agency["id"] for agency in agencies] == ["ekdal", "mark-by", "region-skog", "vuxen"]
    assert agencies[0]["documents"] > 30
    assert client.get("/api/v1/agencies/9901").json() == agencies[0]


def test_health(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["ready"] is True
    assert ready["documents"] == len(small_federation.records())


def test_other_sites_may_read_the_api_and_only_the_api(client: httpx.Client) -> None:
    assert client.get("/api/v1/agencies").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in client.get("/healthz").headers
    preflight = client.options("/api/v1/search", headers={"Origin": "https://www.ekdal.example"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/api/v1/agencies", "/healthz", "/nowhere", "/api/v1/search?limit=-1"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


# --- errors ---


def _error(response: httpx.Response) -> tuple[int, str, str]:
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    return response.status_code, body["error"]["code"], body["error"]["message"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/search?q=a&limit=-1", 400, "bad_request"),
        ("/api/v1/search?q=a&limit=0", 400, "bad_request"),
        ("/api/v1/search?q=a&limit=10000", 400, "bad_request"),
        ("/api/v1/search?q=a&limit=tio", 400, "bad_request"),
        ("/api/v1/search?q=a&limit=99999999999999999999999999", 400, "bad_request"),
        ("/api/v1/search?q=a&page=0", 400, "bad_request"),
        ("/api/v1/search?q=a&page=100000", 400, "bad_request"),
        ("/api/v1/search?q=a&page=NaN", 400, "bad_request"),
        ("/api/v1/search?q=a&sort=price", 400, "bad_request"),
        ("/api/v1/search?q=a&tab=secret", 400, "bad_request"),
        ("/api/v1/search?q=a&doctype=poem", 400, "bad_request"),
        ("/api/v1/search?q=a&eid=maybe", 400, "bad_request"),
        ("/api/v1/search?q=a&language=../../x", 400, "bad_request"),
        ("/api/v1/search?q=a&kommun=atlantis", 404, "unknown_agency"),
        ("/api/v1/search?q=a&kommun=region-skog", 404, "unknown_agency"),
        ("/api/v1/search?q=a&agency=atlantis", 404, "unknown_agency"),
        ("/api/v1/search?q=" + "a" * 501, 400, "query_too_long"),
        ("/api/v1/search?q=" + "a" * 20_000, 414, "uri_too_long"),
        ("/api/v1/suggest?q=a&limit=0", 400, "bad_request"),
        ("/api/v1/suggest?q=" + "a" * 501, 400, "query_too_long"),
        ("/api/v1/agencies/atlantis", 404, "unknown_agency"),
        ("/api/v1/nowhere", 404, "not_found"),
        ("/nowhere", 404, "not_found"),
    ],
)
def test_errors_have_one_shape(client: httpx.Client, path: str, status: int, code: str) -> None:
    assert _error(client.get(path))[:2] == (status, code)


def test_an_error_says_what_to_do(client: httpx.Client) -> None:
    assert "from 1 to 50" in _error(client.get("/api/v1/search?q=a&limit=-1"))[2]
    assert "/api/v1/agencies" in _error(client.get("/api/v1/search?q=a&kommun=atlantis"))[2]
    assert "minutes" in _error(client.get("/api/v1/search?q=a&doctype=poem"))[2]


def test_other_methods_are_refused(client: httpx.Client) -> None:
    assert _error(client.post("/api/v1/search"))[:2] == (405, "method_not_allowed")


def test_the_unforeseen_is_told_in_the_same_shape(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: SearchService, request: SearchRequest) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(SearchService, "search", broken)
    status, code, message = _error(client.get("/api/v1/search?q=a"))
    assert (status, code) == (500, "internal_error")
    assert "secret" not in message


def test_hostile_queries_are_answered(client: httpx.Client) -> None:
    for query in (
        '"' * 400,
        "-" * 400,
        "a" * 500,
        "\u202e\u0000\ufeff",
        "%00%ff",
        "(((((",
        "\\",
        "*",
        "ö" * 250,
        "a " * 250,
    ):
        assert client.get("/api/v1/search", params={"q": query}).status_code == 200
    assert client.get("/api/v1/search?q=%ff%fe%00").status_code == 200


def test_before_anything_is_crawled_searches_say_so(tmp_path: Path, folder: Path) -> None:
    settings = Settings(data_dir=tmp_path, registry=folder / "agencies.toml")
    with _opened(settings) as client:
        assert _error(client.get("/api/v1/search?q=a"))[:2] == (503, "not_ready")
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["missing"]
        assert client.get("/api/v1/agencies").json()["agencies"][0]["documents"] == 0


def test_without_a_registry_the_reason_is_told(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, registry=tmp_path / "none.toml")
    with _opened(settings) as client:
        assert client.get("/healthz").status_code == 200
        assert "none.toml" in client.get("/readyz").json()["missing"][0]
        assert _error(client.get("/api/v1/search?q=a"))[:2] == (503, "not_ready")


def test_the_process_that_answers_loads_no_crawler() -> None:
    code = (
        "import sys, json, searchapi.app; "
        "print(json.dumps([m for m in sys.modules if m.split('.')[0] in ('scrapy', 'twisted')]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert json.loads(done.stdout) == []


def test_that_pages_only_mention_a_part_is_told_with_whom_to_ask(client: httpx.Client) -> None:
    answer = _search(client, "zebra syskon")
    assert answer["hits"]
    assert answer["interpretation"]["only_mentioned"]
    assert [agency["switchboard"] for agency in answer["fallback"]] == ["031-390 06 00"]
    page = client.get("/sok", params={"q": "zebra syskon", "kommun": "ekdal"}).text
    assert "Ingen sida handlar om just det" in page
    assert not _search(client, "bygglov")["interpretation"]["only_mentioned"]
    assert not _search(client, "zebra syskon", doctype="guide")["interpretation"]["only_mentioned"]
