"""Does the very document stand first: by body, date, number, paragraph, name; and the newest?"""

from pathlib import Path

import pytest

from crawler.registry import load_registry
from indexer import open_engine
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from tests.conftest import Program
from tests.relevance import meeting_layouts
from tests.relevance.meeting_layouts import BODIES, LAYOUTS, NOW, Wanted, meetings, url_of

FIRST_RIGHT = 0.95
TABLE = Path(__file__).with_name("document_queries.tsv")


def _table() -> list[tuple[str, str, list[str]]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    rows = [line.split("\t") for line in lines]
    return [(home, query, right.split()) for home, query, right in rows]


@pytest.fixture(scope="module")
def of_layouts(tmp_path_factory: pytest.TempPathFactory) -> SearchService:
    folder = tmp_path_factory.mktemp("layouts")
    meeting_layouts.build(folder)
    return meeting_layouts.service(folder)


def test_the_document_stands_first_in_the_demo(program: Program) -> None:
    settings = program.settings
    service = SearchService(open_engine(settings.index_dir), load_registry(settings.registry), settings)
    table = _table()
    assert len(table) >= 60
    wrong = []
    for home, query, right in table:
        hits = service.search(SearchRequest(q=query, kommun=home or None)).hits
        first = hits[0].url.replace(f":{settings.demo_port}", "") if hits else ""
        if first not in right:
            wrong.append(f"{query} ({home}): {first}")
    assert 1 - len(wrong) / len(table) >= FIRST_RIGHT, "\n".join(wrong)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_stands_first_however_papers_are_named(of_layouts: SearchService, layout: str) -> None:
    wanted: list[Wanted] = meeting_layouts.wanted()
    wrong = []
    for one in wanted:
        hits = of_layouts.search(SearchRequest(q=one.query, kommun=layout)).hits
        first = hits[0].url if hits else ""
        if first != one.url(layout):
            wrong.append(f"{one.query}: {first}")
    assert 1 - len(wrong) / len(wanted) >= FIRST_RIGHT, "\n".join(wrong)


def test_the_newest_is_told_with_its_date(of_layouts: SearchService) -> None:
    request = SearchRequest(q="senaste protokollet kommunstyrelsen", kommun="dated", explain=True)
    first = of_layouts.search(request).hits[0]
    assert first.explanation is not None
    assert "Dokumentet är från 2026-02-10." in " ".join(first.explanation.reasons)


def test_what_is_to_come_is_not_the_latest_minutes(of_layouts: SearchService) -> None:
    hits = of_layouts.search(SearchRequest(q="senaste protokollet kommunstyrelsen", kommun="dated")).hits
    ks = BODIES[0]
    held = sorted((day for day, _ in meetings(ks) if day < NOW.date()), reverse=True)
    assert max(day for day, _ in meetings(ks)) > NOW.date()
    assert [hit.url for hit in hits[:3]] == [url_of("dated", ks, day, "protokoll") for day in held[:3]]


@pytest.mark.parametrize(
    "query",
    [
        "protokoll kommunstyrelsen 31 februari 2024",
        "protokoll kommunstyrelsen 2024-02-31",
        "kommunstyrelsen § 0",
        "protokoll år 9999",
        "kommunstyrelsen 9999-01-01",
        "kommunstyrelsen 99/99 2024",
        "KS 0000-00-00 protokoll",
        "senaste senaste protokollet förra mötet",
        "KS_protokoll_999999.pdf",
    ],
)
def test_days_that_no_calendar_has_empty_nothing(of_layouts: SearchService, query: str) -> None:
    hits = of_layouts.search(SearchRequest(q=query, kommun="filed")).hits
    assert hits
