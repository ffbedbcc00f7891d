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
_SAMPLE = 25
"""One of so many pages is visited though its sitemap says that it did not change: sitemaps can be wrong."""


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

    def planted(self) -> Iterator[UrlState]:
        """The URLs that get a turn though no page may link to them any more."""
        for state in self.states.values():
            if not self._assignment.holds(state.url):
                continue
            again = state.outcome.is_failure and state.failures < _FORGET_AFTER_FAILURES
            there = state.outcome.kept or state.url in self._documents
            if there or again or state.outcome in _WAITING:
                yield state

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
        lastmod = site.lastmods.get(state.url)
        in_sitemap = True if lastmod is not None else False if site.whole else None
        if self._assignment.origin is not Origin.SCHEDULE:
            state = replace(state, next_visit=self._now)  # a person who starts a crawl wants to see it look
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
        if self._in_sample(state.url):
            self.sampled.add(state.url)
            return ""
        return f"the sitemap says that it did not change since {lastmod[:40]}"

    def _in_sample(self, url: str) -> bool:
        return crc32(f"{self._now:%Y-%m-%d} {url}".encode()) % _SAMPLE == 0
