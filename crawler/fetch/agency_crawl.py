"""How is one agency crawled? Its hosts side by side, each URL visited once, until none waits.

Here a run begins and ends. run_loop.py keeps it going until nothing waits; planting.py has what it begins
with, turns.py what happens to each URL, agency_hosts.py the hosts, askers.py those who wait for a URL.
live_run.py is what these share.
"""

import asyncio
import logging
import time
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Any

from crawler.assignment import Assignment, Scope
from crawler.errors import CrawlEndedError, StoreError
from crawler.fetch.agency_hosts import AgencyHosts
from crawler.fetch.beside import Beside
from crawler.fetch.download import Fetcher
from crawler.fetch.endings import Endings
from crawler.fetch.frontier import Frontier
from crawler.fetch.known import Known
from crawler.fetch.learned import Variants
from crawler.fetch.live_run import LiveRun, now
from crawler.fetch.readers import ReaderPool
from crawler.fetch.render import Renderer
from crawler.fetch.run_loop import RunLoop
from crawler.fetch.saving import Saver
from crawler.outcomes import Outcome
from crawler.registry import Agency
from crawler.revisit import rule_of
from crawler.settings import CrawlSettings
from crawler.settle import settle
from crawler.store import PageStore, Visit
from crawler.store.hosts import HostState, HostStates

logger = logging.getLogger(__name__)

_LONGEST_CHAIN = 50
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
}


