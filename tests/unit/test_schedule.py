"""Does an agency's next run come when its schedule says, through summer time, sleep and quiet hours?"""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.registry import Agency, AgencyKind
from crawler.schedule import SWEDEN, in_quiet_hours, next_run


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SWEDEN)


def _agency(*quiet: str) -> Agency:
    return Agency(
        id="norrby",
        name="Norrby",
        kind=AgencyKind.OTHER,
        seeds=("https://norrby.example/",),
        quiet_hours=quiet,
    )


@pytest.mark.parametrize(
    ("schedule", "last", "now", "expected"),
    [
        ("daily 03:30", "2026-11-21 03:30", "2026-11-21 12:00", "2026-11-22 03:30"),
        ("daily 03:30", "2026-11-21 03:30", "2026-11-22 03:29:59", "2026-11-22 03:30"),
        ("daily 03:30", "2026-11-21 03:30", "2026-11-22 03:30", "2026-11-22 03:30"),
        ("daily 23:30", "2026-11-20 23:30", "2026-11-21 00:10", "2026-11-21 23:30"),
        # the last run was at a time of somebody's own choosing
        ("daily 03:30", "2026-11-21 03:29", "2026-11-21 12:00", "2026-11-21 03:30"),
        ("daily 03:30", "2026-11-21 11:00", "2026-11-21 12:00", "2026-11-22 03:30"),
        # two weeks were missed: once, now
        ("daily 03:30", "2026-11-07 03:30", "2026-11-21 12:00", "2026-11-21 03:30"),
        ("weekly 04:00", "2026-11-16 04:00", "2026-11-21 12:00", "2026-11-23 04:00"),
        ("weekly 04:00", "2026-11-01 04:00", "2026-11-21 12:00", "2026-11-16 04:00"),
        ("monthly 04:00", "2026-11-01 04:00", "2026-11-21 12:00", "2026-12-01 04:00"),
        ("monthly 04:00", "2026-06-01 04:00", "2026-11-21 12:00", "2026-11-01 04:00"),
        ("hourly", "2026-11-21 11:00", "2026-11-21 11:59", "2026-11-21 12:00"),
        ("hourly", "2026-11-21 11:00", "2026-11-21 15:20", "2026-11-21 15:00"),
        # the night of 28 to 29 March 2026 has no 02:30, that of 24 to 25 October has two
        ("daily 02:30", "2026-03-28 02:30", "2026-03-28 12:00", "2026-03-29 03:30"),
        ("daily 02:30", "2026-10-24 02:30", "2026-10-24 12:00", "2026-10-25 02:30"),
        ("daily 02:30", "2026-10-25 02:30", "2026-10-25 02:31", "2026-10-26 02:30"),
    ],
)
def test_the_next_run(schedule: str, last: str, now: str, expected: str) -> None:
    assert next_run(schedule, _local(last), _local(now)) == _local(expected).astimezone(UTC)


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    end = in_quiet_hours(_agency("01:00-02:30"), _local("2026-10-25 01:30").astimezone(UTC))
    assert end == _local("2026-10-25 02:30").replace(fold=1).astimezone(UTC)


def test_the_hour_that_comes_twice_has_one_run() -> None:
    began = _local("2026-10-25 02:30")
    again = began.replace(fold=1)
    assert again.astimezone(UTC) - began.astimezone(UTC) == timedelta(hours=1)
    following = next_run("daily 02:30", began.astimezone(UTC), again.astimezone(UTC))
    assert following == _local("2026-10-26 02:30").astimezone(UTC)


def test_never_and_not_yet() -> None:
    now = _local("2026-11-21 12:00")
    assert next_run("never", None, now) is None
    assert next_run("daily", None, now) == now
    assert next_run("monthly", None, now) == now


def test_agencies_without_a_time_are_spread_over_the_night() -> None:
    now = _local("2026-11-21 12:00")
    runs = [next_run("daily", now, now, agency=f"kommun-{n}") for n in range(290)]
    times = [run.astimezone(SWEDEN).time() for run in runs if run is not None]
    assert len(times) == 290
    assert max(times).hour < 5
    assert max(Counter(times).values()) < 10
    weekdays = Counter(
        run.astimezone(SWEDEN).weekday()
        for n in range(290)
        if (run := next_run("weekly", now, now, agency=f"kommun-{n}")) is not None
    )
    assert len(weekdays) == 7


@given(
    schedule=st.sampled_from(["hourly", "daily", "daily 02:30", "weekly", "weekly 23:59", "monthly"]),
    now=st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),
    ago=st.timedeltas(timedelta(0), timedelta(days=80)),
    agency=st.sampled_from(["", "norrby", "soderby"]),
)
def test_a_run_that_began_when_due_is_followed_by_a_later_one(
    schedule: str, now: datetime, ago: timedelta, agency: str
) -> None:
    moment = now.replace(tzinfo=UTC)
    due = next_run(schedule, moment - ago, moment, agency=agency)
    assert due is not None
    following = next_run(schedule, max(due, moment), max(due, moment), agency=agency)
    assert following is not None
    assert following > max(due, moment)
    assert due == next_run(schedule, moment - ago, moment, agency=agency)


@pytest.mark.parametrize(
    ("quiet", "now", "end"),
    [
        ((), "2026-11-21 12:00", None),
        (("07:00-09:30",), "2026-11-21 06:59", None),
        (("07:00-09:30",), "2026-11-21 07:00", "2026-11-21 09:30"),
        (("07:00-09:30",), "2026-11-21 09:30", None),
        (("22:00-06:00",), "2026-11-21 23:00", "2026-11-22 06:00"),
        (("22:00-06:00",), "2026-11-21 05:00", "2026-11-21 06:00"),
        (("22:00-06:00",), "2026-11-21 12:00", None),
        (("22:00-00:00", "00:00-06:00"), "2026-11-21 23:00", "2026-11-22 06:00"),
        (("07:00-09:00", "08:00-10:00", "10:00-11:00"), "2026-11-21 07:30", "2026-11-21 11:00"),
        # one hour of this night is left out, one of that comes twice
        (("22:00-06:00",), "2026-03-28 23:00", "2026-03-29 06:00"),
    ],
)
def test_quiet_hours(quiet: tuple[str, ...], now: str, end: str | None) -> None:
    expected = _local(end).astimezone(UTC) if end else None
    assert in_quiet_hours(_agency(*quiet), _local(now).astimezone(UTC)) == expected
