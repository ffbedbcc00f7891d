"""Does the store keep what a run learnt of a host?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.store import PageStore
from crawler.store.hosts import HostState, HostStates

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FULL = HostState(
    "www.norrby.example",
    "norrby",
    day="2026-11-21",
    requests=712,
    seconds=0.25,
    probed=NOW,
    missing_page={"kind": "page", "title": "Sidan finns inte – å\x00\ud800"},
    sitemap={"checked": 40.0, "lied": 1.0},
)


def test_what_was_saved_is_loaded_again(tmp_path: Path) -> None:
    bare = HostState("kartor.norrby.example", "norrby")
    other = HostState("www.soderby.example", "soderby", requests=3)
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        states = HostStates(store)
        assert states.load("norrby") == {}
        states.save([])
        states.save([FULL, bare, other])
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        assert HostStates(store).load("norrby") == {FULL.host: FULL, bare.host: bare}


def test_saving_again_replaces_a_row(tmp_path: Path) -> None:
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        states = HostStates(store)
        states.save([FULL])
        later = replace(FULL, day="2026-11-22", requests=1, probed=NOW + timedelta(days=7), sitemap={})
        states.save([later])
        assert states.load("norrby") == {FULL.host: later}
