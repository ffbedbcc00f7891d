"""The process that fetches: a job on stdin, events on stdout. See crawler.fetch for both."""

import json
import os
import resource
import sys
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from crawler.errors import CrawlerError
from crawler.fetch.turns import turn
from crawler.registry import load_registry
from crawler.settings import CrawlSettings
from crawler.store import PageStore


class Job(BaseModel):
    """What to crawl."""

    model_config = ConfigDict(extra="forbid")

    settings: CrawlSettings = CrawlSettings()
    agencies: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


def main() -> int:
    """Run one job. The exit status: 0, 1 where a run failed, 2 where the job can't be started."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints must not get between the events

    def emit(event: dict[str, Any]) -> None:
        try:
            events.write(json.dumps(event, ensure_ascii=False) + "\n")
        except BrokenPipeError:
            os.kill(os.getpid(), 15)  # nobody listens any more: end as if asked to

    try:
        job = Job.model_validate_json(sys.stdin.read())
        registry = load_registry(job.settings.registry)
        wanted = job.agencies or tuple(
            dict.fromkeys(agency.id for url in job.urls for agency in registry if agency.owns(url))
        )
        agencies = [registry[agency_id] for agency_id in dict.fromkeys(wanted)]
        store = PageStore(job.settings.store_url)
    except ValidationError as error:
        emit({"event": "error", "message": f"the job is not understood: {error}"})
        return 2
    except CrawlerError as error:
        emit({"event": "error", "message": str(error)})
        return 2
    try:
        # Single URLs may be asked again meanwhile; a whole crawl waits for no other.
        with store, turn(job.settings.data_dir, () if job.urls else [agency.id for agency in agencies]):
            return _run(job, agencies, registry, store, emit)
    except CrawlerError as error:
        emit({"event": "error", "message": str(error)})
        return 2


def _run(job: Job, agencies: list[Any], registry: Any, store: PageStore, emit: Any) -> int:
    # Imported here, so that processes that only read the job's types load neither Scrapy nor Twisted.
    from scrapy.crawler import AsyncCrawlerProcess

    from crawler.fetch.scrapy_settings import scrapy_settings
    from crawler.fetch.spider import FederationSpider

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65_536, hard) if hard > 0 else soft, hard))
    process = AsyncCrawlerProcess(scrapy_settings(job.settings))
    crawler = process.create_crawler(FederationSpider)
    process.crawl(
        crawler,
        agencies=agencies,
        registry=registry,
        settings=job.settings,
        store=store,
        urls=job.urls,
        emit=emit,
    )
    process.start(install_signal_handlers=False)
    spider = crawler.spider
    statuses = spider.statuses if isinstance(spider, FederationSpider) else {}
    if len(statuses) < len(agencies):
        emit({"event": "error", "message": "the crawl ended before its runs did; see the messages on stderr"})
        return 1
    return 1 if "failed" in statuses.values() else 0


if __name__ == "__main__":
    sys.exit(main())
