"""Which agencies are to be crawled without being asked: those whose time has come, those broken off?"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from crawler.assignment import Assignment, Origin, Scope
from crawler.registry import Agency, Registry
from crawler.schedule import in_quiet_hours, next_run
from crawler.store import PageStore
from crawler.store.schema import crawl_run, recrawl_request

_LOOK_AGAIN = timedelta(seconds=60)
_LOOK_SOON = timedelta(seconds=5)
# An agency whose runs break off again and again is left alone for a while, so that one site that brings the
# process down doesn't keep all the others waiting.
_BROKEN_IN_A_ROW = 3
_REST = timedelta(hours=1)
_BROKEN = frozenset({"interrupted", "failed"})
_ONE_BY_ONE = 50  # (few agencies with a long history are asked for by its index)
_GOES_ON = frozenset({"paused", "interrupted", "failed"})
_RUN = crawl_run.c
_COLUMNS = (_RUN.id, _RUN.status, _RUN.started, _RUN.finished, _RUN.request, _RUN.origin)
_WHOLE = (_RUN.scope == Scope.AGENCY.value, _RUN.origin.not_in((Origin.IMPORT.value, Origin.PUSH.value)))


class Due:
    """What the schedules of a registry and the runs of a store ask for. Looks at each agency when it must."""

    def __init__(self, store: PageStore, registry: Registry) -> None:
        self._store = store
        self._registry = registry
        self._look_at: dict[str, datetime] = {}
        self._not_before: dict[str, datetime] = {}

    def wait(self, agency: str, until: datetime) -> None:
        """Don't go on with an agency's paused run before then."""
        self._not_before[agency] = until

    def look(self, now: datetime, *, but: Collection[str]) -> list[Assignment]:
        """The runs that are due now, longest due first; none of the agencies `but`."""
        found: list[tuple[datetime, Assignment]] = []
        looked = [
            agency
            for agency in self._registry
            if agency.id not in but and self._look_at.get(agency.id, now) <= now
        ]
        if not looked:
            return []
        newest = self._newest_runs([agency.id for agency in looked])
        for agency in looked:
            at, assignment = self._next(agency, newest.get(agency.id, ()), now)
            if at is not None and at <= now:
                found.append((at, assignment))
                self._look_at[agency.id] = now + _LOOK_SOON
            else:
                later = now + _LOOK_AGAIN
                self._look_at[agency.id] = min(at, later) if at is not None else later
        return [assignment for _, assignment in sorted(found, key=lambda pair: pair[0])]

    def broken_off(self, agency: str, *, request: int | None = None) -> int | None:
        """The newest run of the whole agency, or of a request, where it was broken off."""
        runs = self._runs(agency, request)
        return int(runs[0].id) if runs and runs[0].status in _GOES_ON else None

    def _next(self, agency: Agency, runs: Sequence[Any], now: datetime) -> tuple[datetime | None, Assignment]:
        """When the next run of an agency begins, as far as is known now, and what it is."""
        last = runs[0] if runs else None
        fresh = Assignment(agency.id, origin=Origin.SCHEDULE)
        if last is None:
            at = next_run(agency.schedule, None, now, agency=agency.id)
            return _awake(agency, at, now), fresh
        if last.status == "running":
            return None, fresh
        at = next_run(agency.schedule, _utc(last.started), now, agency=agency.id)
        if last.status not in _GOES_ON:
            return _awake(agency, at, now), fresh
        if self._is_asked_for(last.request):
            return None, fresh  # the request goes on with it
        resumes = self._resumes(agency.id, runs)
        going_on = Assignment(agency.id, origin=Origin(last.origin), continues=int(last.id))
        return _awake(agency, resumes if at is None else min(at, resumes), now), going_on

    def _resumes(self, agency: str, runs: Sequence[Any]) -> datetime:
        ended = _utc(runs[0].finished or runs[0].started)
        if runs[0].status == "paused":
            return max(ended, self._not_before.get(agency, ended))
        broken = 0
        for run in runs:
            if run.status not in _BROKEN:
                break
            broken += 1
        rests = runs[0].status == "failed" or broken >= _BROKEN_IN_A_ROW
        return ended + _REST if rests else ended

    def _runs(self, agency: str, request: int | None) -> Sequence[Any]:
        """The newest runs of the whole agency, or of a request, newest first."""
        query = sa.select(*_COLUMNS).where(_RUN.agency == agency)
        query = query.where(*_WHOLE) if request is None else query.where(_RUN.request == request)
        with self._store.reading() as connection:
            return connection.execute(query.order_by(_RUN.id.desc()).limit(_BROKEN_IN_A_ROW)).all()

    def _newest_runs(self, agencies: Sequence[str]) -> dict[str, Sequence[Any]]:
        """The newest runs of whole agencies, newest first; of many of them by one statement."""
        if len(agencies) <= _ONE_BY_ONE:
            return {agency: self._runs(agency, None) for agency in agencies}
        place = sa.func.row_number().over(partition_by=_RUN.agency, order_by=_RUN.id.desc()).label("place")
        ranked = sa.select(_RUN.agency, *_COLUMNS, place).where(*_WHOLE).subquery()
        query = (
            sa.select(ranked)
            .where(ranked.c.place <= _BROKEN_IN_A_ROW)
            .order_by(ranked.c.agency, ranked.c.place)
        )
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return {agency: list(group) for agency, group in groupby(rows, key=lambda row: str(row.agency))}

    def _is_asked_for(self, request: int | None) -> bool:
        if request is None:
            return False
        query = sa.select(recrawl_request.c.status).where(recrawl_request.c.id == request)
        with self._store.reading() as connection:
            return connection.scalar(query) in {"pending", "running"}


def _awake(agency: Agency, at: datetime | None, now: datetime) -> datetime | None:
    """The time, or the end of the quiet hours that it or this moment lies in."""
    if at is None:
        return None
    moment = max(at, now)
    return in_quiet_hours(agency, moment) or at


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
