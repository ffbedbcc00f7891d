"""What must be done when life changes? The events, and each as a guide for the reader's municipality."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from searchapi.catalogue.life import life_events, live_steps
from searchapi.errors import PageNotFoundError
from searchapi.pages.portal.here import here, main_contact
from searchapi.pages.rendering import page
from searchapi.pages.results import FILE_TYPES
from searchapi.show import contact_card

router = APIRouter(include_in_schema=False)


@router.get("/livshandelser", response_class=HTMLResponse)
def events(request: Request) -> Response:
    """The events of life."""
    place = here(request)
    return page(request, "portal/life.html", **place.values(), events=life_events())


@router.get("/livshandelser/{name}", response_class=HTMLResponse)
def event(request: Request, name: str) -> Response:
    """One event, step by step."""
    place = here(request)
    wanted = next((one for one in life_events() if one.id == name), None)
    if wanted is None:
        raise PageNotFoundError(f"{name[:40]!r} is no event of life")
    steps = [
        (
            step,
            contact_card(step.contact),
            main_contact(place.catalogue, step.agency) if step.agency else None,
        )
        for step in live_steps(place.catalogue, wanted, place.near)
    ]
    return page(
        request,
        "portal/event.html",
        **place.values(),
        event=wanted,
        steps=steps,
        others=[one for one in life_events() if one is not wanted],
        file_types=FILE_TYPES,
    )
