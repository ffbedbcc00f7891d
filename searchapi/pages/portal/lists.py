"""Which e-services, forms and contacts are there? The catalogue as pages, by subject or by agency."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from crawler.record import Doctype
from crawler.registry import Agency
from searchapi.catalogue import Catalogue, Entry
from searchapi.catalogue.collation import sort_key
from searchapi.catalogue.subjects import OTHER, subjects
from searchapi.errors import PageNotFoundError
from searchapi.highlight import lemmas_of
from searchapi.pages.language import language_of
from searchapi.pages.parameters import page_number, pages_of
from searchapi.pages.portal.here import Here, cards, here, main_contact
from searchapi.pages.rendering import page
from searchapi.pages.results import FILE_TYPES

_FIRST = 10
"""So many of a group are shown before the reader asks for all of it."""
_PAGE = 200
_UNITS = 60

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: a page and whose it is."""

    entry: Entry
    agency: Agency


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading: `total` of them, of which `rows` are shown. `key` narrows the page to
    them; groups by subject are named by it."""

    key: str
    heading: str
    total: int
    rows: Sequence[Row]


@router.get("/e-tjanster", response_class=HTMLResponse)
def eservices(request: Request) -> Response:
    """Everything that can be done online."""
    return _listed(request, Doctype.ESERVICE, "portal/eservices.html")


@router.get("/blanketter", response_class=HTMLResponse)
def forms(request: Request) -> Response:
    """Everything to fill in and send."""
    return _listed(request, Doctype.FORM, "portal/forms.html")


def _listed(request: Request, doctype: Doctype, template: str) -> Response:
    place = here(request)
    by = "agency" if request.query_params.get("ordning") == "myndighet" else "subject"
    only = request.query_params.get("amne" if by == "subject" else "myndighet", "")
    rows = _rows(place, doctype, language_of(request))
    groups = _by_agency(place, rows) if by == "agency" else _by_subject(rows)
    if only and only not in {group.key for group in groups} | _possible(place, by):
        raise PageNotFoundError(f"there is no group {only[:40]!r}")
    number = page_number(request.query_params.get("sida", ""))
    shown = [_cut(group, number, narrowed=bool(only)) for group in groups if not only or group.key == only]
    return page(
        request,
        template,
        **place.values(),
        where=request.url.path,
        groups=groups,
        shown=shown,
        by=by,
        only=only,
        number=number,
        pages=pages_of(shown[0].total, _PAGE) if only and shown else 1,
        total=len(rows),
        file_types=FILE_TYPES,
    )


def _rows(place: Here, doctype: Doctype, language: str) -> list[Row]:
    rows = [
        Row(entry, agency)
        for agency in place.near
        for entry in place.catalogue.of(agency.id, doctype)
        if entry.language in {agency.languages[0], language}
    ]
    rows.sort(key=lambda row: sort_key(row.entry.title))
    return rows


def _by_subject(rows: Sequence[Row]) -> list[Group]:
    names = [*(subject.id for subject in subjects()), OTHER]
    found: dict[str, list[Row]] = {name: [] for name in names}
    for row in rows:
        found[row.entry.subject].append(row)
    return [Group(name, "", len(of), of) for name, of in found.items() if of]


def _by_agency(place: Here, rows: Sequence[Row]) -> list[Group]:
    groups = []
    for agency in place.near:
        own = [row for row in rows if row.agency is agency]
        if own:
            groups.append(Group(agency.id, agency.name, len(own), own))
    return groups


def _possible(place: Here, by: str) -> set[str]:
    if by == "agency":
        return {agency.id for agency in place.near}
    return {OTHER, *(subject.id for subject in subjects())}


def _cut(group: Group, number: int, *, narrowed: bool) -> Group:
    if not narrowed:
        most = _FIRST if group.total > _FIRST + 2 else group.total
        return Group(group.key, group.heading, group.total, group.rows[:most])
    first = (number - 1) * _PAGE
    return Group(group.key, group.heading, group.total, group.rows[first : first + _PAGE])


@router.get("/kontakt", response_class=HTMLResponse)
def contacts(request: Request) -> Response:
    """Whom to call, write to and visit: the agencies themselves, and the units and people of one of them."""
    place = here(request)
    given = request.query_params.get("myndighet", "")
    if given and given not in place.registry:
        raise PageNotFoundError(f"{given[:40]!r} does not take part")
    agency = place.registry[given] if given else place.home
    number = page_number(request.query_params.get("sida", ""))
    units = _units(place.catalogue, agency, language_of(request)) if agency else []
    first = (number - 1) * _UNITS
    return page(
        request,
        "portal/contacts.html",
        **place.values(),
        agency=agency,
        units=[
            (entry, [(card, not _repeats(card.name or "", entry.title)) for card in cards(entry.contacts)])
            for entry in units[first : first + _UNITS]
        ],
        total=len(units),
        number=number,
        pages=pages_of(len(units), _UNITS),
        main=main_contact(place.catalogue, agency) if agency else None,
        others=[
            (one, len(place.catalogue.of(one.id, Doctype.CONTACT)), main_contact(place.catalogue, one))
            for one in place.near
            if one is not agency
        ],
    )


def _units(catalogue: Catalogue, agency: Agency, language: str) -> list[Entry]:
    units = [
        entry
        for entry in catalogue.of(agency.id, Doctype.CONTACT)
        if entry.contacts and entry.language in {agency.languages[0], language}
    ]
    return sorted(units, key=lambda entry: sort_key(entry.title))


def _repeats(name: str, title: str) -> bool:
    """Whether a contact's name says no more than its page's title: "Familjerätten, kontakt"."""
    own, of_page = lemmas_of(name), lemmas_of(title)
    return bool(own) and own <= of_page | {"kontakt"} and of_page <= own | {"kontakt"}
