"""Does the program stand what hostile readers, sites, disks and operators' mishaps do to it?"""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from html.parser import HTMLParser
from pathlib import Path
from zlib import crc32

import httpx
import pytest
from pydantic import ValidationError
from rich.text import Text

from crawler.errors import RegistryError, StoreError
from crawler.outcomes import Outcome
from crawler.record import Action, ActionKind, CanonicalUrl, Contact, Doctype
from crawler.registry import load_registry
from crawler.store import PageStore, Visit
from indexer import rebuild
from searchapi import guard, processes, terminal
from searchapi.search import SearchRequest, SearchService
from searchapi.settings import Settings
from tests.integration import small_federation
from tests.integration.crawling import agency_toml, crawl, job
from tests.integration.faultserver import Asked, FaultServer, Handler, links, page, plain, serve
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


# --- requests ---


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
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def _assert_secure(response: httpx.Response) -> None:
    assert set(response.headers) >= {name.lower() for name in guard.SECURITY_HEADERS}


# --- what ends before its time ---


def _with_etag(body: bytes) -> Handler:
    tag = f'"{crc32(body)}"'

    async def handler(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.headers.get("if-none-match") == tag:
            writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
        else:
            await plain(writer, body, headers=f"ETag: {tag}\r\n")

    return handler


@pytest.fixture(scope="module")
def sites() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


def _big_site(sites: FaultServer, name: str, pages: int) -> None:
    """A front page that answers "not modified", and pages that it alone links to."""
    paths = [f"/{number}" for number in range(pages)]
    sites.routes[f"{name}/"] = _with_etag(page("Start", links(*paths)))
    for path in paths:
        sites.routes[f"{name}{path}"] = _with_etag(page(f"Sidan {path}"))


@contextmanager
def _crawl_ended_by(number: int, folder: Path, registry: str, agency: str) -> Iterator[None]:
    """A crawl that has some documents while the block runs, and is then ended by a signal."""
    (folder / "agencies.toml").write_text(registry, "utf-8")
    command = [sys.executable, "-m", "crawler.fetch"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(job(folder, [agency])))
        process.stdin.close()
        try:
            assert any(json.loads(line).get("documents", 0) >= 2 for line in process.stdout)
            yield
        finally:
            process.send_signal(number)
            process.stdout.read()


def test_a_killed_crawl_is_made_good_by_the_next(sites: FaultServer, tmp_path: Path) -> None:
    """Pages answer "not modified" to the second crawl: what they link to has to be found all the same."""
    _big_site(sites, "dodad", 12)
    slow = agency_toml("dodad", sites.url("dodad"), delay=0.6, concurrency=1)
    with _crawl_ended_by(signal.SIGKILL, tmp_path, slow, "dodad"):
        pass
    crawled = crawl(tmp_path, agency_toml("dodad", sites.url("dodad")), ["dodad"])
    with PageStore(crawled.store_url) as store:
        assert store.document_counts() == {"dodad": 13}
        assert [run.status for run in store.runs()] == ["finished", "interrupted"]


def test_what_single_recrawls_saw_is_followed_by_the_next_crawl(sites: FaultServer, tmp_path: Path) -> None:
    registry = agency_toml("enskild", sites.url("enskild"))
    _big_site(sites, "enskild", 1)
    crawl(tmp_path, registry, ["enskild"])
    sites.routes["enskild/0"] = _with_etag(page("Sidan i ny form", links("/ny")))
    sites.routes["enskild/ny"] = serve(page("Ny sida"))
    one = {**job(tmp_path, []), "urls": [sites.url("enskild", "/0")]}
    subprocess.run(
        [sys.executable, "-m", "crawler.fetch"],
        input=json.dumps(one),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    crawled = crawl(tmp_path, registry, ["enskild"])
    assert crawled.outcomes("enskild")[sites.url("enskild", "/ny")] is Outcome.INDEXED


def test_an_agency_is_crawled_by_one_process_at_a_time(sites: FaultServer, tmp_path: Path) -> None:
    _big_site(sites, "ensam", 40)
    registry = agency_toml("ensam", sites.url("ensam"), delay=1, concurrency=1)
    with _crawl_ended_by(signal.SIGTERM, tmp_path, registry, "ensam"):
        second = crawl(tmp_path, registry, ["ensam"])
    assert second.status == 2
    assert "another process crawls ensam already" in second.events[-1]["message"]
    with PageStore(second.store_url) as store:
        assert [run.status for run in store.runs()] == ["stopped"]


def test_a_body_that_cant_be_decompressed_is_told_so(sites: FaultServer, tmp_path: Path) -> None:
    for kind in ("gzip", "deflate", "br", "zstd"):
        body = b"\x28\xb5\x2f\xfd" + b"\xff" * 1_000 if kind == "zstd" else b"\xff" * 1_000
        sites.routes[f"packad/{kind}"] = serve(body, headers=f"Content-Encoding: {kind}\r\n")
    sites.routes["packad/"] = serve(page("Packad", links("/gzip", "/deflate", "/br", "/zstd", "/hel")))
    sites.routes["packad/hel"] = serve(page("Hel"))
    crawled = crawl(tmp_path, agency_toml("packad", sites.url("packad")), ["packad"])
    outcomes = {url.rpartition("/")[2]: outcome for url, outcome in crawled.outcomes("packad").items()}
    assert outcomes.pop("hel") is outcomes.pop("") is Outcome.INDEXED
    assert set(outcomes.values()) == {Outcome.TRUNCATED}
    assert "Traceback" not in crawled.messages


def test_heavy_documents_keep_no_other_agency_waiting(sites: FaultServer, tmp_path: Path) -> None:
    heavy = b"{\\rtf1\\ansi " + b"\\'e5\\u229? bygglov " * 60_000 + b"}"
    names = [f"/{number}.rtf" for number in range(4)]
    sites.routes["tung/"] = serve(page("Tung", links(*names)))
    sites.routes |= {f"tung{name}": serve(heavy, kind="application/rtf") for name in names}
    _big_site(sites, "snabb", 4)
    registry = agency_toml("tung", sites.url("tung")) + agency_toml("snabb", sites.url("snabb"), delay=0.1)
    crawled = crawl(tmp_path, registry, ["tung", "snabb"], extraction_processes=1)
    finished = [event["agency"] for event in crawled.events if event["event"] == "finished"]
    assert finished == ["snabb", "tung"]
    assert len(crawled.outcomes("tung")) == 5


_FILE_LIMIT = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
sys.argv = ["crawler.fetch"]
runpy.run_module("crawler.fetch", run_name="__main__")
"""


def test_a_full_disk_is_told_and_costs_nothing_that_was_kept(sites: FaultServer, tmp_path: Path) -> None:
    _big_site(sites, "full", 60)
    registry = agency_toml("full", sites.url("full"), delay=0.03)
    (tmp_path / "agencies.toml").write_text(registry, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _FILE_LIMIT],
        input=json.dumps(job(tmp_path, ["full"])),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "could not be written, nothing was changed" in done.stdout
    assert "Traceback" not in done.stderr
    crawled = crawl(tmp_path, registry, ["full"])
    with PageStore(crawled.store_url) as store:
        assert store.document_counts() == {"full": 61}


# --- operators' mishaps ---

_ENTRY = '[[agency]]\nid = "a"\nname = "A"\nkind = "other"\nseeds = ["https://a.example/"]\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agency = [[1]]", "an agency is a table"),
        ('agency = ["x"]', "an agency is a table"),
        ("x = " + "9" * 5_000, "holds what no registry needs"),
        ("x = " + "[" * 100_000, "holds what no registry needs"),
        (_ENTRY.replace("a.example/", "a.example:99999/"), "Port out of range"),
        (_ENTRY.replace("a.example/", "a b.example/"), "not a host name"),
        (_ENTRY.replace('"A"', '"\\u001b[31mA"'), "signs that can't be shown"),
    ],
    ids=["lists", "words", "digits", "brackets", "port", "host", "escapes"],
)
def test_no_registry_brings_the_program_down(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "agencies.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RegistryError, match=re.escape(told)):
        load_registry(path)


def test_a_registry_with_a_byte_order_mark_is_one(tmp_path: Path) -> None:
    path = tmp_path / "agencies.toml"
    path.write_text(_ENTRY, "utf-8-sig")
    assert [agency.id for agency in load_registry(path)] == ["a"]


def test_text_of_others_has_no_effect_on_a_terminal() -> None:
    shown = Text.from_markup(terminal.plain("[/b] [red]x[/red] \x1b]0;x\x07 \u202eabc")).plain
    assert shown == "[/b] [red]x[/red] \ufffd]0;x\ufffd \ufffdabc"


def _damaged(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.write_bytes(b"no database" * 1_000), "not a database. To do: "),
        (lambda path: path.write_bytes(path.read_bytes()[:9_000]), "malformed. To do: "),
        (lambda path: _damaged(path, "UPDATE alembic_version SET version_num = 'x'"), "a later version"),
        (lambda path: _damaged(path, "UPDATE document SET record = '{}'"), "crawl ekdal into a new one"),
        (lambda path: _damaged(path, "DROP TABLE document"), "no such table: document. To do: "),
    ],
    ids=["garbage", "cut", "newer", "record", "table"],
)
def test_a_damaged_store_says_what_to_do(
    settings: Settings, tmp_path: Path, damage: Callable[[Path], object], told: str
) -> None:
    path = tmp_path / "store.sqlite3"
    with closing(sqlite3.connect(settings.data_dir / "store.sqlite3")) as whole:
        whole.execute("VACUUM INTO ?", [str(path)])
    damage(path)
    with pytest.raises(StoreError) as caught, PageStore(f"sqlite:///{path}") as store:
        list(store.documents())
    assert told in str(caught.value)
    assert "SELECT" not in str(caught.value)


def test_a_store_in_memory_is_refused() -> None:
    with pytest.raises(StoreError, match="names no file"):
        PageStore("sqlite://")


def test_a_data_folder_that_cant_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = subprocess.run(
        [sys.executable, "-m", "searchapi.cli", "demo"],
        env={**os.environ, "MEDBORGARSOK_DATA_DIR": str(tmp_path / "file")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert "can't be used" in done.stderr
    assert "Traceback" not in done.stderr


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


def test_a_process_that_ends_by_itself_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_WATCH_SECONDS", 0.05)
    starts = threading.Semaphore(0)

    def start() -> processes.Child:
        starts.release()
        return processes.Child("searchapi")  # a package without __main__: it ends at once

    with processes.KeptRunning(start):
        assert all(starts.acquire(timeout=30) for _ in range(3))
