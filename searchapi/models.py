"""What does the API answer? The models of the responses: the same for JSON and for the pages."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from crawler.record import ActionKind, Doctype
from crawler.registry import AgencyKind


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AgencyRef(_Model):
    """An agency, named."""

    id: str
    name: str
    kind: AgencyKind


class AgencyInfo(AgencyRef):
    """An agency with what a citizen needs to reach it."""

    short_name: str
    municipality_code: str
    region: str
    web: str
    switchboard: str
    email: str
    languages: list[str]
    documents: int


class SnippetSegment(_Model):
    """A piece of text, plain, and whether it meets the query. Snippets are segments, never HTML."""

    text: str
    match: bool


class HitContact(_Model):
    """The contact of a hit. `phone` is E.164; `phone_written` as Swedes write it."""

    name: str | None = None
    role: str | None = None
    phone: str | None = None
    phone_written: str | None = None
    email: str | None = None
    address: str | None = None
    opening_hours: str | None = None


class HitAction(_Model):
    """Something to do, one click away."""

    kind: ActionKind
    url: str
    title: str
    needs_eid: bool | None = None


class HitExplanation(_Model):
    """Why a hit stands where it does, for `explain=1`."""

    score: float
    reasons: list[str]


class HitCopy(_Model):
    """A page or document with the same content as a hit, at another address, often at another agency."""

    url: str
    title: str
    agency: AgencyRef


class Hit(_Model):
    """One answer.

    `copies` are the other places of the same page or document that were found: the hit stands for them all,
    and they are no hits of their own. Of copies at several agencies, that of an agency named in the query
    stands, else the home municipality's, else the state's before a region's, else the best ranked.
    """

    url: str
    title: str
    snippet: list[SnippetSegment]
    doctype: Doctype
    agency: AgencyRef
    language: str
    needs_eid: bool | None
    published: date | None
    modified: date | None
    checked: datetime
    content_type: str
    content_length: int
    breadcrumb: list[str]
    contact: HitContact | None
    actions: list[HitAction]
    copies: list[HitCopy] = []
    explanation: HitExplanation | None = None


class Expansion(_Model):
    """A word of the query and the official words that were searched beside it."""

    from_: str
    to: list[str]

    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, alias_generator=lambda name: name.rstrip("_")
    )


class Place(_Model):
    """The municipality that the answer is for. `source` is "home" (chosen) or "query" (named)."""

    id: str
    name: str
    source: str


class Interpretation(_Model):
    """How the query was understood: `corrected` was searched instead, `suggestion` is offered.

    `only_mentioned`: no page found is about it; those that are shown mention a part of it.
    """

    intent: str
    corrected: str | None = None
    suggestion: str | None = None
    only_mentioned: bool = False
    expansions: list[Expansion] = []
    place: Place | None = None


class OtherHits(_Model):
    """Hits that wait behind a link: how many, and where."""

    total: int
    url: str


class FacetValue(_Model):
    """A value to narrow by, with its Swedish label and the number of hits it leaves."""

    value: str
    label: str
    count: int


class Facets(_Model):
    """The facets of a search."""

    doctype: list[FacetValue] = []
    agency: list[FacetValue] = []
    language: list[FacetValue] = []


class SearchResponse(_Model):
    """The answer to a search. Without hits that are about it, `fallback` carries the agency's own contact."""

    query: str
    interpretation: Interpretation
    total: int
    took_ms: float
    page: int
    limit: int
    hits: list[Hit]
    documents: OtherHits | None = None
    news: OtherHits | None = None
    elsewhere: OtherHits | None = None
    facets: Facets = Facets()
    fallback: list[AgencyInfo] = []


class Suggestion(_Model):
    """A text to search for, and the kind and address of the page that it leads to."""

    text: str
    doctype: Doctype
    label: str
    url: str


class SuggestResponse(_Model):
    """What the reader may be about to type, best first."""

    query: str
    suggestions: list[Suggestion]


class AgenciesResponse(_Model):
    """The participating agencies, in the registry's order."""

    agencies: list[AgencyInfo]


class Readiness(_Model):
    """Whether searches can be answered, and what is missing where not."""

    ready: bool
    missing: list[str]
    documents: int
    agencies: int


class ErrorBody(_Model):
    """What went wrong: `code` for programs, `message` for people."""

    code: str
    message: str


class ErrorResponse(_Model):
    """The one shape of every error."""

    error: ErrorBody
