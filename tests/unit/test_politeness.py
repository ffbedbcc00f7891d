"""Are the rules of politeness what they say: pace, backing off, budgets, dates, missing pages?"""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.advice import warning
from crawler.fetch.allowance import Allowance
from crawler.fetch.lastmods import after_checks, lied, read_lastmod, trust, why_not
from crawler.fetch.missing import (
    PROBE_DAYS,
    Kind,
    MissingPage,
    _slug,
    known,
    looks_missing,
    redirects_to_missing,
)
from crawler.fetch.politeness import QUICK, HostGate, retry_after
from crawler.fetch.resolver import GuardedResolver
from crawler.fetch.robots import MAX_ROBOTS_BYTES, rules_of_answer
from crawler.fetch.sitemaps import MAX_ENTRIES, parse_sitemap
from crawler.registry import Agency, AgencyKind

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _agency(**more: Any) -> Agency:
    return Agency(
        id="norrby",
        name="Norrby",
        kind=AgencyKind.MUNICIPALITY,
        seeds=("https://www.norrby.example/",),
        **more,
    )


def _taken(gate: HostGate, *seconds: float) -> HostGate:
    """The gate after answers that took so long."""

    async def ask() -> None:
        for each in seconds:
            gate._next = 0.0
            await gate.enter()
            gate.leave(each)

    asyncio.run(ask())
    return gate


def test_a_quick_host_is_given_no_breath_and_a_slow_one_as_long_as_it_takes() -> None:
    assert _taken(HostGate(0, slowdown=1), *[QUICK / 2] * 20).breath == 0
    slow = _taken(HostGate(0, slowdown=2), *[1.5] * 20)
    assert (slow.seconds, slow.breath) == (1.5, 3.0)
    assert _taken(HostGate(0, slowdown=2, at_once=4), 1.5).breath == 0.75
    assert _taken(HostGate(0, slowdown=0), 1.5).breath == 0


def test_the_time_to_answer_is_smoothed_and_kept_from_run_to_run() -> None:
    gate = _taken(HostGate(0, slowdown=1, seconds=0.8), 8.8)
    assert gate.seconds == pytest.approx(0.8 + 8 / 8)
    steps = [_taken(gate, 0.2).seconds for _ in range(40)]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] == pytest.approx(0.2, abs=0.02)


def test_backing_off_doubles_and_recovers_one_step_at_a_time() -> None:
    gate = HostGate(0.1, at_once=4, chance=lambda: 1.0)
    assert (gate.at_once, gate.delay, gate.backing_off) == (4, 0.1, False)
    pauses, delays = [], []
    for _ in range(4):
        before = gate.waits
        gate._stepped_until = gate._next = 0.0
        gate.too_many(NOW, retry=None, answer="HTTP 429")
        pauses.append(round(gate.waits - before))
        delays.append(gate.delay)
    assert pauses == [1, 2, 4, 8]
    assert delays == [0.35, 0.6, 1.1, 2.1]
    assert gate.at_once == 1
    for step in (1.1, 0.6, 0.35, 0.1):
        for _ in range(20):
            assert gate.backing_off
            gate.answered()
        assert gate.delay == step
    assert (gate.at_once, gate.backing_off) == (4, False)


def test_pauses_are_half_fixed_and_half_by_chance() -> None:
    waits = set()
    for value in (0.0, 0.5, 1.0):
        gate = HostGate(0, chance=lambda value=value: value)
        gate.too_many(NOW, retry=None, answer="HTTP 503")
        waits.add(round(gate.waits, 2))
    assert waits == {0.5, 0.75, 1.0}


def test_answers_to_what_was_sent_before_the_step_are_no_further_step() -> None:
    gate = HostGate(0, at_once=8, chance=lambda: 1.0)
    for _ in range(8):
        gate.too_many(NOW, retry=None, answer="HTTP 429")
    assert gate.delay == 0.25
    assert gate.resting is None


def test_a_host_that_goes_on_refusing_rests() -> None:
    gate = HostGate(0)
    for number in range(6):
        assert gate.resting is None, number
        gate._stepped_until = 0.0
        gate.too_many(NOW, retry=None, answer="HTTP 429")
    assert gate.resting is not None
    assert gate.resting[0] == NOW + timedelta(hours=1)


@pytest.mark.parametrize(("retry", "until"), [(90, None), (7200, 7200), (9e7, 86_400)])
def test_a_long_retry_after_is_a_rest(retry: float, until: float | None) -> None:
    gate = HostGate(0)
    gate.too_many(NOW, retry=retry, answer="HTTP 503")
    if until is None:
        assert gate.resting is None
        assert gate.waits == pytest.approx(retry)
    else:
        assert gate.resting is not None
        assert gate.resting[0] == NOW + timedelta(seconds=until)


@given(st.text(max_size=40))
def test_retry_after_is_never_negative_and_never_raises(text: str) -> None:
    seconds = retry_after(text, NOW.timestamp())
    assert seconds is None or seconds >= 0


