"""Are agencies crawled by themselves when their time has come, and are broken-off runs gone on with?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.assignment import Assignment, Origin, Scope
from crawler.fetch.due import Due
from crawler.registry import Agency, AgencyKind, Registry
from crawler.store import PageStore
from crawler.store.queue import RecrawlQueue

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        yield opened


def _due(store: PageStore, schedule: str = "daily 03:00", **more: tuple[str, ...]) -> Due:
    agency = Agency(
        id="norrby",
        name="Norrby",
        kind=AgencyKind.OTHER,
        seeds=("https://norrby.example/",),
        schedule=schedule,
        **more,  # type: ignore[arg-type]
    )
    return Due(store, Registry([agency]))


def _ran(store: PageStore, status: str, ago: timedelta, assignment: Assignment | None = None) -> int:
    run = store.begin_run("norrby", NOW - ago, assignment=assignment or Assignment("norrby"), worker="w1")
    store.finish_run(run, status, NOW - ago + timedelta(minutes=5))
    return run


def test_an_agency_that_was_never_crawled_is_due(store: PageStore) -> None:
    assert _due(store).look(NOW, but=()) == [Assignment("norrby", origin=Origin.SCHEDULE)]
    assert _due(store).look(NOW, but=["norrby"]) == []
    assert _due(store, "never").look(NOW, but=()) == []


def test_one_whose_time_has_not_come_is_not(store: PageStore) -> None:
    _ran(store, "finished", HOUR)
    due = _due(store)
    assert due.look(NOW, but=()) == []
    at_three = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    assert due.look(at_three, but=()) == [Assignment("norrby", origin=Origin.SCHEDULE)]


def test_days_that_were_missed_are_made_up_for_once(store: PageStore) -> None:
    _ran(store, "finished", 10 * 24 * HOUR)
    assert len(_due(store).look(NOW, but=())) == 1
    _ran(store, "finished", timedelta(minutes=1))
    assert _due(store).look(NOW, but=()) == []


@pytest.mark.parametrize("status", ["paused", "interrupted"])
def test_a_run_that_was_broken_off_goes_on_at_once(store: PageStore, status: str) -> None:
    run = _ran(store, status, HOUR)
    assert _due(store, "never").look(NOW, but=()) == [Assignment("norrby", continues=run)]


def test_a_paused_run_waits_as_long_as_it_is_told(store: PageStore) -> None:
    _ran(store, "paused", HOUR)
    due = _due(store)
    due.wait("norrby", NOW + HOUR)
    assert due.look(NOW, but=()) == []
    assert len(due.look(NOW + HOUR, but=())) == 1


def test_nothing_begins_in_quiet_hours(store: PageStore) -> None:
    _ran(store, "paused", HOUR)
    due = _due(store, quiet_hours=("12:30-14:00",))  # Swedish time, an hour ahead
    assert due.look(NOW, but=()) == []
    assert len(due.look(NOW + HOUR, but=())) == 1


def test_a_run_that_breaks_off_again_and_again_rests(store: PageStore) -> None:
    for ago in (3 * HOUR, 2 * HOUR, timedelta(minutes=10)):
        _ran(store, "interrupted", ago)
    due = _due(store, "never")
    assert due.look(NOW, but=()) == []
    assert len(due.look(NOW + HOUR, but=())) == 1


def test_a_failed_run_is_tried_again_after_a_rest(store: PageStore) -> None:
    run = _ran(store, "failed", timedelta(minutes=10))
    due = _due(store)
    assert due.look(NOW, but=()) == []
    (again,) = due.look(NOW + HOUR, but=())
    assert again.continues == run


def test_a_broken_off_run_that_was_asked_for_is_left_to_its_request(store: PageStore) -> None:
    request, _ = RecrawlQueue(store).ask(Assignment("norrby"), requester="", reason="", at=NOW)
    run = _ran(store, "interrupted", HOUR, request.assignment())
    due = _due(store)
    assert due.look(NOW, but=()) == []
    assert due.broken_off("norrby", request=request.id) == run
    RecrawlQueue(store).cancel(request.id, NOW)
    assert len(_due(store).look(NOW, but=())) == 1


def test_other_ways_in_are_no_crawls(store: PageStore) -> None:
    _ran(store, "finished", HOUR, Assignment("norrby", origin=Origin.IMPORT))
    _ran(store, "finished", HOUR, Assignment("norrby", Scope.HOST, "norrby.example"))
    assert len(_due(store).look(NOW, but=())) == 1
