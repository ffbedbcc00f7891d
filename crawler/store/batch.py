"""How is a batch of ended visits written with few statements? Called by PageStore inside one transaction."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from crawler.outcomes import Outcome
from crawler.registry import host_of
from crawler.revisit import DEFAULT_RULE, RevisitRule
from crawler.store.documents import NO_VISIT, Before, Insert, visited_in, write_documents
from crawler.store.links import chunks, write_links
from crawler.store.losses import FLOOR, is_lost
from crawler.store.rows import Visit, aware
from crawler.store.schema import crawl_run, url_state

_HISTORY = 10
_MAX_STATUS = 999  # (a server may send any number; PostgreSQL's integers have an end)
_MISSING = frozenset({Outcome.NOT_FOUND, Outcome.SOFT_404})
_LEADS_ON = frozenset({Outcome.REDIRECTED, Outcome.CANONICAL_ELSEWHERE, Outcome.DUPLICATE})
_DEAD = 3
"""The first interval of an address that has no page of its own, in those of a new page."""
_STATE = tuple(
    url_state.c[name]
    for name in (
        "url",
        "host",
        "outcome",
        "failures",
        "content_hash",
        "run",
        "first_visit",
        "last_visit",
        "next_visit",
        "interval",
        "changed_at",
        "in_sitemap",
        "sitemap_lastmod",
        "pushed",
        "history",
    )
)


def write_batch(
    connection: Connection,
    insert: Insert,
    run: int,
    visits: Sequence[Visit],
    *,
    rule: RevisitRule = DEFAULT_RULE,
    floor: int = FLOOR,
) -> None:
    """Write outcomes, documents, links and the run's counts.

    A later visit of a URL in the same run corrects the earlier one: it replaces it in the counts too. A URL
    that was not visited after all keeps what an earlier run knew of it. What an agency pushed is changed by
    its pushes only. `rule` tells when to visit again; the first `floor` losses of a run are removed at once.
    """
    # The run's row is locked first, by all who write of it.
    row = connection.execute(
        sa.select(crawl_run.c.outcomes, crawl_run.c.changes).where(crawl_run.c.id == run).with_for_update()
    ).first()
    last = _last_of_each(visits)
    before = _before(connection, last)
    outcomes: Counter[str] = Counter(row.outcomes if row else {})
    changes: Counter[str] = Counter(row.changes if row else {})
    requests, size = _count(run, last, before, outcomes, changes)
    own = {
        url: visit
        for url, visit in sorted(last.items())
        if _replaces(visit, before.get(url)) and (visit.pushed or url not in before or not before[url].pushed)
    }
    _write_states(connection, insert, run, own, before, rule)
    write_documents(connection, insert, run, own, before, changes, floor)
    write_links(connection, insert, own.values())
    connection.execute(
        sa.update(crawl_run)
        .where(crawl_run.c.id == run)
        .values(
            outcomes={name: count for name, count in outcomes.items() if count > 0},
            changes={name: count for name, count in changes.items() if count > 0},
            requests=crawl_run.c.requests + requests,
            bytes=crawl_run.c.bytes + size,
        )
    )


def _last_of_each(visits: Iterable[Visit]) -> dict[str, Visit]:
    last: dict[str, Visit] = {}
    for visit in visits:
        earlier = last.get(visit.url)
        discovered = visit.outcome in NO_VISIT
        if earlier is None or not discovered or (earlier.outcome in NO_VISIT and visit.reason):
            last[visit.url] = visit
    return last


def _before(connection: Connection, urls: Collection[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for some in chunks(urls):
        query = sa.select(*_STATE).where(url_state.c.url.in_(some))
        found.update({row.url: row for row in connection.execute(query)})
    return found


def _replaces(visit: Visit, before: Row[Any] | None) -> bool:
    """Whether a visit says more than what is known of its URL."""
    if visit.outcome is Outcome.NOT_DUE:
        return False
    if visit.outcome not in NO_VISIT or before is None:
        return True
    return bool(visit.reason) and before.outcome in NO_VISIT


def _corrects(run: int, visit: Visit, before: Row[Any] | None) -> bool:
    """Whether a visit is the one known already, told anew with another end."""
    return before is not None and visited_in(run, before) and aware(before.last_visit) == visit.at


def _count(
    run: int, last: Mapping[str, Visit], before: Before, outcomes: Counter[str], changes: Counter[str]
) -> tuple[int, int]:
    """Count outcomes. Return the number of requests made and of bytes got."""
    requests = size = 0
    for url, visit in last.items():
        earlier = before.get(url)
        of_this_run = earlier is not None and earlier.run == run
        if visit.was_passed_over:
            outcomes[Outcome.NOT_DUE.value] -= 1
            changes["not_due"] -= 1
        if _replaces(visit, earlier):
            outcomes[visit.outcome.value] += 1
            if earlier is not None and of_this_run:
                outcomes[earlier.outcome] -= 1
        elif visit.outcome is Outcome.NOT_DUE:
            outcomes[visit.outcome.value] += 1
            changes["not_due"] += 1
        elif visit.reason and not of_this_run:
            outcomes[visit.outcome.value] += 1
        if not _corrects(run, visit, earlier):
            requests += visit.http_status is not None
            size += visit.size
    return requests, size


# --- states ---


def _write_states(
    connection: Connection,
    insert: Insert,
    run: int,
    visits: Mapping[str, Visit],
    before: Before,
    rule: RevisitRule,
) -> None:
    states = [
        _state_values(run, visit, before.get(url), rule)
        for url, visit in visits.items()
        if visit.outcome not in NO_VISIT or url in before
    ]
    if states:
        statement = insert(url_state)
        kept = {key: statement.excluded[key] for key in states[0] if key != "url"}
        connection.execute(statement.on_conflict_do_update(index_elements=["url"], set_=kept), states)
    discovered = [
        _state_values(run, visit, None, rule)
        for url, visit in visits.items()
        if visit.outcome in NO_VISIT and url not in before
    ]
    if discovered:
        # Should another run have visited the URL meanwhile, that counts.
        connection.execute(insert(url_state).on_conflict_do_nothing(index_elements=["url"]), discovered)


def _state_values(run: int, visit: Visit, before: Row[Any] | None, rule: RevisitRule) -> dict[str, Any]:
    content_hash = before.content_hash if before is not None else ""
    if visit.record is not None:
        content_hash = visit.record.content_hash
    in_sitemap, lastmod = visit.in_sitemap, visit.sitemap_lastmod[:40]
    if visit.asked_for and before is not None and not in_sitemap:
        # No sitemap was read for it.
        in_sitemap, lastmod = before.in_sitemap, before.sitemap_lastmod
    return {
        "url": visit.url,
        "agency": visit.agency,
        "host": before.host if before is not None else host_of(visit.url),
        "outcome": visit.outcome.value,
        "reason": visit.reason[:2000],
        "http_status": visit.http_status and min(visit.http_status, _MAX_STATUS),
        "canonical_url": visit.canonical_url,
        "content_type": visit.content_type[:128],
        "etag": visit.etag if visit.outcome.kept else "",
        "last_modified": visit.last_modified[:64] if visit.outcome.kept else "",
        "content_hash": content_hash,
        "sitemap_lastmod": lastmod,
        "in_sitemap": in_sitemap,
        "depth": visit.depth,
        "found_on": visit.found_on,
        "failures": 1 + (before.failures if before is not None else 0) if visit.outcome.is_failure else 0,
        "first_visit": aware(before.first_visit) if _was_visited(before) and before else visit.at,
        "last_visit": visit.at,
        "run": run,
        "pushed": visit.pushed and visit.outcome is not Outcome.GONE,
        **_revisit(run, visit, before, rule),
    }


def _was_visited(before: Row[Any] | None) -> bool:
    return before is not None and before.outcome not in NO_VISIT


def _revisit(run: int, visit: Visit, before: Row[Any] | None, rule: RevisitRule) -> dict[str, Any]:
    """When to visit again, when it last changed, and the history with this visit."""
    if visit.outcome in NO_VISIT:
        return {"interval": 0.0, "changed_at": None, "next_visit": None, "history": []}
    history = list(before.history) if before is not None else []
    if before is not None and _corrects(run, visit, before):
        changed = bool(history[0][5]) if history else False
        interval, changed_at = before.interval, before.changed_at
        del history[:1]
    else:
        changed = _changed(visit, before)
        changed_at = visit.at if changed else before.changed_at if before is not None else None
        interval = before.interval if before is not None else 0.0
        if not visit.outcome.is_failure:
            elapsed = visit.at - aware(before.last_visit) if before is not None else timedelta(0)
            interval = rule.next_interval(
                timedelta(seconds=interval), changed=changed, elapsed=elapsed
            ).total_seconds()
            if visit.outcome in _LEADS_ON and (before is None or not before.interval):
                interval = rule.bounded(rule.first * _DEAD).total_seconds()
    # What failed is tried again at the next run, whenever that is; a link that leads to nothing is not:
    # sites have more of these than pages.
    due = None if visit.outcome.is_failure else visit.at + timedelta(seconds=interval)
    if visit.outcome in _MISSING and not _is_missed(visit, before, run):
        interval = _dead_interval(visit, before, rule).total_seconds()
        due = visit.at + timedelta(seconds=interval)
    entry = [
        visit.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        run,
        visit.outcome.value,
        visit.http_status,
        round(visit.seconds, 3),
        changed,
    ]
    return {
        "interval": interval,
        "changed_at": aware(changed_at) if changed_at else None,
        "next_visit": due,
        "history": [entry, *history[: _HISTORY - 1]],
    }


def _is_missed(visit: Visit, before: Row[Any] | None, run: int) -> bool:
    """Whether a page that is not found stood in the store, and stays there until it is missed once more."""
    return before is not None and bool(before.content_hash) and not is_lost(visit, before, run)


def _dead_interval(visit: Visit, before: Row[Any] | None, rule: RevisitRule) -> timedelta:
    """The interval of an address that has no page, growing as long as none is found.

    A page that is gone may come back, and is looked for as soon as a new one would be.
    """
    if before is not None and before.content_hash and before.next_visit is None:
        return rule.bounded(rule.first)
    if before is None or before.outcome not in _MISSING or before.next_visit is None:
        return rule.bounded(rule.first * _DEAD)
    elapsed = visit.at - aware(before.last_visit)
    return rule.next_interval(timedelta(seconds=before.interval), changed=False, elapsed=elapsed)


def _changed(visit: Visit, before: Row[Any] | None) -> bool:
    """Whether a visit found something else than the last one that was answered."""
    if visit.outcome.is_failure:
        return False
    if before is None or not _was_visited(before):
        return True
    if visit.record is not None:
        return bool(visit.record.content_hash != before.content_hash)
    if visit.outcome is Outcome.UNCHANGED:
        return False
    answered = [name for _, _, name, *_ in before.history if not Outcome(name).is_failure]
    return bool(visit.outcome.value != (answered[0] if answered else before.outcome))
