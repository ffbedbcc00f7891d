"""How do changes of the store reach the index? It is followed in small commits, or rebuilt beside itself."""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from types import TracebackType

from crawler.store import Change, PageStore
from indexer.errors import IndexBrokenError, IndexUnavailableError, IndexWriteError
from indexer.generations import Generations
from indexer.schema import FORMAT
from indexer.writer import TantivyWriter

_log = logging.getLogger(__name__)

BATCH = 200
"""Changes that become searchable with one commit."""
_MERGED_AT_ONCE = 8  # Tantivy makes one segment of so many that are about as large
_LARGE_SEGMENT = 16_800  # documents; smaller ones count as about as large as any other small one
_POLL_SECONDS = 0.25
_RETRY_SECONDS = 5.0

Progress = Callable[[int, int], None]
"""Called with how many changes or documents are done, and the store's revision (following) or the number of
documents in all (rebuilding)."""


class IndexFollower:
    """Brings the store's changes to the index. One at a time for an index: it holds the writer's lock."""

    def __init__(self, store: PageStore, index_dir: Path) -> None:
        """Take the lock. An index that is missing, broken or of another version is rebuilt at the first step.

        Raise IndexLockedError where another process writes the index.
        """
        self._store = store
        self._generations = Generations(Path(index_dir))
        self._lock: int | None = self._generations.lock()
        self._writer: TantivyWriter | None = None
        self._folder: Path | None = None
        self._revision = 0

    def __enter__(self) -> "IndexFollower":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index. What was not committed is read again from the store next time."""
        writer, self._writer = self._writer, None
        try:
            if writer is not None:
                writer.close()
        except IndexWriteError as error:
            _log.warning("%s", error)  # only merging failed: the commits stand
        finally:
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    @property
    def revision(self) -> int:
        """The store's revision that the index stands for."""
        return self._revision

    def step(self) -> int:
        """Bring the next batch of changes to the index and commit it. Return how many; 0: nothing is new.

        An index that had to be built counts too: as the number of its documents.

        Raise IndexWriteError where the index can't be written (disk full, say): nothing is lost, what was
        committed stays searchable, and the next step tries the same changes again.
        """
        try:
            if self._writer is None and (built := self._open()):
                return built
            writer = self._writer
            assert writer is not None
            changes = self._store.changes_since(self._revision, BATCH)
            if not changes:
                if self._folder is not None and not self._folder.is_dir():
                    self._writer = None  # somebody took the index away: the next step builds it anew
                return 0
            done = writer.apply(changes)
            writer.commit(changes[-1].revision)
        except IndexWriteError:
            self._writer = None
            raise
        self._revision = changes[-1].revision
        return done

    def run(self, stop: Event, on_progress: Progress | None = None) -> None:
        """Follow the store until `stop` is set. An index that can't be written is tried again every few
        seconds.
        """
        done = 0
        while not stop.is_set():
            try:
                count = self.step()
            except IndexWriteError as error:
                _log.error("%s; trying again in %.0f s", error, _RETRY_SECONDS)
                stop.wait(_RETRY_SECONDS)
                continue
            if count:
                done += count
                if on_progress is not None:
                    on_progress(done, self._revision)
            else:
                stop.wait(_POLL_SECONDS)

    def _open(self) -> int:
        """Open the current generation for writing, or build one where it is of no use: how many documents."""
        generations = self._generations
        try:
            folder = generations.current()
        except IndexUnavailableError:
            return self._rebuilt("there is no index yet")
        state = generations.state(folder)
        if state is None or state.format != FORMAT:
            return self._rebuilt(f"the index {folder} is of another version")
        if state.revision > self._store.revision():
            return self._rebuilt(f"the index {folder} knows more than the store: it belongs to another one")
        generations.remove_others(folder)
        try:
            self._writer = TantivyWriter(generations, folder)
        except IndexBrokenError as error:
            return self._rebuilt(str(error))
        self._folder = folder
        self._revision = state.revision
        return 0

    def _rebuilt(self, reason: str) -> int:
        _log.info("%s: building it from the store", reason)
        folder, revision, documents = _build(self._store, self._generations, None)
        self._writer = TantivyWriter(self._generations, folder)
        self._folder = folder
        self._revision = revision
        return documents


def rebuild(store: PageStore, index_dir: Path, on_progress: Progress | None = None) -> int:
    """Build the index anew from the store, beside the old one, then switch. Return the number of documents.

    The old index is searched until the new one is whole. Raise IndexLockedError where another process
    writes the index, IndexWriteError where the new one can't be written (the old one stays).
    """
    generations = Generations(Path(index_dir))
    with generations.writing():
        return _build(store, generations, on_progress)[2]


def _build(store: PageStore, generations: Generations, on_progress: Progress | None) -> tuple[Path, int, int]:
    """A new generation, switched to: its folder, the store's revision it stands for, its number of
    documents.
    """
    # Taken before reading: what changes meanwhile is read again by following, and putting twice does no harm.
    revision = store.revision()
    known = sum(store.document_counts().values())
    folder = generations.new()
    try:
        writer = TantivyWriter(generations, folder, new=True)
        done, portion = 0, portion_of(known)
        for batch in _batches(store):
            done += writer.apply(batch)
            if done % portion < len(batch) and done < known:
                writer.commit(0)
            if on_progress is not None:
                on_progress(done, known)
        writer.commit(revision)
        writer.close()
        generations.switch(folder)
    except BaseException:
        # Half an index helps nobody, least of all on a full disk.
        generations.discard(folder)
        raise
    return folder, revision, done


def portion_of(documents: int) -> int:
    """After how many documents to commit, where so many are built anew: the index is to become one segment.

    A search opens every word's list in every segment: among six it takes half as long again as in one.
    Portions are 8, 64 or 512, all as large, so that Tantivy merges them by eights until one is left.
    """
    portions = _MERGED_AT_ONCE
    while documents > portions * _LARGE_SEGMENT:
        portions *= _MERGED_AT_ONCE
    return max(1, -(-documents // portions))


def _batches(store: PageStore) -> Iterator[list[Change]]:
    batch: list[Change] = []
    for row in store.documents():
        batch.append(Change(row.revision, row.record.url, row))
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
