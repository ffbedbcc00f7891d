"""Is it understood what a query is after?"""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.record import Doctype
from searchapi.days import days_in
from searchapi.documents import find_document
from searchapi.intent import Intent, IntentKind, detect
from searchapi.language import guess_language
from searchapi.query import parse


def _intent(query: str) -> Intent:
    return detect(parse(query).all_words)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("bygga altan", "errand"),
        ("dagisplats", "errand"),
        ("överklaga beslut om bygglov", "errand"),
        ("bli kontaktperson", "errand"),
        ("budget- och skuldrådgivning", "errand"),
        ("öppen förskola", "errand"),
        ("ansöka om bygglov", "errand"),
        ("läsåret 2024/25", "errand"),
        ("ring socialchefen", "contact"),
        ("telefonnummer vatten och avlopp", "contact"),
        ("kommundirektör", "contact"),
        ("rektor Fågelskolan", "contact"),
        ("mejla miljökontoret", "contact"),
        ("blankett färdtjänst", "form"),
        ("ansökningsblankett god man", "form"),
        ("öppettider biblioteket", "place"),
        ("var ligger återvinningscentralen", "place"),
        ("nyheter bygglov", "news"),
        ("Karin Ekström", "person"),
        ("karin ekström", "person"),
        ("protokoll kommunstyrelsen mars 2024", "document"),
        ("kommunstyrelsen 2024-03-12", "document"),
        ("smittskyddslag", "document"),
        ("konsumentkreditlag", "document"),
        ("arbetslag i skolan", "errand"),
        ("fått avslag", "errand"),
        ("socialnämnden 12 mars 2024", "document"),
        ("Dnr KS/2024:261", "document"),
        ("ks 2024/261", "document"),
        ("§ 88", "document"),
        ("paragraf 88 kommunfullmäktige", "document"),
        ("SFS 2010:800", "document"),
        ("2010:800", "document"),
        ("sou 2018:48", "document"),
        ("skollagen", "document"),
        ("avfallsplan", "document"),
        ("årsredovisning 2023", "document"),
    ],
)
def test_kinds(query: str, kind: str) -> None:
    assert _intent(query).kind is IntentKind(kind), _intent(query)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("protokoll kommunstyrelsen", {Doctype.MINUTES}),
        ("skollagen", {Doctype.LAW}),
        ("avfallsplan", {Doctype.STEERING}),
        ("lediga jobb", {Doctype.JOB}),
        ("SFS 2010:800", {Doctype.LAW}),
    ],
)
def test_doctypes_asked_for_by_name(query: str, asked: set[Doctype]) -> None:
    assert _intent(query).asked == asked


def test_words_that_told_the_intent_need_not_be_searched_for() -> None:
    assert _intent("ring socialchefen").spent == {0}


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("2024-03-12", (2024, 3, 12)),
        ("20240312", (2024, 3, 12)),
        ("240312", (2024, 3, 12)),
        ("12 mars 2024", (2024, 3, 12)),
        ("12/3 2024", (2024, 3, 12)),
        ("mars 2024", (2024, 3, None)),
        ("2024-03", (2024, 3, None)),
        ("mars", (None, 3, None)),
        ("2024", (2024, None, None)),
    ],
)
def test_days(query: str, day: tuple[int | None, int | None, int | None]) -> None:
    asked = find_document(parse(query).words).day
    assert asked is not None
    assert (asked.year, asked.month, asked.day) == day
    assert asked.meets(date(2024, 3, 12))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("KS/2024:261", "Dnr KS/2024:261"),
        ("KS 2024/261", "Diarienummer KS 2024-00261"),
        ("dnr ks 2024-261", "ks-2024/261"),
        ("SFS 2010:800", "Skollag (2010:800)"),
    ],
)
def test_a_number_is_found_in_any_writing(query: str, text: str) -> None:
    number = find_document(parse(query).words).number
    assert number is not None
    assert number.pattern().search(text)
    assert not number.pattern().search("KS/2024:2610 2010:8001")


@pytest.mark.parametrize("query", ["läsåret 2024/25", "mandatperioden 2022-2026", "öppet 8-16", "1177"])
def test_what_looks_like_a_number_and_is_none(query: str) -> None:
    assert find_document(parse(query).words).number is None


@settings(deadline=None)  # the first reads the word lists
@given(st.text(max_size=200))
def test_nothing_raises(text: str) -> None:
    words = parse(text).all_words
    detect(words)
    find_document(words)
    guess_language([word.lower for word in words])
    for day in days_in(text):
        assert isinstance(day, date)


def test_days_in_titles() -> None:
    title = "Protokoll 2024-03-12, justerat 20 mars 2024, 2024-13-45"
    assert days_in(title) == [date(2024, 3, 12), date(2024, 3, 20)]


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("bygga altan", "sv"),
        ("building permit", "en"),
        ("how do I apply for preschool", "en"),
        ("hemtjänst information", "sv"),
        ("päiväkoti hakemus", "fi"),
        ("روضة أطفال", "ar"),
        ("", "sv"),
    ],
)
def test_language(query: str, language: str) -> None:
    assert guess_language([word.lower for word in parse(query).words]) == language


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        ("min pappa är dement vart vänder jag mig", {"min", "pappa", "är", "dement", "jag", "mig"}),
        ("vem bestämmer över snöröjningen", {"snöröjningen"}),
        ("fylla i ansökan om bygglov", {"ansökan", "om", "bygglov"}),
    ],
)
def test_a_phrase_that_tells_the_intent_is_not_searched_for(query: str, searched: set[str]) -> None:
    words = parse(query).all_words
    spent = detect(words).spent
    assert {word.lower for word in words if word.place not in spent} == searched
