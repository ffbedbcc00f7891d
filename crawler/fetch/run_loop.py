"""How does a run go on until no URL waits, and how does it end in good order?"""

import asyncio
from dataclasses import replace

from crawler.assignment import Scope
from crawler.fetch.agency_hosts import AgencyHosts
from crawler.fetch.askers import Askers
from crawler.fetch.live_run import LiveRun, now
from crawler.fetch.planting import plant
from crawler.fetch.readers import ReaderPool
from crawler.fetch.render import Renderer
from crawler.fetch.turns import Turns
from crawler.outcomes import Outcome
from crawler.store import Visit

_STOP_READING_SECONDS = 5.0


class RunLoop:
    """The part of a run in which URLs have their turns."""

    def __init__(
        self, live: LiveRun, hosts: AgencyHosts, readers: ReaderPool, renderer: Renderer | None
    ) -> None:
        self.live = live
        self.hosts = hosts
        self.askers = Askers(live)
        self.turns = Turns(
            live, hosts, self.askers, readers=readers, renderer=renderer, take_note=self._take_note
        )
        self._stopped = ""
        live.beside.after = self.look_around

    def stop(self, status: str) -> None:
        """End soon, as "stopped" by a person or as "paused"."""
        self._stopped = status
        self.live.beside.done.set()

    @property
    def _must_end(self) -> bool:
        return bool(self._stopped or self.live.beside.failure or self.live.saver.failure)

    async def until_done(self) -> None:
        """Visit all that is to be visited; a failure is left in `live.beside`."""
        live = self.live
        keeping = asyncio.create_task(self.hosts.keep_often())
        try:
            plant(live, self.askers.ask_again)
            if not live.beside.done.is_set():
                self.look_around()
            await live.beside.done.wait()
            while await self._look_twice():
                await live.beside.done.wait()
        except Exception as error:  # noqa: BLE001 - raised by `end`, when all that is under way is over
            live.beside.fail(error)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def end(self) -> None:
        """End what is under way and save the rest. Raise what failed."""
        live = self.live
        live.over = True
        await self.hosts.close()
        if live.beside.failure is None and live.saver.failure is None:
            # Pages that were fetched are read before the run ends, for a bounded time.
            await live.beside.finish(_STOP_READING_SECONDS)
            self._end_the_rest()
        await live.beside.cancel()
        await live.saver.close()
        if live.beside.failure is not None:
            raise live.beside.failure

    async def _look_twice(self) -> bool:
        """When all is done: whether pages that were passed over must be looked at after all.

        That is so where no page and no sitemap leads to them any more: then they may be gone.
        """
        live, turns = self.live, self.turns
        asked, turns.passed_over = turns.passed_over, set()
        if not asked or live.assignment.scope is not Scope.AGENCY or self._must_end:
            return False
        await live.saver.flush()
        orphans = await live.off_loop(live.store.orphans, live.agency.id, sorted(asked))
        if not orphans or self._must_end:
            return False
        live.beside.done.clear()
        for url in orphans:
            state = live.known.get(url)
            turns.certain.add(url)
            live.frontier.again(url, max(1, state.depth) if state else 1)
        self.look_around()
        return True

    # --- what is next ---

    def look_around(self) -> None:
        """Note what the frontier found, wake the hosts that have something to do, see if all is done."""
        live, hosts = self.live, self.hosts
        self._take_note()
        for name in live.frontier.hosts:
            if name not in hosts.by_name:
                hosts.open(name, self.turns.work)
            elif self._has_next(name):
                hosts.by_name[name].wake()
        if not live.beside.busy and not any(self._has_next(name) for name in live.frontier.hosts):
            live.beside.done.set()

    def _has_next(self, host: str) -> bool:
        """Whether a host has something to do; one that is left alone has to say so to who asks."""
        return self.live.frontier.has_next(host, only_asked=host in self.hosts.resting)

    def _take_note(self) -> None:
        """Save what the frontier refused, and what waits for its turn and is new to the store."""
        live = self.live
        while live.frontier.refused:
            refused = live.frontier.refused.popleft()
            visit = Visit(
                url=refused.url,
                agency=live.agency.id,
                outcome=refused.refusal.outcome,
                at=now(),
                reason=refused.refusal.reason,
                depth=refused.depth,
                found_on=refused.found_on,
            )
            live.endings.end(visit)
            self.askers.tell(visit)
        while live.frontier.fresh:
            entry = live.frontier.fresh.popleft()
            if live.known.get(entry.url) is None:
                live.endings.discover(replace(live.blank(entry), reason="waits for its turn"))

    # --- the end ---

    def _end_the_rest(self) -> None:
        live = self.live
        if self._stopped:
            for entry in tuple(live.under_way.values()):
                reason = "the crawl was stopped while it was visited"
                self.turns.end(entry, replace(live.blank(entry), reason=reason))
        live.endings.release()
        if self._stopped == "paused" or (not self._stopped and self.hosts.pauses):
            return  # what waits is in the store already, and waits on
        limit = live.frontier.at_page_limit and not self._stopped
        outcome = Outcome.PAGE_LIMIT if limit else Outcome.NOT_VISITED
        reason = f"the run's limit of {live.agency.max_pages} pages" if limit else "the crawl was stopped"
        for entry in live.frontier.drain():
            live.endings.end(replace(live.blank(entry), outcome=outcome, reason=reason))
        self._take_note()
