"""Did the reader find it? What the form under the hits leads to: kept, thanked, and asked for more.

Nobody is logged in here, so a forged form could take nothing of anybody's; but other sites' forms could fill
the box with rubbish. So a form is taken only from a page of ours, as far as the browser tells (W3C Fetch
Metadata), and not where a field is filled in that no person sees.
"""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from crawler.registry import Agency, Registry
from searchapi.errors import BadRequestError, PageNotFoundError
from searchapi.feedback import LONGEST_COMMENT, TooMuchFeedbackError, take_in
from searchapi.form_body import read_form
from searchapi.operations.opened import settings_of, store_of
from searchapi.pages.language import address, language_of
from searchapi.pages.navigation import has_room
from searchapi.pages.rendering import max_query, page
from searchapi.pages.sender import from_our_page

PATH = "/aterkoppling"
_TRAP = "honung"
_FOUND = {"ja": True, "nej": False}
_THANKS = {"ja": "thanks_yes", "nej": "thanks_no", "text": "thanks_comment"}

router = APIRouter(include_in_schema=False)


@router.post(PATH)
async def take(request: Request) -> Response:
    """Keep what a form says, and lead on by a GET, so that loading the page again says nothing twice."""
    if not from_our_page(request):
        return _told(request, 403, "foreign")
    try:
        form = await read_form(request)
        given = _Given(request, form)
    except BadRequestError:
        return _told(request, 400, "bad")
    if not form.get(_TRAP):
        try:
            await run_in_threadpool(_keep, request, given)
        except TooMuchFeedbackError as error:
            response = _told(request, error.status, "busy")
            response.headers["Retry-After"] = "60"
            return response
    return RedirectResponse(given.thanks, 303)


@router.get(f"{PATH}/tack")
def thanks(request: Request) -> Response:
    """The thanks, and after a no the question what the reader was looking for."""
    state = _THANKS.get(request.query_params.get("svar", ""))
    if state is None:
        raise PageNotFoundError("there is no such answer")
    agency = _agency(request, request.query_params.get("kommun", ""))
    return page(
        request,
        "feedback_said.html",
        state=state,
        query=request.query_params.get("q", "").strip()[: max_query(request)],
        kommun=agency.id if agency else "",
        agency=agency,
        has_contacts=has_room("/kontakt"),
        longest_comment=LONGEST_COMMENT,
    )


class _Given:
    """What a form says. Raise BadRequestError where it says neither yes nor no, nor anything else."""

    def __init__(self, request: Request, form: dict[str, str]) -> None:
        answer = form.get("svar", "")
        self.query = form.get("q", "").strip()
        # Browsers send a line's end as two signs, and count it as one.
        self.comment = form.get("kommentar", "").replace("\r\n", "\n").strip()
        if answer not in {"", *_FOUND} or not (answer or self.comment):
            raise BadRequestError("the form says neither yes nor no")
        if len(self.query) > max_query(request) or len(self.comment) > LONGEST_COMMENT:
            raise BadRequestError("the form says more than it has room for")
        self.found = _FOUND.get(answer)
        agency = _agency(request, form.get("kommun", ""))
        self.agency = agency.id if agency else ""
        self.language = language_of(request)
        self.thanks = address(
            self.language,
            f"{PATH}/tack",
            svar="text" if self.comment else answer,
            q=self.query,
            kommun=self.agency,
        )


def _keep(request: Request, given: _Given) -> None:
    with store_of(request) as store:
        take_in(
            store,
            request.app.state.feedback_allowance,
            days=settings_of(request).feedback_days,
            agency=given.agency,
            language=given.language,
            found=given.found,
            query=given.query,
            comment=given.comment,
            at=datetime.now(UTC),
        )


def _agency(request: Request, id_: str) -> Agency | None:
    registry: Registry | None = getattr(request.app.state, "registry", None)
    return registry[id_] if registry is not None and id_ in registry else None


def _told(request: Request, status: int, state: str) -> Response:
    return page(request, "feedback_said.html", status=status, state=state, agency=None, has_contacts=False)
