"""Is a recrawl request asked for once, served by one worker, and never forgotten?"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crawler.assignment import Assignment, Origin, Scope
from crawler.store import PageStore
from crawler.store.queue import RecrawlQueue
from crawler.store.schema import agency_lease

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PAGE = Assignment(
    "norrby", Scope.URL, "https://www.norrby.example/a", Origin.API, urls=("https://www.norrby.example/a",)
)
WHOLE = Assignment("norrby")


@pytest.fixture
def store(store_url: str) -> Iterator[PageStore]:
    with PageStore(store_url) as opened:
        yield opened


@pytest.fixture
def queue(store: PageStore) -> RecrawlQueue:
    return RecrawlQueue(store)


def _ask(queue: RecrawlQueue, assignment: Assignment = PAGE) -> int:
    request, new = queue.ask(assignment, requester="Berit", reason="ny sida", at=NOW)
    assert new
    return request.id


def _hold(store: PageStore, agency: str, worker: str, until: datetime) -> None:
    with store.writing() as connection:
        connection.execute(
            sa.insert(agency_lease).values(agency=agency, worker=worker, taken=NOW, until=until)
        )


def test_asking_twice_gives_one_request(queue: RecrawlQueue) -> None:
    first, new = queue.ask(PAGE, requester="Berit", reason="ny sida", at=NOW)
    again, new_again = queue.ask(PAGE, requester="Sten", reason="också", at=NOW)
    assert (new, new_again, again) == (True, False, first)
    assert queue.get(first.id) == first
    assert first.assignment() == Assignment(
        "norrby", Scope.URL, PAGE.target, Origin.API, request=first.id, urls=PAGE.urls
    )


def test_requests_for_two_agencies_do_not_meet(queue: RecrawlQueue) -> None:
    first = _ask(queue, WHOLE)
    other = _ask(queue, Assignment("soderby"))
    assert first != other
    found = queue.get(first)
    assert found is not None
    assert found.assignment() == Assignment("norrby", request=first)


def test_many_askers_at_once_make_one_request(queue: RecrawlQueue) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: queue.ask(PAGE, requester=f"{n}", reason="", at=NOW), range(24)))
    assert len({request.id for request, _ in answers}) == 1
    assert sum(new for _, new in answers) == 1


def test_what_is_being_served_can_be_asked_for_again(queue: RecrawlQueue) -> None:
    first = _ask(queue)
    assert queue.claim("w1", NOW) is not None
    assert _ask(queue) != first


def test_each_request_is_claimed_by_one(queue: RecrawlQueue) -> None:
    for number in range(30):
        _ask(queue, Assignment("norrby", Scope.HOST, f"w{number}.norrby.example"))

    def work(worker: str) -> list[int]:
        mine = []
        while (request := queue.claim(worker, NOW)) is not None:
            mine.append(request.id)
        return mine

    with ThreadPoolExecutor(4) as pool:
        claimed = [number for mine in pool.map(work, "abcd") for number in mine]
    assert sorted(claimed) == sorted({request.id for request in queue.requests()})


def test_the_oldest_that_may_be_served_comes_first(queue: RecrawlQueue, store: PageStore) -> None:
    later, _ = queue.ask(PAGE, requester="", reason="", at=NOW, not_before=NOW + timedelta(minutes=1))
    whole = _ask(queue, WHOLE)
    other = _ask(queue, Assignment("soderby", Scope.URL, "https://soderby.example/"))
    assert queue.claim("w1", NOW, agencies=["vasterby"]) is None
    assert queue.claim("w1", NOW, scopes=[Scope.HOST]) is None
    _hold(store, "norrby", "w2", NOW + timedelta(minutes=1))
    first = queue.claim("w1", NOW)
    assert first is not None
    assert first.id == other
    second = queue.claim("w2", NOW)
    assert second is not None
    assert second.id == whole
    assert queue.claim("w1", NOW) is None
    third = queue.claim("w1", NOW + timedelta(minutes=2))  # neither w2's lease nor not_before hinders
    assert third is not None
    assert third.id == later.id
    assert (third.status, third.worker, third.attempts) == ("running", "w1", 1)


def test_progress_and_result_are_kept(queue: RecrawlQueue) -> None:
    number = _ask(queue)
    queue.claim("w1", NOW)
    assert queue.progress(number, {"message": "1 av 2", "queued": 1})
    told = queue.get(number)
    assert told is not None
    assert told.progress == {"message": "1 av 2", "queued": 1}
    assert queue.finish(number, NOW, status="finished", result="hämtad", run=7)
    done = queue.get(number)
    assert done is not None
    assert (done.status, done.result, done.run, done.finished, done.over) == (
        "finished",
        "hämtad",
        7,
        NOW,
        True,
    )


def test_taking_back_reaches_the_one_that_serves_it(queue: RecrawlQueue) -> None:
    number = _ask(queue)
    queue.claim("w1", NOW)
    assert queue.cancel(number, NOW)
    assert not queue.cancel(number, NOW)
    assert not queue.progress(number, {"message": "2 av 2"})
    assert not queue.finish(number, NOW, status="finished", result="hämtad", run=7)
    found = queue.get(number)
    assert found is not None
    assert (found.status, found.result) == ("cancelled", "taken back")


def test_what_another_serves_by_now_is_left_alone(queue: RecrawlQueue) -> None:
    number = _ask(queue)
    queue.claim("w1", NOW)
    queue.give_back(number, NOW, why="the process was killed")
    queue.claim("w2", NOW)
    assert not queue.progress(number, {"message": "1 av 2"}, worker="w1")
    assert not queue.finish(number, NOW, status="finished", result="hämtad", worker="w1")
    queue.give_back(number, NOW, why="paus", worker="w1")
    found = queue.get(number)
    assert found is not None
    assert (found.status, found.worker, found.progress) == ("running", "w2", {})
    assert queue.finish(number, NOW, status="finished", result="hämtad", worker="w2")


def test_what_is_given_back_waits_and_fails_in_the_end(queue: RecrawlQueue) -> None:
    number = _ask(queue)
    for _ in range(3):
        claimed = queue.claim("w1", NOW)
        assert claimed is not None
        assert claimed.id == number
        queue.give_back(number, NOW, why="the process was killed")
    assert queue.claim("w1", NOW) is None
    found = queue.get(number)
    assert found is not None
    assert found.status == "failed"
    assert "after 3 attempts: the process was killed" in found.result


def test_given_back_until_later(queue: RecrawlQueue) -> None:
    number = _ask(queue)
    queue.claim("w1", NOW)
    for _ in range(5):
        queue.give_back(number, NOW, not_before=NOW + timedelta(hours=1), why="quiet hours", in_vain=False)
        assert queue.claim("w1", NOW) is None
        claimed = queue.claim("w1", NOW + timedelta(hours=1))
        assert claimed is not None
        assert claimed.attempts == 1


def test_given_back_beside_a_new_one_ends(queue: RecrawlQueue) -> None:
    first = _ask(queue)
    queue.claim("w1", NOW)
    second = _ask(queue)
    queue.give_back(first, NOW, why="the process was killed")
    old, new = queue.get(first), queue.get(second)
    assert old is not None
    assert new is not None
    assert (old.status, new.status) == ("cancelled", "pending")
    assert f"request {second}" in old.result
