"""Does the frontier hand out each URL once, what was asked for first, and know when nothing waits?"""

from datetime import date

from crawler.fetch.frontier import Frontier
from crawler.fetch.learned import ENOUGH, Variants
from crawler.outcomes import Outcome
from crawler.registry import Agency, AgencyKind

_HOST = "www.norrvik.example"
_BASE = f"https://{_HOST}"


def _frontier(*, max_pages: int = 100, variants: Variants | None = None) -> Frontier:
    agency = Agency(
        id="norrvik",
        name="Norrviks kommun",
        kind=AgencyKind.MUNICIPALITY,
        seeds=(f"{_BASE}/",),
        max_pages=max_pages,
        deny=("/hemligt*",),
    )
    return Frontier(agency, allow_private=False, today=date(2026, 11, 22), variants=variants)


def _paths(frontier: Frontier) -> list[str]:
    """All that is handed out, in order."""
    found = []
    while frontier.has_next(_HOST):
        entry = frontier.next_of(_HOST)
        assert entry is not None, "what is said to wait must come: the crawl would wait for ever"
        found.append(entry.url.removeprefix(_BASE))
    assert frontier.next_of(_HOST) is None
    return found


def test_the_shallowest_comes_first_and_a_better_place_leaves_nothing_behind() -> None:
    frontier = _frontier()
    frontier.add(f"{_BASE}/a", 3)
    frontier.add(f"{_BASE}/b", 2)
    frontier.add(f"{_BASE}/c", 4)
    frontier.add(f"{_BASE}/c", 1)
    assert _paths(frontier) == ["/c", "/b", "/a"]
    frontier.add(f"{_BASE}/a", 1)
    assert not frontier.has_next(_HOST)


def test_what_was_asked_for_comes_first_though_it_had_its_turn_or_the_limit_is_reached() -> None:
    frontier = _frontier(max_pages=2)
    for path in ("/a", "/b", "/c"):
        frontier.add(f"{_BASE}{path}", 1)
    assert _paths(frontier) == ["/a", "/b"]
    assert frontier.at_page_limit
    for path in ("/a", "/c"):
        frontier.again(f"{_BASE}{path}", 1, asked_for=True)
    frontier.again(f"{_BASE}/c", 1)  # a second look takes nothing away from who asked
    assert _paths(frontier) == ["/a", "/c"]
    assert len(frontier) == 0


def test_of_a_host_that_rests_only_what_was_asked_for_is_handed_out() -> None:
    frontier = _frontier()
    frontier.add(f"{_BASE}/a", 1)
    assert not frontier.has_next(_HOST, only_asked=True)
    frontier.again(f"{_BASE}/b", 1, asked_for=True)
    entry = frontier.next_of(_HOST, only_asked=True)
    assert entry is not None
    assert entry.url == f"{_BASE}/b"
    assert frontier.next_of(_HOST, only_asked=True) is None
    assert _paths(frontier) == ["/a"]


def test_what_cost_no_request_or_was_put_back_does_not_count() -> None:
    frontier = _frontier(max_pages=2)
    for path in ("/a", "/b", "/c"):
        frontier.add(f"{_BASE}{path}", 1)
    first = frontier.next_of(_HOST)
    assert first is not None
    frontier.put_back(first)
    assert frontier.next_of(_HOST) is not None
    frontier.not_fetched()
    assert len(_paths(frontier)) == 2


def test_pages_of_a_run_that_was_broken_off_count_towards_the_limit() -> None:
    frontier = _frontier(max_pages=3)
    frontier.went_before(2)
    for path in ("/a", "/b"):
        frontier.add(f"{_BASE}{path}", 1)
    assert _paths(frontier) == ["/a"]


def test_what_was_asked_for_is_refused_only_where_it_must_not_be_fetched() -> None:
    frontier = _frontier()
    assert frontier.again(f"{_BASE}/hemligt/1", 99, asked_for=True) is None
    assert frontier.refused.popleft().refusal.outcome is Outcome.DENIED_BY_REGISTRY
    assert frontier.again(f"{_BASE}/djupt", 99, asked_for=True) is not None


def test_a_writing_that_was_learned_is_tried_out_by_its_number_not_by_how_often_it_is_linked() -> None:
    variants = Variants()
    for n in range(ENOUGH):
        variants.learn(f"{_BASE}/{n}", f"hash {n}")
        variants.learn(f"{_BASE}/{n}?visning=stor", f"hash {n}")
    frontier = _frontier(variants=variants)
    written = f"{_BASE}/sida?visning=stor"
    for _ in range(100):
        frontier.add(written, 1)
    assert _paths(frontier) == ["/sida"]
    assert frontier.stands_for(frontier.canonical(written)) == f"{_BASE}/sida"
    assert frontier.stands_for(frontier.canonical(f"{_BASE}/x")) == f"{_BASE}/x"
