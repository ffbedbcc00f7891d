"""What was found lately? Answers kept by what was asked, the longest unused given up first."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Remembered(Generic[_Value]):
    """Values by keys, a bounded number of them. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, _Value] = OrderedDict()
        self._making: dict[Hashable, threading.Event] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """The value of a key; `make` is asked where it is not known, and may ask for other keys.

        Of many who ask at the same time one makes it, and the others wait; where it fails, the next makes it.
        """
        while True:
            with self._lock:
                if key in self._values:
                    self._values.move_to_end(key)
                    return self._values[key]
                under_way = self._making.get(key)
                if under_way is None:
                    made = self._making[key] = threading.Event()
                    break
            under_way.wait()
        try:
            value = make()
            with self._lock:
                self._values[key] = value
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
            return value
        finally:
            with self._lock:
                del self._making[key]
            made.set()

    def __len__(self) -> int:
        return len(self._values)
