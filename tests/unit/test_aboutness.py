"""Is a reader told when no page is about what was asked, and only then?"""

from collections.abc import Callable
from typing import Any

import pytest

from crawler.record import Doctype
from crawler.registry import Agency, AgencyKind, Registry
from indexer.engine import Alternative, Clause, Plan
from searchapi.aboutness import unheard_of
from searchapi.query import parse
from searchapi.rank import Ranked
from searchapi.refine import Answer
from searchapi.thesaurus import load_thesaurus
from searchapi.understand import Understander
from tests.unit.test_opening import candidate


class _Record:
    language = "sv"
    description = ""
    breadcrumb: tuple[str, ...] = ()

    def __init__(self, title: str, headings: tuple[str, ...]) -> None:
        self.title, self.headings = title, headings


class _Document:
    anchors: tuple[str, ...] = ()

    def __init__(self, title: str, text: str, headings: tuple[str, ...]) -> None:
        self.record, self.text = _Record(title, headings), text


def page(title: str, text: str, *headings: str, matched: float = 1.0, titled: float = 0.0) -> Answer:
    document: Any = _Document(title, text, headings)
    return Answer(Ranked(candidate(Doctype.GUIDE, matched=matched, title=titled), 1.0), document, 1.0)


@pytest.fixture(scope="module")
def told() -> Callable[..., bool]:
    agency = Agency(
        id="ekdal", name="Ekdals kommun", kind=AgencyKind.MUNICIPALITY, seeds=("https://www.ekdal.example/",)
    )
    understander = Understander(Registry([agency]), load_thesaurus())

    def ask(query: str, *pages: Answer, frequency: int = 3) -> bool:
        understood = understander.understand(parse(query), None)
        clauses = tuple(Clause((Alternative(word.text),)) for word in understood.content)
        return unheard_of(
            understood,
            Plan(clauses),
            list(pages),
            lambda word: 90 if word == "klagomål" else frequency,
            1000,
            load_thesaurus(),
        )

    return ask


def test_a_mention_in_passing_is_told(told: Callable[..., bool]) -> None:
    assert told("asyl", page("Välja vårdcentral", "Du som söker asyl har rätt till vård."))


def test_a_heading_or_a_text_that_returns_to_it_is_an_answer(told: Callable[..., bool]) -> None:
    assert not told("asyl", page("Ny i Sverige", "Text.", "Asyl"))
    assert not told("asyl", page("Ny i Sverige", "Den som söker asyl. Om asyl beslutar staten."))
    assert not told("asyl", page("Migration", "Om du söker asyl."), page("Asylsökande", "Text."))


def test_another_name_of_the_matter_is_an_answer(told: Callable[..., bool]) -> None:
    assert not told("dagis", page("Förskola", "Text om dagis."))


def test_a_thing_that_no_page_knows_is_told(told: Callable[..., bool]) -> None:
    synpunkter = page("Lämna klagomål", "Klagomål", matched=0.5, titled=0.5)
    assert told("mäklare klagomål", synpunkter, frequency=0)
    assert not told("mäklare klagomål", synpunkter, frequency=50)


def test_sentences_and_other_languages_are_left_alone(told: Callable[..., bool]) -> None:
    passing = page("Välja vårdcentral", "Du som söker asyl har rätt till vård.")
    assert not told("hur gör jag för att kunna söka asyl", passing)
    assert not told("where can i get a driving licence", passing)


def test_what_is_found_by_its_meaning_may_be_about_it(told: Callable[..., bool]) -> None:
    near = page("Välja vårdcentral", "Text.", matched=0.0)
    meant = near.ranked.candidate._replace(meant=0.9)
    assert not told("asyl", Answer(Ranked(meant, 1.0), near.document, 1.0))
