"""Does one process at a time crawl an agency, and does nothing stay open that a dead one began?"""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from crawler.assignment import Assignment, Scope
from crawler.store import PageStore
from crawler.store.leases import KILLED, Leases, machine, process_is_gone, worker_id
from crawler.store.queue import RecrawlQueue

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ELSEWHERE = "annan-maskin-0123456789:17:4711"
FURTHER = "tredje-maskin-0123456789:17:4711"


@pytest.fixture
def store(store_url: str) -> Iterator[PageStore]:
    with PageStore(store_url) as opened:
        yield opened


def _leases(store: PageStore, name: str) -> Leases:
    leases = Leases(store, name, 60.0)
    leases.begin(NOW)
    return leases


@pytest.fixture
def ended() -> str:
    """The name of a process of this machine that has ended."""
    code = "from crawler.store.leases import worker_id; print(worker_id())"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return said.stdout.strip()


def test_this_process_is_there() -> None:
    assert worker_id() == worker_id()
    assert process_is_gone(worker_id()) is False
    assert process_is_gone(ELSEWHERE) is None


def test_a_process_that_ended_is_gone(ended: str) -> None:
    assert process_is_gone(ended) is True


def test_a_process_id_used_again_is_another_process() -> None:
    assert process_is_gone(f"{machine()}:{os.getpid()}:1") is True


def test_one_holds_an_agency_until_it_is_released(store: PageStore) -> None:
    one, other = _leases(store, worker_id()), _leases(store, ELSEWHERE)
    assert one.take("norrby", NOW)
    assert one.take("norrby", NOW)
    assert not other.take("norrby", NOW)
    assert other.take("soderby", NOW)
    one.release("norrby")
    assert other.take("norrby", NOW)


def test_releasing_another_ones_agency_does_nothing(store: PageStore) -> None:
    one, other = _leases(store, worker_id()), _leases(store, ELSEWHERE)
    assert one.take("norrby", NOW)
    other.release("norrby")
    assert not other.take("norrby", NOW)


def test_one_elsewhere_is_dead_after_its_time_and_no_sooner(store: PageStore) -> None:
    far, other = _leases(store, ELSEWHERE), _leases(store, FURTHER)
    assert far.take("norrby", NOW)
    assert not other.take("norrby", NOW + timedelta(seconds=62))  # clocks differ
    assert far.renew(NOW + timedelta(seconds=60), ["norrby"]) == set()
    assert not other.take("norrby", NOW + timedelta(seconds=100))
    assert other.take("norrby", NOW + timedelta(seconds=130))
    assert far.renew(NOW + timedelta(seconds=131), ["norrby"]) == {"norrby"}


def test_one_here_that_is_alive_is_not_taken_for_dead(store: PageStore) -> None:
    here, other = _leases(store, worker_id()), _leases(store, ELSEWHERE)
    assert here.take("norrby", NOW)
    assert not other.take("norrby", NOW + timedelta(minutes=2))
    assert other.take("norrby", NOW + timedelta(minutes=20))


def test_what_a_dead_process_left_is_ended_and_given_back(store: PageStore, ended: str) -> None:
    queue = RecrawlQueue(store)
    dead = _leases(store, ended)
    request, _ = queue.ask(
        Assignment("norrby", Scope.HOST, "www.norrby.example"), requester="Berit", reason="", at=NOW
    )
    assert queue.claim(ended, NOW) is not None
    assert dead.take("norrby", NOW)
    run = store.begin_run("norrby", NOW, assignment=request.assignment(), worker=ended)
    mine = store.begin_run("soderby", NOW, worker=worker_id())
    leases = _leases(store, worker_id())
    assert [(each.worker, each.alive) for each in leases.present(NOW)] == [
        (ended, False),
        (worker_id(), True),
    ]

    assert leases.sweep(NOW) == [ended]
    assert leases.sweep(NOW) == []
    left = store.run(run)
    assert (left.status, left.reason, left.finished) == ("interrupted", KILLED, NOW)
    assert store.run(mine).status == "running"
    again = queue.get(request.id)
    assert again is not None
    assert (again.status, again.worker, again.attempts) == ("pending", "", 1)
    assert [each.worker for each in leases.present(NOW)] == [worker_id()]
    assert leases.take("norrby", NOW)


def test_a_run_is_ended_though_nothing_else_is_left_of_its_process(store: PageStore, ended: str) -> None:
    run = store.begin_run("norrby", NOW, worker=ended)
    assert _leases(store, worker_id()).sweep(NOW) == [ended]
    assert store.run(run).status == "interrupted"


def test_taking_from_a_dead_holder_ends_its_run(store: PageStore, ended: str) -> None:
    assert _leases(store, ended).take("norrby", NOW)
    run = store.begin_run("norrby", NOW, worker=ended)
    assert _leases(store, worker_id()).take("norrby", NOW)
    assert store.run(run).status == "interrupted"


def test_a_run_without_a_process_is_ended_in_the_end(store: PageStore) -> None:
    run = store.begin_run("norrby", NOW)
    leases = _leases(store, worker_id())
    leases.sweep(NOW + timedelta(minutes=59))
    assert store.run(run).status == "running"
    leases.sweep(NOW + timedelta(minutes=61))
    assert store.run(run).status == "interrupted"


def test_ending_leaves_nothing(store: PageStore) -> None:
    leases = _leases(store, worker_id())
    assert leases.take("norrby", NOW)
    leases.end()
    other = _leases(store, ELSEWHERE)
    assert other.take("norrby", NOW)
    assert [each.worker for each in other.present(NOW)] == [ELSEWHERE]
