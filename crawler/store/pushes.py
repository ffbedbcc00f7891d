"""Which documents did agencies send or take back themselves? Rows that wait to be read as pages are.

A row's body is a line of JSON with what was given beside the document (title, language), then its bytes.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from crawler.assignment import Origin, Scope
from crawler.outcomes import Outcome
from crawler.registry import host_of
from crawler.store.page_store import PageStore
from crawler.store.schema import (
    crawl_run,
    document,
    link,
    pushed_document,
    revision_counter,
    url_state,
    worker,
)

_T = pushed_document.c
TAKEN_BACK = "taken back by the agency"
"""The reason of URLs whose document an agency deleted."""


@dataclass(frozen=True, slots=True)
class Push:
    """A document that was sent or taken back.

    `action`: put or delete. `status`: pending, running, finished, or superseded (the same URL was sent or
    taken back again before this one was read). `outcome`, `reason`: how the document ended, as a visit of
    its URL would. `title` and `language` are what the agency says of it, or empty; `content` are its bytes:
    all three are empty once it is over, and in `get`.
    """

    id: int
    agency: str
    url: str
    action: str
    content_type: str
    status: str
    received: datetime
    finished: datetime | None
    outcome: str
    reason: str
    title: str = ""
    language: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class NewPush:
    """A document to be sent: its canonical URL, its type with the character set, and its bytes."""

    url: str
    content_type: str
    content: bytes
    title: str = ""
    language: str = ""


class Pushes:
    """The pushed documents of a page store. Several processes may read them; each row is read by one."""

    def __init__(self, store: PageStore) -> None:
        self._store = store

    def put(self, agency: str, documents: Sequence[NewPush], at: datetime) -> list[Push]:
        """Take documents to be read, all of them or none. What waits for the same URLs is superseded."""
        with self._store.writing() as connection:
            self._supersede(connection, [one.url for one in documents], ("pending",), at)
            ids = [
                self._insert(
                    connection,
                    agency=agency,
                    url=one.url,
                    action="put",
                    content_type=one.content_type[:128],
                    body=_body(one),
                    status="pending",
                    received=at,
                )
                for one in documents
            ]
            return [
                Push(number, agency, one.url, "put", one.content_type[:128], "pending", at, None, "", "")
                for number, one in zip(ids, documents, strict=True)
            ]

    def delete(self, agency: str, url: str, at: datetime) -> tuple[Push, bool]:
        """Take a document out at once, and remember that its agency doesn't want it: no crawl visits it.

        Return the row, and whether there was a document or one waiting to be read.
        """
        with self._store.writing() as connection:
            waiting = self._supersede(connection, [url], ("pending", "running"), at)
            removed = self._remove(connection, url)
            self._forget(connection, agency, url, at)
            number = self._insert(
                connection,
                agency=agency,
                url=url,
                action="delete",
                status="finished",
                received=at,
                finished=at,
                outcome=Outcome.GONE.value,
                reason=TAKEN_BACK,
            )
        row = Push(number, agency, url, "delete", "", "finished", at, at, Outcome.GONE.value, TAKEN_BACK)
        return row, removed or waiting > 0

    def get(self, number: int) -> Push | None:
        """One row, without its body; None where there is none."""
        columns = [column for column in pushed_document.c if column.name not in {"body", "worker"}]
        with self._store.reading() as connection:
            row = connection.execute(sa.select(*columns).where(_T.id == number)).first()
        return _push(row) if row else None

    def waiting(self, agency: str | None = None) -> tuple[int, int]:
        """How many documents wait or are being read, and their bytes in all."""
        query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.func.length(_T.body)), 0)).where(
            _T.status.in_(("pending", "running"))
        )
        if agency is not None:
            query = query.where(_T.agency == agency)
        with self._store.reading() as connection:
            count, size = connection.execute(query).one()
        return int(count), int(size)

    # --- the worker's side ---

    def claim(self, name: str, *, agencies: Collection[str], limit: int, most_bytes: int) -> list[Push]:
        """Take the oldest documents that wait, of one agency, for this worker alone; empty: none waits.

        At most `limit`, and no more than `most_bytes` of them unless the first is larger alone.
        """
        # What is sent again while it is being read waits for its turn, so that the newest is saved last.
        being_read = sa.select(_T.url).where(_T.status == "running")
        ready = sa.select(_T.id, _T.agency, sa.func.length(_T.body).label("size")).where(
            _T.status == "pending", _T.agency.in_(sorted(agencies)), _T.url.not_in(being_read)
        )
        with self._store.reading() as connection:
            if connection.execute(ready.limit(1)).first() is None:  # the usual case takes no lock
                return []
        with self._store.writing() as connection:
            rows = connection.execute(
                ready.order_by(_T.id).limit(limit).with_for_update(skip_locked=True)
            ).all()
            chosen: list[int] = []
            size = 0
            for row in rows:
                if row.agency != rows[0].agency:
                    continue
                size += row.size
                if chosen and size > most_bytes:
                    break
                chosen.append(row.id)
            taken = connection.execute(
                sa.update(pushed_document)
                .where(_T.id.in_(chosen), _T.status == "pending")
                .values(status="running", worker=name[:200])
                .returning(pushed_document)
            ).all()
        return sorted((_push(row, bytes(row.body)) for row in taken), key=lambda push: push.id)

    def begin_run(self, agency: str, name: str, at: datetime) -> int:
        """Start the run that a batch is saved in; end it with PageStore.finish_run.

        A crawl of the agency may be under way: it goes on.
        """
        with self._store.writing() as connection:
            before = sa.select(sa.func.count()).where(
                document.c.agency == agency, document.c.removed.is_(False)
            )
            key = connection.execute(
                sa.insert(crawl_run).values(
                    agency=agency,
                    status="running",
                    started=at,
                    outcomes={},
                    scope=Scope.URL.value,
                    origin=Origin.PUSH.value,
                    worker=name[:200],
                    documents_before=connection.scalar(before) or 0,
                )
            ).inserted_primary_key
            assert key is not None
            return int(key[0])

    def finish(self, agency: str, ended: Sequence[tuple[Push, Outcome, str]], at: datetime) -> None:
        """Tell how documents ended, and let go of their bytes. Call it once their visits are saved.

        What was taken back while it was being read goes again.
        """
        with self._store.writing() as connection:
            for push, outcome, reason in ended:
                changed = connection.execute(
                    sa.update(pushed_document)
                    .where(_T.id == push.id, _T.status == "running")
                    .values(
                        status="finished",
                        finished=at,
                        outcome=outcome.value,
                        reason=reason[:2000],
                        body=b"",
                    )
                )
                if not changed.rowcount and self._newest_action(connection, push.url) == "delete":
                    self._remove(connection, push.url)
                    self._forget(connection, agency, push.url, at)

    def _newest_action(self, connection: Connection, url: str) -> str | None:
        newest = sa.select(_T.action).where(_T.url == url).order_by(_T.id.desc()).limit(1)
        return connection.scalar(newest)

    def give_back(self, name: str) -> int:
        """Let what a worker had claimed wait again, at its end or once it is known to be dead."""
        with self._store.writing() as connection:
            return connection.execute(
                sa.update(pushed_document)
                .where(_T.status == "running", _T.worker == name)
                .values(status="pending", worker="")
            ).rowcount

    def give_back_of_the_dead(self, name: str, at: datetime, *, seconds: float) -> int:
        """Let wait again what is claimed by processes other than `name` that gave no sign for `seconds`."""
        alive = sa.select(worker.c.worker).where(worker.c.seen > at - timedelta(seconds=seconds))
        of_the_dead = sa.and_(_T.status == "running", _T.worker != name[:200], _T.worker.not_in(alive))
        with self._store.reading() as connection:
            if connection.scalar(sa.select(_T.id).where(of_the_dead).limit(1)) is None:
                return 0
        with self._store.writing() as connection:
            return connection.execute(
                sa.update(pushed_document).where(of_the_dead).values(status="pending", worker="")
            ).rowcount

    # --- within a transaction ---

    def _insert(self, connection: Connection, **values: Any) -> int:
        key = connection.execute(sa.insert(pushed_document).values(**values)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def _supersede(
        self, connection: Connection, urls: Sequence[str], statuses: Sequence[str], at: datetime
    ) -> int:
        return connection.execute(
            sa.update(pushed_document)
            .where(_T.url.in_(urls), _T.status.in_(statuses))
            .values(
                status="superseded",
                finished=at,
                body=b"",
                reason="sent or taken back again before it was read",
            )
        ).rowcount

    def _remove(self, connection: Connection, url: str) -> bool:
        there = connection.scalar(
            sa.select(document.c.url).where(document.c.url == url, document.c.removed.is_(False))
        )
        if there is None:
            return False
        connection.execute(sa.update(revision_counter).values(value=revision_counter.c.value + 1))
        revision = connection.scalar(sa.select(revision_counter.c.value))
        connection.execute(
            sa.update(document)
            .where(document.c.url == url)
            .values(
                removed=True,
                removed_reason=TAKEN_BACK,
                revision=revision,
                lost_run=None,
                lost_reason="",
            )
        )
        connection.execute(sa.delete(link).where(link.c.source == url))
        return True

    def _forget(self, connection: Connection, agency: str, url: str, at: datetime) -> None:
        values = {
            "outcome": Outcome.GONE.value,
            "reason": TAKEN_BACK,
            "http_status": None,
            "canonical_url": "",
            "etag": "",
            "last_modified": "",
            "content_hash": "",
            "pushed": True,
            "last_visit": at,
            "next_visit": None,
        }
        row = {
            "url": url,
            "agency": agency,
            "host": host_of(url),
            "content_type": "",
            "sitemap_lastmod": "",
            "depth": 0,
            "found_on": "",
            "failures": 0,
            "first_visit": at,
            "run": 0,
            **values,
        }
        insert = self._store.insert_into(url_state).values(row)
        connection.execute(insert.on_conflict_do_update(index_elements=["url"], set_=values))


def _body(new: NewPush) -> bytes:
    given = {"title": new.title, "language": new.language}
    return json.dumps({name: text for name, text in given.items() if text}).encode() + b"\n" + new.content


def _push(row: Any, body: bytes = b"{}\n") -> Push:
    head, _, content = body.partition(b"\n")
    given = json.loads(head)
    return Push(
        id=row.id,
        agency=row.agency,
        url=row.url,
        action=row.action,
        content_type=row.content_type,
        status=row.status,
        received=_aware(row.received),
        finished=_aware(row.finished) if row.finished else None,
        outcome=row.outcome,
        reason=row.reason,
        title=given.get("title", ""),
        language=given.get("language", ""),
        content=content,
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
