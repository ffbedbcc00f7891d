"""Does the test of key positions ask in foreign titles, and accept only the right contact?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.record import Doctype
from crawler.registry import AgencyKind
from searchapi.commands.evaluate import KEY_POSITIONS
from searchapi.errors import BadRequestError
from searchapi.evaluate.key_positions import (
    Function,
    KeyPositions,
    Position,
    check_positions,
    foreign_titles,
    load_positions,
    unasked,
)
from searchapi.models import AgencyRef, Hit, HitContact, Interpretation, SearchResponse

POSITIONS = KeyPositions(
    function=(Function(id="kommunchef", titles=("kommunchef", "stadsdirektör", "kommundirektör")),),
    position=(Position(agency="norrby", function="kommunchef", name="Ada Ek", phones=("0980-319 270",)),),
)


def _hit(phone: str | None, agency: str = "norrby") -> Hit:
    return Hit(
        url="http://www.norrby.example/kontakt",
        title="Kontakt",
        snippet=[],
        doctype=Doctype.CONTACT,
        agency=AgencyRef(id=agency, name=agency, kind=AgencyKind.MUNICIPALITY),
        language="sv",
        needs_eid=None,
        published=None,
        modified=None,
        checked=datetime(2026, 11, 21, tzinfo=UTC),
        content_type="text/html",
        content_length=1,
        breadcrumb=[],
        contact=HitContact(name="Ada Ek", phone=phone) if phone != "" else None,
        actions=[],
    )


def _answer(*hits: Hit) -> SearchResponse:
    return SearchResponse(
        query="q",
        interpretation=Interpretation(intent="contact"),
        total=len(hits),
        took_ms=1,
        page=1,
        limit=10,
        hits=list(hits),
    )


def test_titles_that_the_pages_use_are_not_foreign_in_any_inflection() -> None:
    titles = ["kommunchef", "stadsdirektör", "chef"]
    assert foreign_titles(titles, ["Fråga Kommunchefen.", "En chefsrekrytering pågår"]) == [
        "stadsdirektör",
        "chef",
    ]


def test_only_foreign_titles_are_asked_in_the_home_municipality() -> None:
    questions: list[tuple[str, str]] = []

    def search(title: str, agency: str) -> SearchResponse:
        questions.append((title, agency))
        return _answer(_hit("+46980319270"))

    asked = check_positions(POSITIONS, {"norrby": ["Vår kommundirektör"]}, search)
    assert questions == [("kommunchef", "norrby"), ("stadsdirektör", "norrby")]
    assert [each.rank for each in asked] == [1, 1]
    assert unasked(POSITIONS, asked) == []


def test_a_municipality_without_pages_or_foreign_titles_is_told() -> None:
    used = ["kommunchef, stadsdirektör, kommundirektör"]
    for texts in ({}, {"norrby": used}):
        asked = check_positions(POSITIONS, texts, lambda *_: _answer(_hit("+46980319270")))
        assert asked == []
        assert unasked(POSITIONS, asked) == list(POSITIONS.position)


@pytest.mark.parametrize(
    ("hits", "rank"),
    [
        ([_hit("+46980319270")], 1),
        ([_hit("0980-31 92 70")], 1),
        ([_hit("+46980319271"), _hit(None), _hit("+46980319270")], 3),
        ([_hit("x"), _hit("x"), _hit("x"), _hit("+46980319270")], None),
        ([_hit("+46980319271")], None),
        ([_hit("")], None),
        ([_hit("+46980319270", agency="sunnerby")], None),
        ([], None),
    ],
)
def test_the_contact_with_its_number_within_three_hits_is_right(hits: list[Hit], rank: int | None) -> None:
    (asked, *_) = check_positions(POSITIONS, {"norrby": []}, lambda *_: _answer(*hits))
    assert (asked.rank, asked.right) == (rank, rank is not None)


def test_the_demo_has_nine_functions_in_every_municipality() -> None:
    positions = load_positions(KEY_POSITIONS)
    assert len(positions.function) == 9
    functions = {function.id for function in positions.function}
    for agency in ("norrvik", "sunnerby"):
        assert {each.function for each in positions.position if each.agency == agency} == functions


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        "function = []",
        '[[function]]\nid = "x"\ntitles = ["a"]\n',
        '[[function]]\nid = "x"\ntitles = ["a", "b", "c"]\n'
        '[[position]]\nagency = "n"\nfunction = "y"\nphones = ["1"]\n',
    ],
)
def test_a_file_that_cant_be_used_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadRequestError, match=r"p\.toml"):
        load_positions(path)
