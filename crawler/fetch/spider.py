"""How do several agencies' crawls share one Scrapy process?"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from scrapy import Request, Spider, signals

from crawler.assignment import Assignment
from crawler.extract import DocumentLimits
from crawler.fetch.agency_crawl import AgencyCrawl
from crawler.fetch.claims import Mode
from crawler.fetch.desk import Desk, Errand
from crawler.fetch.download import Fetcher, stop_unread_types
from crawler.fetch.pushes import run_pushes
from crawler.fetch.readers import ReaderPool
from crawler.fetch.render import Renderer
from crawler.registry import Agency, Registry, Render
from crawler.registry_watch import RegistryWatch
from crawler.settings import CrawlSettings
from crawler.store import PageStore
from crawler.store.leases import Leases

_SAVES_A_SECOND = 40
_READING_GRACE = 30.0
_WRITERS = 2
"""Threads that write the store: what one agency's run does at its end keeps no other run's pages waiting."""


class FederationSpider(Spider):
    """Crawls agencies side by side with Scrapy's downloader; queues, delays and rules are the agencies'."""

    name = "federation"
    custom_settings = None

    def __init__(
        self,
        *,
        mode: Mode,
        registry: Registry,
        settings: CrawlSettings,
        store: PageStore,
        leases: Leases,
        assignments: Sequence[Assignment],
        watch: RegistryWatch | None,
        emit: Callable[[dict[str, Any]], None],
    ) -> None:
        super().__init__()
        self._mode = mode
        self._registry = registry
        self._crawl_settings = settings
        self._store = store
        self._leases = leases
        self._assignments = assignments
        self._watch = watch
        self._emit = emit
        self.statuses: list[str] = []
        self.ended = False
        """Whether all was done that was to be done, or the process was asked to end."""

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "FederationSpider":
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, FederationSpider)
        crawler.signals.connect(stop_unread_types, signal=signals.headers_received)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Do all the work; no request goes through Scrapy's scheduler, so none is yielded."""
        with ThreadPoolExecutor(_WRITERS, thread_name_prefix="store") as executor:
            pool = self._readers()
            pool.start()
            renderer = Renderer(self._crawl_settings.chromium)
            desk = Desk(
                mode=self._mode,
                settings=self._crawl_settings,
                registry=self._registry,
                store=self._store,
                leases=self._leases,
                make=self._maker(pool, executor, renderer),
                emit=self._emit,
                assignments=self._assignments,
                errands=self._errands(pool),
                watch=self._watch,
            )
            self.statuses = desk.statuses
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, desk.stop)
            await desk.run()
            await pool.close()
            await renderer.close()
        self.ended = True
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # makes this an asynchronous generator, as Scrapy wants it
            yield request

    def _readers(self) -> ReaderPool:
        settings = self._crawl_settings
        return ReaderPool(
            list(self._registry),
            [host for agency in self._registry for host in agency.hosts],
            processes=settings.extraction_processes,
            seconds=settings.document_seconds + _READING_GRACE,
            limits=DocumentLimits(settings.document_seconds, settings.document_memory_bytes),
            log_format=settings.log_format,
        )

    def _maker(
        self, pool: ReaderPool, executor: Executor, renderer: Renderer
    ) -> Callable[[Agency, Assignment], AgencyCrawl]:
        fetcher = Fetcher(self.crawler.engine.download_async)
        beside = len(self._assignments) or self._crawl_settings.agencies_at_once

        def make(agency: Agency, assignment: Assignment) -> AgencyCrawl:
            return AgencyCrawl(
                agency,
                settings=self._crawl_settings,
                store=self._store,
                executor=executor,
                fetcher=fetcher,
                readers=pool,
                save_seconds=max(0.8, beside / _SAVES_A_SECOND),
                assignment=assignment,
                worker=self._leases.worker,
                renderer=renderer if agency.render is not Render.NEVER else None,
            )

        return make

    def _errands(self, pool: ReaderPool) -> list[Errand]:
        """What a worker does beside its crawls."""
        if self._mode is Mode.ONCE:
            return []
        return [
            lambda over: run_pushes(self._store, pool, self._registry, self._leases.worker, over),
        ]
