"""Is a day found in any writing, and is nothing that no calendar has taken for one?"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapi.days import day_asked, days_in, filed_days_in, months_in, short_year, years_in
from searchapi.documents import find_document
from searchapi.query import parse


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("12 mars 2024", (2024, 3, 12)),
        ("12:e mars 2024", (2024, 3, 12)),
        ("12 mars -24", (2024, 3, 12)),
        ("mars -24", (2024, 3, None)),
        ("mars 24", (2024, 3, None)),
        ("12 mars 24", (2024, 3, 12)),
        ("2024 mars", (2024, 3, None)),
        ("sept 24", (2024, 9, None)),
        ("12/3-24", (2024, 3, 12)),
        ("12/3 -24", (2024, 3, 12)),
        ("12/3/2024", (2024, 3, 12)),
        ("12.3.2024", (2024, 3, 12)),
        ("12-03-2024", (2024, 3, 12)),
        ("24-03-12", (2024, 3, 12)),
        ("KS_protokoll_240312.pdf", (2024, 3, 12)),
        ("24 mars", (None, 3, 24)),
        ("31 februari 2024", (2024, 2, None)),
        ("2024-02-31", (2024, 2, None)),
        ("29 februari 2024", (2024, 2, 29)),
        ("29 februari 2023", (2023, 2, None)),
        ("31/9 2024", (2024, 9, None)),
    ],
)
def test_the_day_of_a_query(query: str, day: tuple[int | None, int | None, int | None]) -> None:
    asked = find_document(parse(query).words).day
    assert asked is not None
    assert (asked.year, asked.month, asked.day) == day


@pytest.mark.parametrize("query", ["år 9999", "9999-01-01", "0000-00-00", "99/99", "32/13", "2024-13", "§ 0"])
def test_what_is_no_day_is_none(query: str) -> None:
    assert find_document(parse(query).words).day is None


def test_a_short_year_needs_a_month() -> None:
    assert find_document(parse("covid -19").words).day is None
    assert find_document(parse("fritidsbidrag 24 timmar").words).day is None


def test_a_day_is_near_in_months() -> None:
    asked = day_asked(2024, 3, 12)
    assert asked.near(date(2024, 5, 30), 2)
    assert asked.near(date(2024, 1, 1), 2)
    assert not asked.near(date(2024, 6, 1), 2)
    assert day_asked(None, 1, None).near(date(2023, 12, 12), 2)
    assert not day_asked(None, 3, None).near(date(2023, 9, 1), 2)
    assert not day_asked(2024, None, None).near(date(2024, 3, 12), 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Protokoll 2024-03-12", date(2024, 3, 12)),
        ("Sammanträde den 12 mars 2024", date(2024, 3, 12)),
        ("Protokoll 20240312", date(2024, 3, 12)),
        ("Möte 12/3 2024", date(2024, 3, 12)),
        ("2024_03_12 Kommunstyrelsen protokoll", date(2024, 3, 12)),
    ],
)
def test_the_day_of_a_title(text: str, day: date) -> None:
    assert days_in(text) == [day]


def test_six_digits_are_a_day_in_a_files_name_only() -> None:
    assert filed_days_in("KS protokoll 240312") == [date(2024, 3, 12)]
    assert filed_days_in("KS-protokoll-24-03-12.pdf") == [date(2024, 3, 12)]
    assert days_in("Ring 240312") == []
    assert filed_days_in("broschyr 991332") == []


def test_months_and_years_of_a_title() -> None:
    assert months_in("Delårsrapport januari–augusti 2026") == {(2026, 8)}
    assert months_in("Protokoll 2024-03") == {(2024, 3)}
    assert months_in("Protokoll 2024-03-12") == set()
    assert years_in("Mål och budget 2026–2028") == {2026, 2028}


def test_short_years_are_of_this_century() -> None:
    assert short_year("24") == 2024
    assert short_year("85") is None


@given(st.text(alphabet="0123456789-/.: §marsfebjunKS_’", max_size=40))
def test_any_string_has_a_day_or_none(text: str) -> None:
    asked = find_document(parse(text).words, named=True).day
    assert asked is None or asked.month is None or 1 <= asked.month <= 12
    for found in filed_days_in(text):
        assert isinstance(found, date)
    assert all(1 <= month <= 12 for _, month in months_in(text))
