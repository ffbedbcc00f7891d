"""Which addresses does the open data have? GET /api/v1/catalogue: JSON in pages, CSV and JSON-LD whole."""

from collections.abc import Iterator, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from crawler.record import Doctype
from crawler.registry import Agency
from searchapi.api import service_of
from searchapi.catalogue.keeper import CatalogueKeeper
from searchapi.catalogue.open_data import KINDS, CatalogueResponse, as_csv, as_json_ld, chosen, item
from searchapi.errors import BadRequestError
from searchapi.models import ErrorResponse

PATH = "/api/v1/catalogue"
MAX_LIMIT = 1000
_FORMATS = ("json", "csv", "jsonld")

router = APIRouter(responses={status: {"model": ErrorResponse} for status in (400, 404, 503)})


@router.get(PATH, response_model=CatalogueResponse)
def catalogue(
    request: Request,
    kind: Annotated[str, Query(description="eservice, form, contact or place; several with commas.")] = "",
    agency: Annotated[str, Query(description="Only this agency: id, code or name.")] = "",
    format: Annotated[str, Query(description="json (in pages), csv or jsonld (whole).")] = "json",
    offset: int = 0,
    limit: int = 100,
) -> CatalogueResponse | Response:
    """The catalogue of e-services, forms, contacts and places, as open data. Empty parameters count as not
    given; contacts' details are those that the agencies' own pages publish.
    """
    if format not in _FORMATS:
        raise BadRequestError(f"format is {format[:40]!r}; give one of {', '.join(_FORMATS)}")
    if offset < 0 or not 1 <= limit <= MAX_LIMIT:
        raise BadRequestError(f"give an offset from 0 and a limit from 1 to {MAX_LIMIT}")
    service = service_of(request)
    registry = service.registry
    keeper: CatalogueKeeper = request.app.state.catalogue
    found = keeper.current(service)
    agencies: Sequence[Agency] = [service.agency(agency)] if agency.strip() else list(registry)
    rows = chosen(found, agencies, _kinds(kind))
    if format == "csv":
        return _streamed(as_csv(rows), "text/csv; charset=utf-8", "medborgarsok-catalogue.csv")
    if format == "jsonld":
        return _streamed(as_json_ld(rows), "application/ld+json", "medborgarsok-catalogue.jsonld")
    after = offset + limit
    parameters = {"kind": kind, "agency": agency, "offset": after, "limit": limit}
    given = urlencode({name: value for name, value in parameters.items() if value})
    return CatalogueResponse(
        total=len(rows),
        offset=offset,
        limit=limit,
        next=f"{PATH}?{given}" if after < len(rows) else None,
        built=found.built,
        items=[item(of, entry) for of, entry in rows[offset:after]],
    )


def _kinds(given: str) -> tuple[Doctype, ...]:
    names = [name.strip() for name in given.split(",") if name.strip()]
    known = {kind.value: kind for kind in KINDS}
    strange = [name for name in names if name not in known]
    if strange:
        raise BadRequestError(f"kind is {strange[0][:40]!r}; give one of {', '.join(known)}")
    return tuple(known[name] for name in names) or KINDS


def _streamed(text: Iterator[str], media_type: str, name: str) -> Response:
    return StreamingResponse(
        text, media_type=media_type, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
