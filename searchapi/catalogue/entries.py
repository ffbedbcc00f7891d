"""What does the catalogue know of a page? An entry a page, all entries of one state of the index together."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from crawler.record import Action, Contact, Doctype
from searchapi.remembered import Remembered

LISTED = frozenset(
    {Doctype.ESERVICE, Doctype.FORM, Doctype.CONTACT, Doctype.PLACE, Doctype.GUIDE, Doctype.OTHER}
)
"""What the catalogue holds: what people do, read or ask, and the pages above these; no news, no documents."""
_MAX_DERIVED = 128

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the index, without its text.

    `subject` is a key of knowledge/subjects.toml. `description` is short, and only e-services have one.
    """

    url: str
    title: str
    agency: str
    doctype: Doctype
    language: str = "sv"
    needs_eid: bool | None = None
    easy_read: bool = False
    subject: str = ""
    description: str = ""
    breadcrumb: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    actions: tuple[Action, ...] = ()
    content_type: str = "text/html"
    content_length: int = 0
    checked: datetime | None = None
    start_page: bool = False


class Catalogue:
    """The entries of one state of the index. It never changes; what is worked out from it is kept with it."""

    def __init__(self, revision: int, entries: Iterable[Entry], *, built: datetime, dropped: int = 0) -> None:
        """`built`: when the index was read. `dropped`: entries left out as there were too many."""
        self.revision = revision
        self.built = built
        self.dropped = dropped
        by_agency: dict[str, dict[Doctype, list[Entry]]] = {}
        for entry in entries:
            by_agency.setdefault(entry.agency, {}).setdefault(entry.doctype, []).append(entry)
        self._entries: Mapping[str, Mapping[Doctype, tuple[Entry, ...]]] = {
            agency: {doctype: tuple(rows) for doctype, rows in by_type.items()}
            for agency, by_type in by_agency.items()
        }
        self._by_url: dict[str, dict[str, Entry]] = {}
        self._leading: dict[str, dict[str, list[Entry]]] = {}
        self._derived: Remembered[Any] = Remembered(_MAX_DERIVED)

    def of(self, agency: str, *doctypes: Doctype) -> list[Entry]:
        """An agency's entries of some doctypes, or all of them."""
        by_type = self._entries.get(agency, {})
        return [entry for doctype in doctypes or by_type for entry in by_type.get(doctype, ())]

    def at(self, agency: str, url: str) -> Entry | None:
        """The entry of an agency's page, or None where it is not in the catalogue."""
        known = self._by_url.get(agency)
        if known is None:
            known = self._by_url[agency] = {entry.url: entry for entry in self.of(agency)}
        return known.get(url)

    def leading_to(self, agency: str, url: str) -> list[Entry]:
        """The agency's guides that lead to a page of its own, those that lead to the fewest others first."""
        known = self._leading.get(agency)
        if known is None:
            known = {}
            for entry in sorted(self.of(agency, Doctype.GUIDE), key=lambda one: (len(one.actions), one.url)):
                for led in dict.fromkeys(action.url for action in entry.actions):
                    known.setdefault(led, []).append(entry)
            self._leading[agency] = known
        return known.get(url, [])

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, kept under a key with the catalogue; of many keys, those asked for last."""
        return cast(T, self._derived.get(key, make))
