"""Does a run's report tell what happened, and does the store keep what a killed run had found?"""

import pytest

from crawler.assignment import Scope
from crawler.outcomes import Outcome
from crawler.store import PageStore, VisitedLink
from tests.unit.visits import HOST, Crawls, url, visit


@pytest.fixture
def crawls(store_url: str):
    with PageStore(store_url) as store:
        yield Crawls(store)


def _outcome(crawls: Crawls, path: str) -> Outcome | None:
    state = crawls.store.url_state(url(path))
    return state.outcome if state else None


# --- discovered URLs ---


def test_a_discovered_url_waits_in_the_store(crawls: Crawls) -> None:
    run = crawls.begin()
    crawls.save(run, ["/a", "/b"], Outcome.NOT_VISITED, http_status=None, depth=3, found_on=url("/"))
    state = crawls.store.url_state(url("/a"))
    assert state is not None
    assert (state.outcome, state.depth, state.found_on, state.next_visit, state.history) == (
        Outcome.NOT_VISITED,
        3,
        url("/"),
        None,
        (),
    )
    crawls.save(run, ["/a"])
    assert crawls.store.run(run).outcomes == {Outcome.INDEXED: 1, Outcome.NOT_VISITED: 1}
    assert crawls.store.run(run).requests == 1


def test_discovering_what_is_known_changes_nothing(crawls: Crawls) -> None:
    crawls.crawl(["/a"])
    before = crawls.store.url_state(url("/a"))
    run = crawls.begin()
    crawls.save(run, ["/a"], Outcome.NOT_VISITED, http_status=None)
    assert crawls.store.url_state(url("/a")) == before
    crawls.save(run, ["/a"], Outcome.UNCHANGED)
    crawls.save(run, ["/a"], Outcome.NOT_VISITED, http_status=None)
    assert _outcome(crawls, "/a") is Outcome.UNCHANGED
    assert crawls.store.run(run).outcomes == {Outcome.UNCHANGED: 1}


def test_a_visit_wins_over_a_link_to_it_in_the_same_batch(crawls: Crawls) -> None:
    run = crawls.begin()
    visits = [
        visit("/a", Outcome.NOT_VISITED, at=crawls.now),
        visit("/a", at=crawls.now),
        visit("/a", Outcome.NOT_VISITED, at=crawls.now),
    ]
    crawls.store.save_visits(run, visits)
    assert _outcome(crawls, "/a") is Outcome.INDEXED
    assert crawls.documents == 1


def test_why_a_url_was_not_visited_after_all_is_told(crawls: Crawls) -> None:
    crawls.crawl(["/känd"])
    run = crawls.begin()
    crawls.save(run, ["/ny"], Outcome.NOT_VISITED, http_status=None)
    crawls.save(run, ["/ny", "/känd"], Outcome.PAGE_LIMIT, http_status=None, reason="the limit of 1 page")
    assert _outcome(crawls, "/ny") is Outcome.PAGE_LIMIT
    assert _outcome(crawls, "/känd") is Outcome.INDEXED
    assert crawls.store.run(run).outcomes == {Outcome.PAGE_LIMIT: 2}
    crawls.finish(run)
    assert crawls.crawl(["/ny"]) == "finished"
    state = crawls.store.url_state(url("/ny"))
    assert state is not None
    assert state.first_visit == crawls.now, "the first time that it was visited"


def test_what_is_not_due_is_counted_and_left_alone(crawls: Crawls) -> None:
    crawls.crawl(["/a", "/b"], etag='"1"')
    before = crawls.store.url_state(url("/a"))
    run = crawls.begin()
    crawls.save(run, ["/a", "/b"], Outcome.NOT_DUE, http_status=None, reason="not before tomorrow")
    summary = crawls.store.run(run)
    assert crawls.store.url_state(url("/a")) == before
    assert (summary.outcomes, summary.requests) == ({Outcome.NOT_DUE: 2}, 0)
    assert summary.changes == {"not_due": 2}


