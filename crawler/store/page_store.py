"""How is what was learnt kept and read back? Every write is one transaction: whole, or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from pydantic import ValidationError
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from crawler.assignment import Assignment, Origin, Scope
from crawler.errors import StoreError
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord
from crawler.store.batch import write_batch
from crawler.store.faults import told
from crawler.store.schema import crawl_run, document, link, revision_counter, url_state

_MIGRATIONS = Path(__file__).parent / "migrations"
_ENDED_IN_ORDER = frozenset({"finished", "stopped"})  # every URL that was met is in the store


@dataclass(frozen=True, slots=True)
class VisitedLink:
    """A link as the store keeps it: canonicalised target, text, whether it stands in the site's chrome."""

    target: str
    text: str
    chrome: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A URL's visit, ended. `url` is the canonicalised requested URL; `size` in bytes, `seconds` to fetch."""

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


@dataclass(frozen=True, slots=True)
class UrlState:
    """What the store knows of a URL from earlier visits."""

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
    """A document with what other pages call it."""

    record: DocumentRecord
    anchors: tuple[str, ...]
    template_blocks: tuple[str, ...]
    revision: int

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


class PageStore:
    """The page store behind one SQLAlchemy URL. Safe to share between threads; processes open their own."""

    def __init__(self, url: str) -> None:
        """Open the store, making or upgrading its tables. Raise StoreError where that is not possible."""
        self.url = url
        self._name = "page store"
        try:
            parsed = sa.make_url(url)
            self._name = f"page store {parsed.render_as_string(hide_password=True)}"
            if parsed.get_backend_name() == "sqlite":
                if parsed.database in {None, "", ":memory:"}:
                    raise StoreError(f"the {self._name} names no file; a store in memory is of no use")
                Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
            self._engine = _engine(parsed)
            self._upgrade()
        except (SQLAlchemyError, CommandError, OSError, ImportError) as error:
            raise StoreError(f"the {self._name} can't be opened: {told(error)}") from error

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    def __enter__(self) -> "PageStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _upgrade(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self._engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes: all of it, or nothing. Raise StoreError where it can't be written."""
        try:
            with self._engine.execution_options(write=True).begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreError(
                f"the {self._name} could not be written, nothing was changed: {told(error)}"
            ) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with. Raise StoreError where it can't be read."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreError(f"the {self._name} could not be read: {told(error)}") from error

    def insert_into(self, table: sa.Table) -> Any:
        """The database's own INSERT, which knows ON CONFLICT."""
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)

    # --- the crawl's side ---

    def begin_run(
        self, agency: str, at: datetime, *, assignment: Assignment | None = None, worker: str = ""
    ) -> int:
        """Start a crawl run and return its number. Runs that a killed process left open end here."""
        task = assignment or Assignment(agency)
        with self.writing() as connection:
            left_open = sa.select(crawl_run.c.id).where(
                crawl_run.c.agency == agency, crawl_run.c.status == "running"
            )
            self._forget_validators(connection, agency, left_open)
            connection.execute(
                sa.update(crawl_run)
                .where(crawl_run.c.agency == agency, crawl_run.c.status == "running")
                .values(status="interrupted", reason="the process ended before the run did", finished=at)
            )
            result = connection.execute(
                sa.insert(crawl_run).values(
                    agency=agency,
                    status="running",
                    reason="",
                    started=at,
                    outcomes={},
                    scope=task.scope,
                    target=task.target,
                    origin=task.origin,
                    request=task.request,
                    continues=task.continues,
                    worker=worker,
                )
            )
            key = result.inserted_primary_key
            assert key is not None
            return int(key[0])

    def _forget_validators(self, connection: Connection, agency: str, runs: Any) -> None:
        """Let the pages that runs visited be sent whole again, though they didn't change.

        Where a run ended before its time, links of theirs have not been followed, and an answer "not
        modified" would show none of them.
        """
        connection.execute(
            sa.update(url_state)
            .where(url_state.c.agency == agency, url_state.c.run.in_(runs))
            .values(etag="", last_modified="", sitemap_lastmod="")
        )

    def finish_run(self, run: int, status: str, at: datetime, *, reason: str = "") -> None:
        """End a crawl run."""
        with self.writing() as connection:
            begun = connection.execute(
                sa.select(crawl_run.c.started, crawl_run.c.agency).where(crawl_run.c.id == run)
            ).first()
            seconds = (at - _aware(begun.started)).total_seconds() if begun else 0.0
            if begun and status not in _ENDED_IN_ORDER:
                self._forget_validators(connection, begun.agency, [run])
            connection.execute(
                sa.update(crawl_run)
                .where(crawl_run.c.id == run)
                .values(status=status, reason=reason, finished=at, seconds=seconds)
            )

    def save_visits(self, run: int, visits: Sequence[Visit]) -> None:
        """Keep a batch of ended visits: outcomes, records, links and the run's counts, in one transaction.

        A URL's later visit in the same run replaces the earlier one, in the counts too.
        """
        if not visits:
            return
        with self.writing() as connection:
            write_batch(connection, self.insert_into, run, visits)

    def _next_revision(self, connection: Connection) -> int:
        connection.execute(sa.update(revision_counter).values(value=revision_counter.c.value + 1))
        return int(connection.scalar(sa.select(revision_counter.c.value)) or 0)

    def _remove(self, connection: Connection, url: CanonicalUrl, reason: str) -> None:
        there = connection.scalar(
            sa.select(document.c.url).where(document.c.url == url, document.c.removed.is_(False))
        )
        if there is None:
            return
        connection.execute(
            sa.update(document)
            .where(document.c.url == url)
            .values(removed=True, removed_reason=reason[:2000], revision=self._next_revision(connection))
        )
        connection.execute(sa.delete(link).where(link.c.source == url))

    def remove(self, url: CanonicalUrl, reason: str) -> None:
        """Take a document out; the index sees it go at its next look."""
        with self.writing() as connection:
            self._remove(connection, url, reason)

    def settle(self, url: CanonicalUrl, *, anchors: Sequence[str], template_blocks: Sequence[str]) -> bool:
        """Set what only the whole site shows of a document. Return whether anything changed."""
        with self.writing() as connection:
            row = connection.execute(
                sa.select(document.c.anchors, document.c.template_blocks).where(document.c.url == url)
            ).first()
            if row is None or (list(row.anchors), list(row.template_blocks)) == (
                list(anchors),
                list(template_blocks),
            ):
                return False
            connection.execute(
                sa.update(document)
                .where(document.c.url == url)
                .values(
                    anchors=list(anchors),
                    template_blocks=list(template_blocks),
                    revision=self._next_revision(connection),
                )
            )
            return True

    # --- reading ---

    def _states(self, connection: Connection, urls: Sequence[str]) -> dict[str, UrlState]:
        states: dict[str, UrlState] = {}
        for start in range(0, len(urls), 500):
            rows = connection.execute(
                sa.select(url_state).where(url_state.c.url.in_(urls[start : start + 500]))
            )
            states.update({row.url: _state(row) for row in rows})
        return states

    def url_state(self, url: str) -> UrlState | None:
        """What is known of one URL, or None."""
        with self.reading() as connection:
            return self._states(connection, [url]).get(url)

    def url_states(self, agency: str) -> Iterator[UrlState]:
        """What is known of every URL of an agency."""
        with self.reading() as connection:
            for row in connection.execute(sa.select(url_state).where(url_state.c.agency == agency)):
                yield _state(row)

    def document(self, url: CanonicalUrl) -> DocumentRow | None:
        """The document at a canonical URL, or None."""
        with self.reading() as connection:
            row = connection.execute(
                sa.select(document).where(document.c.url == url, document.c.removed.is_(False))
            ).first()
            return _document(row) if row else None

    def documents(self, agency: str | None = None) -> Iterator[DocumentRow]:
        """Every document, or every document of an agency, by URL. Reads in pages, so memory stays flat."""
        last = ""
        while True:
            query = sa.select(document).where(document.c.removed.is_(False), document.c.url > last)
            if agency is not None:
                query = query.where(document.c.agency == agency)
            with self.reading() as connection:
                rows = connection.execute(query.order_by(document.c.url).limit(500)).all()
            if not rows:
                return
            yield from (_document(row) for row in rows)
            last = rows[-1].url

    def document_counts(self) -> dict[str, int]:
        """The number of documents by agency."""
        with self.reading() as connection:
            rows = connection.execute(
                sa.select(document.c.agency, sa.func.count())
                .where(document.c.removed.is_(False))
                .group_by(document.c.agency)
            )
            return {row[0]: int(row[1]) for row in rows}

    def duplicate_of(self, agency: str, content_hash: str, url: CanonicalUrl) -> CanonicalUrl | None:
        """Another document of the agency with the same title and text, if there is one."""
        with self.reading() as connection:
            found = connection.scalar(
                sa.select(document.c.url)
                .where(
                    document.c.agency == agency,
                    document.c.content_hash == content_hash,
                    document.c.removed.is_(False),
                    document.c.url != url,
                )
                .order_by(document.c.revision)
                .limit(1)
            )
            return CanonicalUrl(found) if found else None

    def link_texts(self, agency_hosts: Iterable[str]) -> dict[str, dict[str, int]]:
        """Texts of links to documents on the hosts: target URL -> text -> number of pages that link so."""
        hosts = set(agency_hosts)
        texts: dict[str, dict[str, int]] = {}
        with self.reading() as connection:
            rows = connection.execute(
                sa.select(link.c.target, link.c.text, sa.func.count())
                .join(document, document.c.url == link.c.target)
                .where(document.c.host.in_(hosts), document.c.removed.is_(False))
                .group_by(link.c.target, link.c.text)
            )
            for target, text, count in rows:
                texts.setdefault(target, {})[text] = int(count)
        return texts

    def revision(self) -> int:
        """The number of the newest change."""
        with self.reading() as connection:
            return int(connection.scalar(sa.select(revision_counter.c.value)) or 0)

    def changes_since(self, revision: int, limit: int = 500) -> list[Change]:
        """The next changes after a revision, oldest first; empty when there is nothing new."""
        with self.reading() as connection:
            rows = connection.execute(
                sa.select(document)
                .where(document.c.revision > revision)
                .order_by(document.c.revision)
                .limit(limit)
            ).all()
        return [
            Change(row.revision, CanonicalUrl(row.url), None if row.removed else _document(row))
            for row in rows
        ]

    def runs(self, agency: str | None = None, limit: int = 50) -> list[RunSummary]:
        """The newest crawl runs first."""
        query = sa.select(crawl_run).order_by(crawl_run.c.id.desc()).limit(limit)
        if agency is not None:
            query = query.where(crawl_run.c.agency == agency)
        with self.reading() as connection:
            return [_run(row) for row in connection.execute(query)]

    def run(self, number: int) -> RunSummary:
        """One crawl run. Raise StoreError where there is none of that number."""
        with self.reading() as connection:
            row = connection.execute(sa.select(crawl_run).where(crawl_run.c.id == number)).first()
        if row is None:
            raise StoreError(f"there is no crawl run {number}")
        return _run(row)


def _engine(url: sa.URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": 30.0})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: Any) -> None:
        # Let SQLAlchemy, not the driver, say BEGIN: see "Serializable isolation" in its SQLite chapter.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: a read that turns into a write can't be made to wait, only to fail.
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _state(row: Any) -> UrlState:
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
        first_visit=_aware(row.first_visit),
        last_visit=_aware(row.last_visit),
        run=row.run,
        next_visit=_aware(row.next_visit) if row.next_visit else None,
        interval=row.interval,
        changed_at=_aware(row.changed_at) if row.changed_at else None,
        in_sitemap=row.in_sitemap,
        pushed=row.pushed,
        history=tuple(tuple(entry) for entry in row.history),
    )


def _document(row: Any) -> DocumentRow:
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
    )


def _run(row: Any) -> RunSummary:
    return RunSummary(
        id=row.id,
        agency=row.agency,
        status=row.status,
        reason=row.reason,
        started=_aware(row.started),
        finished=_aware(row.finished) if row.finished else None,
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
