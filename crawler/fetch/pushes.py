"""Who reads the documents that agencies send themselves? A task of the worker, beside its crawls."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from crawler.errors import StoreError
from crawler.fetch.reader_process import Reading
from crawler.fetch.readers import ReaderPool
from crawler.outcomes import Outcome
from crawler.page import FetchedPage
from crawler.record import DocumentRecord, RequestedUrl
from crawler.registry import Registry
from crawler.store import PageStore, Visit, VisitedLink
from crawler.store.pushes import Push, Pushes
from crawler.understand.signature import content_hash

logger = logging.getLogger(__name__)

_BATCH = 50
_BATCH_BYTES = 64_000_000
_LOOK_SECONDS = 0.25
_DEAD_SECONDS = 120.0
_RETRY_SECONDS = 5.0


async def run_pushes(
    store: PageStore, readers: ReaderPool, registry: Registry, worker: str, stopping: asyncio.Event
) -> None:
    """Read what agencies send until `stopping` is set; what is in hand then is read to its end.

    `readers` must know every agency of the registry. `worker` is the process's name in the table of workers.
    Each batch is saved in a short run of origin "push" of its agency. While the store can't be written, it
    is tried again every few seconds; nothing that was sent is lost.
    """
    pushes = Pushes(store)
    agencies = [agency.id for agency in registry]
    looked = 0.0
    while not stopping.is_set():
        try:
            now = asyncio.get_running_loop().time()
            if not looked or now - looked > _DEAD_SECONDS / 4:
                looked = now
                await asyncio.to_thread(
                    lambda: pushes.give_back_of_the_dead(worker, _now(), seconds=_DEAD_SECONDS)
                )
            batch = await asyncio.to_thread(
                lambda: pushes.claim(worker, agencies=agencies, limit=_BATCH, most_bytes=_BATCH_BYTES)
            )
            if batch:
                await _read_batch(store, pushes, readers, worker, batch)
            else:
                await _wait(stopping, _LOOK_SECONDS)
        except StoreError as error:
            logger.error("documents sent by agencies wait: %s; trying again in %.0f s", error, _RETRY_SECONDS)
            await _wait(stopping, _RETRY_SECONDS)
            await _give_back(pushes, worker)


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


async def _give_back(pushes: Pushes, worker: str) -> None:
    try:
        await asyncio.to_thread(pushes.give_back, worker)
    except StoreError:
        return  # the next turn tells of it


async def _read_batch(
    store: PageStore, pushes: Pushes, readers: ReaderPool, worker: str, batch: Sequence[Push]
) -> None:
    """Read documents of one agency, save them as visits of a run, and tell how each ended."""
    agency = batch[0].agency
    run = await asyncio.to_thread(lambda: pushes.begin_run(agency, worker, _now()))
    status, reason = "failed", "it came to no end"
    try:
        visits = await asyncio.gather(*(_visit(readers, push, run) for push in batch))
        await asyncio.to_thread(store.save_visits, run, visits)
        ended = [(push, visit.outcome, visit.reason) for push, visit in zip(batch, visits, strict=True)]
        await asyncio.to_thread(lambda: pushes.finish(agency, ended, _now()))
        status, reason = "finished", ""
    except StoreError as error:
        reason = str(error)
        raise
    except Exception as error:
        # The edge of one batch: the next ones are read, and what can't be read doesn't come again for ever.
        reason = f"{type(error).__name__}: {error}"[:500]
        logger.exception("agency %s: documents that it sent could not be read", agency)
        failed = [(push, Outcome.EXTRACTION_FAILED, f"it could not be read: {reason}") for push in batch]
        await asyncio.to_thread(lambda: pushes.finish(agency, failed, _now()))
    finally:
        await asyncio.to_thread(lambda: store.finish_run(run, status, _now(), reason=reason))


async def _visit(readers: ReaderPool, push: Push, run: int) -> Visit:
    """Read a document as a fetched page is read."""
    headers = {"content-type": push.content_type}
    if push.language:
        headers["content-language"] = push.language
    page = FetchedPage(
        requested_url=RequestedUrl(push.url),
        url=push.url,
        status=200,
        headers=headers,
        body=push.content,
        fetched=push.received,
        link_texts=(push.title,) if push.title else (),
    )
    await readers.turn(page)
    reading = await readers.read(push.agency, page, run)
    return _ended(push, reading)


def _ended(push: Push, reading: Reading) -> Visit:
    result = reading.result
    visit = Visit(
        url=push.url,
        agency=push.agency,
        outcome=result.outcome,
        at=_now(),
        reason=result.reason,
        canonical_url=push.url,
        content_type=push.content_type,
        size=len(push.content),
        record=_as_given(push, result.record),
        links=tuple(VisitedLink(*link) for link in reading.links if link.text),
        pushed=True,
    )
    if result.outcome is Outcome.CANONICAL_ELSEWHERE and result.record is not None:
        # The agency names the address itself, so it says more than what its templates write.
        reason = f"sent for this address, though {result.reason}"
        return replace(visit, outcome=Outcome.INDEXED, reason=reason)
    return visit


def _as_given(push: Push, record: DocumentRecord | None) -> DocumentRecord | None:
    """The record with the title and language that the agency gave beside the document."""
    if record is None:
        return None
    changes: dict[str, str] = {}
    if push.title:
        changes |= {"title": push.title, "content_hash": content_hash(push.title, record.text)}
    if push.language:
        changes |= {"language": push.language, "language_evidence": "given by the agency with the document"}
    return record.model_copy(update=changes) if changes else record


def _now() -> datetime:
    return datetime.now(UTC)
