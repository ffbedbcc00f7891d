"""Is a host asked as politely as is promised? Proven from the fault server's access log, and by when we send.

Requests are started no sooner than the rules allow, so gaps between them are checked from below only: a busy
machine makes them longer, and a test of them never fails for that. Short gaps are those between our starts:
what is on its way for long arrives close to the next.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from scrapy import Request
from scrapy.http import Headers, Response

from crawler.fetch.download import Answer, Failed, Fetcher
from crawler.fetch.host import Host
from crawler.fetch.missing import Kind, Look, MissingPage, known, looks_missing, probe, redirects_to_missing
from crawler.fetch.sitemaps import MAX_ENTRIES, SitemapEntry
from crawler.outcomes import Outcome
from crawler.page import FetchedPage
from crawler.reading import read_page
from crawler.record import RequestedUrl
from crawler.registry import Agency, AgencyKind
from crawler.store.hosts import HostState
from tests.integration.crawling import agency_toml, crawl
from tests.integration.faultserver import FaultServer

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
JITTER = 0.05
"""Seconds that a request may be later on its way than the one after it."""


class Clock:
    """A clock that a test sets."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Site:
    """A site of the fault server, talked to by a Host as a crawl does, over sockets, without Scrapy."""

    def __init__(self, server: FaultServer, name: str, client: httpx.AsyncClient) -> None:
        self.server = server
        self.name = name
        self.origin = server.url(name, "")
        self._client = client
        self.sent: list[float] = []

    async def _download(self, request: Request) -> Response:
        headers = {name.decode(): values[0].decode() for name, values in request.headers.items()}
        address = request.url.replace(f"{self.name}.fault.localhost", "127.0.0.1")
        headers["Host"] = httpx.URL(request.url).netloc.decode()
        self.sent.append(time.monotonic())
        answer = await self._client.get(address, headers=headers)
        return Response(
            request.url, status=answer.status_code, headers=Headers(dict(answer.headers)), body=answer.content
        )

    def host(
        self,
        *,
        clock: Clock | None = None,
        state: HostState | None = None,
        slowdown: float = 0.0,
        **more: Any,
    ) -> Host:
        """A Host for the site; `more` as in the registry."""
        agency = Agency(
            id="norrby",
            name="Norrby",
            kind=AgencyKind.MUNICIPALITY,
            seeds=(self.origin + "/",),
            **{"delay": 0.0, **more},
        )
        return Host(
            agency,
            f"{self.name}.fault.localhost",
            Fetcher(self._download),
            user_agent="Medborgarsok/0.1",
            slowdown=slowdown,
            state=state,
            now=clock or Clock(),
        )

    async def get(self, host: Host, *paths: str) -> list[Answer | Failed]:
        """Ask for paths, all at the same time."""
        return await asyncio.gather(*(host.get(self.origin + path) for path in paths))


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


Scenario = Callable[[Site], Awaitable[Any]]


def run(server: FaultServer, name: str, scenario: Scenario) -> Any:
    """Run a scenario at a site."""

    async def whole() -> Any:
        async with httpx.AsyncClient(timeout=60) as client:
            return await scenario(Site(server, name, client))

    return asyncio.run(whole())


def gaps_of(site: Site) -> list[float]:
    """Seconds between the starts of requests that followed one another."""
    return [later - one for one, later in pairwise(site.sent)]


def statuses(answers: list[Answer | Failed]) -> list[int | Outcome]:
    """What came of requests."""
    return [answer.status if isinstance(answer, Answer) else answer.outcome for answer in answers]


PAGES = tuple(f"/sida/{n}" for n in range(6))


def test_the_delay_is_kept_between_starts(server: FaultServer) -> None:
    async def scenario(site: Site) -> list[float]:
        host = site.host(delay=0.25, concurrency=4)
        await host.rules(site.origin + "/")
        await site.get(host, *PAGES[:5])
        return gaps_of(site)

    gaps = run(server, "healthy", scenario)
    assert len(gaps) == len(server.log("healthy")) - 1 == 5
    assert min(gaps) >= 0.25 - JITTER
    assert sum(gaps) >= 5 * 0.25 - JITTER


def test_never_more_are_under_way_than_allowed(server: FaultServer) -> None:
    async def scenario(site: Site) -> None:
        await site.get(site.host(concurrency=2), *PAGES)

    run(server, "slow", scenario)
    assert server.most_under_way("slow") == 2


