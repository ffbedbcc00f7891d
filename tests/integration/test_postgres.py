"""Does the page store keep its promises on each database that it may lie in, also with many at it at once?"""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

import crawler.store
from crawler.assignment import Assignment, Scope
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.store import PageStore, Visit, VisitedLink
from crawler.store.batch import write_batch
from crawler.store.queue import RecrawlQueue
from crawler.store.schema import metadata
from indexer import IndexFollower, open_engine
from indexer.engine import Alternative, Clause, Plan
from tests.integration.answers import Asked, links, page, redirect, serve
from tests.integration.crawling import agency_toml, fetch, job
from tests.integration.faultserver import FaultServer

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BASE = "https://www.norrby.example"
ROOT = Path(__file__).parents[2]


def _visit(path: str, text: str = "Så här gör du.", **more: object) -> Visit:
    url = f"{BASE}{path}"
    record = DocumentRecord(
        url=CanonicalUrl(url),
        requested_url=RequestedUrl(url),
        agency="norrby",
        host="www.norrby.example",
        title="Bygglov",
        text=text,
        fetched=NOW,
        checked=NOW,
        content_hash=f"{hash(text):x}",
    )
    values: dict[str, object] = {"http_status": 200, "size": 1, "record": record, **more}
    return Visit(url=url, agency="norrby", outcome=Outcome.INDEXED, at=NOW, **values)  # type: ignore[arg-type]


@pytest.fixture
def store(store_url: str) -> Iterator[PageStore]:
    with PageStore(store_url) as opened:
        yield opened


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[PageStore]:
    with PageStore(postgres_url) as opened:
        yield opened


# --- tables ---


def _migrate(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(crawler.store.__file__).parent / "migrations"))
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_program_knows(store_url: str) -> None:
    PageStore(store_url).close()
    engine = sa.create_engine(store_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_a_store_of_the_first_version_goes_on_with_its_data(store_url: str) -> None:
    _migrate(store_url, "0001")
    visit = _visit("/a")
    assert visit.record is not None
    engine = sa.create_engine(store_url)
    old = sa.MetaData()
    old.reflect(engine)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(old.tables["crawl_run"]).values(
                agency="norrby", status="finished", reason="", started=NOW, finished=NOW, requests=1,
                bytes=100, outcomes={"indexed": 1}, seconds=1.5,
            )
        )  # fmt: skip
        connection.execute(
            sa.insert(old.tables["url_state"]).values(
                url=visit.url, agency="norrby", host="www.norrby.example", outcome="indexed", reason="",
                http_status=200, canonical_url="", content_type="text/html", etag='"1"', last_modified="",
                content_hash="x", sitemap_lastmod="", depth=1, found_on="", failures=0, first_visit=NOW,
                last_visit=NOW, run=1,
            )
        )  # fmt: skip
        connection.execute(
            sa.insert(old.tables["document"]).values(
                url=visit.url, agency="norrby", host="www.norrby.example", doctype="guide", language="sv",
                content_hash="x", signature="0", record=visit.record.model_dump_json(), anchors=["bygglov"],
                template_blocks=[], revision=1, removed=False, removed_reason="",
            )
        )  # fmt: skip
        connection.execute(sa.update(old.tables["revision_counter"]).values(value=1))
    engine.dispose()
    with PageStore(store_url) as store:
        (change,) = store.changes_since(0)
        assert change.document is not None
        assert (change.document.record, change.document.anchors) == (visit.record, ("bygglov",))
        state = store.url_state(visit.url)
        assert state is not None
        assert (state.etag, state.first_visit, state.history) == ('"1"', NOW, ())
        assert store.run(1).outcomes == {Outcome.INDEXED: 1}
        run = store.begin_run("norrby", NOW)
        assert run == 2, "numbers go on after those that were written"
        store.save_visits(run, [_visit("/a", "Nytt.")])
        assert [change.revision for change in store.changes_since(1)] == [2]


_OPEN = """
import sys
from crawler.store import PageStore
print("ready", flush=True)
sys.stdin.readline()
PageStore(sys.argv[1]).close()
"""


def test_several_processes_open_a_new_store_at_once(store_url: str) -> None:
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN, store_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(4)
    ]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("\n")
        opener.stdin.flush()
    told = [opener.communicate(timeout=60)[1] for opener in openers]
    assert [opener.returncode for opener in openers] == [0] * 4, "\n".join(told)


