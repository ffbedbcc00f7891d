"""How does each URL of a run end, seen against all others? Duplicates, copies, redirect loops, counts.

Every URL is saved with exactly one outcome. Some outcomes are only known later (a page whose rel=canonical
has not been visited yet waits), and some are corrected (a redirect that turns out to lead back, a page for
which a better address is found): the later visit replaces the earlier one in the store and in the counts.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from sys import intern
from urllib.parse import urlsplit

from crawler.fetch.traps import is_view_of
from crawler.outcomes import Outcome
from crawler.registry import Agency
from crawler.store import UrlState, Visit, VisitedLink

MAX_HOPS = 10
"""Redirects in a row. Browsers allow 20; more than a few are a fault of the site."""
BEHIND_LOGIN = "behind login"
"""How the reason of a page begins that is known by its links alone."""
_MAX_HELD = 2_000
_ALIKE_BITS = 12
_HERE = frozenset({Outcome.INDEXED, Outcome.UNCHANGED})


@dataclass(frozen=True, slots=True)
class _Ended:
    """What is remembered of an ended URL."""

    outcome: Outcome
    target: str
    signature: str
    content_hash: str
    counted: Outcome


class Endings:
    """The ended URLs of one agency's run. `save` is given each visit, corrected ones once more."""

    def __init__(self, agency: Agency, states: dict[str, UrlState], save: Callable[[Visit], None]) -> None:
        self._agency = agency
        self._states = states
        self._save = save
        self._ended: dict[str, _Ended] = {}
        self._kept_by_hash: dict[str, str] = {}
        self._visits: dict[str, Visit] = {}
        self._arrivals: dict[str, list[str]] = {}
        self._held: dict[str, list[Visit]] = {}
        self._held_for: dict[str, str] = {}
        self._chrome: set[tuple[str, str]] = set()
        self.counts: Counter[str] = Counter()
        self.requests = 0
        self.bytes = 0

    def __contains__(self, url: object) -> bool:
        return url in self._ended

    @property
    def documents(self) -> int:
        """Pages of this run that stand in the store."""
        return self.counts[Outcome.INDEXED.value] + self.counts[Outcome.UNCHANGED.value]

    def end(self, visit: Visit) -> Outcome:
        """End a URL. The outcome may become DUPLICATE or UNCHANGED; what waited for this URL ends too."""
        self.requests += visit.http_status is not None
        self.bytes += visit.size
        if visit.outcome is Outcome.REDIRECTED:
            visit = self._redirected(visit)
        elif visit.outcome in _HERE and not visit.reason.startswith(BEHIND_LOGIN):
            visit = self._compared(visit)
        self._put(visit)
        self._let_go(visit.url)
        return visit.outcome

    def outcome_of(self, url: str) -> Outcome | None:
        """How a URL has ended so far, or None."""
        ended = self._ended.get(url)
        return ended.outcome if ended is not None else None

    def pass_over(self, state: UrlState, reason: str, at: datetime) -> None:
        """A known URL is not visited in this run: it stands as its last visit left it."""
        visit = Visit(
            url=state.url,
            agency=state.agency,
            outcome=Outcome.NOT_DUE,
            at=at,
            reason=reason,
            canonical_url=state.canonical_url,
            depth=state.depth,
        )
        self.counts[Outcome.NOT_DUE.value] += 1
        outcome = Outcome.UNCHANGED if state.outcome.kept else state.outcome
        self._ended[state.url] = _Ended(
            outcome, state.canonical_url, "", state.content_hash, counted=Outcome.NOT_DUE
        )
        if state.outcome.kept and state.content_hash:
            self._kept_by_hash.setdefault(state.content_hash, state.url)
        self._save(visit)
        self._let_go(state.url)

    def stands(self, content_hash: str, url: str) -> None:
        """A document that this run doesn't visit has this content: others with it are its duplicates."""
        self._kept_by_hash.setdefault(content_hash, url)

    def stands_elsewhere(self, content_hash: str, url: str) -> bool:
        """Whether another URL was found to have this content: then one that has it too must be looked at."""
        return bool(content_hash) and self._kept_by_hash.get(content_hash, url) != url

    def discover(self, visit: Visit) -> None:
        """Save a URL that waits for its turn, so that a crawl that is killed can go on with it."""
        self._save(visit)

    # --- duplicates and unchanged pages ---

    def _compared(self, visit: Visit) -> Visit:
        state = self._states.get(visit.url)
        record = visit.record
        if record is not None:
            content_hash = record.content_hash
            if (
                state is not None
                and state.outcome.kept
                and content_hash
                and state.content_hash == content_hash
            ):
                visit = replace(visit, outcome=Outcome.UNCHANGED, reason=visit.reason or "the same content")
        else:
            content_hash = state.content_hash if state is not None else ""
        if not content_hash:
            return visit
        kept = self._kept_by_hash.setdefault(content_hash, visit.url)
        if kept == visit.url:
            self._remember(visit)
            return visit
        if _worth(visit.url) >= _worth(kept):
            return _duplicate(visit, kept)
        # The address found now is the better one: the other gives way.
        self._kept_by_hash[content_hash] = visit.url
        self._remember(visit)
        earlier = self._visits.pop(kept, None)
        if earlier is not None:
            self._put(_duplicate(earlier, visit.url))
        return visit

    def _remember(self, visit: Visit) -> None:
        # Without text, links and validators: enough to say it once more with another outcome.
        self._visits[visit.url] = replace(
            visit,
            record=None,
            links=(),
            etag="",
            last_modified="",
            content_type=intern(visit.content_type),
            reason=intern(visit.reason),
        )

    # --- redirects ---

    def _redirected(self, visit: Visit) -> Visit:
        chain = [visit.url]
        target = visit.canonical_url
        while target not in chain and len(chain) <= 2 * MAX_HOPS:
            chain.append(target)
            ended = self._ended.get(target)
            if ended is None or ended.outcome is not Outcome.REDIRECTED:
                break
            target = ended.target
        else:
            looped = replace(visit, outcome=Outcome.REDIRECT_LOOP, reason=f"redirects lead back to {target}")
            for url in chain[1:]:
                earlier = self._visits.pop(url, None)
                if earlier is not None:
                    self._put(replace(earlier, outcome=Outcome.REDIRECT_LOOP, reason=looped.reason))
            return looped
        for url in self._arrivals.pop(visit.url, []):
            earlier = self._visits.get(url)
            if earlier is not None:  # what led here leads on
                onward = replace(earlier, canonical_url=target)
                self._visits[url] = onward
                self._put(onward)
                self._arrivals.setdefault(target, []).append(url)
        self._arrivals.setdefault(target, []).append(visit.url)
        self._remember(visit)
        return replace(visit, canonical_url=target)

    # --- pages that say another page stands for them ---

    def hold(self, visit: Visit) -> None:
        """End a page with CANONICAL_ELSEWHERE once the page that it names has ended and is found to be alike.

        rel=canonical is a hint (RFC 6596), often a wrong one: to a page that is not there, or one page for a
        whole section. Then the page stands for itself. `visit` carries the record for that case.
        """
        self.requests += visit.http_status is not None
        self.bytes += visit.size
        named = visit.canonical_url
        at, hops = named, 0
        while at in self._held_for and hops < MAX_HOPS:
            at, hops = self._held_for[at], hops + 1
            if at == visit.url:
                self._stand_alone(visit, f"rel=canonical leads in a circle through {named}")
                return
        if named in self._ended:
            self._judge(visit)
        elif len(self._held_for) >= _MAX_HELD:
            self._put(replace(visit, record=None, links=_chrome_of(visit)))
        else:
            self._held.setdefault(named, []).append(visit)
            self._held_for[visit.url] = named

    def release(self) -> None:
        """The crawl is over: what still waits for a page that never came stands for itself."""
        while self._held:
            named, visits = self._held.popitem()
            for visit in visits:
                self._held_for.pop(visit.url, None)
                self._stand_alone(visit, f"rel=canonical names {named}, which was not visited")

    def _let_go(self, url: str) -> None:
        for visit in self._held.pop(url, []):
            self._held_for.pop(visit.url, None)
            self._judge(visit)

    def _judge(self, visit: Visit) -> None:
        named = visit.canonical_url
        ended = self._ended[named]
        for _ in range(MAX_HOPS):
            following = self._ended.get(ended.target) if ended.outcome in _LEADS_ON else None
            if following is None or ended.target == visit.url:
                break
            named, ended = ended.target, following
        if ended.outcome not in _HERE:
            self._stand_alone(
                visit, f"rel=canonical names {visit.canonical_url}, which ended as {ended.outcome}"
            )
        elif not is_view_of(visit.url, named) and not self._alike(visit, ended):
            self._stand_alone(visit, f"rel=canonical names {named}, which says something else")
        else:
            self._put(replace(visit, canonical_url=named, record=None, links=_chrome_of(visit)))
            self._let_go(visit.url)

    def _alike(self, visit: Visit, ended: _Ended) -> bool:
        record = visit.record
        assert record is not None
        if not ended.signature or not record.signature:
            # The named page was not read again; what was found at the last visit still holds.
            state = self._states.get(visit.url)
            return state is None or not state.outcome.kept
        if ended.content_hash == record.content_hash:
            return True
        return (int(ended.signature, 16) ^ int(record.signature, 16)).bit_count() <= _ALIKE_BITS

    def _stand_alone(self, visit: Visit, reason: str) -> None:
        own = replace(visit, outcome=Outcome.INDEXED, reason=reason, canonical_url=visit.url)
        self._put(self._compared(own))
        self._let_go(visit.url)

    # --- keeping ---

    def _put(self, visit: Visit) -> None:
        earlier = self._ended.get(visit.url)
        if earlier is not None:
            self.counts[earlier.counted.value] -= 1
            if earlier.counted is Outcome.NOT_DUE:
                visit = replace(visit, was_passed_over=True)
        self.counts[visit.outcome.value] += 1
        record = visit.record
        self._ended[visit.url] = _Ended(
            visit.outcome,
            visit.canonical_url,
            record.signature if record else earlier.signature if earlier else "",
            record.content_hash if record else earlier.content_hash if earlier else "",
            counted=visit.outcome,
        )
        self._save(visit)

    def new_links(self, links: list[VisitedLink]) -> tuple[VisitedLink, ...]:
        """Links worth saving: those of the chrome only once a run."""
        kept = []
        for link in links:
            if link.chrome:
                if (link.target, link.text) in self._chrome:
                    continue
                self._chrome.add((link.target, link.text))
            kept.append(link)
        return tuple(kept)


_LEADS_ON = frozenset({Outcome.DUPLICATE, Outcome.REDIRECTED, Outcome.CANONICAL_ELSEWHERE})


def _duplicate(visit: Visit, kept: str) -> Visit:
    reason = f"the same title and text as {kept}"
    return replace(
        visit,
        outcome=Outcome.DUPLICATE,
        reason=reason,
        canonical_url=kept,
        record=None,
        links=_chrome_of(visit),
    )


def _chrome_of(visit: Visit) -> tuple[VisitedLink, ...]:
    """A page that does not stand in the store still shows the links of its site's chrome."""
    return tuple(link for link in visit.links if link.chrome)


def _worth(url: str) -> tuple[bool, int, int, int, str]:
    """Which of two addresses of the same page is the better one: https, no parameters, short, lower case."""
    parts = urlsplit(url)
    parameters = parts.query.count("=") + bool(parts.query)
    return (parts.scheme != "https", parameters, len(url), sum(map(str.isupper, url)), url)
