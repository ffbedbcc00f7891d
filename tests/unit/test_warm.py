"""Is the search warm before the first citizen comes, and does warming end when the program does?"""

import gc
import threading
from types import SimpleNamespace
from typing import Any

from indexer.engine import Word
from searchapi.errors import NotReadyError
from searchapi.warm import WarmUp, settle_again, warm_up


class _Counting:
    """A service that only counts what it is asked."""

    def __init__(self, stop: threading.Event | None = None, after: int = 0) -> None:
        self.asked: list[str] = []
        self._stop, self._after = stop, after

    def read_titles(self) -> None:
        self.asked.append("titles")

    def snapshot(self) -> Any:
        return SimpleNamespace(frequent_words=lambda limit: [Word("bygglov", 2), Word("återvinning", 1)])

    def search(self, request: Any) -> None:
        self.asked.append(request.q)
        if self._stop is not None and len(self.asked) >= self._after:
            self._stop.set()


def _warm(service: Any, stop: threading.Event) -> int:
    return warm_up(service, stop)


def test_what_citizens_ask_for_is_asked() -> None:
    service = _Counting()
    assert _warm(service, threading.Event()) == len(service.asked) - 1 > 50
    assert service.asked[0] == "titles"
    assert "bygglov" in service.asked


def test_it_ends_when_told() -> None:
    stop = threading.Event()
    service = _Counting(stop, after=4)
    assert _warm(service, stop) == 3
    assert len(service.asked) == 4


def test_without_an_index_there_is_nothing_to_warm() -> None:
    class Unready:
        def read_titles(self) -> None:
            raise NotReadyError("no index yet")

        def search(self, request: Any) -> None:
            raise NotReadyError("no index yet")

    assert _warm(Unready(), threading.Event()) == 0


def test_the_background_ends_with_the_program() -> None:
    service: Any = _Counting()
    warming = WarmUp(service)
    warming.end()
    asked = len(service.asked)
    assert not any(thread.name == "warms the search up" for thread in threading.enumerate())
    assert asked == len(service.asked)


def test_only_what_is_warm_is_taken_out_of_the_collectors_sight() -> None:
    before, threshold = gc.get_freeze_count(), gc.get_threshold()
    stopped = WarmUp(_Counting())  # type: ignore[arg-type]
    stopped.end()
    settle_again()
    assert gc.get_freeze_count() == before == 0
    assert gc.get_threshold() == threshold
    try:
        warming = WarmUp(_Counting())  # type: ignore[arg-type]
        next(one for one in threading.enumerate() if one.name == "warms the search up").join(120)
        warming.end()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)