def test_one_at_a_time_means_sitemaps_and_robots_too(server: FaultServer) -> None:
    async def scenario(site: Site) -> None:
        host = site.host()
        sitemaps = asyncio.create_task(_entries(host, site.origin))
        await site.get(host, *PAGES[:3])
        await sitemaps

    run(server, "slow", scenario)
    assert {"/robots.txt", "/sitemap.xml", "/sida/0"} <= {asked.path for asked in server.log("slow")}
    assert server.most_under_way("slow") == 1


def test_crawl_delay_of_robots_txt_is_obeyed(server: FaultServer) -> None:
    async def scenario(site: Site) -> list[float]:
        host = site.host(concurrency=4)
        await host.rules(site.origin + "/")
        await site.get(host, *PAGES[:4])
        return gaps_of(site)

    gaps = run(server, "paced", scenario)[1:]  # the first was robots.txt itself, and what waited for it
    assert len(gaps) == len(server.log("paced")) - 2 == 3
    assert min(gaps) >= 0.4 - JITTER


def test_a_slow_host_is_given_time_for_itself(server: FaultServer) -> None:
    async def scenario(site: Site) -> None:
        host = site.host(slowdown=1.5)
        for path in PAGES[:4]:
            await site.get(host, path)

    run(server, "slow", scenario)
    log = server.log("slow")
    rests = [later.at - one.ended for one, later in pairwise(log)]
    assert min(rests) >= 1.5 * 0.4 - JITTER


def test_retry_after_is_waited_for_and_then_the_page_is_had(server: FaultServer) -> None:
    async def scenario(site: Site) -> Any:
        host = site.host()
        answers = await site.get(host, "/sida/1", "/sida/2", "/sida/2")
        return answers, host.figures(), host.warnings

    answers, figures, warnings = run(server, "recovering", scenario)
    assert statuses(answers) == [200, 200, 200]
    log = server.log("recovering")
    refused = next(asked for asked in log if asked.path == "/sida/1")
    after = [asked.at - refused.ended for asked in log if asked.at > refused.ended]
    assert after
    assert min(after) >= 2 - JITTER
    assert figures["waits"] >= 1.9
    assert [row["code"] for row in warnings] == ["rate_limited"]


def test_503_without_advice_is_backed_off_from_ever_longer(server: FaultServer) -> None:
    async def scenario(site: Site) -> Any:
        host = site.host(concurrency=4)
        return statuses(await site.get(host, "/a")), gaps_of(site)[-2:], host.gate.at_once, host.gate.delay

    answered, gaps, at_once, delay = run(server, "unwell", scenario)
    assert answered == [503]
    assert len(server.log("unwell")) == 3
    assert gaps[0] >= 0.5 - JITTER
    assert gaps[1] >= 1.0 - JITTER
    assert (at_once, delay) == (1, 1.0)


def test_a_host_that_wants_to_be_left_alone_is(server: FaultServer) -> None:
    clock = Clock()

    async def scenario(site: Site) -> Any:
        host = site.host(clock=clock, concurrency=3)
        first = statuses(await site.get(host, "/a"))
        resting = host.resting
        then = statuses(await site.get(host, "/b", "/c"))
        clock.at += timedelta(seconds=7201)
        return first, resting, then, host.resting

    first, resting, then, later = run(server, "busy", scenario)
    assert first == [503]
    assert resting[0] == NOON + timedelta(seconds=7200)
    assert then == [Outcome.NOT_VISITED] * 2
    assert later is None
    assert [asked.path for asked in server.log("busy")] == ["/a"]


def test_the_days_budget_holds_over_runs_and_counts_robots_txt(server: FaultServer) -> None:
    clock = Clock()

    async def scenario(site: Site) -> Any:
        host = site.host(clock=clock, daily_requests=4, concurrency=4)
        await host.rules(site.origin + "/")
        first = statuses(await site.get(host, *PAGES[:2]))
        again = site.host(clock=clock, daily_requests=4, concurrency=4, state=host.state)
        then = statuses(await site.get(again, *PAGES[2:]))
        resting = again.resting
        blocked = await again.rules(site.origin + "/")
        clock.at += timedelta(hours=12)
        return first, then, resting, blocked.blocked, statuses(await site.get(again, PAGES[5]))

    first, then, resting, blocked, next_day = run(server, "healthy", scenario)
    assert first == [200, 200]
    assert sorted(map(str, then)) == ["200", *["not_visited"] * 3]
    assert resting[0] == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert "daily_requests" in resting[1]
    assert blocked is Outcome.NOT_VISITED
    assert next_day == [200]
    assert len(server.log("healthy")) == 5


