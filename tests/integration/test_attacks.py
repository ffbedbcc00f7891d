"""Is every request answered and every text harmless, whatever hostile readers and sites send?"""

import re
import socket
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from crawler.outcomes import Outcome
from crawler.record import Action, ActionKind, CanonicalUrl, Contact, Doctype
from crawler.store import PageStore, Visit
from indexer import rebuild
from searchapi import guard
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.served import served

SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small federation, and a record in which every field is hostile."""
    folder = tmp_path_factory.mktemp("attacked")
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
    hostile = small_federation.page(
        "ekdal",
        "https://www.ekdal.example/angrepp?a=%22%3E%3Cscript%3E",
        f"Angrepp {SCRIPT}",
        Doctype.CONTACT,
        f"Angrepp {SCRIPT} <img src=x onerror=alert(1)> {{{{1234*4321}}}}",
        language='"><',
        breadcrumb=(SCRIPT,),
        contacts=(
            Contact(
                name=f"Angrepp {SCRIPT}",
                role=SCRIPT,
                phone='"onclick="alert(1)',
                phone_written=SCRIPT,
                email='a@ekdal.example"onmouseover="alert(1)',
                visiting_address=SCRIPT,
                opening_hours=SCRIPT,
            ),
        ),
        actions=(
            Action(kind=ActionKind.FORM, url=CanonicalUrl('https://x.example/"onclick="a'), title=SCRIPT),
        ),
    )
    with PageStore(settings.store_url) as store:
        run = store.begin_run("ekdal", small_federation.NOW)
        visit = Visit(
            hostile.url, "ekdal", Outcome.INDEXED, small_federation.NOW, record=hostile, http_status=200
        )
        store.save_visits(run, [visit])
        store.finish_run(run, "finished", small_federation.NOW)
        rebuild(store, settings.index_dir)
    return settings


@pytest.fixture(scope="module")
def port(settings: Settings) -> Iterator[int]:
    with served(settings) as number:
        yield number


@pytest.fixture(scope="module")
def client(port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Accept": "text/html"}) as opened:
        yield opened


class _Markup(HTMLParser):
    """Which elements and attributes does a page have?"""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.foreign = 0
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = tag == "script" and (dict(attrs).get("src") or "").startswith("/static/")
        self.foreign += tag in {"script", "img", "iframe"} and not ours
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action"}]


@pytest.mark.parametrize(
    "path",
    [
        "/sok?q=angrepp",
        "/sok?q=angrepp&tab=contacts&explain=1",
        f"/sok?q={SCRIPT}&kommun=ekdal&language=en",
        f"/?kommun={SCRIPT}",
        f"/sok?q=a&kommun={SCRIPT}",
        f"/{SCRIPT}",
    ],
)
def test_no_page_carries_markup_of_others(client: httpx.Client, path: str) -> None:
    page = client.get(path).text
    markup = _Markup(page)
    assert (markup.foreign, markup.handlers) == (0, [])
    assert "{{1234*4321}}" in page or "5332114" not in page
    safe = re.compile(r"(https?:|mailto:|tel:|/|#|\?)")
    assert [address for address in markup.addresses if not safe.match(address)] == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_a_record_links_to_web_addresses_alone(url: str) -> None:
    with pytest.raises(ValidationError):
        Action(kind=ActionKind.FORM, url=CanonicalUrl(url), title="x")
    with pytest.raises(ValidationError):
        small_federation.page("ekdal", url, "x", Doctype.GUIDE)


@pytest.mark.parametrize("path", ["/sok", "/api/v1/search", "/api/v1/suggest"])
@pytest.mark.parametrize(
    "query",
    [
        "".join(map(chr, range(32))) + "\x7f\x80\x9f",
        "\u202e\u202dlåna bok\u2066\u200f مرحبا",
        "Z̸̡̛͔̩̖͚̗̞͇̠̿̈́̈́͗ạ̶͌l̶g̷o̸" * 15,
        "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
        "\ufdfa" * 400,
        "§ " + "8" * 400,
        " ".join(f"o{n}" for n in range(120)),
    ],
    ids=["control", "bidi", "zalgo", "emoji", "ligature", "number", "words"],
)
def test_any_query_is_answered(client: httpx.Client, path: str, query: str) -> None:
    assert client.get(path, params={"q": query}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sok?q=" + "a" * 501, 400),
        ("/sok?q=a&page=0", 400),
        ("/sok?q=a&page=000001" + "9" * 5_000, 400),
        ("/sok?q=a&page=1000000000", 400),
        ("/sok?q=a&page=²", 400),
        ("/sok?q=a&kommun=atlantis", 404),
        ("/sok/?q=hemlig", 404),
        ("/%FF%FE", 404),
        ("/static/x/..%2f..%2fpyproject.toml", 404),
        ("/static/../../pyproject.toml", 404),
        ("/static/x/medborgarsok.css%00.js", 404),
    ],
)
def test_a_page_that_goes_wrong_is_a_page(client: httpx.Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>" in response.text
    assert not any("hemlig" in value for value in response.headers.values())
    _assert_secure(response)


def test_what_nobody_foresaw_is_told_with_every_header(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: SearchService, request: SearchRequest) -> None:
        raise ZeroDivisionError("hemlig detalj")

    monkeypatch.setattr(SearchService, "search", broken)
    for path, kind in (("/sok?q=a", "text/html; charset=utf-8"), ("/api/v1/search?q=a", "application/json")):
        response = client.get(path)
        assert response.status_code == 500
        assert response.headers["content-type"] == kind
        assert "hemlig" not in response.text
        _assert_secure(response)
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.json()["error"]["code"] == "internal_error"


@pytest.mark.parametrize("path", ["/", "/sok?q=bygglov", "/api/v1/search?q=bygglov", "/healthz", "/readyz"])
def test_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    response = client.head(path)
    assert (response.status_code, response.content) == (200, b"")
    _assert_secure(response)


def test_more_requests_than_can_be_answered_are_told_so(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MAX_UNDER_WAY", 0)
    response = client.get("/api/v1/search?q=a")
    assert (response.status_code, response.json()["error"]["code"]) == (503, "busy")
    assert response.headers["retry-after"]
    _assert_secure(response)


def test_a_query_of_100_kb_is_told_on_a_page(port: int) -> None:
    asked = b"GET /sok?q=" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n"
    answer = _answer(port, asked + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 414 ")
    assert "Din sökning är för lång" in answer.decode()
    assert b"content-security-policy:" in answer


def test_what_is_no_request_is_refused_with_every_header(port: int) -> None:
    answer = _answer(port, b"\x16\x03\x01 no HTTP at all\r\n\r\n")
    for name in guard.SECURITY_HEADERS:
        assert name.lower().encode() + b":" in answer


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost:"])
def test_a_connection_that_comes_to_no_request_is_closed(settings: Settings, sent: bytes) -> None:
    with (
        served(settings, timeout_keep_alive=1) as port,
        socket.create_connection(("127.0.0.1", port), timeout=40) as silent,
    ):
        silent.sendall(sent)
        assert silent.recv(1) == b""


def _answer(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def _assert_secure(response: httpx.Response) -> None:
    assert set(response.headers) >= {name.lower() for name in guard.SECURITY_HEADERS}


def test_before_anything_is_crawled_the_pages_say_so(settings: Settings, tmp_path: Path) -> None:
    empty = settings.model_copy(update={"data_dir": tmp_path})
    with PageStore(empty.store_url) as store:
        rebuild(store, empty.index_dir)
    with served(empty) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/").status_code == 200
        page = client.get("/sok?q=bygglov", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert "<h1>Sökningen är inte igång än</h1>" in page.text
        assert client.get("/readyz").json()["missing"] == ["the index is empty; crawl an agency"]
