"""Is nothing removed in haste, and nothing much unseen?"""

from datetime import timedelta

import pytest

from crawler.assignment import Scope
from crawler.errors import StoreError
from crawler.outcomes import Outcome
from crawler.store import PageStore, VisitedLink
from tests.unit.visits import Crawls, url, visit

PATHS = [f"/{number:03}" for number in range(100)]
LOST = Outcome.ROBOTS_DENIED


@pytest.fixture
def crawls(store_url: str):
    with PageStore(store_url) as store:
        yield Crawls(store)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.GONE,
        Outcome.NOINDEX,
        Outcome.ROBOTS_DENIED,
        Outcome.DENIED_BY_REGISTRY,
        Outcome.OFF_HOST,
        Outcome.REDIRECTED,
        Outcome.CANONICAL_ELSEWHERE,
        Outcome.DUPLICATE,
    ],
)
def test_what_the_site_says_outright_holds_at_once(crawls: Crawls, outcome: Outcome) -> None:
    crawls.crawl(["/a", "/b"])
    run = crawls.begin()
    before = crawls.store.revision()
    crawls.save(run, ["/a"], outcome, http_status=410)
    assert crawls.seen(before) == [("/a", False)]
    assert crawls.finish(run) == "finished"
    assert crawls.seen(before) == [("/a", False)]
    assert crawls.store.run(run).changes == {"removed": 1}


@pytest.mark.parametrize(
    "outcome", [Outcome.TIMEOUT, Outcome.HTTP_ERROR, Outcome.DNS_ERROR, Outcome.RATE_LIMITED]
)
def test_a_site_that_fails_loses_nothing_and_is_stale(crawls: Crawls, outcome: Outcome) -> None:
    crawls.crawl(["/a", "/b"])
    for _ in range(12):
        crawls.crawl(["/a"], outcome, http_status=None)
    assert crawls.documents == 2
    assert crawls.store.stale_count("norrby") == 1
    crawls.crawl(["/a"])
    assert crawls.store.stale_count("norrby") == 0


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.SOFT_404])
def test_a_page_not_found_goes_when_another_run_misses_it_too(crawls: Crawls, outcome: Outcome) -> None:
    crawls.crawl(["/a"])
    run = crawls.begin()
    for _ in range(3):
        crawls.save(run, ["/a"], outcome, http_status=404)
        crawls.now += timedelta(minutes=1)
    crawls.finish(run)
    assert crawls.documents == 1, "one run that misses it twice has missed it once"
    crawls.crawl(["/a"], outcome, http_status=404)
    assert crawls.documents == 0


def test_only_what_is_missing_twice_in_a_row_is_gone(crawls: Crawls) -> None:
    for outcome, status in [
        (Outcome.INDEXED, 200),
        (Outcome.NOT_FOUND, 404),
        (Outcome.UNCHANGED, 304),
        (Outcome.HTTP_ERROR, 500),
        (Outcome.NOT_FOUND, 404),
        (Outcome.TIMEOUT, None),
    ]:
        crawls.crawl(["/a"], outcome, http_status=status)
        assert crawls.documents == 1, outcome
    crawls.crawl(["/a"], Outcome.SOFT_404)
    assert crawls.documents == 0, "missed, out of reach, missed again"


def test_a_page_that_somebody_asked_for_is_gone_at_once(crawls: Crawls) -> None:
    crawls.crawl(["/a"])
    run = crawls.begin(Scope.URL)
    crawls.save(run, ["/a"], Outcome.NOT_FOUND, http_status=404, asked_for=True)
    assert crawls.documents == 0


def test_a_passing_redirect_is_not_a_move(crawls: Crawls) -> None:
    crawls.crawl(["/a"])
    passing = {"http_status": 302, "passing": True, "asked_for": True}
    crawls.crawl(["/a"], Outcome.REDIRECTED, **passing)
    assert crawls.documents == 1
    crawls.crawl(["/a"], Outcome.REDIRECTED, **passing)
    assert crawls.documents == 0


def test_losses_beyond_the_floor_wait_for_the_end_and_the_index_hears_nothing(crawls: Crawls) -> None:
    crawls.crawl(PATHS)
    run = crawls.begin()
    before = crawls.store.revision()
    crawls.save(run, PATHS[:15], LOST, http_status=None)
    crawls.save(run, PATHS[15:28], LOST, http_status=None)
    assert crawls.seen(before) == [(path, False) for path in PATHS[:20]]
    row = crawls.store.document(url(PATHS[25]))
    assert row is not None
    assert (row.lost_run, row.lost_reason) == (run, "robots_denied: ")
    middle = crawls.store.revision()
    assert crawls.finish(run) == "finished"
    assert crawls.seen(middle) == [(path, False) for path in PATHS[20:28]]
    assert crawls.store.run(run).changes == {"removed": 28}
    assert crawls.documents == 72


