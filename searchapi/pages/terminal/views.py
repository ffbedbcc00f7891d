"""What stands on each page of a terminal? The template, and what it is given."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import Request

from crawler.record import Doctype
from crawler.registry import Agency, AgencyKind, Registry
from searchapi.api import service_of
from searchapi.catalogue.collation import sort_key
from searchapi.errors import NotReadyError, PageNotFoundError
from searchapi.knowledge import load
from searchapi.models import AgencyInfo, Hit, HitContact
from searchapi.pages.errands import Errand, errands
from searchapi.pages.parameters import TABS, pages_of
from searchapi.pages.rendering import texts_for
from searchapi.pages.results import FILE_TYPES, MOST_PAGES
from searchapi.pages.terminal.asked import Asked, View
from searchapi.pages.terminal.codes import code
from searchapi.pages.terminal.one_page import OnePage, one_page
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.show import Targets
from searchapi.telephone import dialled
from searchapi.terminals import Terminal

HITS = 5
SUGGESTIONS = 5
EXAMPLES = 6
_SWITCHBOARD = "växel"
_PLACES = "medborgarkontor servicekontor bibliotek"
_MOST_PLACES = 4
_targets = Targets()

Shown = tuple[str, Mapping[str, Any]]


def view(request: Request, terminal: Terminal, asked: Asked) -> Shown:
    """The template of a page and its values. Raise PageNotFoundError, and as a search does."""
    service = service_of(request)
    match asked.view:
        case View.RESULTS:
            return _results(service, terminal, asked)
        case View.HIT:
            return _hit(service, asked)
        case View.CONTACT:
            return _contact(service, terminal)
        case View.ABOUT:
            return "terminal/about.html", {}
        case _:
            return "terminal/start.html", {"examples": _examples(request, terminal)}


def municipalities(registry: Registry) -> tuple[Agency, ...]:
    """The municipalities that take part."""
    return registry.of_kind(AgencyKind.MUNICIPALITY)


def _examples(request: Request, terminal: Terminal) -> list[Errand]:
    """Common errands that have an answer; none while there is no index, so that a terminal comes up."""
    try:
        return errands(request, texts_for(request), terminal.municipality)[:EXAMPLES]
    except NotReadyError:
        return []


def _results(service: SearchService, terminal: Terminal, asked: Asked) -> Shown:
    response = service.search(
        SearchRequest(
            q=asked.q, kommun=terminal.municipality or None, page=asked.page, limit=HITS, tab=asked.tab
        )
    )
    others = {"documents": response.documents, "news": response.news, asked.tab: response}
    counts = {name: others[name].total if others.get(name) else None for name in TABS}  # type: ignore[union-attr]
    return "terminal/results.html", {
        "response": response,
        "tabs": [
            (name, count) for name, count in counts.items() if count or count is None or name == asked.tab
        ],
        "first": (response.page - 1) * HITS + 1,
        "pages": min(pages_of(response.total, HITS), MOST_PAGES),
    }


def _hit(service: SearchService, asked: Asked) -> Shown:
    found = one_page(service.snapshot(), service.registry, _targets, asked.url, asked.source)
    if found is None:
        raise PageNotFoundError("this page is not in the index")
    phone = next((contact.phone for contact in found.contacts if contact.phone), None)
    return "terminal/hit.html", {
        "found": found,
        "code": code(found.url),
        "now": datetime.now(UTC),
        "phone": phone,
        "phone_code": code(f"tel:{phone}") if phone else None,
        "reached": _reached(found),
        "file_types": FILE_TYPES,
    }


def _reached(found: OnePage) -> list[Any]:
    """The actions that lead on: a contact whose facts stand on the page already does not."""
    return [action for action in found.actions if action.kind != "contact" or not found.contacts]


def _contact(service: SearchService, terminal: Terminal) -> Shown:
    """Whom to call, and where to go: the municipality first, then its region, then the state."""
    order = [AgencyKind.REGION, AgencyKind.STATE, AgencyKind.OTHER]
    home = terminal.municipality
    region = service.registry[home].region if home else ""
    agencies = service.agencies()
    own = next((agency for agency in agencies if agency.id == home), None)
    others = [agency for agency in agencies if agency.kind in order and _near(agency, home, region)]
    if own is None:
        others += [agency for agency in agencies if agency.kind is AgencyKind.MUNICIPALITY]
    number = own.switchboard if own else ""
    contact = _switchboard(service, home, dialled(number)) if number else None
    if contact is not None:
        contact = contact.model_copy(update={"phone": None})  # it stands above already
    return "terminal/contact.html", {
        "own": own,
        "own_contact": contact,
        "number": number,
        "code": code(f"tel:{dialled(number)}") if number else None,
        "places": _places(service, home) if own else [],
        "others": sorted(others, key=lambda agency: (agency.kind not in order[:1], sort_key(agency.name))),
    }


def _near(agency: AgencyInfo, home: str, region: str) -> bool:
    """Whether an agency serves people of the home municipality: its own region, and all that is no region."""
    return not home or agency.kind is not AgencyKind.REGION or agency.id == region


def _switchboard(service: SearchService, home: str, number: str) -> HitContact | None:
    """Address and opening hours of the municipality as a whole: those that a page tells with its number."""
    request = SearchRequest(q=_SWITCHBOARD, kommun=home, agency=home, tab="contacts", limit=HITS)
    contacts = (hit.contact for hit in service.search(request).hits)
    return next((contact for contact in contacts if contact and contact.phone == number), None)


def _places(service: SearchService, home: str) -> list[Hit]:
    """Places of the municipality where a person can help, with when they are open."""
    words = [word for kind in load("help_places")["kind"] for word in kind["words"]]
    request = SearchRequest(q=_PLACES, kommun=home, agency=home, doctype=[Doctype.PLACE], limit=_MOST_PLACES)
    found = []
    for hit in service.search(request).hits:
        name = f"{hit.title} {hit.contact.name if hit.contact else ''}".casefold()
        if hit.contact and any(word in name for word in words):
            found.append(hit)
    return found
