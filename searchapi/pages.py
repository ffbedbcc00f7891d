"""Which pages does a citizen see? Server-rendered from the same answers as the API; no script is needed."""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import phonenumbers
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crawler.record import Doctype
from crawler.registry import AgencyKind, Registry
from searchapi.api import service_of
from searchapi.errors import SearchApiError
from searchapi.models import FacetValue, SearchResponse
from searchapi.search import SearchRequest
from searchapi.texts import Texts

_FRONTEND = Path(__file__).resolve().parent.parent / "frontend"
_STATIC = _FRONTEND / "static"
_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}
FILE_TYPES = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
}
_DATED = frozenset({Doctype.NEWS, Doctype.EVENT, Doctype.JOB, Doctype.MINUTES, Doctype.DECISION})
_TABS = ("main", "contacts", "forms", "documents", "news")
_PARAMETERS = ("q", "kommun", "tab", "agency", "doctype", "language", "page")
_SHOWN_QUERY = 80
_PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")

router = APIRouter(include_in_schema=False)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FRONTEND / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tel"] = _tel
    environment.globals["asset"] = asset
    environment.globals["file_types"] = FILE_TYPES
    environment.globals["dated"] = _DATED
    return environment


def _tel(written: str) -> str:
    """A phone number as a tel: link wants it: +4698031920."""
    try:
        number = phonenumbers.parse(written, "SE")
    except phonenumbers.NumberParseException:
        return "".join(sign for sign in written if sign.isdigit() or sign == "+")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content so that it can be kept for ever."""
    digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{digest}/{name}"


@router.get("/static/{digest}/{name}")
def static(digest: str, name: str) -> Response:
    """A file of the frontend."""
    path = _STATIC / name
    if name not in {file.name for file in _STATIC.iterdir()} or path.suffix not in _TYPES:
        raise PageNotFoundError(f"there is no file {name[:80]!r}")
    kept = "public, max-age=31536000, immutable" if asset(name).split("/")[2] == digest else "no-cache"
    return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers={"Cache-Control": kept})


class PageNotFoundError(SearchApiError):
    """A page that does not exist."""

    status = 404
    code = "not_found"


@router.get("/", response_class=HTMLResponse)
def start(request: Request, kommun: str = "") -> Response:
    """The start page: the box, and where it searches."""
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
    return _page(request, "start.html", kommun=chosen, agencies=groups, hint=True, autofocus=False)


@router.get("/sok", response_class=HTMLResponse)
def results(request: Request) -> Response:
    """The answers to a query, as a page."""
    given = {name: request.query_params.get(name, "").strip() for name in _PARAMETERS}
    try:
        response = _search(request, given)
    except SearchApiError as error:
        return error_page(request, error.status, error.code, query=given["q"], kommun=given["kommun"])
    tab = given["tab"] or "main"
    texts = Texts.load()
    link = _linker(given)
    shown = response.query if len(response.query) <= _SHOWN_QUERY else response.query[:_SHOWN_QUERY] + "…"
    pages = min(-(-response.total // response.limit), 50) if response.limit else 0
    return _page(
        request,
        "results.html",
        query=response.query,
        kommun=given["kommun"],
        response=response,
        shown_query=shown,
        link=link,
        tab=tab,
        tabs=_tabs(response, tab),
        facets=_facets(response, given),
        narrowed=any(given[name] for name in ("agency", "doctype", "language")),
        expansion_words=_in_words(
            word
            for expansion in response.interpretation.expansions
            for word in expansion.to
            if word.casefold() not in response.query.casefold()
        ),
        first=(response.page - 1) * response.limit + 1,
        pages=pages,
        page_numbers=_page_numbers(response.page, pages),
        texts=texts,
    )


def _search(request: Request, given: Mapping[str, str]) -> SearchResponse:
    page = given["page"]
    tab = given["tab"] or "main"
    if (page and not _PAGE_NUMBER.fullmatch(page)) or tab not in {*_TABS, "elsewhere"}:
        raise BadPageError("page is a number from 1, tab one of the tabs of the page")
    doctypes = {doctype.value for doctype in Doctype}
    if given["doctype"] and given["doctype"] not in doctypes:
        raise BadPageError(f"doctype is one of {', '.join(sorted(doctypes))}")
    search_request = SearchRequest(
        q=given["q"],
        kommun=given["kommun"] or None,
        agency=given["agency"] or None,
        doctype=(Doctype(given["doctype"]),) if given["doctype"] else (),
        language=given["language"] or None,
        page=int(page or 1),
        tab=tab,
        explain=request.query_params.get("explain") == "1",
    )
    return service_of(request).search(search_request)


class BadPageError(SearchApiError):
    """A parameter of a page that can't be understood."""

    status = 400
    code = "bad_request"


