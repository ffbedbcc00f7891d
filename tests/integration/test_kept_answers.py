"""Is an answer that is kept the one that would be given now? New commits, days and vectors, and tabs."""

from collections.abc import Hashable
from datetime import date
from pathlib import Path

import pytest

from crawler.record import CanonicalUrl
from crawler.registry import load_registry
from crawler.store import Change
from indexer.generations import Generations
from indexer.tantivy_engine import TantivyEngine
from indexer.writer import TantivyWriter
from searchapi.meaning import NearPages
from searchapi.models import SearchResponse
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.settings import Settings
from tests.integration import small_federation

_DAY = date(2026, 11, 22)


class _Vectors:
    """Knows nothing, and says when that is another nothing than before."""

    def __init__(self) -> None:
        self.number = 0
        self.asked = 0

    def near(
        self, text: str, agencies: frozenset[str] | None, doctypes: frozenset[str] | None
    ) -> NearPages | None:
        self.asked += 1
        return None

    @property
    def revision(self) -> Hashable:
        return self.number


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_federation.build(tmp_path)
    (tmp_path / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    return tmp_path


def _service(folder: Path, vectors: _Vectors | None = None) -> SearchService:
    settings = Settings(data_dir=folder, registry=folder / "agencies.toml")
    engine = TantivyEngine(settings.index_dir)
    return SearchService(engine, load_registry(settings.registry), settings, vectors)


def _plain(answer: SearchResponse) -> SearchResponse:
    return answer.model_copy(update={"took_ms": 0.0})


def test_the_same_answer_is_given_again(folder: Path) -> None:
    service = _service(folder)
    for request in (
        SearchRequest(q="bygglov", kommun="ekdal"),
        SearchRequest(q="bygglov", kommun="ekdal", page=2, limit=2),
        SearchRequest(q="bygglov", kommun="ekdal", tab="documents"),
        SearchRequest(q="bygglov"),
    ):
        first, second = service.search(request, today=_DAY), service.search(request, today=_DAY)
        assert _plain(first) == _plain(second)
        assert first.hits is second.hits
        assert _plain(_service(folder).search(request, today=_DAY)) == _plain(second)


def test_another_day_another_state_and_other_vectors_are_looked_at_anew(folder: Path) -> None:
    vectors = _Vectors()
    service = _service(folder, vectors)
    request = SearchRequest(q="bygglov", kommun="ekdal")
    first = service.search(request, today=_DAY)
    assert vectors.asked == 1
    service.search(request, today=_DAY)
    assert vectors.asked == 1
    service.search(request, today=date(2026, 11, 23))
    assert vectors.asked == 2
    vectors.number += 1
    service.search(request, today=_DAY)
    assert vectors.asked == 3
    gone = first.hits[0].url
    generations = Generations(folder / "index")
    with generations.writing():
        writer = TantivyWriter(generations, generations.current())
        writer.apply([Change(10_000, CanonicalUrl(gone), None)])
        writer.commit(10_000)
        writer.close()
    assert gone not in {hit.url for hit in service.search(request, today=_DAY).hits}
    assert vectors.asked == 4


def test_an_explanation_is_never_left_out(folder: Path) -> None:
    service = _service(folder)
    assert service.search(SearchRequest(q="bygglov")).hits[0].explanation is None
    assert service.search(SearchRequest(q="bygglov", explain=True)).hits[0].explanation is not None
    assert service.search(SearchRequest(q="bygglov")).hits[0].explanation is None
