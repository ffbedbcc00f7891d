"""Do the parts of fetching decide as they should: traps, guard, logins, robots, sitemaps, readers?"""

import asyncio
import gzip
import os
import signal
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.frontier import Frontier
from crawler.fetch.guard import refusal
from crawler.fetch.login import looks_like_login
from crawler.fetch.politeness import HostGate, retry_after
from crawler.fetch.readers import ReaderPool
from crawler.fetch.robots import MAX_CRAWL_DELAY, rules_of_answer
from crawler.fetch.sitemaps import parse_sitemap
from crawler.fetch.traps import TrapBrake
from crawler.outcomes import Outcome
from crawler.page import FetchedPage
from crawler.record import RequestedUrl
from crawler.registry import Agency, AgencyKind

BASE = "http://www.norrvik.example"
AGENCY = Agency(id="norrvik", name="Norrvik", kind=AgencyKind.MUNICIPALITY, seeds=(BASE + "/",), max_depth=3)
TODAY = date(2026, 11, 21)


def _braked(urls: list[str]) -> int:
    """How many of the URLs pass before the brake stops the rest; -1 where it stops none."""
    brake = TrapBrake(TODAY)
    for number, url in enumerate(urls):
        if brake.verdict(BASE + url):
            return number
    return -1


def test_real_archives_are_not_braked() -> None:
    days = [f"{y}-{m:02d}-{d:02d}" for y in range(1998, 2027) for m in range(1, 13) for d in (5, 19)]
    assert _braked([f"/protokoll/{day}" for day in days]) == -1
    assert _braked([f"/moten/kommunstyrelsen/{day.replace('-', '/')}/protokoll.pdf" for day in days]) == -1
    assert _braked([f"/e-tjanst/{n}" for n in range(3000)]) == -1
    assert _braked([f"/oversikt?id={n}" for n in range(3000)]) == -1
    assert _braked([f"/nyheter/{day}-ny-oppettid" for day in days]) == -1
    assert _braked([f"/nyheter/{day}-nytt-schema-for-bussen" for day in days]) == -1
    assert _braked([f"/evenemang/2019/05/konsert-{n}" for n in range(500)]) == -1
    assert _braked([f"/evenemang?id={n}" for n in range(500)]) == -1
    assert _braked([f"/diarium?ar={y}&manad={m}" for y in range(2000, 2027) for m in range(1, 13)]) == -1
    assert _braked([f"/plan/{n}" for n in range(2030, 2051)]) == -1
    assert _braked(["/a/2001/01/01/01/01", "/filer/sfs/1962/700", "/oversiktsplan-2050"]) == -1


