"""How is what was learnt kept and read back? Every write is one transaction: whole, or not at all."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.util.exc import CommandError
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from crawler.assignment import Assignment, Scope
from crawler.errors import StoreError
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl
from crawler.revisit import DEFAULT_RULE, RevisitRule
from crawler.store import links, losses, runs
from crawler.store.batch import write_batch
from crawler.store.faults import told
from crawler.store.opening import open_engine, upgrade
from crawler.store.rows import (
    STATE_COLUMNS,
    Change,
    DocumentRow,
    RunSummary,
    UrlState,
    Visit,
    VisitedLink,
    document_of,
    state_of,
)
from crawler.store.schema import document, link, revision_counter, url_state

__all__ = ["Change", "DocumentRow", "PageStore", "RunSummary", "UrlState", "Visit", "VisitedLink"]


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
            self._engine = open_engine(parsed)
            upgrade(self._engine)
        except (SQLAlchemyError, CommandError, OSError, ImportError) as error:
            raise StoreError(f"the {self._name} can't be opened: {told(error)}") from error

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    def __enter__(self) -> "PageStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
        """Start a crawl run and return its number. Runs of dead processes are ended by `interrupt_runs`."""
        with self.writing() as connection:
            return runs.begin_run(connection, assignment or Assignment(agency), at, worker)

    def save_visits(
        self,
        run: int,
        visits: Sequence[Visit],
        *,
        rule: RevisitRule = DEFAULT_RULE,
        floor: int = losses.FLOOR,
    ) -> None:
        """Keep a batch of ended visits: outcomes, records, links and the run's counts, in one transaction.

        A URL's later visit in the same run replaces the earlier one, in the counts too. `rule` tells when to
        visit again; as many documents as `floor` that the run finds gone are removed at once, more of them
        when the run has ended and was judged.
        """
        if not visits:
            return
        with self.writing() as connection:
            write_batch(connection, self.insert_into, run, visits, rule=rule, floor=floor)

    def finish_run(
        self,
        run: int,
        status: str,
        at: datetime,
        reason: str = "",
        *,
        share: float = losses.SHARE,
        floor: int = losses.FLOOR,
    ) -> str:
        """End a crawl run. Return its status: the one given, or "held" where it lost too much of the agency.

        A finished or stopped run is judged: did it, and the runs that it continues, lose more than `share` of
        the agency's documents, and more than `floor`? Then all of them stay searchable until somebody calls
        `release_run` or `discard_run`, and `reason` says what was lost; otherwise they are removed now. A
        finished run of the whole agency takes the place of one that is held. A run that was judged already
        stays as it is.
        """
        with self.writing() as connection:
            return runs.finish_run(connection, run, status, at, reason, share=share, floor=floor)

    def release_run(self, run: int, at: datetime) -> int:
        """Remove what a held run found gone. Return how many documents; raise StoreError if it isn't held."""
        with self.writing() as connection:
            return runs.release_run(connection, run, at)

    def discard_run(self, run: int, at: datetime) -> int:
        """Keep what a held run found gone; the next run looks again. Return how many documents; raise
        StoreError if it isn't held."""
        with self.writing() as connection:
            return runs.discard_run(connection, run, at)

    def interrupt_runs(self, worker: str, at: datetime) -> list[int]:
        """End the running runs of a dead worker as interrupted. Return their numbers."""
        with self.writing() as connection:
            return runs.interrupt_runs(connection, worker, at)

    def add_figures(
        self, run: int, hosts: Mapping[str, Mapping[str, float]], warnings: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        """Add a run's figures by host and its warnings (see RunSummary). All but `slowest` add up."""
        with self.writing() as connection:
            runs.add_figures(connection, run, hosts, warnings)

    def remove(self, url: CanonicalUrl, reason: str) -> None:
        """Take a document out; the index sees it go at its next look."""
        with self.writing() as connection:
            there = connection.scalar(
                sa.select(document.c.url).where(document.c.url == url, document.c.removed.is_(False))
            )
            if there is None:
                return
            connection.execute(
                sa.update(document)
                .where(document.c.url == url)
                .values(
                    removed=True,
                    removed_reason=reason[:2000],
                    revision=losses.revisions(connection, 1) + 1,
                    lost_run=None,
                    lost_reason="",
                )
            )
            connection.execute(sa.delete(link).where(link.c.source == url))

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
                    revision=losses.revisions(connection, 1) + 1,
                )
            )
            return True

    # --- reading ---

    def url_state(self, url: str) -> UrlState | None:
        """What is known of one URL, with its history, or None."""
        with self.reading() as connection:
            row = connection.execute(sa.select(url_state).where(url_state.c.url == url)).first()
            return state_of(row, tuple(tuple(entry) for entry in row.history)) if row else None

    def url_states(self, agency: str) -> Iterator[UrlState]:
        """What is known of every URL of an agency, without histories."""
        with self.reading() as connection:
            for row in connection.execute(sa.select(*STATE_COLUMNS).where(url_state.c.agency == agency)):
                yield state_of(row)

    def failures(
        self, agency: str, *, outcome: Outcome | None = None, limit: int = 100, after: str = ""
    ) -> list[UrlState]:
        """URLs of an agency whose last visit failed, or ended as `outcome`, in the order of their URLs.

        `after` is the last URL of the page before.
        """
        with self.reading() as connection:
            return list(runs.failures(connection, agency, outcome=outcome, limit=limit, after=after))

    def outcome_counts(self, agency: str) -> dict[Outcome, int]:
        """How the last visits of an agency's URLs ended, counted."""
        with self.reading() as connection:
            return runs.outcome_counts(connection, agency)

    def stale_count(self, agency: str) -> int:
        """The number of an agency's documents that stand though the last visit of their URL failed."""
        with self.reading() as connection:
            return runs.stale_count(connection, agency)

    def document(self, url: CanonicalUrl) -> DocumentRow | None:
        """The document at a canonical URL, or None."""
        with self.reading() as connection:
            row = connection.execute(
                sa.select(document).where(document.c.url == url, document.c.removed.is_(False))
            ).first()
            return document_of(row) if row else None

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
            yield from (document_of(row) for row in rows)
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

    def document_urls(self, agency: str) -> set[str]:
        """The URLs of an agency's documents, lost ones that are still to be judged among them."""
        with self.reading() as connection:
            query = sa.select(document.c.url).where(
                document.c.agency == agency, document.c.removed.is_(False)
            )
            return set(connection.scalars(query))

    def link_texts(self, agency_hosts: Iterable[str]) -> dict[str, dict[str, int]]:
        """Texts of links to documents on the hosts: document -> text -> number of pages that link so.

        Links to an address that redirects to a document, or that it stands for, count for the document.
        """
        with self.reading() as connection:
            return links.link_texts(connection, set(agency_hosts))

    def inbound_texts(self, urls: Collection[str]) -> dict[str, tuple[str, ...]]:
        """What links call each of these URLs: at most five texts, the most frequent first."""
        with self.reading() as connection:
            return links.inbound_texts(connection, urls)

    def orphans(self, agency: str, urls: Collection[str]) -> set[str]:
        """Those of an agency's known URLs that no stored link leads to any more."""
        with self.reading() as connection:
            return links.orphans(connection, agency, urls)

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
            Change(row.revision, CanonicalUrl(row.url), None if row.removed else document_of(row))
            for row in rows
        ]

    def runs(
        self,
        agency: str | None = None,
        limit: int = 50,
        *,
        status: str | None = None,
        scope: Scope | None = None,
    ) -> list[RunSummary]:
        """The newest crawl runs first: all, or those of an agency, a status, a scope."""
        with self.reading() as connection:
            return runs.runs(connection, agency=agency, status=status, scope=scope, limit=limit)

    def run(self, number: int) -> RunSummary:
        """One crawl run. Raise StoreError where there is none of that number."""
        with self.reading() as connection:
            return runs.run(connection, number)
