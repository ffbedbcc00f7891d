"""Which language is a query written in? A guess from function words and scripts; Swedish without evidence."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from indexer.analysis import Analyzer
from indexer.analysis.lexicon import Lexicon, swedish_lexicon
from indexer.analysis.tokens import fold
from searchapi.concepts import load_concepts, swedish_words
from searchapi.knowledge import load, word_set

_SWEDISH_LETTERS = frozenset("åäö")
_ENGLISH = re.compile(
    r"(?:tions?|ings?|ies|ments|ness|ships?|ity|ght|ful|[rt]ates?|ers|[gtlv]ed|rans|ures?|th)$"
    r"|^(?:wh|th|w)|oa|ea|oo"
)
_LARGE = ("sv", "en", "fi", "de", "es", "fr", "pl")
_KNOWN = 4.0
"""From this commonness on (one word in a hundred thousand) a word of the lexicon speaks for Swedish."""


def guess_language(words: Sequence[str]) -> str:
    """The ISO 639-1 code of a query's language, from its lower-cased words.

    Two or three words tell a statistical detector nothing, so known words are counted: those of each
    language's list that are no Swedish words, for English and Finnish also those of the thesaurus; beside an
    English one, words that are spelt as English is, too. Another language than Swedish needs more words than
    Swedish has, and a third of all.
    """
    if not words:
        return "sv"
    scripts = _scripts(words)
    if scripts:
        return max(scripts, key=lambda code: scripts[code])
    counts = {code: sum(word in known for word in words) for code, known in _vocabularies().items()}
    if counts["en"]:
        counts["en"] += sum(_seems_english(word) for word in words)
    best = max(counts, key=lambda code: counts[code])
    if not counts[best] or counts[best] * 3 < len(words):
        return "sv"
    if best == "en" and any(_SWEDISH_LETTERS & set(word) for word in words):
        return "sv"
    swedish = sum(_is_swedish(word) and word not in _vocabularies()[best] for word in words)
    if best == "en" and words[0] == "i":
        swedish -= 1  # a Swedish query hardly begins with its "i"
    return best if counts[best] > swedish else "sv"


def commonness_in(word: str, language: str) -> float:
    """How common a lower-cased word is in a language, on the Zipf scale: 3 is one word in a million."""
    from wordfreq import zipf_frequency  # here, as half a second and its lists are spent on few queries

    return zipf_frequency(word, language, wordlist="small")


def any_is_a_word(words: Sequence[str], language: str) -> bool:
    """Whether one of a query's lower-cased words is known in some language, or `language` tells of itself.

    A word of the lists of large languages is enough; letters struck at random and numbers are no words.
    """
    if language != "sv":
        return True
    return any(
        _swedish_word(word, swedish_lexicon())
        or any(term.parts for term in Analyzer().terms(word))
        or any(commonness_in(word, code) > 0.0 for code in _LARGE)
        for word in words
        if word.isalpha()
    )


def _seems_english(word: str) -> bool:
    """Whether a word that neither language's list has is spelt as English words are."""
    if word in _vocabularies()["en"] or not word.isascii() or _is_swedish(word):
        return False
    return _ENGLISH.search(word) is not None


def _is_swedish(word: str) -> bool:
    return (
        word in word_set("words", "stop")
        or word in word_set("words", "weak")
        or word in _without_dots()
        or swedish_lexicon().commonness(word) >= _KNOWN
    )


@cache
def _without_dots() -> frozenset[str]:
    """Swedish words of public matters as keyboards without å ä ö write them: "ansokan", "forskola"."""
    words = word_set("words", "stop") | word_set("words", "weak") | swedish_words()
    return frozenset(fold(word) for word in words if not word.isascii())


@cache
def _vocabularies() -> dict[str, frozenset[str]]:
    """The words that tell each language, but for those that are Swedish as well ("information")."""
    own = {code: word_set("words", "language", code) for code in load("words")["language"]}
    small = word_set("words", "stop_foreign") | word_set("words", "weak_foreign")
    also = {"en": {word for word in small if word.isascii()}, "fi": set[str](), "so": set[str]()}
    for concept in load_concepts():
        for code, terms in (("en", concept.english), ("fi", concept.finnish), ("so", concept.somali)):
            also[code] |= {word for term in terms for word in term.casefold().split() if len(word) > 2}
    swedish = swedish_lexicon()
    ours = word_set("words", "stop") | word_set("words", "weak")
    return {
        code: (words - ours) | {word for word in also.get(code, ()) if not _swedish_word(word, swedish)}
        for code, words in own.items()
    }


def _swedish_word(word: str, lexicon: Lexicon) -> bool:
    small = word_set("words", "stop") | word_set("words", "weak")
    return word in small or lexicon.lemma(word) is not None


def _scripts(words: Sequence[str]) -> dict[str, int]:
    known: dict[str, str] = load("words")["script"]
    seen: dict[str, int] = {}
    for word in words:
        first = word[0]
        if first.isascii():
            continue
        script = unicodedata.name(first, "").split(" ", 1)[0]
        if script in known:
            seen[known[script]] = seen.get(known[script], 0) + 1
    return seen
