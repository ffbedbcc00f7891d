"""Is the registry of Sweden whole, and is it what the list and the corrections make of it?"""

import pytest

from crawler import sweden
from crawler.registry import AgencyKind, Registry, load_registry
from tests.conftest import REAL

_LIST = REAL / "public-agencies.csv"
_LARGE = (
    *("skatteverket", "forsakringskassan", "arbetsformedlingen", "polismyndigheten", "migrationsverket"),
    *("pensionsmyndigheten", "trafikverket", "transportstyrelsen", "kronofogdemyndigheten", "lantmateriet"),
    *("bolagsverket", "centrala-studiestodsnamnden", "socialstyrelsen", "statens-skolverk", "domstolsverket"),
    *(
        "lansstyrelserna",
        "tullverket",
        "kriminalvarden",
        "naturvardsverket",
        "konsumentverket",
        "valmyndigheten",
    ),
)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(sweden.MADE)


def test_every_municipality_and_region_and_the_large_agencies_are_there(registry: Registry) -> None:
    municipalities = registry.of_kind(AgencyKind.MUNICIPALITY)
    assert len({agency.municipality_code for agency in municipalities}) == 290
    regions = {agency.id for agency in registry.of_kind(AgencyKind.REGION)}
    assert len(regions) == 20, "and Gotland, which stands as a municipality"
    assert {agency.region for agency in municipalities} == {*regions, ""}
    assert [agency.id for agency in municipalities if not agency.region] == ["gotland"]
    assert registry["mjolby"].region == "region-ostergotland"
    assert all(agency_id in registry for agency_id in _LARGE)
    assert len(registry.of_kind(AgencyKind.STATE)) > 280


def test_a_crawl_of_it_is_polite_and_spread_over_the_night(registry: Registry) -> None:
    for agency in registry:
        assert agency.delay >= 2
        assert agency.concurrency == 1
        assert agency.schedule.startswith("weekly ")
        assert not 6 <= int(agency.schedule.split()[1][:2]) < 20, agency.id
        assert agency.contact.web
        assert all(seed.startswith("https://") for seed in agency.seeds)
    assert len({agency.schedule for agency in registry}) > 50


def test_names_are_written_as_people_write_them(registry: Registry) -> None:
    for agency in registry:
        assert agency.name == agency.name.strip()
        assert not agency.name.isupper(), agency.name
        assert "&" not in agency.name
    assert registry["skatteverket"].contact.switchboard == "0771-567 567"
    for written, name in (
        ("HÖGSKOLAN I BORÅS", "Högskolan i Borås"),
        ("FÖRVALTNINGSRÄTTEN I LULEÅ OCH MIGRATIONSDOMSTOL", "Förvaltningsrätten i Luleå"),
        ("Sida", "Sida"),
    ):
        assert any(agency.name == name for agency in registry), written


def test_every_entry_says_that_nothing_of_it_was_looked_up() -> None:
    text = sweden.MADE.read_text("utf-8")
    assert text.count("\n# Not verified: ") == text.count("\n[[agency]]\n")


@pytest.mark.skipif(not _LIST.is_file(), reason="the list of agencies is not beside the project")
def test_it_is_what_the_generator_makes_of_the_list() -> None:
    rows = sweden.read_list(_LIST)
    made = sweden.build(rows)
    assert made == sweden.MADE.read_text("utf-8"), "make it anew: python -m crawler.sweden"
    for row in rows:
        host = row["host"].removeprefix("https://").removeprefix("http://").split("/")[0]
        assert f'"{host}"' in made or row["kind"] == "region", row["name"]


def test_one_line_in_a_list_becomes_one_agency() -> None:
    row = {"kind": "state", "name": "STATENS PROVVERK", "host": "www.provverket.example/sv", "year": "2026"}
    row |= {"phone": "084650 04 00", "email": "Registrator@provverket.example"}
    twin = {**row, "name": "Provnämnden", "host": "https://www.provverket.example/namnd"}
    region = {**row, "kind": "region", "name": "Region Skåne", "host": "www.skane.example"}
    made = sweden.build([row, twin, region])
    assert 'name = "Statens provverk"' in made
    assert "# Also here: Provnämnden." in made
    assert 'seeds = ["https://www.provverket.example/sv", "https://www.provverket.example/namnd"]' in made
    assert 'switchboard = "08-465 004 00", email = "registrator@provverket.example"' in made
