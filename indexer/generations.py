"""Where does the index lie on disk, and how is it switched?

    <index folder>/
        CURRENT            the name of the generation that is searched: "g000003"
        writer.lock        held (flock) by the one process that writes
        g000003/           Tantivy's files
            state.json     format of the index, and the store's revision that it stands for

A generation is made beside the current one and becomes current by one atomic rename. A reader that still
has an older one open keeps its mapped files until it lets go of them.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import IndexLockedError, IndexUnavailableError, IndexWriteError
from indexer.schema import FORMAT

_NAME = re.compile(r"g\d{6,12}")
_CURRENT = "CURRENT"
_LOCK = "writer.lock"
_STATE = "state.json"


@dataclass(frozen=True, slots=True)
class State:
    """What a generation says of itself: its format, and the store's revision up to which it is complete."""

    format: str
    revision: int


class Generations:
    """The generations of an index folder."""

    def __init__(self, index_dir: Path) -> None:
        """Nothing is made or read yet."""
        self.index_dir = index_dir
        self.current_file = index_dir / _CURRENT

    def current(self) -> Path:
        """The folder of the generation that is searched. Raise IndexUnavailableError where there is none."""
        try:
            name = self.current_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnavailableError(
                f"there is no index in {self.index_dir} yet; crawl an agency, or run medborgarsok rebuild"
            ) from error
        folder = self.index_dir / name
        if not _NAME.fullmatch(name) or not folder.is_dir():
            raise IndexUnavailableError(f"{self.current_file} names no index; run medborgarsok rebuild")
        return folder

    def state(self, folder: Path) -> State | None:
        """What a generation says of itself, or None where it can't be read."""
        try:
            written = json.loads((folder / _STATE).read_text(encoding="utf-8"))
            return State(str(written["format"]), int(written["revision"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write_state(self, folder: Path, revision: int) -> None:
        """Remember the store's revision that a generation stands for. Raise IndexWriteError."""
        _replace(folder / _STATE, json.dumps({"format": FORMAT, "revision": revision}))

    def new(self) -> Path:
        """Make the folder of a new generation, later than all others. Raise IndexWriteError."""
        numbers = [int(folder.name[1:]) for folder in self._folders()]
        folder = self.index_dir / f"g{max(numbers, default=0) + 1:06d}"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise IndexWriteError(f"no new index can be made in {self.index_dir}: {error}") from error
        return folder

    def switch(self, folder: Path) -> None:
        """Make a generation the current one, and remove the others. Raise IndexWriteError."""
        _replace(self.current_file, folder.name + "\n")
        self.remove_others(folder)

    def discard(self, folder: Path) -> None:
        """Remove a generation that did not become whole. Raises nothing."""
        shutil.rmtree(folder, ignore_errors=True)

    def remove_others(self, kept: Path) -> None:
        """Remove every generation but one. Raises nothing: what can't be removed now goes next time."""
        for folder in self._folders():
            if folder.name != kept.name:
                shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> list[Path]:
        try:
            return [path for path in self.index_dir.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]
        except OSError:
            return []

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer while the block runs. Raise IndexLockedError where another process is.

        The lock is the kernel's (flock): it ends with the process, however that ends.
        """
        lock = self.lock()
        try:
            yield
        finally:
            os.close(lock)

    def lock(self) -> int:
        """Take the writer's lock; closing the descriptor that is returned gives it back."""
        try:
            self.index_dir.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.index_dir / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise IndexWriteError(f"the index folder {self.index_dir} can't be written: {error}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise IndexLockedError(
                f"another process writes the index in {self.index_dir} already; "
                "stop what runs there (medborgarsok serve, demo or crawl) and run this again"
            ) from error
        return lock


def _replace(path: Path, text: str) -> None:
    """Write a small file so that it is the old one or the new one, whole, at any moment."""
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        raise IndexWriteError(f"{path} can't be written: {error}") from error
