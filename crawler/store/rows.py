"""What goes into the page store, and what comes out of it? Plain values, and how rows become them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from crawler.assignment import Origin, Scope
from crawler.errors import StoreError
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord
from crawler.store.schema import url_state


@dataclass(frozen=True, slots=True)
class VisitedLink:
    """A link as the store keeps it: canonicalised target, text, whether it stands in the site's chrome."""

    target: str
    text: str
    chrome: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A URL's visit, ended. `url` is the canonicalised requested URL; `size` in bytes, `seconds` to fetch.

    With the outcome NOT_VISITED and no reason it is a URL that was only discovered: the store keeps it for
    the run that goes on where this one was broken off. With a reason it says why nobody visited it after all.
    """

    url: str
    agency: str
    outcome: Outcome
    at: datetime
    reason: str = ""
    http_status: int | None = None
    canonical_url: str = ""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    sitemap_lastmod: str = ""
    in_sitemap: bool = False
    depth: int = 0
    found_on: str = ""
    size: int = 0
    seconds: float = 0.0
    record: DocumentRecord | None = None
    links: tuple[VisitedLink, ...] = ()
    asked_for: bool = False
    """Whether somebody asked for this very URL: then a page that is not found is gone, not only missing."""
    passing: bool = False
    """Whether the site itself says that it will not last: a redirect with 302, 303 or 307."""
    pushed: bool = False
    """Whether the agency sent the document itself."""
    was_passed_over: bool = False
    """Whether this run had counted the URL as NOT_DUE before it was visited after all."""


@dataclass(frozen=True, slots=True)
class UrlState:
    """What the store knows of a URL from earlier visits.

    `history` holds the last visits, newest first, as (ISO time, run, outcome, HTTP status, seconds, changed);
    it is empty where many states are read at once.
    """

    url: str
    agency: str
    outcome: Outcome
    reason: str
    http_status: int | None
    canonical_url: str
    content_type: str
    etag: str
    last_modified: str
    content_hash: str
    sitemap_lastmod: str
    depth: int
    found_on: str
    failures: int
    first_visit: datetime
    last_visit: datetime
    run: int
    next_visit: datetime | None
    interval: float
    changed_at: datetime | None
    in_sitemap: bool
    pushed: bool
    history: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document with what other pages call it.

    `lost_run` is the run that found it gone, where that run is still to be judged by the wipe guard.
    """

    record: DocumentRecord
    anchors: tuple[str, ...]
    template_blocks: tuple[str, ...]
    revision: int
    lost_run: int | None = None
    lost_reason: str = ""

    def text(self) -> str:
        """The main text without blocks that stand on many pages of the same host."""
        if not self.template_blocks:
            return self.record.text
        template = set(self.template_blocks)
        return "\n".join(block for block in self.record.text.split("\n") if block not in template)


@dataclass(frozen=True, slots=True)
class Change:
    """Something for the index to do: put the document, or (document None) remove the URL."""

    revision: int
    url: CanonicalUrl
    document: DocumentRow | None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A crawl run.

    `status` is running, finished, stopped (by a person), paused (goes on by itself later), failed,
    interrupted (its process was killed), held (by the wipe guard), released or discarded (by a person, after
    it was held) or superseded (a later run of the agency took the place of a held one).
    `changes` counts documents: new, changed, unchanged, not_due, removed, held. `hosts` has figures by host:
    requests, bytes, seconds (in all), slowest (seconds), errors. `warnings` are rows of {"code", "message"}.
    """

    id: int
    agency: str
    status: str
    reason: str
    started: datetime
    finished: datetime | None
    requests: int
    bytes: int
    seconds: float
    outcomes: dict[Outcome, int]
    scope: Scope
    target: str
    origin: Origin
    request: int | None
    continues: int | None
    worker: str
    documents_before: int
    changes: dict[str, int]
    hosts: dict[str, dict[str, float]]
    warnings: tuple[dict[str, Any], ...]


def aware(moment: datetime) -> datetime:
    """A time as the database gave it, in UTC: SQLite keeps no zone, PostgreSQL gives the session's."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


# What is read where many states are read at once: all but the history.
STATE_COLUMNS: tuple[sa.Column[Any], ...] = tuple(
    column for column in url_state.columns if column.name not in {"history", "host"}
)


def state_of(row: Any, history: tuple[tuple[Any, ...], ...] = ()) -> UrlState:
    """A row of url_state."""
    return UrlState(
        url=row.url,
        agency=row.agency,
        outcome=Outcome(row.outcome),
        reason=row.reason,
        http_status=row.http_status,
        canonical_url=row.canonical_url,
        content_type=row.content_type,
        etag=row.etag,
        last_modified=row.last_modified,
        content_hash=row.content_hash,
        sitemap_lastmod=row.sitemap_lastmod,
        depth=row.depth,
        found_on=row.found_on,
        failures=row.failures,
        first_visit=aware(row.first_visit),
        last_visit=aware(row.last_visit),
        run=row.run,
        next_visit=aware(row.next_visit) if row.next_visit else None,
        interval=row.interval,
        changed_at=aware(row.changed_at) if row.changed_at else None,
        in_sitemap=row.in_sitemap,
        pushed=row.pushed,
        history=history,
    )


def document_of(row: Any) -> DocumentRow:
    """A row of document. Raise StoreError where its record can't be read."""
    try:
        record = DocumentRecord.model_validate_json(row.record)
    except ValidationError as error:
        raise StoreError(
            f"the page store's record of {row.url} can't be read ({error.error_count()} faults); put back a "
            f"copy of the store, or crawl {row.agency} into a new one"
        ) from error
    return DocumentRow(
        record=record,
        anchors=tuple(row.anchors),
        template_blocks=tuple(row.template_blocks),
        revision=row.revision,
        lost_run=row.lost_run,
        lost_reason=row.lost_reason,
    )


def run_of(row: Any) -> RunSummary:
    """A row of crawl_run."""
    return RunSummary(
        id=row.id,
        agency=row.agency,
        status=row.status,
        reason=row.reason,
        started=aware(row.started),
        finished=aware(row.finished) if row.finished else None,
        requests=row.requests,
        bytes=row.bytes,
        seconds=row.seconds,
        outcomes={Outcome(name): int(count) for name, count in row.outcomes.items()},
        scope=Scope(row.scope),
        target=row.target,
        origin=Origin(row.origin),
        request=row.request,
        continues=row.continues,
        worker=row.worker,
        documents_before=row.documents_before,
        changes=dict(row.changes),
        hosts=dict(row.hosts),
        warnings=tuple(row.warnings),
    )
