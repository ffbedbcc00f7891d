"""Does every fault of a site end in its outcome, while a healthy site's crawl completes beside it?"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.outcomes import Outcome
from crawler.store import PageStore
from tests.integration.certificates import Certificates
from tests.integration.crawling import Crawled, agency_toml, crawl
from tests.integration.faultserver import FaultServer

SITES = (
    "healthy",
    "faults",
    "only500",
    "hanging",
    "resetting",
    "limited",
    "robots500",
    "bigrobots",
    "hugerobots",
    "dripping",
    "entities",
    "fiftymillion",
    "mapbomb",
    "cookies",
    "recovering",
    "unwell",
    "endless",
)
TLS_SITES = ("securewell", "expired", "wronghost", "selfsigned", "stranger")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def server(certificates: Certificates) -> Iterator[FaultServer]:
    with FaultServer(certificates) as server:
        yield server


@pytest.fixture(scope="module")
def crawled(
    server: FaultServer, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Crawled:
    folder = tmp_path_factory.mktemp("faults")
    registry = "".join(agency_toml(site, server.url(site), max_pages=500) for site in SITES)
    registry += "".join(agency_toml(site, server.url(site, tls=True)) for site in TLS_SITES)
    registry += agency_toml("nodns", "http://finns-inte.invalid/")
    environment = {**os.environ, "SSL_CERT_FILE": str(certificates.authority)}
    everyone = [*SITES, *TLS_SITES, "nodns"]
    return crawl(folder, registry, everyone, environment=environment, slowdown=0, agencies_at_once=50)


def test_every_run_ends_and_no_exception_escapes(crawled: Crawled) -> None:
    assert crawled.status == 0, crawled.messages
    for site in (*SITES, *TLS_SITES, "nodns"):
        assert crawled.finished(site)["status"] in {"finished", "paused"}
    assert "Traceback" not in crawled.messages


def test_the_counts_are_those_of_the_store(crawled: Crawled) -> None:
    for site in (*SITES, *TLS_SITES):
        counted = crawled.finished(site)["outcomes"]
        stored: dict[str, int] = {}
        for outcome in crawled.outcomes(site).values():
            stored[outcome.value] = stored.get(outcome.value, 0) + 1
        assert counted == stored
        with PageStore(crawled.store_url) as store:
            assert {o.value: n for o, n in store.runs(site)[0].outcomes.items() if n} == stored


def test_the_healthy_site_is_whole(crawled: Crawled, server: FaultServer) -> None:
    outcomes = crawled.outcomes("healthy")
    assert outcomes.pop(server.url("healthy", "/intern/hemligt")) is Outcome.ROBOTS_DENIED
    assert set(outcomes.values()) == {Outcome.INDEXED}
    assert len(outcomes) == 11
    assert server.asked["healthy.fault.localhost/intern/hemligt"] == 0


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/reset", Outcome.CONNECTION_FAILED),
        ("/truncate", Outcome.TRUNCATED),
        ("/short-chunks", Outcome.TRUNCATED),
        ("/hang", Outcome.TIMEOUT),
        ("/drip", Outcome.TIMEOUT),
        ("/garbage", Outcome.CONNECTION_FAILED),
        ("/endless", Outcome.TOO_LARGE),
        ("/endless-head", Outcome.CONNECTION_FAILED),
        ("/long-line", Outcome.CONNECTION_FAILED),
        ("/bomb", Outcome.TOO_LARGE),
        ("/bad-gzip", Outcome.TRUNCATED),
        ("/flaky", Outcome.INDEXED),
        ("/500", Outcome.HTTP_ERROR),
        ("/404", Outcome.NOT_FOUND),
        ("/410", Outcome.GONE),
        ("/403", Outcome.HTTP_ERROR),
        ("/204", Outcome.EMPTY),
        ("/loop-a", Outcome.REDIRECT_LOOP),
        ("/loop-b", Outcome.REDIRECT_LOOP),
        ("/self", Outcome.REDIRECT_LOOP),
        ("/hops-0", Outcome.REDIRECTED),
        ("/hops-10", Outcome.REDIRECT_LOOP),
        ("/moved", Outcome.REDIRECTED),
        ("/target", Outcome.INDEXED),
        ("/out", Outcome.OFF_HOST),
        ("/inside", Outcome.OFF_HOST),
        ("/nowhere", Outcome.INVALID_URL),
        ("/picture", Outcome.UNSUPPORTED_TYPE),
        ("/bild.png", Outcome.UNSUPPORTED_TYPE),
        ("/noindex", Outcome.NOINDEX),
        ("/header-noindex", Outcome.NOINDEX),
        ("/efter-noindex", Outcome.INDEXED),
        ("/empty", Outcome.EMPTY),
        ("/too-long", Outcome.INDEXED),
    ],
)
def test_a_fault_ends_in_its_outcome(
    crawled: Crawled, server: FaultServer, path: str, outcome: Outcome
) -> None:
    assert crawled.outcomes("faults")[server.url("faults", path)] is outcome


@pytest.mark.parametrize("path", ["/login", "/401"])
def test_behind_a_login_there_is_a_service_or_nothing(
    crawled: Crawled, server: FaultServer, path: str
) -> None:
    with PageStore(crawled.store_url) as store:
        state = store.url_state(server.url("faults", path))
    assert state is not None
    if state.outcome is Outcome.INDEXED:
        assert state.reason.startswith("behind login")
    else:
        assert state.outcome is Outcome.LOGIN_REQUIRED


@pytest.mark.parametrize(
    ("site", "outcome"),
    [
        ("only500", Outcome.HTTP_ERROR),
        ("hanging", Outcome.TIMEOUT),
        ("resetting", Outcome.CONNECTION_FAILED),
        ("robots500", Outcome.HTTP_ERROR),
        ("dripping", Outcome.TIMEOUT),
        ("unwell", Outcome.HTTP_ERROR),
        ("cookies", Outcome.REDIRECT_LOOP),
    ],
)
def test_a_site_where_nothing_works_ends(
    crawled: Crawled, server: FaultServer, site: str, outcome: Outcome
) -> None:
    assert crawled.outcomes(site) == {server.url(site): outcome}


def test_a_site_that_wants_fewer_requests(crawled: Crawled, server: FaultServer) -> None:
    outcomes = crawled.outcomes("limited")
    assert outcomes[server.url("limited", "/429")] is Outcome.RATE_LIMITED
    assert server.asked["limited.fault.localhost/429"] <= 3


def test_a_host_without_address(crawled: Crawled) -> None:
    assert crawled.outcomes("nodns") == {"http://finns-inte.invalid/": Outcome.DNS_ERROR}


def test_a_page_is_not_fetched_when_robots_txt_fails(crawled: Crawled, server: FaultServer) -> None:
    assert server.asked["robots500.fault.localhost/robots.txt"] >= 1
    assert server.asked["robots500.fault.localhost/"] == 0


def test_what_is_not_read_is_not_asked_for(crawled: Crawled, server: FaultServer) -> None:
    assert server.asked["faults.fault.localhost/bild.png"] == 0


def test_the_beginning_of_huge_robots_counts(crawled: Crawled, server: FaultServer) -> None:
    outcomes = crawled.outcomes("bigrobots")
    assert outcomes[server.url("bigrobots", "/stopp")] is Outcome.ROBOTS_DENIED
    assert outcomes[server.url("bigrobots", "/k%C3%B6r")] is Outcome.INDEXED


def test_of_ten_megabytes_of_robots_the_beginning_counts(crawled: Crawled, server: FaultServer) -> None:
    outcomes = crawled.outcomes("hugerobots")
    assert outcomes[server.url("hugerobots", "/stopp")] is Outcome.ROBOTS_DENIED
    assert outcomes[server.url("hugerobots", "/k%C3%B6r")] is Outcome.INDEXED


@pytest.mark.parametrize(
    ("site", "told"),
    [
        ("expired", "has expired"),
        ("wronghost", "for another host"),
        ("selfsigned", "self-signed"),
        ("stranger", "issuer is not known"),
    ],
)
def test_a_wrong_certificate_is_told_by_what_is_wrong(
    crawled: Crawled, server: FaultServer, site: str, told: str
) -> None:
    with PageStore(crawled.store_url) as store:
        state = store.url_state(server.url(site, tls=True))
    assert state is not None
    assert state.outcome is Outcome.TLS_ERROR
    assert told in state.reason
    assert not server.log(site)


def test_a_good_certificate_is_one(crawled: Crawled, server: FaultServer) -> None:
    outcomes = crawled.outcomes("securewell")
    assert outcomes[server.url("securewell", tls=True)] is Outcome.INDEXED


def test_sitemaps_without_measure_are_read_to_a_bound(crawled: Crawled, server: FaultServer) -> None:
    assert crawled.outcomes("mapbomb")[server.url("mapbomb")] is Outcome.INDEXED
    assert crawled.outcomes("fiftymillion")[server.url("fiftymillion")] is Outcome.INDEXED
    maps = [asked for asked in server.log("fiftymillion") if asked.path.startswith("/karta-")]
    assert 1 <= len(maps) <= 3


def test_a_site_that_was_asked_too_much_is_had_in_the_end(crawled: Crawled, server: FaultServer) -> None:
    assert set(crawled.outcomes("recovering").values()) == {Outcome.INDEXED}
    assert server.asked["recovering.fault.localhost/sida/1"] == 2


def test_a_loopback_address_of_ipv6(server: FaultServer, tmp_path: Path) -> None:
    if not server.has_ipv6:
        pytest.skip("this machine has no IPv6 loopback")
    seed = f"http://[::1]:{server.port}/"
    registry = agency_toml("six", seed)
    refused = crawl(tmp_path, registry, ["six"], allow_private_addresses=False)
    assert refused.outcomes("six") == {seed: Outcome.PRIVATE_ADDRESS}
    assert server.asked["[::1]/"] == 0


def test_a_hostile_sitemap_is_left_and_the_good_one_read(crawled: Crawled, server: FaultServer) -> None:
    outcomes = crawled.outcomes("entities")
    assert outcomes[server.url("entities", "/ur-kartan")] is Outcome.INDEXED
    assert not any("hemlig" in url for url in outcomes)


def test_endless_calendars_and_paths_are_braked(crawled: Crawled) -> None:
    outcomes = crawled.outcomes("endless")
    assert Outcome.TRAP in outcomes.values()
    assert len(outcomes) < 100


def test_headers_say_who_we_are_and_nothing_more(crawled: Crawled, server: FaultServer) -> None:
    assert len({asked.host for asked in server.requests}) > 10
    for asked in server.requests:
        assert asked.headers["user-agent"].startswith("Medborgarsok/")
        assert "cookie" not in asked.headers
        assert "referer" not in asked.headers


def test_documents_come_into_the_store_while_the_crawl_runs(tmp_path: Path, crawled: Crawled) -> None:
    finished = [event["agency"] for event in crawled.events if event["event"] == "finished"]
    assert finished.index("healthy") < finished.index("hanging")