def test_a_run_that_was_broken_off_forgets_no_validator(crawls: Crawls) -> None:
    run = crawls.begin()
    crawls.save(run, ["/a"], etag='"1"', last_modified="Mon, 02 Mar 2026 01:00:00 GMT", sitemap_lastmod="x")
    crawls.finish(run, "interrupted")
    crawls.begin()
    state = crawls.store.url_state(url("/a"))
    assert state is not None
    assert (state.etag, state.sitemap_lastmod) == ('"1"', "x")
    assert state.last_modified.startswith("Mon")


# --- the report ---


def test_a_report_counts_documents(crawls: Crawls) -> None:
    crawls.crawl(["/a", "/b", "/c", "/d"])
    assert crawls.store.runs()[0].changes == {"new": 4}
    run = crawls.begin()
    crawls.save(run, ["/a"], text="Nytt.")
    crawls.save(run, ["/b"], Outcome.UNCHANGED, http_status=304)
    crawls.save(run, ["/c"])
    crawls.save(run, ["/d"], Outcome.GONE, http_status=410)
    crawls.save(run, ["/e"])
    crawls.save(run, ["/f"], Outcome.NOT_DUE)
    crawls.save(run, ["/e", "/a"], text="Så gör du.")
    changes = crawls.store.run(run).changes
    assert changes == {"new": 1, "changed": 1, "unchanged": 2, "removed": 1, "not_due": 1}


def test_a_duplicate_found_late_is_counted_once(crawls: Crawls) -> None:
    crawls.crawl(["/a", "/b"])
    run = crawls.begin()
    crawls.save(run, ["/a", "/b"], Outcome.UNCHANGED)
    crawls.save(run, ["/b"], Outcome.DUPLICATE, canonical_url=url("/a"))
    assert crawls.store.run(run).changes == {"unchanged": 1, "removed": 1}


def test_figures_of_hosts_add_up(crawls: Crawls) -> None:
    run = crawls.begin()
    figures = {"requests": 2, "bytes": 10, "seconds": 0.5, "slowest": 0.4, "errors": 1}
    warning = {"code": "robots_too_large", "message": "robots.txt is larger than 500 kB"}
    crawls.store.add_figures(run, {HOST: figures}, [warning])
    crawls.store.add_figures(run, {HOST: {**figures, "slowest": 0.3}, "annan.example": figures}, [warning])
    summary = crawls.store.run(run)
    assert summary.hosts == {
        HOST: {"requests": 4, "bytes": 20, "seconds": 1.0, "slowest": 0.4, "errors": 2},
        "annan.example": figures,
    }
    assert summary.warnings == (warning,)


def test_runs_by_agency_status_and_scope(crawls: Crawls) -> None:
    first = crawls.begin()
    crawls.finish(first)
    second = crawls.begin(Scope.URL)
    other = crawls.store.begin_run("söderby", crawls.now)
    assert [run.id for run in crawls.store.runs()] == [other, second, first]
    assert [run.id for run in crawls.store.runs("norrby")] == [second, first]
    assert [run.id for run in crawls.store.runs(status="running")] == [other, second]
    assert [run.id for run in crawls.store.runs("norrby", scope=Scope.URL)] == [second]
    assert [run.id for run in crawls.store.runs(limit=1)] == [other]


def test_a_dead_workers_runs_are_interrupted_and_no_others(crawls: Crawls) -> None:
    runs = [crawls.store.begin_run("norrby", crawls.now, worker=name) for name in ("a:1:1", "a:1:1", "b:2:2")]
    crawls.store.finish_run(runs[0], "finished", crawls.now)
    assert crawls.store.interrupt_runs("a:1:1", crawls.now) == [runs[1]]
    assert [crawls.store.run(run).status for run in runs] == ["finished", "interrupted", "running"]


