"""POST and GET /api/v1/feedback: did readers find it, what were they looking for, and what did others say?"""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from starlette.concurrency import run_in_threadpool

from crawler.store.feedback import FeedbackBox
from crawler.store.tokens import Purpose
from searchapi.errors import BadRequestError, UnknownAgencyError
from searchapi.feedback import LONGEST_COMMENT, take_in
from searchapi.operations.bearer import bearer, refuse_other_agency
from searchapi.operations.body import read_json, schema_of
from searchapi.operations.opened import registry_of, settings_of, store_of
from searchapi.texts import STOCKHOLM

router = APIRouter()

_MOST_BYTES = 16_384
_MOST_ROWS = 500


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FeedbackGiven(_Model):
    """Whether a reader found what they looked for, and what that was, in their words: one of them at least.

    `agency` is the id of the agency that the search was at, empty for none. What tells who somebody is
    (personal numbers, e-mail, phone, card numbers, street addresses, names after "jag heter") is taken out
    before it is kept; no address, browser or time of the day is kept at all.
    """

    found: bool | None = None
    query: Annotated[str, Field(max_length=500)] = ""
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT)] = ""
    agency: Annotated[str, Field(max_length=63)] = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "sv"

    @model_validator(mode="after")
    def _says_something(self) -> "FeedbackGiven":
        if self.found is None and not self.comment.strip():
            raise ValueError("say found (true or false), or comment, or both")
        return self


class FeedbackTaken(_Model):
    """Feedback was taken in. Nobody answers it."""

    taken: bool


class FeedbackRow(_Model):
    """What was said on a day, so many times. `found` is null where only `comment` was added."""

    id: int
    day: date
    agency: str
    language: str
    found: bool | None
    query: str
    comment: str
    count: int
    handled: bool


class MissedQuery(_Model):
    """A query after which readers said that they did not find it, and how many said that they did."""

    query: str
    no: int
    yes: int


class FeedbackAnswer(_Model):
    """An agency's feedback since a day: shares, the queries that failed, and rows, the newest first.

    `next` is the `before` that the next page of rows begins with; null where there is none.
    """

    agency: str
    since: date | None
    yes: int
    no: int
    missed: list[MissedQuery]
    rows: list[FeedbackRow]
    next: int | None


_GIVEN = TypeAdapter(FeedbackGiven)


@router.post("/feedback", status_code=202, openapi_extra=schema_of(FeedbackGiven))
async def give(request: Request, response: Response) -> FeedbackTaken:
    """Say whether a search gave what was looked for. Open to every page and program; 429 for too much."""
    given = await read_json(request, _GIVEN, most=_MOST_BYTES)
    await run_in_threadpool(_keep, request, given)
    response.headers["Cache-Control"] = "no-store"
    return FeedbackTaken(taken=True)


@router.get("/feedback")
def read(
    request: Request,
    response: Response,
    agency: Annotated[
        str, Query(max_length=63, description="The agency's id; the token's own if empty.")
    ] = "",
    since: Annotated[date | None, Query(description="Only from this day on (2026-11-22).")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Rows older than this one.")] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_ROWS)] = 100,
) -> FeedbackAnswer:
    """What readers said. Needs a token for feedback; one of an agency reads that agency's alone."""
    token = bearer(request, Purpose.FEEDBACK)
    wanted = agency or token.agency
    if not wanted:
        raise BadRequestError("the token is for all agencies; say which one by agency=")
    refuse_other_agency(token, wanted)
    if wanted not in registry_of(request):
        raise UnknownAgencyError(f"{wanted!r} is no agency of the registry; see /api/v1/agencies")
    with store_of(request) as store:
        box = FeedbackBox(store, settings_of(request).feedback_days)
        box.prune(datetime.now(STOCKHOLM).date())
        rows = box.rows(agency=wanted, since=since, before=before, limit=limit)
        shares = {share.agency: share for share in box.shares(since=since)}
        missed = box.missed(agency=wanted, since=since)
    response.headers["Cache-Control"] = "no-store"
    share = shares.get(wanted)
    return FeedbackAnswer(
        agency=wanted,
        since=since,
        yes=share.yes if share else 0,
        no=share.no if share else 0,
        missed=[MissedQuery(query=one.query, no=one.no, yes=one.yes) for one in missed],
        rows=[
            FeedbackRow(
                id=row.id,
                day=row.day,
                agency=row.said.agency,
                language=row.said.language,
                found=row.said.found,
                query=row.said.query,
                comment=row.said.comment,
                count=row.count,
                handled=row.handled is not None,
            )
            for row in rows
        ],
        next=rows[-1].id if len(rows) == limit else None,
    )


def _keep(request: Request, given: FeedbackGiven) -> None:
    settings = settings_of(request)
    if given.agency and given.agency not in registry_of(request):
        raise BadRequestError(f"agency is {given.agency[:63]!r}, which is no agency of the registry")
    with store_of(request) as store:
        take_in(
            store,
            request.app.state.feedback_allowance,
            days=settings.feedback_days,
            agency=given.agency,
            language=given.language,
            found=given.found,
            query=given.query,
            comment=given.comment,
            at=datetime.now(UTC),
        )
