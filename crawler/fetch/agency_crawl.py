"""How is one agency crawled? Its hosts side by side, each URL visited once, until none waits."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import StoreError
from crawler.fetch.download import Answer, Failed, Fetcher
from crawler.fetch.endings import BEHIND_LOGIN, MAX_HOPS, Endings
from crawler.fetch.frontier import Entry, Frontier
from crawler.fetch.host import Host
from crawler.fetch.login import looks_like_login
from crawler.fetch.readers import ReaderPool
from crawler.fetch.saving import Saver
from crawler.outcomes import Outcome
from crawler.page import FetchedPage
from crawler.record import CanonicalUrl
from crawler.registry import Agency, host_of
from crawler.settings import CrawlSettings
from crawler.settle import settle
from crawler.store import PageStore, UrlState, Visit, VisitedLink
from crawler.understand import behind_login
from crawler.urls import absolutise, canonicalise

logger = logging.getLogger(__name__)

_OWN_HOPS = 5
_FORGET_AFTER_FAILURES = 5
_STOP_READING_SECONDS = 5.0


class AgencyCrawl:
    """One crawl run of one agency. `urls`: visit only these and follow nothing."""

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
        urls: tuple[str, ...] | None = None,
    ) -> None:
        self.agency = agency
        self.run_id = 0
        self._settings = settings
        self._store = store
        self._executor = executor
        self._fetcher = fetcher
        self._readers = readers
        self._save_seconds = save_seconds
        self._urls = urls
        self._frontier = Frontier(
            agency, allow_private=settings.allow_private_addresses, today=datetime.now(UTC).date()
        )
        self._hosts: dict[str, Host] = {}
        self._states: dict[str, UrlState] = {}
        self._under_way: dict[str, Entry] = {}
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._done = asyncio.Event()
        self._stopped = False
        self._current = ""
        self._started = time.monotonic()
        self._endings: Endings | None = None
        self._saver: Saver | None = None
        self._failure: BaseException | None = None

    # --- the run ---

    async def run(self) -> tuple[str, str]:
        """Crawl. Return the run's status (finished, stopped, failed) and the reason for it."""
        self._started = time.monotonic()
        try:
            self.run_id = await self._off_loop(self._store.begin_run, self.agency.id, _now())
            self._states = await self._off_loop(self._load_states)
            status, reason = await self._crawl()
        except StoreError as error:
            status, reason = "failed", str(error)
        except Exception as error:
            # The edge of this agency's run: the other agencies of the process go on.
            logger.exception("agency %s: the crawl failed", self.agency.id)
            status, reason = "failed", f"{type(error).__name__}: {error}"[:500]
        try:
            if status == "finished":
                await self._off_loop(settle, self._store, self.agency)
            if self.run_id:
                await self._off_loop(
                    lambda: self._store.finish_run(self.run_id, status, _now(), reason=reason)
                )
            if status == "stopped":
                await self._off_loop(settle, self._store, self.agency)
        except StoreError as error:
            status, reason = "failed", reason or str(error)
        return status, reason

    def stop(self) -> None:
        """End soon and cleanly."""
        self._stopped = True
        self._done.set()

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

    def _load_states(self) -> dict[str, UrlState]:
        return {state.url: state for state in self._store.url_states(self.agency.id)}

    async def _crawl(self) -> tuple[str, str]:
        self._saver = Saver(
            self._store, self.run_id, self._executor, seconds=self._save_seconds, failed=self._done.set
        )
        self._endings = Endings(self.agency, self._states, self._saver.add)
        self._plant()
        self._look_around()
        await self._done.wait()
        for host in self._hosts.values():
            await host.close()
        if self._failure is None and self._saver.failure is None:
            await self._finish_reading()
            self._end_the_rest()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._saver.close()
        if self._failure is not None:
            raise self._failure
        return ("stopped", "asked to stop") if self._stopped else ("finished", "")

    def _plant(self) -> None:
        """Seeds, and what is known from earlier runs: pages that nobody links to any more may be gone."""
        if self._urls is not None:
            for url in self._urls:
                state = self._states.get(canonicalise(url))
                self._frontier.add(url, state.depth if state else 0, off_host=True, trusted=True)
            return
        for seed in self.agency.seeds:
            self._frontier.add(seed, 0, off_host=True, trusted=True)
        for state in self._states.values():
            again = state.outcome.is_failure and state.failures < _FORGET_AFTER_FAILURES
            waiting = state.outcome in {Outcome.NOT_VISITED, Outcome.PAGE_LIMIT}
            if state.outcome.kept or again or waiting:
                self._frontier.add(
                    state.url, max(1, state.depth), found_on=state.found_on, off_host=True, trusted=True
                )

    def _look_around(self) -> None:
        """Save what the frontier refused, wake the hosts that have something to do, see if all is done."""
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
        for name in self._frontier.hosts:
            if name not in self._hosts:
                self._hosts[name] = self._open(name)
            elif self._frontier.has_next(name):
                self._hosts[name].wake()
        if not self._busy and not any(self._frontier.has_next(name) for name in self._frontier.hosts):
            self._done.set()

    def _open(self, name: str) -> Host:
        host = Host(self.agency, name, self._fetcher, user_agent=self._settings.user_agent)
        host.start(self.agency.concurrency, lambda: self._work(host))
        if self._urls is None:
            self._beside(self._read_sitemaps(host))
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
            while not self._done.is_set():
                entry = self._frontier.next_of(host.name)
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
        async for entry in host.sitemap_entries(origin):
            url = absolutise(origin, entry.url)
            if url is not None:
                self._frontier.add(url, 1, found_on=f"{origin}/sitemap.xml", lastmod=entry.lastmod)
            if len(self._frontier) % 500 == 0:
                self._look_around()

    def _origin_of(self, host: Host) -> str:
        for url in (*self.agency.seeds, *self._under_way, *self._frontier.waiting):
            if host_of(url) == host.name:
                parts = urlsplit(canonicalise(url))
                return f"{parts.scheme}://{parts.netloc}"
        return f"https://{host.name}"

    async def _visit(self, host: Host, entry: Entry) -> None:
        assert self._saver is not None
        await self._saver.room()
        self._current = host.name
        blank = self._blank(entry)
        if host.gate.down:
            self._end(entry, replace(blank, outcome=Outcome.NOT_VISITED, reason=host.gate.down))
            return
        rules = await host.rules(entry.url)
        if rules.blocked is not None:
            self._end(entry, replace(blank, outcome=rules.blocked, reason=rules.reason))
            return
        if not rules.allows(entry.url):
            self._end(entry, replace(blank, outcome=Outcome.ROBOTS_DENIED, reason="robots.txt disallows it"))
            return
        await self._fetch(host, entry, blank)

    def _blank(self, entry: Entry) -> Visit:
        return Visit(
            url=entry.url,
            agency=self.agency.id,
            outcome=Outcome.NOT_VISITED,
            at=_now(),
            depth=entry.depth,
            found_on=entry.found_on,
            sitemap_lastmod=entry.sitemap_lastmod,
        )

    async def _fetch(self, host: Host, entry: Entry, blank: Visit) -> None:
        """Fetch a URL; a redirect to the same canonical URL (session, cookie test) is followed at once."""
        state = self._states.get(entry.url)
        known = state is not None and state.outcome.kept and state.canonical_url in {"", entry.url}
        url: str = entry.url
        seen = {url}
        while True:
            answer = await host.get(
                url,
                etag=state.etag if known and state else "",
                last_modified=state.last_modified if known and state else "",
            )
            if isinstance(answer, Failed):
                self._end(
                    entry,
                    replace(
                        blank, outcome=answer.outcome, reason=answer.reason, seconds=answer.seconds, at=_now()
                    ),
                )
                return
            visit = replace(
                blank,
                at=_now(),
                http_status=answer.status,
                content_type=answer.headers.get("content-type", ""),
                # Nothing is followed from single URLs: the next whole crawl is to see their links.
                etag=answer.headers.get("etag", "")[:1000] if self._urls is None else "",
                last_modified=answer.headers.get("last-modified", "")[:64] if self._urls is None else "",
                size=len(answer.body),
                seconds=answer.seconds,
            )
            if answer.status in {301, 302, 303, 307, 308}:
                target = absolutise(url, answer.headers.get("location", ""))
                if target is not None and canonicalise(target) == entry.url:
                    if target in seen or len(seen) > _OWN_HOPS:
                        self._end(
                            entry,
                            replace(
                                visit, outcome=Outcome.REDIRECT_LOOP, reason=f"redirects to itself: {target}"
                            ),
                        )
                        return
                    seen.add(target)
                    url = target
                    continue
                self._redirected(entry, visit, target, answer)
                return
            break
        if answer.status == 304 and known and state is not None:
            self._unchanged(entry, visit, state)
        elif answer.status in {200, 203}:
            await self._read(entry, visit, answer, url)
        else:
            self._end(entry, self._refused(entry, visit, answer))

    def _unchanged(self, entry: Entry, visit: Visit, state: UrlState) -> None:
        kept = replace(
            visit,
            outcome=Outcome.UNCHANGED,
            reason="not modified",
            canonical_url=entry.url,
            content_type=state.content_type,
            etag=visit.etag or state.etag,
            last_modified=visit.last_modified or state.last_modified,
        )
        self._end(entry, kept)

    def _redirected(self, entry: Entry, visit: Visit, target: str | None, answer: Answer) -> None:
        if target is None:
            where = answer.headers.get("location", "")[:200]
            self._end(entry, replace(visit, outcome=Outcome.INVALID_URL, reason=f"redirects to {where!r}"))
            return
        canonical = canonicalise(target)
        own = self.agency.owns(canonical)
        if looks_like_login(canonical) and not (own and looks_like_login(entry.url)):
            self._end(entry, self._behind_login(entry, visit, f"redirects to {canonical[:300]}"))
        elif not own:
            reason = f"redirects to {canonical[:300]}, which is not on a host of {self.agency.id}"
            self._end(entry, replace(visit, outcome=Outcome.OFF_HOST, reason=reason))
        elif entry.hops >= MAX_HOPS:
            reason = f"more than {MAX_HOPS} redirects in a row"
            self._end(entry, replace(visit, outcome=Outcome.REDIRECT_LOOP, reason=reason))
        else:
            text = entry.texts[0] if entry.texts else ""
            if self._urls is None or len(self._frontier) < 1000:
                self._frontier.add(
                    target, entry.depth, text=text, found_on=entry.url, hops=entry.hops + 1, off_host=True
                )
            reason = f"HTTP {answer.status}"
            self._end(
                entry, replace(visit, outcome=Outcome.REDIRECTED, reason=reason, canonical_url=canonical)
            )

    def _refused(self, entry: Entry, visit: Visit, answer: Answer) -> Visit:
        """The visit of a URL that was answered with neither a page nor a redirect."""
        status = answer.status
        match status:
            case 404:
                return replace(visit, outcome=Outcome.NOT_FOUND, reason="HTTP 404")
            case 410:
                return replace(visit, outcome=Outcome.GONE, reason="HTTP 410")
            case 429:
                return replace(visit, outcome=Outcome.RATE_LIMITED, reason="HTTP 429")
            case 204 | 205:
                return replace(visit, outcome=Outcome.EMPTY, reason=f"HTTP {status}")
            case 401:
                return self._behind_login(entry, visit, "HTTP 401")
            case 403 if looks_like_login(entry.url) or "www-authenticate" in answer.headers:
                return self._behind_login(entry, visit, "HTTP 403")
            case _:
                return replace(visit, outcome=Outcome.HTTP_ERROR, reason=f"HTTP {status}")

    def _behind_login(self, entry: Entry, visit: Visit, reason: str) -> Visit:
        """An e-service behind a login is still to be found: by what the links to it say."""
        record = behind_login(CanonicalUrl(entry.url), tuple(entry.texts), self.agency, visit.at)
        state = self._states.get(entry.url)
        if record is None and not entry.texts and state is not None and state.reason.startswith(BEHIND_LOGIN):
            # Known from an earlier run, and the pages that link to it were not read again.
            reason = f"{BEHIND_LOGIN}: {reason}"
            return replace(visit, outcome=Outcome.UNCHANGED, reason=reason, canonical_url=entry.url)
        if record is None:
            return replace(visit, outcome=Outcome.LOGIN_REQUIRED, reason=reason)
        return replace(
            visit,
            outcome=Outcome.INDEXED,
            reason=f"{BEHIND_LOGIN}: {reason}",
            canonical_url=entry.url,
            record=record,
        )

    # --- reading ---

    async def _read(self, entry: Entry, visit: Visit, answer: Answer, url: str) -> None:
        if answer.unread_type:
            reason = f"{answer.unread_type[:100]} is not read"
            self._end(entry, replace(visit, outcome=Outcome.UNSUPPORTED_TYPE, reason=reason))
            return
        page = FetchedPage(
            requested_url=entry.requested,
            url=url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            fetched=visit.at,
            depth=entry.depth,
            link_texts=tuple(entry.texts),
        )
        await self._readers.turn(page)
        self._beside(self._conclude(entry, visit, page))

    async def _conclude(self, entry: Entry, visit: Visit, page: FetchedPage) -> None:
        result, links = await self._readers.read(self.agency.id, page)
        endings = self._endings
        assert endings is not None
        if self._urls is None:
            # A page that names another as canonical is on the same level as that one.
            first = result.canonical_url if result.outcome is Outcome.CANONICAL_ELSEWHERE else ""
            for link in links:
                if self.agency.owns(link.target):
                    depth = entry.depth if link.target == first else entry.depth + 1
                    self._frontier.add(link.target, depth, text=link.text, found_on=entry.url)
        kept = endings.new_links([VisitedLink(*link) for link in links if link.text])
        visit = replace(
            visit,
            outcome=result.outcome,
            reason=result.reason,
            canonical_url=result.canonical_url,
            record=result.record,
            links=kept,
        )
        self._under_way.pop(entry.url, None)
        if result.outcome is Outcome.CANONICAL_ELSEWHERE and result.record is not None:
            endings.hold(visit)
            return
        outcome = endings.end(visit)
        self._frontier.brake.learn(entry.url, is_new=outcome.kept)

    def _end(self, entry: Entry, visit: Visit) -> None:
        assert self._endings is not None
        self._under_way.pop(entry.url, None)
        self._endings.end(visit)

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
        limit = self._frontier.at_page_limit and not self._stopped
        outcome = Outcome.PAGE_LIMIT if limit else Outcome.NOT_VISITED
        reason = f"the run's limit of {self.agency.max_pages} pages" if limit else "the crawl was stopped"
        for entry in self._frontier.drain():
            endings.end(replace(self._blank(entry), outcome=outcome, reason=reason))
        self._look_around()


def _now() -> datetime:
    return datetime.now(UTC)
