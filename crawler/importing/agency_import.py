"""How are an agency's records of archives read? Each as a fetched page is, in one run of origin "import"."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from crawler.assignment import Assignment, Origin, Scope
from crawler.fetch.endings import Endings
from crawler.fetch.guard import refusal
from crawler.fetch.pageless import REDIRECTS, redirected, refused, target_of
from crawler.fetch.readers import ReaderPool
from crawler.http_body import BodyError
from crawler.importing.choice import Chosen, standing
from crawler.outcomes import Outcome
from crawler.page import FetchedPage
from crawler.record import RequestedUrl
from crawler.registry import Agency
from crawler.settings import CrawlSettings
from crawler.settle import settle
from crawler.store import PageStore, UrlState, Visit, VisitedLink
from crawler.warc import Head

_BATCH = 200
_MAX_TEXTS = 5
_MAX_DISCOVERED = 20_000


class AgencyImport:
    """The import of one agency's records: `begin`, `take` for each, `finish`.

    `states` are those of the URLs that are imported, `urls` all of these.
    """

    def __init__(
        self,
        agency: Agency,
        *,
        settings: CrawlSettings,
        store: PageStore,
        readers: ReaderPool,
        states: dict[str, UrlState],
        urls: frozenset[str],
        worker: str,
    ) -> None:
        self.agency = agency
        self.run = 0
        self._settings = settings
        self._store = store
        self._readers = readers
        self._states = states
        self._urls = urls
        self._worker = worker
        self._visits: list[Visit] = []
        self._saving = asyncio.Lock()
        self._endings = Endings(agency, states, self._visits.append)
        self._texts: dict[str, list[str]] = {}
        self._discovered: dict[str, Visit] = {}

    async def begin(self) -> None:
        """Begin the run. Raise StoreError."""
        only = next(iter(self._urls)) if len(self._urls) == 1 else ""
        # (not of scope "agency": it neither stands for the next planned crawl nor is gone on with)
        task = Assignment(self.agency.id, Scope.URL, only, Origin.IMPORT)
        self.run = await asyncio.to_thread(
            lambda: self._store.begin_run(self.agency.id, _now(), assignment=task, worker=self._worker)
        )
        known = await asyncio.to_thread(standing, self._store, self.agency.id, self._urls)
        for content_hash, url in known.items():
            self._endings.stands(content_hash, url)

    async def take(self, chosen: Chosen, head: Head, body: bytes | BodyError) -> asyncio.Task[None] | None:
        """Read a record. A page is read on in the task that is returned; await it before `finish`."""
        state = self._states.get(chosen.url)
        visit = Visit(
            url=chosen.url,
            agency=self.agency.id,
            outcome=Outcome.NOT_VISITED,
            at=chosen.at,
            http_status=head.status,
            # No validators: links are not followed here, so the next crawl is to read the page whole.
            content_type=head.headers.get("content-type", ""),
            depth=state.depth if state else 0 if chosen.url in self.agency.seeds else 1,
            found_on=state.found_on if state else "",
            size=len(body) if isinstance(body, bytes) else 0,
        )
        if head.status in {200, 203} and isinstance(body, bytes):
            page = FetchedPage(
                requested_url=RequestedUrl(head.url),
                url=chosen.url,
                status=head.status,
                headers=head.headers,
                body=body,
                fetched=chosen.at,
                depth=visit.depth,
                link_texts=tuple(self._texts.get(chosen.url, ())),
            )
            await self._readers.turn(page)
            return asyncio.create_task(self._read(visit, page))
        await self._end(self._unread(visit, head, body))
        return None

    async def _read(self, visit: Visit, page: FetchedPage) -> None:
        result, links = await self._readers.read(self.agency.id, page, self.run)
        for link in links:
            self._note(link.target, link.text, visit)
        visit = replace(
            visit,
            outcome=result.outcome,
            reason=result.reason,
            canonical_url=result.canonical_url,
            record=result.record,
            links=self._endings.new_links([VisitedLink(*link) for link in links if link.text]),
        )
        if result.outcome is Outcome.CANONICAL_ELSEWHERE and result.record is not None:
            self._endings.hold(visit)
            await self._save(_BATCH)
        else:
            await self._end(visit)

    def _note(self, target: str, text: str, source: Visit) -> None:
        """Remember what links say of pages to come, and what the next crawl is to visit."""
        if not self.agency.owns(target):
            return
        if target in self._urls:
            texts = self._texts.setdefault(target, [])
            if text and text not in texts and len(texts) < _MAX_TEXTS:
                texts.append(text)
        elif target not in self._discovered and len(self._discovered) < _MAX_DISCOVERED:
            private = self._settings.allow_private_addresses
            if refusal(target, self.agency, allow_private=private) is None:
                self._discovered[target] = Visit(
                    url=target,
                    agency=self.agency.id,
                    outcome=Outcome.NOT_VISITED,
                    at=source.at,
                    depth=source.depth + 1,
                    found_on=source.url,
                )

    def _unread(self, visit: Visit, head: Head, body: bytes | BodyError) -> Visit:
        """The visit of a URL that was answered with no page, as a crawl ends it."""
        texts = tuple(self._texts.get(visit.url, ()))
        if head.status in {200, 203} and isinstance(body, BodyError):
            return replace(visit, outcome=body.outcome, reason=body.reason)
        if head.status not in REDIRECTS:
            return refused(self.agency, visit, head.headers, texts)
        location = head.headers.get("location", "")
        target = target_of(self.agency, head.url, location)
        if target is not None and self.agency.canonical(target) == visit.url:
            return replace(visit, outcome=Outcome.REDIRECT_LOOP, reason=f"redirects to itself: {target}")
        ended = redirected(self.agency, visit, target, location, texts)
        if ended.outcome is Outcome.REDIRECTED:
            self._note(ended.canonical_url, "", visit)
        return ended

    async def _end(self, visit: Visit) -> None:
        self._endings.end(visit)
        await self._save(_BATCH)

    async def _save(self, at_least: int) -> None:
        async with self._saving:
            while len(self._visits) >= max(1, at_least):
                batch = self._visits[:_BATCH]
                await self._off_loop(
                    lambda batch=batch: self._store.save_visits(  # type: ignore[misc]
                        self.run, batch, floor=self._settings.wipe_floor
                    )
                )
                del self._visits[: len(batch)]

    async def save(self) -> None:
        """Save what was read so far. Raise StoreError."""
        await self._save(1)

    async def _off_loop(self, work: Callable[[], Any]) -> Any:
        return await asyncio.to_thread(work)

    async def finish(self, status: str, reason: str = "") -> str:
        """Save the rest and end the run with a status, which is returned; it may become "held".

        Raise StoreError.
        """
        if status != "failed":
            self._endings.release()
            if status == "finished":
                self._visits.extend(
                    visit for url, visit in self._discovered.items() if url not in self._endings
                )
            await self._save(1)
            await self._off_loop(lambda: settle(self._store, self.agency))
        settings = self._settings
        ended: str = await self._off_loop(
            lambda: self._store.finish_run(
                self.run,
                status,
                _now(),
                reason,
                share=settings.wipe_share,
                floor=settings.wipe_floor,
            )
        )
        return ended


def _now() -> datetime:
    return datetime.now(UTC)
