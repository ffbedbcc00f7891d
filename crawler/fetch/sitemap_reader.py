"""Which pages do all sitemaps of a host name, and were they read whole?"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace

from crawler.fetch.download import Answer, Failed
from crawler.fetch.lastmods import Lastmods
from crawler.fetch.sitemaps import MAX_NESTING, MAX_SITEMAPS, Sitemap, SitemapEntry, parse_sitemap
from crawler.outcomes import Outcome
from crawler.registry import Agency
from crawler.urls import absolutise, canonicalise

MAX_SITEMAP_BYTES = 60_000_000
"""The protocol allows 50 MB, decompressed."""
_LEAST_LIMIT = 50_000
_PAGES_BY_LIMIT = 4
_HOPS = 5
_WORTH_A_WARNING = 10
"""Dates; of fewer, nobody needs to know that they say little."""


class SitemapReader:
    """Reads the sitemaps of one host, once.

    At most MAX_SITEMAPS files, and of addresses 50,000 or four times the agency's max_pages, whichever is
    more: beyond that a sitemap names what will never be fetched. `fetch` asks for a URL in the host's turn,
    `warn` takes a code of crawler.fetch.advice and a detail, `lastmods` every date.
    """

    def __init__(
        self,
        agency: Agency,
        fetch: Callable[[str], Awaitable[Answer | Failed]],
        warn: Callable[[str, str], None],
        lastmods: Lastmods,
    ) -> None:
        self.whole = False
        """Whether there are sitemaps, and all were read to their end."""
        self._agency = agency
        self._fetch = fetch
        self._warn = warn
        self._lastmods = lastmods
        self._most_pages = max(_LEAST_LIMIT, agency.max_pages * _PAGES_BY_LIMIT)

    async def entries(self, origin: str, promised: Sequence[str]) -> AsyncIterator[SitemapEntry]:
        """The pages; `promised` are the addresses that robots.txt names."""
        waiting = deque((url, 0, True) for url in promised)
        waiting.append((f"{origin}/sitemap.xml", 0, False))
        read: set[str] = set()
        files = pages = 0
        whole = True
        while waiting:
            location, nesting, is_promised = waiting.popleft()
            url = absolutise(origin, location)
            if url is None or not self._agency.owns(url):
                whole = False  # pages may be named where we don't look
                continue
            if canonicalise(url) in read:
                continue
            if len(read) >= MAX_SITEMAPS or pages >= self._most_pages:
                self._warn("sitemap_too_large", f"stopped after {len(read)} files and {pages} addresses")
                whole = False
                break
            read.add(canonicalise(url))
            sitemap = await self._read(url, promised=is_promised)
            if sitemap is None:
                continue
            files += 1
            whole = whole and not sitemap.problem and not sitemap.beyond
            if nesting < MAX_NESTING:
                waiting.extend((inner, nesting + 1, True) for inner in sitemap.sitemaps)
            elif sitemap.sitemaps:
                whole = False
            for entry in sitemap.pages:
                pages += 1
                self._lastmods.add(entry.lastmod)
                yield entry
        self.whole = whole and files > 0
        why = self._lastmods.why_not()
        if pages and why and self._lastmods.count >= _WORTH_A_WARNING:
            self._warn("sitemap_not_trusted", why)

    async def _read(self, url: str, *, promised: bool) -> Sitemap | None:
        """Fetch and read a sitemap; None where none was promised at this address and none is."""
        answer = await self._answer(url)
        if isinstance(answer, Answer) and answer.status == 200:
            if not promised and b"<html" in answer.body[:2000].lower():
                return None  # a page, perhaps one that says that nothing is here
            sitemap = await asyncio.to_thread(parse_sitemap, answer.body)
            if sitemap.problem:
                self._warn("sitemap_broken", f"{url}: {sitemap.problem}")
            if sitemap.beyond:
                self._warn("sitemap_too_large", f"{url} has {sitemap.beyond} entries beyond the limit")
            return sitemap
        if isinstance(answer, Failed):
            if answer.outcome is not Outcome.NOT_VISITED:
                self._warn("sitemap_broken", f"{url}: {answer.reason}")
            return Sitemap(problem=answer.reason)
        problem = f"HTTP {answer.status}"
        if not promised and 400 <= answer.status < 500 and answer.status != 429:
            return None
        self._warn("sitemap_broken", f"{url}: {problem}")
        return Sitemap(problem=problem)

    async def _answer(self, url: str) -> Answer | Failed:
        """The answer behind redirects within the agency; one that leads elsewhere is like a missing file."""
        for _ in range(_HOPS):
            answer = await self._fetch(url)
            if isinstance(answer, Failed) or not 300 <= answer.status < 400:
                return answer
            target = absolutise(url, answer.headers.get("location", ""))
            if target is None or not self._agency.owns(target):
                return replace(answer, status=404)
            url = target
        return Failed(Outcome.REDIRECT_LOOP, "it redirects without end")
