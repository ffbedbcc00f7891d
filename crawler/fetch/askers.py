"""Who waits for which URL, and when are they told? Those who asked while the run goes on."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from crawler.errors import CrawlEndedError
from crawler.fetch.frontier import Entry
from crawler.fetch.live_run import LiveRun
from crawler.outcomes import Outcome
from crawler.store import UrlState, Visit

_ASKED_HOPS = 4
_LEADS_ON = frozenset({Outcome.REDIRECTED, Outcome.CANONICAL_ELSEWHERE})

Answer = asyncio.Future[Visit]


class Askers:
    """Those who asked for URLs of a run.

    Each is told the visit that began after the asking, once it is saved, or that the run has ended
    (CrawlEndedError).
    """

    def __init__(self, live: LiveRun) -> None:
        self._live = live
        self._asked: dict[str, list[Answer]] = {}
        self._answers: set[Answer] = set()
        self._once_more: set[str] = set()

    def ask(self, url: str) -> Answer:
        """Ask for a canonical URL; it gets the next turn."""
        answer: Answer = asyncio.get_running_loop().create_future()
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)
        self._asked.setdefault(url, []).append(answer)
        self.ask_again(url)
        return answer

    def ask_again(self, url: str, hops: int = 0) -> None:
        """Give a URL the next turn. `hops`: how many addresses led to it, one after another."""
        live = self._live
        under_way = live.under_way.get(url)
        if under_way is None:
            state = live.known.get(url)
            live.frontier.again(url, state.depth if state else 0, asked_for=True, hops=hops)
            return
        if under_way.begun and not hops:
            self._once_more.add(url)  # what is being read may be older than the asking
        under_way.asked_for = True

    def lead_on(self, entry: Entry, visit: Visit) -> None:
        """What was asked for leads to another URL: that one is meant."""
        target = visit.canonical_url
        owns = self._live.agency.owns
        if entry.asked_for and entry.hops < _ASKED_HOPS and owns(target) and target != entry.url:
            self.ask_again(target, entry.hops + 1)

    def tell(self, visit: Visit) -> None:
        """A URL's visit has ended: whoever asked for it is told, once it is saved."""
        live = self._live
        if live.over and visit.outcome is Outcome.NOT_VISITED:
            return  # (they are told that the run has ended)
        if visit.url in self._once_more:
            self._once_more.discard(visit.url)
            live.frontier.again(visit.url, visit.depth, asked_for=True)
            return
        waiting = self._asked.pop(visit.url, None)
        if not waiting:
            return
        outcome = live.endings.outcome_of(visit.url) or visit.outcome
        first: Answer | None = None
        if outcome in _LEADS_ON and live.agency.owns(visit.canonical_url) and self._follows(visit):
            first = asyncio.get_running_loop().create_future()
            self._asked.setdefault(visit.canonical_url, []).append(first)
        live.beside.begin(self._tell_saved(waiting, visit, first))

    def _follows(self, visit: Visit) -> bool:
        """Whether the URL that a visit leads to has a turn that was asked for."""
        target = visit.canonical_url
        return self._live.frontier.waits(target) or target in self._live.under_way

    async def _tell_saved(self, waiting: list[Answer], visit: Visit, first: Answer | None) -> None:
        saver = self._live.saver
        try:
            if first is not None:
                await asyncio.wait((first,))
            await saver.flush()
            if saver.failure is None:
                visit = await self._as_saved(visit)
                for one in waiting:
                    if not one.done():
                        one.set_result(visit)
        finally:
            _disappoint(visit.url, waiting, "its visit was not saved")

    async def _as_saved(self, visit: Visit) -> Visit:
        """A visit as it ended seen against all others: as a duplicate, say, or standing for itself."""
        live = self._live
        state: UrlState | None = await live.off_loop(live.store.url_state, visit.url)
        if state is None or state.run != live.number:
            return visit
        return replace(visit, outcome=state.outcome, reason=state.reason, canonical_url=state.canonical_url)

    def disappoint(self, reason: str) -> None:
        """The run is over: who still waits is told so."""
        for url, waiting in self._asked.items():
            _disappoint(url, waiting, reason)
        self._asked.clear()
        _disappoint("what was asked for", tuple(self._answers), reason)


def _disappoint(url: str, waiting: Iterable[Answer], reason: str) -> None:
    for one in waiting:
        if not one.done():
            one.set_exception(CrawlEndedError(f"the crawl ended before {url} was visited: {reason}"))
            one.exception()  # (whoever asked may be gone)
