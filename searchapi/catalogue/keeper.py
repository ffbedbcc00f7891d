"""Where does the catalogue come from? One walk over the index, and another once the index changed."""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.record import Contact, Doctype, DocumentRecord
from indexer.engine import Filters, Snapshot
from searchapi.catalogue.entries import LISTED, Catalogue, Entry
from searchapi.catalogue.subjects import OTHER, SubjectFinder
from searchapi.errors import SearchApiError
from searchapi.search import SearchService

_log = logging.getLogger(__name__)

MAX_ENTRIES = 300_000
"""Entries held at most: some 400 MB. What would come beyond them is left out, and told in the log."""
_MAX_OF_ONE = 20_000
"""Entries of one agency and doctype."""
_MAX_CONTACTS, _MAX_ACTIONS, _DESCRIPTION = 60, 30, 240
_PAUSE_EVERY, _PAUSE = 200, 0.004
"""After so many documents the walk lets searches go first, for so many seconds."""
_SHARE = 20.0
"""A walk is begun at the earliest after so many times of what the last one took: 5 % of one core at most."""
_LEAST_WAIT = 2.0
_LIMITS = Filters(doctypes=LISTED)
GROUPED = frozenset({Doctype.ESERVICE, Doctype.FORM, Doctype.CONTACT, Doctype.PLACE})
"""What pages list by subject. The others' subject is looked up where one of these has none of its own."""


class CatalogueKeeper:
    """Has the catalogue ready. Safe to share between threads; ended by `close`."""

    def __init__(self) -> None:
        self._catalogue: Catalogue | None = None
        self._took = 0.0
        self._ended_at = 0.0
        self._building = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def current(self, service: SearchService) -> Catalogue:
        """The catalogue. The first caller waits for it; later ones get the last while a new one is made.

        Raise NotReadyError where there is no index.
        """
        catalogue = self._catalogue
        if catalogue is None:
            snapshot = service.snapshot()
            with self._building:
                return self._catalogue or self._build(snapshot, pause=False)
        if service.snapshot().revision != catalogue.revision and self._rested():
            self._renew(service)
        return catalogue

    def fresh(self, service: SearchService) -> Catalogue:
        """The catalogue of the index as it stands now, whatever that takes."""
        snapshot = service.snapshot()
        with self._building:
            if self._catalogue is not None and self._catalogue.revision == snapshot.revision:
                return self._catalogue
            return self._build(snapshot, pause=False)

    def start(self, service: SearchService) -> None:
        """Begin the first walk in the background, so that the first reader need not wait for it."""
        self._renew(service)

    def close(self) -> None:
        """End what goes on in the background."""
        self._over.set()
        thread = self._thread
        if thread is not None:
            thread.join(timeout=10)

    def _rested(self) -> bool:
        return time.monotonic() - self._ended_at > max(_LEAST_WAIT, _SHARE * self._took)

    def _renew(self, service: SearchService) -> None:
        if self._over.is_set() or not self._building.acquire(blocking=False):
            return

        def run() -> None:
            try:
                self._build(service.snapshot(), pause=True)
            except SearchApiError as error:
                _log.debug("no catalogue yet: %s", error)
            finally:
                self._ended_at = time.monotonic()
                self._building.release()

        self._thread = threading.Thread(target=run, name="makes the catalogue", daemon=True)
        self._thread.start()

    def _build(self, snapshot: Snapshot, *, pause: bool) -> Catalogue:
        began = time.monotonic()
        revision = snapshot.revision
        counts: dict[tuple[str, Doctype], int] = {}
        entries: list[Entry] = []
        dropped = 0
        subjects = SubjectFinder()
        for entry in self._walk(snapshot, subjects, pause=pause):
            key = entry.agency, entry.doctype
            if counts.get(key, 0) >= _MAX_OF_ONE or len(entries) >= MAX_ENTRIES:
                dropped += 1
                continue
            counts[key] = counts.get(key, 0) + 1
            entries.append(entry)
        if self._over.is_set() and self._catalogue is not None:
            return self._catalogue
        if dropped:
            _log.warning("%d pages are left out of the lists: more than they hold", dropped)
        placed = with_subjects(distinct(entries), subjects)
        catalogue = Catalogue(revision, placed, built=datetime.now(UTC), dropped=dropped)
        self._catalogue = catalogue
        self._ended_at = time.monotonic()
        self._took = self._ended_at - began
        return catalogue

    def _walk(self, snapshot: Snapshot, subjects: SubjectFinder, *, pause: bool) -> Iterator[Entry]:
        for number, document in enumerate(snapshot.listed(_LIMITS), 1):
            if self._over.is_set():
                return
            yield entry_of(document.record, subjects)
            if pause and number % _PAUSE_EVERY == 0:
                self._over.wait(_PAUSE)