def test_failures_come_in_pages(crawls: Crawls) -> None:
    run = crawls.begin()
    crawls.save(run, ["/a", "/b"])
    crawls.save(run, ["/c", "/d", "/e"], Outcome.TIMEOUT, http_status=None, reason="30 s")
    crawls.save(run, ["/f"], Outcome.NOT_FOUND, http_status=404)
    store = crawls.store
    first = store.failures("norrby", limit=2)
    assert [(state.url, state.reason, state.failures) for state in first] == [
        (url("/c"), "30 s", 1),
        (url("/d"), "30 s", 1),
    ]
    rest = store.failures("norrby", after=first[-1].url)
    assert [(state.url, state.http_status) for state in rest] == [(url("/e"), None), (url("/f"), 404)]
    assert [state.url for state in store.failures("norrby", outcome=Outcome.NOT_FOUND)] == [url("/f")]
    assert [state.url for state in store.failures("norrby", outcome=Outcome.INDEXED, limit=1)] == [url("/a")]
    assert store.failures("söderby") == []
    assert store.outcome_counts("norrby") == {Outcome.INDEXED: 2, Outcome.TIMEOUT: 3, Outcome.NOT_FOUND: 1}


# --- links ---


def test_what_old_addresses_are_called_counts_for_the_new_one(crawls: Crawls) -> None:
    run = crawls.begin()
    for number in range(1, 4):
        crawls.save(run, [f"/{number}"], links=(VisitedLink(url("/gammal"), "bygga altan"),))
    crawls.save(
        run, ["/4"], links=tuple(VisitedLink(url(p), "bygglov") for p in ("/ny", "/gammal", "/äldst"))
    )
    crawls.save(run, ["/ny"], links=(VisitedLink(url("/gammal"), "mig själv"),))
    hops = [("/äldst", "/gammal", "duplicate"), ("/gammal", "/ny", "redirected")]
    for path, target, outcome in hops:
        crawls.save(run, [path], Outcome(outcome), canonical_url=url(target))
    assert crawls.store.link_texts([HOST]) == {url("/ny"): {"bygga altan": 3, "bygglov": 1}}
    assert crawls.store.link_texts(["annan.example"]) == {}


def test_a_chain_of_addresses_is_followed_five_steps_and_never_in_circles(crawls: Crawls) -> None:
    run = crawls.begin()
    crawls.save(run, ["/0"])
    for number in range(1, 8):
        crawls.save(run, [f"/{number}"], Outcome.REDIRECTED, canonical_url=url(f"/{number - 1}"))
        crawls.save(run, [f"/sida{number}"], links=(VisitedLink(url(f"/{number}"), f"text {number}"),))
    crawls.save(run, ["/x"], Outcome.CANONICAL_ELSEWHERE, canonical_url=url("/y"))
    crawls.save(run, ["/y"], Outcome.CANONICAL_ELSEWHERE, canonical_url=url("/x"))
    crawls.save(run, ["/egen"], Outcome.NOINDEX, canonical_url=url("/0"))
    crawls.save(run, ["/sida"], links=(VisitedLink(url("/egen"), "en egen sida"),))
    texts = crawls.store.link_texts([HOST])
    assert texts == {url("/0"): {f"text {number}": 1 for number in range(1, 6)}}


def test_texts_of_links_to_urls_that_are_no_documents(crawls: Crawls) -> None:
    run = crawls.begin()
    for number in range(8):
        links = tuple(VisitedLink(url("/mål"), f"text {n}") for n in range(number + 1))
        crawls.save(run, [f"/{number}"], links=links)
    assert crawls.store.inbound_texts([url("/mål"), url("/okänd")]) == {
        url("/mål"): tuple(f"text {n}" for n in range(5))
    }


def test_orphans_are_what_no_link_leads_to(crawls: Crawls) -> None:
    run = crawls.begin()
    crawls.save(run, ["/a", "/b", "/c"])
    crawls.save(run, ["/d"], links=(VisitedLink(url("/a"), "a"), VisitedLink(url("/b"), "b", chrome=True)))
    wanted = [url(path) for path in ("/a", "/b", "/c", "/okänd")]
    assert crawls.store.orphans("norrby", wanted) == {url("/c")}
    crawls.save(run, ["/d"])
    assert crawls.store.orphans("norrby", wanted) == {url("/a"), url("/c")}
    assert crawls.store.orphans("söderby", wanted) == set()
    assert crawls.store.document_urls("norrby") == {url(path) for path in ("/a", "/b", "/c", "/d")}