def test_a_run_that_lost_too_much_is_held_and_all_is_as_it_was(crawls: Crawls) -> None:
    crawls.crawl(PATHS)
    crawls.crawl(PATHS[:10], Outcome.NOT_FOUND, http_status=404)
    run = crawls.begin()
    before = crawls.store.revision()
    crawls.save(run, PATHS[:10], Outcome.NOT_FOUND, http_status=404)
    crawls.save(run, PATHS[10:50], LOST, http_status=None)
    assert crawls.documents == 80
    assert crawls.finish(run) == "held"
    assert crawls.documents == 100
    shown = dict(crawls.seen(before))
    assert shown == dict.fromkeys(PATHS[:20], True), "put back, the rest was never touched"
    summary = crawls.store.run(run)
    assert summary.status == "held"
    assert summary.reason == "50 of 100 documents were not found any more: robots_denied 40, not_found 10"
    assert summary.changes == {"held": 50}
    assert summary.documents_before == 100


def test_a_held_run_can_be_released_once(crawls: Crawls) -> None:
    crawls.crawl(PATHS)
    crawls.crawl(PATHS[:50], LOST, http_status=None)
    (run,) = [summary.id for summary in crawls.store.runs(status="held")]
    before = crawls.store.revision()
    assert crawls.store.release_run(run, crawls.now) == 50
    assert crawls.seen(before) == [(path, False) for path in PATHS[:50]]
    assert crawls.store.run(run).status == "released"
    assert crawls.store.run(run).changes == {"removed": 50}
    for decide in (crawls.store.release_run, crawls.store.discard_run):
        with pytest.raises(StoreError, match=f"run {run} is released; only a run that is held"):
            decide(run, crawls.now)


def test_a_held_run_can_be_discarded_and_is_looked_at_again(crawls: Crawls) -> None:
    crawls.crawl(PATHS)
    crawls.crawl(PATHS[:50], LOST, http_status=None)
    (run,) = [summary.id for summary in crawls.store.runs(status="held")]
    before = crawls.store.revision()
    due = crawls.store.url_state(url(PATHS[0]))
    assert due is not None
    assert due.next_visit is not None
    assert crawls.store.discard_run(run, crawls.now) == 50
    assert crawls.seen(before) == []
    assert (crawls.documents, crawls.store.run(run).status) == (100, "discarded")
    waiting = {state.url for state in crawls.store.url_states("norrby") if state.next_visit is None}
    assert waiting == {url(path) for path in PATHS[:50]}
    row = crawls.store.document(url(PATHS[0]))
    assert row is not None
    assert (row.lost_run, row.lost_reason) == (None, "")


def test_what_is_found_again_is_not_lost(crawls: Crawls) -> None:
    crawls.crawl(PATHS)
    run = crawls.begin()
    crawls.save(run, PATHS[:50], LOST, http_status=None)
    crawls.now += timedelta(minutes=1)
    crawls.save(run, PATHS[:45], text="Så gör du.")
    assert crawls.documents == 100
    assert crawls.finish(run) == "finished"
    assert crawls.documents == 95
    changes = crawls.store.run(run).changes
    assert (changes["removed"], changes.get("new", 0)) == (5, 0)


def test_a_later_run_takes_the_place_of_a_held_one(crawls: Crawls) -> None:
    crawls.crawl(PATHS)
    assert crawls.crawl(PATHS[:50], LOST, http_status=None) == "held"
    assert crawls.crawl(PATHS[:40]) == "finished"
    assert [run.status for run in crawls.store.runs()] == ["finished", "superseded", "finished"]
    assert crawls.documents == 90, "what the held run missed and nobody has found since"
    assert crawls.crawl(PATHS[:60], LOST, http_status=None) == "held"
    assert crawls.crawl([]) == "held", "as long as nothing is found again"
    assert [run.status for run in crawls.store.runs(limit=2)] == ["held", "superseded"]
    assert crawls.documents == 90


def test_a_run_of_a_section_leaves_held_runs_alone(crawls: Crawls) -> None:
    crawls.crawl(PATHS)
    assert crawls.crawl(PATHS[:50], LOST, http_status=None) == "held"
    run = crawls.begin(Scope.SECTION)
    crawls.save(run, PATHS[50:90], LOST, http_status=None)
    assert crawls.finish(run) == "held"
    run = crawls.begin(Scope.URL)
    crawls.save(run, PATHS[:1], LOST, http_status=None)
    assert crawls.finish(run) == "finished"
    assert [run.status for run in crawls.store.runs(limit=3)] == ["finished", "held", "held"]
    assert crawls.documents == 99


