"""What does the start page show? The box, common errands, the rooms of the site, and where it searches."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from crawler.registry import AgencyKind
from searchapi.api import service_of
from searchapi.pages import home
from searchapi.pages.errands import errands
from searchapi.pages.rendering import page, texts_for

SHOWN = 6
"""Agencies of a kind that the start page names; all of them have a page of their own."""

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def start(request: Request) -> Response:
    """The start page."""
    service = service_of(request)
    registry = service.registry
    counts = {agency.id: agency.documents for agency in service.agencies()}
    groups = []
    for kind in AgencyKind:
        agencies = [
            {
                "name": agency.name,
                "web": agency.contact.web or agency.seeds[0],
                "switchboard": agency.contact.switchboard,
                "documents": counts.get(agency.id, 0),
            }
            for agency in registry.of_kind(kind)[:SHOWN]
        ]
        if agencies:
            groups.append((kind.value, agencies))
    kommun = home.known(request)
    return page(
        request,
        "start.html",
        kommun=kommun,
        agencies=groups,
        more=any(len(registry.of_kind(kind)) > SHOWN for kind in AgencyKind),
        errands=errands(request, texts_for(request), kommun),
        hint=True,
    )
