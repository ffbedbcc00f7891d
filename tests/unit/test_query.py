"""Is any string a query, and are its parts what a citizen meant by them?"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapi.query import MAX_WORDS, clean, parse


def _words(text: str) -> list[str]:
    return [word.text for word in parse(text).words]


@given(st.text(max_size=600))
def test_any_string_is_parsed(text: str) -> None:
    parsed = parse(text)
    assert parsed.text == clean(text)
    assert len(parsed.words) <= MAX_WORDS
    assert parse(parsed.text).text == parsed.text
    for word in parsed.words:
        assert word.text.strip()
        assert not any(unicodedata.category(sign) == "Cc" for sign in word.text)


@given(st.text(alphabet='"-()*:^~ \t\x00ANDORsitepdåäö§.', max_size=80))
def test_operators_never_raise(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bygga altan?", ["bygga", "altan"]),
        ("och/eller", ["och", "eller"]),
        ("KS/2024:261", ["KS/2024:261"]),
        ("§88", ["§", "88"]),
        ("e-tjänst", ["e-tjänst"]),
        ("bygglov AND altan", ["bygglov", "altan"]),
        ("site:www.ekdal.example bygglov*", ["www", "ekdal", "example", "bygglov"]),
        ("dag\u00adis", ["dagis"]),
        ("a\x00b\x07c", ["a", "b", "c"]),
        ("fo\u0308rskola", ["förskola"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert _words(text) == words


def test_quotes_make_phrases_and_minus_excludes() -> None:
    parsed = parse('”ekonomiskt bistånd” ansökan -blankett -"god man"')
    assert parsed.phrases == ("ekonomiskt bistånd",)
    assert [word.text for word in parsed.words] == ["ansökan"]
    assert set(parsed.excluded) == {"blankett", "god", "man"}


def test_a_query_of_exclusions_only_is_searched_for() -> None:
    parsed = parse("-bygglov")
    assert [word.text for word in parsed.words] == ["bygglov"]
    assert not parsed.excluded


def test_a_dash_between_numbers_excludes_nothing() -> None:
    assert not parse("öppet 8 - 16").excluded
    assert not parse("2024-03-12").excluded


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", '""', "- - -", "?!.,"])
def test_nothing_is_nothing(text: str) -> None:
    assert parse(text).empty


def test_a_hundred_kilobytes_are_bounded() -> None:
    assert len(parse("bygglov " * 12_500).words) == MAX_WORDS
