"""The process that fetches: a job on stdin, events on stdout. See crawler.fetch for both."""

import json
import logging
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from crawler.assignment import Assignment, Scope
from crawler.errors import CrawlerError, CrawlUnderWayError, StoreError
from crawler.fetch.claims import Mode
from crawler.fetch.due import Due
from crawler.logs import configure as configure_logs
from crawler.registry import Registry, load_registry
from crawler.registry_watch import RegistryWatch
from crawler.settings import CrawlSettings
from crawler.store import PageStore
from crawler.store.leases import Leases, worker_id

logger = logging.getLogger(__name__)

Emit = Callable[[dict[str, Any]], None]


class Job(BaseModel):
    """What to do."""

    model_config = ConfigDict(extra="forbid")

    settings: CrawlSettings = CrawlSettings()
    agencies: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    worker: bool = False
    drain: bool = False

    @property
    def mode(self) -> Mode:
        """When it is done."""
        if self.drain:
            return Mode.DRAIN
        return Mode.WORKER if self.worker else Mode.ONCE


def main() -> int:
    """Run one job. The exit status: 0, 1 where a run failed, 2 where the job can't be started."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints must not get between the events

    def emit(event: dict[str, Any]) -> None:
        try:
            events.write(json.dumps(event, ensure_ascii=False) + "\n")
        except BrokenPipeError:
            os.kill(os.getpid(), 15)  # nobody listens any more: end as if asked to

    configure_logs()
    unheard = False
    try:
        job = Job.model_validate_json(sys.stdin.read())
        unheard = job.mode is not Mode.ONCE
        configure_logs(job.settings.log_format)
        watch = RegistryWatch(job.settings.registry)
        registry = load_registry(job.settings.registry)
        with PageStore(job.settings.store_url) as store:
            leases = Leases(store, worker_id(), job.settings.lease_seconds, kind=job.mode.value)
            leases.begin(_now())
            try:
                leases.sweep(_now())
                assignments = _assignments(job, registry, store)
                _take(leases, [assignment.agency for assignment in assignments])
                return _run(job, registry, store, leases, assignments, watch, emit)
            finally:
                _leave(leases)
    except ValidationError as error:
        message = f"the job is not understood: {error}"
    except CrawlerError as error:
        message = str(error)
    if unheard:
        logger.error("%s", message)  # whoever keeps a worker running doesn't read its events
    emit({"event": "error", "message": message})
    return 2


def _assignments(job: Job, registry: Registry, store: PageStore) -> list[Assignment]:
    """The runs that a one-shot job begins with; one that was broken off goes on."""
    if job.mode is not Mode.ONCE:
        return []
    found: dict[str, Assignment] = {}
    if job.urls:
        for agency in registry:
            urls = tuple(dict.fromkeys(str(agency.canonical(url)) for url in job.urls if agency.owns(url)))
            if urls and (not job.agencies or agency.id in job.agencies):
                found[agency.id] = Assignment(agency.id, Scope.URL, urls[0], urls=urls)
        return list(found.values())
    due = Due(store, registry)
    for name in dict.fromkeys(job.agencies):
        found[name] = replace(Assignment(registry[name].id), continues=due.broken_off(name))
    return list(found.values())


def _take(leases: Leases, agencies: list[str]) -> None:
    busy = [agency for agency in agencies if not leases.take(agency, _now())]
    if busy:
        raise CrawlUnderWayError(
            f"another process crawls {', '.join(busy)} already; wait until it is done, or stop it"
        )


def _leave(leases: Leases) -> None:
    try:
        leases.end()
    except StoreError as error:  # the next process finds that this one is gone
        logger.error("%s", error)


def _run(
    job: Job,
    registry: Registry,
    store: PageStore,
    leases: Leases,
    assignments: list[Assignment],
    watch: RegistryWatch,
    emit: Emit,
) -> int:
    # Imported here, so that processes that only read the job's types load neither Scrapy nor Twisted.
    from scrapy.crawler import AsyncCrawlerProcess

    from crawler.fetch.scrapy_settings import scrapy_settings
    from crawler.fetch.spider import FederationSpider

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65_536, hard) if hard > 0 else soft, hard))
    logging.disable(logging.INFO)  # Scrapy greets before it can be told not to
    process = AsyncCrawlerProcess(scrapy_settings(job.settings))
    configure_logs(job.settings.log_format)  # (Scrapy sets levels of its own)
    crawler = process.create_crawler(FederationSpider)
    process.crawl(
        crawler,
        mode=job.mode,
        registry=registry,
        settings=job.settings,
        store=store,
        leases=leases,
        assignments=assignments,
        watch=watch if job.mode is Mode.WORKER else None,
        emit=emit,
    )
    process.start(install_signal_handlers=False)
    spider = crawler.spider
    if not isinstance(spider, FederationSpider) or not spider.ended:
        emit({"event": "error", "message": "the crawl ended before its runs did; see the messages on stderr"})
        return 1
    return 1 if job.mode is Mode.ONCE and "failed" in spider.statuses else 0


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
