"""What do earlier runs know of an agency's URLs, and which of them are visited in this one?"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from zlib import crc32

from crawler.assignment import Assignment, Origin, Scope
from crawler.outcomes import Outcome
from crawler.revisit import RevisitRule, is_due
from crawler.store import UrlState

_FORGET_AFTER_FAILURES = 5
_WAITING = frozenset({Outcome.NOT_VISITED, Outcome.PAGE_LIMIT})
_STOOD_FOR = frozenset({Outcome.DUPLICATE, Outcome.CANONICAL_ELSEWHERE})
_MISSING = frozenset({Outcome.NOT_FOUND, Outcome.SOFT_404})
_NEVER_BY_ITSELF = frozenset({Outcome.TRAP, Outcome.OFF_HOST})
_SAMPLE = 25
"""One of so many pages is visited though its sitemap says that it did not change: sitemaps can be wrong."""
_SAMPLE_ENOUGH = 32
"""… and no more than about this many: so few tell whether its dates lie."""


@dataclass(slots=True)
class SiteMapped:
    """What the sitemaps of a host said in this run. `whole`: every one of them was read."""

    lastmods: dict[str, str] = field(default_factory=dict)
    whole: bool = False
    trusted: bool = False


class Known:
    """The URLs of an agency that earlier runs met, by canonical URL."""

    def __init__(
        self,
        assignment: Assignment,
        states: Iterable[UrlState],
        *,
        rule: RevisitRule,
        now: datetime,
        broken_off: frozenset[int] = frozenset(),
        documents: Collection[str] = frozenset(),
    ) -> None:
        """`broken_off`: the runs that this one goes on with; what they visited is not visited again.

        `documents`: the URLs that the agency's documents stand at.
        """
        self.states = {state.url: state for state in states}
        self._assignment = assignment
        self._rule = rule
        self._now = now
        self._broken_off = broken_off
        self._documents = documents
        self.sampled: set[str] = set()
        """URLs that are visited only to see whether the sitemap tells the truth."""

    def get(self, url: str) -> UrlState | None:
        """What is known of a URL, or None."""
        return self.states.get(url)

    @property
    def pages_before(self) -> int:
        """How many pages were asked for before the run was broken off."""
        return sum(
            state.run in self._broken_off and state.http_status is not None and state.outcome not in _WAITING
            for state in self.states.values()
        )

    def has_document(self, state: UrlState) -> bool:
        """Whether a document stands at the URL, as far as is known."""
        return state.outcome.kept or state.url in self._documents

    def visited_before(self, state: UrlState) -> bool:
        """Whether the URL was visited before the run was broken off."""
        return state.run in self._broken_off and state.outcome not in _WAITING

    def outside(self) -> Iterator[UrlState]:
        """Kept pages that the run is not about."""
        return (
            state
            for state in self.states.values()
            if state.outcome.kept and not self._assignment.holds(state.url)
        )

    def planted(self) -> Iterator[tuple[UrlState, bool]]:
        """The URLs that get a turn though no page may link to them any more; with each, whether to trust that
        it is no trap.

        Also what gave no document gets one when its time has come: a page that answers "not modified" shows
        no links, and what it leads to would never be looked at again. What robots.txt forbade costs nothing.
        """
        for state in self.states.values():
            if not self._assignment.holds(state.url):
                continue
            if state.outcome.is_failure:
                again = state.failures < _FORGET_AFTER_FAILURES
            else:
                again = state.outcome in _WAITING
            if again or self.has_document(state):
                yield state, True
            elif state.outcome.is_failure or state.outcome in _NEVER_BY_ITSELF:
                continue
            elif (
                state.outcome is Outcome.ROBOTS_DENIED
                or self._lost_its_page(state)
                or (state.next_visit is not None and state.next_visit <= self._now)
            ):
                yield state, False

    def _lost_its_page(self, state: UrlState) -> bool:
        """Whether the page that stood for this one is gone: then this one may stand for itself."""
        return state.outcome in _STOOD_FOR and state.canonical_url not in self._documents

    def passed_over(self, state: UrlState, site: SiteMapped, *, seed: bool = False) -> str:
        """Why a known URL is not visited in this run; empty where it is. A `seed` is visited in every run."""
        if state.pushed:
            return "the agency sends this page itself"
        if state.outcome in _WAITING:
            return ""
        if state.run in self._broken_off:
            return "visited before the run was broken off"
        if seed or self._assignment.request is not None or self._assignment.scope is Scope.URL:
            return ""
        if self._lost_its_page(state):
            return ""
        lastmod = site.lastmods.get(state.url)
        in_sitemap = True if lastmod is not None else False if site.whole else None
        dead = state.outcome in _MISSING and not self.has_document(state)
        if self._assignment.origin is not Origin.SCHEDULE and state.next_visit is not None and not dead:
            # A person who starts a crawl wants to see it look; links that lead to nothing keep their time.
            state = replace(state, next_visit=self._now)
        if is_due(
            state,
            self._now,
            self._rule,
            sitemap_lastmod=lastmod or "",
            in_sitemap=in_sitemap,
            trusted=site.trusted,
        ):
            return ""
        if not lastmod:
            return f"its next visit is due {state.next_visit:%Y-%m-%d %H:%M} UTC"
        if self._in_sample(state.url, len(site.lastmods)):
            self.sampled.add(state.url)
            return ""
        return f"the sitemap says that it did not change since {lastmod[:40]}"

    def _in_sample(self, url: str, mapped: int) -> bool:
        one_of = max(_SAMPLE, mapped // _SAMPLE_ENOUGH)
        return crc32(f"{self._now:%Y-%m-%d} {url}".encode()) % one_of == 0