@pytest.mark.parametrize("broken_off", ["paused", "interrupted", "failed"])
@pytest.mark.parametrize("continued", [True, False])
def test_a_run_in_parts_is_judged_as_one(crawls: Crawls, broken_off: str, continued: bool) -> None:
    crawls.crawl(PATHS)
    first = crawls.begin()
    crawls.save(first, PATHS[:25], LOST, http_status=None)
    assert crawls.finish(first, broken_off) == broken_off
    assert crawls.documents == 80
    second = crawls.begin(continues=first if continued else None)
    crawls.save(second, PATHS[25:40], LOST, http_status=None)
    assert crawls.documents == (80 if continued else 65), "the floor is one for all parts"
    assert crawls.finish(second) == "held"
    assert crawls.documents == 100
    told = crawls.store.run(second).reason
    assert told.startswith("40 of 100 " if continued else "40 of 80 ")
    assert crawls.store.run(first).changes == {}
    assert crawls.store.run(second).changes == {"held": 40}
    crawls.store.release_run(second, crawls.now)
    assert crawls.documents == 60


def test_a_site_that_moved_is_not_held_and_one_that_leads_home_is(crawls: Crawls) -> None:
    crawls.crawl(["/", *PATHS])
    run = crawls.begin()
    crawls.save(run, [f"/ny{path}" for path in PATHS], text="Så gör du.")
    for path in PATHS:
        crawls.save(run, [path], Outcome.REDIRECTED, http_status=301, canonical_url=url(f"/ny{path}"))
    assert crawls.finish(run) == "finished"
    assert crawls.documents == 101
    run = crawls.begin()
    crawls.save(
        run, [f"/ny{path}" for path in PATHS], Outcome.REDIRECTED, http_status=301, canonical_url=url("/")
    )
    assert crawls.finish(run) == "held"
    assert crawls.store.run(run).reason.startswith("99 of 101 documents")


def test_a_duplicate_that_was_new_in_the_run_is_no_loss(crawls: Crawls) -> None:
    run = crawls.begin()
    crawls.save(run, PATHS)
    crawls.save(run, PATHS[1:], Outcome.DUPLICATE, canonical_url=url(PATHS[0]))
    assert crawls.documents == 1
    assert crawls.finish(run) == "finished"
    summary = crawls.store.run(run)
    assert summary.changes == {"new": 1}
    assert summary.outcomes == {Outcome.INDEXED: 1, Outcome.DUPLICATE: 99}
    assert summary.requests == 100


def test_what_is_pushed_is_lost_by_pushes_only(crawls: Crawls) -> None:
    run = crawls.begin(Scope.URL)
    crawls.save(run, PATHS, pushed=True)
    crawls.finish(run)
    assert crawls.crawl(PATHS[:10], Outcome.GONE, http_status=410) == "finished"
    assert crawls.crawl(PATHS[:10], text="annat") == "finished"
    row = crawls.store.document(url(PATHS[0]))
    assert row is not None
    assert row.record.text == "Så gör du."
    run = crawls.begin(Scope.URL)
    crawls.save(run, PATHS[:90], Outcome.GONE, pushed=True)
    assert crawls.documents == 10, "the agency knows what it takes back"
    assert crawls.finish(run) == "finished"
    state = crawls.store.url_state(url(PATHS[0]))
    assert state is not None
    assert not state.pushed


def test_a_run_is_judged_once(crawls: Crawls) -> None:
    crawls.crawl(PATHS)
    run = crawls.begin()
    crawls.save(run, PATHS[:50], LOST, http_status=None)
    assert crawls.finish(run) == "held"
    assert crawls.finish(run) == "held"
    assert crawls.store.run(run).changes == {"held": 50}
    with pytest.raises(StoreError, match="no crawl run 999"):
        crawls.finish(999)


def test_links_of_what_was_put_back_are_still_there(crawls: Crawls) -> None:
    link = VisitedLink(url("/mål"), "till målet")
    crawls.crawl(["/mål"])
    crawls.crawl(PATHS, links=(link,))
    run = crawls.begin()
    crawls.store.save_visits(run, [visit(path, LOST, at=crawls.now) for path in PATHS])
    assert crawls.finish(run) == "held"
    assert crawls.store.inbound_texts([url("/mål")]) == {url("/mål"): ("till målet",)}
    assert crawls.store.link_texts(["www.norrby.example"]) == {url("/mål"): {"till målet": 100}}
    crawls.store.release_run(run, crawls.now)
    assert crawls.store.link_texts(["www.norrby.example"]) == {}
