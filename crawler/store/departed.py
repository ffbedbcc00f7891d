"""What becomes of the documents of an agency that takes part no more? They are set aside, and can come back.

A worker looks when it begins, and it begins anew whenever the registry changes. Nothing is thrown away: an
entry that was lost by mistake brings its documents back at once, without a page being fetched.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crawler.store.audit import note_within
from crawler.store.losses import revisions
from crawler.store.page_store import PageStore
from crawler.store.schema import document

_AT_ONCE = 500
_WHY = "the agency takes part no more: it is not in the registry"


@dataclass(frozen=True, slots=True)
class Departures:
    """Documents by agency: `gone` were set aside just now, `back` are found again."""

    gone: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)


def settle_departures(store: PageStore, taking_part: Collection[str], at: datetime) -> Departures:
    """Let only documents of these agencies be found. Raise StoreError.

    What other workers do meanwhile is left to them: each transaction takes a few hundred documents.
    """
    told = Departures()
    with store.reading() as connection:
        found = connection.execute(
            sa.select(document.c.agency, document.c.removed).group_by(document.c.agency, document.c.removed)
        ).all()
    there = {row.agency for row in found if not row.removed}
    aside = {row.agency for row in found if row.removed}
    for agency in sorted(there - set(taking_part)):
        count = _move(store, agency, aside=True)
        told.gone[agency] = count
        _note(store, "documents set aside", agency, f"{count} documents: {_WHY}", at)
    for agency in sorted(aside & set(taking_part)):
        if count := _move(store, agency, aside=False):
            told.back[agency] = count
            _note(store, "documents brought back", agency, f"{count} documents: it takes part again", at)
    return told


def _move(store: PageStore, agency: str, *, aside: bool) -> int:
    """Set an agency's documents aside, or bring back those that were. Return how many."""
    chosen: list[Any] = [document.c.agency == agency, document.c.removed.is_(not aside)]
    if not aside:
        chosen.append(document.c.removed_reason == _WHY)
    query = sa.select(document.c.url).where(*chosen).order_by(document.c.url).limit(_AT_ONCE)
    values = {"removed": aside, "removed_reason": _WHY if aside else ""}
    change = (
        sa.update(document)
        .where(document.c.url == sa.bindparam("b_url"))
        .values(**values, revision=sa.bindparam("b_revision"))
    )
    moved = 0
    while True:
        with store.writing() as connection:
            urls = list(connection.scalars(query.with_for_update()))
            if urls:
                first = revisions(connection, len(urls))
                rows = [{"b_url": url, "b_revision": first + n} for n, url in enumerate(urls, 1)]
                connection.execute(change, rows)
        moved += len(urls)
        if len(urls) < _AT_ONCE:
            return moved


def _note(store: PageStore, action: str, agency: str, detail: str, at: datetime) -> None:
    with store.writing() as connection:
        note_within(connection, "worker", action, agency, detail, at=at)
