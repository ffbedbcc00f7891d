"""How is one host talked to? Its robots.txt first, then its sitemaps and pages, as politely as it wants."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from crawler.fetch.advice import warning
from crawler.fetch.allowance import Allowance
from crawler.fetch.download import Answer, Failed, Fetcher
from crawler.fetch.lastmods import Lastmods, after_checks, lied
from crawler.fetch.politeness import LONGEST_REST, MAX_RETRY_AFTER, HostGate, retry_after
from crawler.fetch.robots import MAX_ROBOTS_BYTES, RobotsRules, rules_of_answer
from crawler.fetch.sitemap_reader import MAX_SITEMAP_BYTES, SitemapReader
from crawler.fetch.sitemaps import SitemapEntry
from crawler.outcomes import Outcome
from crawler.registry import Agency
from crawler.store.hosts import HostState
from crawler.urls import absolutise

_TRIES = 3
_TRIES_AFTER_SILENCE = 2
_TRIES_ASIDE = 2
_FIRST_PAUSE = 0.5
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_TOO_MANY = frozenset({429, 503})
_REDIRECTS = range(300, 400)
_ROBOTS_HOPS = 5
_SLOW = 3.0
_ANSWERS_UNTIL_SLOW = 5


def _now() -> datetime:
    return datetime.now(UTC)


class Host:
    """One host of an agency during a run.

    `slowdown` as in the settings; `state`: what earlier runs knew of the host; `now`: the clock that budgets,
    quiet hours and Retry-After dates are read by. Every request to the host goes through here, robots.txt
    and sitemaps too: each waits for the gate, and each counts.
    """

    def __init__(
        self,
        agency: Agency,
        name: str,
        fetcher: Fetcher,
        *,
        user_agent: str,
        slowdown: float = 1.0,
        state: HostState | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.name = name
        self.sitemaps_whole = False
        """Whether every sitemap of the host was read to its end: only then has a page left the sitemap."""
        self._known = state or HostState(name, agency.id)
        self.gate = HostGate(
            agency.delay, at_once=agency.concurrency, slowdown=slowdown, seconds=self._known.seconds
        )
        self._allowance = Allowance(agency, day=self._known.day, requests=self._known.requests)
        self._agency = agency
        self._fetcher = fetcher
        self._user_agent = user_agent
        self._now = now
        self._rules: dict[str, asyncio.Task[RobotsRules]] = {}
        self._workers: list[asyncio.Task[None]] = []
        self._awake = asyncio.Event()
        self._warnings: dict[str, dict[str, str]] = {}
        self._lastmods = Lastmods(now())
        self._figures = dict.fromkeys(("requests", "bytes", "seconds", "slowest", "errors"), 0.0)

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

    # --- what it tells ---

    @property
    def resting(self) -> tuple[datetime, str] | None:
        """Until when (UTC) nothing is asked, and why: budget, quiet hours, or the host's own wish."""
        now = self._now()
        rests = [rest for rest in (self.gate.resting, self._allowance.resting(now)) if rest and rest[0] > now]
        return max(rests, default=None)

    @property
    def state(self) -> HostState:
        """What the next run is to know of the host."""
        return replace(
            self._known,
            day=self._allowance.day,
            requests=self._allowance.requests,
            seconds=round(self.gate.seconds, 4),
        )

    def may_ask(self, url: str) -> bool:
        """Whether the URL is the agency's and its registry entry lets it be asked for (robots.txt aside)."""
        return self._agency.owns(url) and self._agency.admits(url)

    def keep_missing_page(self, row: dict[str, Any]) -> None:
        """Keep how the host says that a page is not there (crawler.fetch.missing), found out now."""
        self._known = replace(self._known, missing_page=row, probed=self._now())

    def figures(self) -> dict[str, float]:
        """The run's figures: requests, bytes, seconds (in all), slowest (seconds), errors; waits: seconds of
        pauses that the host asked for or that its failures brought."""
        return {**self._figures, "waits": round(self.gate.waits, 3)}

    @property
    def warnings(self) -> list[dict[str, str]]:
        """What a person should know: rows of code, host and message."""
        found = dict(self._warnings)
        if self.gate.seconds > _SLOW and self._figures["requests"] >= _ANSWERS_UNTIL_SLOW:
            found["slow"] = warning("slow", self.name, f"{self.gate.seconds:.1f}")
        if self.gate.down:
            found["down"] = warning("down", self.name, self.gate.down)
        return list(found.values())

    def _warn(self, code: str, detail: str) -> None:
        self._warnings.setdefault(code, warning(code, self.name, detail))

    # --- single requests ---

    async def get(
        self, url: str, *, etag: str = "", last_modified: str = "", any_type: bool = False
    ) -> Answer | Failed:
        """Fetch a URL when the host may be asked; what may pass is tried again, a bounded number of times.

        Where the host rests, or is down, the answer is Failed with NOT_VISITED and the reason; nothing was
        asked then.
        """
        return await self._fetch(url, etag=etag, last_modified=last_modified, any_type=any_type)

    async def _fetch(self, url: str, *, tries: int = _TRIES, **options: Any) -> Answer | Failed:
        pause = _FIRST_PAUSE
        attempt = 0
        while True:
            attempt += 1
            answer = await self._ask(url, **options)
            if isinstance(answer, Failed) and answer.outcome is Outcome.NOT_VISITED:
                return answer
            if isinstance(answer, Answer) and answer.status not in _RETRIED:
                self.gate.answered()
                return answer
            told = isinstance(answer, Answer) and self._slow_down(answer)
            stop = self.gate.down or self.resting or not self.gate.may_retry
            if stop or attempt >= min(tries, _most_tries(answer)):
                break
            if not told:
                self.gate.pause(pause)
                pause *= 3
        if isinstance(answer, Failed):
            if answer.silent or answer.passing:
                self.gate.failed(answer.reason, silent=answer.silent)
        elif answer.status != 429:
            self.gate.failed(f"HTTP {answer.status}", silent=False)
        return answer

    async def _ask(self, url: str, **options: Any) -> Answer | Failed:
        """One request, in its turn."""
        refused = self._refused()
        if refused is not None:
            return refused
        seconds = None
        await self.gate.enter()
        try:
            refused = self._refused()  # (much may have happened in the meantime)
            if refused is not None:
                return refused
            self._allowance.spend(self._now())
            self._figures["requests"] += 1
            answer = await self._fetcher.get(url, proxy=self._agency.proxy, **options)
            seconds = answer.seconds
        finally:
            self.gate.leave(seconds)
        self._count(answer)
        return answer

    def _refused(self) -> Failed | None:
        if self.gate.down:
            return Failed(Outcome.NOT_VISITED, self.gate.down)
        rest = self.resting
        if rest is None:
            return None
        return Failed(Outcome.NOT_VISITED, f"left alone until {rest[0]:%Y-%m-%d %H:%M} UTC: {rest[1]}")

    def _count(self, answer: Answer | Failed) -> None:
        figures = self._figures
        figures["seconds"] += answer.seconds
        figures["slowest"] = max(figures["slowest"], answer.seconds)
        if isinstance(answer, Answer):
            figures["bytes"] += len(answer.body)
            figures["errors"] += answer.status in _RETRIED or answer.status >= 500
        else:
            figures["errors"] += 1
            if answer.outcome is Outcome.TLS_ERROR:
                self._warn("certificate", answer.reason)

    def _slow_down(self, answer: Answer) -> bool:
        """Do as an answer of 429, 503 or with Retry-After wants. Return whether it set a pause itself."""
        now = self._now()
        seconds = retry_after(answer.headers.get("retry-after", ""), now.timestamp())
        if answer.status in _TOO_MANY:
            self.gate.too_many(now, retry=seconds, answer=f"HTTP {answer.status}")
            if answer.status == 429:
                self._warn("rate_limited", "HTTP 429")
            return True
        if seconds is None:
            return False
        if seconds > MAX_RETRY_AFTER:
            until = now + timedelta(seconds=min(seconds, LONGEST_REST))
            self.gate.rest(until, f"HTTP {answer.status}: asks to be left alone for {seconds:.0f} s")
        else:
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
        rules = await asyncio.shield(task)
        if rules.blocked is Outcome.NOT_VISITED and self._rules.get(origin) is task:
            del self._rules[origin]  # the host rested: its rules are still unknown
        return rules

    async def _fetch_rules(self, origin: str) -> RobotsRules:
        url = f"{origin}/robots.txt"
        for _ in range(_ROBOTS_HOPS + 1):
            answer = await self._fetch(url, tries=_TRIES_ASIDE, any_type=True, beginning=MAX_ROBOTS_BYTES)
            if isinstance(answer, Failed):
                if answer.outcome not in {Outcome.NOT_VISITED, Outcome.TLS_ERROR}:
                    self._warn("robots_unreachable", answer.reason)
                return RobotsRules(blocked=answer.outcome, reason=f"robots.txt: {answer.reason}")
            if answer.status in _REDIRECTS:
                target = absolutise(url, answer.headers.get("location", ""))
                if target is None or not self._agency.owns(target):
                    break  # like a file that is not there: another host's rules are not this one's
                url = target
                continue
            rules = rules_of_answer(answer.status, answer.body, self._user_agent)
            if rules.blocked is not None:
                self._warn("robots_unreachable", f"HTTP {answer.status}")
            elif answer.status == 200 and len(answer.body) > MAX_ROBOTS_BYTES:
                self._warn("robots_too_large", str(MAX_ROBOTS_BYTES))
            self.gate.at_least(rules.delay)
            return rules
        return RobotsRules(user_agent=self._user_agent)

    # --- sitemaps ---

    async def sitemap_entries(self, origin: str) -> AsyncIterator[SitemapEntry]:
        """The pages that the host's sitemaps name, from robots.txt and /sitemap.xml; bounded in every way.

        `sitemaps_whole` and `lastmod_trusted` are known when it has come to its end.
        """
        rules = await self.rules(origin + "/")
        if rules.blocked is not None:
            return
        reader = SitemapReader(self._agency, self._fetch_sitemap, self._warn, self._lastmods)
        async for entry in reader.entries(origin, rules.sitemaps):
            yield entry
        self.sitemaps_whole = reader.whole
        if lied(self._known.sitemap):
            self._warn("sitemap_not_trusted", "pages changed while their dates stayed")

    async def _fetch_sitemap(self, url: str) -> Answer | Failed:
        return await self._fetch(url, tries=_TRIES_ASIDE, any_type=True, size=MAX_SITEMAP_BYTES)

    @property
    def lastmod_trusted(self) -> bool:
        """Whether the dates of the host's sitemaps say when pages change (crawler.fetch.lastmods)."""
        return not self._lastmods.why_not() and not lied(self._known.sitemap)

    def lastmod_lied(self, count_changed: int, count_checked: int) -> None:
        """Of `count_checked` pages that were fetched though their lastmod had stayed, so many had changed."""
        self._known = replace(
            self._known, sitemap=after_checks(self._known.sitemap, count_changed, count_checked)
        )


def _most_tries(answer: Answer | Failed) -> int:
    """How often a URL that gave such an answer is asked for in all."""
    if isinstance(answer, Answer):
        return _TRIES
    return 1 if not answer.passing else _TRIES_AFTER_SILENCE if answer.silent else _TRIES
