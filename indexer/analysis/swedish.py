"""What is the lemma of a Swedish word? The lexicon first, then the head of the compound, then its ending."""

from functools import lru_cache

from indexer.analysis.compounds import split
from indexer.analysis.lexicon import swedish_lexicon

# Endings of nouns and adjectives, longest first, with what stands in their place. The stem must be a lemma.
_KNOWN_STEM = (
    ("ningarnas", "ning"), ("ningarna", "ning"), ("ningars", "ning"), ("ningar", "ning"), ("ningens",
    "ning"), ("ningen", "ning"), ("ornas", "a"), ("arnas", ""), ("ernas", ""), ("orna", "a"), ("arna",
    ""), ("arna", "e"), ("erna", ""), ("erna", "e"), ("arnas", "e"), ("ors", "a"), ("or", "a"), ("ars",
    ""), ("ers", ""), ("ar", ""), ("ar", "e"), ("er", ""), ("ens", ""), ("ets", ""), ("en", ""), ("et",
    ""), ("ns", ""), ("ts", ""), ("n", ""), ("t", ""), ("na", ""), ("nas", ""), ("a", ""), ("s", ""),
)  # fmt: skip
# For words of which nothing is known (names, loan words): only endings that are hardly ever part of a stem.
_UNKNOWN_STEM = (
    ("arnas", ""), ("ernas", ""), ("ornas", "a"), ("arna", ""), ("erna", ""), ("orna", "a"), ("heterna",
    "het"), ("heten", "het"), ("heter", "het"), ("ningen", "ning"), ("ningar", "ning"), ("tionen",
    "tion"), ("tioner", "tion"), ("ismen", "ism"), ("ens", ""), ("ets", ""),
)  # fmt: skip
_MIN_STEM = 4
_WELL_KNOWN = 4.0


@lru_cache(maxsize=65_536)
def lemma(word: str) -> str:
    """The lemma of a lower-case word; a word that nothing is known of is its own lemma."""
    lexicon = swedish_lexicon()
    known = lexicon.lemma(word)
    if known is not None:
        return known
    parts = split(word)
    if parts:
        head = parts[-1]
        return word[: len(word) - len(head.surface)] + head.lemma
    for ending, instead in _KNOWN_STEM:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM - 1:
            stem = word[: len(word) - len(ending)] + instead
            if lexicon.is_base(stem):
                return lexicon.lemma(stem) or stem
    # Something unknown before a well-known noun (names, rare compounds): attefalls-huset, norr-vikens.
    for start in range(_MIN_STEM, len(word) - _MIN_STEM + 1):
        tail = lexicon.lemma(word[start:])
        if (
            tail
            and tail != word[start:]
            and lexicon.is_noun(tail)
            and lexicon.family_commonness(tail) > _WELL_KNOWN
        ):
            return word[:start] + tail
    for ending, instead in _UNKNOWN_STEM:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            return word[: len(word) - len(ending)] + instead
    return word
