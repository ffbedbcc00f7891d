"""Which pages have a vector of a model, which wait for one, and which vectors are new since a number?"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from crawler.record import Doctype
from crawler.store.page_store import PageStore
from crawler.store.rows import DocumentRow, document_of
from crawler.store.schema import document, page_vector, vector_counter

_MOST_VARIABLES = 500


@dataclass(frozen=True, slots=True)
class Due:
    """A document that changed since its vector was looked at.

    `document` None: it left, or is of another kind. `text_hash` is the hash that its vector was made of;
    empty where there is no vector.
    """

    url: str
    revision: int
    document: DocumentRow | None
    text_hash: str


@dataclass(frozen=True, slots=True)
class PageVector:
    """What is kept of one page: `vector` as bytes, empty where the page has none."""

    url: str
    revision: int
    text_hash: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class NewVector:
    """A vector that is new to who asked; `vector` is empty where the page has none any more."""

    url: str
    number: int
    agency: str
    doctype: Doctype
    vector: bytes


@dataclass(frozen=True, slots=True)
class VectorCounts:
    """How many pages have a vector, and how many wait to be looked at."""

    present: int
    waiting: int


class PageVectors:
    """The vectors of one model in a page store. Every method raises StoreError where the store fails."""

    def __init__(self, store: PageStore, model: str, doctypes: Collection[Doctype]) -> None:
        """`model` names the model and what it is given; pages of `doctypes` get a vector."""
        self._store = store
        self._model = model
        self._doctypes = sorted(doctype.value for doctype in doctypes)

    def due(self, after: int, limit: int) -> list[Due]:
        """The next documents after a revision whose vector is to be made, looked at again, or to go."""
        wanted = self._wanted()
        query = (
            sa.select(document, wanted.label("wanted"), page_vector.c.text_hash)
            .outerjoin(page_vector, self._joined())
            .where(document.c.revision > after, self._is_due(wanted))
            .order_by(document.c.revision)
            .limit(limit)
        )
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Due(row.url, row.revision, document_of(row) if row.wanted else None, row.text_hash or "")
            for row in rows
        ]

    def save(self, vectors: Sequence[PageVector], looked_at: Iterable[tuple[str, int]] = ()) -> None:
        """Keep vectors, in one transaction. `looked_at`: URLs and revisions whose vectors hold still."""
        kept = list(looked_at)
        if not vectors and not kept:
            return
        with self._store.writing() as connection:
            number = _numbers(connection, len(vectors) + len(kept))
            rows = [
                {
                    "url": one.url,
                    "model": self._model,
                    "revision": one.revision,
                    "text_hash": one.text_hash,
                    "number": number + place,
                    "present": bool(one.vector),
                    "vector": one.vector,
                }
                for place, one in enumerate(vectors, 1)
            ]
            if rows:
                statement = self._store.insert_into(page_vector)
                columns = {name: statement.excluded[name] for name in rows[0] if name not in {"url", "model"}}
                connection.execute(
                    statement.on_conflict_do_update(index_elements=["url", "model"], set_=columns), rows
                )
            if kept:
                connection.execute(
                    sa.update(page_vector)
                    .where(page_vector.c.url == sa.bindparam("b_url"), page_vector.c.model == self._model)
                    .values(revision=sa.bindparam("b_revision"), number=sa.bindparam("b_number")),
                    [
                        {"b_url": url, "b_revision": revision, "b_number": number + len(vectors) + place}
                        for place, (url, revision) in enumerate(kept, 1)
                    ],
                )

    def make_anew(self, urls: Sequence[str]) -> None:
        """Forget the vectors of these pages: they are due again."""
        with self._store.writing() as connection:
            for first in range(0, len(urls), _MOST_VARIABLES):
                some = urls[first : first + _MOST_VARIABLES]
                connection.execute(
                    sa.delete(page_vector).where(
                        page_vector.c.model == self._model, page_vector.c.url.in_(some)
                    )
                )

    def forget_other_models(self) -> int:
        """Remove the vectors of all other models. Return how many."""
        with self._store.writing() as connection:
            done = connection.execute(sa.delete(page_vector).where(page_vector.c.model != self._model))
        return int(done.rowcount)

    def since(self, number: int, limit: int) -> list[NewVector]:
        """The next vectors after a number, oldest first."""
        query = (
            sa.select(
                page_vector.c.url,
                page_vector.c.number,
                page_vector.c.vector,
                document.c.agency,
                document.c.doctype,
            )
            .join(document, document.c.url == page_vector.c.url)
            .where(page_vector.c.model == self._model, page_vector.c.number > number)
            .order_by(page_vector.c.number)
            .limit(limit)
        )
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return [
            NewVector(row.url, row.number, row.agency, Doctype(row.doctype), bytes(row.vector))
            for row in rows
        ]

    def counts(self) -> VectorCounts:
        """How far the work has come."""
        there = sa.select(sa.func.count()).where(
            page_vector.c.model == self._model, page_vector.c.present.is_(True)
        )
        waiting = (
            sa.select(sa.func.count())
            .select_from(document)
            .outerjoin(page_vector, self._joined())
            .where(self._wanted(), sa.func.coalesce(page_vector.c.revision, 0) < document.c.revision)
        )
        with self._store.reading() as connection:
            return VectorCounts(int(connection.scalar(there) or 0), int(connection.scalar(waiting) or 0))

    def _wanted(self) -> sa.ColumnElement[bool]:
        return sa.and_(document.c.removed.is_(False), document.c.doctype.in_(self._doctypes))

    def _joined(self) -> sa.ColumnElement[bool]:
        return sa.and_(page_vector.c.url == document.c.url, page_vector.c.model == self._model)

    def _is_due(self, wanted: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        older = sa.func.coalesce(page_vector.c.revision, 0) < document.c.revision
        return sa.or_(sa.and_(wanted, older), sa.and_(sa.not_(wanted), page_vector.c.present.is_(True)))


def _numbers(connection: Connection, count: int) -> int:
    """Take `count` numbers; the number before the first of them."""
    connection.execute(sa.update(vector_counter).values(value=vector_counter.c.value + count))
    return int(connection.scalar(sa.select(vector_counter.c.value)) or 0) - count
