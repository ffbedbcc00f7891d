"""When is a document lost, and when removed? The wipe guard: no run takes away much of an agency unseen.

A document that was found gone carries a mark (lost_run, lost_reason) until its run has ended and was judged;
it stays searchable, and the index sees nothing of the mark. Only the first few losses of a run are removed
at once, so that a single page that is gone is gone within seconds; they too can be put back.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from crawler.outcomes import Outcome
from crawler.store.links import LEADS_ON, chunks, delete_links
from crawler.store.rows import Visit, aware
from crawler.store.schema import crawl_run, document, revision_counter, url_state

SHARE = 0.3
FLOOR = 20
_LOST = frozenset(
    {
        Outcome.GONE,
        Outcome.NOINDEX,
        Outcome.ROBOTS_DENIED,
        Outcome.DENIED_BY_REGISTRY,
        Outcome.OFF_HOST,
        Outcome.REDIRECTED,
        Outcome.CANONICAL_ELSEWHERE,
        Outcome.DUPLICATE,
    }
)
_MISSING = frozenset({Outcome.NOT_FOUND, Outcome.SOFT_404})
_MAY_PASS = frozenset({Outcome.REDIRECTED, Outcome.OFF_HOST})
_PASSING = frozenset({302, 303, 307})
_MAX_CHAIN = 1000

_Row = Any  # (a row of url_state, document or crawl_run, with the columns that its query names)


def is_lost(visit: Visit, before: _Row | None, run: int) -> bool:
    """Whether a visit means that its URL's document is to go.

    What the site says outright (410, noindex, robots, a permanent redirect, another canonical) holds at once.
    A page that is not found, one behind a login now, and one that redirects for the time being is lost when a
    later run finds it so again; a page that is not found also when somebody asked for it. A site that fails
    (5xx, timeouts, DNS) loses nothing. `before` is the URL's state before the visit.
    """
    passing = visit.passing and visit.outcome in _MAY_PASS
    if passing or visit.outcome is Outcome.LOGIN_REQUIRED:
        return _missed_before(before, run)
    if visit.outcome in _MISSING:
        return visit.asked_for or _missed_before(before, run)
    return visit.outcome in _LOST


def _missed_before(before: _Row | None, run: int) -> bool:
    """Whether another run missed the page, and none has found it since."""
    if before is None:
        return False
    for _, visited_in, name, status, *_ in before.history:
        if visited_in != run and _is_missed(Outcome(name), status):
            return True
        if visited_in != run and Outcome(name).kept:
            return False
    # Rows older than the history.
    return not before.history and before.run != run and Outcome(before.outcome) in _MISSING


def _is_missed(outcome: Outcome, status: int | None) -> bool:
    if outcome in _MISSING or outcome is Outcome.LOGIN_REQUIRED:
        return True
    return outcome in _MAY_PASS and status in _PASSING


@dataclass(slots=True)
class Lost:
    """The losses of one batch, by what is to be done with each: URL -> reason."""

    removed: dict[str, str] = field(default_factory=dict)
    """Removed for good: the agency said so itself, or the document was new in this run."""
    guarded: dict[str, str] = field(default_factory=dict)
    """Removed at once, and put back should the run be held."""
    marked: dict[str, str] = field(default_factory=dict)
    """Left in place until the run was judged."""


def sort_losses(
    connection: Connection,
    run: int,
    lost: dict[str, Visit],
    before: dict[str, _Row],
    marked: dict[str, int | None],
    floor: int,
) -> Lost:
    """Decide what happens to documents that are lost. `marked` has the run that each was marked by before."""
    sorted_ones = Lost()
    if not lost:
        return sorted_ones
    line = chain(connection, run)
    begun = aware(line[-1].started)
    numbers = [row.id for row in line]
    room: int | None = None
    for url, visit in sorted(lost.items()):
        reason = f"{visit.outcome}: {visit.reason}"[:2000]
        if visit.pushed or new_in(before.get(url), begun):
            sorted_ones.removed[url] = reason
            continue
        if marked.get(url) in numbers:
            continue
        if room is None:
            count = sa.select(sa.func.count()).where(document.c.lost_run.in_(numbers))
            room = floor - int(connection.scalar(count) or 0)
        room -= 1
        (sorted_ones.guarded if room >= 0 else sorted_ones.marked)[url] = reason
    return sorted_ones


def new_in(before: _Row | None, begun: datetime) -> bool:
    """Whether a URL was visited for the first time in a run that began then: nobody knew its document."""
    return before is not None and aware(before.first_visit) >= begun


def chain(connection: Connection, run: int) -> list[_Row]:
    """The run, the one that it continues, and so on to the first."""
    found: list[_Row] = []
    number: int | None = run
    while number is not None and len(found) < _MAX_CHAIN:
        row = connection.execute(sa.select(crawl_run).where(crawl_run.c.id == number)).first()
        if row is None:
            break
        found.append(row)
        number = row.continues if row.continues is None or row.continues < row.id else None
    return found


# --- the end of a run ---


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a run's losses. `put_back` is by the run that had removed them."""

    held: int = 0
    removed: int = 0
    put_back: dict[int, int] = field(default_factory=dict)
    reason: str = ""


