"""Is work begun aside done once, whoever does it, and are its errors told to who asks for the result?"""

import threading

import pytest

from searchapi.aside import Aside


def test_work_goes_on_beside_the_caller() -> None:
    met = threading.Event()
    result = Aside().begin(lambda: met.wait(30))
    met.set()
    assert result() is True


def test_what_nobody_had_time_to_begin_is_done_by_who_asks() -> None:
    aside, free = Aside(), threading.Event()
    busy = [aside.begin(lambda: free.wait(30)) for _ in range(8)]
    done: list[str] = []
    waiting = aside.begin(lambda: done.append(threading.current_thread().name))
    waiting()
    free.set()
    assert all(one() for one in busy)
    assert done == [threading.current_thread().name]


def test_an_error_reaches_who_asks() -> None:
    def fails() -> None:
        raise ValueError("no such count")

    result = Aside().begin(fails)
    with pytest.raises(ValueError, match="no such count"):
        result()
