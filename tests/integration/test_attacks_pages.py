"""Do the pages for citizens stand hostile addresses, headers, forms, sites and crowds?"""

import re
from collections.abc import Iterator

import httpx
import pytest
from lxml import etree

from crawler.errors import StoreError
from crawler.outcomes import Outcome
from crawler.record import Action, ActionKind, CanonicalUrl, Contact, Doctype, DocumentRecord
from crawler.store import PageStore, Visit
from crawler.store.feedback import FeedbackBox
from indexer import rebuild
from searchapi.catalogue.life import life_events
from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.served import served

_SCRIPT = '"><script>alert(1)</script>'
_TITLES = (
    f"Kontakta oss {_SCRIPT}",
    f"Bibliotek {_SCRIPT}",
    "",
    "\x08 kontakt",
    "</script><!--",
    "=HYPERLINK(1);=1+1",
    "{{7*7}} {% raw %}",
    "Z̸̡̛͔" * 60,
    "\N{GRINNING FACE}" * 300,
    "\u202eognil",
)
_KINDS = (Doctype.ESERVICE, Doctype.FORM, Doctype.CONTACT, Doctype.PLACE, Doctype.GUIDE, Doctype.NEWS)
_ELSEWHERE = re.compile(r'(?:href|src|action|value)="(?:/[/\\]|javascript:)', re.I)


def _hostile() -> list[DocumentRecord]:
    """Pages of sites, of every kind that lists show, in which every text is hostile."""
    return [
        small_federation.page(
            "ekdal",
            f"https://www.ekdal.example/{number}/{kind.value}?a=%22%3E%3Cscript%3E",
            title,
            kind,
            f"Angrepp {title}",
            language=("sv", '"><', "fi", "")[number % 4],
            description=title,
            breadcrumb=(title, _SCRIPT),
            headings=(title,),
            contacts=(
                Contact(
                    name=title,
                    role=_SCRIPT,
                    phone='"onclick="alert(1)' if number % 2 else "+46" + "1" * 400,
                    phone_written=_SCRIPT,
                    email='a@ekdal.example"onmouseover="alert(1)',
                    visiting_address=_SCRIPT,
                    opening_hours=f"{_SCRIPT} mån-fre 25:99-99",
                ),
            ),
            actions=(
                Action(
                    kind=ActionKind.FORM, url=CanonicalUrl('https://x.example/"onclick="a'), title=_SCRIPT
                ),
                Action(kind=ActionKind.ESERVICE, url=CanonicalUrl("http://[bad/"), title=title),
            ),
        )
        for number, title in enumerate(_TITLES)
        for kind in _KINDS
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("pages-attacked")
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
    with PageStore(settings.store_url) as store:
        run = store.begin_run("ekdal", small_federation.NOW)
        visits = [
            Visit(one.url, one.agency, Outcome.INDEXED, small_federation.NOW, record=one, http_status=200)
            for one in _hostile()
        ]
        store.save_visits(run, visits)
        store.finish_run(run, "finished", small_federation.NOW)
        rebuild(store, settings.index_dir)
    with (
        served(settings) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Accept": "text/html"}) as opened,
    ):
        yield opened


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "///evil.example/x",
        "/%2fevil.example",
        "/en//evil.example",
        "/fi/%2f%2fevil.example?q=1",
        "/en/%5cevil.example",
        "/en//evil.example/%2e%2e",
    ],
)
def test_no_page_leads_where_its_address_says(client: httpx.Client, path: str) -> None:
    address = str(client.base_url).rstrip("/")
    response = client.send(client.build_request("GET", f"{address}{path}"))
    assert response.status_code == 404
    assert _ELSEWHERE.findall(response.text) == []


@pytest.mark.parametrize(
    "since",
    [
        "Mon, 01 Jan 99999999999 00:00:00 GMT",
        "Mon, 01 Jan 2020 00:00:00 +99999999999999",
        "Mon, 31 Feb 2020 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "",
    ],
)
def test_a_feed_reads_any_date(client: httpx.Client, since: str) -> None:
    response = client.get("/sok.atom?q=bygglov", headers={"If-Modified-Since": since})
    assert response.status_code == 200


@pytest.mark.parametrize("origin", ["http://[", "http://a:b:c", "null.example", "http://x:99999999"])
def test_a_form_from_an_origin_that_is_none_is_refused(client: httpx.Client, origin: str) -> None:
    response = client.post("/min-kommun", data={"kommun": "ekdal"}, headers={"Origin": origin})
    assert response.status_code == 400
    assert "set-cookie" not in response.headers


# --- what sites write ---


def _assert_harmless(response: httpx.Response) -> None:
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert not re.search(r'<[a-z][^<>]*\son(?:click|mouseover)="', response.text)
    assert _ELSEWHERE.findall(response.text) == []


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize(
    "path",
    [
        *("/e-tjanster", "/blanketter", "/kontakt", "/a-o", "/hjalp-pa-plats", "/myndigheter/ekdal"),
        *("/suomeksi", "/lattlast", "/sok?q=angrepp&tab=contacts", "/sok?q=angrepp&explain=1", "/terminal"),
        *(f"/livshandelser/{event.id}" for event in life_events()),
    ],
)
def test_no_room_carries_markup_of_sites(client: httpx.Client, path: str, language: str) -> None:
    _assert_harmless(client.get(f"{language}{path}{'&' if '?' in path else '?'}kommun=ekdal"))


def test_a_terminal_shows_any_page_of_the_index_and_no_other(client: httpx.Client) -> None:
    for record in _hostile():
        asked = {"sida": "traff", "q": "x", "url": record.url}
        _assert_harmless(client.post("/terminal?kommun=ekdal&oppna=1", data=asked))
        action = {"sida": "traff", "url": record.actions[0].url, "fran": record.url}
        _assert_harmless(client.post("/terminal?kommun=ekdal&oppna=1", data=action))
    for address in ("javascript:alert(1)", "file:///etc/passwd", "https://evil.example/", ""):
        asked = {"sida": "traff", "url": address, "fran": address}
        assert client.post("/terminal?oppna=1", data=asked).status_code == 404


@pytest.mark.parametrize("path", ["/sok.atom?q=angrepp", "/sok.atom?q=%01%0b%ef%bf%bf&kommun=ekdal"])
def test_feeds_stay_xml(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert etree.fromstring(response.content).tag == "{http://www.w3.org/2005/Atom}feed"


# --- what fails meanwhile ---


def test_a_store_that_fails_tells_nobody_where_it_lies(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError("the page store sqlite:////srv/hemlig/store.sqlite3 could not be written")

    monkeypatch.setattr(FeedbackBox, "add", broken)
    response = client.post("/api/v1/feedback", json={"query": "a", "found": True})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "not_ready")
    assert "hemlig" not in response.text


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("", False),
    ],
)
def test_who_reads_no_gzip_gets_none(client: httpx.Client, accepted: str, packed: bool) -> None:
    response = client.get("/", headers={"Accept-Encoding": accepted})
    assert ("content-encoding" in response.headers) is packed
    assert "<h1" in response.text
