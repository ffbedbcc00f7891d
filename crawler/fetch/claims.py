"""Which runs does a process take on now? It claims requests, takes agencies, and says why others wait."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from crawler.assignment import Assignment, Scope
from crawler.fetch.due import Due
from crawler.registry import Registry
from crawler.schedule import in_quiet_hours
from crawler.settings import CrawlSettings
from crawler.store import PageStore
from crawler.store.leases import Leases
from crawler.store.queue import RecrawlQueue, RecrawlRequest

_URLS_AT_ONCE = 16
"""Requests for single URLs that are served at once, beside the runs: nobody waits for a free place."""
_LOOK_AT = 200
_OTHERS_TURN = timedelta(seconds=2)
_LARGE = frozenset({Scope.AGENCY, Scope.HOST, Scope.SECTION})


class Mode(Enum):
    """When the process is done."""

    ONCE = "crawl"
    """When the runs that it was started for are over; it serves requests for single URLs meanwhile."""
    DRAIN = "drain"
    """When no request waits any more. Schedules are not looked at."""
    WORKER = "worker"
    """When it is asked to end, or the registry has changed: then it is to be started anew."""


@dataclass(slots=True)
class Found:
    """What one look into the store brought.

    `begin`: runs to begin, whose agencies are taken. `visit`: claimed requests for URLs of agencies that are
    being crawled. `waits`: whether a request waits that this process may still serve.
    """

    begin: list[Assignment] = field(default_factory=list)
    visit: list[RecrawlRequest] = field(default_factory=list)
    waits: bool = False


class Claims:
    """Finds work for one process. Used in one thread at a time."""

    def __init__(
        self,
        *,
        mode: Mode,
        settings: CrawlSettings,
        registry: Registry,
        store: PageStore,
        leases: Leases,
        due: Due,
    ) -> None:
        self._mode = mode
        self._settings = settings
        self._registry = registry
        self._leases = leases
        self._due = due
        self._queue = RecrawlQueue(store)
        self._told: dict[int, str] = {}

    def find(
        self, now: datetime, under_way: Mapping[str, Scope], ending: Collection[str], visits: int
    ) -> Found:
        """Claim what can be done now.

        `under_way`: the agencies that this process crawls, `ending`: those of them that are about to be over;
        `visits`: requests for URLs that it serves within their runs.
        """
        found = Found()
        waiting = bool(self._queue.pending(1))
        taken = set(under_way)
        room = self._settings.agencies_at_once - sum(scope is not Scope.URL for scope in under_way.values())
        awake: set[str] = set()
        if waiting:
            awake = {agency.id for agency in self._registry if in_quiet_hours(agency, now) is None}
            awake -= set(ending)
            small = visits + len(under_way) - (self._settings.agencies_at_once - room)
            mine = awake & taken if self._mode is Mode.ONCE else awake
            self._claim_urls(found, now, mine, taken, _URLS_AT_ONCE - small)
        if waiting and self._mode is not Mode.ONCE:
            while room > 0 and (request := self._claim(now, awake - taken, _LARGE)) is not None:
                room -= self._take(found, request, taken, now)
        if self._mode is Mode.WORKER and room > 0:
            for assignment in self._due.look(now, but=taken):
                if room > 0 and self._leases.take(assignment.agency, now):
                    found.begin.append(assignment)
                    taken.add(assignment.agency)
                    room -= 1
        if waiting and self._mode is not Mode.ONCE:
            found.waits = self._tell_waiting(now, taken)
        return found

    def _claim(
        self, now: datetime, agencies: Collection[str], scopes: Collection[Scope]
    ) -> RecrawlRequest | None:
        return self._queue.claim(self._leases.worker, now, agencies=agencies, scopes=scopes)

    def _claim_urls(
        self, found: Found, now: datetime, agencies: Collection[str], taken: set[str], room: int
    ) -> None:
        for _ in range(room):
            request = self._claim(now, agencies, {Scope.URL})
            if request is None:
                return
            if request.agency in taken:
                found.visit.append(request)
            else:
                self._take(found, request, taken, now)

    def _take(self, found: Found, request: RecrawlRequest, taken: set[str], now: datetime) -> bool:
        """Take the agency of a claimed request, for a run of its own."""
        if not self._leases.take(request.agency, now):
            why = "another process crawls the agency"
            self._queue.give_back(request.id, now, not_before=now + _OTHERS_TURN, why=why, in_vain=False)
            return False
        broken_off = self._due.broken_off(request.agency, request=request.id)
        found.begin.append(replace(request.assignment(), continues=broken_off))
        taken.add(request.agency)
        return True

    def _tell_waiting(self, now: datetime, busy: Collection[str]) -> bool:
        """Say of each request why it waits. Return whether one does that this process may still serve."""
        waits = False
        told: dict[int, str] = {}
        for request in self._queue.pending(_LOOK_AT):
            if request.agency not in self._registry:
                why = f"{request.agency} is not in the registry"
                self._queue.finish(request.id, now, status="failed", result=why)
                continue
            later = request.not_before is not None and request.not_before > now + _OTHERS_TURN
            end = in_quiet_hours(self._registry[request.agency], now)
            if end is not None:
                why = f"waits for the end of the agency's quiet hours, {end:%Y-%m-%d %H:%M} UTC"
            elif request.agency in busy:
                why = "waits until the run of the agency that is under way has ended"
            else:
                why = "waits for its turn"
            waits = waits or not (later or end)
            told[request.id] = why
            if not later and self._told.get(request.id) != why:
                self._queue.progress(request.id, {"message": why})
        self._told = told
        return waits
