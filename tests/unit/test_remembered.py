"""Is what many ask for at the same time made once, and again where making it failed?"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from searchapi.remembered import Remembered


def test_of_many_who_ask_at_once_one_makes_it() -> None:
    known: Remembered[int] = Remembered(4)
    begun, go_on = threading.Event(), threading.Event()
    made: list[int] = []

    def make() -> int:
        made.append(1)
        begun.set()
        assert go_on.wait(30)
        return 7

    with ThreadPoolExecutor(8) as crowd:
        first = crowd.submit(known.get, "a", make)
        assert begun.wait(30)
        others = [crowd.submit(known.get, "a", make) for _ in range(7)]
        assert known.get("b", lambda: 8) == 8  # (nobody waits for another's key)
        go_on.set()
        assert [one.result(30) for one in (first, *others)] == [7] * 8
    assert made == [1]


def test_what_fails_is_made_by_the_next_and_may_ask_for_others() -> None:
    known: Remembered[int] = Remembered(4)
    with pytest.raises(ZeroDivisionError):
        known.get("a", lambda: 1 // 0)
    assert known.get("a", lambda: known.get("b", lambda: 2) + 1) == 3
