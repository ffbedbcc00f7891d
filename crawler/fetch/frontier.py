"""Which URLs does the crawl of an agency know, and which is next? Breadth-first, one queue a host."""

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from crawler.errors import InvalidUrlError
from crawler.fetch.guard import Refusal, refusal
from crawler.fetch.traps import TrapBrake
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, RequestedUrl
from crawler.registry import Agency, host_of
from crawler.urls import canonicalise

_KNOWN_BEYOND_PAGES = 10
"""URLs that are remembered, in multiples of the page limit; what is found beyond is not kept."""
_MAX_LINK_TEXTS = 5


@dataclass(slots=True)
class Entry:
    """A URL whose turn will come. `url` is canonical, `requested` the writing that led to it."""

    url: CanonicalUrl
    requested: RequestedUrl
    depth: int
    found_on: str = ""
    sitemap_lastmod: str = ""
    hops: int = 0
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Refused:
    """A URL that the frontier took note of and will not hand out."""

    url: str
    depth: int
    found_on: str
    refusal: Refusal


class Frontier:
    """The known URLs of one agency in one run: each is handed out once, or refused once with its reason."""

    def __init__(self, agency: Agency, *, allow_private: bool, today: date) -> None:
        self._agency = agency
        self._allow_private = allow_private
        self.brake = TrapBrake(today)
        self._known: set[str] = set()
        self._limit = agency.max_pages * _KNOWN_BEYOND_PAGES + 10_000
        self._queues: dict[str, list[tuple[int, int, Entry]]] = {}
        self._waiting: dict[str, Entry] = {}
        self._order = 0
        self._handed_out = 0
        self.refused: deque[Refused] = deque()
        self.overflow = 0

    def __contains__(self, url: object) -> bool:
        return url in self._known

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def waiting(self) -> Iterable[str]:
        """The URLs that wait for their turn."""
        return self._waiting.keys()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that URLs were queued for so far."""
        return tuple(self._queues)

    def add(
        self,
        url: str,
        depth: int,
        *,
        text: str = "",
        found_on: str = "",
        lastmod: str = "",
        hops: int = 0,
        off_host: bool = False,
        trusted: bool = False,
    ) -> bool:
        """Take note of a URL. Return whether it is new and waits for its turn.

        `off_host`: keep a refusal of other hosts too (seeds, redirects; not every link that leaves the site).
        `trusted`: the page was there before, so no trap brake.
        """
        try:
            canonical = canonicalise(url)
        except InvalidUrlError as error:
            if off_host and url not in self._known:
                self._known.add(url)
                self.refused.append(Refused(url, depth, found_on, Refusal(Outcome.INVALID_URL, str(error))))
            return False
        if canonical in self._known:
            entry = self._waiting.get(canonical)
            if entry is not None:
                self._add_to(entry, depth, text, lastmod)
            return False
        no = refusal(canonical, self._agency, allow_private=self._allow_private)
        if no is not None and no.outcome is Outcome.OFF_HOST and not off_host:
            return False
        if len(self._known) >= self._limit:
            self.overflow += 1
            return False
        self._known.add(canonical)
        if no is None and depth > self._agency.max_depth:
            no = Refusal(
                Outcome.TOO_DEEP, f"{depth} links from a seed, the limit is {self._agency.max_depth}"
            )
        if no is None:
            trap = self.brake.verdict(canonical)
            if trap and not trusted:
                no = Refusal(Outcome.TRAP, trap)
        if no is not None:
            self.refused.append(Refused(canonical, depth, found_on, no))
            return False
        entry = Entry(canonical, RequestedUrl(url), depth, found_on, lastmod, hops, [text] if text else [])
        self._waiting[canonical] = entry
        self._push(entry)
        return True

    def _add_to(self, entry: Entry, depth: int, text: str, lastmod: str) -> None:
        if text and len(entry.texts) < _MAX_LINK_TEXTS and text not in entry.texts:
            entry.texts.append(text)
        if lastmod:
            entry.sitemap_lastmod = lastmod
        if depth < entry.depth:
            entry.depth = depth
            self._push(entry)  # (the deeper place in the queue is passed over later)

    def _push(self, entry: Entry) -> None:
        self._order += 1
        queue = self._queues.setdefault(host_of(entry.url), [])
        heapq.heappush(queue, (entry.depth, self._order, entry))

    def next_of(self, host: str) -> Entry | None:
        """The next URL of a host, shallowest and oldest first; None if none waits or the limit is reached."""
        if self._handed_out >= self._agency.max_pages:
            return None
        queue = self._queues.get(host, [])
        while queue:
            depth, _, entry = heapq.heappop(queue)
            if depth == entry.depth and self._waiting.pop(entry.url, None) is not None:
                self._handed_out += 1
                return entry
        return None

    def has_next(self, host: str) -> bool:
        """Whether a URL of the host may be waiting."""
        return self._handed_out < self._agency.max_pages and bool(self._queues.get(host))

    @property
    def at_page_limit(self) -> bool:
        """Whether the run has handed out as many URLs as the registry allows."""
        return self._handed_out >= self._agency.max_pages

    def drain(self) -> list[Entry]:
        """Every URL that still waits, in order; none waits afterwards."""
        left = sorted(self._waiting.values(), key=lambda entry: (entry.depth, entry.url))
        self._waiting.clear()
        self._queues.clear()
        return left
