"""Which documents does a batch of visits put, check and lose? Called by write_batch."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from crawler.outcomes import Outcome
from crawler.store.links import chunks, delete_links
from crawler.store.losses import is_lost, revisions, sort_losses, update_documents
from crawler.store.rows import Visit
from crawler.store.schema import document

NO_VISIT = frozenset({Outcome.NOT_VISITED, Outcome.NOT_DUE, Outcome.PAGE_LIMIT})
"""Outcomes of URLs that no request was made for; what an earlier run knew of them stays."""
_MARKS: dict[str, Any] = {"removed": False, "removed_reason": "", "lost_run": None, "lost_reason": ""}

Insert = Callable[[sa.Table], Any]
Before = Mapping[str, Row[Any]]
"""The state of URLs before their visits, as far as they were known."""


def visited_in(run: int, before: Row[Any] | None) -> bool:
    """Whether a URL was visited in this very run."""
    return before is not None and bool(before.run == run) and before.outcome not in NO_VISIT


def write_documents(
    connection: Connection,
    insert: Insert,
    run: int,
    visits: Mapping[str, Visit],
    before: Before,
    changes: Counter[str],
    floor: int,
) -> None:
    """Write what the visits say of documents, and count it in `changes`: new, changed, unchanged, removed."""
    puts: dict[str, dict[str, Any]] = {}
    checked: dict[str, datetime] = {}
    going: dict[str, Visit] = {}
    for url, visit in visits.items():
        if visit.record is not None:
            puts[visit.record.url] = _document_values(visit)
        elif visit.outcome is Outcome.UNCHANGED:
            checked[visit.canonical_url or url] = visit.at
        elif is_lost(visit, before.get(url), run):
            going[url] = visit
    there = _documents(connection, [*puts, *checked, *going])
    _count_kept(run, [*puts, *checked], puts, there, before, changes)
    going = {
        url: visit
        for url, visit in going.items()
        if url in there and not there[url].removed and url not in puts
    }
    lost = sort_losses(
        connection, run, going, dict(before), {url: there[url].lost_run for url in going}, floor
    )
    _count_lost(run, lost.removed, going, before, changes, new=True)
    _count_lost(run, lost.guarded, going, before, changes, new=False)
    records = _records(connection, [url for url in checked if url in there])
    updates = [
        {"b_url": url, "record": _checked(record, checked[url]), **_MARKS} for url, record in records.items()
    ]
    gone = [
        {"b_url": url, "removed": True, "removed_reason": reason, "lost_run": mark, "lost_reason": reason}
        for reasons, mark in ((lost.removed, None), (lost.guarded, run))
        for url, reason in reasons.items()
    ]
    revision = revisions(connection, len(puts) + len(updates) + len(gone))
    for values in (*puts.values(), *updates, *gone):
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
    update_documents(connection, updates)
    update_documents(connection, gone)
    # A mark is no change: it takes no revision, and the index hears nothing of it.
    update_documents(
        connection,
        [{"b_url": url, "lost_run": run, "lost_reason": reason} for url, reason in lost.marked.items()],
    )
    delete_links(connection, [{"b_url": url} for url in lost.removed])


def _document_values(visit: Visit) -> dict[str, Any]:
    record = visit.record
    assert record is not None
    return {
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
        **_MARKS,
    }


def _documents(connection: Connection, urls: Collection[str]) -> dict[str, Row[Any]]:
    """The documents of these URLs, and the tombstones of those that can still be put back."""
    found: dict[str, Row[Any]] = {}
    for some in chunks(urls):
        query = sa.select(
            document.c.url, document.c.content_hash, document.c.removed, document.c.lost_run
        ).where(
            document.c.url.in_(some), sa.or_(document.c.removed.is_(False), document.c.lost_run.is_not(None))
        )
        found.update({row.url: row for row in connection.execute(query)})
    return found


def _records(connection: Connection, urls: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(urls):
        query = sa.select(document.c.url, document.c.record).where(document.c.url.in_(some))
        found.update({row.url: row.record for row in connection.execute(query)})
    return found


def _checked(record: str, at: datetime) -> str:
    """The stored record with another `checked`, without building the model anew."""
    values = json.loads(record)
    values["checked"] = at.isoformat()
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _count_kept(
    run: int,
    urls: Iterable[str],
    puts: Mapping[str, dict[str, Any]],
    there: Mapping[str, Row[Any]],
    before: Before,
    changes: Counter[str],
) -> None:
    for url in urls:
        known = there.get(url)
        if known is not None and known.removed:
            # Removed at once by a run that was not judged yet, and found again.
            changes["removed"] -= known.lost_run == run
        else:
            earlier = before.get(url)
            if earlier is not None and visited_in(run, earlier) and Outcome(earlier.outcome).kept:
                continue  # counted when it was first visited in this run
        if known is None:
            changes["new"] += url in puts
        elif url in puts and puts[url]["content_hash"] != known.content_hash:
            changes["changed"] += 1
        else:
            changes["unchanged"] += 1


def _count_lost(
    run: int,
    urls: Iterable[str],
    visits: Mapping[str, Visit],
    before: Before,
    changes: Counter[str],
    *,
    new: bool,
) -> None:
    for url in urls:
        earlier = before.get(url)
        counted = (
            earlier is not None
            and visited_in(run, earlier)
            and Outcome(earlier.outcome).kept
            and bool(earlier.history)
        )
        if new and counted and not visits[url].pushed:
            changes["new"] -= 1
            continue
        if counted and earlier is not None:
            changes["changed" if earlier.history[0][5] else "unchanged"] -= 1
        changes["removed"] += 1