@pytest.mark.parametrize(
    "pattern",
    [
        "/kalender/{y}/{m:02d}",
        "/kalender?manad={y}-{m:02d}",
        "/evenemangskalender?year={y}&month={m}",
        "/boka?date={y}-{m:02d}-01",
    ],
)
def test_months_without_end_are_braked(pattern: str) -> None:
    ahead = [pattern.format(y=2026 + n // 12, m=n % 12 + 1) for n in range(10, 400)]
    assert 0 < _braked(ahead) < 40
    if "kalender" in pattern:
        back = [pattern.format(y=2026 - n // 12, m=12 - n % 12) for n in range(400)]
        assert 0 < _braked(back) < 60


def test_circles_and_combinations_are_braked() -> None:
    assert _braked(["/a" + "/b/c" * n for n in range(1, 9)]) == 2
    filters = [f"/lista?farg={a}&storlek={b}&pris={c}" for a in range(9) for b in range(9) for c in range(9)]
    assert 0 < _braked(filters) <= 200
    assert 0 < _braked([f"/lista?sort={n}" for n in range(99)]) <= 30
    assert _braked(["/" + "/".join(f"s{n}" for n in range(30))]) == 0


def test_a_series_that_gives_nothing_new_is_braked() -> None:
    brake = TrapBrake(TODAY)
    for n in range(200):
        brake.learn(f"{BASE}/visa?nr={n}", is_new=n < 10)
    assert brake.verdict(f"{BASE}/visa?nr=999")
    assert not brake.verdict(f"{BASE}/annat?nr=999")


@given(st.text(max_size=80))
def test_the_brake_never_raises(tail: str) -> None:
    TrapBrake(TODAY).verdict(f"{BASE}/{tail}")


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        (BASE + "/a", None),
        (BASE + "/a.PDF", None),
        (BASE + "/a.docx", None),
        (BASE + "/a.aspx", None),
        (BASE + "/protokoll-2024.03.12", None),
        (BASE + "/logo.PNG?v=2", Outcome.UNSUPPORTED_TYPE),
        (BASE + "/stil.css", Outcome.UNSUPPORTED_TYPE),
        ("http://annan.example/a", Outcome.OFF_HOST),
        ("http://www.norrvik.example.annan.example/", Outcome.OFF_HOST),
    ],
)
def test_the_guard(url: str, outcome: Outcome | None) -> None:
    refused = refusal(url, AGENCY, allow_private=False)
    assert (refused.outcome if refused else None) is outcome


@pytest.mark.parametrize(
    "url",
    [
        "https://idp.norrvik.example/", "https://www.norrvik.example/login?returnUrl=/", "https://x.example/saml2/sso",
        "https://x.example/oauth2/authorize?client_id=1", "https://login.x.example/", "https://x.example/Login.aspx",
        "https://x.example/a?SAMLRequest=abc", "https://x.example/logga-in", "https://sso-test.x.example/",
        "https://x.example/mg-local/login/bankid",
    ],
)  # fmt: skip
def test_logins_are_known(url: str) -> None:
    assert looks_like_login(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.norrvik.example/", "https://www.norrvik.example/hjalp-med-inloggning",
        "https://www.norrvik.example/om-bankid", "https://www.login.example/", "https://x.example/blogg/logistik",
        "https://e-tjanster.norrvik.example/oversikt",
    ],
)  # fmt: skip
def test_what_only_speaks_of_logins_is_not_one(url: str) -> None:
    assert not looks_like_login(url)


def test_robots_of_every_status() -> None:
    text = b"User-agent: *\nDisallow: /\nCrawl-delay: 900\nUser-agent: medborgarsok\n"
    text += b"Disallow: /stopp\nCrawl-delay: 7"
    agent = "Medborgarsok/0.1 (+https://x.invalid)"
    rules = rules_of_answer(200, text, agent)
    assert (rules.allows(BASE + "/a"), rules.allows(BASE + "/stopp"), rules.delay) == (True, False, 7)
    other = rules_of_answer(200, text, "annan")
    assert (other.allows(BASE + "/a"), other.delay) == (False, MAX_CRAWL_DELAY)
    for status in (401, 403, 404, 410):
        assert rules_of_answer(status, b"User-agent: *\nDisallow: /", agent).allows(BASE + "/a")
    assert rules_of_answer(503, b"", agent).blocked is Outcome.HTTP_ERROR
    assert rules_of_answer(429, b"", agent).blocked is Outcome.RATE_LIMITED


@given(st.binary(max_size=300))
def test_robots_and_sitemaps_of_any_bytes_are_read(body: bytes) -> None:
    rules_of_answer(200, body, "x").allows(BASE + "/a")
    parse_sitemap(body)
    parse_sitemap(b"<urlset>" + body)
    parse_sitemap(gzip.compress(body))
    parse_sitemap(b"\x1f\x8b" + body)


def test_sitemaps_in_their_shapes() -> None:
    pages = parse_sitemap(
        b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        b'xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><url><loc> /a </loc>'
        b"<lastmod>2026-01-02</lastmod>"
        b"<i:image><i:loc>/bild.png</i:loc></i:image></url>"
        b"<url><lastmod>x</lastmod></url><url><loc>/b</loc></url></urlset>"
    )
    assert [(entry.url, entry.lastmod) for entry in pages.pages] == [("/a", "2026-01-02"), ("/b", "")]
    index = parse_sitemap(gzip.compress(b"<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>"))
    assert (index.sitemaps, index.pages) == (["/1.xml"], [])
    assert [entry.url for entry in parse_sitemap(b"http://a.example/\nx\nhttps://b.example/").pages] == [
        "http://a.example/",
        "https://b.example/",
    ]
    broken = parse_sitemap(b"<urlset><url><loc>/a</loc></url><url><loc>/b</l")
    assert [entry.url for entry in broken.pages] == ["/a"]
    assert broken.problem
    hostile = parse_sitemap(
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>&e;</loc></url></urlset>'
    )
    assert (hostile.pages, bool(hostile.problem)) == ([], True)


def test_a_bomb_of_a_sitemap_stays_small() -> None:
    parse_sitemap(gzip.compress(b"<urlset>" + b" " * 100_000_000))


def test_the_frontier_goes_breadth_first_and_says_why_not() -> None:
    frontier = Frontier(AGENCY, allow_private=False, today=TODAY)
    host = "www.norrvik.example"
    assert frontier.add(BASE + "/djup", 3)
    assert frontier.add(BASE + "/grund", 1, text="Grund")
    assert not frontier.add(BASE + "/grund#x", 2, text="Grundare")
    assert not frontier.add(BASE + "/for-djup", 4)
    assert not frontier.add("http://annan.example/", 1)
    assert not frontier.add("http://annan.example/", 1, off_host=True)
    assert frontier.add(BASE + "/fran-djupet", 3)
    assert not frontier.add(BASE + "/fran-djupet", 1)
    urls = []
    while (entry := frontier.next_of(host)) is not None:
        urls.append((entry.url.removeprefix(BASE), entry.depth, tuple(entry.texts)))
    assert urls == [("/grund", 1, ("Grund", "Grundare")), ("/fran-djupet", 1, ()), ("/djup", 3, ())]
    assert [refused.refusal.outcome for refused in frontier.refused] == [Outcome.TOO_DEEP, Outcome.OFF_HOST]


def test_retry_after_in_both_writings() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
    assert retry_after("120", now) == 120
    assert retry_after("Sat, 21 Nov 2026 12:00:30 GMT", now) == 30
    assert retry_after("Sat, 21 Nov 2026 11:00:00 GMT", now) == 0
    assert [retry_after(text, now) for text in ("", "snart", "-1", "9" * 40)] == [None] * 4


def test_a_host_is_given_up_after_silence_and_not_after_errors_between_answers() -> None:
    gate = HostGate(0)
    for _ in range(50):
        gate.failed("HTTP 500", silent=False)
        gate.answered()
    assert not gate.down
    for _ in range(8):
        gate.failed("timeout", silent=True)
    assert gate.down


def _fetched(path: str) -> FetchedPage:
    body = (
        b"<html><head><title>Avfall</title></head><body><main><h1>Avfall</h1><p>%s</p></main></body></html>"
    )
    body %= b"Allt om avfall och sortering. " * 9
    return FetchedPage(
        RequestedUrl(BASE + path), BASE + path, 200, {"content-type": "text/html"}, body, datetime.now(UTC)
    )


@pytest.mark.parametrize("deadly", [signal.SIGKILL, signal.SIGSTOP])
def test_a_page_that_ends_its_reader_costs_only_itself(deadly: int) -> None:
    async def scenario() -> list[Outcome]:
        pool = ReaderPool([AGENCY], AGENCY.hosts, processes=1, seconds=20 if deadly == signal.SIGKILL else 4)
        pool.start()
        try:
            await pool.turn(_fetched("/0"))
            first = (await pool.read(AGENCY.id, _fetched("/0"))).result.outcome
            (process,) = pool.processes
            os.kill(process, signal.SIGSTOP)  # so that the next pages are in its hands when it dies
            reads = []
            for number in range(1, 3):
                await pool.turn(_fetched(f"/{number}"))
                reads.append(asyncio.create_task(pool.read(AGENCY.id, _fetched(f"/{number}"))))
            await asyncio.sleep(0)
            if deadly == signal.SIGKILL:
                os.kill(process, deadly)
            return [first, *[(await read).result.outcome for read in reads]]
        finally:
            await pool.close()

    assert asyncio.run(scenario()) == [Outcome.INDEXED, Outcome.EXTRACTION_FAILED, Outcome.INDEXED]
