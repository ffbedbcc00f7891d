"""What does a process that crawls do next? It looks into the store: requests, schedules, what others do.

Everything here happens in one event loop; what asks the store runs in one thread beside it.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from crawler.assignment import Assignment, Scope
from crawler.errors import CrawlEndedError, StoreError
from crawler.fetch.claims import Claims, Found, Mode
from crawler.fetch.due import Due
from crawler.fetch.told import of_run, of_visit, so_far
from crawler.outcomes import Outcome
from crawler.registry import Agency, Registry
from crawler.registry_watch import RegistryWatch
from crawler.schedule import in_quiet_hours
from crawler.settings import CrawlSettings
from crawler.store import PageStore, Visit
from crawler.store.departed import settle_departures
from crawler.store.leases import Leases
from crawler.store.pushes import Pushes
from crawler.store.queue import RecrawlQueue, RecrawlRequest

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
_TELL_SECONDS = 1.0
_SWEEP_SECONDS = 2.0
_WATCH_SECONDS = 2.0
_STORE_FAULT_SECONDS = 3.0
_PATIENCE = 10.0
_ERRANDS_GRACE = 10.0
_PAUSE_WITHOUT_WORD = timedelta(minutes=10)
_NEXT_LOOK = timedelta(seconds=0.4)


class Crawl(Protocol):
    """A run, as the desk sees it (crawler.fetch.agency_crawl.AgencyCrawl)."""

    agency: Agency
    run_id: int
    paused_until: datetime | None

    async def run(self) -> tuple[str, str]:
        """Crawl to the end; status and reason."""

    def stop(self, status: str = "stopped") -> None:
        """End soon."""

    async def visit_now(self, url: str) -> Visit:
        """Visit a URL before all others; CrawlEndedError where the run ends before that."""

    def progress(self) -> dict[str, Any]:
        """How far it is."""


Errand = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""Work beside the crawls, which ends soon after the event is set."""


@dataclass(eq=False, slots=True)
class _Work:
    """A run under way. `ended`: the desk's word why it is to end before its time."""

    crawl: Crawl
    assignment: Assignment
    ended: str = ""
    resume: datetime | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def request(self) -> int | None:
        return self.assignment.request


