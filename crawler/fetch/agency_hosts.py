"""Which hosts does a run talk to, what do their sitemaps say, and what is the next run to know of them?"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.assignment import Scope
from crawler.errors import InvalidUrlError, StoreError
from crawler.fetch.download import Fetcher
from crawler.fetch.host import Host
from crawler.fetch.known import SiteMapped
from crawler.fetch.live_run import LiveRun, now
from crawler.fetch.readers import ReaderPool
from crawler.fetch.soft404 import MissingPages
from crawler.outcomes import Outcome
from crawler.registry import host_of
from crawler.settings import CrawlSettings
from crawler.store import Visit
from crawler.store.hosts import HostState, HostStates
from crawler.store.sitemapped import note_lastmods
from crawler.urls import absolutise

logger = logging.getLogger(__name__)

_KEEP_SECONDS = 30.0
_LOOK_EVERY = 500


class AgencyHosts:
    """The hosts of one run, each opened when a URL of it is first met.

    `resting` has those that are to be left alone for the rest of the run: until when, and why.
    """

    def __init__(
        self,
        live: LiveRun,
        states: Mapping[str, HostState],
        *,
        settings: CrawlSettings,
        fetcher: Fetcher,
        readers: ReaderPool,
    ) -> None:
        """`states`: what earlier runs knew of the hosts, by name."""
        self._live = live
        self._states = states
        self._settings = settings
        self._fetcher = fetcher
        self._mapped: dict[str, SiteMapped] = {}
        self._mapping: dict[str, asyncio.Task[None]] = {}
        self._unmapped: set[str] = set()
        self.missing = MissingPages(live.agency, readers)
        self.by_name: dict[str, Host] = {}
        self.resting: dict[str, tuple[datetime, str]] = {}

    @property
    def pauses(self) -> bool:
        """Whether hosts that are to be left alone are all that is waited for."""
        live = self._live
        rests = bool(self.resting) and len(live.frontier) > 0
        return rests and not live.frontier.at_page_limit and live.assignment.scope is not Scope.URL

    def open(self, name: str, work: Callable[[Host], Coroutine[Any, Any, None]]) -> None:
        """Begin to talk to a host: read its sitemaps, find out how it says "not found", and start `work`."""
        live = self._live
        host = Host(
            live.agency,
            name,
            self._fetcher,
            user_agent=self._settings.user_agent,
            slowdown=self._settings.slowdown,
            state=self._states.get(name),
        )
        self.by_name[name] = host
        self._mapped[name] = SiteMapped()
        whole = live.assignment.scope is not Scope.URL
        if whole:
            self._mapping[name] = live.beside.begin(self._read_sitemaps(host))
        if not self.missing.recall(host.state, now()) and whole:
            live.beside.watch(self.missing.ask(host, self._origin_of(host)))
        host.start(live.agency.concurrency, lambda: work(host))

    async def close(self) -> None:
        """End all that is under way to the hosts."""
        for host in self.by_name.values():
            await host.close()
        for task in self._mapping.values():
            task.cancel()

    def _origin_of(self, host: Host) -> str:
        live = self._live
        for url in (*live.agency.seeds, *live.under_way, *live.frontier.waiting):
            if host_of(url) == host.name:
                parts = urlsplit(live.agency.canonical(url))
                return f"{parts.scheme}://{parts.netloc}"
        return f"https://{host.name}"

    # --- sitemaps ---

    async def _read_sitemaps(self, host: Host) -> None:
        live = self._live
        origin = self._origin_of(host)
        site = self._mapped[host.name]
        async for entry in host.sitemap_entries(origin):
            url = absolutise(origin, entry.url)
            if url is not None and live.agency.owns(url):
                with suppress(InvalidUrlError):  # (too long, once the agency's rules have rewritten it)
                    site.lastmods[live.agency.canonical(url)] = entry.lastmod
                live.frontier.add(url, 1, found_on=f"{origin}/sitemap.xml")
            if len(site.lastmods) % _LOOK_EVERY == 0 and not live.beside.done.is_set():
                live.beside.after()
        site.whole, site.trusted = host.sitemaps_whole, host.lastmod_trusted

    async def mapped(self, name: str) -> SiteMapped:
        """What the sitemaps of a host say, once they have been read."""
        if name in self._mapping:
            await asyncio.wait((self._mapping[name],))
        return self._mapped[name]

    def mapped_as(self, visit: Visit) -> Visit:
        """The visit with what its host's sitemaps say of the URL, as far as they have been read."""
        site = self._mapped.get(host_of(visit.url))
        lastmod = site.lastmods.get(visit.url) if site is not None else None
        if lastmod is not None:
            return replace(visit, sitemap_lastmod=lastmod, in_sitemap=True)
        if site is None or not site.whole:
            self._unmapped.add(visit.url)
            state = self._live.known.get(visit.url)
            if state is not None:
                return replace(visit, sitemap_lastmod=state.sitemap_lastmod, in_sitemap=state.in_sitemap)
        return visit

    def _late_lastmods(self) -> dict[str, str]:
        """What the sitemaps said of pages that had been visited before the sitemaps were read."""
        return {
            url: site.lastmods[url]
            for site in self._mapped.values()
            for url in self._unmapped & site.lastmods.keys()
        }

    def _judge_lastmods(self) -> None:
        """Of the pages whose date in the sitemap had stayed: how many had changed all the same?"""
        by_host: dict[str, list[bool]] = {}
        for url in self._live.known.sampled:
            outcome = self._live.endings.outcome_of(url)
            if outcome is not None and outcome.kept:
                by_host.setdefault(host_of(url), []).append(outcome is Outcome.INDEXED)
        for name, changed in by_host.items():
            if name in self.by_name:
                self.by_name[name].lastmod_lied(sum(changed), len(changed))

    # --- what is kept ---

    def figures(self) -> dict[str, dict[str, float]]:
        """The run's figures by host."""
        return {name: host.figures() for name, host in self.by_name.items()}

    def warnings(self) -> list[dict[str, str]]:
        """What a person should know of the hosts."""
        return [warning for host in self.by_name.values() for warning in host.warnings]

    def note(self) -> None:
        """The run is over: keep what it showed of the sitemaps and the hosts. Raise StoreError."""
        note_lastmods(self._live.store, self._late_lastmods())
        self._judge_lastmods()
        self._keep()

    def _keep(self) -> None:
        variants = self._live.variants
        states = [
            replace(state, sitemap={**state.sitemap, "variants": variants.to_json(state.host)})
            for state in (host.state for host in tuple(self.by_name.values()))
        ]
        HostStates(self._live.store).save(states)

    async def keep_often(self) -> None:
        """What was asked of a host today is not to be forgotten with a killed process."""
        while True:
            await asyncio.sleep(_KEEP_SECONDS)
            try:
                await self._live.off_loop(self._keep)
            except StoreError as error:
                logger.error("agency %s: %s", self._live.agency.id, error)
