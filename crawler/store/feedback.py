"""What did citizens say of the answers they got? Kept by day and agency, redacted, and of nobody.

What comes here has been redacted (searchapi/redaction.py). No row tells who wrote it, from where, or at what
time of the day; the same said again on a day is counted and not kept twice.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crawler.store.page_store import PageStore
from crawler.store.rows import aware
from crawler.store.schema import feedback

_MOST_COUNTED = 1_000_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Said:
    """What a citizen said, redacted. `agency` is an id of the registry, or "" where none is concerned.

    `found`: whether they found what they looked for; None where they only add what that was.
    """

    agency: str
    language: str
    found: bool | None
    query: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A row: what was said, on which day, how many times; when and by whom it was seen to, if it was."""

    id: int
    day: date
    said: Said
    count: int
    handled: datetime | None
    handled_by: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of an agency's readers found what they looked for, how many did not, and how many wrote."""

    agency: str
    yes: int
    no: int
    comments: int
    open: int

    @property
    def percent(self) -> int | None:
        """Those who found it, of a hundred who answered; None where nobody did."""
        answered = self.yes + self.no
        return round(100 * self.yes / answered) if answered else None


@dataclass(frozen=True, slots=True)
class Missed:
    """A query that readers said no to, and how many said yes to the same."""

    query: str
    no: int
    yes: int


class FeedbackBox:
    """The feedback in a page store, kept for `days` days."""

    def __init__(self, store: PageStore, days: int) -> None:
        self._store = store
        self._days = days

    def add(self, said: Said, today: date) -> None:
        """Keep what was said today, and drop what has lain for too long. Queries are kept in lower case."""
        row = {
            "agency": said.agency,
            "language": said.language,
            "found": said.found,
            "query": " ".join(said.query.split()).lower(),
            "comment": said.comment,
        }
        key = hashlib.sha256(json.dumps([today.isoformat(), row], sort_keys=True).encode()).hexdigest()
        with self._store.writing() as connection:
            connection.execute(sa.delete(feedback).where(feedback.c.day < self._first_day(today)))
            insert = self._store.insert_into(feedback).values(
                key_hash=key, day=today, count=1, handled_by="", **row
            )
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=[feedback.c.key_hash],
                    set_={
                        "count": sa.case(
                            (feedback.c.count < _MOST_COUNTED, feedback.c.count + 1), else_=feedback.c.count
                        )
                    },
                )
            )

    def prune(self, today: date) -> int:
        """Drop what has lain for too long, where nobody writes any more. Return how many rows."""
        with self._store.writing() as connection:
            return connection.execute(
                sa.delete(feedback).where(feedback.c.day < self._first_day(today))
            ).rowcount

    def rows(
        self,
        *,
        agency: str | None = None,
        since: date | None = None,
        commented: bool = False,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Feedback]:
        """The newest first; of one agency, since a day, with a comment, older than a row."""
        query = _since(sa.select(feedback), agency, since).order_by(feedback.c.id.desc()).limit(limit)
        if commented:
            query = query.where(feedback.c.comment != "")
        if before is not None:
            query = query.where(feedback.c.id < before)
        with self._store.reading() as connection:
            return [_row(row) for row in connection.execute(query)]

    def all_rows(self, *, agency: str | None = None, since: date | None = None) -> Iterator[Feedback]:
        """Every row, the newest first; read in pieces, so that memory stays flat."""
        before: int | None = None
        while True:
            rows = self.rows(agency=agency, since=since, before=before, limit=_AT_ONCE)
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            before = rows[-1].id

    def shares(self, *, since: date | None = None) -> list[Share]:
        """By agency, those with the most dissatisfied readers first."""
        columns = (
            feedback.c.agency,
            _sum(feedback.c.found.is_(True)).label("yes"),
            _sum(feedback.c.found.is_(False)).label("no"),
            _sum(feedback.c.comment != "").label("comments"),
            _sum(sa.and_(feedback.c.comment != "", feedback.c.handled.is_(None))).label("open"),
        )
        query = _since(sa.select(*columns), None, since).group_by(feedback.c.agency)
        with self._store.reading() as connection:
            found = [Share(row.agency, *(int(n) for n in row[1:])) for row in connection.execute(query)]
        return sorted(found, key=lambda share: (-share.no, -share.yes, share.agency))

    def missed(
        self, *, agency: str | None = None, since: date | None = None, limit: int = 100
    ) -> list[Missed]:
        """Queries that readers said no to, the most frequent first."""
        no, yes = _sum(feedback.c.found.is_(False)), _sum(feedback.c.found.is_(True))
        query = (
            _since(sa.select(feedback.c.query, no.label("no"), yes.label("yes")), agency, since)
            .where(feedback.c.query != "")
            .group_by(feedback.c.query)
            .having(no > 0)
            .order_by(no.desc(), feedback.c.query)
            .limit(limit)
        )
        with self._store.reading() as connection:
            return [Missed(row.query, int(row.no), int(row.yes)) for row in connection.execute(query)]

    def handle(self, number: int, who: str, at: datetime, *, handled: bool = True) -> bool:
        """Mark a row as seen to, or as not. Return whether there is such a row."""
        with self._store.writing() as connection:
            changed = connection.execute(
                sa.update(feedback)
                .where(feedback.c.id == number)
                .values(handled=at if handled else None, handled_by=who[:100] if handled else "")
            )
            return changed.rowcount > 0

    def _first_day(self, today: date) -> date:
        return today - timedelta(days=self._days)


def _since(query: Any, agency: str | None, since: date | None) -> Any:
    if agency is not None:
        query = query.where(feedback.c.agency == agency)
    return query if since is None else query.where(feedback.c.day >= since)


def _sum(condition: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, feedback.c.count), else_=0)), 0)


def _row(row: Any) -> Feedback:
    handled = aware(row.handled) if row.handled is not None else None
    said = Said(row.agency, row.language, row.found, row.query, row.comment)
    return Feedback(row.id, row.day, said, row.count, handled, row.handled_by)
