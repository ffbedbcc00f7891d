"""Why is a URL found, or not? What the registry and the page store know of it; nothing is fetched.

Everybody may ask (a webmaster has no account), so addresses inside somebody's network, which errors of
connections may name, and the crawler's own processes are left out.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from crawler.errors import InvalidUrlError
from crawler.outcomes import Outcome
from crawler.record import Action, CanonicalUrl, Contact, Evidence
from crawler.registry import Agency, Registry, host_of, is_private_address
from crawler.schedule import next_run
from crawler.store import DocumentRow, PageStore, UrlState
from crawler.store.schema import crawl_run, document
from searchapi.errors import BadRequestError
from searchapi.url_advice import UrlAdvice

_ADDRESS = re.compile(
    r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}\]?)(?![\w.]*\w)"
)
_STANDS_ELSEWHERE = frozenset({Outcome.REDIRECTED, Outcome.CANONICAL_ELSEWHERE, Outcome.DUPLICATE})

Verdict = Literal[
    "indexed", "waiting_for_index", "stale", "held", "stands_elsewhere", "not_indexed", "unknown"
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PastVisit(_Model):
    """One visit. `seconds`: how long the answer took; `changed`: whether the content was new."""

    at: datetime
    run: int
    outcome: str
    http_status: int | None
    seconds: float | None
    changed: bool | None


class VisitState(_Model):
    """How the last visit ended. `failures`: failed visits in a row; `next_visit` None: with the next run."""

    outcome: Outcome
    reason: str
    http_status: int | None
    canonical_url: str
    content_type: str
    found_on: str
    depth: int
    in_sitemap: bool
    sitemap_lastmod: str
    pushed: bool
    first_visit: datetime
    last_visit: datetime
    next_visit: datetime | None
    changed_at: datetime | None
    failures: int
    stale: bool


class InspectedDocument(_Model):
    """The document that stands for the URL, with the evidence for what it was taken for."""

    url: str
    title: str
    doctype: str
    doctype_evidence: list[Evidence]
    needs_eid: bool | None
    eid_evidence: list[Evidence]
    language: str
    language_evidence: str
    published: str
    modified: str
    fetched: datetime
    checked: datetime
    contacts: list[Contact]
    actions: list[Action]
    anchors: list[str]
    characters: int


class UrlInspection(_Model):
    """Why a URL is or isn't found. `url` is canonical; `explanation` says in a sentence what to do."""

    given: str
    url: str
    agency: str | None
    agency_name: str | None
    verdict: Verdict
    explanation: str
    next_run: datetime | None
    state: VisitState | None
    history: list[PastVisit]
    document: InspectedDocument | None
    removed_reason: str


def inspect_url(
    store: PageStore, registry: Registry, given: str, *, now: datetime, index_revision: int | None = None
) -> UrlInspection:
    """What is known of a URL. `index_revision`: the store's revision that the index stands for, if known.

    Raise BadRequestError where it is no URL, StoreError where the store can't be read.
    """
    try:
        url = registry.canonical(given.strip())
    except InvalidUrlError as error:
        raise BadRequestError(
            f"url is {given[:80]!r}: give a whole address that begins with http:// or https:// ({error})"
        ) from None
    owner = registry.of_host(host_of(url))
    if owner is None:
        # Nothing is told of it: no agency that takes part has a say in it.
        return _inspection(given, url, None, "unknown", UrlAdvice.read().standing.no_agency)
    state = store.url_state(url)
    stands_for = CanonicalUrl(state.canonical_url) if state and state.canonical_url else url
    row = store.document(url) or store.document(stands_for)
    marks = _marks(store, row.record.url if row else url)
    verdict, explanation = _judged(owner, url, state, row, marks, index_revision)
    return _inspection(
        given,
        url,
        owner,
        verdict,
        explanation,
        next_run=next_run(owner.schedule, _last_started(store, owner.id), now, agency=owner.id),
        state=_state(state, row) if state else None,
        history=_history(state.history) if state else [],
        document=_document(row) if row else None,
        removed_reason=_public(marks.removed_reason) if marks and not row else "",
    )


