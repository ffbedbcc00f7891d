"""How does a search use two processors? What it needs only at its end is begun earlier, in another thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_THREADS = 2


class Aside:
    """Does work beside the caller. The engine frees the interpreter while it searches, so both go on.

    Safe to share between threads.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="counts beside a search")

    def begin(self, work: Callable[[], T]) -> Callable[[], T]:
        """Begin the work and return what gives its result, or raises what it raised.

        Work that nobody had time to begin until then is done by who asks for its result.
        """
        begun = self._pool.submit(work)
        return lambda: work() if begun.cancel() else begun.result()
