"""Which records of archives are imported? The newest of each address, unless the store has a newer visit."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from crawler.errors import InvalidUrlError
from crawler.fetch.guard import refusal
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl
from crawler.registry import Agency, Registry, host_of
from crawler.store import PageStore, UrlState
from crawler.warc import Head, WarcFile

_CLOCKS_DIFFER = timedelta(days=1)
# A URL that ended so was not asked for at all, so any record of it says more.
_NOT_ASKED = frozenset(
    {
        Outcome.NOT_VISITED,
        Outcome.NOT_DUE,
        Outcome.PAGE_LIMIT,
        Outcome.TOO_DEEP,
        Outcome.TRAP,
        Outcome.DENIED_BY_REGISTRY,
    }
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A record that is to be imported. `file` is an index into the list of files."""

    url: CanonicalUrl
    agency: str
    file: int
    number: int
    at: datetime


class Choice:
    """The chosen records by their address, the states of these, and why all others were skipped."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._latest = datetime.now(UTC) + _CLOCKS_DIFFER
        self._counts: Counter[str] = Counter()
        self.chosen: dict[str, Chosen] = {}
        self.states: dict[str, UrlState] = {}
        self.skipped: Counter[str] = Counter()
        self.faults: list[str] = []
        self.records = 0

    @property
    def agencies(self) -> tuple[str, ...]:
        """Those that something is imported for, in the registry's order."""
        having = {chosen.agency for chosen in self.chosen.values()}
        return tuple(agency.id for agency in self._registry if agency.id in having)

    def of_file(self, file: int) -> dict[int, Chosen]:
        """A file's chosen records by their numbers."""
        return {chosen.number: chosen for chosen in self.chosen.values() if chosen.file == file}

    def look_through(self, file: int, warc: WarcFile, told: Callable[[WarcFile], bool]) -> None:
        """Choose among a file's records. `told` is called after each, and ends it by returning False."""
        for head in warc.heads():
            self._consider(file, head)
            if not told(warc):
                break
        self.records += warc.records
        self.skipped.update(warc.skipped)
        if warc.fault:
            self.faults.append(warc.fault)

    def _consider(self, file: int, head: Head) -> None:
        owner, url, why_not = self._address(head)
        if owner is None or url is None:
            self.skipped[why_not] += 1
            return
        earlier = self.chosen.get(url)
        if earlier is not None:
            self.skipped["an older record of the same address"] += 1
            if earlier.at >= head.at:
                return
        elif self._counts[owner.id] >= owner.max_pages:
            self.skipped["beyond the agency's max_pages"] += 1
            return
        else:
            self._counts[owner.id] += 1
        self.chosen[url] = Chosen(url, owner.id, file, head.number, head.at)

    def _address(self, head: Head) -> tuple[Agency | None, CanonicalUrl | None, str]:
        """Whose page it is and its canonical URL, or why it isn't imported."""
        owner = self._registry.of_host(host_of(head.url))
        if owner is None:
            return None, None, "of a host of no agency"
        try:
            url = owner.canonical(head.url)
        except InvalidUrlError:
            return None, None, "not an address that can be crawled"
        if head.at > self._latest:
            return None, None, "dated in the future"
        if urlsplit(url).path == "/robots.txt":
            return None, None, "no page or document"
        refused = refusal(url, owner, allow_private=True)  # (nothing is asked for)
        match refused.outcome if refused else None:
            case None:
                return owner, url, ""
            case Outcome.DENIED_BY_REGISTRY:
                return None, None, "left out by allow and deny of the registry"
            case Outcome.UNSUPPORTED_TYPE:
                return None, None, "no page or document"
            case _:
                return None, None, "of a host of no agency"

    def compare(self, store: PageStore) -> None:
        """Leave out what the store knows a visit of that is as new, or newer. Raise StoreError."""
        for agency in self.agencies:
            for state in store.url_states(agency):
                chosen = self.chosen.get(state.url)
                if chosen is None:
                    continue
                if state.pushed:
                    self._drop(state.url, "sent by the agency itself")
                elif state.outcome not in _NOT_ASKED and state.last_visit >= chosen.at:
                    self._drop(state.url, "no newer than the last visit")
                else:
                    self.states[state.url] = state

    def _drop(self, url: str, reason: str) -> None:
        del self.chosen[url]
        self.skipped[reason] += 1


def standing(store: PageStore, agency: str, without: Iterable[str]) -> dict[str, str]:
    """Content hash -> URL of an agency's documents, but for some URLs."""
    left_out = frozenset(without)
    return {
        state.content_hash: state.url
        for state in store.url_states(agency)
        if state.outcome.kept and state.content_hash and state.url not in left_out
    }
