"""Do figures and readiness tell the truth of store, index, workers and disk, and nothing of readers?"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from crawler.assignment import Assignment
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.store import PageStore, Visit
from crawler.store.leases import Leases, worker_id
from crawler.store.pushes import NewPush, Pushes
from crawler.store.queue import RecrawlQueue
from crawler.store.schema import crawl_run
from indexer import rebuild
from searchapi import readiness, store_figures
from searchapi.index_lag import LagWatch
from tests.integration.operating import NOON, opened, settings_in

SECRET = "hemligt-ord-som-ingen-ska-se"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store_figures, "_KEPT_SECONDS", -1.0)
    monkeypatch.setattr(store_figures, "_COUNTED_SECONDS", -1.0)
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[PageStore]:
    with PageStore(f"sqlite:///{folder / 'store.sqlite3'}") as made:
        yield made


def save(store: PageStore, *outcomes: Outcome, at: datetime = NOON) -> int:
    """A run with a page for each outcome."""
    run = store.begin_run("aspvik", at)
    visits = []
    for number, outcome in enumerate(outcomes):
        url = CanonicalUrl(f"https://aspvik.example/{number}")
        record = DocumentRecord(
            url=url,
            requested_url=RequestedUrl(url),
            agency="aspvik",
            host="aspvik.example",
            title=f"Sida {number}",
            text=f"Text nummer {number} om något.",
            fetched=at,
            checked=at,
            content_hash=f"{number:064d}",
        )
        kept = record if outcome is Outcome.INDEXED else None
        visits.append(Visit(url, "aspvik", outcome, at, canonical_url=url, record=kept, http_status=200))
    store.save_visits(run, visits)
    store.finish_run(run, "finished", at)
    return run


def figures(client: httpx.Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """(name without its beginning, labels) -> value."""
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name.removeprefix("medborgarsok_"), tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def label(**labels: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


def _fill(store: PageStore, folder: Path) -> None:
    now = datetime.now(UTC)
    save(store, Outcome.INDEXED, Outcome.INDEXED, at=now - timedelta(hours=2))
    rebuild(store, folder / "index")
    save(store, Outcome.INDEXED, Outcome.TIMEOUT, Outcome.NOT_FOUND, at=now - timedelta(hours=1))
    queue = RecrawlQueue(store)
    old = now - timedelta(minutes=10)
    queue.ask(Assignment("aspvik"), requester="prov", reason="", at=old)
    Pushes(store).put("aspvik", [NewPush("https://aspvik.example/x", "text/html", b"x")], now)
    leases = Leases(store, worker_id(), 60)
    leases.begin(now)
    held = store.begin_run("aspvik", now)
    with store.writing() as connection:
        connection.execute(
            update(crawl_run).where(crawl_run.c.id == held).values(status="held", finished=now)
        )


def test_the_store_in_figures(folder: Path, store_url: str) -> None:
    """On each database that the store may lie in."""
    with PageStore(store_url) as store:
        _fill(store, folder)
        with opened(settings_in(folder, database_url=store_url)) as client:
            told = figures(client)
        revision = store.revision()
    assert told["store_readable", ()] == 1
    assert told["documents", label(agency="aspvik")] == 2
    assert told["stale_documents", label(agency="aspvik")] == 1
    assert told["crawl_runs", label(status="finished")] == 2
    assert told["crawl_runs", label(status="held")] == 1
    assert told["held_runs", label(agency="aspvik")] == 1
    assert told["recrawl_requests", label(status="pending")] == 1
    assert told["recrawl_requests", label(status="running")] == 0
    assert 600 <= told["oldest_recrawl_request_seconds", label(status="pending")] < 700
    assert told["pushed_documents_waiting", ()] == 1
    assert told["workers_alive", ()] == 1
    assert told["store_revision", ()] == revision
    assert told["index_lag_revisions", ()] == revision - told["index_revision", ()] > 0


def test_the_last_run_in_figures(folder: Path, store: PageStore) -> None:
    now = datetime.now(UTC)
    save(store, Outcome.INDEXED, Outcome.TIMEOUT, Outcome.TIMEOUT, at=now - timedelta(hours=1))
    single = store.begin_run("aspvik", now)  # a run of one URL says nothing of the agency
    with store.writing() as connection:
        connection.execute(update(crawl_run).where(crawl_run.c.id == single).values(scope="url"))
    store.finish_run(single, "finished", now)
    with opened(settings_in(folder)) as client:
        told = figures(client)
    assert told["last_run_pages", label(agency="aspvik", outcome="timeout")] == 2
    assert told["last_run_pages", label(agency="aspvik", outcome="indexed")] == 1
    assert 3600 <= told["last_finished_run_age_seconds", label(agency="aspvik")] < 3700


def test_requests_are_counted_by_route_and_never_by_what_was_asked(folder: Path, store: PageStore) -> None:
    save(store, Outcome.INDEXED)
    rebuild(store, folder / "index")
    with opened(settings_in(folder)) as client:
        for _ in range(3):
            assert client.get("/api/v1/search", params={"q": SECRET}).status_code == 200
        client.get(f"/api/v1/agencies/{SECRET}")
        client.get(f"/{SECRET}")
        client.get("/api/v1/search", params={"q": SECRET, "limit": SECRET})
        client.request("X-" + SECRET, "/api/v1/search")
        told = figures(client)
        text = client.get("/metrics").text
    search = "/api/v1/search"
    assert told["http_requests_total", label(route=search, method="GET", status="200")] == 3
    assert told["http_requests_total", label(route=search, method="GET", status="400")] == 1
    agency = "/api/v1/agencies/{agency_id}"
    assert told["http_requests_total", label(route=agency, method="GET", status="404")] == 1
    assert told["http_requests_total", label(route="other", method="GET", status="404")] == 1
    assert told["http_request_seconds_bucket", label(route=search, le="+Inf")] >= 4
    assert SECRET not in text


def test_figures_are_for_those_near_by(folder: Path, store: PageStore) -> None:
    with opened(settings_in(folder)) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404
        assert client.get("/metrics", headers={"Host": "annan.example"}).status_code == 404


def test_a_store_that_fails_is_told_in_figures(folder: Path) -> None:
    settings = settings_in(folder, database_url=f"sqlite:///{folder}/agencies.toml/s.sqlite3")
    with opened(settings) as client:
        told = figures(client)
    assert told["store_readable", ()] == 0
    assert not any(name.startswith("documents") for name, _ in told)


# --- readiness ---


def checks(client: httpx.Client) -> tuple[int, dict[str, Any], dict[str, bool]]:
    response = client.get("/readyz")
    told = response.json()
    return response.status_code, told, {check["name"]: check["ok"] for check in told["checks"]}


def test_ready_when_all_is_well(folder: Path, store: PageStore) -> None:
    save(store, Outcome.INDEXED)
    rebuild(store, folder / "index")
    with opened(settings_in(folder)) as client:
        status, told, found = checks(client)
        assert client.get("/healthz").json() == {"status": "ok"}
    assert status == 200
    assert (told["ready"], told["degraded"], told["missing"]) == (True, False, [])
    assert (told["documents"], told["agencies"]) == (1, 2)
    always = {"program", "store", "index", "index_lag", "disk"}
    assert found == dict.fromkeys(always | {"meaning"}, True)


def test_an_index_of_another_version_is_not_ready(folder: Path, store: PageStore) -> None:
    save(store, Outcome.INDEXED)
    rebuild(store, folder / "index")
    (state,) = (folder / "index").glob("*/state.json")
    state.write_text(state.read_text().replace('"format": "', '"format": "en annan '))
    with opened(settings_in(folder)) as client:
        status, told, found = checks(client)
    assert status == 503
    assert (told["ready"], found["index"], found["store"]) == (False, False, True)
    assert "another version" in " ".join(told["missing"])


def test_a_store_that_was_taken_away_is_not_ready(folder: Path) -> None:
    settings = settings_in(folder)
    with PageStore(settings.store_url) as store:
        save(store, Outcome.INDEXED)
        rebuild(store, folder / "index")
    with opened(settings) as client:
        assert checks(client)[0] == 200
        os.rename(folder / "store.sqlite3", folder / "bort")
        status, told, found = checks(client)
        os.rename(folder / "bort", folder / "store.sqlite3")
        assert checks(client)[0] == 200
    assert status == 503
    assert found["store"] is False
    assert "store.sqlite3" in told["missing"][0]


def state_of(folder: Path, store: PageStore, **options: Any) -> Any:
    """What readiness looks at, with settings that may not be there yet."""
    settings = settings_in(folder).model_copy(update=options)
    return SimpleNamespace(settings=settings, service=None, store=store, missing=[], lag_watch=LagWatch())


def test_without_a_living_worker_it_is_degraded(folder: Path, store: PageStore) -> None:
    state = state_of(folder, store, crawl_worker=True)
    told = readiness.report(state, now=NOON)
    assert (told.ready, told.degraded) == (True, True)
    Leases(store, worker_id(), 60).begin(NOON)
    assert readiness.report(state, now=NOON).degraded is False
    named = {check.name: check for check in readiness.report(state, now=NOON).checks}
    assert named["worker"].detail == "1 alive"
    store.close()


def test_changes_that_wait_too_long_make_it_degraded(folder: Path, store: PageStore) -> None:
    save(store, Outcome.INDEXED)
    state = state_of(folder, store, index_lag_seconds=-1.0)
    told = readiness.report(state)
    assert (told.ready, told.degraded) == (True, True)
    assert "1 changes wait" in next(check.detail for check in told.checks if check.name == "index_lag")
    assert readiness.report(state_of(folder, store, index_lag_seconds=3600.0)).degraded is False


def test_a_disk_that_is_nearly_full_makes_it_degraded(
    folder: Path, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = shutil.disk_usage(folder).free + 10**15
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", more)
    told = readiness.report(state_of(folder, store))
    assert (told.ready, told.degraded) == (True, True)
    assert "MB free" in next(check.detail for check in told.checks if check.name == "disk")
