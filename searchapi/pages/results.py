"""What does the page with the answers to a query show?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from crawler.record import Doctype
from indexer.analysis.swedish import lemma
from searchapi.api import service_of
from searchapi.errors import BadRequestError, SearchApiError
from searchapi.models import FacetValue, SearchResponse
from searchapi.pages import home
from searchapi.pages.errors import error_page
from searchapi.pages.language import address, language_of
from searchapi.pages.parameters import TABS, page_number, pages_of, tab_of
from searchapi.pages.rendering import page as rendered
from searchapi.pages.rendering import texts_for
from searchapi.query import words_of
from searchapi.request import SearchRequest
from searchapi.texts import Texts

FILE_TYPES = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
}
_DATED = frozenset({Doctype.NEWS, Doctype.EVENT, Doctype.JOB, Doctype.MINUTES, Doctype.DECISION})
_PARAMETERS = ("q", "kommun", "tab", "agency", "doctype", "language", "eid", "page")
_NARROWING = ("doctype", "agency", "language", "eid")
_EID = {"1": True, "0": False}
_WITH_EID = frozenset({Doctype.ESERVICE, Doctype.FORM})
_SHOWN_QUERY = 80
MOST_PAGES = 50
"""Pages of hits that one can leaf through."""

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
    tab = tab_of(given["tab"])
    texts = texts_for(request)
    link = _linker(
        partial(address, language_of(request), "/sok"), given, home.remembered(request) is not None
    )
    shown = response.query if len(response.query) <= _SHOWN_QUERY else response.query[:_SHOWN_QUERY] + "…"
    pages = min(pages_of(response.total, response.limit), MOST_PAGES)
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
            _not_said_yet(
                response.query,
                (word for expansion in response.interpretation.expansions for word in expansion.to),
            ),
        ),
        first=(response.page - 1) * response.limit + 1,
        pages=pages,
        page_numbers=_page_numbers(response.page, pages),
        file_types=FILE_TYPES,
        dated=_DATED,
    )


def _search(request: Request, given: Mapping[str, str]) -> SearchResponse:
    doctypes = {doctype.value for doctype in Doctype}
    if given["eid"] not in {"", *_EID}:
        raise BadRequestError("eid is 1 or 0")
    if given["doctype"] and given["doctype"] not in doctypes:
        raise BadRequestError(f"doctype is one of {', '.join(sorted(doctypes))}")
    search_request = SearchRequest(
        q=given["q"],
        kommun=given["kommun"] or None,
        agency=given["agency"] or None,
        doctype=(Doctype(given["doctype"]),) if given["doctype"] else (),
        language=given["language"] or None,
        eid=_EID.get(given["eid"]),
        page=page_number(given["page"]),
        tab=tab_of(given["tab"]),
        explain=request.query_params.get("explain") == "1",
    )
    return service_of(request).search(search_request)


def _tabs(response: SearchResponse, tab: str) -> list[tuple[str, int | None]]:
    counts: dict[str, int | None] = dict.fromkeys(TABS)
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


def _not_said_yet(query: str, words: Iterable[str]) -> list[str]:
    """The words that tell something beside the query and those before them: of "förskola", "förskolor" and
    "plats i förskola" only the first."""
    said = [{lemma(one) for one in words_of(query.casefold())}]
    kept = []
    for word in words:
        lemmas = {lemma(one) for one in words_of(word.casefold())}
        if lemmas <= said[0] or any(lemmas <= other or other <= lemmas for other in said[1:]):
            continue
        said.append(lemmas)
        kept.append(word)
    return kept


def _in_words(texts: Texts, words: Sequence[str]) -> str:
    """Words as a list in a sentence: a, b och c."""
    *first, last = words[:3] or [""]
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
