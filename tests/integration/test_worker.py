"""Do workers do what is asked for in the store: each thing once, nothing forgotten, whoever is killed?"""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.assignment import Assignment, Scope
from crawler.outcomes import Outcome
from crawler.store import PageStore
from crawler.store.leases import Leases, worker_id
from crawler.store.queue import RecrawlQueue, RecrawlRequest
from tests.integration.answers import links, page, serve
from tests.integration.crawling import agency_toml, crawl
from tests.integration.faultserver import FaultServer
from tests.integration.working import Worker, ask, opened, over, worker
from tests.waiting import until


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as started:
        yield started


def _site(server: FaultServer, name: str, pages: int) -> None:
    server.routes[f"{name}/"] = serve(page(f"{name} start", links(*(f"/{n}" for n in range(pages)))))
    for n in range(pages):
        server.routes[f"{name}/{n}"] = serve(page(f"{name} sida {n}"))


def _write(folder: Path, *entries: str) -> None:
    (folder / "agencies.toml").write_text("\n".join(entries), encoding="utf-8")


def _asked(server: FaultServer, name: str) -> list[str]:
    host = f"{name}.fault.localhost"
    return [asked.path for asked in server.requests if asked.host == host]


def test_requests_of_every_size_are_served_and_the_worker_ends(server: FaultServer, tmp_path: Path) -> None:
    for name in ("ett", "tva", "tre", "fyra"):
        _site(server, name, 3)
    server.routes["fyra/inne/a"] = serve(page("Inne"))
    _write(
        tmp_path, *(agency_toml(name, server.url(name), schedule="never") for name in ("ett", "tva", "tre"))
    )
    with (tmp_path / "agencies.toml").open("a") as registry:
        registry.write(agency_toml("fyra", server.url("fyra"), schedule="daily"))
    with opened(tmp_path) as store:
        whole = ask(store, tmp_path, "ett")
        one = ask(store, tmp_path, server.url("tva", "/1"))
        missing = ask(store, tmp_path, server.url("tva", "/finns-inte"))
        host = ask(store, tmp_path, "tre.fault.localhost")
        drain = Worker(tmp_path, drain=True)
        assert drain.wait() == 0, drain.messages
        found = [over(store, request) for request in (whole, one, missing, host)]
        assert [request and request.status for request in found] == ["finished"] * 4, drain.messages
        assert [request.result.split(":")[0] for request in found if request] == [
            "finished",
            "indexed",
            "not found",
            "finished",
        ]
        assert found[0] is not None
        assert "4 addresses (4 indexed)" in found[0].result
        assert store.document_counts() == {"ett": 4, "tva": 1, "tre": 4}  # no schedule was looked at
        assert {run.status for run in store.runs()} == {"finished"}
        leases = Leases(store, worker_id(), 60)
        assert leases.present(datetime.now(UTC)) == []
        assert leases.take("ett", datetime.now(UTC))


def test_two_workers_share_the_queue(server: FaultServer, tmp_path: Path) -> None:
    names = [f"kommun-{n}" for n in range(6)]
    for name in names:
        _site(server, name, 4)
    _write(
        tmp_path,
        *(agency_toml(name, server.url(name), schedule="never", delay=0.05, concurrency=1) for name in names),
    )
    with opened(tmp_path) as store:
        requests = [ask(store, tmp_path, name) for name in names]
        with (
            worker(tmp_path, agencies_at_once=1) as first,
            worker(tmp_path, agencies_at_once=1) as second,
        ):
            until(lambda: all(over(store, request) for request in requests), "every request")
        assert first.events
        assert second.events
        runs = store.runs()
        assert sorted(run.agency for run in runs) == names
        assert {run.status for run in runs} == {"finished"}
        for name in names:
            paths = _asked(server, name)
            assert len(paths) == len(set(paths)), f"{name} was asked twice for the same"


def test_a_killed_worker_is_followed_at_once(server: FaultServer, tmp_path: Path) -> None:
    _site(server, "dodad", 60)
    _write(tmp_path, agency_toml("dodad", server.url("dodad"), delay=0.3, concurrency=1))
    with opened(tmp_path) as store:
        first = Worker(tmp_path, lease_seconds=600)
        until(
            lambda: sum(state.outcome is Outcome.INDEXED for state in store.url_states("dodad")) > 3, "pages"
        )
        first.end(signal.SIGKILL)
        _write(tmp_path, agency_toml("dodad", server.url("dodad")))
        assert [run.status for run in store.runs()] == ["running"]
        with worker(tmp_path):
            until(lambda: store.runs()[0].status == "finished", "the end of the next run")
        runs = store.runs()
        assert [run.status for run in runs] == ["finished", "interrupted"]
        assert runs[0].continues == runs[1].id
        assert store.document_counts() == {"dodad": 61}


def test_a_killed_workers_request_is_served_by_the_next(server: FaultServer, tmp_path: Path) -> None:
    _site(server, "begard", 60)
    _write(tmp_path, agency_toml("begard", server.url("begard"), delay=0.3, concurrency=1, schedule="never"))
    with opened(tmp_path) as store:
        request = ask(store, tmp_path, "begard")
        first = Worker(tmp_path, lease_seconds=600)
        until(lambda: store.document_counts().get("begard", 0) > 3, "pages")
        first.end(signal.SIGKILL)
        _write(tmp_path, agency_toml("begard", server.url("begard"), schedule="never"))
        with worker(tmp_path):
            ended = until(lambda: over(store, request), "the request")
        assert (ended.status, ended.attempts) == ("finished", 2)
        runs = store.runs()
        assert [run.status for run in runs] == ["finished", "interrupted"]
        assert ended.run == runs[0].id
        assert store.document_counts() == {"begard": 61}


