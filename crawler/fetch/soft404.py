"""Which pages of a run only say that there is no page? Judged by how each host says so."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.fetch import missing
from crawler.fetch.download import Answer
from crawler.fetch.host import Host
from crawler.fetch.missing import Look, MissingPage
from crawler.fetch.readers import ReaderPool
from crawler.page import FetchedPage
from crawler.record import DocumentRecord, RequestedUrl
from crawler.registry import Agency, host_of
from crawler.store.hosts import HostState


class MissingPages:
    """How the hosts of an agency say "not found", for one run: from an earlier one, or asked anew."""

    def __init__(self, agency: Agency, readers: ReaderPool) -> None:
        self._agency = agency
        self._readers = readers
        self._seeds = frozenset(agency.canonical(seed) for seed in agency.seeds)
        self._known: dict[str, MissingPage | None] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    def recall(self, state: HostState, now: datetime) -> bool:
        """Use what an earlier run found out about a host. Return whether there was something to use."""
        found = missing.known(state.missing_page, state.probed, now)
        self._known[state.host] = found
        return found is not None

    def ask(self, host: Host, origin: str) -> "asyncio.Task[None]":
        """Begin to find out how a host says that a page is not there. Judgements wait until that is done."""
        self._asking[host.name] = task = asyncio.create_task(self._ask(host, origin))
        return task

    async def _ask(self, host: Host, origin: str) -> None:
        self._known[host.name] = await missing.probe(host, origin, self._read)

    async def _read(self, answer: Answer, url: str) -> Look | None:
        page = FetchedPage(
            requested_url=RequestedUrl(url),
            url=url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            fetched=datetime.now(UTC),
        )
        await self._readers.turn(page)
        result, _ = await self._readers.read(self._agency.id, page)
        record = result.record
        return None if record is None else Look(record.title, record.signature, len(record.text))

    async def of_page(self, url: str, record: DocumentRecord) -> str:
        """Why a page that was read is no page; empty where it is one."""
        found = await self._of_host(url)
        return missing.looks_missing(record.title, record.signature, found, length=len(record.text))

    async def of_redirect(self, url: str, target: str) -> str:
        """Why a redirect means that a page is not there; empty where it means that it moved."""
        return missing.redirects_to_missing(target, await self._of_host(url))

    async def _of_host(self, url: str) -> MissingPage | None:
        if url in self._seeds or urlsplit(url).path == "/":
            return None
        name = host_of(url)
        task = self._asking.get(name)
        if task is not None and not task.done():
            await asyncio.wait((task,))
        return self._known.get(name)
