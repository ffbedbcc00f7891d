"""Is a query written in a language at all?"""

import pytest

from searchapi.language import any_is_a_word, guess_language


@pytest.mark.parametrize("query", ["qwrtzp", "xyzzyqwrt", "zzzz", "9876543210", "kjhgf qwer", "😀", "..."])
def test_letters_struck_at_random_are_no_words(query: str) -> None:
    words = query.split()
    assert not any_is_a_word(words, guess_language(words))


@pytest.mark.parametrize(
    "query",
    [
        "hyreshjälpskontor",
        "sopkärlsdraperi",
        "escuela infantil",
        "przedszkole",
        "zzzz förskola",
        "روضة أطفال",
    ],
)
def test_words_of_any_language_and_new_compounds_are(query: str) -> None:
    words = query.split()
    assert any_is_a_word(words, guess_language(words))
