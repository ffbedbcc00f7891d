"""Does a crawl that is killed again and again end as one left in peace, and ask for nothing twice?"""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from crawler.outcomes import Outcome
from crawler.store import PageStore
from indexer import IndexUnavailableError, open_engine
from indexer.engine import Plan
from tests.integration.answers import Asked, Handler, links, page, plain, redirect, serve
from tests.integration.crawling import agency_toml, crawl, job
from tests.integration.faultserver import FaultServer
from tests.waiting import PATIENCE, until

_ROOT = Path(__file__).parents[2]
_SECTIONS, _PAGES = 6, 20
_NOT_A_VISIT = frozenset({Outcome.NOT_VISITED, Outcome.NOT_DUE, Outcome.PAGE_LIMIT})


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer() as started:
        yield started


# --- the site ---


def _tagged(body: bytes) -> Handler:
    """A page that answers "not modified" to whoever has it: what it links to has been seen by then."""
    tag = f'"{crc32(body)}"'

    async def handler(asked: Asked, writer: Any) -> None:
        if asked.headers.get("if-none-match") == tag:
            writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
        else:
            await plain(writer, body, headers=f"ETag: {tag}\r\n")

    return handler


def _build(server: FaultServer, name: str) -> None:
    """A site with a bit of everything, three links deep, of which some is in the sitemap alone."""
    at = f"{name}{{}}".format
    sections = [f"/del-{n}" for n in range(_SECTIONS)]
    server.routes[at("/")] = _tagged(page("Start", links(*sections, "/dold/x", "/borta", "/saknas")))
    server.routes[at("/robots.txt")] = serve(
        b"User-agent: *\nDisallow: /dold/\nSitemap: /sitemap.xml\n", kind="text/plain"
    )
    places = "".join(f"<url><loc>/karta/{n}</loc></url>" for n in range(10))
    server.routes[at("/sitemap.xml")] = serve(f"<urlset>{places}</urlset>".encode(), kind="application/xml")
    for n in range(10):
        server.routes[at(f"/karta/{n}")] = _tagged(page(f"Ur kartan {n}", links(f"/karta-barn/{n}")))
        server.routes[at(f"/karta-barn/{n}")] = _tagged(page(f"Barn till kartan {n}"))
    for number, section in enumerate(sections):
        below = [f"{section}/{n}" for n in range(_PAGES)]
        odd = [f"/flyttad-{number}", f"/dubblett-{number}?sida=1", f"/visas-ej-{number}", f"/fel-{number}"]
        server.routes[at(section)] = _tagged(page(f"Del {number}", links(*below, *odd)))
        for n, path in enumerate(below):
            more = links(f"{path}/mer") if n < 4 else ""
            server.routes[at(path)] = _tagged(page(f"Sida {number}-{n}", more))
            server.routes[at(f"{path}/mer")] = _tagged(page(f"Mer om {number}-{n}"))
        server.routes[at(odd[0])] = redirect(f"{section}/0", "301 Moved Permanently")
        server.routes[at(f"/dubblett-{number}")] = _tagged(page(f"Sida {number}-10"))
        head = '<meta name="robots" content="noindex">'
        server.routes[at(odd[2])] = serve(page("Visas ej", links(f"/efter-{number}"), head=head))
        server.routes[at(f"/efter-{number}")] = _tagged(page(f"Efter {number}"))
        server.routes[at(odd[3])] = serve(b"oj", status="500 Internal Server Error")
    server.routes[at("/borta")] = serve(b"", status="410 Gone")


# --- processes that are killed ---


def _start(module: str, given: dict[str, Any], folder: Path) -> subprocess.Popen[bytes]:
    """A process of the program in a group of its own."""
    with (folder / "messages").open("ab") as messages:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=messages,
            stderr=messages,
            start_new_session=True,
        )
    assert process.stdin is not None
    process.stdin.write(json.dumps(given).encode())
    process.stdin.close()
    return process


def _kill(process: subprocess.Popen[bytes], *, group: bool) -> None:
    """Kill the whole group at once; or the process alone, and see that its children end with it."""
    if group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait(PATIENCE)
    until(lambda: not _alive(process.pid), "the children's end")


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _has_asked(watch: "_Watch", process: subprocess.Popen[bytes], more: int) -> bool:
    return len(watch.paths) >= more or process.poll() is not None


@dataclass
class _Watch:
    """What has been committed so far: nothing of it may be lost, or asked for again."""

    folder: Path
    server: FaultServer
    site: str
    documents: set[str] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)
    again: list[str] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        self.asked = len(self.server.requests)

    @property
    def paths(self) -> list[str]:
        """What the site was asked for since this was made or looked at last."""
        host = f"{self.site}.fault.localhost"
        return [asked.path for asked in self.server.requests[self.asked :] if asked.host == host]

    def look(self) -> None:
        """Compare what is committed now with what was."""
        # (The start page is looked at beside its visit, to tell a soft 404 from it.)
        self.again += [path for path in self.paths if path in self.visited and path != "/"]
        self.asked = len(self.server.requests)
        if not (self.folder / "store.sqlite3").exists():
            return
        with PageStore(f"sqlite:///{self.folder / 'store.sqlite3'}") as store:
            documents = {row.record.content_hash for row in store.documents()}
            states = list(store.url_states(self.site))
        assert not self.documents - documents, "documents that were committed are gone"
        self.documents = documents
        base = self.server.url(self.site, "")
        self.visited = {
            state.url.removeprefix(base)
            for state in states
            if state.outcome not in _NOT_A_VISIT and not state.outcome.is_failure
        }


