"""Are a word's relatives found in the index, and is a query's language told from its words?"""

import pytest

from indexer.engine import Alternative, Clause, Plan, Word
from searchapi.family import relatives, stem, widened
from searchapi.language import guess_language

VOCABULARY = ("avrop", "avropa", "avropsförfrågan", "avropsförfrågningsunderlagen", "avresa", "bygga")


def beginning(prefix: str, limit: int) -> list[Word]:
    return [Word(text, 1) for text in VOCABULARY if text.startswith(prefix)][:limit]


@pytest.mark.parametrize("word", ["avropas", "avropades", "avropar", "avropa", "avrop"])
def test_forms_of_a_verb_have_one_stem(word: str) -> None:
    assert stem(word) == "avrop"


def test_short_words_keep_their_letters() -> None:
    assert stem("lagas") == "laga"
    assert stem("bok") == "bok"
    assert relatives("bok", beginning) == []


def test_relatives_begin_alike_and_are_not_much_longer() -> None:
    assert relatives("avropas", beginning) == ["avrop", "avropa", "avropsförfrågan"]


def test_a_plan_keeps_its_own_words() -> None:
    plan = Plan(clauses=(Clause((Alternative("avropas"),)),))
    wider = widened(plan, beginning)
    assert wider is not None
    texts = [one.text for one in wider.clauses[0].alternatives]
    assert texts == ["avropas", "avrop", "avropa", "avropsförfrågan"]
    assert widened(Plan(clauses=(Clause((Alternative("zzzz"),)),)), beginning) is None


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("pension rates for veterans", "en"),
        ("i have been charged with a crime", "en"),
        ("ansokan for forskola", "sv"),
        ("pension for veteraner", "sv"),
        ("hyra buss", "sv"),
    ],
)
def test_a_query_is_in_the_language_of_its_words(query: str, language: str) -> None:
    assert guess_language(query.split()) == language
