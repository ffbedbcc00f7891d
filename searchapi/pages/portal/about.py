"""What is this site, is it accessible, and what does it store? Pages of text, and their facts."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from searchapi.api import service_of
from searchapi.feedback import LONGEST_COMMENT
from searchapi.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/om", response_class=HTMLResponse)
def about(request: Request) -> Response:
    """What this is and who is behind the pages that are found."""
    service = service_of(request)
    documents = sum(agency.documents for agency in service.agencies())
    return page(
        request,
        "portal/about.html",
        agencies=len(service.registry),
        documents=documents,
    )


@router.get("/tillganglighet", response_class=HTMLResponse)
def accessibility(request: Request) -> Response:
    """The accessibility statement (lagen om tillgänglighet till digital offentlig service, 2018:1937)."""
    return page(
        request, "portal/accessibility.html", longest=LONGEST_COMMENT, settings=request.app.state.settings
    )


@router.get("/integritet", response_class=HTMLResponse)
def privacy(request: Request) -> Response:
    """What is stored, and by whom."""
    return page(request, "portal/privacy.html", settings=request.app.state.settings)
