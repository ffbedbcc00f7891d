"""Who takes part? The agencies, and a page on each: how to reach it and what it offers."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from crawler.record import Doctype
from crawler.registry import Agency, AgencyKind, Registry
from searchapi.api import service_of
from searchapi.catalogue import Catalogue
from searchapi.catalogue.collation import sort_key
from searchapi.errors import PageNotFoundError
from searchapi.pages.portal.here import cards, here, main_contact
from searchapi.pages.rendering import page

_SERVICES = 20

router = APIRouter(include_in_schema=False)


@router.get("/myndigheter", response_class=HTMLResponse)
def agencies(request: Request) -> Response:
    """Every agency that takes part, by kind."""
    place = here(request)
    counts = {agency.id: agency.documents for agency in service_of(request).agencies()}
    groups = [
        (
            kind.value,
            [
                (agency, counts.get(agency.id, 0), main_contact(place.catalogue, agency))
                for agency in sorted(place.registry.of_kind(kind), key=lambda one: sort_key(one.name))
            ],
        )
        for kind in AgencyKind
    ]
    return page(
        request,
        "portal/agencies.html",
        **place.values(),
        groups=[(kind, rows) for kind, rows in groups if rows],
        total=len(place.registry),
    )


@router.get("/myndigheter/{agency_id}", response_class=HTMLResponse)
def agency(request: Request, agency_id: str) -> Response:
    """One agency."""
    place = here(request)
    if agency_id not in place.registry:
        raise PageNotFoundError(f"{agency_id[:40]!r} does not take part")
    found = place.registry[agency_id]
    catalogue = place.catalogue
    counts = {one.id: one.documents for one in service_of(request).agencies()}
    services = sorted(catalogue.of(found.id, Doctype.ESERVICE), key=lambda entry: sort_key(entry.title))
    main = main_contact(catalogue, found)
    return page(
        request,
        "portal/agency.html",
        **place.values(),
        agency=found,
        region=_region(place.registry, found),
        documents=counts.get(found.id, 0),
        main=main,
        contacts=cards(main[0].contacts) if main else [],
        services=services[:_SERVICES],
        service_count=len(services),
        form_count=len(catalogue.of(found.id, Doctype.FORM)),
        contact_count=len(catalogue.of(found.id, Doctype.CONTACT)),
        checked=_checked(catalogue, found),
    )


def _checked(catalogue: Catalogue, of: Agency) -> datetime | None:
    """When a page of the agency was asked for last; None where there is none."""
    return max((entry.checked for entry in catalogue.of(of.id) if entry.checked), default=None)


def _region(registry: Registry, of: Agency) -> Agency | None:
    """The region that a municipality lies in, where it takes part."""
    return next((region for region in registry.of_kind(AgencyKind.REGION) if region.id == of.region), None)
