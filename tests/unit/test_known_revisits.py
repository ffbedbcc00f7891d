"""Which of the URLs that are known does a run visit that nobody asked in particular for?"""

from datetime import timedelta

from crawler.assignment import Assignment, Origin
from crawler.fetch.known import Known, SiteMapped
from crawler.outcomes import Outcome
from crawler.revisit import RevisitRule
from crawler.store import PageStore
from tests.unit.visits import DAY, Crawls, url


def _known(crawls: Crawls, origin: Origin = Origin.COMMAND) -> Known:
    store = crawls.store
    return Known(
        Assignment("norrby", origin=origin),
        store.url_states("norrby"),
        rule=RevisitRule(),
        now=crawls.now,
        documents=store.document_urls("norrby"),
    )


def _passed_over(crawls: Crawls, path: str, site: SiteMapped | None = None) -> str:
    known = _known(crawls)
    state = known.get(url(path))
    assert state is not None
    return known.passed_over(state, site or SiteMapped())


def test_a_run_by_command_looks_at_pages_and_not_at_links_to_nothing(store_url: str) -> None:
    with PageStore(store_url) as store:
        crawls = Crawls(store)
        run = crawls.begin()
        crawls.save(run, ["/a"])
        crawls.save(run, ["/finns-inte"], Outcome.NOT_FOUND, http_status=404)
        crawls.finish(run)
        crawls.now += timedelta(hours=1)
        assert not _passed_over(crawls, "/a")
        assert "its next visit is due" in _passed_over(crawls, "/finns-inte")
        crawls.now += 3 * DAY
        assert not _passed_over(crawls, "/finns-inte")


def test_a_page_that_was_missed_is_looked_for_by_the_next_run_of_any_kind(store_url: str) -> None:
    with PageStore(store_url) as store:
        crawls = Crawls(store)
        crawls.crawl(["/a"])
        crawls.crawl(["/a"], Outcome.NOT_FOUND, http_status=404)
        for origin in (Origin.COMMAND, Origin.SCHEDULE):
            known = _known(crawls, origin)
            state = known.get(url("/a"))
            assert state is not None
            assert not known.passed_over(state, SiteMapped())


def test_of_a_large_sitemap_no_more_pages_are_tried_than_tell_whether_it_lies(store_url: str) -> None:
    with PageStore(store_url) as store:
        crawls = Crawls(store)
        paths = [f"/{number}" for number in range(4000)]
        run = crawls.begin()
        crawls.save(run, paths, sitemap_lastmod="2026-03-01", in_sitemap=True)
        crawls.finish(run)
        site = SiteMapped(dict.fromkeys(map(url, paths), "2026-03-01"), whole=True, trusted=True)
        known = _known(crawls)
        visited = sum(not known.passed_over(state, site) for state in known.states.values())
        assert 10 <= visited == len(known.sampled) <= 64