def _outcomes(folder: Path, server: FaultServer, site: str) -> dict[str, Outcome]:
    """Path -> outcome. "Unchanged" is what a page is called that was read before."""
    base = server.url(site, "")
    with PageStore(f"sqlite:///{folder / 'store.sqlite3'}") as store:
        states = list(store.url_states(site))
    return {
        state.url.removeprefix(base): Outcome.INDEXED if state.outcome.kept else state.outcome
        for state in states
    }


def _indexed(folder: Path) -> list[str]:
    try:
        snapshot = open_engine(folder / "index").snapshot()
    except IndexUnavailableError:
        return []
    matches = snapshot.match(Plan(clauses=(), candidates=10_000))
    return sorted(found.record.url for found in snapshot.fetch([c.key for c in matches.candidates]))


@pytest.fixture(scope="module")
def undisturbed(server: FaultServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """How each path of the site ends where nothing happens to the crawl; "" counts the requests."""
    folder = tmp_path_factory.mktemp("ostord")
    _build(server, "ostord")
    crawled = crawl(folder, agency_toml("ostord", server.url("ostord")), ["ostord"])
    assert crawled.status == 0, crawled.messages
    outcomes = _outcomes(folder, server, "ostord")
    found = Counter(outcomes.values())
    # Sections, their pages, what lies beneath, what only noindex pages link to; the start; the sitemap's.
    assert found[Outcome.INDEXED] == _SECTIONS * (1 + _PAGES + 4 + 1) + 1 + 20
    assert found[Outcome.DUPLICATE] == found[Outcome.REDIRECTED] == found[Outcome.NOINDEX] == _SECTIONS
    return outcomes


@pytest.mark.parametrize(("mode", "kills", "seed"), [("once", 9, 20261122), ("worker", 2, 7)])
def test_killed_at_any_moment_it_goes_on_where_it_was(
    server: FaultServer, undisturbed: dict[str, Outcome], tmp_path: Path, mode: str, kills: int, seed: int
) -> None:
    site = f"stord-{mode}"
    _build(server, site)
    registry = agency_toml(site, server.url(site), delay=0.03, concurrency=4, schedule="daily")
    (tmp_path / "agencies.toml").write_text(registry, "utf-8")
    given = job(tmp_path, [] if mode == "worker" else [site], extraction_processes=1)
    if mode == "worker":
        del given["agencies"]
        given["worker"] = True
    following = {"store_url": f"sqlite:///{tmp_path / 'store.sqlite3'}", "index_dir": str(tmp_path / "index")}
    chance = random.Random(seed)
    watch = _Watch(tmp_path, server, site)
    started = watch.asked
    PageStore(following["store_url"]).close()
    follower = _start("indexer", following, tmp_path)
    crawling = _start("crawler.fetch", given, tmp_path)
    try:
        for number in range(kills):
            if number % 4 == 1:  # while it starts
                time.sleep(chance.uniform(0, 1.5))
            else:
                more = chance.randint(1, 45)
                until(partial(_has_asked, watch, crawling, more), "requests")
                time.sleep(chance.uniform(0, 0.4))
            assert crawling.poll() is None, (tmp_path / "messages").read_text()[-2000:]
            _kill(crawling, group=chance.random() < 0.5)
            if number % 3 == 1:
                _kill(follower, group=True)
                if number == 4:
                    shutil.rmtree(tmp_path / "index", ignore_errors=True)
                follower = _start("indexer", following, tmp_path)
            watch.look()
            crawling = _start("crawler.fetch", given, tmp_path)
        with PageStore(following["store_url"]) as store:
            if mode == "worker":
                until(lambda: any(run.status == "finished" for run in store.runs(limit=1)), "the run's end")
                crawling.terminate()
            assert crawling.wait(PATIENCE) == 0, (tmp_path / "messages").read_text()
            documents = sorted(row.record.url for row in store.documents())
            runs = store.runs()
        watch.look()
        until(lambda: _indexed(tmp_path) == documents, "the index")
    finally:
        for process in (crawling, follower):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert _outcomes(tmp_path, server, site) == undisturbed
    assert {run.status for run in runs[1:]} <= {"interrupted"}
    assert runs[0].status == "finished"
    assert watch.again == [], "what was committed was asked for again"
    host = f"{site}.fault.localhost"
    asked = [a.path for a in server.requests[started:] if a.host == host]
    peaceful = sum(a.host == "ostord.fault.localhost" for a in server.requests)
    print(f"{mode}: {kills} kills, {len(asked)} requests for {peaceful} of an undisturbed crawl")
    # What a kill costs: robots and sitemap once more, and what was not saved yet, about a second's requests.
    assert len(asked) <= peaceful + kills * 40


def test_a_store_that_another_process_locks_is_waited_for(server: FaultServer, tmp_path: Path) -> None:
    """Fetching goes on meanwhile, and all of it is saved afterwards."""
    _build(server, "last")
    registry = agency_toml("last", server.url("last"), delay=0.01)
    (tmp_path / "agencies.toml").write_text(registry, "utf-8")
    watch = _Watch(tmp_path, server, "last")
    crawling = _start("crawler.fetch", job(tmp_path, ["last"]), tmp_path)
    try:
        until(partial(_has_asked, watch, crawling, 5), "requests")
        with closing(sqlite3.connect(tmp_path / "store.sqlite3", timeout=30, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            before = len(watch.paths)
            until(partial(_has_asked, watch, crawling, before + 60), "requests while the store is locked")
            assert crawling.poll() is None
            other.execute("ROLLBACK")
        assert crawling.wait(PATIENCE) == 0, (tmp_path / "messages").read_text()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(crawling.pid, signal.SIGKILL)
        crawling.wait()
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        (run,) = store.runs()
        assert (run.status, run.reason) == ("finished", "")
        assert store.document_counts()["last"] == _SECTIONS * (1 + _PAGES + 4 + 1) + 1 + 20