def entry_of(record: DocumentRecord, subjects: SubjectFinder) -> Entry:
    """What the catalogue keeps of a record."""
    to_do = record.doctype in {Doctype.ESERVICE, Doctype.FORM}
    path = urlsplit(record.url).path
    return Entry(
        url=record.url,
        title=" ".join(record.title.split()) or path.rpartition("/")[2] or record.url,
        agency=record.agency,
        doctype=record.doctype,
        language=record.language,
        needs_eid=record.needs_eid,
        easy_read=record.easy_read,
        subject=subjects.find(record.title, record.breadcrumb, path) if record.doctype in GROUPED else "",
        description=record.description[:_DESCRIPTION] if record.doctype is Doctype.ESERVICE else "",
        breadcrumb=record.breadcrumb,
        contacts=tuple(contact for contact in record.contacts[:_MAX_CONTACTS] if reachable(contact)),
        actions=() if to_do else record.actions[:_MAX_ACTIONS],
        content_type=record.content_type,
        content_length=record.content_length,
        checked=record.checked,
        start_page=path.strip("/") == "",
    )


def reachable(contact: Contact) -> bool:
    """Whether a contact tells anything that one can use."""
    return bool(
        contact.phone
        or contact.phone_written
        or contact.email
        or contact.visiting_address
        or contact.postal_address
        or contact.opening_hours
    )


def distinct(entries: list[Entry]) -> list[Entry]:
    """The entries without those that are another address of the same: an agency's same title and doctype.

    A page has a place in the site (a breadcrumb), and an address without parameters; a print view has not.
    """
    best: dict[tuple[str, Doctype, str, str, tuple[str, ...]], Entry] = {}
    for entry in entries:
        where = entry.breadcrumb[-1:] if entry.breadcrumb else ()
        key = entry.agency, entry.doctype, entry.language, entry.title.casefold(), where
        known = best.get(key)
        if known is None or _plainness(entry) < _plainness(known):
            best[key] = entry
    placed = {(one.agency, one.doctype, one.title.casefold()) for one in best.values() if one.breadcrumb}
    return [
        one
        for one in best.values()
        if one.breadcrumb
        or "?" not in one.url
        or (one.agency, one.doctype, one.title.casefold()) not in placed
    ]


def with_subjects(entries: list[Entry], subjects: SubjectFinder) -> list[Entry]:
    """The entries, where those whose own words tell no subject have that of a page that leads to them."""
    lost = {entry.url for entry in entries if entry.subject == OTHER}
    found: dict[str, str] = {}
    for entry in entries:
        led = [action.url for action in entry.actions if action.url in lost and action.url not in found]
        if led and entry.doctype is Doctype.GUIDE:
            subject = subjects.find(entry.title, entry.breadcrumb, urlsplit(entry.url).path)
            found.update(dict.fromkeys(led, subject))
    return [replace(entry, subject=found[entry.url]) if entry.url in found else entry for entry in entries]


def _plainness(entry: Entry) -> tuple[bool, int, str]:
    return "?" in entry.url, len(entry.url), entry.url