class AgencyCrawl:
    """One crawl run of one agency, or of what its assignment names of it."""

    def __init__(
        self,
        agency: Agency,
        *,
        settings: CrawlSettings,
        store: PageStore,
        executor: Executor,
        fetcher: Fetcher,
        readers: ReaderPool,
        save_seconds: float,
        assignment: Assignment | None = None,
        worker: str = "",
        renderer: Renderer | None = None,
    ) -> None:
        self.agency = agency
        self.run_id = 0
        self.assignment = assignment or Assignment(agency.id)
        self.paused_until: datetime | None = None
        """Where the run ends as paused: when its hosts may be asked again, if that is known."""
        self._settings = settings
        self._store = store
        self._executor = executor
        self._fetcher = fetcher
        self._readers = readers
        self._save_seconds = save_seconds
        self._worker = worker
        self._renderer = renderer
        self._begun = now()
        self._rule = rule_of(_PERIODS.get(agency.schedule.split()[0]), revisit_days=settings.revisit_days)
        self._stopped = ""
        self._started = time.monotonic()
        self._crawling: RunLoop | None = None

    async def run(self) -> tuple[str, str]:
        """Crawl. Return the run's status (finished, held, stopped, paused, failed) and the reason for it."""
        self._started = time.monotonic()
        reason = ""
        try:
            status, reason = await self._run()
        finally:
            if self._crawling is not None:
                self._crawling.live.over = True
                self._crawling.askers.disappoint(reason)
        return status, reason

    async def _run(self) -> tuple[str, str]:
        try:
            self.run_id = await self._off_loop(self._begin)
            known, variants, hosts = await self._off_loop(self._load)
            status, reason = await self._crawl(known, variants, hosts)
        except StoreError as error:
            status, reason = "failed", str(error)
        except Exception as error:
            # The edge of this agency's run: the other agencies of the process go on.
            logger.exception("agency %s: the crawl failed", self.agency.id)
            status, reason = "failed", f"{type(error).__name__}: {error}"[:500]
        try:
            if status == "finished":
                await self._off_loop(self._settle)
            if self.run_id:
                status, reason = await self._off_loop(self._finish, status, reason)
            if status == "stopped":
                await self._off_loop(self._settle)
        except StoreError as error:
            status, reason = "failed", reason or str(error)
        return status, reason

    def stop(self, status: str = "stopped") -> None:
        """End soon and cleanly: as "stopped" by a person, or "paused" where it is to go on by itself."""
        self._stopped = status
        if self._crawling is not None:
            self._crawling.stop(status)

    async def visit_now(self, url: str) -> Visit:
        """Visit a URL before all others, whatever is known of it. Return its visit once that is saved.

        Where the URL leads on, the page that it leads to has been visited too. Raise CrawlEndedError where
        the run ends before that.
        """
        canonical = self.agency.canonical(url)
        crawling = self._crawling
        if crawling is None or crawling.live.over or crawling.live.beside.done.is_set():
            raise CrawlEndedError(f"the crawl of {self.agency.id} ended before {canonical} was visited")
        answer = crawling.askers.ask(canonical)
        crawling.look_around()
        return await answer

    def progress(self) -> dict[str, Any]:
        """How far it is, as the events tell it."""
        crawling = self._crawling
        live = crawling.live if crawling is not None else None
        endings = live.endings if live is not None else None
        return {
            "agency": self.agency.id,
            "run": self.run_id,
            "outcomes": {name: n for name, n in sorted(endings.counts.items()) if n} if endings else {},
            "queued": len(live.frontier) if live else 0,
            "fetching": len(live.under_way) if live else 0,
            "documents": endings.documents if endings else 0,
            "requests": endings.requests if endings else 0,
            "bytes": endings.bytes if endings else 0,
            "host": crawling.turns.current if crawling else "",
            "seconds": round(time.monotonic() - self._started, 1),
        }

    # --- with the store, beside the event loop ---

    async def _off_loop(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)

    def _begin(self) -> int:
        return self._store.begin_run(
            self.agency.id, self._begun, assignment=self.assignment, worker=self._worker
        )

    def _load(self) -> tuple[Known, Variants, dict[str, HostState]]:
        store, task = self._store, self.assignment
        broken_off: set[int] = set()
        run = task.continues
        while run is not None and run not in broken_off and len(broken_off) < _LONGEST_CHAIN:
            broken_off.add(run)
            run = store.run(run).continues
        hosts = HostStates(store).load(self.agency.id)
        variants = Variants()
        for name, host in hosts.items():
            variants.from_json(name, host.sitemap.get("variants"))
        if task.scope is Scope.URL:
            found = (store.url_state(url) for url in task.urls)
            states = [state for state in found if state is not None]
        else:
            states = list(store.url_states(self.agency.id))
        documents = set() if task.scope is Scope.URL else store.document_urls(self.agency.id)
        known = Known(
            task,
            states,
            rule=self._rule,
            now=self._begun,
            broken_off=frozenset(broken_off),
            documents=documents,
        )
        return known, variants, hosts

    def _settle(self) -> None:
        """Bring what only the whole site shows up to date, where the run changed anything."""
        if self._crawling is None or self.assignment.scope is Scope.URL:
            return
        counts = self._crawling.live.endings.counts
        if set(counts) - {Outcome.UNCHANGED.value, Outcome.NOT_DUE.value}:
            settle(self._store, self.agency)

    def _finish(self, status: str, reason: str) -> tuple[str, str]:
        settings = self._settings
        if self._crawling is not None:  # (else it failed before it had begun)
            hosts = self._crawling.hosts
            warnings = hosts.warnings()
            if self._renderer is not None and self._renderer.warning:
                warnings.append({"code": "unrendered", "message": self._renderer.warning})
            self._store.add_figures(self.run_id, hosts.figures(), warnings)
            hosts.note()
        self._store.finish_run(
            self.run_id, status, now(), reason=reason, share=settings.wipe_share, floor=settings.wipe_floor
        )
        run = self._store.run(self.run_id)
        return run.status, run.reason

    # --- the crawl ---

    async def _crawl(self, known: Known, variants: Variants, hosts: dict[str, HostState]) -> tuple[str, str]:
        beside = Beside()
        frontier = Frontier(
            self.agency,
            allow_private=self._settings.allow_private_addresses,
            today=self._begun.date(),
            within=self.assignment.holds,
            variants=variants,
        )
        saver = Saver(
            self._store,
            self.run_id,
            self._executor,
            seconds=self._save_seconds,
            failed=beside.done.set,
            rule=self._rule,
            floor=self._settings.wipe_floor,
        )
        live = LiveRun(
            self.run_id,
            self.agency,
            self.assignment,
            self._store,
            self._executor,
            known,
            variants,
            frontier,
            Endings(self.agency, known.states, saver.add),
            saver,
            beside,
        )
        room = AgencyHosts(live, hosts, settings=self._settings, fetcher=self._fetcher, readers=self._readers)
        crawling = self._crawling = RunLoop(live, room, self._readers, self._renderer)
        if self._stopped:
            crawling.stop(self._stopped)
        await crawling.until_done()
        await crawling.end()
        if self._stopped:
            asked = self._stopped == "stopped"
            return self._stopped, "asked to stop" if asked else "goes on at the next start"
        if room.pauses:
            self.paused_until, reason = min(room.resting.values())
            return "paused", f"goes on after {self.paused_until:%Y-%m-%d %H:%M} UTC: {reason}"
        return "finished", ""
