"""What does the answer to one URL mean? An ended visit, a redirect to follow, or a page to be read."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.errors import InvalidUrlError
from crawler.fetch.download import Answer, Failed
from crawler.fetch.endings import BEHIND_LOGIN, MAX_HOPS
from crawler.fetch.frontier import Entry
from crawler.fetch.host import Host
from crawler.fetch.known import Known
from crawler.fetch.login import looks_like_login
from crawler.outcomes import Outcome
from crawler.page import FetchedPage
from crawler.record import CanonicalUrl, RequestedUrl
from crawler.registry import Agency
from crawler.store import UrlState, Visit
from crawler.understand import behind_login
from crawler.urls import absolutise

_OWN_HOPS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_NOW = frozenset({302, 303, 307})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that is to be read before its visit can end."""

    visit: Visit
    answer: Answer
    page: FetchedPage


@dataclass(frozen=True, slots=True)
class Moved:
    """A redirect: the visit of the old address has ended, the new one is another visit."""

    visit: Visit
    target: RequestedUrl


class Visiting:
    """Asks for single URLs of one agency and says what came of it."""

    def __init__(self, agency: Agency, known: Known) -> None:
        self._agency = agency
        self._known = known

    async def visit(self, host: Host, entry: Entry, blank: Visit) -> Visit | Fetched | Moved:
        """Fetch a URL. A redirect to the same canonical URL (session, cookie test) is followed at once."""
        state = self._known.get(entry.url)
        if state is not None and not (state.outcome.kept and state.canonical_url in {"", entry.url}):
            state = None
        url: str = entry.url
        seen = {url}
        while True:
            answer = await host.get(
                url,
                etag=state.etag if state else "",
                last_modified=state.last_modified if state else "",
            )
            if isinstance(answer, Failed):
                return replace(
                    blank, outcome=answer.outcome, reason=answer.reason, seconds=answer.seconds, at=_now()
                )
            visit = replace(
                blank,
                at=_now(),
                http_status=answer.status,
                content_type=answer.headers.get("content-type", ""),
                etag=answer.headers.get("etag", "")[:1000],
                last_modified=answer.headers.get("last-modified", "")[:64],
                size=len(answer.body),
                seconds=answer.seconds,
            )
            if answer.status not in _MOVED:
                return self._answered(entry, visit, answer, url, state)
            target = self._target(url, answer)
            if target is None or self._agency.canonical(target) != entry.url:
                return self._redirected(entry, visit, target, answer)
            if target in seen or len(seen) > _OWN_HOPS:
                reason = f"redirects to itself: {target}"
                return replace(visit, outcome=Outcome.REDIRECT_LOOP, reason=reason)
            seen.add(target)
            url = target

    def _target(self, url: str, answer: Answer) -> RequestedUrl | None:
        """Where a redirect leads to; None where that is no address."""
        target = absolutise(url, answer.headers.get("location", ""))
        try:
            if target is not None:
                self._agency.canonical(target)
        except InvalidUrlError:  # (too long, once the agency's rules have rewritten it)
            return None
        return target

    def _answered(
        self, entry: Entry, visit: Visit, answer: Answer, url: str, state: UrlState | None
    ) -> Visit | Fetched:
        if answer.status == 304 and state is not None:
            return replace(
                visit,
                outcome=Outcome.UNCHANGED,
                reason="not modified",
                canonical_url=entry.url,
                content_type=state.content_type,
                etag=visit.etag or state.etag,
                last_modified=visit.last_modified or state.last_modified,
            )
        if answer.status not in {200, 203}:
            return self._refused(entry, visit, answer)
        if answer.unread_type:
            reason = f"{answer.unread_type[:100]} is not read"
            return replace(visit, outcome=Outcome.UNSUPPORTED_TYPE, reason=reason)
        page = FetchedPage(
            requested_url=entry.requested,
            url=url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            fetched=visit.at,
            depth=entry.depth,
            link_texts=tuple(entry.texts),
        )
        return Fetched(visit, answer, page)

    def _redirected(
        self, entry: Entry, visit: Visit, target: RequestedUrl | None, answer: Answer
    ) -> Visit | Moved:
        if target is None:
            where = answer.headers.get("location", "")[:200]
            return replace(visit, outcome=Outcome.INVALID_URL, reason=f"redirects to {where!r}")
        canonical = self._agency.canonical(target)
        own = self._agency.owns(canonical)
        if looks_like_login(canonical) and not (own and looks_like_login(entry.url)):
            return self._behind_login(entry, visit, f"redirects to {canonical[:300]}")
        passing = answer.status in _MOVED_FOR_NOW
        if not own:
            reason = f"redirects to {canonical[:300]}, which is not on a host of {self._agency.id}"
            return replace(visit, outcome=Outcome.OFF_HOST, reason=reason, passing=passing)
        if entry.hops >= MAX_HOPS:
            reason = f"more than {MAX_HOPS} redirects in a row"
            return replace(visit, outcome=Outcome.REDIRECT_LOOP, reason=reason)
        reason = f"HTTP {answer.status}"
        return Moved(
            replace(
                visit, outcome=Outcome.REDIRECTED, reason=reason, canonical_url=canonical, passing=passing
            ),
            target,
        )

    def _refused(self, entry: Entry, visit: Visit, answer: Answer) -> Visit:
        """The visit of a URL that was answered with neither a page nor a redirect."""
        status = answer.status
        match status:
            case 404:
                return replace(visit, outcome=Outcome.NOT_FOUND, reason="HTTP 404")
            case 410:
                return replace(visit, outcome=Outcome.GONE, reason="HTTP 410")
            case 429:
                return replace(visit, outcome=Outcome.RATE_LIMITED, reason="HTTP 429")
            case 204 | 205:
                return replace(visit, outcome=Outcome.EMPTY, reason=f"HTTP {status}")
            case 401:
                return self._behind_login(entry, visit, "HTTP 401")
            case 403 if looks_like_login(entry.url) or "www-authenticate" in answer.headers:
                return self._behind_login(entry, visit, "HTTP 403")
            case _:
                return replace(visit, outcome=Outcome.HTTP_ERROR, reason=f"HTTP {status}")

    def _behind_login(self, entry: Entry, visit: Visit, reason: str) -> Visit:
        """An e-service behind a login is still to be found: by what the links to it say."""
        record = behind_login(CanonicalUrl(entry.url), tuple(entry.texts), self._agency, visit.at)
        state = self._known.get(entry.url)
        if record is None and not entry.texts and state is not None and state.reason.startswith(BEHIND_LOGIN):
            # Known from an earlier run, and the pages that link to it were not read again.
            reason = f"{BEHIND_LOGIN}: {reason}"
            return replace(visit, outcome=Outcome.UNCHANGED, reason=reason, canonical_url=entry.url)
        if record is None:
            return replace(visit, outcome=Outcome.LOGIN_REQUIRED, reason=reason)
        return replace(
            visit,
            outcome=Outcome.INDEXED,
            reason=f"{BEHIND_LOGIN}: {reason}",
            canonical_url=entry.url,
            record=record,
        )


def _now() -> datetime:
    return datetime.now(UTC)
