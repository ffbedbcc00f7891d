"""Where can a person help you? Citizens' offices, service offices and libraries, with what is open today."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from crawler.record import Contact, Doctype
from crawler.registry import Agency, AgencyKind
from searchapi.catalogue import Entry
from searchapi.catalogue.collation import sort_key
from searchapi.knowledge import load
from searchapi.models import HitContact
from searchapi.pages.portal.here import Here, here
from searchapi.pages.rendering import page
from searchapi.query import words_of
from searchapi.show import contact_card

_FEW = 4
"""Of so many offices of an agency all are shown, where none lies in the reader's municipality."""
_MOST = 60

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class HelpPlace:
    """A place where somebody helps: its name, the page that tells of it, whose it is, and how to get there.

    `part_of` is the page's title where the name alone doesn't say what is there.
    """

    name: str
    part_of: str
    entry: Entry
    agency: Agency
    contact: HitContact


@router.get("/hjalp-pa-plats", response_class=HTMLResponse)
def places(request: Request) -> Response:
    """The places of a municipality, by kind."""
    place = here(request)
    groups = []
    seen: set[tuple[str, str]] = set()
    for kind in load("help_places")["kind"]:
        found = list(_places(place, tuple(kind["words"])))
        found.sort(key=_says_most)
        found = [one for one in found if _is_new(one, seen)]
        found.sort(key=lambda one: (place.near.index(one.agency), sort_key(one.name)))
        if found:
            groups.append((kind["id"], found[:_MOST]))
    return page(request, "portal/places.html", **place.values(), groups=groups)


def _places(place: Here, words: tuple[str, ...]) -> Iterator[HelpPlace]:
    for agency in place.near:
        if agency.kind is AgencyKind.REGION:
            continue  # (care has places of its own; this is about help with errands)
        for entry in place.catalogue.of(agency.id, Doctype.PLACE, Doctype.CONTACT):
            if entry.language != agency.languages[0] or entry.easy_read:
                continue
            of_page = _names(entry.title, words)
            contacts = [contact for contact in entry.contacts if of_page or _names(contact.name, words)]
            if agency.kind is not AgencyKind.MUNICIPALITY:
                contacts = _near(contacts, place.home)
            told = [
                card
                for one in contacts
                if (card := contact_card(one)) and (card.address or card.opening_hours)
            ]
            for card in told:
                name = card.name or ""
                if not name or (of_page and not _names(name, words) and len(told) == 1):
                    yield HelpPlace(entry.title, "", entry, agency, card)
                else:
                    part_of = entry.title if of_page and not _names(name, words) else ""
                    yield HelpPlace(name, part_of, entry, agency, card)


def _names(text: str, words: tuple[str, ...]) -> bool:
    return any(stem in word.casefold() for word in words_of(text[:200]) for stem in words)


def _near(contacts: list[Contact], home: Agency | None) -> list[Contact]:
    """Of an agency's offices in many places, those in the reader's; of a few elsewhere, all."""
    if home is not None:
        name = (home.short_name or home.name).casefold()
        here_ = [
            one
            for one in contacts
            if name in f"{one.name} {one.visiting_address} {one.postal_address}".casefold()
        ]
        if here_:
            return here_
    return contacts if len(contacts) <= _FEW else []


def _says_most(one: HelpPlace) -> tuple[bool, bool, bool]:
    """Places with hours, a number and a name that says what they are come first."""
    return not one.contact.opening_hours, not one.contact.phone, bool(one.part_of)


def _is_new(one: HelpPlace, seen: set[tuple[str, str]]) -> bool:
    """Whether no place of the same level was shown at its address yet, or, without one, with its name."""
    level = one.agency.id if one.agency.kind is AgencyKind.MUNICIPALITY else ""
    key = level, _street(one.contact.address or "") or f"{one.entry.url} {one.name}".casefold()
    if key in seen:
        return False
    seen.add(key)
    return True


def _street(address: str) -> str:
    """The part of an address with a house number: "Stadshuset, Hamntorget 1, 234 56 Sunnerby"."""
    parts = [part.strip().casefold() for part in address.replace("\n", ",").split(",")]
    return next((part for part in parts if part and part[-1:].isdigit() and not part[:1].isdigit()), "")
