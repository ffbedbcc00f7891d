"""Are all documents listed, and only those within the limits?"""

from pathlib import Path

import pytest

from crawler.record import Doctype
from crawler.store import Change
from indexer.engine import Filters
from indexer.generations import Generations
from indexer.tantivy_engine import TantivyEngine
from indexer.writer import TantivyWriter
from tests.unit.test_engine import _ROWS


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> TantivyEngine:
    folder: Path = tmp_path_factory.mktemp("index")
    generations = Generations(folder)
    generation = generations.new()
    writer = TantivyWriter(generations, generation, new=True)
    for number, row in enumerate(_ROWS, 1):
        writer.apply([Change(number, row.record.url, row)])
        if number in {2, 5, len(_ROWS)}:  # three commits, so that there are several segments
            writer.commit(number)
    writer.close()
    generations.switch(generation)
    return TantivyEngine(folder)


def test_every_document_is_listed_once(engine: TantivyEngine) -> None:
    listed = [document.record.url for document in engine.snapshot().listed(Filters())]
    assert sorted(listed) == sorted(row.record.url for row in _ROWS)


def test_documents_are_listed_within_limits(engine: TantivyEngine) -> None:
    snapshot = engine.snapshot()
    limits = Filters(doctypes=frozenset({Doctype.CONTACT, Doctype.ESERVICE}), agencies=frozenset({"norrvik"}))
    found = list(snapshot.listed(limits))
    assert sorted(one.record.title for one in found) == ["Ansök om bygglov", "Kontakta oss"]
    contact = next(one.record for one in found if one.record.doctype is Doctype.CONTACT)
    assert contact.contacts[0].role == "Socialchef", "the whole record comes"
    assert [one.record.agency for one in snapshot.listed(Filters(agencies=frozenset({"sunnerby"})))] == [
        "sunnerby"
    ]


def test_nothing_is_listed_where_nothing_passes(engine: TantivyEngine) -> None:
    assert list(engine.snapshot().listed(Filters(doctypes=frozenset()))) == []
    assert list(engine.snapshot().listed(Filters(agencies=frozenset({"nobody"})))) == []