def test_a_url_is_visited_in_the_midst_of_a_long_crawl(server: FaultServer, tmp_path: Path) -> None:
    _site(server, "lang", 200)
    server.routes["lang/bradskande"] = serve(page("Brådskande"))
    _write(tmp_path, agency_toml("lang", server.url("lang"), delay=0.2, concurrency=1, schedule="daily"))
    with opened(tmp_path) as store, worker(tmp_path):
        until(lambda: store.document_counts().get("lang", 0) > 3, "pages")
        request = ask(store, tmp_path, server.url("lang", "/bradskande"))
        ended = until(lambda: over(store, request), "the request")
        run = store.runs()[0]
        assert (ended.status, ended.result) == ("finished", "indexed")
        assert (run.status, run.scope, ended.run) == ("running", "agency", run.id)
        assert len(store.runs()) == 1
        assert store.url_state(server.url("lang", "/bradskande")) is not None
        assert len(_asked(server, "lang")) < 150


def test_a_larger_request_waits_for_the_run_of_its_agency(server: FaultServer, tmp_path: Path) -> None:
    _site(server, "upptagen", 40)
    _write(tmp_path, agency_toml("upptagen", server.url("upptagen"), delay=0.2, concurrency=1))
    with opened(tmp_path) as store, worker(tmp_path):
        until(lambda: store.document_counts().get("upptagen"), "pages")
        request = ask(store, tmp_path, "upptagen")
        queue = RecrawlQueue(store)

        def told() -> str:
            waiting = queue.get(request.id)
            return str(waiting.progress.get("message", "")) if waiting else ""

        until(lambda: "until the run of the agency" in told(), "the reason why it waits")
        ended = until(lambda: over(store, request), "the request")
        assert ended.status == "finished"
        assert [run.request for run in store.runs()] == [request.id, None]
        assert not [run for run in store.runs() if run.status != "finished"]


def test_a_request_that_is_taken_back_ends_its_run(server: FaultServer, tmp_path: Path) -> None:
    _site(server, "angrad", 100)
    _write(tmp_path, agency_toml("angrad", server.url("angrad"), delay=0.2, concurrency=1, schedule="never"))
    with opened(tmp_path) as store, worker(tmp_path):
        request = ask(store, tmp_path, "angrad")
        until(lambda: store.document_counts().get("angrad"), "pages")
        assert RecrawlQueue(store).cancel(request.id, datetime.now(UTC))
        until(lambda: store.runs()[0].status != "running", "the end of the run")
        assert store.runs()[0].status == "stopped"
        ended = over(store, request)
        assert ended is not None
        assert ended.status == "cancelled"


def test_a_worker_that_is_asked_to_end_pauses_and_the_next_goes_on(
    server: FaultServer, tmp_path: Path
) -> None:
    _site(server, "paus", 60)
    _write(tmp_path, agency_toml("paus", server.url("paus"), delay=0.3, concurrency=1))
    with opened(tmp_path) as store:
        with worker(tmp_path):
            until(lambda: store.document_counts().get("paus", 0) > 3, "pages")
        assert store.runs()[0].status == "paused"
        _write(tmp_path, agency_toml("paus", server.url("paus")))
        with worker(tmp_path):
            until(lambda: store.runs()[0].status == "finished", "the end of the next run")
        assert [run.status for run in store.runs()] == ["finished", "paused"]
        assert store.runs()[0].continues == store.runs()[1].id
        assert store.document_counts() == {"paus": 61}


def test_a_changed_registry_ends_the_worker_and_a_bad_one_does_not(
    server: FaultServer, tmp_path: Path
) -> None:
    _site(server, "gammal", 1)
    good = agency_toml("gammal", server.url("gammal"))
    _write(tmp_path, good)
    with opened(tmp_path) as store:
        started = Worker(tmp_path)
        until(lambda: store.runs() and store.runs()[0].status == "finished", "the first run")
        _write(tmp_path, good, '[[agency]]\nid = "Fel id"\n')
        until(lambda: "Fel id" in started.messages, "the problems of the registry")
        request = ask_for_start(store, server)
        assert until(lambda: over(store, request), "a request after that").status == "finished"
        _write(tmp_path, good, agency_toml("ny", server.url("ny")))
        assert started.wait() == 0
        assert started.messages.count("going on with the registry as it was read before") == 1


def ask_for_start(store: PageStore, server: FaultServer) -> RecrawlRequest:
    """Ask for the front page while the registry's file can't be read."""
    url = server.url("gammal")
    assignment = Assignment("gammal", Scope.URL, url, urls=(url,))
    return RecrawlQueue(store).ask(assignment, requester="test", reason="", at=datetime.now(UTC))[0]


def test_a_crawl_by_hand_serves_urls_and_keeps_workers_away(server: FaultServer, tmp_path: Path) -> None:
    _site(server, "hand", 300)
    server.routes["hand/bradskande"] = serve(page("Brådskande"))
    registry = agency_toml("hand", server.url("hand"), delay=0.3, concurrency=1)
    _write(tmp_path, registry)
    with opened(tmp_path) as store:
        by_hand = Worker(tmp_path, worker=False, agencies=["hand"])
        until(lambda: store.document_counts().get("hand"), "pages")
        refused = crawl(tmp_path, registry, ["hand"])
        assert refused.status == 2
        assert "another process crawls hand already" in refused.events[-1]["message"]
        with worker(tmp_path):
            request = ask(store, tmp_path, server.url("hand", "/bradskande"))
            ended = until(lambda: over(store, request), "the request")
        assert ended.status == "finished"
        assert [(run.id, run.status) for run in store.runs()] == [(ended.run, "running")]
        assert by_hand.end() == 0
        assert [run.status for run in store.runs()] == ["stopped"]