class Desk:
    """Begins runs, serves requests, keeps leases, and tells, until its mode says that all is done.

    `make` makes the run of an assignment. `statuses` has, once it is over, how each run ended.
    """

    def __init__(
        self,
        *,
        mode: Mode,
        settings: CrawlSettings,
        registry: Registry,
        store: PageStore,
        leases: Leases,
        make: Callable[[Agency, Assignment], Crawl],
        emit: Callable[[dict[str, Any]], None],
        assignments: Sequence[Assignment] = (),
        errands: Sequence[Errand] = (),
        watch: RegistryWatch | None = None,
    ) -> None:
        self._mode = mode
        self._settings = settings
        self._registry = registry
        self._store = store
        self._leases = leases
        self._make = make
        self._emit = emit
        self._assignments = assignments
        self._errands = errands
        self._watched = watch
        self._queue = RecrawlQueue(store)
        self._due = Due(store, registry)
        self._claims = Claims(
            mode=mode, settings=settings, registry=registry, store=store, leases=leases, due=self._due
        )
        self._works: dict[str, _Work] = {}
        self._visits: dict[int, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: dict[str, dict[str, Any]] = {}
        self._renewed = datetime.now(UTC)
        self._awake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self.statuses: list[str] = []

    def stop(self) -> None:
        """End soon and cleanly."""
        self._stopping.set()
        self._awake.set()

    async def run(self) -> None:
        """Work until all is done, or `stop` is called."""
        over = asyncio.Event()
        errands = [asyncio.create_task(errand(over)) for errand in self._errands]
        rounds = [
            asyncio.create_task(self._again_and_again(self._beat, self._settings.lease_seconds / 4)),
            asyncio.create_task(self._again_and_again(self._tell, _TELL_SECONDS)),
            asyncio.create_task(self._again_and_again(self._sweep, _SWEEP_SECONDS)),
        ]
        if self._watched is not None:
            rounds.append(asyncio.create_task(self._again_and_again(self._watch, _WATCH_SECONDS)))
        try:
            if self._mode is Mode.WORKER:
                await self._surely(self._settle_departures)
            for assignment in self._assignments:
                self._begin(assignment)
            await self._look_until_done()
            self._end_all()
            while self._tasks:
                await asyncio.wait(tuple(self._tasks))
        finally:
            over.set()
            for task in rounds:
                task.cancel()
            await asyncio.gather(*rounds, return_exceptions=True)
            await self._end_errands(errands)
            self._thread.shutdown()

    def _settle_departures(self) -> None:
        """Let only what belongs to the registry's agencies be found."""
        told = settle_departures(self._store, {agency.id for agency in self._registry}, datetime.now(UTC))
        for agency, count in told.gone.items():
            logger.warning(
                "agency %s is not in the registry: its %d documents are no longer found; they come back "
                "with its entry",
                agency,
                count,
            )
        for agency, count in told.back.items():
            logger.warning("agency %s takes part again: %d documents are found again", agency, count)

    async def _end_errands(self, errands: Sequence["asyncio.Task[None]"]) -> None:
        if not errands:
            return
        _, late = await asyncio.wait(errands, timeout=_ERRANDS_GRACE)
        for task in late:
            task.cancel()
        for result in await asyncio.gather(*errands, return_exceptions=True):
            if isinstance(result, Exception):
                logger.error("an errand beside the crawls failed", exc_info=result)

    async def _again_and_again(self, work: Callable[[], Coroutine[Any, Any, None]], seconds: float) -> None:
        """Do something at intervals; a store that can't be asked now is asked again."""
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except StoreError as error:
                logger.error("%s", error)
                await asyncio.sleep(_STORE_FAULT_SECONDS)
            except Exception:
                # The edge of one round: without it, leases would run out and nobody would see why.
                logger.exception("what is done again and again failed")
                await asyncio.sleep(_STORE_FAULT_SECONDS)

    async def _off(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    # --- looking for work ---

    async def _look_until_done(self) -> None:
        while not self._stopping.is_set():
            self._awake.clear()
            pause = _LOOK_SECONDS
            try:
                if await self._look():
                    return
            except StoreError as error:
                logger.error("%s", error)
                pause = _STORE_FAULT_SECONDS
            try:
                await asyncio.wait_for(self._awake.wait(), pause)
            except TimeoutError:
                continue

    async def _look(self) -> bool:
        """Begin what is to be done now. Return whether all is done."""
        if self._mode is Mode.ONCE and not self._works and not self._visits:
            return True
        idle = not self._works and not self._visits
        found: Found = await self._off(
            self._claims.find,
            datetime.now(UTC),
            {agency: work.assignment.scope for agency, work in self._works.items()},
            [agency for agency, work in self._works.items() if work.ended],
            len(self._visits),
        )
        for assignment in found.begin:
            self._begin(assignment)
        for request in found.visit:
            self._visits[request.id] = self._start(self._visit(request))
        done = self._mode is Mode.DRAIN and not found.waits
        return done and idle and not found.begin and not found.visit

    # --- runs ---

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _begin(self, assignment: Assignment) -> None:
        work = _Work(self._make(self._registry[assignment.agency], assignment), assignment)
        self._works[assignment.agency] = work
        self._start(self._attend(work))

    async def _attend(self, work: _Work) -> None:
        """A run from its beginning until everybody knows how it ended."""
        try:
            status, reason = await work.crawl.run()
        except Exception as error:
            # The edge of one run: the others go on.
            logger.exception("agency %s: the run failed", work.assignment.agency)
            status, reason = "failed", f"{type(error).__name__}: {error}"[:500]
        work.over.set()
        if work.ended:
            reason = work.ended
        agency, now = work.assignment.agency, datetime.now(UTC)
        if status == "paused":
            word = work.resume or work.crawl.paused_until
            if word is None and not work.ended:
                word = now + _PAUSE_WITHOUT_WORD
            work.resume = word
            if word is not None:
                self._due.wait(agency, word)
        self.statuses.append(status)
        told = {"event": "finished", **work.crawl.progress(), "status": status, "reason": reason}
        await self._surely(self._close, work, status, reason)
        self._works.pop(agency, None)
        self._emit(told)
        self._awake.set()

    def _close(self, work: _Work, status: str, reason: str) -> None:
        """Leave nothing open in the store that belongs to a run that is over."""
        now = datetime.now(UTC)
        number = work.crawl.run_id
        if number and self._store.run(number).status == "running":  # it could not be written when it ended
            self._store.finish_run(number, status if status != "finished" else "failed", now, reason=reason)
        elif number and work.ended and status == "paused":
            self._store.finish_run(number, status, now, reason=reason)  # with the desk's word why
        if work.request is not None:
            self._close_request(work.request, work, status, reason, now)
        self._leases.release(work.assignment.agency)

    def _close_request(self, request: int, work: _Work, status: str, reason: str, now: datetime) -> None:
        mine, number = self._leases.worker, work.crawl.run_id or None
        if status == "paused":
            self._queue.give_back(
                request, now, why=reason, not_before=work.resume, in_vain=False, worker=mine
            )
            return
        well = status not in {"failed", "stopped"}
        result = of_run(status, reason, work.crawl.progress())
        if work.assignment.scope is Scope.URL and well:
            state = self._store.url_state(work.assignment.target)
            if state is not None:
                result = of_visit(state)
        ended = "finished" if well else "failed"
        if self._queue.finish(request, now, status=ended, result=result, run=number, worker=mine):
            self._emit({"event": "request", "request": request, "status": ended, "result": result})

    async def _surely(self, function: Any, *arguments: Any) -> None:
        """Write something to the store, again and again while it can't be written, until told to stop.

        A worker has time; where a person waits, it ends after a while.
        """
        loop = asyncio.get_running_loop()
        until = math.inf if self._mode is Mode.WORKER else loop.time() + _PATIENCE
        while True:
            try:
                await self._off(function, *arguments)
            except StoreError as error:
                logger.error("%s", error)
                if self._stopping.is_set() or loop.time() >= until:
                    return  # whoever looks after this process has ended makes it good
                await asyncio.sleep(_STORE_FAULT_SECONDS)
            else:
                return

    async def _visit(self, request: RecrawlRequest) -> None:
        """Serve a request for a URL of an agency that is being crawled, within its run."""
        work = self._works.get(request.agency)
        mine = self._leases.worker
        try:
            if work is None or work.ended:
                raise CrawlEndedError("the run of the agency ended")
            run = work.crawl.run_id
            visiting = asyncio.ensure_future(work.crawl.visit_now(request.target))
            over = asyncio.ensure_future(work.over.wait())
            await asyncio.wait({visiting, over}, return_when=asyncio.FIRST_COMPLETED)
            over.cancel()
            if not visiting.done():
                visiting.cancel()
                raise CrawlEndedError("the run of the agency ended")
            visit = visiting.result()
            if visit.outcome is Outcome.NOT_VISITED and (work.ended or work.over.is_set()):
                raise CrawlEndedError("the run of the agency ended")
            result = of_visit(visit)
            await self._surely(
                lambda: self._queue.finish(
                    request.id, datetime.now(UTC), status="finished", result=result, run=run, worker=mine
                )
            )
            self._emit({"event": "request", "request": request.id, "status": "finished", "result": result})
        except CrawlEndedError as error:
            await self._surely(self._wait_again, request.id, str(error), datetime.now(UTC) + _NEXT_LOOK)
        except Exception as error:
            # The edge of one request: the run and the other requests go on.
            logger.exception("request %d for %s failed", request.id, request.target)
            await self._surely(self._wait_again, request.id, f"{type(error).__name__}: {error}"[:500], None)
        finally:
            self._visits.pop(request.id, None)

    def _wait_again(self, request: int, why: str, until: datetime | None) -> None:
        self._queue.give_back(
            request,
            datetime.now(UTC),
            why=why,
            not_before=until,
            in_vain=until is None,
            worker=self._leases.worker,
        )

    # --- rounds ---

    def _end(self, work: _Work, why: str, status: str, *, resume: datetime | None = None) -> None:
        if not work.ended:
            work.ended, work.resume = why, resume
            work.crawl.stop(status)

    def _end_all(self) -> None:
        if not self._works:
            return
        logger.warning("stopping: what was fetched is being saved")
        for work in self._works.values():
            if self._mode is Mode.ONCE:
                self._end(work, "asked to stop", "stopped")
            else:
                self._end(work, "the worker ended; the next one goes on", "paused")

    async def _beat(self) -> None:
        now = datetime.now(UTC)
        lost = await self._off(self._leases.renew, now, tuple(self._works))
        self._renewed = now
        for agency in lost:
            if work := self._works.get(agency):
                logger.error("agency %s: another process took over, because this one was silent", agency)
                self._end(work, "another process took over", "paused")

    async def _sweep(self) -> None:
        for name in await self._off(self._leases.sweep, datetime.now(UTC)):
            logger.warning("the process %s is gone; what it had begun is taken over", name)
            await self._off(Pushes(self._store).give_back, name)
            self._awake.set()

    async def _watch(self) -> None:
        assert self._watched is not None
        if await self._off(self._watched.changed):
            logger.warning("the registry has changed: starting anew with it")
            self.stop()

    async def _tell(self) -> None:
        now = datetime.now(UTC)
        if abs((now - self._renewed).total_seconds()) > self._settings.lease_seconds / 2:
            await self._beat()  # the machine slept: others may crawl its agencies since long
        for work in tuple(self._works.values()):
            quiet = in_quiet_hours(work.crawl.agency, now)
            if quiet is not None:
                self._end(work, f"quiet hours until {quiet:%Y-%m-%d %H:%M} UTC", "paused", resume=quiet)
            if not work.crawl.run_id or work.over.is_set():
                continue
            progress = work.crawl.progress()
            standing = {name: value for name, value in progress.items() if name != "seconds"}
            if self._told.get(work.assignment.agency) != standing:
                self._told[work.assignment.agency] = standing
                self._emit({"event": "progress", **progress})
            if work.request is not None:
                told = {**progress, "message": so_far(progress)}
                wanted = await self._off(
                    lambda request=work.request, told=told: self._queue.progress(
                        request, told, worker=self._leases.worker
                    )
                )
                if not wanted and not work.over.is_set():
                    self._end(work, "the request was taken back", "stopped")
