"""How is one host talked to? Its robots.txt first, then its sitemaps and pages, as politely as it wants."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from crawler.fetch.download import Answer, Failed, Fetcher
from crawler.fetch.politeness import MAX_RETRY_AFTER, HostGate, retry_after
from crawler.fetch.robots import MAX_ROBOTS_BYTES, RobotsRules, rules_of_answer
from crawler.fetch.sitemaps import MAX_NESTING, MAX_SITEMAPS, SitemapEntry, parse_sitemap
from crawler.outcomes import Outcome
from crawler.registry import Agency
from crawler.urls import absolutise, canonicalise

_TRIES = 3
_TRIES_AFTER_SILENCE = 2
_FIRST_PAUSE = 0.5
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_ROBOTS_HOPS = 5
_SITEMAP_BYTES = 60_000_000


class Host:
    """One host of an agency during a run."""

    def __init__(self, agency: Agency, name: str, fetcher: Fetcher, *, user_agent: str) -> None:
        self.name = name
        self.gate = HostGate(agency.delay)
        self._agency = agency
        self._fetcher = fetcher
        self._user_agent = user_agent
        self._rules: dict[str, asyncio.Task[RobotsRules]] = {}
        self._workers: list[asyncio.Task[None]] = []
        self._awake = asyncio.Event()

    def start(self, workers: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start the tasks that visit the host's URLs."""
        self._workers = [asyncio.create_task(work(), name=self.name) for _ in range(workers)]

    def wake(self) -> None:
        """Tell the workers that there is something to do."""
        self._awake.set()

    async def wait(self) -> None:
        """Wait until there may be something to do."""
        self._awake.clear()
        await self._awake.wait()

    async def close(self) -> None:
        """End all that is under way to the host."""
        tasks = [*self._workers, *self._rules.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- single requests ---

    async def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer | Failed:
        """Fetch a URL when the host may be asked; what may pass is tried again, a bounded number of times."""
        pause = _FIRST_PAUSE
        attempt = 0
        while True:
            attempt += 1
            await self.gate.turn()
            answer = await self._fetcher.get(url, etag=etag, last_modified=last_modified)
            if isinstance(answer, Answer) and answer.status not in _RETRIED:
                self.gate.answered()
                return answer
            if attempt == 1 and isinstance(answer, Answer) and answer.status == 429:
                self.gate.slow_down()
            if attempt >= self._tries(answer) or self.gate.down or not self.gate.may_retry:
                break
            self.gate.pause(pause)
            pause *= 3
        if isinstance(answer, Failed):
            if answer.silent or answer.passing:
                self.gate.failed(answer.reason, silent=answer.silent)
        elif answer.status != 429:
            self.gate.failed(f"HTTP {answer.status}", silent=False)
        return answer

    def _tries(self, answer: Answer | Failed) -> int:
        """How often a URL that gave such an answer is asked for in all."""
        if isinstance(answer, Failed):
            return 1 if not answer.passing else _TRIES_AFTER_SILENCE if answer.silent else _TRIES
        return _TRIES if self._wait_as_told(answer) else 1

    def _wait_as_told(self, answer: Answer) -> bool:
        """Obey Retry-After. Return whether trying again makes sense."""
        seconds = retry_after(answer.headers.get("retry-after", ""), time.time())
        if seconds is None:
            return True
        if seconds > MAX_RETRY_AFTER:
            self.gate.give_up(f"the host asks to be left alone for {seconds:.0f} s (HTTP {answer.status})")
            return False
        self.gate.pause(seconds)
        return True

    # --- robots.txt ---

    async def rules(self, url: str) -> RobotsRules:
        """The rules for a URL of the host; robots.txt is fetched once for each scheme and port."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        task = self._rules.get(origin)
        if task is None:
            task = self._rules[origin] = asyncio.create_task(self._fetch_rules(origin))
        return await asyncio.shield(task)

    async def _fetch_rules(self, origin: str) -> RobotsRules:
        url = f"{origin}/robots.txt"
        for _ in range(_ROBOTS_HOPS + 1):
            answer = await self._fetch_aside(url, MAX_ROBOTS_BYTES * 4)
            if isinstance(answer, Failed):
                if answer.outcome is Outcome.TOO_LARGE:
                    reason = "robots.txt is far too large to be read, so nothing is fetched"
                    return RobotsRules(blocked=Outcome.ROBOTS_DENIED, reason=reason)
                return RobotsRules(blocked=answer.outcome, reason=f"robots.txt: {answer.reason}")
            if 300 <= answer.status < 400:
                target = absolutise(url, answer.headers.get("location", ""))
                if target is None or not self._agency.owns(target):
                    break  # like a file that is not there: another host's rules are not this one's
                url = target
                continue
            rules = rules_of_answer(answer.status, answer.body, self._user_agent)
            self.gate.at_least(rules.delay)
            return rules
        return RobotsRules(user_agent=self._user_agent)

    async def _fetch_aside(self, url: str, size: int) -> Answer | Failed:
        """Fetch robots.txt or a sitemap: twice if need be."""
        await self.gate.turn()
        answer = await self._fetcher.get(url, any_type=True, size=size)
        if answer_is_passing(answer):
            self.gate.pause(_FIRST_PAUSE)
            await self.gate.turn()
            answer = await self._fetcher.get(url, any_type=True, size=size)
        return answer

    # --- sitemaps ---

    async def sitemap_entries(self, origin: str) -> AsyncIterator[SitemapEntry]:
        """The pages that the host's sitemaps name, from robots.txt and /sitemap.xml; bounded in every way."""
        rules = await self.rules(origin + "/")
        if rules.blocked is not None:
            return
        waiting = deque((url, 0) for url in (*rules.sitemaps, f"{origin}/sitemap.xml"))
        read: set[str] = set()
        while waiting and len(read) < MAX_SITEMAPS and not self.gate.down:
            location, nesting = waiting.popleft()
            url = absolutise(origin, location)
            if url is None or not self._agency.owns(url) or canonicalise(url) in read:
                continue
            read.add(canonicalise(url))
            answer = await self._fetch_sitemap(url)
            if answer is None:
                continue
            sitemap = await asyncio.to_thread(parse_sitemap, answer.body)
            if nesting < MAX_NESTING:
                waiting.extend((inner, nesting + 1) for inner in sitemap.sitemaps)
            for entry in sitemap.pages:
                yield entry

    async def _fetch_sitemap(self, url: str) -> Answer | None:
        for _ in range(_ROBOTS_HOPS):
            answer = await self._fetch_aside(url, _SITEMAP_BYTES)
            if isinstance(answer, Failed):
                return None
            if 300 <= answer.status < 400:
                target = absolutise(url, answer.headers.get("location", ""))
                if target is None or not self._agency.owns(target):
                    return None
                url = target
                continue
            return answer if answer.status == 200 else None
        return None


def answer_is_passing(answer: Answer | Failed) -> bool:
    """Whether asking once more may go better."""
    return answer.passing if isinstance(answer, Failed) else answer.status >= 500
