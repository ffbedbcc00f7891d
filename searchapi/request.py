"""What may be asked? The parameters of a search, and what they come to once they are checked."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.record import Doctype
from crawler.registry import Agency, AgencyKind
from searchapi.errors import BadRequestError, QueryTooLongError, UnknownAgencyError
from searchapi.plan import Narrowing, Tab
from searchapi.settings import Settings

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SORTS = frozenset({"relevance", "date"})


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked. `kommun` is the home municipality: an id, a municipality code or a name; so is `agency`.

    `limit` None is the setting `default_limit`; `tab` is one of plan.Tab; `sort` "relevance" or "date".
    """

    q: str
    kommun: str | None = None
    agency: str | None = None
    doctype: Sequence[Doctype] = ()
    language: str | None = None
    eid: bool | None = None
    page: int = 1
    limit: int | None = None
    sort: str = "relevance"
    explain: bool = False
    tab: str = Tab.MAIN


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """What a request comes to: home municipality, limits of the hits, hits a page, tab."""

    home: Agency | None
    narrowing: Narrowing
    limit: int
    tab: Tab


def check(request: SearchRequest, settings: Settings, agency: Callable[[str], Agency]) -> CheckedRequest:
    """The request within the bounds of the settings; `agency` finds one by id, code or name.

    Raise QueryTooLongError, BadRequestError, and UnknownAgencyError for no or the wrong kind of agency.
    """
    if len(request.q) > settings.max_query_length:
        raise QueryTooLongError(
            f"the query has {len(request.q)} characters; write at most {settings.max_query_length}"
        )
    limit = settings.default_limit if request.limit is None else request.limit
    if not 1 <= limit <= settings.max_limit:
        raise BadRequestError(f"limit is {limit}; give a number from 1 to {settings.max_limit}")
    if request.page < 1:
        raise BadRequestError(f"page is {request.page}; pages are counted from 1")
    if request.page * limit > settings.max_results:
        raise BadRequestError(
            f"page {request.page} with {limit} hits a page lies beyond the first {settings.max_results} "
            "hits; narrow the search instead"
        )
    if request.sort not in _SORTS:
        raise BadRequestError(f"sort is {request.sort[:40]!r}; give 'relevance' or 'date'")
    if request.tab not in set(Tab):
        raise BadRequestError(f"tab is {request.tab[:40]!r}; give one of {', '.join(Tab)}")
    if request.language is not None and not _LANGUAGE.fullmatch(request.language):
        raise BadRequestError(f"language is {request.language[:40]!r}; give an ISO 639-1 code such as 'sv'")
    home = agency(request.kommun) if request.kommun and request.kommun.strip() else None
    if home is not None and home.kind is not AgencyKind.MUNICIPALITY:
        raise UnknownAgencyError(
            f"{home.id!r} is not a municipality; use the parameter agency for other agencies"
        )
    named = agency(request.agency).id if request.agency and request.agency.strip() else None
    narrowing = Narrowing(named, frozenset(request.doctype), request.language, request.eid)
    return CheckedRequest(home, narrowing, limit, Tab(request.tab))