def _tabs(response: SearchResponse, tab: str) -> list[tuple[str, int | None]]:
    counts: dict[str, int | None] = dict.fromkeys(_TABS)
    if response.documents is not None:
        counts["documents"] = response.documents.total
    if response.news is not None:
        counts["news"] = response.news.total
    if tab in counts:
        counts[tab] = response.total
    shown = list(counts.items())
    if tab == "elsewhere":
        shown.append(("elsewhere", response.total))
    return shown


def _facets(response: SearchResponse, given: Mapping[str, str]) -> list[tuple[str, list[FacetValue], str]]:
    """The facets that leave a choice: name, values, the chosen value."""
    rows = []
    for name in ("doctype", "agency", "language"):
        values: list[FacetValue] = getattr(response.facets, name)
        if len(values) > 1 or given[name]:
            rows.append((name, values, given[name]))
    return rows


def _linker(given: Mapping[str, str]) -> Callable[..., str]:
    def link(**changes: object) -> str:
        """The address of this search with some parameters changed; any change goes back to page 1."""
        parameters = {**given, "page": "", **{name: str(value) for name, value in changes.items()}}
        if "tab" in changes or "q" in changes:
            parameters = {**parameters, "doctype": "", "agency": "", "language": ""}
        if parameters["tab"] == "main":
            parameters["tab"] = ""
        if parameters["page"] == "1":
            parameters["page"] = ""
        return "/sok?" + urlencode({name: value for name, value in parameters.items() if value})

    return link


def _in_words(words: Any) -> str:
    """Words as a list in a sentence: a, b och c."""
    distinct = list(dict.fromkeys(words))[:4]
    return (
        distinct[0]
        if len(distinct) == 1
        else ", ".join(distinct[:-1]) + " och " + distinct[-1]
        if distinct
        else ""
    )


def _page_numbers(page: int, pages: int) -> list[int | None]:
    """Numbers to show: first, last, and those around the current; None is a gap."""
    wanted = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    shown: list[int | None] = []
    for number in wanted:
        if shown and shown[-1] is not None and number > shown[-1] + 1:
            shown.append(None)
        shown.append(number)
    return shown


def error_page(
    request: Request, status: int, code: str, *, query: str = "", kommun: str = ""
) -> HTMLResponse:
    """What went wrong, in words that a citizen understands, with the box to go on from."""
    texts = Texts.load()
    limit = _max_query(request)
    heading, message = {
        "not_found": (texts("error.not_found"), texts("error.not_found_text")),
        "not_ready": (texts("error.not_ready"), texts("error.not_ready_text")),
        "query_too_long": (texts("error.bad_request"), texts("error.too_long", count=limit)),
        "uri_too_long": (texts("error.bad_request"), texts("error.too_long", count=limit)),
        "unknown_agency": (texts("error.bad_request"), texts("error.unknown_agency")),
        "bad_request": (texts("error.bad_request"), texts("error.bad_parameter")),
    }.get(code, (texts("error.title"), texts("error.internal")))
    registry: Registry | None = getattr(request.app.state, "registry", None)
    known = kommun if registry is not None and kommun in registry else ""
    response = _page(
        request, "error.html", heading=heading, message=message, query=query[:limit], kommun=known
    )
    response.status_code = status
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


def _max_query(request: Request) -> int:
    return int(request.app.state.settings.max_query_length)


def _page(request: Request, template: str, **values: Any) -> HTMLResponse:
    registry: Registry | None = getattr(request.app.state, "registry", None)
    context: dict[str, Any] = {
        "texts": Texts.load(),
        "query": "",
        "kommun": "",
        "hint": False,
        "autofocus": False,
        "max_query": _max_query(request),
        "municipalities": sorted(registry.of_kind(AgencyKind.MUNICIPALITY), key=lambda a: a.name)
        if registry is not None
        else [],
        **values,
    }
    context["home_link"] = "/?" + urlencode({"kommun": context["kommun"]}) if context["kommun"] else "/"
    html = _environment().get_template(template).render(context)
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})