# --- many at it at once ---


def _together(*work: Callable[[], object]) -> list[Exception]:
    """Do these at the same time; what was raised."""
    raised: list[Exception] = []
    start = threading.Barrier(len(work))

    def run(one: Callable[[], object]) -> None:
        start.wait(30)
        try:
            one()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return raised


def test_a_revision_that_commits_late_is_not_passed_over(on_postgres: PageStore, postgres_url: str) -> None:
    """The first writer has taken its revision; the second must not be seen before the first is."""
    run = on_postgres.begin_run("norrby", NOW)
    other = on_postgres.begin_run("ekdal", NOW)
    on_postgres.save_visits(run, [_visit("/a"), _visit("/c")])
    engine = sa.create_engine(postgres_url)
    waiting = sa.text(
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database OR database IS NULL "
        "WHERE NOT granted AND d.datname = current_database()"
    )
    second = threading.Thread(target=on_postgres.save_visits, args=(other, [_visit("/b")]))
    with on_postgres.writing() as connection:
        write_batch(connection, on_postgres.insert_into, run, [_visit("/d", "Sist sparad.")])
        second.start()
        until = time.monotonic() + 120
        with engine.connect() as looking:
            while second.is_alive() and not looking.scalar(waiting):
                assert time.monotonic() < until
        assert second.is_alive(), "a later revision was committed while an earlier one is not"
        assert on_postgres.changes_since(2) == []
    second.join(30)
    engine.dispose()
    assert [(c.revision, c.url) for c in on_postgres.changes_since(2)] == [(3, f"{BASE}/d"), (4, f"{BASE}/b")]


_WRITE = """
import sys
from tests.integration.test_postgres import NOW, _visit
from crawler.store import PageStore
name = sys.argv[2]
with PageStore(sys.argv[1]) as store:
    run = store.begin_run(name, NOW)
    for number in range(25):
        store.save_visits(run, [_visit(f"/{name}/{number}/{n}", f"{name} {number} {n}") for n in range(5)])
    store.finish_run(run, "finished", NOW)
"""


def test_a_follower_sees_every_change_of_two_writers_in_order(store: PageStore) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITE, store.url, name], cwd=ROOT)
        for name in ("norrby", "ekdal")
    ]
    seen: list[int] = []
    urls: set[str] = set()
    while True:
        last = all(writer.poll() is not None for writer in writers)
        changes = store.changes_since(seen[-1] if seen else 0, 17)
        seen += [change.revision for change in changes]
        urls |= {change.url for change in changes}
        if last and not changes:
            break
    assert [writer.returncode for writer in writers] == [0, 0]
    assert seen == list(range(1, 251))
    assert len(urls) == 250
    assert {run.status for run in store.runs()} == {"finished"}


def test_writers_of_the_same_pages_do_not_block_each_other_for_ever(store: PageStore) -> None:
    """A crawl and a recrawl of single URLs meet on the same rows, in whatever order."""
    paths = [f"/{n}" for n in range(200)]

    def write(agency: str) -> Callable[[], None]:
        chance = random.Random(agency)
        run = store.begin_run(agency, NOW)

        def work() -> None:
            for turn in range(6):
                chance.shuffle(paths)
                menu = (
                    VisitedLink(f"{BASE}/", f"Start {turn % 2}", chrome=True),
                    VisitedLink(f"{BASE}/x", "X"),
                )
                store.save_visits(
                    run, [_visit(path, f"{agency} {path}", links=menu) for path in tuple(paths)]
                )

        return work

    assert _together(write("norrby"), write("ekdal")) == []
    assert store.document_counts() == {"norrby": 200}


def test_two_threads_of_a_run_lose_no_counts(store: PageStore) -> None:
    run = store.begin_run("norrby", NOW)

    def write(name: str) -> Callable[[], None]:
        def work() -> None:
            for turn in range(15):
                store.save_visits(
                    run, [_visit(path, path) for path in (f"/{name}/{turn}/{n}" for n in range(3))]
                )

        return work

    assert _together(write("a"), write("b")) == []
    assert store.run(run).outcomes == {Outcome.INDEXED: 90}
    assert store.run(run).requests == 90


