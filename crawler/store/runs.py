"""How does a crawl run begin and end, and what is told of it? Called by PageStore inside its transactions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from crawler.assignment import Assignment, Scope
from crawler.errors import StoreError
from crawler.outcomes import Outcome
from crawler.store import losses
from crawler.store.rows import STATE_COLUMNS, RunSummary, UrlState, aware, run_of, state_of
from crawler.store.schema import crawl_run, document, url_state

_ENDED_IN_ORDER = frozenset({"finished", "stopped"})  # every URL that was met is in the store
_JUDGED = frozenset({"finished", "stopped", "held", "released", "discarded", "superseded"})
_FAILURES = tuple(outcome.value for outcome in Outcome if outcome.is_failure)
_MAX_WARNINGS = 200


def begin_run(connection: Connection, task: Assignment, at: datetime, worker: str) -> int:
    """Start a crawl run and return its number."""
    documents = sa.select(sa.func.count()).where(
        document.c.agency == task.agency, document.c.removed.is_(False)
    )
    result = connection.execute(
        sa.insert(crawl_run).values(
            agency=task.agency,
            status="running",
            reason="",
            started=at,
            outcomes={},
            scope=task.scope.value,
            target=task.target,
            origin=task.origin.value,
            request=task.request,
            continues=task.continues,
            worker=worker,
            documents_before=int(connection.scalar(documents) or 0),
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def finish_run(
    connection: Connection, run: int, status: str, at: datetime, reason: str, *, share: float, floor: int
) -> str:
    """End a run and return the status that it got, which is "held" where it lost too much."""
    row = _row(connection, run)
    if row.status in _JUDGED or row.status not in {"running", status}:
        return str(row.status)  # others have ended it already: its process was taken for dead
    changes = dict(row.changes)
    if status in _ENDED_IN_ORDER:
        whole = status == "finished" and row.scope == Scope.AGENCY
        verdict = losses.judge(connection, run, whole=whole, share=share, floor=floor)
        if whole:
            connection.execute(
                sa.update(crawl_run)
                .where(crawl_run.c.agency == row.agency, crawl_run.c.status == "held", crawl_run.c.id < run)
                .values(status="superseded")
            )
        changes = _with(changes, removed=verdict.removed, held=verdict.held)
        if verdict.held:
            status, reason = "held", f"{reason}; {verdict.reason}" if reason else verdict.reason
            for number, count in verdict.put_back.items():
                if number == run:
                    changes = _with(changes, removed=-count)
                else:
                    _add_changes(connection, number, removed=-count)
    connection.execute(
        sa.update(crawl_run)
        .where(crawl_run.c.id == run)
        .values(
            status=status,
            reason=reason,
            finished=at,
            seconds=(at - aware(row.started)).total_seconds(),
            changes=changes,
        )
    )
    return status


def release_run(connection: Connection, run: int, at: datetime) -> int:
    """Let go what a held run found gone. Return how many documents were removed."""
    row = _held(connection, run)
    count = losses.release(connection, run)
    _decide(connection, row, "released", at, removed=count)
    return count


def discard_run(connection: Connection, run: int, at: datetime) -> int:
    """Keep what a held run found gone, and look again with the next run. Return how many documents stay."""
    row = _held(connection, run)
    count = losses.discard(connection, run)
    _decide(connection, row, "discarded", at)
    return count


def interrupt_runs(connection: Connection, worker: str, at: datetime) -> list[int]:
    """End the running runs of a worker that is dead. Their marks stay for the run that goes on with them."""
    rows = connection.execute(
        sa.select(crawl_run.c.id, crawl_run.c.started)
        .where(crawl_run.c.worker == worker, crawl_run.c.status == "running")
        .order_by(crawl_run.c.id)
        .with_for_update()
    ).all()
    for row in rows:
        connection.execute(
            sa.update(crawl_run)
            .where(crawl_run.c.id == row.id)
            .values(
                status="interrupted",
                reason="the process ended before the run did",
                finished=at,
                seconds=max(0.0, (at - aware(row.started)).total_seconds()),
            )
        )
    return [int(row.id) for row in rows]


def _row(connection: Connection, run: int) -> Row[Any]:
    row = connection.execute(sa.select(crawl_run).where(crawl_run.c.id == run).with_for_update()).first()
    if row is None:
        raise StoreError(f"there is no crawl run {run}")
    return row


def _held(connection: Connection, run: int) -> Row[Any]:
    row = _row(connection, run)
    if row.status != "held":
        raise StoreError(
            f"crawl run {run} is {row.status}; only a run that is held can be released or discarded"
        )
    return row


def _decide(connection: Connection, row: Row[Any], status: str, at: datetime, *, removed: int = 0) -> None:
    held = -int(row.changes.get("held", 0))
    connection.execute(
        sa.update(crawl_run)
        .where(crawl_run.c.id == row.id)
        .values(
            status=status,
            reason=f"{row.reason}; {status} {at:%Y-%m-%d %H:%M}",
            changes=_with(row.changes, removed=removed, held=held),
        )
    )


def _with(changes: Mapping[str, int], **more: int) -> dict[str, int]:
    added = {name: changes.get(name, 0) + more.get(name, 0) for name in {**changes, **more}}
    return {name: count for name, count in added.items() if count > 0}


def _add_changes(connection: Connection, run: int, **more: int) -> None:
    row = _row(connection, run)
    connection.execute(
        sa.update(crawl_run).where(crawl_run.c.id == run).values(changes=_with(row.changes, **more))
    )


# --- the report ---


def add_figures(
    connection: Connection,
    run: int,
    hosts: Mapping[str, Mapping[str, float]],
    warnings: Iterable[Mapping[str, Any]],
) -> None:
    """Add figures by host and warnings to a run's. `slowest` is the greater one, all else the sum."""
    row = _row(connection, run)
    figures: dict[str, dict[str, float]] = {name: dict(values) for name, values in row.hosts.items()}
    for name, values in hosts.items():
        kept = figures.setdefault(name, {})
        for key, value in values.items():
            kept[key] = max(kept.get(key, 0), value) if key == "slowest" else kept.get(key, 0) + value
    told = list(row.warnings)
    told += [dict(warning) for warning in warnings if dict(warning) not in told]
    connection.execute(
        sa.update(crawl_run).where(crawl_run.c.id == run).values(hosts=figures, warnings=told[:_MAX_WARNINGS])
    )


