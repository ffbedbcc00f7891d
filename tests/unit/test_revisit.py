"""Is what changes often visited sooner, what is stable later, and everything in a set time?"""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.outcomes import Outcome
from crawler.revisit import FIRST, LEAST, MOST, RevisitRule, is_due, rule_of
from crawler.store import PageStore, UrlState
from tests.unit.visits import DAY, START, Crawls, url, visit

HOUR = timedelta(hours=1)
_AGES = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


def _state(**more: object) -> UrlState:
    values: dict[str, object] = {
        "url": url("/a"),
        "agency": "norrby",
        "outcome": Outcome.INDEXED,
        "reason": "",
        "http_status": 200,
        "canonical_url": url("/a"),
        "content_type": "text/html",
        "etag": "",
        "last_modified": "",
        "content_hash": "x",
        "sitemap_lastmod": "2026-03-01",
        "depth": 1,
        "found_on": "",
        "failures": 0,
        "first_visit": START,
        "last_visit": START,
        "run": 1,
        "next_visit": START + DAY,
        "interval": DAY.total_seconds(),
        "changed_at": START,
        "in_sitemap": True,
        "pushed": False,
        "history": (),
        **more,
    }
    return UrlState(**values)  # type: ignore[arg-type]


def test_intervals_grow_and_shrink() -> None:
    rule = RevisitRule()
    assert rule.next_interval(timedelta(0), changed=True, elapsed=timedelta(0)) == FIRST
    assert rule.next_interval(DAY, changed=False, elapsed=DAY) == 1.5 * DAY
    assert rule.next_interval(DAY, changed=True, elapsed=DAY) == 0.5 * DAY


def test_a_visit_soon_after_the_last_says_nothing_of_a_stable_page() -> None:
    rule = RevisitRule()
    assert rule.next_interval(DAY, changed=False, elapsed=HOUR) == DAY
    assert rule.next_interval(DAY, changed=True, elapsed=HOUR) == 0.5 * DAY


@given(last=_AGES, elapsed=_AGES, changed=st.booleans())
def test_intervals_stay_within_their_bounds(last: timedelta, elapsed: timedelta, changed: bool) -> None:
    assert LEAST <= RevisitRule().next_interval(last, changed=changed, elapsed=elapsed) <= MOST


def test_the_rule_of_an_agency() -> None:
    weekly = rule_of(7 * DAY, revisit_days=14)
    assert (weekly.first, weekly.most) == (7 * DAY, 14 * DAY)
    assert rule_of(None, revisit_days=30).first == DAY
    hasty = rule_of(DAY, revisit_days=0.01)
    assert hasty.next_interval(timedelta(0), changed=True, elapsed=DAY) == timedelta(days=0.01)


def test_a_page_that_changes_at_random_settles_where_the_docstring_says() -> None:
    chance = random.Random(17)
    rule = RevisitRule()
    between = timedelta(days=5)
    interval, found, total, visits = FIRST, 0, timedelta(0), 20_000
    for _ in range(visits):
        changed = chance.expovariate(1.0) < interval / between
        found += changed
        total += interval
        interval = rule.next_interval(interval, changed=changed, elapsed=interval)
    assert 0.35 < found / visits < 0.39
    assert 0.4 < total / visits / between < 0.6


@pytest.mark.parametrize(
    ("after", "due"), [(timedelta(0), False), (20 * HOUR, False), (22 * HOUR, True), (3 * DAY, True)]
)
def test_a_page_is_due_when_its_time_has_come(after: timedelta, due: bool) -> None:
    assert is_due(_state(), START + after) is due


def test_what_has_no_time_is_due() -> None:
    assert is_due(_state(next_visit=None), START)


def test_what_the_sitemap_says_makes_due() -> None:
    now = START + HOUR
    assert is_due(_state(), now, sitemap_lastmod="2026-03-02", in_sitemap=True)
    assert not is_due(_state(), now, sitemap_lastmod="2026-03-01", in_sitemap=True)
    assert not is_due(_state(), now, sitemap_lastmod="", in_sitemap=True)
    assert is_due(_state(), now, in_sitemap=False), "it left the sitemap"
    assert not is_due(_state(), now, in_sitemap=None), "the sitemap could not be read"
    assert not is_due(_state(in_sitemap=False), now, in_sitemap=False), "it never was in one"
    long = "2026-03-01T10:00:00.000000000000+01:00, and more"
    assert not is_due(_state(sitemap_lastmod=long[:40]), now, sitemap_lastmod=long, in_sitemap=True)


def test_a_trusted_sitemap_postpones_up_to_the_set_time() -> None:
    same = {"sitemap_lastmod": "2026-03-01", "in_sitemap": True}
    later = START + 20 * DAY
    assert is_due(_state(), later, **same)  # type: ignore[arg-type]
    assert not is_due(_state(), later, **same, trusted=True)  # type: ignore[arg-type]
    assert is_due(_state(), START + 30 * DAY, **same, trusted=True)  # type: ignore[arg-type]
    assert is_due(_state(), later, sitemap_lastmod="2026-03-09", in_sitemap=True, trusted=True)
    assert is_due(_state(), later, sitemap_lastmod="", in_sitemap=True, trusted=True)


# --- what the store keeps of it ---


@pytest.fixture
def crawls(store_url: str):
    with PageStore(store_url) as store:
        yield Crawls(store)


def _known(crawls: Crawls) -> UrlState:
    state = crawls.store.url_state(url("/a"))
    assert state is not None
    return state


