"""Is a number shown in one way, however an agency writes it, and dialled as it is?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapi.telephone import dialled, telephone


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("+46980319200", "0980-319 200"),
        ("0980-31 92 00", "0980-319 200"),
        ("0980/319200", "0980-319 200"),
        ("+46 (0)980-319 200", "0980-319 200"),
        ("0980-319 20", "0980-319 20"),
        ("+46313900600", "031-390 06 00"),
        ("+46846500400", "08-465 004 00"),
        ("08-465 00 40", "08-465 00 40"),
        ("+46701740612", "070-174 06 12"),
        ("0200-12 34 56", "0200-123 456"),
        ("0771-52 45 24", "0771-524 524"),
        ("020-123 456", "020-123 456"),
    ],
)
def test_swedish_numbers_have_a_code_a_hyphen_and_groups(written: str, shown: str) -> None:
    assert telephone(written) == shown


@pytest.mark.parametrize("written", ["112", "1177", "114 14", "växeln, 0980-319 200 och 0980-319 201", ""])
def test_what_is_no_number_of_the_plan_stays_as_it_was_written(written: str) -> None:
    assert telephone(f" {written} ") == written


def test_a_number_abroad_keeps_its_country() -> None:
    assert telephone("+358401234567") == "+358 40 1234567"


@pytest.mark.parametrize(
    ("written", "number"),
    [("0980-319 200", "+46980319200"), ("08-465 004 00", "+46846500400"), ("ring: växeln", "")],
)
def test_links_dial_the_whole_number(written: str, number: str) -> None:
    assert dialled(written) == number


@given(st.text(max_size=40) | st.from_regex(r"\+?46?0?[1-9][0-9 -]{4,14}", fullmatch=True))
def test_what_is_shown_is_shown_again_alike_and_dials_alike(written: str) -> None:
    shown = telephone(written)
    assert telephone(shown) == shown
    assert dialled(shown) == dialled(written.strip())
