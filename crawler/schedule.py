"""When is an agency crawled again by itself, and when are its hosts left alone? Swedish local time.

Hours that a change to or from summer time leaves out or repeats: a time that is left out is taken one hour
later, one that comes twice is taken the first time (PEP 495, fold=0), so no day has two runs or none. Quiet
hours end the second time.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.registry import Agency

SWEDEN = ZoneInfo("Europe/Stockholm")

# Agencies without a time of their own begin between midnight and five, each at its own minute: at night
# nobody waits for their sites, and they don't begin all at once.
_NIGHT_MINUTES = 300
_DAYS_OF_EVERY_MONTH = 28
_LONGEST_MONTHS = 3


def next_run(
    schedule: str, last_started: datetime | None, now: datetime, *, agency: str = ""
) -> datetime | None:
    """When the next run is to begin; in the past or now where it is due; None where there is none.

    `schedule` as in the registry (crawler.registry.Agency). `last_started`: when the last run of the whole
    agency began; None (never): at once. Runs that were missed are made up for by one. `agency`, its id,
    spreads what the schedule leaves open: the minute, the day of the week, the day of the month.
    Times in and out are aware; what comes out is UTC.
    """
    if schedule == "never":
        return None
    if last_started is None:
        return now.astimezone(UTC)
    newest = next(slot for slot in _slots_back(schedule, now, agency) if slot <= now)
    if last_started < newest:
        return newest
    return next(slot for slot in _slots_on(schedule, now, agency) if slot > now)


def in_quiet_hours(agency: Agency, now: datetime) -> datetime | None:
    """When the quiet hours that it is in end (UTC), None where it is in none.

    Hours that follow one another ("22:00-00:00", "00:00-06:00") are one.
    """
    end = now
    for _ in range(2 * len(agency.quiet_hours)):
        later = max((_end_of(hours, end) or end for hours in agency.quiet_hours), default=end)
        if later <= end:
            break
        end = later
    return end.astimezone(UTC) if end > now else None


def _end_of(hours: str, moment: datetime) -> datetime | None:
    """The end of the quiet hours "HH:MM-HH:MM" that hold the moment. The same time twice is the whole day."""
    first, last = (time.fromisoformat(clock) for clock in hours.split("-"))
    today = moment.astimezone(SWEDEN).date()
    for day in (today - timedelta(days=1), today):
        begin = _at(day, first)
        end = _at(day if last > first else day + timedelta(days=1), last.replace(fold=1))
        if begin <= moment < end:
            return end
    return None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SWEDEN).astimezone(UTC)


def _slots_back(schedule: str, now: datetime, agency: str) -> Iterator[datetime]:
    """Times that runs begin at, from after now backwards."""
    if schedule == "hourly":
        yield from (_hour(now, agency, hours) for hours in (1, 0, -1))
        return
    today = now.astimezone(SWEDEN).date()
    for back in range(-1, 31 * _LONGEST_MONTHS):
        day = today - timedelta(days=back)
        if _is_day(schedule, day, agency):
            yield _at(day, _clock(schedule, agency))


def _slots_on(schedule: str, now: datetime, agency: str) -> Iterator[datetime]:
    """Times that runs begin at, from before now onwards."""
    if schedule == "hourly":
        yield from (_hour(now, agency, hours) for hours in (-1, 0, 1))
        return
    today = now.astimezone(SWEDEN).date()
    for on in range(-1, 31 * _LONGEST_MONTHS):
        day = today + timedelta(days=on)
        if _is_day(schedule, day, agency):
            yield _at(day, _clock(schedule, agency))


def _hour(now: datetime, agency: str, hours: int) -> datetime:
    whole = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return whole + timedelta(hours=hours, minutes=_spread(agency, "minute", 60))


def _is_day(schedule: str, day: date, agency: str) -> bool:
    match schedule.split()[0]:
        case "weekly":
            return day.weekday() == _spread(agency, "weekday", 7)
        case "monthly":
            return day.day == 1 + _spread(agency, "day", _DAYS_OF_EVERY_MONTH)
        case _:
            return True


def _clock(schedule: str, agency: str) -> time:
    _, _, told = schedule.partition(" ")
    if told:
        return time.fromisoformat(told)
    minutes = _spread(agency, "night", _NIGHT_MINUTES)
    return time(minutes // 60, minutes % 60)


def _spread(agency: str, what: str, choices: int) -> int:
    """The same number below `choices` for an agency every time, on every machine; 0 for none."""
    if not agency:
        return 0
    digest = hashlib.sha256(f"{what}:{agency}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % choices
