"""How does a process of its own read pages? Frames of pickles on stdin and stdout, one page after another.

Started by crawler.fetch.readers. It ends when its stdin ends, so it
never outlives the process that fetches.
"""

import os
import pickle
import signal
import struct
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO, NamedTuple

from crawler.errors import InvalidUrlError
from crawler.extract import DocumentLimits
from crawler.logs import configure as configure_logs
from crawler.page import FetchedPage, PageLink, PageResult, Region
from crawler.reading import read_page
from crawler.record import CanonicalUrl
from crawler.registry import Agency, host_of
from crawler.urls import canonicalise

FRAME = struct.Struct(">I")
_MAX_CHROME_PER_HOST = 20_000
_MAX_CHROME_HOSTS = 500


class FoundLink(NamedTuple):
    """A link of a page to a page of an agency of the registry."""

    target: CanonicalUrl
    text: str
    chrome: bool


class Reading(NamedTuple):
    """What a page gave: its result without links, and the links worth following or keeping."""

    result: PageResult
    links: list[FoundLink]


class Reader:
    """Reads pages of given agencies. Links of a site's chrome are given once a run and host, not a page."""

    def __init__(self, agencies: Iterable[Agency], hosts: Iterable[str], limits: DocumentLimits) -> None:
        self._agencies = {agency.id: agency for agency in agencies}
        self._limits = limits
        self._hosts = frozenset(hosts)
        self._owners = {host: agency for agency in self._agencies.values() for host in agency.hosts}
        self._chrome: dict[tuple[int, str], set[FoundLink]] = {}

    def read(self, agency_id: str, page: FetchedPage, run: int = 0) -> Reading:
        """Read one page for a crawl run. Never raises."""
        result = read_page(page, self._agencies[agency_id], self._limits)
        return Reading(replace(result, links=()), self._found(page, result.links, run))

    def _found(self, page: FetchedPage, links: Iterable[PageLink], run: int) -> list[FoundLink]:
        key = (run, host_of(page.url))
        if key not in self._chrome and len(self._chrome) >= _MAX_CHROME_HOSTS:
            del self._chrome[next(iter(self._chrome))]  # the oldest: of a run that is over, most likely
        chrome = self._chrome.setdefault(key, set())
        found: dict[FoundLink, None] = {}
        for link in links:
            try:
                target = canonicalise(link.url)
                owner = self._owners.get(host_of(target))
                if owner is not None:
                    target = owner.canonical(target)
            except InvalidUrlError:
                continue
            known = FoundLink(target, link.text[:300], link.region is Region.CHROME)
            if known in found or known in chrome or host_of(target) not in self._hosts:
                continue
            found[known] = None
            if known.chrome and len(chrome) < _MAX_CHROME_PER_HOST:
                chrome.add(known)
        return list(found)


def main() -> None:
    """Read frames until there are no more."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the parent, which ends this process in its time
    source = sys.stdin.buffer
    # What a library prints must not get between the frames.
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    agencies, hosts, limits, log_format = pickle.loads(_frame(source))  # noqa: S301 - from our own parent
    configure_logs(log_format)
    reader = Reader(agencies, hosts, limits)
    while frame := _frame(source):
        agency_id, page, run = pickle.loads(frame)  # noqa: S301 - from our own parent
        answer = pickle.dumps(reader.read(agency_id, page, run), pickle.HIGHEST_PROTOCOL)
        sink.write(FRAME.pack(len(answer)))
        sink.write(answer)
        sink.flush()


def _frame(source: BinaryIO) -> bytes:
    head = source.read(FRAME.size)
    if len(head) < FRAME.size:
        return b""
    return source.read(FRAME.unpack(head)[0])
