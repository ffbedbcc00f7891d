"""Which known URLs get a turn in a run, and which of these are passed over?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.assignment import Assignment, Origin, Scope
from crawler.fetch.known import Known, SiteMapped
from crawler.outcomes import Outcome
from crawler.revisit import DEFAULT_RULE
from crawler.store import UrlState

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_URL = "https://www.norrvik.example/sida"
_LATER, _EARLIER = _NOW + timedelta(days=3), _NOW - timedelta(hours=1)


def _state(outcome: Outcome = Outcome.INDEXED, **more: Any) -> UrlState:
    values: dict[str, Any] = {
        "url": _URL, "agency": "norrvik", "outcome": outcome, "reason": "", "http_status": 200,
        "canonical_url": _URL, "content_type": "", "etag": "", "last_modified": "", "content_hash": "abc",
        "sitemap_lastmod": "", "depth": 1, "found_on": "", "failures": int(outcome.is_failure),
        "first_visit": _NOW - timedelta(days=9), "last_visit": _NOW - timedelta(days=1), "run": 1,
        "next_visit": None if outcome.is_failure else _LATER, "interval": 345_600.0, "changed_at": None,
        "in_sitemap": False, "pushed": False, "history": (),
    }  # fmt: skip
    return UrlState(**{**values, **more})


def _known(
    *states: UrlState,
    origin: Origin = Origin.SCHEDULE,
    broken_off: frozenset[int] = frozenset(),
    documents: tuple[str, ...] = (),
    **task: Any,
) -> Known:
    assignment = Assignment("norrvik", origin=origin, **task)
    return Known(assignment, states, rule=DEFAULT_RULE, now=_NOW, broken_off=broken_off, documents=documents)


@pytest.mark.parametrize(
    ("state", "planted"),
    [
        (_state(), [True]),
        (_state(Outcome.NOT_VISITED), [True]),
        (_state(Outcome.TIMEOUT), [True]),
        (_state(Outcome.TIMEOUT, failures=5), []),
        (_state(Outcome.NOINDEX), []),
        (_state(Outcome.NOINDEX, next_visit=_EARLIER), [False]),
        (_state(Outcome.ROBOTS_DENIED), [False]),
        (_state(Outcome.TRAP, next_visit=_EARLIER), []),
        (_state(Outcome.DUPLICATE, canonical_url="https://www.norrvik.example/borta"), [False]),
    ],
)
def test_what_gets_a_turn_though_nothing_may_lead_to_it(state: UrlState, planted: list[bool]) -> None:
    assert [trusted for _, trusted in _known(state).planted()] == planted


def test_what_has_a_document_gets_a_turn_whatever_became_of_it() -> None:
    state = _state(Outcome.TIMEOUT, failures=50)
    assert list(_known(state, documents=(_URL,)).planted()) == [(state, True)]


def test_only_what_lies_within_the_assignment_gets_a_turn() -> None:
    inside, outside = _state(), _state(url="https://www.norrvik.example/annat")
    known = _known(inside, outside, scope=Scope.SECTION, target=_URL)
    assert [state for state, _ in known.planted()] == [inside]
    assert list(known.outside()) == [outside]


def test_a_planned_run_waits_for_the_time_and_a_person_does_not() -> None:
    site = SiteMapped()
    assert "due 2026-11-25" in _known().passed_over(_state(), site)
    assert _known().passed_over(_state(), site, seed=True) == ""
    assert _known(origin=Origin.COMMAND).passed_over(_state(), site) == ""
    assert _known(request=7).passed_over(_state(), site) == ""


def _mapped(lastmod: str = "2026-11-01") -> SiteMapped:
    return SiteMapped({_URL: lastmod}, whole=True, trusted=True)


@pytest.mark.parametrize("origin", [Origin.SCHEDULE, Origin.COMMAND])
def test_what_the_sitemap_says_did_not_change_is_passed_over_unless_it_failed(origin: Origin) -> None:
    known = _known(origin=origin)
    same: dict[str, Any] = {"sitemap_lastmod": "2026-11-01", "in_sitemap": True}
    # (one of 25 is visited all the same)
    urls = [f"{_URL}/{n}" for n in range(50)]
    site = SiteMapped(dict.fromkeys(urls, "2026-11-01"), whole=True, trusted=True)
    said = [known.passed_over(_state(url=url, next_visit=_EARLIER, **same), site) for url in urls]
    assert known.sampled == {url for url, why in zip(urls, said, strict=True) if not why}
    assert len(known.sampled) < 15
    assert known.passed_over(_state(**same), _mapped("2026-11-20")) == ""
    assert known.passed_over(_state(Outcome.TIMEOUT, **same), _mapped()) == ""
    assert known.passed_over(_state(**same), SiteMapped(whole=True)) == ""  # it left the sitemap


def test_what_was_visited_before_the_run_was_broken_off_is_not_visited_again() -> None:
    visited, waiting = _state(run=4), _state(Outcome.NOT_VISITED, url=f"{_URL}/2", run=4)
    known = _known(visited, waiting, broken_off=frozenset({4}), request=7)
    assert "broken off" in known.passed_over(visited, SiteMapped(), seed=True)
    assert known.passed_over(waiting, SiteMapped()) == ""
    assert known.visited_before(visited)
    assert not known.visited_before(waiting)
    assert known.pages_before == 1


def test_a_duplicate_is_visited_when_the_page_that_stood_for_it_is_gone() -> None:
    other = "https://www.norrvik.example/andra"
    state = _state(Outcome.DUPLICATE, canonical_url=other)
    assert _known(state).passed_over(state, SiteMapped()) == ""
    assert _known(state, documents=(other,)).passed_over(state, SiteMapped())


def test_what_the_agency_sends_itself_is_never_visited() -> None:
    state = _state(pushed=True, next_visit=_EARLIER)
    assert "sends" in _known(request=7).passed_over(state, SiteMapped(), seed=True)
