"""Is a snippet the part of the text that answers, in plain segments?"""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from searchapi.snippet import MAX_LENGTH, needles, segments, snippet


def _nothing(text: str) -> list[tuple[int, int]]:
    return []


def _shown(title: str, description: str, text: str, *words: str) -> str:
    return "".join(one.text for one in snippet(title, description, text, needles(words), _nothing))


_SPANS = st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=8)


@given(st.text(max_size=50), _SPANS)
def test_segments_are_the_text_whatever_the_spans(text: str, spans: list[tuple[int, int]]) -> None:
    pieces = segments(text, [(max(0, start), end) for start, end in spans])
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    assert all(one.match != other.match for one, other in pairwise(pieces))


@given(st.text(max_size=2000), st.text(max_size=200), st.lists(st.text(max_size=12), max_size=5))
def test_any_text_gives_a_short_snippet(text: str, description: str, words: list[str]) -> None:
    pieces = snippet("Titel", description, text, needles(words), _nothing)
    assert len("".join(piece.text for piece in pieces)) <= MAX_LENGTH * 1.5 + 4
    assert not any("\n" in piece.text for piece in pieces)


def test_the_window_with_most_words_is_chosen() -> None:
    text = (
        "Altan.\n"
        + "Annat att läsa om. " * 30
        + "\nEn hög altan kräver bygglov av kommunen.\n"
        + "Mer. " * 50
    )
    assert _shown("Bygga", "", text, "altan", "bygglov").startswith("En hög altan kräver bygglov")


def test_markup_in_the_text_stays_text() -> None:
    pieces = snippet(
        "T", "", "Skriv <script>alert(1)</script> bygglov här på sidan.", needles(["bygglov"]), _nothing
    )
    assert "<script>" in "".join(piece.text for piece in pieces)


def test_the_title_is_not_repeated() -> None:
    text = "Bygglov\nDu behöver bygglov när du bygger nytt eller bygger till ett hus."
    assert _shown("Bygglov", "", text, "bygglov").startswith("Du behöver")


def test_the_description_is_shown_where_the_words_are_nowhere_or_there_as_well() -> None:
    text = "Lång text om något helt annat som ingen har frågat om."
    assert _shown("T", "Så söker du stöd.", text, "bygglov") == "Så söker du stöd."
    assert _shown("T", "Bygglov för altan.", "Bygglov krävs.", "bygglov") == "Bygglov för altan."


def test_text_is_shown_where_there_is_neither_match_nor_description() -> None:
    text = "Meny\nDen här sidan handlar om hur man gör när man flyttar."
    assert _shown("T", "", text, "bygglov").startswith("Den här sidan")


def test_a_long_document_is_cut_at_words_and_says_so() -> None:
    text = "ord " * 5000 + "bygglov " + "slut " * 5000
    shown = _shown("T", "", text, "bygglov")
    assert shown.startswith("… ")
    assert shown.endswith("…")
    assert "bygglov" in shown


def test_words_with_signs_of_patterns_are_harmless() -> None:
    assert (
        _shown("T", "", "Annat.\nHär finns a+b(c)* att läsa om.", "a+b(c)*", "(((")
        == "Här finns a+b(c)* att läsa om."
    )


def test_letters_that_grow_in_lower_case_shift_nothing() -> None:
    assert "bygglov" in _shown("T", "", "İ" * 300 + " och bygglov här i texten.", "bygglov")
