"""Are places found in queries in every writing, and is it known who answers there?"""

import pytest

from crawler.registry import Agency, Registry
from searchapi.errors import UnknownAgencyError
from searchapi.place import PlaceFinder
from searchapi.query import parse


def _agency(**entry: object) -> Agency:
    host = f"www.{entry['id']}.example"
    return Agency.model_validate({"seeds": [f"https://{host}/"], **entry})


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    return PlaceFinder(
        Registry(
            [
                _agency(id="ekdal", name="Ekdals kommun", short_name="Ekdal", kind="municipality",
                        municipality_code="9901", region="region-skog"),
                _agency(id="alvsund", name="Älvsunds kommun", kind="municipality", region="region-skog"),
                _agency(id="tallas", name="Tallås stad", kind="municipality", region="region-hav"),
                _agency(id="vara-x", name="Vara kommun", kind="municipality"),
                _agency(id="region-skog", name="Region Skog", kind="region"),
                _agency(id="region-hav", name="Region Hav", kind="region"),
                _agency(id="vuxen", name="Vuxenmyndigheten", kind="state"),
            ]
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "agency", "left"),
    [
        ("bygglov ekdal", "ekdal", ["bygglov"]),
        ("bygglov i Ekdal", "ekdal", ["bygglov"]),
        ("Ekdals bibliotek", "ekdal", ["bibliotek"]),
        ("ekdals kommun bygglov", "ekdal", ["bygglov"]),
        ("bygglov i ekdals kommun", "ekdal", ["bygglov"]),
        ("förskola älvsund", "alvsund", ["förskola"]),
        ("förskola alvsund", "alvsund", ["förskola"]),
        ("simhall tallås", "tallas", ["simhall"]),
        ("tandvård region skog", "region-skog", ["tandvård"]),
        ("vuxenmyndighetens blanketter", "vuxen", ["blanketter"]),
        ("parkering i Vara", "vara-x", ["parkering"]),
        ("vara kommun", "vara-x", []),
    ],
)
def test_names_are_found_and_taken_out(finder: PlaceFinder, query: str, agency: str, left: list[str]) -> None:
    words = parse(query).words
    named = finder.find(words)
    assert [one.agency.id for one in named] == [agency]
    assert [word.text for word in words if word.place not in named[0].words] == left


@pytest.mark.parametrize("query", ["får man vara hemma", "bygglov", "ekdalsvägen", ""])
def test_other_words_are_no_places(finder: PlaceFinder, query: str) -> None:
    assert finder.find(parse(query).words) == ()


@pytest.mark.parametrize("given", ["ekdal", "9901", "Ekdal", "EKDALS KOMMUN", " ekdals "])
def test_a_municipality_is_known_by_id_code_and_name(finder: PlaceFinder, given: str) -> None:
    assert finder.resolve(given).id == "ekdal"


@pytest.mark.parametrize("given", ["atlantis", "0000", "", "a" * 10_000, "\x00"])
def test_an_unknown_one_is_told_with_what_to_do(finder: PlaceFinder, given: str) -> None:
    with pytest.raises(UnknownAgencyError, match="/api/v1/agencies"):
        finder.resolve(given)


def test_home_its_region_and_the_state_are_near(finder: PlaceFinder) -> None:
    scope = finder.scope(finder.resolve("ekdal"), ())
    assert scope.near == {"ekdal", "region-skog", "vuxen"}
    assert scope.far == {"alvsund", "tallas", "vara-x", "region-hav"}
    assert (scope.home and scope.home.id, scope.source) == ("ekdal", "home")


def test_a_named_place_wins_over_home(finder: PlaceFinder) -> None:
    scope = finder.scope(finder.resolve("ekdal"), finder.find(parse("bygglov tallås").words))
    assert (scope.home and scope.home.id, scope.source) == ("tallas", "query")
    assert "ekdal" in scope.far


def test_a_named_state_agency_leaves_home_as_it_is(finder: PlaceFinder) -> None:
    scope = finder.scope(finder.resolve("ekdal"), finder.find(parse("vuxenmyndigheten bidrag").words))
    assert (scope.home and scope.home.id, scope.source) == ("ekdal", "home")
    assert [agency.id for agency in scope.named] == ["vuxen"]


def test_without_a_home_everybody_is_near(finder: PlaceFinder) -> None:
    scope = finder.scope(None, ())
    assert len(scope.near) == 7
    assert not scope.far
    assert scope.home is None


def test_a_region_named_stands_for_its_municipalities(finder: PlaceFinder) -> None:
    scope = finder.scope(None, finder.find(parse("tandvård region skog").words))
    assert scope.near == {"region-skog", "ekdal", "alvsund", "vuxen"}
