"""Is feedback kept by day, folded, counted and dropped as told? On every database."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.store import PageStore
from crawler.store.feedback import FeedbackBox, Missed, Said

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def box(store_url: str) -> Iterator[FeedbackBox]:
    with PageStore(store_url) as store:
        yield FeedbackBox(store, 400)


def test_the_same_on_the_same_day_is_counted_and_not_kept_twice(box: FeedbackBox) -> None:
    said = Said("aspvik", "sv", False, "altan")
    for day in (TODAY, TODAY, TODAY + timedelta(days=1)):
        box.add(said, day)
    box.add(Said("aspvik", "sv", True, "altan"), TODAY)
    rows = box.rows()
    assert [(row.day, row.said.found, row.count) for row in rows] == [
        (TODAY, True, 1),
        (TODAY + timedelta(days=1), False, 1),
        (TODAY, False, 2),
    ]
    assert box.missed() == [Missed("altan", 3, 1)]


def test_what_lay_too_long_is_dropped_when_somebody_writes_and_when_nobody_does(box: FeedbackBox) -> None:
    box.add(Said("aspvik", "sv", False, "gammalt"), TODAY - timedelta(days=401))
    box.add(Said("aspvik", "sv", False, "äldst"), TODAY - timedelta(days=400))
    box.add(Said("aspvik", "sv", False, "nytt"), TODAY)
    assert [row.said.query for row in box.rows()] == ["nytt", "äldst"]
    assert box.prune(TODAY + timedelta(days=1)) == 1
    assert [row.said.query for row in box.rows()] == ["nytt"]


def test_shares_and_missed_words_by_agency_and_time(box: FeedbackBox) -> None:
    for _ in range(3):
        box.add(Said("aspvik", "sv", True, "förskola"), TODAY)
    box.add(Said("aspvik", "sv", False, "Simhall"), TODAY)
    box.add(Said("aspvik", "sv", False, "simhall"), TODAY)
    box.add(Said("aspvik", "sv", None, "simhall", "öppettider i jul"), TODAY)
    box.add(Said("", "fi", True, "passi"), TODAY)
    box.add(Said("ekdal", "sv", False, "sopor"), TODAY - timedelta(days=40))
    first, *others = box.shares()
    assert (first.agency, first.yes, first.no, first.comments, first.open, first.percent) == (
        "aspvik",
        3,
        2,
        1,
        1,
        60,
    )
    assert {share.agency: share.percent for share in others} == {"": 100, "ekdal": 0}
    assert {share.agency for share in box.shares(since=TODAY - timedelta(days=30))} == {"aspvik", ""}
    assert box.missed(agency="aspvik") == [Missed("simhall", 2, 0)]
    assert box.missed(since=TODAY - timedelta(days=30), limit=1) == [Missed("simhall", 2, 0)]


def test_a_comment_is_seen_to_once_and_can_be_opened_again(box: FeedbackBox) -> None:
    box.add(Said("aspvik", "sv", None, "simhall", "öppettider i jul"), TODAY)
    (row,) = box.rows(commented=True)
    assert box.handle(row.id, "Eva", NOON)
    assert [share.open for share in box.shares()] == [0]
    (row,) = box.rows()
    assert (row.handled, row.handled_by) == (NOON, "Eva")
    assert box.handle(row.id, "Eva", NOON, handled=False)
    assert [share.open for share in box.shares()] == [1]
    assert not box.handle(row.id + 1, "Eva", NOON)


def test_all_rows_are_read_in_pieces(box: FeedbackBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.store.feedback._AT_ONCE", 2)
    for number in range(5):
        box.add(Said("aspvik", "sv", False, str(number)), TODAY)
    assert [row.said.query for row in box.all_rows(agency="aspvik")] == ["4", "3", "2", "1", "0"]
    assert list(box.all_rows(agency="ekdal")) == []
