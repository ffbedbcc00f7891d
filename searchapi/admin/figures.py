"""Which figures do the administrators' pages show? Read from the page store, a few statements a page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from crawler.assignment import Assignment, Scope
from crawler.outcomes import Outcome
from crawler.store import PageStore
from crawler.store.schema import crawl_run, document, url_state

FAILURES = tuple(outcome for outcome in Outcome if outcome.is_failure)
_WHOLE = (crawl_run.c.scope == Scope.AGENCY.value, crawl_run.c.status != "running")


@dataclass(frozen=True, slots=True)
class RunHead:
    """The least that is to be known of a run."""

    id: int
    agency: str
    status: str
    reason: str
    scope: str
    target: str
    started: datetime
    finished: datetime | None
    worker: str
    requests: int
    outcomes: dict[str, int]

    @property
    def visited(self) -> int:
        """URLs whose visit has ended."""
        return sum(self.outcomes.values()) - self.outcomes.get(Outcome.NOT_VISITED, 0)


@dataclass(frozen=True, slots=True)
class PastRun:
    """An ended run of a whole agency. `documents`: how many were searchable after it."""

    id: int
    status: str
    started: datetime
    documents: int


@dataclass(frozen=True, slots=True)
class FailedUrl:
    """A URL whose last visit failed. `failures`: how many times in a row."""

    url: str
    outcome: Outcome
    reason: str
    http_status: int | None
    failures: int
    last_visit: datetime
    found_on: str


@dataclass(frozen=True, slots=True)
class LostDocument:
    """A document that a held run did not find again."""

    url: str
    reason: str
    doctype: str


def outcome_counts(store: PageStore, agency: str | None = None) -> dict[str, Counter[Outcome]]:
    """How the last visits of all URLs ended, by agency."""
    query = sa.select(url_state.c.agency, url_state.c.outcome, sa.func.count()).group_by(
        url_state.c.agency, url_state.c.outcome
    )
    if agency is not None:
        query = query.where(url_state.c.agency == agency)
    counts: dict[str, Counter[Outcome]] = {}
    with store.reading() as connection:
        for owner, outcome, count in connection.execute(query):
            counts.setdefault(owner, Counter())[Outcome(outcome)] = int(count)
    return counts


def stale_counts(store: PageStore, agency: str | None = None) -> dict[str, int]:
    """Documents that are searchable though the last visit of their URL failed, by agency."""
    query = (
        sa.select(url_state.c.agency, sa.func.count())
        .join(document, document.c.url == url_state.c.url)
        .where(url_state.c.outcome.in_([one.value for one in FAILURES]), document.c.removed.is_(False))
        .group_by(url_state.c.agency)
    )
    if agency is not None:
        query = query.where(url_state.c.agency == agency)
    with store.reading() as connection:
        return {row[0]: int(row[1]) for row in connection.execute(query)}


def running(store: PageStore) -> list[RunHead]:
    """The runs that go on, oldest first."""
    return _heads(store, sa.select(crawl_run).where(crawl_run.c.status == "running"))


def held(store: PageStore) -> list[RunHead]:
    """The runs that wait for an administrator's word, oldest first."""
    return _heads(store, sa.select(crawl_run).where(crawl_run.c.status == "held"))


def last_whole_runs(store: PageStore) -> dict[str, RunHead]:
    """The newest ended run of each whole agency."""
    newest = sa.select(sa.func.max(crawl_run.c.id)).where(*_WHOLE).group_by(crawl_run.c.agency)
    return {run.agency: run for run in _heads(store, sa.select(crawl_run).where(crawl_run.c.id.in_(newest)))}


def past_runs(store: PageStore, agency: str | None = None, most: int = 12) -> dict[str, list[PastRun]]:
    """The last ended runs of each whole agency, oldest first."""
    nth = sa.func.row_number().over(partition_by=crawl_run.c.agency, order_by=crawl_run.c.id.desc())
    columns = (crawl_run.c[name] for name in ("id", "agency", "status", "started", "documents_before"))
    ranked = sa.select(*columns, crawl_run.c.changes, nth.label("nth")).where(*_WHOLE)
    if agency is not None:
        ranked = ranked.where(crawl_run.c.agency == agency)
    rows = ranked.subquery()
    found: dict[str, list[PastRun]] = {}
    with store.reading() as connection:
        for row in connection.execute(sa.select(rows).where(rows.c.nth <= most).order_by(rows.c.id)):
            documents = row.documents_before + row.changes.get("new", 0) - row.changes.get("removed", 0)
            run = PastRun(row.id, row.status, _utc(row.started), max(0, documents))
            found.setdefault(row.agency, []).append(run)
    return found