def test_nothing_is_asked_in_quiet_hours(server: FaultServer) -> None:
    clock = Clock(datetime(2026, 11, 21, 6, 30, tzinfo=UTC))  # 07:30 in Sweden

    async def scenario(site: Site) -> Any:
        host = site.host(clock=clock, quiet_hours=("07:00-09:30", "22:00-06:00"))
        early = statuses(await site.get(host, "/sida/1"))
        resting = host.resting
        clock.at = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
        return early, resting, statuses(await site.get(host, "/sida/2"))

    early, resting, late = run(server, "healthy", scenario)
    assert early == [Outcome.NOT_VISITED]
    assert resting[0] == datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert late == [200]
    assert [asked.path for asked in server.log("healthy")] == ["/sida/2"]


def test_quiet_hours_that_begin_while_a_request_waits_hold_it_back(server: FaultServer) -> None:
    clock = Clock()

    async def scenario(site: Site) -> Any:
        host = site.host(clock=clock, delay=0.3, quiet_hours=("14:00-15:00",))
        waiting = asyncio.create_task(site.get(host, *PAGES[:2]))
        while host.figures()["requests"] < 1:
            await asyncio.sleep(0.01)
        clock.at = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
        return statuses(await waiting)

    assert run(server, "healthy", scenario) == [200, Outcome.NOT_VISITED]
    assert len(server.log("healthy")) == 1


def test_figures_are_those_of_the_access_log(server: FaultServer) -> None:
    async def scenario(site: Site) -> Any:
        host = site.host(concurrency=4)
        await host.rules(site.origin + "/")
        await site.get(host, *PAGES[:3], "/500")
        return host.figures()

    figures = run(server, "healthy", scenario)
    assert figures["requests"] == len(server.log("healthy"))
    assert figures["errors"] == 3
    assert figures["bytes"] > 0
    assert 0 < figures["slowest"] <= figures["seconds"]


# --- sitemaps ---


async def _entries(host: Host, origin: str, most: int = 10**9) -> list[SitemapEntry]:
    found = []
    async for entry in host.sitemap_entries(origin):
        found.append(entry)
        if len(found) >= most:
            break
    return found


def test_sitemaps_are_whole_only_when_all_was_read(server: FaultServer) -> None:
    async def scenario(site: Site) -> Any:
        host = site.host()
        entries = await _entries(host, site.origin)
        return len(entries), host.sitemaps_whole, host.lastmod_trusted, [row["code"] for row in host.warnings]

    assert run(server, "mapped", scenario) == (4, True, True, [])
    assert run(server, "healthy", scenario) == (0, False, False, [])
    assert run(server, "entities", scenario) == (1, False, True, ["sitemap_broken"])
    assert run(server, "mapbomb", scenario)[1:] == (False, False, ["sitemap_broken"])


def test_fifty_million_addresses_are_read_to_a_bound(server: FaultServer) -> None:
    async def scenario(site: Site) -> Any:
        host = site.host(max_pages=1000)
        entries = await _entries(host, site.origin)
        return len(entries), host.sitemaps_whole, [row["code"] for row in host.warnings]

    assert run(server, "fiftymillion", scenario) == (MAX_ENTRIES, False, ["sitemap_too_large"])
    assert len(server.log("fiftymillion")) == 3


def test_dates_that_were_found_to_lie_are_believed_no_more(server: FaultServer) -> None:
    async def scenario(site: Site) -> Any:
        host = site.host()
        await _entries(host, site.origin)
        host.lastmod_lied(9, 20)
        later = site.host(state=host.state)
        await _entries(later, site.origin)
        return host.lastmod_trusted, later.lastmod_trusted, [row["code"] for row in later.warnings]

    assert run(server, "mapped", scenario) == (False, False, ["sitemap_not_trusted"])


# --- pages that are not there ---


async def _read(answer: Answer, url: str) -> Look | None:
    agency = Agency(id="norrby", name="Norrby", kind=AgencyKind.MUNICIPALITY, seeds=(url,))
    page = FetchedPage(RequestedUrl(url), url, answer.status, answer.headers, answer.body, NOON)
    result = read_page(page, agency)
    if result.outcome is Outcome.SOFT_404:
        return Look("Sidan finns inte", "", 0)  # its own words say so; no likeness is needed
    assert result.record is not None
    return Look(result.record.title, result.record.signature, len(result.record.text))


