"""How does the program come to know pages by their meaning? It opens the model and follows the vectors.

Both take time and can fail; searches by words don't wait for it.
"""

import logging
import threading
import time
from collections.abc import Collection, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.errors import StoreError
from crawler.record import Doctype
from crawler.store import PageStore
from crawler.store.vectors import NewVector, PageVectors, VectorCounts
from indexer import number_of
from indexer.meaning import MEANT, MeaningError, ModelChoice, open_model, why_not
from indexer.meaning.follow import VectorFollower
from indexer.meaning.interface import EmbeddingModel
from searchapi.meaning import Meaning, NearPages
from searchapi.settings import Settings

if TYPE_CHECKING:
    from indexer.meaning.nearest import VectorSearch

_log = logging.getLogger(__name__)

_READ_AT_ONCE = 1000
_POLL_SECONDS = 2.0
_RETRY_SECONDS = 300.0
_OPEN_SECONDS = 300.0
_COUNTS_KEPT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class MeaningState:
    """What runs. `model` is empty where none does, and `problem` then says why, unless it is just opening."""

    model: str
    problem: str
    pages: int


def choice_of(settings: Settings) -> ModelChoice | None:
    """The model that is set; None where meaning is off."""
    if settings.meaning == "off":
        return None
    return ModelChoice(settings.meaning_model, settings.meaning_query_prefix, settings.meaning_passage_prefix)


@contextmanager
def following(settings: Settings, store: PageStore) -> "Iterator[MeaningFollower | None]":
    """What knows pages by their meaning, with all vectors that the store has now; None where it is off."""
    choice = choice_of(settings)
    if choice is None:
        yield None
        return
    follower = MeaningFollower(choice, store)
    try:
        follower.wait(_OPEN_SECONDS)
        yield follower
    finally:
        follower.close()


def make_vectors(settings: Settings) -> None:
    """Make all vectors that wait, here and now. Raise MeaningError where no model can be had."""
    choice = choice_of(settings)
    if choice is None:
        return
    model = open_model(choice)
    with PageStore(settings.store_url) as store:
        follower = VectorFollower(store, model)
        while follower.step():
            pass


class MeaningFollower:
    """Knows pages by their meaning, once a model and vectors are there. Safe to share between threads."""

    def __init__(self, choice: ModelChoice, store: PageStore, *, poll: float = _POLL_SECONDS) -> None:
        """Begin to open the model, in a thread that ends with `close`."""
        self._choice = choice
        self._store = store
        self._poll = poll
        self._meaning: Meaning | None = None
        self._model: EmbeddingModel | None = None
        self._problem = ""
        self._number = 0
        self._taken = 0  # as the number, once its vectors can be found
        self._lock = threading.Lock()
        self._counted: tuple[float, VectorCounts] | None = None
        self._over = threading.Event()
        self._read = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="follows the vectors", daemon=True)
        self._thread.start()

    def near(
        self, text: str, agencies: frozenset[str] | None, doctypes: frozenset[str] | None
    ) -> NearPages | None:
        """The pages nearest to a text; None while no model runs or no page has a vector."""
        meaning = self._meaning
        return meaning.near(text, agencies, doctypes) if meaning is not None else None

    @property
    def revision(self) -> Hashable:
        """Names what is known now: another one where other pages may be the nearest."""
        meaning = self._meaning
        return self._taken, meaning is not None and not meaning.problem

    @property
    def lacking(self) -> str:
        """Why the chosen model can't be had here, where its packages are not installed; empty where they
        are."""
        return why_not(self._choice)

    def state(self) -> MeaningState:
        """What runs, and what does not."""
        model, meaning = self._model, self._meaning
        problem = self._problem or (meaning.problem if meaning is not None else "")
        return MeaningState(model.name if model else "", problem, len(meaning) if meaning is not None else 0)

    def counts(self) -> VectorCounts | None:
        """How many pages have vectors in the store, and how many wait. Raise StoreError.

        Counted anew after some seconds only: probes ask often, and the store may be large.
        """
        model = self._model
        if model is None:
            return None
        with self._lock:
            if self._counted is None or time.monotonic() > self._counted[0] + _COUNTS_KEPT_SECONDS:
                counts = PageVectors(self._store, model.name, MEANT).counts()
                self._counted = time.monotonic(), counts
            return self._counted[1]

    def wait(self, seconds: float) -> bool:
        """Wait until all vectors that there are have been read, or no model can be had. Whether one runs."""
        self._read.wait(seconds)
        return self._meaning is not None

    def close(self) -> None:
        """End following."""
        self._over.set()
        self._thread.join(timeout=10)

    def _follow(self) -> None:
        vectors = self._open()
        if vectors is None:
            return
        model, search = vectors
        kept = PageVectors(self._store, model.name, MEANT)
        told = ""
        while not self._over.is_set():
            try:
                while not self._over.is_set() and (rows := kept.since(self._number, _READ_AT_ONCE)):
                    self._take(rows, model, search)
                told = ""
            except StoreError as error:
                if str(error) != told:
                    told = str(error)
                    _log.error("vectors can't be read, going on with those that are known: %s", error)
            self._read.set()
            self._over.wait(self._poll)

    def _open(self) -> "tuple[EmbeddingModel, VectorSearch] | None":
        """The model and an empty search, as soon as the model can be opened; None where the program ends."""
        while not self._over.is_set():
            try:
                model = open_model(self._choice)
            except MeaningError as error:
                if self._problem != str(error):
                    # What is not installed is no fault: /readyz says it, and nobody needs to be told more.
                    level = logging.INFO if self.lacking else logging.ERROR
                    _log.log(level, "searching by words only: %s", error)
                self._problem = str(error)
                self._read.set()
                self._over.wait(_RETRY_SECONDS)
                continue
            from indexer.meaning.nearest import VectorSearch

            search = VectorSearch(model.size)
            self._problem = ""
            self._model, self._meaning = model, Meaning(model, search)
            return model, search
        return None

    def _take(self, rows: Collection[NewVector], model: EmbeddingModel, search: "VectorSearch") -> None:
        from indexer.meaning.interface import unpacked
        from indexer.meaning.nearest import Row

        broken = 0
        taken = []
        for one in rows:
            vector = unpacked(one.vector, model.size) if one.vector and _is_meant(one.doctype) else None
            broken += bool(one.vector) and vector is None and _is_meant(one.doctype)
            taken.append(Row(number_of(one.url), one.agency, one.doctype.value, vector))
            self._number = max(self._number, one.number)
        search.put(taken)
        self._taken = self._number
        if broken:
            _log.warning("%d vectors in the store are broken: those pages are found by words only", broken)


def _is_meant(doctype: Doctype) -> bool:
    return doctype in MEANT
