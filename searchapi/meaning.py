"""Which pages mean what a query means? The query's vector, and the pages whose vectors are nearest to it.

Vectors of queries are kept in memory only, a few hundred of them, and nowhere else.
"""

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from indexer.meaning import EmbeddingModel, MeaningError
from searchapi.remembered import Remembered

if TYPE_CHECKING:
    from indexer.meaning.interface import Vector
    from indexer.meaning.nearest import VectorSearch

_log = logging.getLogger(__name__)

_KEPT_QUERIES = 512
_LONGEST = 150
"""Characters of a query that are looked at: who writes more has said by then what it is about."""
NEAREST = 40
"""How many of the nearest pages are looked at."""


@dataclass(frozen=True, slots=True)
class NearPages:
    """The pages nearest to a query, by their numbers in the index: how many standard deviations their
    cosine is above that of a page drawn at random. `of` tells it of any page."""

    nearest: Mapping[int, float]
    of: Callable[[Sequence[int]], Mapping[int, float]]


class Meant(Protocol):
    """What knows pages by their meaning."""

    def near(
        self, text: str, agencies: frozenset[str] | None, doctypes: frozenset[str] | None
    ) -> NearPages | None:
        """The pages of these agencies and doctypes nearest to a text; None where nothing is known."""

    @property
    def revision(self) -> Hashable:
        """Names what is known now: another one where other pages may be the nearest."""


class Meaning:
    """A model with the vectors of pages. Safe to share between threads."""

    def __init__(self, model: EmbeddingModel, vectors: "VectorSearch") -> None:
        self._model = model
        self._vectors = vectors
        self._kept: Remembered[Vector] = Remembered(_KEPT_QUERIES)
        self.problem = ""
        """What went wrong with the last query that the model could make nothing of; empty where it works."""

    def __len__(self) -> int:
        return len(self._vectors)

    def near(
        self, text: str, agencies: frozenset[str] | None, doctypes: frozenset[str] | None
    ) -> NearPages | None:
        """The pages of these agencies and doctypes nearest to a text; None where nothing is known."""
        if not len(self._vectors):
            return None
        query = self._vector(text)
        if query is None:
            return None
        found = self._vectors.nearest(query, NEAREST, agencies=agencies, doctypes=doctypes)
        mean, spread = found.mean, max(found.spread, 1e-3)

        def of(numbers: Sequence[int]) -> Mapping[int, float]:
            cosines = self._vectors.cosines(query, numbers)
            return {number: (cosine - mean) / spread for number, cosine in cosines.items()}

        nearest = {
            number: (cosine - mean) / spread
            for number, cosine in zip(found.numbers, found.cosines, strict=True)
        }
        return NearPages(nearest, of)

    def _vector(self, text: str) -> "Vector | None":
        text = text[:_LONGEST]
        try:
            return self._kept.get(text, lambda: self._made(text))
        except MeaningError as error:
            if not self.problem:  # said once, and never with the query
                _log.error("searching by words only: %s", error)
            self.problem = str(error)
            return None

    def _made(self, text: str) -> "Vector":
        vector = self._model.query(text)
        self.problem = ""
        return vector
