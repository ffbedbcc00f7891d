"""What does the index A–Ö of a municipality look like? Direct links, by letter, Å Ä Ö last."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from searchapi.catalogue.headwords import count, index_of
from searchapi.errors import PageNotFoundError
from searchapi.pages.portal.here import here
from searchapi.pages.rendering import page

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"
_MOST = 2500
"""From so many words on, a page shows one letter."""

router = APIRouter(include_in_schema=False)


@router.get("/a-o", response_class=HTMLResponse)
def index(request: Request) -> Response:
    """The index, whole or (`bokstav`) one letter of it."""
    place = here(request)
    found = index_of(place.catalogue, place.near)
    letter = request.query_params.get("bokstav", "").upper()
    if letter and letter not in LETTERS and letter not in found:
        raise PageNotFoundError(f"{letter[:10]!r} is no letter")
    total = count(found)
    if total > _MOST and not letter:
        letter = next(iter(found))
    shown = {letter: found.get(letter, [])} if letter else found
    return page(
        request,
        "portal/index.html",
        **place.values(),
        letters=[(one, one in found) for one in LETTERS],
        shown=shown,
        total=total,
        letter=letter,
        split=total > _MOST,
        near=place.near,
        agencies={agency.id: agency for agency in place.near},
    )
