"""POST /api/v1/recrawl and GET /api/v1/recrawl/{id}: what is to be crawled now, and what came of it?"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.concurrency import run_in_threadpool

from crawler.assignment import Assignment, Origin, assignment_of
from crawler.errors import AssignmentError
from crawler.store import PageStore
from crawler.store.audit import Audit
from crawler.store.queue import RecrawlQueue, RecrawlRequest
from crawler.store.tokens import Purpose, Token
from searchapi.errors import BadRequestError
from searchapi.operations.bearer import bearer, refuse_other_agency
from searchapi.operations.body import read_json, schema_of
from searchapi.operations.opened import registry_of, settings_of, store_of

router = APIRouter()

_MOST_BYTES = 16_384


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecrawlAsked(_Model):
    """What is to be crawled now: an agency's id, a host, or a URL (`section`: all beneath it)."""

    target: Annotated[str, Field(min_length=1, max_length=2000)]
    section: bool = False
    reason: Annotated[str, Field(max_length=500)] = ""


class RecrawlState(_Model):
    """A recrawl request. `status`: pending, running, finished, failed or cancelled."""

    id: int
    agency: str
    scope: str
    target: str
    status: str
    reason: str
    created: datetime
    not_before: datetime | None
    started: datetime | None
    finished: datetime | None
    attempts: int
    run: int | None
    progress: dict[str, Any]
    result: str


class RecrawlAnswer(_Model):
    """The request, and whether it is new: what waits already is not asked for twice."""

    request: RecrawlState
    new: bool


_ASKED = TypeAdapter(RecrawlAsked)


@router.post("/recrawl", status_code=202, openapi_extra=schema_of(RecrawlAsked))
async def ask(request: Request, response: Response) -> RecrawlAnswer:
    """Ask for something to be crawled now. Needs a token for recrawl."""
    token = await run_in_threadpool(bearer, request, Purpose.RECRAWL)
    asked = await read_json(request, _ASKED, most=_MOST_BYTES)
    answer = await run_in_threadpool(_ask, request, token, asked)
    response.headers["Location"] = f"/api/v1/recrawl/{answer.request.id}"
    response.headers["Cache-Control"] = "no-store"
    return answer


@router.get("/recrawl/{number}")
def state(
    request: Request, response: Response, number: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> RecrawlState:
    """How far a request has come. Needs a token for recrawl."""
    token = bearer(request, Purpose.RECRAWL)
    with store_of(request) as store:
        found = RecrawlQueue(store).get(number)
    if found is None or not token.is_for(found.agency):
        raise HTTPException(404)
    response.headers["Cache-Control"] = "no-store"
    return _state(found)


def _ask(request: Request, token: Token, asked: RecrawlAsked) -> RecrawlAnswer:
    try:
        assignment = assignment_of(asked.target, registry_of(request), section=asked.section)
    except AssignmentError as error:
        raise BadRequestError(str(error)) from None
    refuse_other_agency(token, assignment.agency)
    most = settings_of(request).recrawl_pending_per_token
    at = datetime.now(UTC)
    with store_of(request) as store:
        same = _refused_or_same(store, token, assignment, most)
        if same is not None:
            return RecrawlAnswer(request=_state(same), new=False)
        found, new = RecrawlQueue(store).ask(
            replace(assignment, origin=Origin.API),
            requester=token.who,
            reason=asked.reason.replace("\0", ""),
            at=at,
        )
        if new:
            Audit(store).note(
                token.who, "recrawl asked", f"{found.scope} {found.target}", found.reason, at=at
            )
    return RecrawlAnswer(request=_state(found), new=new)


def _refused_or_same(
    store: PageStore, token: Token, assignment: Assignment, most: int
) -> RecrawlRequest | None:
    """Raise HTTPException with 429 where too much of the token's waits, unless this does already: that."""
    queue = RecrawlQueue(store)
    if queue.pending_of(token.who) < most:
        return None
    same = queue.same(assignment)
    if same is None:
        raise HTTPException(
            429,
            f"{most} requests of this token wait already; ask again once some of them are done, or for a "
            "section or host instead of single pages",
            {"Retry-After": "60"},
        )
    return same


def _state(found: RecrawlRequest) -> RecrawlState:
    return RecrawlState(
        id=found.id,
        agency=found.agency,
        scope=found.scope.value,
        target=found.target,
        status=found.status,
        reason=found.reason,
        created=found.created,
        not_before=found.not_before,
        started=found.started,
        finished=found.finished,
        attempts=found.attempts,
        run=found.run,
        progress=found.progress,
        result=found.result,
    )
