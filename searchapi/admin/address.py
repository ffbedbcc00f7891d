"""Why is a URL found, or why not? Its state, its visits, its document and what that was judged by."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from starlette.responses import Response

from crawler.errors import InvalidUrlError
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl
from crawler.registry import Agency, host_of
from crawler.store import DocumentRow, PageStore, UrlState
from crawler.store.schema import document
from crawler.urls import canonicalise
from searchapi.admin.asked import Asked
from searchapi.errors import NotReadyError


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One of the last visits, as the store keeps them."""

    at: datetime
    run: int
    outcome: str
    http_status: int | None
    seconds: float
    changed: bool


def show(asked: Asked) -> Response:
    """The form for an address, and the answer where one was given."""
    typed = asked.query("url")
    if not typed:
        return asked.page("address.html", typed="", url="", problem="", verdict="")
    try:
        url = canonicalise(typed if "://" in typed else f"https://{typed}")
    except InvalidUrlError:
        return asked.page(
            "address.html", status=400, typed=typed, url="", problem="address.invalid", verdict=""
        )
    state = asked.store.url_state(url)
    stands_for = state.canonical_url if state and state.canonical_url not in {"", url} else ""
    row = asked.store.document(CanonicalUrl(url))
    other = asked.store.document(CanonicalUrl(stands_for)) if stands_for and row is None else None
    owner = asked.registry.of_host(host_of(url))
    searchable = _in_index(asked, url if row else stands_for)
    return asked.page(
        "address.html",
        typed=typed,
        url=url,
        problem="",
        verdict=_verdict(state, row, other, owner, url, searchable),
        state=state,
        stands_for=stands_for,
        row=row or other,
        owner=owner,
        searchable=searchable,
        visits=_visits(state),
        removed=_removed(asked.store, url),
    )


def _verdict(
    state: UrlState | None,
    row: DocumentRow | None,
    other: DocumentRow | None,
    owner: Agency | None,
    url: str,
    searchable: bool | None,
) -> str:
    """The text that says in a sentence whether the page is found, and why not where it is not."""
    if row is not None:
        if not searchable:
            return "verdict.soon"
        return "verdict.stale" if state is not None and state.outcome.is_failure else "verdict.found"
    if owner is None:
        return "verdict.no_agency"
    if other is not None:
        return "verdict.elsewhere"
    if not owner.admits(url):
        return "verdict.left_out"
    if state is None:
        return "verdict.unknown"
    return "verdict.waiting" if state.outcome is Outcome.NOT_VISITED else "verdict.not_found"


def _in_index(asked: Asked, url: str) -> bool | None:
    """Whether the index has it; None where there is no index to ask."""
    service = asked.request.app.state.service
    try:
        return service is not None and service.snapshot().by_url(url) is not None
    except NotReadyError:
        return None


def _visits(state: UrlState | None) -> list[PastVisit]:
    return [visit for row in (state.history if state else ()) if (visit := _visit(row)) is not None]


def _visit(row: tuple[Any, ...]) -> PastVisit | None:
    """A row of the history; None where it can't be read (another version wrote it)."""
    try:
        at, run, outcome, status, seconds, changed = row
        moment = (
            datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else datetime.fromisoformat(at)
        )
        return PastVisit(
            at=moment if moment.tzinfo else moment.replace(tzinfo=UTC),
            run=int(run),
            outcome=str(outcome),
            http_status=int(status) if status else None,
            seconds=float(seconds),
            changed=bool(changed),
        )
    except (TypeError, ValueError, OverflowError):
        return None


def _removed(store: PageStore, url: str) -> str:
    """Why a document that once was there is no longer; empty where there never was one, or it is there."""
    with store.reading() as connection:
        found = connection.scalar(
            sa.select(document.c.removed_reason).where(document.c.url == url, document.c.removed.is_(True))
        )
    return str(found or "")
