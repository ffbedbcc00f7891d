"""What does the start page show? The box, and where it searches."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from crawler.registry import AgencyKind
from searchapi.api import service_of
from searchapi.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def start(request: Request, kommun: str = "") -> Response:
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
            for agency in registry.of_kind(kind)
        ]
        if agencies:
            groups.append((kind.value, agencies))
    chosen = kommun if kommun in registry else ""
    return page(request, "start.html", kommun=chosen, agencies=groups, hint=True)
