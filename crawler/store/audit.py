"""Who did what? What administrators, operators and programs asked for. Never a citizen, never a query."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from crawler.store.page_store import PageStore
from crawler.store.schema import audit

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did. `who` is an account, "token NAME" or "command line USER"."""

    id: int
    at: datetime
    who: str
    action: str
    target: str
    detail: str


class Audit:
    """The record of what was done, in the page store. Entries are added, never changed."""

    def __init__(self, store: PageStore) -> None:
        self._store = store

    def note(self, who: str, action: str, target: str, detail: str = "", *, at: datetime) -> None:
        """Keep an entry, in a transaction of its own. Raise StoreError where it can't be written."""
        with self._store.writing() as connection:
            note_within(connection, who, action, target, detail, at=at)

    def entries(
        self, limit: int = 100, *, action: str | None = None, before: int | None = None
    ) -> list[AuditEntry]:
        """The newest entries first; of one action, or older than the entry `before`, where given."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        if action is not None:
            query = query.where(audit.c.action == action)
        if before is not None:
            query = query.where(audit.c.id < before)
        with self._store.reading() as connection:
            return [_entry(row) for row in connection.execute(query)]


def note_within(
    connection: Connection, who: str, action: str, target: str, detail: str = "", *, at: datetime
) -> None:
    """Keep an entry in a transaction under way: then what was done and that it was done are both kept."""
    connection.execute(
        sa.insert(audit).values(
            at=at,
            who=_cut(who, 200),
            action=_cut(action, 64),
            target=_cut(target, _LONGEST),
            detail=_cut(detail, _LONGEST),
        )
    )


def _cut(text: str, most: int) -> str:
    """What the databases take of a text that may come from a form (PostgreSQL takes no NUL)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:most]


def _entry(row: Any) -> AuditEntry:
    at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
    return AuditEntry(row.id, at, row.who, row.action, row.target, row.detail)
