"""How do pages get their vectors? The store's changes are followed, and what is new is given to the model.

Nothing is computed twice: a page whose text (passage.py) is the same keeps its vector, whatever else of it
changed. A killed worker loses the batch that it was at.
"""

import logging
from collections.abc import Sequence
from threading import Event

from crawler.store import PageStore
from crawler.store.vectors import Due, PageVector, PageVectors
from indexer.meaning.errors import MeaningError
from indexer.meaning.interface import EmbeddingModel, packed, unpacked
from indexer.meaning.passage import MEANT, hash_of, passage

_log = logging.getLogger(__name__)

BATCH = 16
"""Pages whose vectors are kept in one transaction."""
_READ_AT_ONCE = 1000
_POLL_SECONDS = 1.0


class VectorFollower:
    """Makes the vectors of one model for one store."""

    def __init__(self, store: PageStore, model: EmbeddingModel) -> None:
        self._store = store
        self._model = model
        self._vectors = PageVectors(store, model.name, MEANT)
        self._revision = 0
        self._looked_through = False

    def step(self, stop: Event | None = None) -> int:
        """Look at the next documents that changed. Return how many; 0: nothing is new. Raise StoreError."""
        if not self._looked_through:
            self._forget_broken()
            self._looked_through = True
        due = self._vectors.due(self._revision, BATCH)
        if not due:
            self._vectors.forget_other_models()
            return 0
        made: list[PageVector] = []
        same: list[tuple[str, int]] = []
        for one in due:
            if stop is not None and stop.is_set():
                break
            self._look_at(one, made, same)
        self._vectors.save(made, same)
        done = len(made) + len(same)
        if done:
            self._revision = due[done - 1].revision
        return done

    def run(self, stop: Event) -> None:
        """Follow the store until `stop` is set. Raise StoreError."""
        seen = -1
        while not stop.is_set():
            revision = self._store.revision()
            if revision != seen:
                while not stop.is_set() and self.step(stop):
                    pass
                seen = revision
            stop.wait(_POLL_SECONDS)

    def _look_at(self, due: Due, made: list[PageVector], same: list[tuple[str, int]]) -> None:
        if due.document is None:
            made.append(PageVector(due.url, due.revision, "", b""))
            return
        text = passage(due.document)
        text_hash = hash_of(text)
        if text_hash == due.text_hash:
            same.append((due.url, due.revision))
            return
        made.append(PageVector(due.url, due.revision, text_hash, self._vector(due.url, text)))

    def _vector(self, url: str, text: str) -> bytes:
        """The page's vector; none where the model can't make one: it is tried again when the page changes."""
        try:
            return packed(self._model.passage(text)) if text else b""
        except MeaningError as error:
            _log.warning("%s gets no vector: %s", url, error)
            return b""

    def _forget_broken(self) -> None:
        """Let vectors that are no vectors be made anew: a disk may lie."""
        number = 0
        while rows := self._vectors.since(number, _READ_AT_ONCE):
            number = rows[-1].number
            broken = [
                one.url for one in rows if one.vector and unpacked(one.vector, self._model.size) is None
            ]
            self._make_anew(broken)

    def _make_anew(self, urls: Sequence[str]) -> None:
        if urls:
            _log.warning("%d vectors in the store are broken (%s, say): making them anew", len(urls), urls[0])
            self._vectors.make_anew(urls)
