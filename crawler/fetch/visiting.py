"""What does the answer to one URL mean? An ended visit, a redirect to follow, or a page to be read."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.fetch.download import Answer, Failed
from crawler.fetch.endings import BEHIND_LOGIN, MAX_HOPS
from crawler.fetch.frontier import Entry
from crawler.fetch.host import Host
from crawler.fetch.known import Known
from crawler.fetch.pageless import REDIRECTS, redirected, refused, target_of
from crawler.outcomes import Outcome
from crawler.page import FetchedPage
from crawler.record import RequestedUrl
from crawler.registry import Agency
from crawler.store import UrlState, Visit

_OWN_HOPS = 5


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
            if answer.status not in REDIRECTS:
                return self._answered(entry, visit, answer, url, state)
            target = target_of(self._agency, url, answer.headers.get("location", ""))
            if target is None or self._agency.canonical(target) != entry.url:
                return self._redirected(entry, visit, target, answer)
            if target in seen or len(seen) > _OWN_HOPS:
                reason = f"redirects to itself: {target}"
                return replace(visit, outcome=Outcome.REDIRECT_LOOP, reason=reason)
            seen.add(target)
            url = target

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
            ended = refused(self._agency, visit, answer.headers, tuple(entry.texts))
            return self._as_known(entry, ended)
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
        location = answer.headers.get("location", "")
        ended = redirected(self._agency, visit, target, location, tuple(entry.texts))
        if target is None or ended.outcome is not Outcome.REDIRECTED:
            return self._as_known(entry, ended)
        if entry.hops >= MAX_HOPS:
            reason = f"more than {MAX_HOPS} redirects in a row"
            return replace(visit, outcome=Outcome.REDIRECT_LOOP, reason=reason)
        return Moved(ended, target)

    def _as_known(self, entry: Entry, ended: Visit) -> Visit:
        """A service behind a login that an earlier run knew by its links; they need not be read again."""
        state = self._known.get(entry.url)
        if ended.outcome is not Outcome.LOGIN_REQUIRED or entry.texts or state is None:
            return ended
        if not state.reason.startswith(BEHIND_LOGIN):
            return ended
        reason = f"{BEHIND_LOGIN}: {ended.reason}"
        return replace(ended, outcome=Outcome.UNCHANGED, reason=reason, canonical_url=entry.url)


def _now() -> datetime:
    return datetime.now(UTC)
