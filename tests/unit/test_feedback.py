"""Is there a bound to the feedback that is taken in, and does nothing unredacted reach the store?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from crawler.store import PageStore
from crawler.store.feedback import FeedbackBox
from searchapi.feedback import LONGEST_COMMENT, Allowance, TooMuchFeedbackError, take_in


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_an_hour_and_a_few_at_once() -> None:
    clock = Clock()
    allowance = Allowance(60, clock)
    assert [allowance.take() for _ in range(6)] == [True] * 5 + [False]
    clock.now = 59.9
    assert not allowance.take()
    clock.now = 60.0
    assert allowance.take()
    assert not allowance.take()
    clock.now = 1e9
    assert sum(allowance.take() for _ in range(100)) == 5, "a long rest saves up no more"


@pytest.fixture
def box(store_url: str) -> Iterator[tuple[PageStore, FeedbackBox]]:
    with PageStore(store_url) as store:
        yield store, FeedbackBox(store, 400)


def _say(store: PageStore, allowance: Allowance, query: str, comment: str) -> None:
    take_in(
        store,
        allowance,
        days=400,
        agency="aspvik",
        language="sv",
        found=False,
        query=query,
        comment=comment,
        at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
    )


def test_what_is_kept_is_redacted_cut_and_of_the_day_in_sweden(box: tuple[PageStore, FeedbackBox]) -> None:
    store, kept = box
    _say(store, Allowance(600), "intyg 850709-9805", "jag heter Eva Ek\x00 \ud800" + "x" * 2000)
    (row,) = kept.rows()
    assert row.said.query == "intyg [personnummer]"
    assert row.said.comment.startswith("jag heter [namn]")
    assert len(row.said.comment) <= LONGEST_COMMENT
    assert row.day == date(2026, 11, 23)


def test_nothing_is_kept_of_what_is_too_much(box: tuple[PageStore, FeedbackBox]) -> None:
    store, kept = box
    allowance = Allowance(12, Clock())
    _say(store, allowance, "a", "")
    with pytest.raises(TooMuchFeedbackError):
        _say(store, allowance, "b", "")
    assert [row.said.query for row in kept.rows()] == ["a"]
