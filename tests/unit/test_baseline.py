"""Is the engine that we measure against the textbook one, and does it stand any query?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.store import DocumentRow
from indexer.baseline import Baseline


def _row(path: str, title: str, text: str = "", agency: str = "norrby", template: str = "") -> DocumentRow:
    url = f"http://www.norrby.example{path}"
    record = DocumentRecord(
        url=CanonicalUrl(url),
        requested_url=RequestedUrl(url),
        agency=agency,
        host="www.norrby.example",
        title=title,
        text=f"{text}\n{template}" if template else text,
        fetched=datetime(2026, 11, 21, tzinfo=UTC),
        checked=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return DocumentRow(record, (), (template,) if template else (), 1)


ROWS = [
    _row("/bygglov", "Bygglov", "Så ansöker du."),
    _row("/altan", "Altan och uteplats", "En altan kan kräva bygglov."),
    _row("/sopor", "Sophämtning", "Tömning varannan vecka.", template="Bygglov Förskola Kontakt"),
    _row("/annan", "Bygglov i grannkommunen", "Så ansöker du.", agency="sunnerby"),
]


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return Baseline(ROWS)


def _paths(hits: list[object]) -> list[str]:
    return [str(getattr(hit, "url", "")).removeprefix("http://www.norrby.example") for hit in hits]


def test_the_title_weighs_more_than_the_text(baseline: Baseline) -> None:
    assert _paths([*baseline.search("bygglov", 10, agencies={"norrby"})]) == ["/bygglov", "/altan"]


def test_any_word_may_match_and_inflections_meet(baseline: Baseline) -> None:
    assert _paths([*baseline.search("altanen zebra", 10)]) == ["/altan"]


def test_other_agencies_are_kept_out_only_where_that_is_asked_for(baseline: Baseline) -> None:
    assert "/annan" in _paths([*baseline.search("bygglov", 10)])
    assert baseline.search("bygglov", 10, agencies=()) == []


def test_blocks_of_the_template_are_not_text(baseline: Baseline) -> None:
    assert baseline.search("förskola", 10) == []


def test_no_more_than_the_limit(baseline: Baseline) -> None:
    assert len(baseline.search("bygglov", 1)) == 1


@given(st.text())
def test_no_query_raises(baseline: Baseline, query: str) -> None:
    assert len(baseline.search(query, 3)) <= 3
