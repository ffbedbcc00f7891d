"""How is the index opened for searching? The newest commit of the newest generation, whoever wrote it."""

import json
import logging
import threading
from pathlib import Path

import tantivy

from indexer import schema
from indexer.engine import Engine
from indexer.errors import IndexUnavailableError
from indexer.generations import Generations
from indexer.snapshot import TantivySnapshot

_log = logging.getLogger(__name__)

_META = "meta.json"  # Tantivy replaces it with every commit, atomically
_Stamp = tuple[int, int, int]


class TantivyEngine:
    """An index that one process writes and others search. Safe to share between threads."""

    def __init__(self, index_dir: Path) -> None:
        """Nothing is opened before the first snapshot: the index may come later."""
        self._generations = Generations(Path(index_dir))
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._index: tantivy.Index | None = None
        self._stamps: tuple[_Stamp, _Stamp] | None = None
        self._snapshot: TantivySnapshot | None = None

    def snapshot(self) -> TantivySnapshot:
        """The newest committed state. Raise IndexUnavailableError where there is none.

        Two looks at files' dates tell whether anything is new; only then is anything opened.
        """
        stamps = self._look()
        if self._snapshot is not None and stamps is not None and stamps == self._stamps:
            return self._snapshot
        with self._lock:
            try:
                return self._renewed()
            except IndexUnavailableError:
                if self._folder == self._generations.current():
                    raise
            # Another generation took the place of the one that was being opened.
            return self._renewed()

    def _renewed(self) -> TantivySnapshot:
        folder = self._generations.current()
        if folder != self._folder:
            self._folder, self._index = folder, None
        # Taken before opening: a commit in between makes the next look open again, and nothing is missed.
        stamps = self._look()
        if self._snapshot is None or stamps is None or stamps != self._stamps:
            self._snapshot = self._open(folder)
            self._stamps = stamps
        return self._snapshot

    def _look(self) -> tuple[_Stamp, _Stamp] | None:
        if self._folder is None:
            return None
        try:
            return _stamp(self._generations.current_file), _stamp(self._folder / _META)
        except OSError:
            return None

    def _open(self, folder: Path) -> TantivySnapshot:
        state = self._generations.state(folder)
        if state is None or state.format != schema.FORMAT:
            raise IndexUnavailableError(
                f"the index {folder} is of another version; it is rebuilt when the program next follows the "
                "store, or by medborgarsok rebuild"
            )
        try:
            if self._index is None:
                self._index = schema.open_existing(folder)
                self._index.config_reader("manual")
            self._index.reload()
            return TantivySnapshot(self._index.searcher(), self._index.schema, _revision(folder))
        except (ValueError, OSError) as error:
            self._index = None
            raise IndexUnavailableError(f"the index {folder} can't be opened: {error}") from error


def open_engine(index_dir: Path) -> Engine:
    """The engine over an index folder, which may be empty yet: each snapshot sees what was committed last."""
    return TantivyEngine(index_dir)


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def _revision(folder: Path) -> int:
    """A number that grows with every commit, in this generation and over them."""
    opstamp = int(json.loads((folder / _META).read_bytes())["opstamp"])
    return int(folder.name[1:]) << 40 | opstamp & (1 << 40) - 1
