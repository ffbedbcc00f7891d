"""What is there in English, in Finnish, and easy to read? A page each in that very language."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from crawler.registry import Agency
from searchapi.catalogue import Entry
from searchapi.catalogue.collation import sort_key
from searchapi.pages.portal.here import Here, here
from searchapi.pages.rendering import page
from searchapi.texts import Texts

_MOST = 100

router = APIRouter(include_in_schema=False)


@router.get("/in-english", response_class=HTMLResponse)
def english(request: Request) -> Response:
    """What can be done here in English."""
    return _in_language(request, "en")


@router.get("/suomeksi", response_class=HTMLResponse)
def finnish(request: Request) -> Response:
    """The same in Finnish."""
    return _in_language(request, "fi")


def _in_language(request: Request, code: str) -> Response:
    place = here(request)
    return page(
        request,
        "portal/in_language.html",
        **place.values(),
        own=Texts.load(code),
        groups=_by_agency(place, lambda entry: entry.language == code),
    )


@router.get("/lattlast", response_class=HTMLResponse)
def easy_read(request: Request) -> Response:
    """About the service in easy Swedish, and the pages that agencies have written so."""
    place = here(request)
    return page(
        request,
        "portal/easy.html",
        **place.values(),
        own=Texts.load("sv"),
        groups=_by_agency(place, lambda entry: entry.easy_read),
    )


def _by_agency(place: Here, wanted: Callable[[Entry], bool]) -> list[tuple[Agency, list[Entry]]]:
    groups = []
    for agency in place.near:
        found = [entry for entry in place.catalogue.of(agency.id) if wanted(entry)]
        found.sort(key=lambda entry: (len(entry.breadcrumb), sort_key(entry.title)))
        if found:
            groups.append((agency, found[:_MOST]))
    return groups
