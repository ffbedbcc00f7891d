"""Do the operations stand what hostile clients, forged headers, odd registries and sleeping machines do?"""

import os
import re
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from starlette.requests import Request

from crawler.assignment import Assignment, Origin, Scope
from crawler.fetch.claims import Claims, Mode
from crawler.fetch.due import Due
from crawler.outcomes import Outcome
from crawler.registry import Registry, load_registry
from crawler.store import PageStore, Visit
from crawler.store.audit import Audit
from crawler.store.departed import settle_departures
from crawler.store.leases import Leases, worker_id
from crawler.store.queue import RecrawlQueue
from crawler.store.schema import agency_lease, crawl_run, document
from crawler.store.tokens import Purpose
from indexer import rebuild
from searchapi import form_body, processes
from searchapi.admin import overview
from searchapi.admin.door import Door
from searchapi.registry_follow import RegistryFollower
from searchapi.settings import Settings
from tests.integration import admin_site, operating, small_federation
from tests.integration.answers import links, page, serve
from tests.integration.crawling import agency_toml
from tests.integration.faultserver import FaultServer
from tests.integration.served import served
from tests.integration.working import Worker
from tests.integration.working import opened as store_of
from tests.waiting import until

NOW = datetime.now(UTC)


# --- forged headers, forms that don't come ---


def _request(peer: str, headers: dict[str, str]) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/admin", "headers": raw, "query_string": b""}
    return Request({**scope, "scheme": "http", "server": ("127.0.0.1", 8000), "client": (peer, 4711)})


@pytest.mark.parametrize(
    ("peer", "told", "opens"),
    [
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, True),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.9, 127.0.0.1"}, True),
        # Not through the proxy at all: these headers are the client's own.
        ("192.0.2.9", {"x-forwarded-for": "127.0.0.1"}, False),
        ("192.0.2.9", {"forwarded": "for=127.0.0.1"}, False),
        # Through a proxy that doesn't say for whom, or says it in another way.
        ("127.0.0.1", {"forwarded": "for=192.0.2.9"}, False),
        ("127.0.0.1", {"via": "1.1 proxy"}, False),
        ("127.0.0.1", {"x-real-ip": "192.0.2.9"}, False),
        ("127.0.0.1", {"x-forwarded-proto": "https"}, False),
        ("127.0.0.1", {"cf-connecting-ip": "192.0.2.9"}, False),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1,"}, False),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1, unknown"}, False),
    ],
)
def test_a_proxy_is_believed_only_where_it_is_one(peer: str, told: dict[str, str], opens: bool) -> None:
    door = Door(Settings(admin_behind_proxy=True))
    assert door.opens(_request(peer, {"host": "localhost", **told})) is opens


@pytest.fixture(scope="module")
def admin_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served(admin_site.fill(tmp_path_factory.mktemp("operated"))) as port:
        yield port


def _raw(port: int, request: bytes, *, shut: bool = False) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(request)
        if shut:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    return answer


_FORM = (
    b"POST /admin/logga-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 200\r\n\r\nnamn=maja"
)


def test_a_form_that_comes_in_drops_holds_no_place(admin_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_body, "MAX_SECONDS", 0.2)
    assert b" 408 " in _raw(admin_port, _FORM).splitlines()[0]


def test_a_form_that_breaks_off_is_no_fault_of_ours(
    admin_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    _raw(admin_port, _FORM, shut=True)
    assert httpx.get(f"http://127.0.0.1:{admin_port}/healthz").status_code == 200
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    "till",
    ["//ond.example", "https://ond.example/admin/", "/admin/\\ond.example", "\t//ond.example", "/adminond"],
)
def test_a_login_leads_nowhere_else(admin_port: int, till: str) -> None:
    reply = admin_site.Browser(admin_port).login(till=till)
    assert (reply.status, reply.headers["location"]) == (303, "/admin")


