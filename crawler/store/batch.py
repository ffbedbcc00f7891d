"""How is a batch of ended visits written with few statements? Called by PageStore inside one transaction."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from crawler.outcomes import Outcome
from crawler.registry import host_of
from crawler.store.schema import crawl_run, document, link, revision_counter, url_state

if TYPE_CHECKING:
    from crawler.store.page_store import Visit

_MAX_LINK_TEXT = 300
_CHUNK = 500  # (SQLite takes at most 32,766 parameters a statement, PostgreSQL 65,535)
_LOST_AT_ONCE = frozenset(
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
_LOST_AT_SECOND = frozenset({Outcome.NOT_FOUND, Outcome.SOFT_404})
_NO_VISIT = frozenset({Outcome.NOT_VISITED, Outcome.NOT_DUE, Outcome.PAGE_LIMIT})

Insert = Callable[[sa.Table], Any]


def write_batch(connection: Connection, insert: Insert, run: int, visits: Sequence["Visit"]) -> None:
    """Write outcomes, documents, links and the run's counts.

    A later visit of a URL in the same run corrects the earlier one: it replaces it in the counts too. A URL
    that was not visited after all keeps what an earlier run knew of it.
    """
    last = {visit.url: visit for visit in visits}
    before = _before(connection, list(last))
    _count(connection, run, last, before)
    states = [
        _state_values(run, visit, before.get(url))
        for url, visit in last.items()
        if visit.outcome not in _NO_VISIT or url not in before
    ]
    if states:
        statement = insert(url_state)
        kept = {key: statement.excluded[key] for key in states[0] if key not in {"url", "first_visit"}}
        connection.execute(statement.on_conflict_do_update(index_elements=["url"], set_=kept), states)
    _write_documents(connection, insert, last.values(), before)
    _write_links(connection, insert, last.values())


def _before(connection: Connection, urls: list[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for start in range(0, len(urls), _CHUNK):
        query = sa.select(
            url_state.c.url,
            url_state.c.outcome,
            url_state.c.failures,
            url_state.c.content_hash,
            url_state.c.run,
        ).where(url_state.c.url.in_(urls[start : start + _CHUNK]))
        found.update({row.url: row for row in connection.execute(query)})
    return found


def _count(connection: Connection, run: int, last: dict[str, "Visit"], before: dict[str, Row[Any]]) -> None:
    row = connection.execute(sa.select(crawl_run.c.outcomes).where(crawl_run.c.id == run)).first()
    counts: Counter[str] = Counter(row.outcomes if row else {})
    requests = size = 0
    for url, visit in last.items():
        counts[visit.outcome.value] += 1
        earlier = before.get(url)
        if earlier is not None and earlier.run == run:
            counts[earlier.outcome] -= 1
        else:
            requests += visit.http_status is not None
            size += visit.size
    connection.execute(
        sa.update(crawl_run)
        .where(crawl_run.c.id == run)
        .values(
            outcomes={name: count for name, count in counts.items() if count > 0},
            requests=crawl_run.c.requests + requests,
            bytes=crawl_run.c.bytes + size,
        )
    )


def _state_values(run: int, visit: "Visit", before: Row[Any] | None) -> dict[str, Any]:
    if visit.record is not None:
        content_hash = visit.record.content_hash
    else:
        content_hash = before.content_hash if before is not None else ""
    return {
        "url": visit.url,
        "agency": visit.agency,
        "host": host_of(visit.url),
        "outcome": visit.outcome.value,
        "reason": visit.reason[:2000],
        "http_status": visit.http_status,
        "canonical_url": visit.canonical_url,
        "content_type": visit.content_type[:128],
        "etag": visit.etag if visit.outcome.kept else "",
        "last_modified": visit.last_modified[:64] if visit.outcome.kept else "",
        "content_hash": content_hash,
        "sitemap_lastmod": visit.sitemap_lastmod[:40],
        "depth": visit.depth,
        "found_on": visit.found_on,
        "failures": _failures(visit, before) if visit.outcome.is_failure else 0,
        "first_visit": visit.at,
        "last_visit": visit.at,
        "run": run,
    }


def _failures(visit: "Visit", before: Row[Any] | None) -> int:
    return 1 + (before.failures if before is not None else 0)


def _write_documents(
    connection: Connection, insert: Insert, visits: Iterable["Visit"], before: dict[str, Row[Any]]
) -> None:
    puts: dict[str, dict[str, Any]] = {}
    checked: dict[str, datetime] = {}
    lost: dict[str, str] = {}
    for visit in visits:
        earlier = before.get(visit.url)
        failed_before = earlier is not None and earlier.failures > 0
        if visit.record is not None:
            record = visit.record
            puts[record.url] = {
                "url": record.url,
                "agency": record.agency,
                "host": record.host,
                "doctype": record.doctype.value,
                "language": record.language,
                "content_hash": record.content_hash,
                "signature": record.signature,
                "record": record.model_dump_json(),
                "anchors": [],
                "template_blocks": [],
                "removed": False,
                "removed_reason": "",
            }
        elif visit.outcome is Outcome.UNCHANGED:
            checked[visit.canonical_url or visit.url] = visit.at
        elif visit.outcome in _LOST_AT_ONCE or (visit.outcome in _LOST_AT_SECOND and failed_before):
            lost[visit.url] = f"{visit.outcome}: {visit.reason}"
    there = _standing(connection, [*checked, *lost], with_records=bool(checked))
    changed = [
        {"b_url": url, "record": _checked(there[url], at)} for url, at in checked.items() if url in there
    ]
    gone = [
        {"b_url": url, "removed": True, "removed_reason": reason[:2000]}
        for url, reason in lost.items()
        if url in there and url not in puts
    ]
    revision = _revisions(connection, len(puts) + len(changed) + len(gone))
    for values in (*puts.values(), *changed, *gone):
        revision += 1
        values["revision"] = revision
    if puts:
        statement = insert(document)
        first = next(iter(puts.values()))
        kept = {
            key: statement.excluded[key] for key in first if key not in {"url", "anchors", "template_blocks"}
        }
        connection.execute(
            statement.on_conflict_do_update(index_elements=["url"], set_=kept), list(puts.values())
        )
    for rows in (changed, gone):
        if rows:
            names = [key for key in rows[0] if key != "b_url"]
            statement = (
                sa.update(document)
                .where(document.c.url == sa.bindparam("b_url"))
                .values({name: sa.bindparam(name) for name in names})
            )
            connection.execute(statement, rows)
    if gone:
        connection.execute(
            sa.delete(link).where(link.c.source == sa.bindparam("b_url")),
            [{"b_url": row["b_url"]} for row in gone],
        )


def _standing(connection: Connection, urls: list[str], *, with_records: bool) -> dict[str, str]:
    """The documents of these URLs that are not removed: URL -> record as JSON."""
    found: dict[str, str] = {}
    wanted = document.c.record if with_records else sa.literal("").label("record")
    for start in range(0, len(urls), _CHUNK):
        query = sa.select(document.c.url, wanted).where(
            document.c.url.in_(urls[start : start + _CHUNK]), document.c.removed.is_(False)
        )
        found.update({row.url: row.record for row in connection.execute(query)})
    return found


def _checked(record: str, at: datetime) -> str:
    """The stored record with another `checked`, without building the model anew."""
    values = json.loads(record)
    values["checked"] = at.isoformat()
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _revisions(connection: Connection, count: int) -> int:
    """Take `count` revisions; the number before the first of them."""
    if not count:
        return 0
    connection.execute(sa.update(revision_counter).values(value=revision_counter.c.value + count))
    return int(connection.scalar(sa.select(revision_counter.c.value)) or 0) - count


def _write_links(connection: Connection, insert: Insert, visits: Iterable["Visit"]) -> None:
    sources: list[dict[str, str]] = []
    rows: set[tuple[str, str, str]] = set()
    for visit in visits:
        if visit.record is None and not visit.links:
            continue
        source = visit.record.url if visit.record is not None else visit.url
        sources.append({"b_url": source})
        chrome = f"*{host_of(source)}"
        rows.update(
            (chrome if kept.chrome else source, kept.target, kept.text[:_MAX_LINK_TEXT])
            for kept in visit.links
            if kept.text and kept.target != source
        )
    if sources:
        connection.execute(sa.delete(link).where(link.c.source == sa.bindparam("b_url")), sources)
    if rows:
        connection.execute(
            insert(link).on_conflict_do_nothing(),
            [{"source": source, "target": target, "text": text} for source, target, text in sorted(rows)],
        )
