"""How are a term's words and a query's compared? Terms of the thesaurus made ready, and the keys of words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from indexer.analysis.compounds import split
from indexer.analysis.lexicon import swedish_lexicon
from indexer.analysis.swedish import lemma
from indexer.analysis.tokens import fold
from searchapi.concepts import FOREIGN, Concept, Kind
from searchapi.knowledge import load, word_set
from searchapi.query import words_of

_RARE = 5.2
"""Below this commonness (one word in six thousand) a word ties the others of its term to it."""
_COMMON, _SLOPE, _LEAST = 4.5, 0.35, 0.5
"""A lay word alone is worth less the commoner it is in Swedish (commonness as in the lexicon, 7 = one word in
a hundred): "buss" is said of school buses and fares alike, "sopkärl" of one thing only."""
SHORTEST_PART = 4


@dataclass(frozen=True, slots=True)
class Term:
    """A term ready to be found.

    `strict`: none of its words tells anything alone, so that all must stand in their order, nearly together
    ("hjälp hemma", "få hjälp av någon"). `rare`: one of them is so rare, or so many tell, that other words
    may stand between.
    """

    concept: Concept
    kind: Kind
    text: str
    lemmas: tuple[str, ...]
    sureness: float
    strict: bool
    rare: bool


def prepared(concept: Concept, kind: Kind, text: str) -> Term:
    if kind in FOREIGN:
        foreign = foreign_lemmas(text)
        little = word_set("words", "weak_foreign") | word_set("words", "stop_foreign")
        strict = len(foreign) > 1 and all(one in little for one in foreign)
        return Term(concept, kind, text, foreign, 1.0, strict, rare=len(foreign) > 2)
    little = word_set("words", "weak") | word_set("words", "stop")
    words = _telling(text)
    kin = little | frozenset(alike())  # "hemma med bebis" is of small words as well
    strict = len(words) > 1 and all(word in kin or key_of(word) in kin for word in words)
    if strict:
        words = [word.casefold() for word in words_of(text)]
    lemmas = tuple(key_of(word) for word in words)
    common = [_commonness(one) for one in lemmas]
    sureness = 1.0
    if len(lemmas) == 1 and kind in {"lay", "old"}:
        sureness = max(_LEAST, min(1.0, 1.0 - _SLOPE * (common[0] - _COMMON)))
    telling = [value for value, one in zip(common, lemmas, strict=True) if one not in little]
    rare = len(telling) > 2 or any(value < _RARE for value in telling)
    return Term(concept, kind, text, lemmas, sureness, strict, rare)


def without_dots(term: Term) -> dict[str, str]:
    """A term's keys by what keyboards without å ä ö make of them, and of its words as they are written."""
    written = {word.casefold(): key_of(word.casefold()) for word in words_of(term.text)}
    keys = {**{key: key for key in term.lemmas}, **written}
    return {fold(word): key for word, key in keys.items() if not word.isascii() and len(word) > SHORTEST_PART}


def strictly(term: Term) -> Term:
    """The term with all its words, which must stand together in their order."""
    lemmas = tuple(key_of(word.casefold()) for word in words_of(term.text))
    return term if lemmas == term.lemmas else replace(term, lemmas=lemmas, strict=True)


def _commonness(word: str) -> float:
    lexicon = swedish_lexicon()
    return max(lexicon.commonness(word), lexicon.family_commonness(word))


_NOT = "inte"


@cache
def alike() -> Mapping[str, str]:
    """Words as they are written, by what stands for them and their like in terms of several words: what is
    said of a son holds of a daughter, and to "kasta" something is to "slänga" it.
    """
    return {word: f"~{kind}" for kind, words in load("words")["alike"].items() for word in words}


def key_of(word: str) -> str:
    """What Swedish words are compared by: lemmas, but small words as they are, as "ska" is no school, and
    every word of denying as one."""
    if word in word_set("words", "not"):
        return _NOT
    return word if word in word_set("words", "stop") else _base(word)


@lru_cache(maxsize=16_384)
def _base(word: str) -> str:
    """A word's lemma; of a compound that no list has, with its last part's: "barnpengen" is barnpeng."""
    base = lemma(word)
    if base == word and word not in swedish_lexicon():
        parts = split(word)
        if len(parts) > 1 and word.endswith(parts[-1].surface):
            base = word.removesuffix(parts[-1].surface) + parts[-1].lemma
    return base.replace("é", "e")  # few type the accent of "café"


_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ـ": None, "ك": "ک", "ي": "ی"})
_ARTICLE = "ال"


def foreign_key(word: str) -> str:
    """What foreign words are compared by: English without a plural s, which does Finnish no harm, and Arabic
    without its article and in one spelling of its letters."""
    if "\u0600" <= word[0] <= "\u06ff":
        word = word.translate(_ARABIC)
        return word.removeprefix(_ARTICLE) if len(word) > len(_ARTICLE) + 2 else word
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _telling(text: str) -> list[str]:
    """The words of a term, without small words where two others remain: "hål i vägen" is hål, vägen.

    What denies is no small word: "har inte hämtat soporna" asks something else than "när hämtas soporna".
    """
    words = [word.casefold() for word in words_of(text)]
    little = word_set("words", "stop") - word_set("words", "not")
    telling = [word for word in words if word not in little]
    return telling if len(telling) > 1 else words


def lemmas_of(text: str) -> tuple[str, ...]:
    return tuple(key_of(word) for word in _telling(text))


def foreign_lemmas(text: str) -> tuple[str, ...]:
    words = [word.casefold() for word in words_of(text)]
    telling = [word for word in words if word not in word_set("words", "stop_foreign")]
    return tuple(foreign_key(word) for word in telling or words)