def last_starts(store: PageStore) -> dict[str, datetime]:
    """When the newest run of each whole agency began: what its schedule counts from."""
    query = (
        sa.select(crawl_run.c.agency, sa.func.max(crawl_run.c.started))
        .where(crawl_run.c.scope == Scope.AGENCY.value)
        .group_by(crawl_run.c.agency)
    )
    with store.reading() as connection:
        return {row[0]: _utc(row[1]) for row in connection.execute(query)}


def failed_urls(
    store: PageStore, agency: str, outcome: Outcome | None, *, offset: int, limit: int
) -> list[FailedUrl]:
    """URLs of an agency whose last visit failed (with one outcome, or any), the latest first."""
    wanted = [outcome.value] if outcome is not None else [one.value for one in FAILURES]
    columns = ("url", "outcome", "reason", "http_status", "failures", "last_visit", "found_on")
    query = (
        sa.select(*(url_state.c[name] for name in columns))
        .where(url_state.c.agency == agency, url_state.c.outcome.in_(wanted))
        .order_by(url_state.c.last_visit.desc(), url_state.c.url)
        .offset(offset)
        .limit(limit)
    )
    with store.reading() as connection:
        return [
            FailedUrl(
                row.url,
                Outcome(row.outcome),
                row.reason,
                row.http_status,
                row.failures,
                _utc(row.last_visit),
                row.found_on,
            )
            for row in connection.execute(query)
        ]


def lost_documents(store: PageStore, run: int, limit: int) -> tuple[int, list[LostDocument]]:
    """What a held run did not find again: how many documents, and some of them."""
    lost = (document.c.lost_run == run, document.c.removed.is_(False))
    with store.reading() as connection:
        count = int(connection.scalar(sa.select(sa.func.count()).select_from(document).where(*lost)) or 0)
        rows = connection.execute(
            sa.select(document.c.url, document.c.lost_reason, document.c.doctype)
            .where(*lost)
            .order_by(document.c.url)
            .limit(limit)
        )
        return count, [LostDocument(row.url, row.lost_reason, row.doctype) for row in rows]


def pages_of(store: PageStore, assignment: Assignment) -> int:
    """How many known URLs a crawl of the assignment is about."""
    columns = url_state.c
    query = sa.select(sa.func.count()).select_from(url_state).where(columns.agency == assignment.agency)
    match assignment.scope:
        case Scope.URL:
            return 1
        case Scope.HOST:
            query = query.where(columns.host == assignment.target)
        case Scope.SECTION:
            base = assignment.target.rstrip("/")
            query = query.where(
                sa.or_(
                    columns.url == base,
                    columns.url.startswith(f"{base}/", autoescape=True),
                    columns.url.startswith(f"{base}?", autoescape=True),
                )
            )
        case Scope.AGENCY:
            pass
    with store.reading() as connection:
        return int(connection.scalar(query) or 0)


def hosts_of(store: PageStore, agency: str) -> dict[str, int]:
    """Known URLs by host."""
    query = (
        sa.select(url_state.c.host, sa.func.count())
        .where(url_state.c.agency == agency)
        .group_by(url_state.c.host)
    )
    with store.reading() as connection:
        return {row[0]: int(row[1]) for row in connection.execute(query)}


def _heads(store: PageStore, query: sa.Select[Any]) -> list[RunHead]:
    names = ("id", "agency", "status", "reason", "scope", "target", "started", "finished", "worker")
    chosen: Iterable[Any] = (crawl_run.c[name] for name in (*names, "requests", "outcomes"))
    with store.reading() as connection:
        rows = connection.execute(query.with_only_columns(*chosen).order_by(crawl_run.c.id)).all()
    return [
        RunHead(
            id=row.id,
            agency=row.agency,
            status=row.status,
            reason=row.reason,
            scope=row.scope,
            target=row.target,
            started=_utc(row.started),
            finished=_utc(row.finished) if row.finished else None,
            worker=row.worker,
            requests=row.requests,
            outcomes=dict(row.outcomes),
        )
        for row in rows
    ]


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
