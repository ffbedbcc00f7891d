"""What does a run begin with? Seeds, and what is known from earlier runs."""

from collections.abc import Callable

from crawler.assignment import Scope
from crawler.fetch.live_run import LiveRun, now
from crawler.outcomes import Outcome
from crawler.store import UrlState, Visit


def plant(live: LiveRun, ask: Callable[[str], None]) -> None:
    """Give the run its first URLs: pages that nobody links to any more too, for they may be gone.

    `ask` gives a URL the next turn, whatever is known of it.
    """
    task, frontier, known = live.assignment, live.frontier, live.known
    frontier.went_before(known.pages_before)
    for other in known.outside():
        live.endings.stands(other.content_hash, other.url)
    if task.scope is Scope.URL:
        for url in task.urls:
            ask(live.agency.canonical(url))
        return
    for seed in live.agency.seeds:
        frontier.add(seed, 0, off_host=True, trusted=True, planted=True)
    if task.scope is Scope.SECTION:
        frontier.add(task.target, 1, off_host=True, trusted=True, planted=True)
    for state, trusted in known.planted():
        _plant_known(live, state, trusted=trusted)
    if task.scope is Scope.HOST and task.target not in frontier.hosts:
        frontier.add(f"https://{task.target}/", 1, off_host=True, trusted=True)


def _plant_known(live: LiveRun, state: UrlState, *, trusted: bool) -> None:
    canonical = live.frontier.canonical(state.url)
    rewritten = canonical != state.url and not state.pushed
    live.frontier.add(
        canonical if rewritten else state.url,
        max(1, state.depth),
        found_on=state.found_on,
        off_host=True,
        trusted=trusted,
        planted=not rewritten,  # (the store may not know the new address yet)
    )
    if rewritten and live.known.has_document(state):
        # The registry has a new rule for addresses: what stood at the old one moves to the new one.
        moved = Visit(
            url=state.url,
            agency=live.agency.id,
            outcome=Outcome.REDIRECTED,
            at=now(),
            reason="the agency's rules for addresses in the registry write it so",
            canonical_url=canonical,
            depth=state.depth,
            found_on=state.found_on,
        )
        live.endings.end(moved)