def test_a_budget_is_the_days_and_ends_at_midnight_in_sweden() -> None:
    allowance = Allowance(_agency(daily_requests=3), day="2026-11-21", requests=1)
    for _ in range(2):
        assert allowance.resting(NOW) is None
        allowance.spend(NOW)
    rest = allowance.resting(NOW)
    assert rest is not None
    assert rest[0] == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert "daily_requests" in rest[1]
    assert allowance.resting(rest[0]) is None
    allowance.spend(rest[0])
    assert (allowance.day, allowance.requests) == ("2026-11-22", 1)


def test_a_budget_that_is_renewed_at_night_waits_for_the_end_of_quiet_hours() -> None:
    allowance = Allowance(_agency(daily_requests=1, quiet_hours=("22:00-06:00",)))
    allowance.spend(NOW)
    rest = allowance.resting(NOW)
    assert rest is not None
    assert rest[0] == datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_without_a_budget_requests_are_counted_all_the_same() -> None:
    allowance = Allowance(_agency())
    for _ in range(1000):
        allowance.spend(NOW)
    assert allowance.requests == 1000
    assert allowance.resting(NOW) is None


def test_quiet_hours_over_midnight_and_over_a_change_of_clocks() -> None:
    allowance = Allowance(_agency(quiet_hours=("22:00-06:00",)))
    night = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)  # clocks go back on 25 October 2026 at 01:00 UTC
    rest = allowance.resting(night)
    assert rest is not None
    assert rest[0] == datetime(2026, 10, 25, 5, 0, tzinfo=UTC)
    assert allowance.resting(datetime(2026, 10, 24, 19, 59, tzinfo=UTC)) is None
    assert allowance.resting(rest[0]) is None


@pytest.mark.parametrize(
    ("lastmods", "why"),
    [
        (["2026-01-02", "2026-03-04T10:00:00+01:00", "2025-12", "2024"], ""),
        (["2026-01-02"], ""),
        (["2026-11-20", "2026-11-21"], ""),
        ([], "it has none"),
        (["", "igår", "2026-13-45"], "it has none"),
        (["2026-11-20T03:00:00Z"] * 9, "all are alike"),
        (["2026-11-21T03:00:00Z", "2026-11-21T03:00:09Z", "2026-11-21"], "all are of today"),
        (["2029-01-01", "2029-01-02", "2026-01-01"], "most lie ahead"),
    ],
)
def test_which_dates_of_a_sitemap_are_believed(lastmods: list[str], why: str) -> None:
    assert why_not(lastmods, NOW) == why
    assert trust(lastmods, NOW) is (why == "")


@given(st.text(max_size=40))
def test_any_lastmod_is_read_or_left(text: str) -> None:
    read_lastmod(text)
    why_not([text, text], NOW)


def test_dates_that_lie_lose_their_trust_and_win_it_back() -> None:
    kept = after_checks({}, 2, 10)
    assert not lied(kept)  # two pages may be a start page with news and a list
    kept = after_checks(kept, 30, 100)
    assert lied(kept)
    for _ in range(4):
        kept = after_checks(kept, 0, 200)
    assert not lied(kept)
    assert not lied({"lied": "many", "checked": None})


SIGNATURE = "0123456789abcdef"
NEAR = "0123456789abcde8"
FAR = "fedcba9876543210"
SAYS = MissingPage(Kind.PAGE, "Sidan finns inte", SIGNATURE, 400)
SAYS_NOT = MissingPage(Kind.PAGE, "Välkommen in", SIGNATURE, 400)


@pytest.mark.parametrize(
    ("title", "signature", "length", "missing", "is_missing"),
    [
        ("Sidan finns inte", SIGNATURE, 400, SAYS, True),
        ("  Sidan  finns\ninte ", NEAR, 410, SAYS, True),
        ("Sidan /altan finns inte", NEAR, 410, SAYS, True),
        ("Sidan finns inte", FAR, 400, SAYS, False),
        ("Sidan finns inte", NEAR, 4000, SAYS, False),
        ("Sidan finns inte", "", 400, SAYS, False),
        ("Bygglov", SIGNATURE, 400, SAYS, False),
        ("Välkommen in", SIGNATURE, 400, SAYS_NOT, True),
        ("Välkommen in", NEAR, 400, SAYS_NOT, False),
        ("Välkommen in", SIGNATURE, 4000, MissingPage(Kind.PAGE, "Välkommen in", SIGNATURE, 4000), False),
        ("Sidan finns inte", FAR, 900, MissingPage(Kind.PAGE, "Sidan finns inte"), True),
        ("Sidan finns inte", SIGNATURE, 400, MissingPage(Kind.STATUS), False),
        ("Sidan finns inte", SIGNATURE, 400, None, False),
        ("", "", 0, MissingPage(Kind.PAGE), False),
    ],
)
def test_what_is_taken_for_a_missing_page(
    title: str, signature: str, length: int, missing: MissingPage | None, is_missing: bool
) -> None:
    assert bool(looks_missing(title, signature, missing, length=length)) is is_missing


