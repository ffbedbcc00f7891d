"""The process that imports: a job on stdin, events on stdout. See crawler.importing for both."""

import asyncio
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from crawler import logs
from crawler.errors import CrawlerError, CrawlUnderWayError, StoreError
from crawler.extract import DocumentLimits
from crawler.fetch.readers import ReaderPool
from crawler.importing.agency_import import AgencyImport
from crawler.importing.choice import Choice, Chosen
from crawler.registry import Registry, load_registry
from crawler.settings import CrawlSettings
from crawler.store import PageStore
from crawler.store.leases import Leases, worker_id
from crawler.warc import WarcFile

logger = logging.getLogger(__name__)

Emit = Callable[[dict[str, Any]], None]

_TELL_SECONDS = 0.3
_SAVE_SECONDS = 1.0
_READING_GRACE = 30.0
_LOST = "another process took this one for dead and crawls the agency"


class Job(BaseModel):
    """What to import."""

    model_config = ConfigDict(extra="forbid")

    settings: CrawlSettings = CrawlSettings()
    files: tuple[Path, ...] = ()


def main() -> int:
    """Run one job. The exit status: 0, 1 where a run failed, 2 where the job can't be started."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints must not get between the events

    def emit(event: dict[str, Any]) -> None:
        try:
            events.write(json.dumps(event, ensure_ascii=False) + "\n")
        except BrokenPipeError:
            os.kill(os.getpid(), signal.SIGTERM)  # nobody listens any more: end as if asked to

    try:
        job = Job.model_validate_json(sys.stdin.read())
        logs.configure(job.settings.log_format)
        registry = load_registry(job.settings.registry)
        with PageStore(job.settings.store_url) as store:
            leases = Leases(store, worker_id(), job.settings.lease_seconds, kind="import")
            leases.begin(_now())
            try:
                leases.sweep(_now())
                return asyncio.run(_Importing(job, registry, store, leases, emit).run())
            finally:
                with suppress(StoreError):  # the next process finds that this one is gone
                    leases.end()
    except ValidationError as error:
        emit({"event": "error", "message": f"the job is not understood: {error}"})
    except CrawlerError as error:
        emit({"event": "error", "message": str(error)})
    return 2


class _Importing:
    """One job: look through all files, then read what was chosen."""

    def __init__(self, job: Job, registry: Registry, store: PageStore, leases: Leases, emit: Emit) -> None:
        self._settings = job.settings
        self._files = [WarcFile(path) for path in job.files]
        self._registry = registry
        self._store = store
        self._leases = leases
        self._emit = emit
        self._choice = Choice(registry)
        self._imports: dict[str, AgencyImport] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = ""
        self._failure: BaseException | None = None
        self._read = 0
        self._told = 0.0

    async def run(self) -> int:
        """Import. Return the exit status; raise CrawlerError where nothing could begin."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop, "asked to stop")
        renewing = asyncio.create_task(self._renew(), name="renews the leases")
        try:
            await asyncio.to_thread(self._look)
            await asyncio.to_thread(self._choice.compare, self._store)
            status = 0
            if self._choice.chosen and not self._stopped:
                await asyncio.to_thread(self._take)
                status = await self._import()
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
        choice = self._choice
        self._emit(
            {
                "event": "told",
                "records": choice.records,
                "skipped": dict(choice.skipped.most_common()),
                "faults": choice.faults,
            }
        )
        return status

    def _stop(self, reason: str) -> None:
        self._stopped = self._stopped or reason

    def _look(self) -> None:
        for number, warc in enumerate(self._files):
            self._choice.look_through(number, warc, lambda file: self._go_on("looking", file))
            self._go_on("looking", warc, now=True)

    def _take(self) -> None:
        busy = [agency for agency in self._choice.agencies if not self._leases.take(agency, _now())]
        if busy:
            raise CrawlUnderWayError(
                f"another process crawls {', '.join(busy)} now; import again when it is done, or stop it"
            )

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._settings.lease_seconds / 3)
            with suppress(StoreError):  # the leases hold for a while yet
                if await asyncio.to_thread(self._leases.renew, _now(), tuple(self._imports)):
                    self._stop(_LOST)

    def _go_on(self, phase: str, warc: WarcFile, *, now: bool = False) -> bool:
        """Tell how far it is, now and then. Return whether to go on."""
        if now or time.monotonic() - self._told >= _TELL_SECONDS:
            self._told = time.monotonic()
            self._emit(
                {
                    "event": "progress",
                    "phase": phase,
                    "file": warc.path.name,
                    "read": warc.position,
                    "size": warc.size,
                    "records": warc.records,
                    "pages": self._read if phase == "reading" else len(self._choice.chosen),
                }
            )
        return not self._stopped

    async def _import(self) -> int:
        settings = self._settings
        agencies = [self._registry[agency] for agency in self._choice.agencies]
        readers = ReaderPool(
            list(self._registry),
            [host for agency in self._registry for host in agency.hosts],
            # A hostile page costs a process of its own, never this one.
            processes=max(1, settings.extraction_processes),
            seconds=settings.document_seconds + _READING_GRACE,
            limits=DocumentLimits(settings.document_seconds, settings.document_memory_bytes),
        )
        readers.start()
        status, reason = "failed", "it came to no end"
        try:
            for agency in agencies:
                urls = [one.url for one in self._choice.chosen.values() if one.agency == agency.id]
                made = AgencyImport(
                    agency,
                    settings=settings,
                    store=self._store,
                    readers=readers,
                    states={url: self._choice.states[url] for url in urls if url in self._choice.states},
                    urls=frozenset(urls),
                    worker=self._leases.worker,
                )
                await made.begin()
                self._imports[agency.id] = made
                self._emit({"event": "run", "agency": agency.id, "run": made.run})
            await self._read_all()
            status, reason = ("stopped", self._stopped) if self._stopped else ("finished", "")
        except StoreError as error:
            reason = str(error)
        except Exception as error:
            # The edge of the process: the runs end with the reason, and it is logged.
            logger.exception("the import failed")
            reason = f"{type(error).__name__}: {error}"[:500]
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            ends = [await self._finish(one, status, reason) for one in self._imports.values()]
            await readers.close()
        return 0 if status != "failed" and "failed" not in ends else 1

    async def _read_all(self) -> None:
        saved = time.monotonic()
        for number, warc in enumerate(self._files):
            wanted = self._choice.of_file(number)
            if not wanted:
                continue
            records = warc.bodies(wanted, self._settings.max_body_bytes)
            while not self._stopped:
                found = await asyncio.to_thread(next, records, None)
                if found is None:
                    break
                await self._take_one(wanted[found[0].number], *found)
                self._go_on("reading", warc)
                if time.monotonic() - saved >= _SAVE_SECONDS:
                    saved = time.monotonic()
                    for one in self._imports.values():
                        await one.save()
            self._go_on("reading", warc, now=True)
        await asyncio.gather(*self._tasks)
        self._raise_failure()

    async def _take_one(self, chosen: Chosen, head: Any, body: Any) -> None:
        self._raise_failure()
        task = await self._imports[chosen.agency].take(chosen, head, body)
        self._read += 1
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._failure = self._failure or task.exception()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    async def _finish(self, one: AgencyImport, status: str, reason: str) -> str:
        try:
            status = await one.finish(status, reason)
        except StoreError as error:
            logger.error("agency %s: %s", one.agency.id, error)
            status, reason = "failed", str(error)
        self._emit(
            {
                "event": "finished",
                "agency": one.agency.id,
                "run": one.run,
                "status": status,
                "reason": reason,
            }
        )
        return status


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
