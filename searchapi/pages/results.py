"""What does the page with the answers to a query show?"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from crawler.record import Doctype
from searchapi.api import service_of
from searchapi.errors import SearchApiError
from searchapi.models import FacetValue, SearchResponse
from searchapi.pages import home
from searchapi.pages.errors import error_page
from searchapi.pages.language import address, language_of
from searchapi.pages.rendering import page as rendered
from searchapi.pages.rendering import texts_for
from searchapi.search import SearchRequest
from searchapi.texts import Texts

FILE_TYPES = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
}
_DATED = frozenset({Doctype.NEWS, Doctype.EVENT, Doctype.JOB, Doctype.MINUTES, Doctype.DECISION})
_TABS = ("main", "contacts", "forms", "documents", "news")
_PARAMETERS = ("q", "kommun", "tab", "agency", "doctype", "language", "eid", "page")
_NARROWING = ("doctype", "agency", "language", "eid")
_EID = {"1": True, "0": False}
_WITH_EID = frozenset({Doctype.ESERVICE, Doctype.FORM})
_SHOWN_QUERY = 80
_PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")

router = APIRouter(include_in_schema=False)


@router.get("/sok", response_class=HTMLResponse)
def results(request: Request) -> Response:
    """The answers to a query, as a page."""
    given = {name: request.query_params.get(name, "").strip() for name in _PARAMETERS}
    given["kommun"] = home.chosen(request)
    try:
        response = _search(request, given)
    except SearchApiError as error:
        return error_page(request, error.status, error.code, query=given["q"], kommun=given["kommun"])
    tab = given["tab"] or "main"
    texts = texts_for(request)
    link = _linker(
        partial(address, language_of(request), "/sok"), given, home.remembered(request) is not None
    )
    shown = response.query if len(response.query) <= _SHOWN_QUERY else response.query[:_SHOWN_QUERY] + "…"
    pages = min(-(-response.total // response.limit), 50) if response.limit else 0
    return rendered(
        request,
        "results.html",
        query=response.query,
        kommun=given["kommun"],
        response=response,
        shown_query=shown,
        link=link,
        tab=tab,
        tabs=_tabs(response, tab),
        facets=_facets(texts, response, given),
        narrowed=any(given[name] for name in _NARROWING),
        expansion_words=_in_words(
            texts,
            (
                word
                for expansion in response.interpretation.expansions
                for word in expansion.to
                if word.casefold() not in response.query.casefold()
            ),
        ),
        first=(response.page - 1) * response.limit + 1,
        pages=pages,
        page_numbers=_page_numbers(response.page, pages),
        file_types=FILE_TYPES,
        dated=_DATED,
    )


def _search(request: Request, given: Mapping[str, str]) -> SearchResponse:
    page = given["page"]
    tab = given["tab"] or "main"
    if (page and not _PAGE_NUMBER.fullmatch(page)) or tab not in {*_TABS, "elsewhere"}:
        raise BadPageError("page is a number from 1, tab one of the tabs of the page")
    doctypes = {doctype.value for doctype in Doctype}
    if given["eid"] not in {"", *_EID}:
        raise BadPageError("eid is 1 or 0")
    if given["doctype"] and given["doctype"] not in doctypes:
        raise BadPageError(f"doctype is one of {', '.join(sorted(doctypes))}")
    search_request = SearchRequest(
        q=given["q"],
        kommun=given["kommun"] or None,
        agency=given["agency"] or None,
        doctype=(Doctype(given["doctype"]),) if given["doctype"] else (),
        language=given["language"] or None,
        eid=_EID.get(given["eid"]),
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


@dataclass(frozen=True, slots=True)
class Facet:
    """Something to narrow by: its values with their names and counts, and the chosen one or ""."""

    name: str
    values: Sequence[tuple[str, str, int | None]]
    chosen: str


def _facets(texts: Texts, response: SearchResponse, given: Mapping[str, str]) -> list[Facet]:
    """The facets that leave a choice, in the reader's words. E-legitimation is asked where services are."""
    rows = []
    for name in ("doctype", "agency", "language"):
        values: list[FacetValue] = getattr(response.facets, name)
        if len(values) > 1 or given[name]:
            rows.append(
                Facet(name, [(one.value, _label(texts, name, one), one.count) for one in values], given[name])
            )
    there = {one.value for one in response.facets.doctype}
    if given["eid"] or there & _WITH_EID:
        names = [(value, texts(f"facets.eid_{value}"), None) for value in _EID]
        rows.append(Facet("eid", names, given["eid"]))
    return rows


def _label(texts: Texts, facet: str, value: FacetValue) -> str:
    """What readers of the page's language call a value; agencies have one name in all."""
    if facet == "doctype":
        return texts(f"doctype.{value.value}")
    if facet == "language":
        return texts.language_name(value.value).capitalize()
    return value.label


def _linker(results: Callable[..., str], given: Mapping[str, str], remembers: bool) -> Callable[..., str]:
    def link(**changes: object) -> str:
        """The address of this search with some parameters changed; any change goes back to page 1."""
        parameters = {**given, "page": "", **{name: str(value) for name, value in changes.items()}}
        if "tab" in changes or "q" in changes:
            parameters |= dict.fromkeys(_NARROWING, "")
        if parameters["tab"] == "main":
            parameters["tab"] = ""
        if parameters["page"] == "1":
            parameters["page"] = ""
        # Where the device remembers a municipality, "all of them" has to be said.
        everywhere = "&kommun=" if remembers and not parameters["kommun"] else ""
        return results(**parameters) + everywhere

    return link


def _in_words(texts: Texts, words: Iterable[str]) -> str:
    """Words as a list in a sentence: a, b och c."""
    *first, last = list(dict.fromkeys(words))[:4] or [""]
    return f"{', '.join(first)} {texts('format.and')} {last}" if first else last


def _page_numbers(page: int, pages: int) -> list[int | None]:
    """Numbers to show: first, last, and those around the current; None is a gap."""
    wanted = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    shown: list[int | None] = []
    for number in wanted:
        if shown and shown[-1] is not None and number > shown[-1] + 1:
            shown.append(None)
        shown.append(number)
    return shown
