"""Is the holder of an office found among a page's contacts, by titles that the page does not use?"""

import pytest

from crawler.record import Contact
from searchapi.office import OfficeMatcher
from searchapi.query import parse
from searchapi.thesaurus import load_thesaurus

LEADERS = (
    Contact(name="Karin Ek", role="Kommundirektör", phone="+46980319270"),
    Contact(name="Eva Dal", role="Förvaltningschef, omsorgsförvaltningen", phone="+46980319271"),
    Contact(name="Johan Ask", role="Förvaltningschef, bildningsförvaltningen", phone="+46980319272"),
    Contact(name="Per Alm", role="Förvaltningschef, samhällsbyggnadsförvaltningen", phone="+46980319273"),
    Contact(name="Mats Öst", role="Biträdande ekonomichef", phone="+46980319274"),
    Contact(name="Ida Ryd", role="Ekonomichef", phone="+46980319275"),
)
DEPARTMENTS = (
    Contact(name="Nils Lo", role="Bygglov", phone="+46406280413"),
    Contact(name="Ellinor Sjö", role="Miljö", phone="+46406280421"),
    Contact(name="Bodil Å", phone="+46406280486"),
)


def matcher(query: str) -> OfficeMatcher:
    return OfficeMatcher(load_thesaurus().match(parse(query).words))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("stadsdirektör", "Karin Ek"),
        ("socialchef", "Eva Dal"),
        ("utbildningsdirektör", "Johan Ask"),
        ("teknisk chef", "Per Alm"),
        ("ekonomidirektör", "Ida Ryd"),
    ],
)
def test_the_right_one_of_several_leaders_is_chosen(query: str, name: str) -> None:
    holder, met = matcher(query).best(LEADERS, "Kommunledning och förvaltningschefer", "")
    assert holder is not None
    assert holder.name == name
    assert met >= 0.5


def test_a_list_of_department_chiefs_is_read_with_its_title() -> None:
    holder, _ = matcher("miljöchef").best(DEPARTMENTS, "Avdelningschefer", "")
    assert holder is not None
    assert holder.name == "Ellinor Sjö"
    assert matcher("miljöchef").best(DEPARTMENTS, "Handläggare", "") == (None, 0.0)


def test_the_row_of_a_table_tells_what_the_contact_lacks() -> None:
    text = "Bygglov | Nils Lo | 040-628 04 13\nHR | Bodil Å | 040-628 04 86"
    holder, _ = matcher("personalchef").best(DEPARTMENTS, "Avdelningschefer", text)
    assert holder is not None
    assert holder.name == "Bodil Å"


def test_nobody_is_named_where_nobody_holds_the_office() -> None:
    assert matcher("näringslivschef").best(LEADERS[:2], "Ledning", "") == (None, 0.0)
    assert not matcher("bygglov")