def test_a_login_takes_over_no_session_that_was_there(admin_port: int) -> None:
    browser = admin_site.Browser(admin_port)
    planted = "a" * 43
    browser.cookies["medborgarsok_admin"] = planted
    assert browser.login().status == 303
    assert browser.cookies["medborgarsok_admin"] != planted


@pytest.mark.parametrize("path", ["/%61dmin", "/admin%2f", "/admin//", "/admin/../admin", "/admin/%2e%2e/x"])
def test_no_writing_of_the_address_passes_the_login(admin_port: int, path: str) -> None:
    head = _raw(admin_port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert b" 303 " in head.splitlines()[0]
    assert b"\r\nlocation: /admin/logga-in" in head


def test_many_agencies_are_shown_in_pages(admin_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "PER_PAGE", 3)
    browser = admin_site.Browser(admin_port)
    browser.login()
    agencies = [agency.id for agency in small_federation.registry()]
    shown: list[str] = []
    for number in range(1, -(-len(agencies) // 3) + 1):
        text = browser.get(f"/admin?sida={number}").text
        rows = re.findall(r'scope="row"><a href="/admin/myndigheter/([a-z0-9-]+)">', text)
        assert 0 < len(rows) <= 3
        shown += rows
    assert sorted(shown) == sorted(agencies)
    assert 'rel="next"' in browser.get("/admin").text
    assert browser.get("/admin?sida=99").status == 200


# --- what programs ask for ---


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:6379/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://localhost:8000/admin",
        "https://aspvik.example@ond.example/",
        "https://aspvik.example:pass@aspvik.example/",
        "https://aspvik.example.ond.example/",
        "https://ond.example\\@aspvik.example/",
        "https://ond.example#@aspvik.example/",
        "file:///etc/passwd",
        "gopher://aspvik.example/",
        "//aspvik.example/",
        "https:///aspvik.example/",
        "https://aspvik.example:0/",
        "https://aspvik.example:99999/",
        "https://granaby.example/annans",
        "x" * 1999,
        "\x00",
    ],
)
def test_only_an_agencys_own_addresses_are_crawled_or_taken(tmp_path: Path, target: str) -> None:
    settings = operating.settings_in(tmp_path)
    with operating.opened(settings) as client, PageStore(settings.store_url) as store:
        recrawl = client.post(
            "/api/v1/recrawl",
            json={"target": target},
            headers=operating.token(store, Purpose.RECRAWL, "aspvik"),
        )
        sent = {"url": target or "-", "content_type": "text/plain", "content": "x"}
        push = client.put(
            "/api/v1/documents", json=sent, headers=operating.token(store, Purpose.PUSH, "aspvik")
        )
        assert recrawl.status_code in {400, 403}, recrawl.text
        assert push.status_code in {400, 403}, push.text
        assert not RecrawlQueue(store).requests()


def test_bombs_of_json_are_refused_in_words(tmp_path: Path) -> None:
    settings = operating.settings_in(tmp_path)
    bombs = [
        b"[" * 16_000,
        b'{"target":' * 1200 + b"1" + b"}" * 1200,
        b'{"target": ' + b"9" * 15_000 + b"}",
        b'{"target": 1e999999}',
        b'{"target": "\\ud800"}',
        b'{"target": "a", "target": {}}',
        b"\xff\xfe{\x00}\x00",
        b"",
    ]
    with operating.opened(settings) as client, PageStore(settings.store_url) as store:
        header = operating.token(store, Purpose.RECRAWL, "") | {"Content-Type": "application/json"}
        for bomb in bombs:
            reply = client.post("/api/v1/recrawl", content=bomb, headers=header)
            assert reply.status_code == 400, (bomb[:40], reply.text[:200])
            assert reply.json()["error"]["message"], bomb[:40]
            assert len(reply.text) < 2000


def test_a_flood_of_requests_makes_no_question_slow(tmp_path: Path) -> None:
    settings = operating.settings_in(tmp_path)
    settings = settings.model_copy(update={"recrawl_pending_per_token": 2})
    read: list[str] = []
    with operating.opened(settings) as client, PageStore(settings.store_url) as store:
        queue = RecrawlQueue(store)
        for n in range(60):
            url = f"https://aspvik.example/{n}"
            flood = Assignment("aspvik", Scope.URL, url, Origin.PAGE, urls=(url,))
            queue.ask(flood, requester="maja", reason="", at=NOW)
        header = operating.token(store, Purpose.RECRAWL, "")
        answers = [
            client.post("/api/v1/recrawl", json={"target": target}, headers=header)
            for target in ("aspvik", "granaby", "aspvik.example", "granaby", "https://aspvik.example/7")
        ]
        assert [(reply.status_code, reply.json().get("new")) for reply in answers] == [
            (202, True),
            (202, True),
            (429, None),
            (202, False),
            (202, False),
        ]
        assert queue.waiting_agencies() == {"aspvik", "granaby"}

        @sa.event.listens_for(store._engine, "before_cursor_execute")
        def _count(*arguments: Any) -> None:
            read.append(arguments[2])

        registry = load_registry(settings.registry)
        due = Due(store, registry)
        claims = Claims(
            mode=Mode.WORKER,
            settings=settings,
            registry=registry,
            store=store,
            leases=Leases(store, worker_id(), 60),
            due=due,
        )
        claims.find(NOW, dict.fromkeys(("aspvik", "granaby"), Scope.AGENCY), [], 16)
        told = len([statement for statement in read if "UPDATE recrawl_request" in statement])
        read.clear()
        claims.find(NOW, dict.fromkeys(("aspvik", "granaby"), Scope.AGENCY), [], 16)
        assert told == 62  # each is told once why it waits …
        assert not [statement for statement in read if statement.startswith("UPDATE")], read


def test_thousands_of_agencies_are_looked_at_by_one_question(tmp_path: Path) -> None:
    agencies = "".join(
        f'[[agency]]\nid = "m{n}"\nname = "M {n}"\nkind = "state"\nseeds = ["https://m{n}.example/"]\n'
        for n in range(300)
    )
    (tmp_path / "agencies.toml").write_text(agencies, "utf-8")
    registry = load_registry(tmp_path / "agencies.toml")
    asked: list[str] = []
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        for name, status in (("m1", "finished"), ("m2", "failed"), ("m3", "interrupted")):
            store.finish_run(store.begin_run(name, NOW), status, NOW)
        broken = store.begin_run("m4", NOW, worker="borta:1:1")

        @sa.event.listens_for(store._engine, "before_cursor_execute")
        def _count(*arguments: Any) -> None:
            asked.append(arguments[2])

        many = Due(store, registry).look(NOW, but=())
        assert len([one for one in asked if one.startswith("SELECT")]) == 1
        found = {one.agency: one.continues for one in many}
        one_by_one = {
            one.agency: one.continues
            for agency in registry
            for one in Due(store, Registry([agency])).look(NOW, but=())
        }
        assert found == one_by_one
        assert {"m1", "m2", "m4"}.isdisjoint(found), broken
        assert (len(found), found["m0"], found["m3"]) == (297, None, 3)


# --- agencies that leave and come back ---


def _found(store: PageStore, agency: str) -> int:
    return store.document_counts().get(agency, 0)


def test_documents_of_an_agency_that_left_are_set_aside_and_come_back(tmp_path: Path) -> None:
    small_federation.build(tmp_path)
    every = {agency.id for agency in small_federation.registry()}
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        before, revision = store.document_counts(), store.revision()
        some = next(iter(store.documents("ekdal"))).record.url
        store.remove(some, "the page is gone")
        settle_departures(store, every, NOW)
        told = settle_departures(store, every - {"ekdal"}, NOW)
        assert told.gone == {"ekdal": before["ekdal"] - 1}
        assert _found(store, "ekdal") == 0
        assert {name: _found(store, name) for name in every - {"ekdal"}} == {
            name: before.get(name, 0) for name in every - {"ekdal"}
        }
        changes = store.changes_since(revision, limit=5000)
        assert sum(change.document is None for change in changes) == before["ekdal"]
        assert not settle_departures(store, every - {"ekdal"}, NOW).gone
        told = settle_departures(store, every, NOW)
        assert told.back == {"ekdal": before["ekdal"] - 1}
        assert store.document(some) is None  # it was gone for a reason of its own
        assert _found(store, "ekdal") == before["ekdal"] - 1
        actions = [entry.action for entry in Audit(store).entries()]
        assert actions[:2] == ["documents brought back", "documents set aside"]


def test_a_worker_lets_go_of_an_agency_that_leaves_while_it_is_crawled(tmp_path: Path) -> None:
    with FaultServer() as server, store_of(tmp_path) as store:
        for name in ("stannar", "gar"):
            server.routes[f"{name}/"] = serve(page(name, links(*(f"/{n}" for n in range(40)))))
            for n in range(40):
                server.routes[f"{name}/{n}"] = serve(page(f"{name} sida {n}"))
        stays = agency_toml("stannar", server.url("stannar"), schedule="never")
        goes = agency_toml("gar", server.url("gar"), schedule="daily", delay=0.1)
        registry = tmp_path / "agencies.toml"
        registry.write_text(stays + goes, "utf-8")
        first = Worker(tmp_path)
        until(lambda: _found(store, "gar") >= 3, "some documents")
        registry.write_text(stays, "utf-8")
        assert first.wait() == 0, first.messages
        kept = _found(store, "gar")
        assert 3 <= kept < 41
        second = Worker(tmp_path)
        until(lambda: _found(store, "gar") == 0, "the documents to be set aside")
        assert second.end() == 0
        assert "gar is not in the registry" in second.messages
        asked = len(server.requests)
        registry.write_text(stays + goes.replace('"gar"', '"nytt-namn"', 1), "utf-8")
        third = Worker(tmp_path)
        until(lambda: _found(store, "nytt-namn") == 41, "the agency's documents under its new id")
        assert third.end() == 0
        assert len(server.requests) > asked
        with store.reading() as connection:
            left = connection.scalar(sa.select(sa.func.count()).where(document.c.agency == "gar"))
            statuses = set(connection.scalars(sa.select(crawl_run.c.status)))
        assert left == 0
        assert "running" not in statuses


def test_a_running_server_learns_of_a_changed_registry(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    small_federation.build(tmp_path)
    registry = tmp_path / "agencies.toml"
    whole = small_federation.registry_toml()
    registry.write_text(whole, "utf-8")
    settings = Settings(data_dir=tmp_path, registry=registry, crawl_worker=False)
    with PageStore(settings.store_url) as store:
        rebuild(store, settings.index_dir)

    class State:
        service: Any = None
        registry: Any = load_registry(settings.registry)

    state, every = State(), len(State.registry)
    with RegistryFollower(state, settings, seconds=0.02):
        registry.write_text("[[agency", "utf-8")
        until(lambda: "going on with the registry" in caplog.text, "the bad file to be seen")
        assert len(state.registry) == every
        registry.write_text(
            whole + '\n[[agency]]\nid = "ny"\nname = "Ny"\nkind = "other"\nseeds = ["https://ny.example/"]\n',
            "utf-8",
        )
        until(lambda: "ny" in state.registry, "the new agency")
    assert len(state.registry) == every + 1


# --- processes that sleep, and that can't be started ---


def test_a_worker_that_slept_beyond_its_lease_gives_way_to_its_successor(tmp_path: Path) -> None:
    with FaultServer() as server, store_of(tmp_path) as store:
        server.routes["ett/"] = serve(page("start", links(*(f"/{n}" for n in range(30)))))
        for n in range(30):
            server.routes[f"ett/{n}"] = serve(page(f"sida {n}"))
        entry = agency_toml("ett", server.url("ett"), schedule="daily", delay=0.1)
        (tmp_path / "agencies.toml").write_text(entry, "utf-8")
        sleeper = Worker(tmp_path, lease_seconds=4)
        until(lambda: len(server.requests) > 8, "the first crawl")
        _stop_between_writes(tmp_path, sleeper)
        try:
            _silence(tmp_path)
            asked = len(server.requests)
            successor = Worker(tmp_path, lease_seconds=4)
            until(lambda: len(server.requests) > asked + 4, "the successor")
        finally:
            os.kill(sleeper.process.pid, signal.SIGCONT)
        until(lambda: _ended(sleeper), "the sleeper's run to end")
        until(lambda: _ended(successor), "the successor's run to end")
        assert (sleeper.end(), successor.end()) == (0, 0)
        assert "another process took over" in sleeper.messages
        assert [event["status"] for event in _ended(sleeper) + _ended(successor)] == [
            "interrupted",
            "finished",
        ]
        with store.reading() as connection:
            rows = connection.execute(sa.select(crawl_run.c.status, crawl_run.c.continues)).all()
            states = connection.scalar(
                sa.select(sa.func.count()).where(document.c.agency == "ett", document.c.removed.is_(False))
            )
            held = connection.scalar(sa.select(sa.func.count()).select_from(agency_lease))
        assert [tuple(row) for row in rows] == [("interrupted", None), ("finished", 1)]
        assert (states, held) == (31, 0)
        # What both asked for is no more than what was under way and not yet saved.
        paths = [one.path for one in server.requests if one.path not in {"/robots.txt", "/sitemap.xml"}]
        assert len(paths) - len(set(paths)) <= 15


def _stop_between_writes(folder: Path, worker: Worker) -> None:
    """Stop a worker while the store is locked by us: who is stopped within a write keeps the lock."""
    with closing(sqlite3.connect(folder / "store.sqlite3", timeout=60, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        os.kill(worker.process.pid, signal.SIGSTOP)
        store.execute("ROLLBACK")


def _silence(folder: Path) -> None:
    """Make it look as if the worker had been silent for an hour."""
    old = (NOW - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(folder / "store.sqlite3", timeout=60)) as store, store:
        store.execute("UPDATE agency_lease SET until = ?", (old,))
        store.execute("UPDATE worker SET seen = ?", (old,))


def _ended(worker: Worker) -> list[dict[str, Any]]:
    return [event for event in worker.events if event.get("event") == "finished"]


def test_a_process_that_cannot_be_started_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(processes, "_WATCH_SECONDS", 0.02)
    monkeypatch.setattr(processes, "_LONGEST_PAUSE", 0.02)
    started: list[int] = []

    def start() -> processes.Child:
        started.append(len(started))
        if len(started) in {2, 3}:
            raise BlockingIOError("no process to be had")
        # (a module that ends before it reads its job, which is more than a pipe holds)
        return processes.Child("this", job={"much": "x" * 200_000}, events=None)

    monkeypatch.setattr(subprocess, "Popen", _quietly(subprocess.Popen, tmp_path))
    with processes.KeptRunning(start):
        until(lambda: len(started) >= 5, "five starts")


def _quietly(popen: Any, folder: Path) -> Any:
    def start(*arguments: Any, **options: Any) -> Any:
        with (folder / "messages").open("a") as messages:
            return popen(*arguments, **{**options, "stderr": messages, "stdout": messages})

    return start


def test_a_visit_of_a_departed_agency_leaves_the_others_counts(tmp_path: Path) -> None:
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        run = store.begin_run("borta", NOW)
        gone = Visit("https://borta.example/", "borta", Outcome.NOT_FOUND, NOW, http_status=404)
        store.save_visits(run, [gone])
        store.finish_run(run, "finished", NOW)
        assert settle_departures(store, {"kvar"}, NOW).gone == {}