_CLAIM = """
import sys
from datetime import UTC, datetime
from crawler.store import PageStore
from crawler.store.queue import RecrawlQueue
with PageStore(sys.argv[1]) as store:
    queue = RecrawlQueue(store)
    print("ready", flush=True)
    sys.stdin.readline()
    while True:
        request = queue.claim(sys.argv[2], datetime.now(UTC), agencies=None, scopes=None)
        if request is None:
            break
        print(request.id, flush=True)
"""


def test_a_request_is_claimed_by_one_process(store: PageStore) -> None:
    queue = RecrawlQueue(store)
    asked = {
        queue.ask(
            Assignment("norrby", Scope.URL, f"{BASE}/{n}", urls=(f"{BASE}/{n}",)),
            requester="britta",
            reason="",
            at=NOW,
        )[0].id
        for n in range(60)
    }
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _CLAIM, store.url, name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one:1:1", "two:2:2")
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    claimed: list[int] = []
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    for worker in workers:
        claimed += [int(line) for line in worker.communicate(timeout=60)[0].splitlines()]
    assert sorted(claimed) == sorted(asked)
    assert {request.status for request in queue.requests()} == {"running"}


# --- what hostile sites send ---


async def _nul_in_headers(asked: Asked, writer: Any) -> None:
    writer.write(
        b'HTTP/1.1 200 OK\r\nContent-Type: text/html;\0x\r\nETag: "a\0b"\r\nLast-Modified: \xff\0\r\n'
        b"Connection: close\r\n\r\n" + page(f"Nolla i huvudet {asked.path}")
    )
    writer.close()


async def _huge_status(_: Asked, writer: Any) -> None:
    writer.write(b"HTTP/1.1 99999999999 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


_JSON_LD = r"""<script type="application/ld+json">{"@context": "https://schema.org", "@type": "WebPage",
"name": "A\u0000\ud800", "description": "B\ud800\u0000", "dateModified": "2026-\u0000"}</script>"""


def test_a_whole_crawl_into_postgresql_and_on_into_the_index(postgres_url: str, tmp_path: Path) -> None:
    chance = random.Random(3)
    long, longer = ("".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=1900)) for _ in range(2))
    half = '<a href="/finns-inte">n\0l &#xD800;</a>'
    with FaultServer() as server:
        server.routes |= {
            "vrangby/": serve(page("Vrångby", links("/huvud", "/status", "/json", "/flytt", f"/{long}"))),
            "vrangby/huvud": _nul_in_headers,
            "vrangby/status": _huge_status,
            "vrangby/json": serve(page("Halva tecken", half, head=_JSON_LD)),
            "vrangby/flytt": redirect("http://\0/x"),
            f"vrangby/{long}": serve(page("Lång adress", f'<a href="/{longer}">{longer[:280]}</a>')),
        }
        sites = ("vrangby", "healthy")
        registry = "".join(agency_toml(name, server.url(name)) for name in sites)
        (tmp_path / "agencies.toml").write_text(registry, "utf-8")
        done = fetch(json.dumps(job(tmp_path, sites, database_url=postgres_url)), cwd=ROOT)
        assert done.returncode == 0, done.stderr
        with PageStore(postgres_url) as store, IndexFollower(store, tmp_path / "index") as follower:
            states = list(store.url_states("vrangby"))
            while follower.step():
                pass
            assert follower.revision == store.revision()
            documents = {row.record.url for row in store.documents()}
        outcomes = {state.url.removeprefix(server.url("vrangby")): state.outcome for state in states}
    assert {path: outcomes[path] for path in ("", "huvud", "json", long, longer, "flytt")} == {
        "": Outcome.INDEXED,
        "huvud": Outcome.INDEXED,
        "json": Outcome.INDEXED,
        long: Outcome.INDEXED,
        longer: Outcome.NOT_FOUND,
        "flytt": Outcome.INVALID_URL,
    }
    assert outcomes["status"].is_failure
    assert len(documents) == 4 + 11
    snapshot = open_engine(tmp_path / "index").snapshot()
    assert snapshot.documents == len(documents)
    assert snapshot.match(Plan(clauses=(Clause((Alternative("frisk"),)),))).total == 11
