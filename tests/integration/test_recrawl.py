"""Does `medborgarsok recrawl` bring what was asked for into store and index, with or without a worker?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.store import PageStore
from crawler.store.leases import Leases
from crawler.store.queue import RecrawlQueue
from indexer import open_engine
from searchapi.commands import recrawl
from tests.integration.answers import links, page, serve
from tests.integration.crawling import agency_toml
from tests.integration.faultserver import FaultServer
from tests.integration.working import opened, worker
from tests.waiting import until


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as started:
        for name in ("norr", "soder"):
            started.routes[f"{name}/"] = serve(page(f"{name} start", links("/bygga/altan", "/barn")))
            started.routes[f"{name}/bygga/altan"] = serve(page("Bygga altan"))
            started.routes[f"{name}/barn"] = serve(page("Barn"))
        yield started


@pytest.fixture
def folder(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    entries = [agency_toml(name, server.url(name), schedule="never") for name in ("norr", "soder")]
    (tmp_path / "agencies.toml").write_text("\n".join(entries), encoding="utf-8")
    for name, value in {
        "DATA_DIR": str(tmp_path),
        "REGISTRY": str(tmp_path / "agencies.toml"),
        "ALLOW_PRIVATE_ADDRESSES": "true",
        "EXTRACTION_PROCESSES": "0",
        "REQUEST_TIMEOUT": "2",
    }.items():
        monkeypatch.setenv(f"MEDBORGARSOK_{name}", value)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def _run(*arguments: str) -> Result:
    app = typer.Typer()
    recrawl.register(app)
    return CliRunner().invoke(app, ["recrawl", *arguments])


def test_without_a_worker_it_is_done_at_once(server: FaultServer, folder: Path) -> None:
    done = _run("norr", server.url("soder", "/barn"), server.url("soder", "/finns-inte"))
    assert done.exit_code == 0, done.output
    assert "finished: 3 addresses (3 indexed), 3 documents" in done.output
    assert "not found: HTTP 404" in done.output
    with PageStore(f"sqlite:///{folder / 'store.sqlite3'}") as store:
        assert store.document_counts() == {"norr": 3, "soder": 1}
    found = open_engine(folder / "index").snapshot()
    assert found.documents == 4
    assert found.by_url(server.url("soder", "/barn")) is not None


def test_a_running_worker_does_it(server: FaultServer, folder: Path) -> None:
    with worker(folder) as running:
        with opened(folder) as store:
            until(lambda: Leases(store, "", 60.0).present(datetime.now(UTC)), "the worker")
        done = _run("--section", server.url("norr", "/bygga"))
        assert done.exit_code == 0, done.output
        requests = until(
            lambda: [event["request"] for event in running.events if event["event"] == "request"],
            "the worker tells of the request",
        )
    assert requests == [1]
    with opened(folder) as store:
        assert [run.scope for run in store.runs()] == ["section"]


def test_not_waiting_leaves_it_to_others(folder: Path) -> None:
    done = _run("--no-wait", "--reason", "ny e-tjänst", "norr")
    again = _run("--no-wait", "norr")
    assert (done.exit_code, again.exit_code) == (0, 0)
    assert "No worker is running" in done.output
    with opened(folder) as store:
        (request,) = RecrawlQueue(store).requests()
    assert (request.status, request.agency, request.reason) == ("pending", "norr", "ny e-tjänst")
    assert request.requester.startswith("command line ")


def test_what_cannot_be_crawled_is_told(folder: Path) -> None:
    done = _run("okänd-kommun")
    assert done.exit_code != 0
    assert "neither an agency of the registry" in str(done.exception)
    assert not (folder / "store.sqlite3").exists()