def judge(
    connection: Connection, run: int, *, whole: bool, share: float = SHARE, floor: int = FLOOR
) -> Verdict:
    """Remove what a run and those it continues found gone, or hold it where that is too much.

    Too much is more than `share` of the documents that the agency had when the first of them began, and more
    than `floor`. A document that moved is not counted: its address leads to another document, which none of
    the other lost ones leads to. `whole`: the run was one of the whole agency, and went to its end; then it
    takes over the marks that earlier runs left.
    """
    line = chain(connection, run)
    numbers = [row.id for row in line]
    if whole:
        numbers += _left_over(connection, line[0].agency, run, numbers)
    rows = connection.execute(
        sa.select(document.c.url, document.c.lost_reason, document.c.removed, document.c.lost_run)
        .where(document.c.lost_run.in_(numbers))
        .order_by(document.c.url)
    ).all()
    if not rows:
        return Verdict()
    moved = _moved(connection, numbers)
    lost, had = len(rows) - moved, line[-1].documents_before
    if lost <= floor or lost <= share * had:
        remove(connection, [row for row in rows if not row.removed])
        _forget(connection, numbers, [row.url for row in rows])
        return Verdict(removed=sum(not row.removed for row in rows))
    gone = [row for row in rows if row.removed]
    _put_back(connection, gone)
    connection.execute(sa.update(document).where(document.c.lost_run.in_(numbers)).values(lost_run=run))
    return Verdict(
        held=len(rows), put_back=Counter(row.lost_run for row in gone), reason=_told(lost, had, moved, rows)
    )


def _left_over(connection: Connection, agency: str, run: int, numbers: Sequence[int]) -> list[int]:
    """Other runs of the agency, ended without a verdict or held, whose marks are still there."""
    query = (
        sa.select(document.c.lost_run)
        .join(crawl_run, crawl_run.c.id == document.c.lost_run)
        .where(
            crawl_run.c.agency == agency,
            crawl_run.c.id < run,
            crawl_run.c.id.not_in(numbers),
            crawl_run.c.status != "running",
        )
        .distinct()
    )
    return [int(number) for number in connection.scalars(query)]


def _moved(connection: Connection, numbers: Sequence[int]) -> int:
    target = document.alias("target")
    query = (
        sa.select(sa.func.count(sa.distinct(target.c.url)))
        .select_from(document)
        .join(url_state, url_state.c.url == document.c.url)
        .join(target, target.c.url == url_state.c.canonical_url)
        .where(
            document.c.lost_run.in_(numbers),
            url_state.c.outcome.in_(LEADS_ON),
            target.c.removed.is_(False),
            target.c.lost_run.is_(None),
        )
    )
    return int(connection.scalar(query) or 0)


def _told(lost: int, had: int, moved: int, rows: Iterable[_Row]) -> str:
    counts = Counter(row.lost_reason.partition(":")[0] for row in rows)
    by_outcome = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    also = f" ({moved} of these moved to addresses of their own and are not counted)" if moved else ""
    return f"{lost} of {had} documents were not found any more: {by_outcome}{also}"


def release(connection: Connection, run: int) -> int:
    """Remove what a held run found gone. Return how many documents that were."""
    rows = _marked(connection, run)
    remove(connection, rows)
    _forget(connection, [run], [row.url for row in rows])
    return len(rows)


def discard(connection: Connection, run: int) -> int:
    """Let stay what a held run found gone, and visit it again with the next run. Return how many."""
    rows = _marked(connection, run)
    for some in chunks([row.url for row in rows]):
        connection.execute(sa.update(url_state).where(url_state.c.url.in_(some)).values(next_visit=None))
    connection.execute(
        sa.update(document).where(document.c.lost_run == run).values(lost_run=None, lost_reason="")
    )
    return len(rows)


def _marked(connection: Connection, run: int) -> Sequence[_Row]:
    return connection.execute(
        sa.select(document.c.url, document.c.lost_reason)
        .where(document.c.lost_run == run, document.c.removed.is_(False))
        .order_by(document.c.url)
    ).all()


def remove(connection: Connection, rows: Sequence[_Row]) -> None:
    """Make documents tombstones, in the order given, each with a revision of its own."""
    first = revisions(connection, len(rows)) + 1
    values = [
        {"b_url": row.url, "removed": True, "removed_reason": row.lost_reason, "revision": number}
        for number, row in enumerate(rows, first)
    ]
    update_documents(connection, values)


def _put_back(connection: Connection, rows: Sequence[_Row]) -> None:
    first = revisions(connection, len(rows)) + 1
    values = [
        {"b_url": row.url, "removed": False, "removed_reason": "", "revision": number}
        for number, row in enumerate(rows, first)
    ]
    update_documents(connection, values)


def _forget(connection: Connection, numbers: Sequence[int], urls: Iterable[str]) -> None:
    """What is gone for good has no mark and no links any more."""
    connection.execute(
        sa.update(document).where(document.c.lost_run.in_(numbers)).values(lost_run=None, lost_reason="")
    )
    delete_links(connection, [{"b_url": url} for url in urls])


# --- how documents are written ---


def update_documents(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Set columns of documents: rows of {"b_url": URL, column: value …}, all with the same columns."""
    if not rows:
        return
    names = [key for key in rows[0] if key != "b_url"]
    statement = (
        sa.update(document)
        .where(document.c.url == sa.bindparam("b_url"))
        .values({name: sa.bindparam(name) for name in names})
    )
    connection.execute(statement, list(rows))


def revisions(connection: Connection, count: int) -> int:
    """Take `count` revisions; the number before the first of them."""
    if not count:
        return 0
    connection.execute(sa.update(revision_counter).values(value=revision_counter.c.value + count))
    return int(connection.scalar(sa.select(revision_counter.c.value)) or 0) - count
