"""Are everyday queries understood, whatever sites there are? Concepts, intents and languages of a table."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.registry import Agency, AgencyKind, Registry
from searchapi.query import parse
from searchapi.thesaurus import load_thesaurus
from searchapi.understand import Understander

TABLE = Path(__file__).with_name("understanding.toml")
QUERIES: list[dict[str, Any]] = tomllib.loads(TABLE.read_text("utf-8"))["query"]


@pytest.fixture(scope="module")
def understander() -> Understander:
    agency = Agency(
        id="ekdal",
        name="Ekdals kommun",
        kind=AgencyKind.MUNICIPALITY,
        seeds=("https://www.ekdal.example/",),
    )
    return Understander(Registry([agency]), load_thesaurus())


def test_the_table_is_long_enough_to_guard_anything() -> None:
    assert len(QUERIES) >= 80


def _rows() -> list[Any]:
    # What is known to be missed fails here once it is understood.
    marks = {True: [pytest.mark.xfail(strict=True)], False: []}
    return [pytest.param(row, id=row["q"], marks=marks["missed" in row]) for row in QUERIES]


@pytest.mark.parametrize("row", _rows())
def test_a_query_is_understood(understander: Understander, row: dict[str, Any]) -> None:
    understood = understander.understand(parse(row["q"]), None)
    if "concepts" in row:
        matches = [match for match in understood.concepts if match.sure or not match.written]
        # A part of the matter is right as well: its broader concept comes in with it.
        found = {one for match in matches for one in (match.concept.id, match.concept.broader)}
        assert found & set(row["concepts"]), f"found {sorted(found)}"
    if "intent" in row:
        assert understood.intent.kind.value == row["intent"]
    assert understood.language == row.get("language", "sv")
