"""How does a test wait for what another thread or process does? It looks again and again, with patience."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 120.0
"""Seconds after which something has been waited for in vain: a busy machine is slow."""
_LOOK_SECONDS = 0.02
T = TypeVar("T")


def until(what: Callable[[], T], told: str) -> T:
    """Wait for something to become true, and return it. `told` says what was waited for in vain."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(_LOOK_SECONDS)
    raise AssertionError(f"waited in vain for {told}")
