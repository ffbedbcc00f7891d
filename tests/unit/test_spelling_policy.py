"""Which words of a query are mended, and which are right though no page has them?"""

from typing import Any, cast

import pytest

from crawler.registry import Agency, AgencyKind, Registry
from indexer.engine import Snapshot, Word
from searchapi.query import parse
from searchapi.spelling_policy import SpellingPolicy
from searchapi.thesaurus import load_thesaurus
from searchapi.understand import Understander
from searchapi.vocabulary import right_as_it_is

_PAGES = {
    "möter": 9, "garage": 4, "götebort": 1, "återvinningscentral": 20, "handikapplatserna": 2, "fritids": 30,
    "haft": 50, "tand": 9, "göra": 90,
}  # fmt: skip


class _Pages:
    """An index of a few words."""

    documents = 100
    revision = 1

    def document_frequency(self, word: str) -> int:
        return _PAGES.get(word, 0)

    surface_frequency = document_frequency

    def frequent_words(self, limit: int) -> list[Word]:
        return [Word(text, count) for text, count in _PAGES.items()][:limit]


@pytest.fixture(scope="module")
def understander() -> Understander:
    agency = Agency(
        id="ekdal", name="Ekdals kommun", kind=AgencyKind.MUNICIPALITY, seeds=("https://www.ekdal.example/",)
    )
    return Understander(Registry([agency]), load_thesaurus())


def _mended(understander: Understander, query: str) -> str | None:
    pages: Any = _Pages()
    found = SpellingPolicy(0.5).mended(cast(Snapshot, pages), understander.understand(parse(query), None))
    return found.text if found else None


@pytest.mark.parametrize(
    "query",
    [
        "tickets for my mother",  # English, no "möter"
        "garbage",
        "restaurang göteborg",  # a name that no list of words has, but one in Swedish texts
        "jättehast",  # no word for it is known, but each of its parts is
    ],
)
def test_words_that_are_right_stay(understander: Understander, query: str) -> None:
    assert _mended(understander, query) is None


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("återvinings central", "återvinningscentral"),  # one word, written apart
        ("frittids", "fritids"),
        ("handikap", "handikapp"),  # the thesaurus's word, rather than a longer one of the pages
        ("trygghetslarrm", "trygghetslarm"),  # a word that no page has, but that leads to pages
    ],
)
def test_words_are_mended(understander: Understander, query: str, meant: str) -> None:
    assert _mended(understander, query) == meant


def test_misspelt_words_are_known_in_no_language() -> None:
    for word in ("sjukpening", "bygglåv", "parkeringstilstånd"):
        assert not right_as_it_is(word, "sv")
    assert right_as_it_is("mother", "sv")
    assert right_as_it_is("göteborg", "sv")
