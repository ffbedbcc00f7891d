"""For whom is a page of the portal? The reader's municipality, and who answers there; and the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from crawler.record import Contact, Doctype
from crawler.registry import Agency, AgencyKind, Registry
from searchapi.api import service_of
from searchapi.catalogue import Catalogue, CatalogueKeeper, Entry
from searchapi.catalogue.collation import sort_key
from searchapi.errors import PageNotFoundError
from searchapi.models import HitContact
from searchapi.pages.home import chosen
from searchapi.show import contact_card

_GENERAL = ("kontakta", "kontakt", "växel", "contact")
_ORDER = {AgencyKind.MUNICIPALITY: 0, AgencyKind.REGION: 1, AgencyKind.STATE: 2, AgencyKind.OTHER: 3}


@dataclass(frozen=True, slots=True)
class Here:
    """Whom a page is for: `home` is the reader's municipality or None, `near` who answers there, in order."""

    catalogue: Catalogue
    registry: Registry
    home: Agency | None
    near: tuple[Agency, ...]

    def values(self) -> dict[str, Any]:
        """What every page of the portal gives its template."""
        return {"kommun": self.home.id if self.home else "", "home": self.home}


def here(request: Request) -> Here:
    """Whom the page is for. Raise NotReadyError, UnknownAgencyError, PageNotFoundError."""
    service = service_of(request)
    registry = service.registry
    keeper: CatalogueKeeper = request.app.state.catalogue
    given = chosen(request)
    home = service.agency(given) if given else None
    if home is None and "kommun" not in request.query_params:
        alone = list(registry.of_kind(AgencyKind.MUNICIPALITY))
        home = alone[0] if len(alone) == 1 else None
    if home is not None and home.kind is not AgencyKind.MUNICIPALITY:
        raise PageNotFoundError(f"{home.id!r} is no municipality")
    return Here(keeper.current(service), registry, home, answering(registry, home))


def answering(registry: Registry, home: Agency | None) -> tuple[Agency, ...]:
    """Who answers in a municipality: it, its region, the state; without one the state, and an only region."""
    regions = list(registry.of_kind(AgencyKind.REGION))
    if home is None:
        regions = regions if len(regions) == 1 else []
    elif home.region:
        regions = [region for region in regions if region.id == home.region]
    others = [*registry.of_kind(AgencyKind.STATE), *registry.of_kind(AgencyKind.OTHER)]
    others.sort(key=lambda agency: (_ORDER[agency.kind], sort_key(agency.name)))
    return (*((home,) if home else ()), *regions, *others)


def main_contact(catalogue: Catalogue, agency: Agency) -> tuple[Entry, HitContact] | None:
    """The agency's own contact page with its main contact: the highest page of that kind that says so."""
    pages = [
        entry
        for entry in catalogue.of(agency.id, Doctype.CONTACT)
        if entry.contacts
        and entry.language == agency.languages[0]
        and entry.title.casefold().split()[0] in _GENERAL
    ]
    pages.sort(key=lambda entry: (len(entry.breadcrumb), entry.url.count("/"), len(entry.url), entry.url))
    for entry in pages:
        told = max(entry.contacts, key=_tells)
        card = contact_card(told)
        if card is not None:
            return entry, card
    return None


def cards(contacts: Sequence[Contact]) -> list[HitContact]:
    """Contacts as pages show them."""
    return [card for contact in contacts if (card := contact_card(contact)) is not None]


def _tells(contact: Contact) -> int:
    """How much a contact tells: an address counts most, as it is looked for on an agency's card."""
    return 2 * bool(contact.visiting_address) + bool(contact.opening_hours) + bool(contact.phone)
