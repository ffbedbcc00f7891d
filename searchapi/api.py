"""Which addresses does the API have? GET /api/v1/search, /suggest, /agencies, and the two health checks."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from crawler.record import Doctype
from searchapi.errors import BadRequestError, NotReadyError
from searchapi.models import (
    AgenciesResponse,
    AgencyInfo,
    ErrorResponse,
    SearchResponse,
    Suggestion,
    SuggestResponse,
)
from searchapi.readiness import report
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.suggest import MAX_SUGGESTIONS

router = APIRouter(
    prefix="/api/v1",
    responses={status: {"model": ErrorResponse} for status in (400, 404, 414, 500, 503)},
)
health = APIRouter(include_in_schema=False)

_TRUE, _FALSE = frozenset({"1", "true", "ja", "yes"}), frozenset({"0", "false", "nej", "no"})


@router.get("/search")
def search(
    request: Request,
    q: Annotated[str, Query(description="The query, in any words.")] = "",
    kommun: Annotated[str, Query(description="Home municipality: id, code or name.")] = "",
    agency: Annotated[str, Query(description="Only this agency: id, code or name.")] = "",
    doctype: Annotated[list[str], Query(description="Only these doctypes.")] = [],  # noqa: B006 - FastAPI copies it
    language: Annotated[str, Query(description="Only this language (ISO 639-1).")] = "",
    eid: Annotated[str, Query(description="1: only what needs e-legitimation, 0: only what does not.")] = "",
    page: int = 1,
    limit: int | None = None,
    sort: str = "relevance",
    explain: Annotated[str, Query(description="1: with reasons.")] = "",
    tab: str = "main",
) -> SearchResponse:
    """Search. The shape of the answer is SearchResponse; empty parameters count as not given."""
    return service_of(request).search(
        SearchRequest(
            q=q,
            kommun=kommun or None,
            agency=agency or None,
            doctype=_doctypes(doctype),
            language=language or None,
            eid=_flag("eid", eid),
            page=page,
            limit=limit,
            sort=sort,
            explain=_flag("explain", explain) is True,
            tab=tab,
        )
    )


@router.get("/suggest")
def suggest(request: Request, q: str = "", kommun: str = "", limit: int = 6) -> SuggestResponse:
    """What the reader may be about to type: titles of pages that do or explain something."""
    if not 1 <= limit <= MAX_SUGGESTIONS:
        raise BadRequestError(f"limit is {limit}; give a number from 1 to {MAX_SUGGESTIONS}")
    service = service_of(request)
    return SuggestResponse(
        query=q,
        suggestions=[
            Suggestion(
                text=one.text, doctype=one.doctype, label=service.doctype_label(one.doctype), url=one.url
            )
            for one in service.suggest(q, kommun or None, limit=limit)
        ],
    )


@router.get("/agencies")
def agencies(request: Request) -> AgenciesResponse:
    """The participating agencies."""
    return AgenciesResponse(agencies=service_of(request).agencies())


@router.get("/agencies/{agency_id}")
def agency(request: Request, agency_id: str) -> AgencyInfo:
    """One agency, by id, municipality code or name."""
    service = service_of(request)
    found = service.agency(agency_id)
    return next(one for one in service.agencies() if one.id == found.id)


@health.get("/healthz")
def healthz() -> Response:
    """Whether the process answers at all."""
    return JSONResponse({"status": "ok"})


@health.get("/readyz")
def readyz(request: Request) -> Response:
    """Whether searches can be answered (status 503 where not), and what needs a person, by name."""
    body = report(request.app.state)
    return JSONResponse(body.model_dump(), status_code=200 if body.ready else 503)


def service_of(request: Request) -> SearchService:
    """The service that answers. Raise NotReadyError where it could not be opened."""
    service: SearchService | None = getattr(request.app.state, "service", None)
    if service is None:
        missing = "; ".join(getattr(request.app.state, "missing", [])) or "the program is starting"
        raise NotReadyError(missing)
    return service


def _doctypes(given: Iterable[str]) -> tuple[Doctype, ...]:
    """Doctypes, given one parameter each or with commas between."""
    found: list[Doctype] = []
    for name in (part.strip() for value in given for part in value.split(",")):
        if not name:
            continue
        try:
            found.append(Doctype(name))
        except ValueError:
            raise BadRequestError(f"doctype is {name[:40]!r}; give one of {', '.join(Doctype)}") from None
    return tuple(found)


def _flag(name: str, given: str) -> bool | None:
    value = given.strip().lower()
    if not value:
        return None
    if value in _TRUE | _FALSE:
        return value in _TRUE
    raise BadRequestError(f"{name} is {given[:40]!r}; give 1 or 0")
