"""Who leads, words or meaning? And what of a query that was asked before, or that the model fails at?"""

import numpy as np
import pytest

from crawler.record import Doctype
from indexer.engine import Candidate
from indexer.meaning.nearest import Row, VectorSearch
from searchapi.fusion import lead_of
from searchapi.meaning import Meaning
from searchapi.query import parse
from searchapi.thesaurus import load_thesaurus
from searchapi.understand import Understander, Understanding
from searchapi.weights import load_weights
from tests.integration.small_federation import registry
from tests.unit.meaning_models import SIZE, ListedMeanings, Raising

WEIGHTS = load_weights()


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander(registry(), load_thesaurus())


def _candidate(matched: float, title: float, doctype: Doctype = Doctype.GUIDE) -> Candidate:
    return Candidate(
        key=1,
        score=5.0,
        matched=matched,
        doctype=doctype,
        agency="ekdal",
        host="www.ekdal.example",
        language="sv",
        needs_eid=None,
        depth=2,
        published=None,
        title_matched=title,
    )


def _lead(understander: Understander, query: str, *candidates: Candidate) -> float:
    understood: Understanding = understander.understand(parse(query), None)
    return lead_of(candidates, understood, WEIGHTS)


def test_sentences_lead_more_than_key_words(understander: Understander) -> None:
    met = _candidate(1.0, 1.0)
    assert _lead(understander, "jag har inte råd att betala min hyra", met) > 2 * _lead(
        understander, "bygglov", met
    )


def test_words_that_nothing_has_leave_the_lead_to_meaning(understander: Understander) -> None:
    assert _lead(understander, "bygglov", _candidate(0.5, 0.0)) > _lead(
        understander, "bygglov", _candidate(1.0, 1.0)
    )
    assert _lead(understander, "bygglov") == _lead(understander, "bygglov", _candidate(0.5, 0.0))


def test_other_languages_lead_more(understander: Understander) -> None:
    assert _lead(understander, "how do I get a permit", _candidate(0.5, 0.0)) > _lead(
        understander, "hur gör jag en plan", _candidate(0.5, 0.0)
    )


def test_a_document_that_is_named_stays_first(understander: Understander) -> None:
    law = _candidate(1.0, 1.0, Doctype.LAW)
    assert _lead(understander, "vilken lag handlar om skolans plikter", law) == 0.0


def _meaning(model: ListedMeanings | Raising) -> Meaning:
    search = VectorSearch(SIZE)
    listed = ListedMeanings()
    search.put(
        Row(number, "ekdal", "guide", listed.passage(text))
        for number, text in enumerate(["bygglov", "hemtjänst", "förskola", "sopor", "bibliotek"])
    )
    return Meaning(model, search)


def test_the_page_that_means_the_same_stands_out() -> None:
    near = _meaning(ListedMeanings()).near("bygga altan", None, None)
    assert near is not None
    assert max(near.nearest, key=lambda number: near.nearest[number]) == 0
    assert near.of([0, 999]).keys() == {0}
    assert near.of([0])[0] == pytest.approx(near.nearest[0])


def test_a_query_that_was_asked_before_is_not_computed_again() -> None:
    model = ListedMeanings()
    meaning = _meaning(model)
    for _ in range(3):
        meaning.near("bygga altan", frozenset({"ekdal"}), None)
    assert model.asked == ["bygga altan"]


def test_without_vectors_the_model_is_not_even_asked() -> None:
    model = ListedMeanings()
    assert Meaning(model, VectorSearch(SIZE)).near("bygga", None, None) is None
    assert model.asked == []


def test_a_model_that_fails_is_told_once_and_never_with_the_query(caplog: pytest.LogCaptureFixture) -> None:
    meaning = _meaning(Raising("hemlig"))
    for number in range(3):
        assert meaning.near(f"hemlig sak {number}", None, None) is None
    assert meaning.problem
    assert len(caplog.records) == 1
    assert "hemlig" not in caplog.text
    assert meaning.near("en annan sak", None, None) is not None
    assert meaning.problem == ""


def test_only_the_last_queries_are_kept() -> None:
    model = ListedMeanings()
    meaning = _meaning(model)
    for number in range(600):
        meaning.near(f"sak {number}", None, None)
    meaning.near("sak 599", None, None)
    assert len(model.asked) == 600
    meaning.near("sak 0", None, None)
    assert len(model.asked) == 601


def test_what_is_far_longer_than_a_query_is_cut() -> None:
    model = ListedMeanings()
    meaning = _meaning(model)
    meaning.near("ord " * 200, None, None)
    assert len(model.asked[0]) <= 150
    assert np.isfinite(model.query(model.asked[0])).all()
