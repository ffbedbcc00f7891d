"""Can search bars, feed readers and other sites use us? OpenSearch, Atom, and the widget's addresses."""

import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from lxml import etree

from crawler.outcomes import Outcome
from crawler.record import Doctype
from crawler.store import PageStore, Visit
from crawler.store.found import first_found
from indexer import rebuild
from searchapi.pages.widget_file import NEXT, newest, releases
from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.served import served
from tests.integration.small_federation import E, page

ATOM = {"a": "http://www.w3.org/2005/Atom"}
OPENSEARCH = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
SCHEMA = etree.RelaxNG(file=str(Path(__file__).with_name("atom.rng")))
FOUND = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
PUBLIC = "https://sok.example"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small federation, and pages about solceller of several ages."""
    folder = tmp_path_factory.mktemp("federation")
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    tomorrow = datetime.now(UTC).date() + timedelta(days=30)
    guide = Doctype.GUIDE
    rows = [
        page("ekdal", f"{E}/sol/a", "Solceller på taket", guide, "Solceller.", modified=date(2025, 5, 2)),
        page("ekdal", f"{E}/sol/b", "Bidrag till solceller", guide, "Solceller och bidrag."),
        page(
            "ekdal",
            f"{E}/sol/c",
            'Solceller <b>"&\x0b\ufffe</b>',
            guide,
            "Solceller \x01 & ]]> </summary>.",
            published=date(2026, 2, 1),
            modified=date(2026, 2, 20),
        ),
        page("ekdal", f"{E}/sol/d", "Kväll om solceller", guide, "Solceller, en kväll.", published=tomorrow),
    ]
    with PageStore(f"sqlite:///{folder / 'store.sqlite3'}") as store:
        for at in (FOUND, FOUND + timedelta(days=3)):
            run = store.begin_run("ekdal", at)
            visits = [
                Visit(url=row.url, agency=row.agency, outcome=Outcome.INDEXED, at=at, record=row)
                for row in rows
            ]
            store.save_visits(run, visits)
            store.finish_run(run, "finished", at)
        rebuild(store, folder / "index")
    return Settings(data_dir=folder, registry=folder / "agencies.toml", public_url=PUBLIC)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[httpx.Client]:
    with served(settings) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as opened:
        yield opened


def parsed(response: httpx.Response) -> etree._Element:
    assert response.status_code == 200, response.text
    return etree.fromstring(response.content)


def texts(root: etree._Element, path: str) -> list[str]:
    return [str(found) for found in root.xpath(path, namespaces=ATOM)]


# --- Atom ---


def test_a_feed_is_valid_and_the_newest_comes_first(client: httpx.Client) -> None:
    response = client.get("/sok.atom", params={"q": "solceller", "kommun": "ekdal"})
    root = parsed(response)
    SCHEMA.assertValid(root)
    assert response.headers["content-type"] == "application/atom+xml"
    assert texts(root, "a:title/text()") == ["Nya träffar på ”solceller” i Ekdals kommun"]
    assert texts(root, "a:entry/a:id/text()") == [f"{E}/sol/{name}" for name in "bdca"]
    told = texts(root, "a:entry/a:updated/text()")
    found = "2026-03-09T04:00:00+00:00"
    assert told == [found, found, "2026-02-20T00:00:00+01:00", "2025-05-02T00:00:00+02:00"], (
        "the first visit where the page gives no date, or one to come"
    )
    assert texts(root, "a:updated/text()") == told[:1]
    assert texts(root, "a:entry/a:published/text()") == ["2026-02-01T00:00:00+01:00"]
    assert set(texts(root, "a:entry/a:author/a:name/text()")) == {"Ekdals kommun"}
    itself = texts(root, "a:link[@rel='self']/@href")[0]
    assert itself == texts(root, "a:id/text()")[0]
    assert itself.startswith(f"{PUBLIC}/sok.atom?")
    assert parse_qs(urlsplit(itself).query) == {"q": ["solceller"], "kommun": ["ekdal"]}
    assert client.get(itself.removeprefix(PUBLIC)).content == response.content


@pytest.mark.parametrize("query", ["bygglov", "å & <b> \x00\x0b ”", "xyzzyqwrt", "]]>"])
@pytest.mark.parametrize("prefix", ["", "/en", "/fi"])
def test_every_feed_is_valid(client: httpx.Client, query: str, prefix: str) -> None:
    root = parsed(client.get(f"{prefix}/sok.atom", params={"q": query, "tab": "documents"}))
    SCHEMA.assertValid(root)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == (prefix.strip("/") or "sv")


def test_a_feed_is_sent_once(client: httpx.Client) -> None:
    first = client.get("/sok.atom", params={"q": "solceller"})
    tag, when = first.headers["etag"], first.headers["last-modified"]
    assert "no-store" not in first.headers["cache-control"]
    for headers, status in (
        ({"If-None-Match": tag}, 304),
        ({"If-None-Match": f'"other", W/{tag}'}, 304),
        ({"If-None-Match": '"other"', "If-Modified-Since": when}, 200),
        ({"If-Modified-Since": when}, 304),
        ({"If-Modified-Since": "Sun, 01 Feb 2026 10:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
    ):
        again = client.get("/sok.atom", params={"q": "solceller"}, headers=headers)
        assert again.status_code == status, headers
        assert again.headers["etag"] == tag
        assert (again.content == b"") is (status == 304)


def test_a_feed_of_what_cannot_be_asked(client: httpx.Client) -> None:
    for query in ("", "?q=", "?q=a&kommun=atlantis", "?q=a&tab=nowhere", "?q=a&doctype=cat"):
        response = client.get(f"/sok.atom{query}")
        assert 400 <= response.status_code < 500, query
        assert response.json()["error"]["message"]


def test_the_result_page_leads_to_its_feed(client: httpx.Client) -> None:
    html = client.get("/en/sok", params={"q": "solceller å&", "kommun": "ekdal", "tab": "news"}).text
    link = re.search(r'<link rel="alternate" type="application/atom\+xml"[^>]*href="([^"]+)"', html)
    assert link
    where = link[1].replace("&amp;", "&")
    assert urlsplit(where).path == "/en/sok.atom"
    assert parse_qs(urlsplit(where).query) == {"q": ["solceller å&"], "kommun": ["ekdal"], "tab": ["news"]}


def test_first_found(settings: Settings) -> None:
    with PageStore(settings.store_url) as store:
        asked = [f"{E}/sol/b", f"{E}/finns-inte"]
        assert first_found(store, asked) == {f"{E}/sol/b": FOUND}
        assert first_found(store, []) == {}


# --- OpenSearch ---


@pytest.mark.parametrize("prefix", ["", "/en", "/fi"])
@pytest.mark.parametrize("home", ["", "ekdal"])
def test_the_description(client: httpx.Client, prefix: str, home: str) -> None:
    response = client.get(f"{prefix}/opensearch.xml", params={"kommun": home} if home else {})
    root = parsed(response)
    assert response.headers["content-type"] == "application/opensearchdescription+xml"

    def one(name: str) -> str:
        found = root.findtext(f"o:{name}", namespaces=OPENSEARCH)
        assert found, name
        return str(found)

    assert 0 < len(one("ShortName")) <= 16
    assert 0 < len(one("Description")) <= 1024
    assert one("InputEncoding") == "UTF-8"
    assert one("Image").startswith(f"{PUBLIC}/static/")
    urls = {found.get("type"): found.get("template") for found in root.findall("o:Url", OPENSEARCH)}
    for kind, path in (
        ("text/html", "/sok"),
        ("application/x-suggestions+json", "/opensearch/suggest"),
        ("application/atom+xml", "/sok.atom"),
    ):
        template = urls[kind]
        assert template
        assert template.startswith(f"{PUBLIC}{prefix}{path}?")
        asked = template.removeprefix(PUBLIC).replace("{searchTerms}", "bygglov")
        assert client.get(asked).status_code == 200
        assert parse_qs(urlsplit(asked).query).get("kommun", [""]) == [home]
    assert client.get(one("Image").removeprefix(PUBLIC)).status_code == 200
    page_there = client.get(f"{prefix}/", params={"kommun": home} if home else {}).text
    link = re.search(r'<link rel="search"[^>]*href="([^"]+)"', page_there)
    assert link
    assert client.get(link[1].replace("&amp;", "&")).content == response.content


def test_suggestions_as_search_bars_read_them(client: httpx.Client) -> None:
    response = client.get("/opensearch/suggest", params={"q": "bygg", "kommun": "ekdal"})
    assert response.headers["content-type"] == "application/x-suggestions+json"
    query, found, kinds = response.json()
    assert query == "bygg"
    assert "Bygglov" in found
    assert len(found) == len(kinds)
    assert kinds[found.index("Bygglov")] == "Information"
    assert client.get("/opensearch/suggest").json() == ["", [], []]


# --- the widget's addresses ---


def test_the_widgets_file_may_be_used_anywhere(client: httpx.Client) -> None:
    for path, kept in (
        ("/widget.js", "max-age=3600"),
        (f"/widget/{newest().version}/widget.js", "immutable"),
        (f"/widget/{NEXT}/widget.js", "no-cache"),
    ):
        response = client.get(path, headers={"Origin": "https://www.example.com"})
        assert response.headers["content-type"].startswith("text/javascript")
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert response.headers["timing-allow-origin"] == "*"
        assert kept in response.headers["cache-control"]
        again = client.get(path, headers={"If-None-Match": response.headers["etag"]})
        assert again.status_code == 304
    for path in ("/api/v1/search?q=a", "/api/v1/suggest?q=a", "/api/v1/search?page=x"):
        assert client.get(path).headers["access-control-allow-origin"] == "*"
    assert client.get("/widget/000000000000/widget.js").status_code == 404


def test_released_files_are_what_their_tags_say(client: httpx.Client) -> None:
    assert releases()
    for version, file in releases().items():
        served_bytes = client.get(f"/widget/{version}/widget.js").content
        assert hashlib.sha256(served_bytes).hexdigest().startswith(version), "a released file was changed"
        assert b64decode(file.integrity.removeprefix("sha384-")) == hashlib.sha384(served_bytes).digest()


def test_the_tag_names_the_public_address(client: httpx.Client) -> None:
    html = client.get("/widget", params={"kommun": "ekdal", "results": "own", "own": "/sok?a=1&b"}).text
    assert f"{PUBLIC}/widget/{newest().version}/widget.js" in html
    assert newest().integrity.replace("+", "&#43;") in html or newest().integrity in html
    assert f"script-src {PUBLIC}" in html


def test_only_the_frame_may_be_framed(client: httpx.Client) -> None:
    policy = client.get("/fi/widget/ruta?kommun=ekdal").headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    for path in ("/", "/widget", "/sok?q=a", "/widget/ruta?kommun=atlantis"):
        assert "frame-ancestors 'self'" in client.get(path).headers["content-security-policy"], path
