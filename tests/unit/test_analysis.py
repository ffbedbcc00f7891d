"""Do the words of pages and of queries meet? Tokens, codes, folding, joining; and any text is survived."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import Analyzer, Term, question_words
from indexer.analysis.compounds import split
from indexer.analysis.lexicon import LEXICON_FILE, Lexicon, swedish_lexicon
from indexer.analysis.tokens import fold, normalise
from indexer.errors import IndexerError

_analyzer = Analyzer()


def _surfaces(text: str, language: str = "sv") -> list[str]:
    return [term.surface for term in _analyzer.terms(text, language)]


def _one(word: str, language: str = "sv") -> Term:
    (term,) = _analyzer.terms(word, language)
    return term


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("LSS, SFI och VAB", ["lss", "sfi", "och", "vab"]),
        ("A-kassan", ["a-kassan"]),
        ("§ 88 och §7", ["§88", "och", "§7"]),
        ("Dnr KS/2024:261.", ["dnr", "ks/2024:261"]),
        ("SFS 1997:736", ["sfs", "1997:736"]),
        ("blankett 10-10EZ (SKV 7603)", ["blankett", "10-10ez", "skv", "7603"]),
        ("e-tjänst", ["e-tjänst"]),
        ("2024-03-12", ["2024-03-12"]),
        ("och/eller", ["och", "eller"]),
        ("SFI:s kurser", ["sfi", "kurser"]),
        ("barn- och utbildningsnämnden", ["barn", "och", "utbildningsnämnden"]),
        ("snake_case_ord", ["snake", "case", "ord"]),
        ("slut.Nästa mening", ["slut", "nästa", "mening"]),
        ("kontakt@norrvik.example", ["kontakt@norrvik.example"]),
        ("", []),
        (" \n\t–—… ", []),
    ],
)
def test_what_is_a_word(text: str, surfaces: list[str]) -> None:
    assert _surfaces(text) == surfaces


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("KS/2024:261", ("ks", "2024", "261")),
        ("10-10EZ", ("10", "10ez")),
        ("SKV7603", ("skv", "7603")),
        ("2024-03-05", ("2024", "mars", "5")),
        ("e-tjänsten", ("tjänst",)),
    ],
)
def test_what_is_kept_whole_has_its_pieces_too(word: str, parts: tuple[str, ...]) -> None:
    assert _one(word).parts == parts


def test_a_hyphenated_word_meets_itself_without_the_hyphen() -> None:
    assert _one("e-tjänsten").lemma == "e-tjänst"
    assert _one("e-tjänsten").joined == _one("etjänst").surface == "etjänst"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("förskolan", "förskolor"),
        ("avgiften", "avgifter"),
        ("barnens", "barnet"),
        ("ansöka", "ansökningar"),
        ("parkeringstillståndet", "parkeringstillstånd"),
        ("Bygglovs\u00adansökan", "bygglovsansökningar"),
        ("fo\u0308rskola", "förskola"),
    ],
)
def test_forms_of_a_word_have_one_lemma(one: str, other: str) -> None:
    assert _one(one).lemma == _one(other).lemma


def test_soft_hyphens_and_combining_marks_keep_their_place_in_the_text() -> None:
    text = "Ny fo\u0308r\u00adskola o\u0308ppnar"
    spans = [text[term.start : term.end] for term in _analyzer.terms(text)]
    assert spans == ["Ny", "fo\u0308r\u00adskola", "o\u0308ppnar"]


def test_rings_and_dots_are_kept_apart_and_folded_beside() -> None:
    assert _one("får").lemma != _one("far").lemma
    assert _one("förskola").folded == _one("forskola").folded == "forskola"


def test_other_languages_have_their_own_chain() -> None:
    assert _one("children", "en").lemma == "child"
    assert _one("hours", "en").lemma == "hour"
    assert _one("päiväkodissa", "fi").lemma == _one("päiväkodista", "fi").lemma
    assert _one("schoolbusstation", "en").parts == ()
    assert _one("ord", "xx").lemma == "ord"


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (["bygg", "lov"], "bygglov"),
        (["förskole", "plats"], "förskoleplats"),
        (["förskola", "plats"], "förskoleplats"),
        (["e", "tjänst"], "e-tjänst"),
        (["parkering", "tillstånd"], "parkeringstillstånd"),
    ],
)
def test_neighbours_are_joined_where_the_vocabulary_has_them(words: list[str], joined: str) -> None:
    vocabulary = {"bygglov": 5, "förskoleplats": 3, "e-tjänst": 8, "parkeringstillstånd": 2}
    (found,) = _analyzer.joined(words, lambda word: vocabulary.get(word, 0))
    assert (found.text, found.first, found.count) == (joined, 0, 2)


def test_nothing_is_joined_that_the_vocabulary_does_not_have() -> None:
    assert _analyzer.joined(["röd", "bil", "§", "x" * 200], lambda word: 0) == []


def test_question_words_say_nothing_of_what_is_asked_for() -> None:
    assert {"jag", "hur", "får", "vill", "behöver", "how", "need"} <= question_words()
    assert not {"bygga", "altan", "pass", "lss", "school"} & question_words()


def test_a_text_without_end_of_joining_signs_is_read_in_linear_time() -> None:
    for hostile in ("a-" * 50_000, "a.b@" * 20_000, "1:" * 50_000, "å" * 100_000, "§ " * 50_000):
        _analyzer.analyse(hostile)
        _analyzer.terms(hostile)


@given(st.text(max_size=200), st.sampled_from(["sv", "en", "fi", "zz", ""]))
def test_any_text_is_analysed(text: str, language: str) -> None:
    end = 0
    for term in _analyzer.terms(text, language):
        assert 0 <= term.start <= term.end <= len(text)
        assert term.start >= end or term.end == end  # in order
        end = max(end, term.end) if term.end else end
        assert term.surface
        assert term.lemma
        assert not any(sign.isspace() for sign in term.surface + term.lemma)
    analysed = _analyzer.analyse(text, language)
    assert set(analysed.lemmas.split()) | set(analysed.extras.split()) == analysed.terms


@given(st.text(alphabet="abcdeåäöéÅÄÖ-/:.§ 0123456789\u00ad\u0308", max_size=80))
def test_pages_and_queries_go_through_the_same_chain(text: str) -> None:
    """Every lemma that a query would look for is in the index of the same text, in the same order."""
    assert [term.lemma for term in _analyzer.terms(text)] == _analyzer.analyse(text).lemmas.split()


@given(st.text(max_size=60))
def test_normalising_and_folding_are_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)
    assert unicodedata.is_normalized("NFC", normalise(text))


def test_a_damaged_lexicon_says_what_to_do() -> None:
    whole = LEXICON_FILE.read_bytes()
    for damaged in (b"", b"something else", whole[:1000]):
        with pytest.raises(IndexerError, match="lexicon"):
            Lexicon(damaged)
    assert swedish_lexicon().lemma("förskolan") == "förskola"
    assert swedish_lexicon().lemma("xyzzy") is None


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("smittskyddslag", ["smittskydds", "lag"]),
        ("tandvårdslag", ["tandvårds", "lag"]),
        ("utlänningslag", ["utlännings", "lag"]),
        ("klockslag", ["klock", "slag"]),
        ("djurslag", ["djur", "slag"]),
        ("avslag", []),
        ("uppslag", []),
    ],
)
def test_a_binding_s_is_told_from_a_head_with_s(word: str, parts: list[str]) -> None:
    assert [part.surface for part in split(word)] == parts
