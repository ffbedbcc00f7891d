"""How far is the index behind the store? In changes, and in seconds since it last was up with it."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from crawler.store import PageStore
from indexer.progress import indexed_revision

_MOST_LOOKS = 1000


@dataclass(frozen=True, slots=True)
class Lag:
    """`store`, `index`: revisions (index None: there is none). `seconds`: how long changes have waited."""

    store: int
    index: int | None
    seconds: float

    @property
    def changes(self) -> int:
        """Changes that are not searchable yet."""
        return max(0, self.store - (self.index or 0))


class LagWatch:
    """Remembers when the store was seen at which revision, as the store keeps no times of its changes.

    So the seconds are counted from when somebody looked: ask as often as they are to be exact.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque(maxlen=_MOST_LOOKS)
        self._lock = threading.Lock()

    def look(self, store: PageStore, index_dir: Path, *, now: float | None = None) -> Lag:
        """Compare them now. `now`: seconds of a clock that never goes back. Raise StoreError."""
        index = indexed_revision(index_dir)  # (before the store: what comes between is no lag of the index)
        revision = store.revision()
        at = time.monotonic() if now is None else now
        with self._lock:
            if not self._seen or self._seen[-1][1] < revision:
                if len(self._seen) == _MOST_LOOKS:
                    self._seen.pop()  # keep the oldest: it tells how long the first change has waited
                self._seen.append((at, revision))
            elif self._seen[-1][1] > revision:  # another store took this one's place
                self._seen.clear()
                self._seen.append((at, revision))
            while self._seen and self._seen[0][1] <= (index or 0):
                self._seen.popleft()
            seconds = at - self._seen[0][0] if self._seen else 0.0
        return Lag(revision, index, max(0.0, seconds))
