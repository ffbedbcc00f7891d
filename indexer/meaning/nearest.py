"""Which pages' vectors are nearest to a query's?

Vectors have length 1, so their product is the cosine of the angle between them. Up to FEW of them are
compared one by one. Of more, first only the signs of their numbers (less the mean vector's) are compared, as
bits: that reads a sixteenth of the memory. The best SHORTLIST by bits are then compared exactly (as in
"binary quantisation with rescoring"; Yamada, Asai and Hajishirzi, "Efficient Passage Retrieval with Hashing",
2021).
"""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.meaning.interface import Vector

FEW = 4096
SHORTLIST = 1000
_SAMPLE = 512
_SMALLEST = 1024


@dataclass(frozen=True, slots=True)
class Row:
    """A page: its number in the index, what searches are narrowed by, its vector (None: it has none now)."""

    number: int
    agency: str
    doctype: str
    vector: Vector | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest pages' numbers, nearest first, with their cosines.

    `mean` and `spread` (standard deviation) are of the cosines of pages drawn at random: they tell how far a
    page stands out for this query.
    """

    numbers: Sequence[int]
    cosines: Sequence[float]
    mean: float
    spread: float


class VectorSearch:
    """All vectors of a model, in memory. One thread writes, many search."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._rows: dict[int, int] = {}
        self._free: list[int] = []
        self._codes: dict[str, int] = {}
        self._used = 0
        self._coded = 0
        self._centre: Vector = np.zeros(size, np.float32)
        self._sample: NDArray[np.float32] = np.zeros((0, size), np.float32)
        self._tables = _Tables.empty(_SMALLEST, size)

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, rows: Iterable[Row]) -> None:
        """Take vectors in, in the place of those that the same pages had."""
        with self._lock:
            for row in rows:
                if row.vector is None:
                    self._drop(row.number)
                else:
                    self._put(row, row.vector)
            if self._rows and (len(self._rows) >= 2 * self._coded or self._coded < _SAMPLE):
                self._code_anew()

    def _drop(self, number: int) -> None:
        place = self._rows.pop(number, None)
        if place is not None:
            self._tables.kinds[place] = 0
            self._free.append(place)

    def _put(self, row: Row, vector: Vector) -> None:
        place = self._rows.get(row.number)
        if place is None:
            place = self._free.pop() if self._free else self._used
            if place == self._used:
                if place == len(self._tables.numbers):
                    self._tables = self._tables.grown()
                self._used += 1
        tables = self._tables
        tables.vectors[place] = vector
        tables.bits[:, place] = self._bits(vector[None, :])[0]
        tables.numbers[place] = row.number
        tables.agencies[place] = self._code(row.agency)
        # Last, as a search passes over what has no kind.
        tables.kinds[place] = self._code(row.doctype)
        self._rows[row.number] = place

    def _code(self, name: str) -> int:
        return self._codes.setdefault(name, len(self._codes) + 1)

    def _bits(self, vectors: NDArray[np.float32]) -> NDArray[np.uint64]:
        packed = np.packbits(vectors > self._centre, axis=1)
        wide = np.zeros((len(vectors), self._tables.bits.shape[0] * 8), np.uint8)
        wide[:, : packed.shape[1]] = packed
        return wide.view(np.uint64)

    def _code_anew(self) -> None:
        """Take the mean vector anew, and with it all bits; a search under way may miss a page of its list."""
        tables, there = self._tables, np.fromiter(self._rows.values(), np.int64, len(self._rows))
        drawn = np.random.default_rng(1).permutation(there)
        self._centre = tables.vectors[drawn[:FEW]].astype(np.float32).mean(axis=0)
        for first in range(0, self._used, FEW):
            some = slice(first, min(first + FEW, self._used))
            tables.bits[:, some] = self._bits(tables.vectors[some].astype(np.float32)).T
        self._sample = tables.vectors[drawn[:_SAMPLE]].astype(np.float32)
        self._coded = len(self._rows)

    def nearest(
        self,
        query: Vector,
        limit: int,
        *,
        agencies: Collection[str] | None = None,
        doctypes: Collection[str] | None = None,
    ) -> Nearest:
        """The `limit` nearest pages of these agencies and doctypes (None: of all)."""
        tables, used = self._tables, self._used
        among = self._passing(tables, used, agencies, doctypes)
        if len(among) > FEW:
            among = self._shortlist(tables, used, among, query)
        cosines = tables.vectors[among].astype(np.float32) @ query
        best = np.argsort(-cosines, kind="stable")[:limit]
        background = self._sample @ query
        return Nearest(
            tables.numbers[among[best]].tolist(),
            cosines[best].tolist(),
            float(background.mean()) if len(background) else 0.0,
            float(background.std()) if len(background) else 0.0,
        )

    def _shortlist(
        self, tables: "_Tables", used: int, among: NDArray[np.int64], query: Vector
    ) -> NDArray[np.int64]:
        """Those whose signs differ least from the query's: SHORTLIST of them, and their equals."""
        unlike = np.zeros(used, np.uint16)
        for word, column in zip(self._bits(query[None, :])[0], tables.bits, strict=True):
            unlike += np.bitwise_count(column[:used] ^ word)
        if len(among) < used:
            unlike = unlike[among]
        most = int(np.searchsorted(np.cumsum(np.bincount(unlike)), SHORTLIST))
        return among[np.flatnonzero(unlike <= most)]

    def cosines(self, query: Vector, numbers: Iterable[int]) -> Mapping[int, float]:
        """The cosines of these pages, as far as they have vectors."""
        places = {number: place for number in numbers if (place := self._rows.get(number)) is not None}
        if not places:
            return {}
        found = self._tables.vectors[list(places.values())].astype(np.float32) @ query
        return dict(zip(places, found.tolist(), strict=True))

    def _passing(
        self,
        tables: "_Tables",
        used: int,
        agencies: Collection[str] | None,
        doctypes: Collection[str] | None,
    ) -> NDArray[np.int64]:
        passing = self._allowed(tables.kinds[:used], doctypes)
        if agencies is not None:
            passing &= self._allowed(tables.agencies[:used], agencies)
        return np.flatnonzero(passing)

    def _allowed(self, codes: NDArray[np.int32], names: Collection[str] | None) -> NDArray[np.bool_]:
        if names is None:
            return codes > 0
        allowed = np.zeros(len(self._codes) + 2, np.bool_)
        allowed[[self._codes[name] for name in names if name in self._codes]] = True
        return allowed[codes]


@dataclass(frozen=True, slots=True)
class _Tables:
    """Columns with a row for each page, of bits one for every 64; `kinds` is 0 where a row is empty."""

    vectors: NDArray[np.float16]
    bits: NDArray[np.uint64]
    numbers: NDArray[np.int64]
    agencies: NDArray[np.int32]
    kinds: NDArray[np.int32]

    @classmethod
    def empty(cls, rows: int, size: int) -> "_Tables":
        words = -(-size // 64)
        return cls(
            np.zeros((rows, size), np.float16),
            np.zeros((words, rows), np.uint64),
            np.zeros(rows, np.int64),
            np.zeros(rows, np.int32),
            np.zeros(rows, np.int32),
        )

    def grown(self) -> "_Tables":
        """The same with room for twice as many rows. Searches under way go on with these."""
        bigger = _Tables.empty(2 * len(self.numbers), self.vectors.shape[1])
        rows = len(self.numbers)
        bigger.bits[:, :rows] = self.bits
        for name in ("vectors", "numbers", "agencies", "kinds"):
            getattr(bigger, name)[:rows] = getattr(self, name)
        return bigger
