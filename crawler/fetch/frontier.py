"""Which URLs does the crawl of an agency know, and which is next? Breadth-first, one queue a host."""

import heapq
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from crawler.errors import InvalidUrlError
from crawler.fetch.guard import Refusal, refusal
from crawler.fetch.learned import Variants
from crawler.fetch.traps import TrapBrake
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, RequestedUrl
from crawler.registry import Agency, host_of

_KNOWN_BEYOND_PAGES = 10
"""URLs that are remembered, in multiples of the page limit; what is found beyond is not kept."""
_MAX_LINK_TEXTS = 5
_MAX_REWRITTEN = 50_000


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
    asked_for: bool = False
    """Somebody waits for this very URL: it comes first, and is visited whatever is known of it."""
    begun: bool = False
    """Its host has been turned to for it: who asks from now on means a visit after this one."""

    @property
    def rank(self) -> int:
        """Its place in the queue: the smaller, the earlier."""
        return -1 if self.asked_for else self.depth


@dataclass(frozen=True, slots=True)
class Refused:
    """A URL that the frontier took note of and will not hand out."""

    url: str
    depth: int
    found_on: str
    refusal: Refusal


class Frontier:
    """The known URLs of one agency in one run: each is handed out once, or refused once with its reason.

    `within` says which canonical URLs the run is about; others are only taken note of.
    """

    def __init__(
        self,
        agency: Agency,
        *,
        allow_private: bool,
        today: date,
        within: Callable[[str], bool] = lambda _: True,
        variants: Variants | None = None,
    ) -> None:
        self._agency = agency
        self._within = within
        self._variants = variants or Variants()
        self._allow_private = allow_private
        self.brake = TrapBrake(today)
        self._known: set[str] = set()
        self._rewritten: dict[str, CanonicalUrl] = {}
        self._limit = agency.max_pages * _KNOWN_BEYOND_PAGES + 10_000
        self._queues: dict[str, list[tuple[int, int, Entry]]] = {}
        self._waiting: dict[str, Entry] = {}
        self._order = 0
        self._handed_out = 0
        self.refused: deque[Refused] = deque()
        self.fresh: deque[Entry] = deque()
        """URLs that were new to this run, also those that it leaves to another; whoever reads takes them."""
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
        planted: bool = False,
    ) -> bool:
        """Take note of a URL. Return whether it is new and waits for its turn.

        `off_host`: keep a refusal of other hosts too (seeds, redirects; not every link that leaves the site).
        `trusted`: the page was there before, so no trap brake. `planted`: the run begins with it.
        """
        try:
            canonical = self.canonical(url)
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
        if not planted:
            preferred = self._preferred(canonical)
            if preferred is not None:
                url = canonical = preferred
                if canonical in self._known:
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
        if not planted:
            self.fresh.append(entry)
        if not self._within(canonical):
            return False
        self._waiting[canonical] = entry
        self._push(entry)
        return True

    def canonical(self, url: str) -> CanonicalUrl:
        """The URL in the writing that stands for it, by the rules of the agency too."""
        return self._agency.canonical(url)

    def _preferred(self, canonical: CanonicalUrl) -> CanonicalUrl | None:
        """The writing that was learned to be the same page. Asked once a URL: how often it is linked is no
        reason to try it out again."""
        known = self._rewritten.get(canonical)
        if known is not None:
            return known
        preferred = self._variants.preferred(canonical)
        if preferred is None:
            return None
        if len(self._rewritten) < _MAX_REWRITTEN:
            self._rewritten[canonical] = CanonicalUrl(preferred.url)
        return CanonicalUrl(preferred.url)

    def stands_for(self, canonical: CanonicalUrl) -> CanonicalUrl:
        """The URL that is visited where a link names this one: another writing of it, or itself."""
        return self._rewritten.get(canonical, canonical)

    def again(self, url: str, depth: int, *, asked_for: bool = False, hops: int = 0) -> Entry | None:
        """Let a URL have a turn, though it may have had one. Return its entry, or None where it is refused.

        Refused is only what must not be fetched; limits of depth, number and series do not hold here.
        """
        canonical = self.canonical(url)
        no = refusal(canonical, self._agency, allow_private=self._allow_private)
        if no is not None:
            self._known.add(canonical)
            self.refused.append(Refused(canonical, depth, "", no))
            return None
        entry = self._waiting.get(canonical)
        if entry is None:
            entry = Entry(canonical, RequestedUrl(url), depth, hops=hops, asked_for=asked_for)
            self._known.add(canonical)
            self._waiting[canonical] = entry
        elif entry.asked_for or not asked_for:
            return entry
        entry.asked_for = asked_for
        self._push(entry)
        return entry

    def waits(self, url: str) -> bool:
        """Whether a canonical URL waits for its turn."""
        return url in self._waiting

    def put_back(self, entry: Entry) -> None:
        """Take back an entry that was handed out and not visited; it waits again."""
        self._handed_out -= 1
        self._waiting[entry.url] = entry
        self._push(entry)

    def not_fetched(self) -> None:
        """An entry that was handed out cost no request: it does not count towards the limit of pages."""
        self._handed_out -= 1

    def _add_to(self, entry: Entry, depth: int, text: str, lastmod: str) -> None:
        if text and len(entry.texts) < _MAX_LINK_TEXTS and text not in entry.texts:
            entry.texts.append(text)
        if lastmod:
            entry.sitemap_lastmod = lastmod
        if depth < entry.depth:
            entry.depth = depth
            if not entry.asked_for:
                self._push(entry)  # (the deeper place in the queue is passed over later)

    def _push(self, entry: Entry) -> None:
        self._order += 1
        queue = self._queues.setdefault(host_of(entry.url), [])
        heapq.heappush(queue, (entry.rank, self._order, entry))

    def next_of(self, host: str, *, only_asked: bool = False) -> Entry | None:
        """The next URL of a host: what was asked for, then shallowest and oldest first; None if none waits.

        At the limit of pages only what was asked for is handed out.
        """
        if not self.has_next(host, only_asked=only_asked):
            return None
        _, _, entry = heapq.heappop(self._queues[host])
        del self._waiting[entry.url]
        self._handed_out += 1
        return entry

    def has_next(self, host: str, *, only_asked: bool = False) -> bool:
        """Whether `next_of` would give a URL. (A run that waits for one that never comes would not end.)"""
        queue = self._queues.get(host, [])
        while queue:
            rank, _, entry = queue[0]
            if rank == entry.rank and self._waiting.get(entry.url) is entry:
                return rank < 0 or not (only_asked or self.at_page_limit)
            heapq.heappop(queue)  # a place that the entry has left for a better one
        return False

    def went_before(self, pages: int) -> None:
        """So many pages were visited before the run was broken off; they count towards its limit."""
        self._handed_out += pages

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
