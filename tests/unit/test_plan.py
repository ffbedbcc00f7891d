"""Does the plan ask for what was meant, of those who may answer?"""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.record import Doctype
from indexer.engine import Origin, Plan
from searchapi.intent import DOCUMENT_TYPES
from searchapi.plan import Narrowing, Planner, Tab, filters_for, relaxed
from searchapi.query import parse
from searchapi.thesaurus import load_thesaurus
from searchapi.understand import Understander, Understanding
from searchapi.weights import load_weights
from tests.integration.small_federation import registry

_UNDERSTANDER = Understander(registry(), load_thesaurus())
_PLANNER = Planner(load_weights(), load_thesaurus())


def _understand(query: str, home: str = "ekdal") -> Understanding:
    return _UNDERSTANDER.understand(parse(query), registry()[home] if home else None)


def _plan(query: str, frequency: Callable[[str], int] = lambda word: 5) -> Plan:
    understanding = _understand(query)
    filters = filters_for(understanding, Tab.MAIN, Narrowing())
    return _PLANNER.plan(understanding, filters, frequency, candidates=200)[0]


def _own(plan: Plan) -> list[str]:
    return [clause.alternatives[0].text for clause in plan.clauses]


@pytest.mark.parametrize(
    ("query", "clauses"),
    [
        ("hur ansöker jag om bygglov?", ["bygglov"]),
        ("får jag bygga altan utan bygglov", ["bygga", "altan", "bygglov"]),
        ("ring socialchefen", ["socialchefen"]),
        ("bygglov i Alnö", ["bygglov"]),
        ("blankett färdtjänst", ["färdtjänst"]),
        ("vad är det", ["vad", "är", "det"]),
        ("telefonnummer", ["telefonnummer"]),
        ("Ekdals kommun", ["Ekdals", "kommun"]),
    ],
)
def test_what_is_searched_for(query: str, clauses: list[str]) -> None:
    assert _own(_plan(query)) == clauses


def test_synonyms_stand_beside_the_word_and_weigh_less() -> None:
    (clause,) = _plan("dagis").clauses
    words = {one.text: one for one in clause.alternatives}
    assert words["dagis"].weight == 1.0
    assert words["förskola"].origin is Origin.SYNONYM
    assert words["förskola"].weight < 1.0


def test_synonyms_that_stand_nowhere_are_left_out() -> None:
    (clause,) = _plan("dagis", lambda word: 0).clauses
    assert [one.text for one in clause.alternatives] == ["dagis"]


def test_neighbours_that_are_one_word_serve_both() -> None:
    plan = _plan("bygg lov", lambda word: 3 if word == "bygglov" else 0)
    assert [[one.text for one in clause.alternatives] for clause in plan.clauses] == [
        ["bygg", "bygglov"],
        ["lov", "bygglov"],
    ]


def test_quotes_require() -> None:
    plan = _plan('"god man" ansökan')
    assert [clause.alternatives[0].text for clause in plan.clauses if clause.required] == ["god man"]


def test_errands_are_not_answered_by_minutes_and_news() -> None:
    doctypes = _plan("bygga altan").filters.doctypes
    assert doctypes is not None
    assert not doctypes & (DOCUMENT_TYPES | {Doctype.NEWS, Doctype.EVENT, Doctype.JOB})
    assert Doctype.GUIDE in doctypes


def test_what_is_asked_for_by_name_is_let_in() -> None:
    doctypes = _plan("lediga jobb förskola").filters.doctypes
    assert doctypes is not None
    assert Doctype.JOB in doctypes
    assert _plan("protokoll kommunstyrelsen").filters.doctypes is None


def test_others_wait_elsewhere() -> None:
    understanding = _understand("bygglov")
    assert filters_for(understanding, Tab.MAIN, Narrowing()).agencies == {"ekdal", "region-skog", "vuxen"}
    assert filters_for(understanding, Tab.ELSEWHERE, Narrowing()).agencies == {"mark-by"}
    assert filters_for(_understand("bygglov", home=""), Tab.MAIN, Narrowing()).agencies is None


def test_the_readers_own_choice_wins() -> None:
    narrowing = Narrowing("mark-by", frozenset({Doctype.MINUTES}), "en", True)
    filters = filters_for(_understand("bygglov"), Tab.MAIN, narrowing)
    assert filters.agencies == {"mark-by"}
    assert filters.doctypes == {Doctype.MINUTES}
    assert filters.languages == {"en"}
    assert filters.needs_eid is True


def test_dates_and_numbers_are_asked_for_in_every_writing() -> None:
    texts = [one.text for clause in _plan("protokoll 2024-03-12").clauses for one in clause.alternatives]
    assert {"2024-03-12", "12 mars 2024", "20240312"} <= set(texts)
    texts = [one.text for clause in _plan("KS/2024:261").clauses for one in clause.alternatives]
    assert {"KS/2024:261", "KS 2024/261"} <= set(texts)


def test_relaxing_ends() -> None:
    plan: Plan | None = _plan('"god man" altan bygglov förskola -avgift')
    steps = 0
    while plan is not None:
        plan = relaxed(plan)
        steps += 1
    assert steps == 4


@given(st.text(max_size=300))
def test_any_query_gives_a_plan(query: str) -> None:
    parsed = parse(query)
    plan = _plan(query)
    if not parsed.empty:
        assert plan.clauses
    assert len(plan.clauses) <= 16
