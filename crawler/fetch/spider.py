"""How do several agencies' crawls share one Scrapy process?"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scrapy import Request, Spider, signals

from crawler.extract import DocumentLimits
from crawler.fetch.agency_crawl import AgencyCrawl
from crawler.fetch.download import Fetcher, stop_unread_types
from crawler.fetch.readers import ReaderPool
from crawler.registry import Agency, Registry
from crawler.settings import CrawlSettings
from crawler.store import PageStore

logger = logging.getLogger(__name__)

_PROGRESS_SECONDS = 1.0
_SAVES_A_SECOND = 40
_READING_GRACE = 30.0


class FederationSpider(Spider):
    """Crawls agencies side by side with Scrapy's downloader; queues, delays and rules are the agencies'."""

    name = "federation"
    custom_settings = None

    def __init__(
        self,
        *,
        agencies: list[Agency],
        registry: Registry,
        settings: CrawlSettings,
        store: PageStore,
        urls: tuple[str, ...],
        emit: Callable[[dict[str, Any]], None],
    ) -> None:
        super().__init__()
        self._agencies = agencies
        self._registry = registry
        self._crawl_settings = settings
        self._store = store
        self._urls = urls
        self._emit = emit
        self._stopping = asyncio.Event()
        self.statuses: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "FederationSpider":
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, FederationSpider)
        crawler.signals.connect(stop_unread_types, signal=signals.headers_received)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Crawl everything; no request goes through Scrapy's scheduler, so none is yielded."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        settings = self._crawl_settings
        pool = ReaderPool(
            self._agencies,
            [host for agency in self._registry for host in agency.hosts],
            processes=settings.extraction_processes,
            seconds=settings.document_seconds + _READING_GRACE,
            limits=DocumentLimits(settings.document_seconds, settings.document_memory_bytes),
        )
        pool.start()
        fetcher = Fetcher(self.crawler.engine.download_async)
        with ThreadPoolExecutor(1, thread_name_prefix="store") as executor:
            crawls = [
                AgencyCrawl(
                    agency,
                    settings=settings,
                    store=self._store,
                    executor=executor,
                    fetcher=fetcher,
                    readers=pool,
                    save_seconds=max(0.8, len(self._agencies) / _SAVES_A_SECOND),
                    urls=tuple(url for url in self._urls if agency.owns(url)) if self._urls else None,
                )
                for agency in self._agencies
            ]
            tasks = [asyncio.create_task(self._crawl(crawl), name=crawl.agency.id) for crawl in crawls]
            beside = [asyncio.create_task(self._tell(crawls)), asyncio.create_task(self._stop(crawls))]
            await asyncio.gather(*tasks)
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        await pool.close()
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # makes this an asynchronous generator, as Scrapy wants it
            yield request

    async def _crawl(self, crawl: AgencyCrawl) -> None:
        status, reason = await crawl.run()
        self.statuses[crawl.agency.id] = status
        self._emit({"event": "finished", **crawl.progress(), "status": status, "reason": reason})

    async def _tell(self, crawls: list[AgencyCrawl]) -> None:
        told: dict[str, dict[str, Any]] = {}
        while True:
            await asyncio.sleep(_PROGRESS_SECONDS)
            for crawl in crawls:
                progress = crawl.progress()
                seconds = progress.pop("seconds")
                if (
                    crawl.run_id
                    and crawl.agency.id not in self.statuses
                    and told.get(crawl.agency.id) != progress
                ):
                    told[crawl.agency.id] = progress
                    self._emit({"event": "progress", **progress, "seconds": seconds})

    async def _stop(self, crawls: list[AgencyCrawl]) -> None:
        await self._stopping.wait()
        logger.warning("stopping: what was fetched is being saved")
        for crawl in crawls:
            crawl.stop()