def _inspection(
    given: str, url: str, owner: Agency | None, verdict: Verdict, explanation: str, **more: Any
) -> UrlInspection:
    nothing: dict[str, Any] = {
        "next_run": None,
        "state": None,
        "history": [],
        "document": None,
        "removed_reason": "",
    }
    return UrlInspection(
        given=given[:2000],
        url=url,
        agency=owner.id if owner else None,
        agency_name=owner.name if owner else None,
        verdict=verdict,
        explanation=f"{explanation[:1].upper()}{explanation[1:]}.",
        **{**nothing, **more},
    )


def _judged(
    owner: Agency,
    url: str,
    state: UrlState | None,
    row: DocumentRow | None,
    marks: Any,
    index_revision: int | None,
) -> tuple[Verdict, str]:
    advice = UrlAdvice.read()
    if row is not None and row.record.url != url and state is not None and state.outcome in _STANDS_ELSEWHERE:
        return "stands_elsewhere", f"{advice.outcome[state.outcome]} ({row.record.url}, which is found)"
    if row is not None:
        if marks is not None and marks.lost_run is not None:
            return "held", f"{advice.standing.lost} ({marks.lost_run})"
        if state is not None and state.outcome.is_failure:
            return "stale", advice.standing.stale
        if index_revision is not None and row.revision > index_revision:
            return "waiting_for_index", advice.standing.on_its_way
        return "indexed", advice.standing.in_index
    if state is None:
        left_out = not owner.admits(url)
        return "unknown", (
            advice.standing.left_out
            if left_out
            else advice.standing.never_visited.replace("{agency}", owner.id)
        )
    return "not_indexed", advice.outcome[state.outcome]


def _marks(store: PageStore, url: str) -> Any:
    """What the store has noted on a document beside its record, also once it is removed."""
    query = sa.select(document.c.removed_reason, document.c.lost_run).where(document.c.url == url)
    with store.reading() as connection:
        return connection.execute(query).first()


def _last_started(store: PageStore, agency: str) -> datetime | None:
    query = (
        sa.select(crawl_run.c.id)
        .where(crawl_run.c.agency == agency, crawl_run.c.scope == "agency")
        .order_by(crawl_run.c.id.desc())
        .limit(1)
    )
    with store.reading() as connection:
        newest = connection.scalar(query)
    return store.run(newest).started if newest is not None else None


def _state(state: UrlState, row: DocumentRow | None) -> VisitState:
    return VisitState(
        outcome=state.outcome,
        reason=_public(state.reason),
        http_status=state.http_status,
        canonical_url=state.canonical_url,
        content_type=state.content_type,
        found_on=state.found_on,
        depth=state.depth,
        in_sitemap=state.in_sitemap,
        sitemap_lastmod=state.sitemap_lastmod,
        pushed=state.pushed,
        first_visit=state.first_visit,
        last_visit=state.last_visit,
        next_visit=state.next_visit,
        changed_at=state.changed_at,
        failures=state.failures,
        stale=row is not None and state.outcome.is_failure,
    )


def _history(rows: Sequence[Sequence[Any]]) -> list[PastVisit]:
    return [
        PastVisit(
            at=datetime.fromisoformat(str(at)),
            run=int(run),
            outcome=str(outcome),
            http_status=status,
            seconds=seconds,
            changed=None if changed is None else bool(changed),
        )
        for at, run, outcome, status, seconds, changed in rows
    ]


def _document(row: DocumentRow) -> InspectedDocument:
    record = row.record
    return InspectedDocument(
        url=record.url,
        title=record.title,
        doctype=record.doctype.value,
        doctype_evidence=list(record.doctype_evidence),
        needs_eid=record.needs_eid,
        eid_evidence=list(record.eid_evidence),
        language=record.language,
        language_evidence=record.language_evidence,
        published=record.published.isoformat() if record.published else "",
        modified=record.modified.isoformat() if record.modified else "",
        fetched=record.fetched,
        checked=record.checked,
        contacts=list(record.contacts),
        actions=list(record.actions),
        anchors=list(row.anchors),
        characters=len(record.text),
    )


def _public(reason: str) -> str:
    """A reason without addresses of somebody's inner network."""
    return _ADDRESS.sub(
        lambda found: "(an inner address)" if is_private_address(found[0].strip("[]")) else found[0], reason
    )
