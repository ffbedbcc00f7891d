"""How is the index written? One writer, batches of changes, a commit that remembers what it stands for."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from crawler.store import Change
from indexer import schema
from indexer.documents import to_index
from indexer.errors import IndexBrokenError, IndexWriteError
from indexer.generations import Generations

_HEAP_BYTES = 64_000_000  # what is held in memory before Tantivy writes a segment of its own accord
_BUILDING_HEAP_BYTES = 256_000_000  # fewer and larger segments, while an index is built anew


class TantivyWriter:
    """The writer of one generation. Hold the lock of `Generations.lock` while one lives.

    After an IndexWriteError the writer is spent: drop it and open another. What was committed is untouched.
    """

    def __init__(self, generations: Generations, folder: Path, *, new: bool = False) -> None:
        """Open, or with `new` make, the index of a generation.

        Raise IndexBrokenError where what is there can't be read, IndexWriteError where it can't be written.
        """
        self._generations = generations
        self._folder = folder
        if not new:
            try:
                self._index = schema.open_existing(folder)
                self._index.reload()  # opens every segment
            except (ValueError, OSError) as error:
                raise IndexBrokenError(f"the index {folder} can't be read: {error}") from error
        try:
            if new:
                self._index = schema.create(folder)
            self._writer = self._index.writer(_BUILDING_HEAP_BYTES if new else _HEAP_BYTES, 1)
        except (ValueError, OSError) as error:
            raise IndexWriteError(
                f"the index {folder} can't be opened for writing: {error}{_free(folder)}"
            ) from error

    def apply(self, changes: Iterable[Change]) -> int:
        """Put and remove documents, not yet searchable. Return how many changes.

        A document is removed by its URL before it is put, so that doing the same changes twice does no harm.
        """
        count = 0
        try:
            for change in changes:
                self._writer.delete_documents_by_term(schema.URL, change.url)
                if change.document is not None:
                    self._writer.add_document(to_index(change.document))
                count += 1
        except (ValueError, OSError) as error:
            raise IndexWriteError(
                f"the index {self._folder} can't be written: {error}{_free(self._folder)}"
            ) from error
        return count

    def commit(self, revision: int) -> None:
        """Make all that was applied searchable, and remember the store's revision it stands for.

        The revision is written after the commit: a process killed between the two does the same changes
        again.
        """
        try:
            self._writer.commit()
        except (ValueError, OSError) as error:
            raise IndexWriteError(
                f"the index {self._folder} can't be committed: {error}{_free(self._folder)}"
            ) from error
        self._generations.write_state(self._folder, revision)

    def close(self) -> None:
        """Let merges under way end, and let go of the index. What was not committed is dropped."""
        try:
            self._writer.wait_merging_threads()
        except (ValueError, OSError) as error:
            raise IndexWriteError(f"the index {self._folder} could not be merged: {error}") from error


def _free(folder: Path) -> str:
    """How much room there is: Tantivy's own words for a full disk are "killed" and "panicked"."""
    try:
        return f" ({shutil.disk_usage(folder).free / 1e6:.0f} MB are free there)"
    except OSError:
        return ""