def runs(
    connection: Connection,
    *,
    agency: str | None,
    status: str | None,
    scope: Scope | None,
    limit: int,
) -> list[RunSummary]:
    """Crawl runs, the newest first."""
    query = sa.select(crawl_run).order_by(crawl_run.c.id.desc()).limit(limit)
    wanted = {"agency": agency, "status": status, "scope": scope.value if scope is not None else None}
    for name, value in wanted.items():
        if value is not None:
            query = query.where(crawl_run.c[name] == value)
    return [run_of(row) for row in connection.execute(query)]


def run(connection: Connection, number: int) -> RunSummary:
    """One crawl run. Raise StoreError where there is none of that number."""
    row = connection.execute(sa.select(crawl_run).where(crawl_run.c.id == number)).first()
    if row is None:
        raise StoreError(f"there is no crawl run {number}")
    return run_of(row)


def failures(
    connection: Connection, agency: str, *, outcome: Outcome | None, limit: int, after: str
) -> Sequence[UrlState]:
    """An agency's URLs whose last visit failed, or ended as `outcome`, by URL, from the one `after`."""
    wanted = url_state.c.outcome.in_(_FAILURES) if outcome is None else url_state.c.outcome == outcome.value
    query = (
        sa.select(*STATE_COLUMNS)
        .where(url_state.c.agency == agency, wanted, url_state.c.url > after)
        .order_by(url_state.c.url)
        .limit(limit)
    )
    return [state_of(row) for row in connection.execute(query)]


def outcome_counts(connection: Connection, agency: str) -> dict[Outcome, int]:
    """How the last visits of an agency's URLs ended."""
    query = (
        sa.select(url_state.c.outcome, sa.func.count())
        .where(url_state.c.agency == agency)
        .group_by(url_state.c.outcome)
    )
    return {Outcome(name): int(count) for name, count in connection.execute(query)}


def stale_count(connection: Connection, agency: str) -> int:
    """The number of an agency's documents that stand though the last visit of their URL failed."""
    query = (
        sa.select(sa.func.count())
        .select_from(document)
        .join(url_state, url_state.c.url == document.c.url)
        .where(document.c.agency == agency, document.c.removed.is_(False), url_state.c.outcome.in_(_FAILURES))
    )
    return int(connection.scalar(query) or 0)
