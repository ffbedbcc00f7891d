"""Which figures of the page store are worth watching? Read with few statements, and kept for a while."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from crawler.errors import StoreError
from crawler.outcomes import Outcome
from crawler.store import PageStore
from crawler.store.schema import crawl_run, document, pushed_document, recrawl_request, url_state
from searchapi.index_lag import LagWatch
from searchapi.readiness import workers_alive
from searchapi.settings import Settings

_READABLE = "Whether the page store can be read."
_KEPT_SECONDS = 5.0
_COUNTED_SECONDS = 60.0
_ENDED = ("finished", "released", "discarded", "held")
_FAILURES = tuple(outcome.value for outcome in Outcome if outcome.is_failure)


@dataclass(slots=True)
class _Counted:
    """What takes a pass over all documents."""

    at: float = float("-inf")
    documents: dict[str, int] = field(default_factory=dict)
    stale: dict[str, int] = field(default_factory=dict)


class StoreFigures(Collector):
    """A collector for Prometheus. Figures are at most 5 s old, those that count all documents 60 s."""

    def __init__(self, store: PageStore | None, settings: Settings, watch: LagWatch) -> None:
        self._store = store
        self._settings = settings
        self._watch = watch
        self._lock = threading.Lock()
        self._counted = _Counted()
        self._kept: list[Metric] = []
        self._kept_at = float("-inf")

    def describe(self) -> Iterable[Metric]:
        """Nothing: so that registering reads no store."""
        return []

    def collect(self) -> Iterable[Metric]:
        """The figures. Where the store can't be opened or read, that alone is told."""
        if self._store is None:
            return [_one("store_readable", _READABLE, 0)]
        with self._lock:
            now = time.monotonic()
            if now - self._kept_at > _KEPT_SECONDS:
                try:
                    self._kept = list(self._read(self._store, now))
                    self._kept.append(_one("store_readable", _READABLE, 1))
                except StoreError:
                    self._kept = [_one("store_readable", _READABLE, 0)]
                self._kept_at = now
            return self._kept

    def _read(self, store: PageStore, now: float) -> Iterator[Metric]:
        at = datetime.now(UTC)
        yield from self._of_documents(store, now)
        yield from self._of_runs(store, at)
        yield from self._of_requests(store, at)
        lag = self._watch.look(store, self._settings.index_dir)
        yield _one("store_revision", "The number of the store's newest change.", lag.store)
        yield _one("index_revision", "The store's revision that the index stands for.", lag.index or 0)
        yield _one("index_lag_revisions", "Changes that are not searchable yet.", lag.changes)
        yield _one("index_lag_seconds", "How long the oldest of them has waited, as seen here.", lag.seconds)
        yield _one(
            "workers_alive",
            "Workers that give signs of life.",
            workers_alive(store, self._settings, at),
        )

    def _of_documents(self, store: PageStore, now: float) -> Iterator[Metric]:
        if now - self._counted.at > _COUNTED_SECONDS:
            stale = (
                sa.select(document.c.agency, sa.func.count())
                .join(url_state, url_state.c.url == document.c.url)
                .where(document.c.removed.is_(False), url_state.c.outcome.in_(_FAILURES))
                .group_by(document.c.agency)
            )
            with store.reading() as connection:
                rows = {row[0]: int(row[1]) for row in connection.execute(stale)}
            self._counted = _Counted(now, store.document_counts(), rows)
        documents = _family("documents", "Documents that can be found.", "agency")
        stale_ones = _family("stale_documents", "Documents whose last visit failed.", "agency")
        for agency, count in sorted(self._counted.documents.items()):
            documents.add_metric([agency], count)
            stale_ones.add_metric([agency], self._counted.stale.get(agency, 0))
        yield documents
        yield stale_ones

    def _of_runs(self, store: PageStore, at: datetime) -> Iterator[Metric]:
        by_status = sa.select(crawl_run.c.status, sa.func.count()).group_by(crawl_run.c.status)
        newest = (
            sa.select(sa.func.max(crawl_run.c.id))
            .where(crawl_run.c.scope == "agency", crawl_run.c.status.in_(_ENDED))
            .group_by(crawl_run.c.agency)
        )
        last = sa.select(crawl_run.c.agency, crawl_run.c.outcomes, crawl_run.c.finished).where(
            crawl_run.c.id.in_(newest)
        )
        held = (
            sa.select(crawl_run.c.agency, sa.func.count())
            .where(crawl_run.c.status == "held")
            .group_by(crawl_run.c.agency)
        )
        runs = _family("crawl_runs", "Crawl runs by status.", "status")
        pages = _family("last_run_pages", "Pages of the last whole run.", "agency", "outcome")
        ages = _family("last_finished_run_age_seconds", "Since the last whole run ended.", "agency")
        helds = _family("held_runs", "Runs that the wipe guard holds until somebody has looked.", "agency")
        with store.reading() as connection:
            for status, count in connection.execute(by_status):
                runs.add_metric([status], int(count))
            for agency, outcomes, finished in connection.execute(last):
                for outcome, count in sorted(outcomes.items()):
                    pages.add_metric([agency, outcome], int(count))
                if finished is not None:
                    ages.add_metric([agency], _age(finished, at))
            for agency, count in connection.execute(held):
                helds.add_metric([agency], int(count))
        yield from (runs, pages, ages, helds)

    def _of_requests(self, store: PageStore, at: datetime) -> Iterator[Metric]:
        status = recrawl_request.c.status
        query = (
            sa.select(status, sa.func.count(), sa.func.min(recrawl_request.c.created))
            .where(status.in_(("pending", "running")))
            .group_by(status)
        )
        waiting = sa.select(sa.func.count()).where(pushed_document.c.status.in_(("pending", "running")))
        with store.reading() as connection:
            found = {row[0]: (int(row[1]), row[2]) for row in connection.execute(query)}
            pushed = int(connection.scalar(waiting) or 0)
        requests = _family("recrawl_requests", "Recrawl requests that are not over.", "status")
        oldest = _family("oldest_recrawl_request_seconds", "The age of the oldest of them.", "status")
        for name in ("pending", "running"):
            count, created = found.get(name, (0, None))
            requests.add_metric([name], count)
            oldest.add_metric([name], _age(created, at) if created is not None else 0)
        yield requests
        yield oldest
        yield _one("pushed_documents_waiting", "Documents sent by agencies that wait to be read.", pushed)


def _age(moment: datetime, at: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (at - aware).total_seconds())


def _family(name: str, told: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"medborgarsok_{name}", told, labels=labels)


def _one(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"medborgarsok_{name}", told, value=value)