def test_a_redirect_to_where_unknown_addresses_lead() -> None:
    leads = MissingPage(Kind.REDIRECT, target="https://www.norrby.example/404")
    assert redirects_to_missing("https://www.norrby.example/404", leads)
    assert redirects_to_missing("https://www.norrby.example/404?fran=/altan", leads)
    assert not redirects_to_missing("https://www.norrby.example/bygga", leads)
    assert not redirects_to_missing("https://www.norrby.example/404", SAYS)


def test_a_missing_page_survives_the_store_and_grows_old() -> None:
    assert known(SAYS.row(), NOW, NOW) == SAYS
    assert known(SAYS.row(), NOW - timedelta(days=PROBE_DAYS), NOW) is None
    assert known(SAYS.row(), None, NOW) is None
    assert known({}, NOW, NOW) is None
    assert known({**SAYS.row(), "kind": "nonsense"}, NOW, NOW) is None
    assert known({**SAYS.row(), "length": "long"}, NOW, NOW) is None


def test_robots_are_read_to_their_bound_and_no_further() -> None:
    rule = b"User-agent: *\nDisallow: /tidigt\n"
    filler = b"# " + b"x" * 97 + b"\n"
    body = rule + filler * (MAX_ROBOTS_BYTES // len(filler) + 10) + b"Disallow: /sent\n"
    rules = rules_of_answer(200, body, "medborgarsok")
    assert not rules.allows("https://www.norrby.example/tidigt")
    assert rules.allows("https://www.norrby.example/sent")


def test_a_sitemap_says_what_it_left_out() -> None:
    entries = b"".join(b"<url><loc>/%d</loc></url>" % n for n in range(MAX_ENTRIES + 7))
    found = parse_sitemap(b"<urlset>%s</urlset>" % entries)
    assert (len(found.pages), found.beyond, found.problem) == (MAX_ENTRIES, 7, "")
    assert parse_sitemap(b"nothing of the kind").problem


def test_warnings_are_sentences_with_advice() -> None:
    row = warning("robots_unreachable", "www.norrby.example", "HTTP 500 " + "x" * 1000)
    assert row["code"] == "robots_unreachable"
    assert row["message"].startswith("www.norrby.example: nothing was fetched")
    assert len(row["message"]) < 600
    assert "{" not in warning("down", "h", "{host}{0}")["message"].replace("{host}{0}", "")


class _Receiver:
    """Takes the addresses that a resolver gives."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.complete = 0

    def resolutionBegan(self, resolution: Any) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete += 1


class _Names:
    """A name server whose answers change, as an attacker's do."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = list(answers)

    def resolveHostName(self, receiver: Any, name: str, *_: Any) -> None:
        for address in self._answers.pop(0):
            receiver.addressResolved(type("Address", (), {"host": address}))
        receiver.resolutionComplete()


class _Timers:
    def callLater(self, seconds: float, function: Any) -> Any:
        return type("Timer", (), {"active": lambda self: False})()


def _resolver(*answers: tuple[str, ...], allow_private: bool = False) -> GuardedResolver:
    resolver = GuardedResolver(_Timers(), allow_private=allow_private, timeout=1)
    names: Any = _Names(*answers)
    resolver._resolver = names
    return resolver


def _resolved(resolver: GuardedResolver, host: str) -> list[str]:
    receiver = _Receiver()
    resolver.resolveHostName(receiver, host, 80)
    assert receiver.complete == 1
    return receiver.addresses


def test_a_name_that_moves_to_a_private_address_is_not_followed_there() -> None:
    private = ("127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1")
    resolver = _resolver(("93.184.215.14",), private, ("93.184.215.14", "192.168.0.1"))
    name = "byter.norrby.example"
    assert _resolved(resolver, name) == ["93.184.215.14"]
    assert _resolved(resolver, name) == ["93.184.215.14"]  # kept for a while, whatever the name server says
    resolver._cache.clear()
    assert _resolved(resolver, name) == []
    assert resolver.refused[name] in private
    resolver._cache.clear()
    assert _resolved(resolver, name) == ["93.184.215.14"]


def test_a_proxy_of_the_registry_may_be_private(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _resolved(_resolver(("10.0.0.9",)), "proxy.norrby.example") == []
    monkeypatch.setattr(GuardedResolver, "proxies", {"proxy.norrby.example"})
    assert _resolved(_resolver(("10.0.0.9",)), "proxy.norrby.example") == ["10.0.0.9"]


def test_slugs_of_probes_are_addresses_that_no_editor_chose() -> None:
    slugs = {_slug(random.Random(seed), 7, 5) for seed in range(100)}
    assert len(slugs) == 100
    assert all(len(slug) == 13 and not set(slug) & set("aeiouyåäö/") for slug in slugs)