async def _probed(site: Site, **more: Any) -> tuple[MissingPage | None, Host]:
    host = site.host(**more)
    return await probe(host, site.origin, _read), host


def test_a_host_that_answers_404_is_asked_once(server: FaultServer) -> None:
    async def scenario(site: Site) -> Any:
        missing, host = await _probed(site)
        return missing, known(host.state.missing_page, host.state.probed, NOON)

    missing, kept = run(server, "healthy", scenario)
    assert missing == kept
    assert missing.kind is Kind.STATUS
    assert len([asked for asked in server.log("healthy") if asked.path != "/robots.txt"]) == 1


@pytest.mark.parametrize(
    ("name", "title"), [("soft404", "Sidan finns inte"), ("softodd", "Hoppsan, här var det tomt")]
)
def test_a_page_that_says_with_200_that_it_is_not_there(server: FaultServer, name: str, title: str) -> None:
    async def scenario(site: Site) -> Any:
        missing, host = await _probed(site)
        found = {}
        for path in ("/borttagen", "/sida/1", "/sida/2"):
            answer = await host.get(site.origin + path)
            assert isinstance(answer, Answer)
            look = await _read(answer, site.origin + path)
            assert look is not None
            found[path] = bool(looks_missing(look.title, look.signature, missing, length=look.length))
        return missing, found

    missing, found = run(server, name, scenario)
    assert (missing.kind, missing.title) == (Kind.PAGE, title)
    assert found == {"/borttagen": True, "/sida/1": False, "/sida/2": False}


@pytest.mark.parametrize(("name", "target"), [("tostart", "/"), ("tomissing", "/404")])
def test_unknown_addresses_that_lead_to_one_page(server: FaultServer, name: str, target: str) -> None:
    missing = run(server, name, lambda site: _only(_probed(site)))
    assert (missing.kind, missing.target) == (Kind.REDIRECT, server.url(name, target))
    assert redirects_to_missing(server.url(name, target), missing)
    assert not redirects_to_missing(server.url(name, "/sida"), missing)


async def _only(found: Awaitable[tuple[MissingPage | None, Host]]) -> MissingPage | None:
    return (await found)[0]


def test_an_app_that_shows_the_same_everywhere_is_not_judged(server: FaultServer) -> None:
    missing = run(server, "shell", lambda site: _only(_probed(site)))
    assert missing.kind is Kind.UNKNOWN
    assert "start page" in missing.reason


def test_what_the_registry_or_robots_forbid_is_not_probed(server: FaultServer) -> None:
    assert run(server, "soft404", lambda site: _only(_probed(site, allow=("/sida/",)))) is None
    assert server.log("soft404") == []


# --- the proxy of an agency ---


def test_an_agencys_proxy_is_used_for_all_it_is_asked_for_and_for_no_other(
    server: FaultServer, tmp_path: Path
) -> None:
    proxy = f"http://127.0.0.1:{server.port}"
    registry = agency_toml("norrby", "http://healthy.norrby.example/", proxy=proxy)
    registry += agency_toml("soderby", "https://healthy.soderby.example/", proxy=proxy)
    registry += agency_toml("direct", server.url("entities"))
    crawled = crawl(tmp_path, registry, ["norrby", "soderby", "direct"])
    assert set(crawled.outcomes("norrby").values()) == {Outcome.INDEXED, Outcome.ROBOTS_DENIED}
    assert crawled.outcomes("soderby") == {"https://healthy.soderby.example/": Outcome.CONNECTION_FAILED}
    by_proxy = {asked.host for asked in server.requests if asked.by_proxy}
    assert by_proxy == {"healthy.norrby.example"}
    log = [asked for asked in server.requests if asked.host == "healthy.norrby.example"]
    assert {"/robots.txt", "/sitemap.xml", "/", "/sida/9"} <= {asked.path for asked in log}
    assert all(asked.by_proxy for asked in log)
    assert {asked.method for asked in server.requests if asked.host == "healthy.soderby.example"} == {
        "CONNECT"
    }
    for asked in server.requests:
        assert asked.method == "CONNECT" or asked.headers["user-agent"].startswith("Medborgarsok/")
