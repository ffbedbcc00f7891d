"""How is one agency crawled? Its hosts side by side, each URL visited once, until none waits."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Iterable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from crawler.assignment import Assignment, Scope
from crawler.errors import CrawlEndedError, InvalidUrlError, StoreError
from crawler.fetch.download import Fetcher
from crawler.fetch.endings import Endings
from crawler.fetch.frontier import Entry, Frontier
from crawler.fetch.host import Host
from crawler.fetch.known import Known, SiteMapped
from crawler.fetch.learned import Variants
from crawler.fetch.readers import ReaderPool
from crawler.fetch.render import Renderer
from crawler.fetch.rendered import rendered
from crawler.fetch.saving import Saver
from crawler.fetch.soft404 import MissingPages
from crawler.fetch.visiting import Fetched, Moved, Visiting
from crawler.outcomes import Outcome
from crawler.page import FetchedPage
from crawler.registry import Agency, host_of
from crawler.revisit import rule_of
from crawler.settings import CrawlSettings
from crawler.settle import settle
from crawler.store import PageStore, UrlState, Visit, VisitedLink
from crawler.store.hosts import HostState, HostStates
from crawler.store.sitemapped import note_lastmods
from crawler.urls import absolutise

logger = logging.getLogger(__name__)

_STOP_READING_SECONDS = 5.0
_LONGEST_CHAIN = 50
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
}
_ASKED_HOPS = 4
_KEEP_HOSTS_SECONDS = 30.0
_READ = frozenset({Outcome.INDEXED, Outcome.CANONICAL_ELSEWHERE})
_SAYS_NOTHING_NEW = frozenset({Outcome.DUPLICATE, Outcome.SOFT_404})
_LEADS_ON = frozenset({Outcome.REDIRECTED, Outcome.CANONICAL_ELSEWHERE})


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
        self._missing = MissingPages(agency, readers)
        self._now = datetime.now(UTC)
        self._rule = rule_of(_PERIODS.get(agency.schedule.split()[0]), revisit_days=settings.revisit_days)
        self._variants = Variants()
        self._frontier = Frontier(
            agency,
            allow_private=settings.allow_private_addresses,
            today=self._now.date(),
            within=self.assignment.holds,
            variants=self._variants,
        )
        self._seeds = frozenset(agency.canonical(seed) for seed in agency.seeds)
        self._known = Known(self.assignment, (), rule=self._rule, now=self._now)
        self._visiting = Visiting(agency, self._known)
        self._hosts: dict[str, Host] = {}
        self._host_states: dict[str, HostState] = {}
        self._resting: dict[str, tuple[datetime, str]] = {}
        self._mapped: dict[str, SiteMapped] = {}
        self._mapping: dict[str, asyncio.Task[None]] = {}
        self._under_way: dict[str, Entry] = {}
        self._asked: dict[str, list[asyncio.Future[Visit]]] = {}
        self._answers: set[asyncio.Future[Visit]] = set()
        self._once_more: set[str] = set()
        self._certain: set[str] = set()
        self._passed_over: set[str] = set()
        self._unmapped: set[str] = set()
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._done = asyncio.Event()
        self._stopped = ""
        self._over = False
        self._current = ""
        self._started = time.monotonic()
        self._endings: Endings | None = None
        self._saver: Saver | None = None
        self._failure: BaseException | None = None

    # --- the run ---

    async def run(self) -> tuple[str, str]:
        """Crawl. Return the run's status (finished, held, stopped, paused, failed) and the reason for it."""
        self._started = time.monotonic()
        status, reason = "failed", ""
        try:
            status, reason = await self._run()
        finally:
            self._over = True
            self._disappoint(reason)
        return status, reason

    async def _run(self) -> tuple[str, str]:
        try:
            self.run_id = await self._off_loop(self._begin)
            self._known = await self._off_loop(self._load)
            self._visiting = Visiting(self.agency, self._known)
            status, reason = await self._crawl()
        except StoreError as error:
            status, reason = "failed", str(error)
        except Exception as error:
            # The edge of this agency's run: the other agencies of the process go on.
            logger.exception("agency %s: the crawl failed", self.agency.id)
            status, reason = "failed", f"{type(error).__name__}: {error}"[:500]
        self._over = True
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
        self._done.set()

    async def visit_now(self, url: str) -> Visit:
        """Visit a URL before all others, whatever is known of it. Return its visit once that is saved.

        Where the URL leads on, the page that it leads to has been visited too. Raise CrawlEndedError where
        the run ends before that.
        """
        canonical = self.agency.canonical(url)
        if self._over or self._done.is_set() or self._endings is None:
            raise CrawlEndedError(f"the crawl of {self.agency.id} ended before {canonical} was visited")
        answer: asyncio.Future[Visit] = asyncio.get_running_loop().create_future()
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)
        self._asked.setdefault(canonical, []).append(answer)
        self._ask_again(canonical, 0)
        self._look_around()
        return await answer

    def _ask_again(self, url: str, hops: int) -> None:
        under_way = self._under_way.get(url)
        if under_way is None:
            state = self._known.get(url)
            self._frontier.again(url, state.depth if state else 0, asked_for=True, hops=hops)
            return
        if under_way.begun and not hops:
            self._once_more.add(url)  # what is being read may be older than the asking
        under_way.asked_for = True

    def _lead_on(self, entry: Entry, visit: Visit) -> None:
        """What was asked for leads to another URL: that one is meant."""
        target = visit.canonical_url
        if entry.asked_for and entry.hops < _ASKED_HOPS and self.agency.owns(target) and target != entry.url:
            self._ask_again(target, entry.hops + 1)

    def progress(self) -> dict[str, Any]:
        """How far it is, as the events tell it."""
        endings = self._endings
        return {
            "agency": self.agency.id,
            "run": self.run_id,
            "outcomes": {name: n for name, n in sorted(endings.counts.items()) if n} if endings else {},
            "queued": len(self._frontier),
            "fetching": len(self._under_way),
            "documents": endings.documents if endings else 0,
            "requests": endings.requests if endings else 0,
            "bytes": endings.bytes if endings else 0,
            "host": self._current,
            "seconds": round(time.monotonic() - self._started, 1),
        }

    async def _off_loop(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)

    def _begin(self) -> int:
        return self._store.begin_run(
            self.agency.id, self._now, assignment=self.assignment, worker=self._worker
        )

    def _load(self) -> Known:
        store, task = self._store, self.assignment
        broken_off: set[int] = set()
        run = task.continues
        while run is not None and run not in broken_off and len(broken_off) < _LONGEST_CHAIN:
            broken_off.add(run)
            run = store.run(run).continues
        self._host_states = HostStates(store).load(self.agency.id)
        for name, known in self._host_states.items():
            self._variants.from_json(name, known.sitemap.get("variants"))
        if task.scope is Scope.URL:
            found = (store.url_state(url) for url in task.urls)
            states = [state for state in found if state is not None]
        else:
            states = list(store.url_states(self.agency.id))
        documents = set() if task.scope is Scope.URL else store.document_urls(self.agency.id)
        return Known(
            task,
            states,
            rule=self._rule,
            now=self._now,
            broken_off=frozenset(broken_off),
            documents=documents,
        )

    def _settle(self) -> None:
        """Bring what only the whole site shows up to date, where the run changed anything."""
        endings = self._endings
        if endings is None or self.assignment.scope is Scope.URL:
            return
        if set(endings.counts) - {Outcome.UNCHANGED.value, Outcome.NOT_DUE.value}:
            settle(self._store, self.agency)

    def _finish(self, status: str, reason: str) -> tuple[str, str]:
        settings = self._settings
        figures = {name: host.figures() for name, host in self._hosts.items()}
        warnings = [warning for host in self._hosts.values() for warning in host.warnings]
        if self._renderer is not None and self._renderer.warning:
            warnings.append({"code": "unrendered", "message": self._renderer.warning})
        self._store.add_figures(self.run_id, figures, warnings)
        if self._endings is not None:  # (else it failed before it had begun)
            note_lastmods(self._store, self._late_lastmods())
            self._judge_lastmods(self._endings)
            self._keep_hosts()
        self._store.finish_run(
            self.run_id,
            status,
            datetime.now(UTC),
            reason=reason,
            share=settings.wipe_share,
            floor=settings.wipe_floor,
        )
        run = self._store.run(self.run_id)
        return run.status, run.reason

    def _keep_hosts(self) -> None:
        states = [
            replace(state, sitemap={**state.sitemap, "variants": self._variants.to_json(state.host)})
            for state in (host.state for host in tuple(self._hosts.values()))
        ]
        HostStates(self._store).save(states)

    async def _keep_hosts_often(self) -> None:
        """What was asked of a host today is not to be forgotten with a killed process."""
        while True:
            await asyncio.sleep(_KEEP_HOSTS_SECONDS)
            try:
                await self._off_loop(self._keep_hosts)
            except StoreError as error:
                logger.error("agency %s: %s", self.agency.id, error)

    def _judge_lastmods(self, endings: Endings) -> None:
        """Of the pages whose date in the sitemap had stayed: how many had changed all the same?"""
        by_host: dict[str, list[bool]] = {}
        for url in self._known.sampled:
            outcome = endings.outcome_of(url)
            if outcome is not None and outcome.kept:
                by_host.setdefault(host_of(url), []).append(outcome is Outcome.INDEXED)
        for name, changed in by_host.items():
            if name in self._hosts:
                self._hosts[name].lastmod_lied(sum(changed), len(changed))

    def _late_lastmods(self) -> dict[str, str]:
        """What the sitemaps said of pages that had been visited before the sitemaps were read."""
        sites = self._mapped.values()
        found = (
            (url, site.lastmods.get(url)) for site in sites for url in self._unmapped & site.lastmods.keys()
        )
        return {url: lastmod for url, lastmod in found if lastmod is not None}

    async def _crawl(self) -> tuple[str, str]:
        self._saver = Saver(
            self._store,
            self.run_id,
            self._executor,
            seconds=self._save_seconds,
            failed=self._done.set,
            rule=self._rule,
            floor=self._settings.wipe_floor,
        )
        self._endings = Endings(self.agency, self._known.states, self._saver.add)
        keeping = asyncio.create_task(self._keep_hosts_often())
        try:
            self._plant(self._endings)
            self._look_around()
            await self._done.wait()
            while not self._stopped and self._failure is None and await self._look_twice():
                await self._done.wait()
        except Exception as error:  # noqa: BLE001 - raised again when all that is under way has been ended
            self._failure = self._failure or error
        finally:
            keeping.cancel()
        self._over = True
        for host in self._hosts.values():
            await host.close()
        if self._failure is None and self._saver.failure is None:
            await self._finish_reading()
            self._end_the_rest()
        for task in (*self._tasks, *self._mapping.values()):
            task.cancel()
        await asyncio.gather(keeping, *self._tasks, *self._mapping.values(), return_exceptions=True)
        await self._saver.close()
        if self._failure is not None:
            raise self._failure
        if self._stopped:
            return (
                self._stopped,
                "asked to stop" if self._stopped == "stopped" else "goes on at the next start",
            )
        if self._pauses:
            self.paused_until, reason = min(self._resting.values())
            return "paused", f"goes on after {self.paused_until:%Y-%m-%d %H:%M} UTC: {reason}"
        return "finished", ""

    @property
    def _pauses(self) -> bool:
        """Whether hosts that are to be left alone are all that is waited for."""
        rests = bool(self._resting) and len(self._frontier) > 0
        return rests and not self._frontier.at_page_limit and self.assignment.scope is not Scope.URL

    def _plant(self, endings: Endings) -> None:
        """Seeds, and what is known from earlier runs: pages that nobody links to any more may be gone."""
        task = self.assignment
        self._frontier.went_before(self._known.pages_before)
        for other in self._known.outside():
            endings.stands(other.content_hash, other.url)
        if task.scope is Scope.URL:
            for url in task.urls:
                self._ask_again(self.agency.canonical(url), 0)
            return
        for seed in self.agency.seeds:
            self._frontier.add(seed, 0, off_host=True, trusted=True, planted=True)
        if task.scope is Scope.SECTION:
            self._frontier.add(task.target, 1, off_host=True, trusted=True, planted=True)
        for state, trusted in self._known.planted():
            canonical = self._frontier.canonical(state.url)
            rewritten = canonical != state.url and not state.pushed
            self._frontier.add(
                canonical if rewritten else state.url,
                max(1, state.depth),
                found_on=state.found_on,
                off_host=True,
                trusted=trusted,
                planted=not rewritten,  # (the store may not know the new address yet)
            )
            if rewritten and self._known.has_document(state):
                endings.end(self._rewritten(state, canonical))
        if task.scope is Scope.HOST and task.target not in self._frontier.hosts:
            self._frontier.add(f"https://{task.target}/", 1, off_host=True, trusted=True)

    def _rewritten(self, state: UrlState, canonical: str) -> Visit:
        """The registry has a new rule for addresses: what stood at the old one moves to the new one."""
        return Visit(
            url=state.url,
            agency=self.agency.id,
            outcome=Outcome.REDIRECTED,
            at=_now(),
            reason="the agency's rules for addresses in the registry write it so",
            canonical_url=canonical,
            depth=state.depth,
            found_on=state.found_on,
        )

    async def _look_twice(self) -> bool:
        """When all is done: whether pages that were passed over must be looked at after all.

        That is so where no page and no sitemap leads to them any more: then they may be gone.
        """
        asked, self._passed_over = self._passed_over, set()
        saver = self._saver
        assert saver is not None
        if not asked or self.assignment.scope is not Scope.AGENCY:
            return False
        await saver.flush()
        if saver.failure is not None:
            return False
        orphans = await self._off_loop(self._store.orphans, self.agency.id, sorted(asked))
        if not orphans or self._stopped or self._failure is not None or saver.failure is not None:
            return False
        self._done.clear()
        for url in orphans:
            state = self._known.get(url)
            self._certain.add(url)
            self._frontier.again(url, max(1, state.depth) if state else 1)
        self._look_around()
        return True

    def _look_around(self) -> None:
        """Note what the frontier found, wake the hosts that have something to do, see if all is done."""
        self._take_note()
        for name in self._frontier.hosts:
            if name not in self._hosts:
                self._hosts[name] = self._open(name)
            elif self._has_next(name):
                self._hosts[name].wake()
        if not self._busy and not any(self._has_next(name) for name in self._frontier.hosts):
            self._done.set()

    def _has_next(self, host: str) -> bool:
        """Whether a host has something to do; one that is left alone has to say so to who asks."""
        return self._frontier.has_next(host, only_asked=host in self._resting)

    def _take_note(self) -> None:
        """Save what the frontier refused, and what waits for its turn and is new to the store."""
        endings = self._endings
        assert endings is not None
        while self._frontier.refused:
            refused = self._frontier.refused.popleft()
            visit = Visit(
                url=refused.url,
                agency=self.agency.id,
                outcome=refused.refusal.outcome,
                at=_now(),
                reason=refused.refusal.reason,
                depth=refused.depth,
                found_on=refused.found_on,
            )
            endings.end(visit)
            self._tell(visit)
        while self._frontier.fresh:
            entry = self._frontier.fresh.popleft()
            if self._known.get(entry.url) is None:
                endings.discover(replace(self._blank(entry), reason="waits for its turn"))

    def _open(self, name: str) -> Host:
        host = Host(
            self.agency,
            name,
            self._fetcher,
            user_agent=self._settings.user_agent,
            slowdown=self._settings.slowdown,
            state=self._host_states.get(name),
        )
        self._mapped[name] = SiteMapped()
        if self.assignment.scope is not Scope.URL:
            self._busy += 1
            self._mapping[name] = task = asyncio.create_task(self._read_sitemaps(host))
            task.add_done_callback(self._ended_beside)
        if not self._missing.recall(host.state, self._now) and self.assignment.scope is not Scope.URL:
            self._busy += 1
            asking = self._missing.ask(host, self._origin_of(host))
            self._tasks.add(asking)
            asking.add_done_callback(self._ended_beside)
        host.start(self.agency.concurrency, lambda: self._work(host))
        return host

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something that the crawl has to wait for."""
        self._busy += 1
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended_beside)

    def _ended_beside(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._busy -= 1
        self._check(task)
        if not self._done.is_set():
            self._look_around()

    def _check(self, task: "asyncio.Task[None]") -> None:
        """An exception that escaped a task is a fault of ours: the run fails, and says why."""
        if not task.cancelled() and task.exception() is not None and self._failure is None:
            self._failure = task.exception()
            self._done.set()

    # --- the work of a host ---

    async def _work(self, host: Host) -> None:
        """Visit the host's URLs one after another; `concurrency` of these run for each host."""
        try:
            while not self._over:
                rests = host.name in self._resting
                entry = None if self._done.is_set() else self._frontier.next_of(host.name, only_asked=rests)
                if entry is None:
                    await host.wait()
                    continue
                self._busy += 1
                self._under_way[entry.url] = entry
                try:
                    await self._visit(host, entry)
                finally:
                    self._busy -= 1
                if not self._done.is_set():
                    self._look_around()
        except Exception as error:  # noqa: BLE001 - the edge of a task: `run` logs it and says why
            if self._failure is None:
                self._failure = error
            self._done.set()

    async def _read_sitemaps(self, host: Host) -> None:
        origin = self._origin_of(host)
        site = self._mapped[host.name]
        async for entry in host.sitemap_entries(origin):
            url = absolutise(origin, entry.url)
            if url is not None and self.agency.owns(url):
                with suppress(InvalidUrlError):  # (too long, once the agency's rules have rewritten it)
                    site.lastmods[self.agency.canonical(url)] = entry.lastmod
                self._frontier.add(url, 1, found_on=f"{origin}/sitemap.xml")
            if len(site.lastmods) % 500 == 0:
                self._look_around()
        site.whole, site.trusted = host.sitemaps_whole, host.lastmod_trusted

    def _origin_of(self, host: Host) -> str:
        for url in (*self.agency.seeds, *self._under_way, *self._frontier.waiting):
            if host_of(url) == host.name:
                parts = urlsplit(self.agency.canonical(url))
                return f"{parts.scheme}://{parts.netloc}"
        return f"https://{host.name}"

    async def _visit(self, host: Host, entry: Entry) -> None:
        assert self._saver is not None
        await self._saver.room()
        self._current = host.name
        if await self._passes_over(host, entry):
            return
        entry.begun = True
        blank = self._blank(entry)
        if host.gate.down:
            self._frontier.not_fetched()
            self._end(entry, replace(blank, outcome=Outcome.NOT_VISITED, reason=host.gate.down))
            return
        if _rest_of(host):
            self._rest(host, entry, blank)
            return
        rules = await host.rules(entry.url)
        if rules.blocked is Outcome.NOT_VISITED and _rest_of(host):
            self._rest(host, entry, blank)
            return
        if rules.blocked is not None:
            self._frontier.not_fetched()
            self._end(entry, replace(blank, outcome=rules.blocked, reason=rules.reason))
            return
        if not rules.allows(entry.url):
            self._frontier.not_fetched()
            self._end(entry, replace(blank, outcome=Outcome.ROBOTS_DENIED, reason="robots.txt disallows it"))
            return
        match await self._visiting.visit(host, entry, blank):
            case Fetched() as fetched:
                if self._renderer is not None:
                    fetched = await rendered(fetched, self.agency, self._renderer, self._hosts)
                await self._read(entry, fetched)
            case Moved() as moved:
                missing = await self._missing.of_redirect(entry.url, moved.visit.canonical_url)
                if missing:
                    visit = replace(moved.visit, outcome=Outcome.SOFT_404, reason=missing, canonical_url="")
                    self._end(entry, visit)
                    return
                self._variants.redirected(entry.url, moved.visit.canonical_url)
                text = entry.texts[0] if entry.texts else ""
                self._frontier.add(
                    moved.target,
                    entry.depth,
                    text=text,
                    found_on=entry.url,
                    hops=entry.hops + 1,
                    off_host=True,
                )
                self._lead_on(entry, moved.visit)
                self._end(entry, moved.visit)
            case Visit(outcome=Outcome.NOT_VISITED) as visit if _rest_of(host):
                self._rest(host, entry, visit)
            case Visit() as visit:
                state = self._known.get(entry.url)
                if visit.http_status == 304 and state is not None:
                    self._variants.learn(entry.url, state.content_hash)
                self._end(entry, visit)

    def _rest(self, host: Host, entry: Entry, blank: Visit) -> None:
        """The host is to be left alone for a while: its URLs wait, and the run goes on without it."""
        rest = host.resting
        assert rest is not None
        if entry.asked_for or self.assignment.scope is Scope.URL:
            reason = f"the host is left alone until {rest[0]:%Y-%m-%d %H:%M} UTC: {rest[1]}"
            self._end(entry, replace(blank, outcome=Outcome.NOT_VISITED, reason=reason))
            return
        self._resting[host.name] = rest
        self._under_way.pop(entry.url, None)
        entry.begun = False
        self._frontier.put_back(entry)

    async def _passes_over(self, host: Host, entry: Entry) -> bool:
        """Whether a URL need not be visited in this run; if so, that has been noted."""
        if self.assignment.scope is Scope.URL and self._known.get(entry.url) is None:
            state = await self._off_loop(self._store.url_state, entry.url)
            if state is not None:
                self._known.states[entry.url] = state
        state = self._known.get(entry.url)
        if state is None:
            return False
        if not state.pushed and (entry.asked_for or entry.url in self._certain):
            return False
        if host.name in self._mapping:
            await asyncio.wait((self._mapping[host.name],))
        site = self._mapped[host.name]
        reason = self._known.passed_over(state, site, seed=entry.url in self._seeds)
        assert self._endings is not None
        if state.outcome.kept and self._endings.stands_elsewhere(state.content_hash, state.url):
            reason = reason if state.pushed else ""
        if reason and not state.pushed and not await self._is_as_robots_had_it(host, state):
            reason = ""
        if not reason or (entry.asked_for and not state.pushed):  # (somebody may have asked for it meanwhile)
            return False
        self._frontier.not_fetched()
        self._under_way.pop(entry.url, None)
        self._endings.pass_over(state, reason, _now())
        if not (
            state.pushed
            or not state.outcome.kept
            or entry.url in site.lastmods
            or self._known.visited_before(state)
        ):
            self._passed_over.add(entry.url)
        self._tell(replace(self._blank(entry), outcome=Outcome.NOT_DUE, reason=reason))
        return True

    async def _is_as_robots_had_it(self, host: Host, state: UrlState) -> bool:
        """Whether robots.txt says of a URL what it said at its last visit; where it says something else, that
        holds at once, and costs no request."""
        if host.gate.down or _rest_of(host):
            return True
        rules = await host.rules(state.url)
        if rules.blocked is not None:
            return True
        return rules.allows(state.url) is not (state.outcome is Outcome.ROBOTS_DENIED)

    def _blank(self, entry: Entry) -> Visit:
        return Visit(
            url=entry.url,
            agency=self.agency.id,
            outcome=Outcome.NOT_VISITED,
            at=_now(),
            depth=entry.depth,
            found_on=entry.found_on,
            asked_for=entry.asked_for,
        )

    # --- reading ---

    async def _read(self, entry: Entry, fetched: Fetched) -> None:
        page = fetched.page
        if not page.link_texts and self._known.get(entry.url) is not None:
            texts = await self._off_loop(self._store.inbound_texts, [entry.url])
            page = replace(page, link_texts=texts.get(entry.url, ()))
        await self._readers.turn(page)
        self._beside(self._conclude(entry, fetched.visit, page))

    async def _conclude(self, entry: Entry, visit: Visit, page: FetchedPage) -> None:
        result, links = await self._readers.read(self.agency.id, page, self.run_id)
        record = result.record
        if record is not None and result.outcome in _READ:
            missing = await self._missing.of_page(entry.url, record)
            if missing:
                result = replace(result, outcome=Outcome.SOFT_404, reason=missing, record=None)
            else:
                self._variants.learn(entry.url, record.content_hash)
        endings = self._endings
        assert endings is not None
        # A page that names another as canonical is on the same level as that one.
        first = result.canonical_url if result.outcome is Outcome.CANONICAL_ELSEWHERE else ""
        for link in links:
            if self.agency.owns(link.target):
                depth = entry.depth if link.target == first else entry.depth + 1
                self._frontier.add(link.target, depth, text=link.text, found_on=entry.url)
        self._take_note()  # what the page leads to is in the store no later than the page itself
        kept = endings.new_links(
            [
                VisitedLink(self._frontier.stands_for(link.target), link.text, link.chrome)
                for link in links
                if link.text
            ]
        )
        visit = replace(
            self._mapped_as(visit),
            asked_for=entry.asked_for,
            outcome=result.outcome,
            reason=result.reason,
            canonical_url=result.canonical_url,
            record=result.record,
            links=kept,
        )
        if self.assignment.scope is Scope.URL and result.record is not None:
            content_hash = result.record.content_hash
            other = await self._off_loop(
                self._store.duplicate_of, self.agency.id, content_hash, result.record.url
            )
            if other is not None:
                endings.stands(content_hash, other)
        self._under_way.pop(entry.url, None)
        if result.outcome is Outcome.CANONICAL_ELSEWHERE and result.record is not None:
            endings.hold(visit)
            self._lead_on(entry, visit)
            self._tell(visit)
            return
        outcome = endings.end(visit)
        if outcome.kept or outcome in _SAYS_NOTHING_NEW:
            self._frontier.brake.learn(entry.url, is_new=outcome.kept)
        self._tell(visit)

    def _end(self, entry: Entry, visit: Visit) -> None:
        assert self._endings is not None
        self._under_way.pop(entry.url, None)
        self._take_note()
        self._endings.end(replace(self._mapped_as(visit), asked_for=entry.asked_for))
        self._tell(visit)

    def _mapped_as(self, visit: Visit) -> Visit:
        """The visit with what its host's sitemaps say of the URL, as far as they have been read."""
        site = self._mapped.get(host_of(visit.url))
        lastmod = site.lastmods.get(visit.url) if site is not None else None
        if lastmod is not None:
            return replace(visit, sitemap_lastmod=lastmod, in_sitemap=True)
        if site is None or not site.whole:
            self._unmapped.add(visit.url)
            state = self._known.get(visit.url)
            if state is not None:
                return replace(visit, sitemap_lastmod=state.sitemap_lastmod, in_sitemap=state.in_sitemap)
        return visit

    # --- those who asked for a URL ---

    def _tell(self, visit: Visit) -> None:
        """A URL's visit has ended: whoever asked for it is told, once it is saved."""
        if self._over and visit.outcome is Outcome.NOT_VISITED:
            return  # (they are told that the run has ended)
        if visit.url in self._once_more:
            self._once_more.discard(visit.url)
            self._frontier.again(visit.url, visit.depth, asked_for=True)
            return
        waiting = self._asked.pop(visit.url, None)
        if not waiting:
            return
        assert self._endings is not None
        outcome = self._endings.outcome_of(visit.url) or visit.outcome
        first: asyncio.Future[Visit] | None = None
        if outcome in _LEADS_ON and self.agency.owns(visit.canonical_url) and self._follows(visit):
            first = asyncio.get_running_loop().create_future()
            self._asked.setdefault(visit.canonical_url, []).append(first)
        self._beside(self._tell_saved(waiting, visit, first))

    def _follows(self, visit: Visit) -> bool:
        """Whether the URL that a visit leads to has a turn that was asked for."""
        return self._frontier.waits(visit.canonical_url) or visit.canonical_url in self._under_way

    async def _tell_saved(
        self, waiting: "list[asyncio.Future[Visit]]", visit: Visit, first: "asyncio.Future[Visit] | None"
    ) -> None:
        try:
            if first is not None:
                await asyncio.wait((first,))
            assert self._saver is not None
            await self._saver.flush()
            if self._saver.failure is None:
                visit = await self._as_saved(visit)
                for one in waiting:
                    if not one.done():
                        one.set_result(visit)
        finally:
            self._end_waiting(visit.url, waiting, "its visit was not saved")

    async def _as_saved(self, visit: Visit) -> Visit:
        """A visit as it ended seen against all others: as a duplicate, say, or standing for itself."""
        state: UrlState | None = await self._off_loop(self._store.url_state, visit.url)
        if state is None or state.run != self.run_id:
            return visit
        return replace(visit, outcome=state.outcome, reason=state.reason, canonical_url=state.canonical_url)

    def _end_waiting(self, url: str, waiting: "Iterable[asyncio.Future[Visit]]", reason: str) -> None:
        for one in waiting:
            if not one.done():
                one.set_exception(CrawlEndedError(f"the crawl ended before {url} was visited: {reason}"))
                one.exception()  # (whoever asked may be gone)

    def _disappoint(self, reason: str) -> None:
        """The run is over: who still waits for a URL is told so."""
        for url, waiting in self._asked.items():
            self._end_waiting(url, waiting, reason)
        self._asked.clear()
        self._end_waiting("what was asked for", tuple(self._answers), reason)

    # --- the end ---

    async def _finish_reading(self) -> None:
        """Pages that were fetched are read before the run ends, for a bounded time."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=_STOP_READING_SECONDS)

    def _end_the_rest(self) -> None:
        endings = self._endings
        assert endings is not None
        if self._stopped:
            for entry in tuple(self._under_way.values()):
                self._end(
                    entry, replace(self._blank(entry), reason="the crawl was stopped while it was visited")
                )
        endings.release()
        if self._stopped == "paused" or (not self._stopped and self._pauses):
            return  # what waits is in the store already, and waits on
        limit = self._frontier.at_page_limit and not self._stopped
        outcome = Outcome.PAGE_LIMIT if limit else Outcome.NOT_VISITED
        reason = f"the run's limit of {self.agency.max_pages} pages" if limit else "the crawl was stopped"
        for entry in self._frontier.drain():
            endings.end(replace(self._blank(entry), outcome=outcome, reason=reason))
        self._take_note()


def _rest_of(host: Host) -> tuple[datetime, str] | None:
    return host.resting  # (it changes from one moment to the next, which a type checker does not expect)


def _now() -> datetime:
    return datetime.now(UTC)
