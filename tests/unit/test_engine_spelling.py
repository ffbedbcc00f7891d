"""Is the word found that was meant, and is everything left alone that is right?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.swedish import lemma
from indexer.engine import Word
from indexer.spelling import Speller, distance, sound

_WORDS = {
    "parkeringstillstånd": 8, "tillståndet": 9, "parkering": 20, "bygglov": 40, "förskola": 60,
    "förskolan": 50, "socialtjänsten": 30, "sjukpenning": 12, "ekonomiskt": 25, "ekonomi": 20,
    "bistånd": 14, "hemtjänst": 16, "färdtjänst": 11, "avgift": 44, "återvinningscentral": 9,
    "sophämtning": 7, "försörjningsstöd": 13, "vigsel": 5, "orosanmälan": 6, "kulturskola": 4,
    "skola": 80, "kommunfullmäktige": 30, "trafik": 9, "dagis": 2, "altan": 3, "pass": 4,
    "vatten": 30, "fatura": 1, "faktura": 30,
}  # fmt: skip


class _Vocabulary:
    documents = 500
    revision = 1

    def __init__(self) -> None:
        self._lemmas: dict[str, int] = {}
        for word, documents in _WORDS.items():
            self._lemmas[lemma(word)] = self._lemmas.get(lemma(word), 0) + documents

    def document_frequency(self, word: str) -> int:
        return self._lemmas.get(lemma(word), 0)

    def surface_frequency(self, word: str) -> int:
        return _WORDS.get(word, 0)

    def frequent_words(self, limit: int) -> list[Word]:
        return [Word(text, documents) for text, documents in _WORDS.items()][:limit]


_speller = Speller(_Vocabulary())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("parkeringstilstånd", "parkeringstillstånd"),
        ("forskola", "förskola"),
        ("Förskloa", "förskola"),
        ("ekonomist", "ekonomiskt"),
        ("sjukpening", "sjukpenning"),
        ("bygglåv", "bygglov"),
        ("byglov", "bygglov"),
        ("socialtjensten", "socialtjänsten"),
        ("färtjänst", "färdtjänst"),
        ("sophämntning", "sophämtning"),
        ("återvinigscentral", "återvinningscentral"),
        ("kommunfullmektige", "kommunfullmäktige"),
        ("avjift", "avgift"),
        ("trafikskoola", "trafikskola"),  # stands nowhere whole: put together of parts that do
        ("socialtj", "socialtjänsten"),  # broke off
        ("fakturra", "faktura"),  # not fatura, which is a misspelling of the index's own
    ],
)
def test_what_was_meant(typed: str, meant: str) -> None:
    found = _speller.correct(typed)
    assert found is not None
    assert found.text == meant
    assert 0 < found.distance <= 2


@pytest.mark.parametrize(
    "right",
    [
        *(
            "bygglov",
            "bygglovet",
            "BYGGLOV",
            "orosanmälningar",
            "dagis",
        ),  # in the index, or an inflection of it
        *("cykel", "hund", "solceller"),  # words of the language that no page happens to have
        *("12345", "ks/2024:261", "§ 88", "skv7603", "a-kassa", "ab", "", "   ", "xqzwkv", "x" * 500),
    ],
)
def test_what_is_left_alone(right: str) -> None:
    assert _speller.correct(right) is None


def test_a_speller_serves_while_little_has_changed() -> None:
    later = _Vocabulary()
    later.documents = 520
    assert _speller.for_snapshot(later) is _speller
    later.documents = 900
    assert _speller.for_snapshot(later) is not _speller


def test_an_empty_index_corrects_nothing() -> None:
    class _Empty(_Vocabulary):
        documents = 0

        def document_frequency(self, word: str) -> int:
            return 0

        def surface_frequency(self, word: str) -> int:
            return 0

        def frequent_words(self, limit: int) -> list[Word]:
            return []

    assert Speller(_Empty()).correct("parkeringstilstånd") is None


@pytest.mark.parametrize(
    ("nearer", "further"),
    [
        (("forskola", "förskola"), ("forskola", "folkskola")),
        (("sjukpening", "sjukpenning"), ("sjukpening", "sjukspegling")),
        (("bygglåv", "bygglov"), ("bygglåv", "bygglön")),
    ],
)
def test_what_swedes_mix_up_is_near(nearer: tuple[str, str], further: tuple[str, str]) -> None:
    assert distance(*nearer) < distance(*further)


_letters = st.text(alphabet="abcdefghijklmnoprstuvyåäö", min_size=1, max_size=14)


@given(_letters, _letters)
def test_distance_is_none_only_between_the_same(one: str, other: str) -> None:
    assert (distance(one, other, 99.0) == 0.0) == (one == other)
    assert distance(one, other, 99.0) <= 0.3 + len(one) + len(other)


@given(_letters)
def test_the_sound_of_a_doubled_letter_is_the_same(word: str) -> None:
    assert sound(word + word[-1]) in {sound(word), sound(word + word[-1] * 2)}


@given(st.text(max_size=60))
def test_anything_may_be_asked(text: str) -> None:
    found = _speller.correct(text)
    assert found is None or (found.text != text and found.distance <= 2)


def test_a_word_that_broke_off_is_the_one_that_most_pages_have() -> None:
    class _Begun(_Vocabulary):
        def frequent_words(self, limit: int) -> list[Word]:
            return [Word("först", 60), Word("förskola", 50), Word("förskollärare", 9)]

        def document_frequency(self, word: str) -> int:
            return 0

    correction = Speller(_Begun()).correct("försk")
    assert correction is not None
    assert correction.text == "förskola"