def test_the_store_follows_the_rule(crawls: Crawls) -> None:
    crawls.crawl(["/a"])
    first = crawls.now
    assert (_known(crawls).interval, _known(crawls).changed_at) == (DAY.total_seconds(), first)
    crawls.crawl(["/a"], Outcome.UNCHANGED, http_status=304)
    state = _known(crawls)
    assert state.interval == 1.5 * DAY.total_seconds()
    assert state.next_visit == crawls.now + 1.5 * DAY
    assert state.changed_at == first
    crawls.crawl(["/a"], text="Så gör du.")
    assert _known(crawls).interval == pytest.approx(1.5 * 1.5 * DAY.total_seconds()), "the same text again"
    crawls.crawl(["/a"], text="Nytt.")
    assert _known(crawls).interval == pytest.approx(1.125 * DAY.total_seconds())
    assert _known(crawls).changed_at == crawls.now


def test_a_failure_is_tried_again_at_the_next_run_and_teaches_nothing(crawls: Crawls) -> None:
    crawls.crawl(["/a"], Outcome.NOINDEX)
    crawls.crawl(["/a"], Outcome.TIMEOUT, http_status=None)
    state = _known(crawls)
    assert (state.next_visit, state.interval, state.failures) == (None, DAY.total_seconds(), 1)
    crawls.crawl(["/a"], Outcome.NOINDEX)
    state = _known(crawls)
    assert state.interval == 1.5 * DAY.total_seconds(), "the same as before the failure"
    assert [entry[5] for entry in state.history] == [False, False, True]


def test_a_link_to_nothing_is_followed_ever_more_rarely(crawls: Crawls) -> None:
    crawls.crawl(["/a"], Outcome.NOT_FOUND, http_status=404)
    assert _known(crawls).next_visit == crawls.now + 3 * DAY
    crawls.crawl(["/a"], Outcome.SOFT_404)
    assert _known(crawls).next_visit == crawls.now + 3 * DAY, "half of the interval has not passed"
    crawls.now += 2 * DAY
    crawls.crawl(["/a"], Outcome.SOFT_404)
    assert _known(crawls).next_visit == crawls.now + 4.5 * DAY
    for _ in range(9):
        crawls.now += 30 * DAY
        crawls.crawl(["/a"], Outcome.NOT_FOUND, http_status=404)
    assert _known(crawls).next_visit == crawls.now + MOST
    crawls.crawl(["/a"])
    assert _known(crawls).outcome is Outcome.INDEXED


def test_an_address_that_only_leads_on_is_asked_more_rarely_than_a_page(crawls: Crawls) -> None:
    crawls.crawl(["/a"], Outcome.REDIRECTED, http_status=301, canonical_url=url("/b"))
    assert _known(crawls).next_visit == crawls.now + 3 * DAY
    crawls.now += 2 * DAY
    crawls.crawl(["/a"])
    assert _known(crawls).next_visit == crawls.now + 1.5 * DAY, "a page now"


def test_a_page_that_was_there_is_looked_for_again_at_the_next_run(crawls: Crawls) -> None:
    crawls.crawl(["/a"])
    for _ in range(6):
        crawls.now += 30 * DAY
        crawls.crawl(["/a"], Outcome.UNCHANGED, http_status=304)
    assert _known(crawls).interval == pytest.approx(11.4 * DAY.total_seconds(), rel=0.01)
    crawls.crawl(["/a"], Outcome.NOT_FOUND, http_status=404)
    assert (_known(crawls).next_visit, crawls.documents) == (None, 1)
    crawls.crawl(["/a"], Outcome.NOT_FOUND, http_status=404)
    assert crawls.documents == 0
    assert _known(crawls).next_visit == crawls.now + DAY, "soon at first, in case it comes back"


def test_the_history_holds_the_last_ten_visits_newest_first(crawls: Crawls) -> None:
    for number in range(12):
        crawls.crawl(["/a"], text=f"{number // 2}", seconds=0.25)
    history = _known(crawls).history
    assert len(history) == 10
    assert history[0] == ("2026-03-14T01:12:00.000+00:00", 12, "indexed", 200, 0.25, False)
    assert [entry[1] for entry in history] == list(range(12, 2, -1))
    assert [entry[5] for entry in history] == [False, True] * 5
    assert next(crawls.store.url_states("norrby")).history == (), "not where many are read at once"


def test_a_corrected_visit_is_one_visit(crawls: Crawls) -> None:
    crawls.crawl(["/a"])
    run = crawls.begin()
    crawls.save(run, ["/a"], Outcome.UNCHANGED, http_status=304)
    crawls.save(run, ["/a"], Outcome.DUPLICATE, http_status=304)
    state = _known(crawls)
    assert [entry[2] for entry in state.history] == ["duplicate", "indexed"]
    assert state.interval == 1.5 * DAY.total_seconds()
    assert crawls.store.run(run).requests == 1


def test_the_crawl_sets_the_rule(crawls: Crawls) -> None:
    run = crawls.begin()
    crawls.store.save_visits(run, [visit("/a", at=crawls.now)], rule=rule_of(HOUR, revisit_days=30))
    assert _known(crawls).interval == 3600


def test_a_page_that_was_asked_for_keeps_what_the_sitemap_said(crawls: Crawls) -> None:
    crawls.crawl(["/a"], in_sitemap=True, sitemap_lastmod="2026-03-01")
    crawls.crawl(["/a"], Outcome.UNCHANGED, asked_for=True)
    assert (_known(crawls).in_sitemap, _known(crawls).sitemap_lastmod) == (True, "2026-03-01")
    crawls.crawl(["/a"], Outcome.UNCHANGED)
    assert (_known(crawls).in_sitemap, _known(crawls).sitemap_lastmod) == (False, "")
