"""Which municipality is the reader's? The one in the address; else the one that the device remembers.

The only cookie of the public pages is set here, by a button that says what it does, and removed by another.
It holds the municipality's id and nothing else. Public terminals have pages of their own, which never ask.
"""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from crawler.registry import Agency, AgencyKind, Registry
from searchapi.errors import BadRequestError
from searchapi.form_body import read_form
from searchapi.pages.language import address, language_of
from searchapi.pages.sender import from_our_page

COOKIE = "min_kommun"
PATH = "/min-kommun"
_MAX_AGE = 180 * 24 * 3600
_LONGEST_WAY_BACK = 4000

router = APIRouter(include_in_schema=False)


@router.post(PATH)
async def choose(request: Request) -> Response:
    """Remember the municipality given, or forget it where none is; then go back to the page."""
    if not from_our_page(request):
        raise BadRequestError("the form was sent from another site")
    form = await read_form(request)
    back = form.get("back", "")
    response = RedirectResponse(
        back if _is_ours(back) else address(language_of(request), "/"), status_code=303
    )
    response.headers["Cache-Control"] = "no-store"
    wanted = form.get("kommun", "")
    if not wanted:
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return response
    agency = _municipality(request, wanted)
    if agency is None:
        raise BadRequestError(f"{wanted[:40]!r} is no municipality that takes part")
    response.set_cookie(
        COOKIE,
        agency.id,
        max_age=_MAX_AGE,
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_https(request),
    )
    return response


def remembered(request: Request) -> Agency | None:
    """The municipality that the reader has asked this device to remember."""
    return _municipality(request, request.cookies.get(COOKIE, ""))


def chosen(request: Request) -> str:
    """The id of the reader's municipality: as the address says, "" for all; else the remembered one."""
    if "kommun" in request.query_params:
        return request.query_params["kommun"].strip()
    agency = remembered(request)
    return agency.id if agency is not None else ""


def known(request: Request) -> str:
    """The same, but "" where the address names no municipality that takes part."""
    agency = _municipality(request, chosen(request))
    return agency.id if agency is not None else ""


def _municipality(request: Request, given: str) -> Agency | None:
    registry: Registry | None = getattr(request.app.state, "registry", None)
    if registry is None or given not in registry:
        return None
    agency = registry[given]
    return agency if agency.kind is AgencyKind.MUNICIPALITY else None


def _is_ours(path: str) -> bool:
    """Whether a way back is a path of this site, and nothing that a browser takes for another's address."""
    if not path.startswith("/") or len(path) > _LONGEST_WAY_BACK:
        return False
    return path[1:2] not in ("/", "\\") and path.isprintable()


def _is_https(request: Request) -> bool:
    public: str = request.app.state.settings.public_url
    return request.url.scheme == "https" or public.startswith("https://")
