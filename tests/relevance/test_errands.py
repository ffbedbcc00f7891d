"""How many errands, as citizens type them, are understood: the matter, and who handles it? Floors."""

import csv
from pathlib import Path

import pytest

from crawler.registry import Agency, AgencyKind, Registry
from searchapi.query import parse
from searchapi.thesaurus import load_thesaurus
from searchapi.understand import Understander, Understanding

TABLE = Path(__file__).with_name("errands.tsv")
_MATTERS, _RESPONSIBLE, _WRONG = 0.97, 0.91, 0.01


@pytest.fixture(scope="module")
def asked() -> list[tuple[dict[str, str], Understanding]]:
    agency = Agency(
        id="ekdal", name="Ekdals kommun", kind=AgencyKind.MUNICIPALITY, seeds=("https://www.ekdal.example/",)
    )
    understander = Understander(Registry([agency]), load_thesaurus())
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t"))
    return [(row, understander.understand(parse(row["query"]), None)) for row in rows]


def test_the_table_is_long_and_names_concepts_that_are_there(
    asked: list[tuple[dict[str, str], Understanding]],
) -> None:
    known = {concept.id for concept in load_thesaurus().concepts}
    assert len(asked) >= 450
    assert len({row["query"] for row, _ in asked}) == len(asked)
    assert {one for row, _ in asked for one in row["concepts"].split()} <= known


def test_matters_are_understood(asked: list[tuple[dict[str, str], Understanding]]) -> None:
    missed = [row["query"] for row, understood in asked if not _named(understood) & _wanted(row)]
    assert len(missed) <= (1 - _MATTERS) * len(asked), missed


def test_who_handles_them_is_known_and_hardly_ever_wrong(
    asked: list[tuple[dict[str, str], Understanding]],
) -> None:
    rows = [(row, understood) for row, understood in asked if row["responsible"] != "-"]
    told = {row["query"]: {one.value for one in understood.responsible} for row, understood in rows}
    right = [row for row, _ in rows if told[row["query"]] & set(row["responsible"].split())]
    wrong = [query for query, found in told.items() if found and query not in {row["query"] for row in right}]
    assert len(right) >= _RESPONSIBLE * len(rows)
    assert len(wrong) <= _WRONG * len(rows), wrong


def _wanted(row: dict[str, str]) -> set[str]:
    return set(row["concepts"].split())


def _named(understood: Understanding) -> set[str]:
    """The concepts found, and those that they are parts of."""
    matches = [match for match in understood.concepts if match.sure or not match.written]
    return {one for match in matches for one in (match.concept.id, match.concept.broader)}
