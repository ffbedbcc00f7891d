"""How is data/swedish.lexicon made? `python -m indexer.analysis.build_lexicon` derives it anew.

The lexicon joins wordfreq's Swedish word list (which words there are, and how common they are) with
simplemma's Swedish lemmas, mends what the lemmas get wrong for searching, and packs the result so that a
process loads it in a tenth of a second; the two libraries' own tables take two seconds and 160 MB. See
data/README.md for licences.
"""

import math
import re
from array import array
from collections.abc import Mapping
from pathlib import Path

from indexer.analysis.lexicon import BASE, KNOWN, LEXICON_FILE, NOUN, pack

_WORD = re.compile(r"[a-zåäöéèüàáôæø]{2,40}")
_RAREST = 1.1e-8  # words rarer than this are kept only where their lemma is known
_NOUN_ENDINGS = ("s", "en", "et", "n", "t", "ens", "ets", "arna", "erna", "orna", "na")
_OVERRIDES = {
    "tomten": "tomt",
    "tomtens": "tomt",
    "vuxen": "vuxen",
    "vuxet": "vuxen",
    "bokar": "boka",
    "bytte": "byta",
}
"""Words that mean something else on public pages than in the books and subtitles that the tables come
from.
"""
_DEFINITE_SINGULAR = ("en", "et", "n", "t")
_DEFINITE = (
    "en",
    "et",
    "n",
    "t",
    "ens",
    "ets",
    "ar",
    "er",
    "arna",
    "erna",
    "na",
    "arnas",
    "ernas",
    "ars",
    "ers",
)


def _lemmas() -> dict[str, str]:
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    table: Mapping[str, str] = DefaultDictionaryFactory().get_dictionary("sv")
    return {
        surface: lemma
        for surface, lemma in table.items()
        if _WORD.fullmatch(surface) and _WORD.fullmatch(lemma)
    }


def _frequencies() -> dict[str, float]:
    from wordfreq import get_frequency_dict

    return {
        word: value
        for word, value in get_frequency_dict("sv", wordlist="best").items()
        if _WORD.fullmatch(word)
    }


def _is_noun(word: str, lemmas: Mapping[str, str]) -> bool:
    # A word that looks like a noun's definite form or a participle must show a definite form of its own
    # to be one.
    doubtful = lemmas.get(word, word) != word and word.endswith(("en", "et"))  # besluten -> besluta
    endings = _DEFINITE_SINGULAR if doubtful else _NOUN_ENDINGS
    return any(lemmas.get(word + ending) == word for ending in endings)


def mend(lemmas: dict[str, str], frequency: Mapping[str, float]) -> dict[str, str]:
    """Return lemmas fit for searching: nouns win over verbs.

    The source table gives each surface one lemma, and often the rare verb's: avgift -> avgifta, lån -> låna,
    beslutet -> besluta. Searching wants the noun, which is what pages are about.
    """
    mended = dict(lemmas)
    bases = set(lemmas.values())
    nouns = {word for word in bases if _is_noun(word, lemmas)}
    for surface, lemma in lemmas.items():
        if surface == lemma:
            continue
        if surface in _OVERRIDES:
            mended[surface] = _OVERRIDES[surface]
        elif surface.endswith("ska") and lemma == surface[:-1]:
            pass  # svenska and utländska are adjectives first
        elif surface in nouns or _stands_alone(surface, lemma, frequency):
            mended[surface] = surface
        elif surface[:2] != lemma[:2] and not (surface[:1] == lemma[:1] and len(lemma) < 5):
            mended[surface] = surface  # äldre is not gammal to somebody who looks for äldreomsorg
        else:
            best = max(
                (
                    surface[: -len(ending)]
                    for ending in _DEFINITE
                    if surface.endswith(ending)
                    and (surface[: -len(ending)] in nouns or _participle(surface, ending, lemma, frequency))
                    and _takes(surface[: -len(ending)], ending, lemmas)
                ),
                key=lambda noun: frequency.get(noun, 0.0),
                default="",
            )
            if best and best != lemma and frequency.get(best, 0.0) > frequency.get(lemma, 0.0):
                mended[surface] = best
    return mended


def _participle(surface: str, ending: str, lemma: str, frequency: Mapping[str, float]) -> bool:
    """Whether the table took a noun's definite form for a participle: avfallet -> avfallen."""
    stem = surface[: len(surface) - len(ending)]
    return (
        ending in {"et", "ets", "en", "ens"}
        and lemma == stem + "en"
        and frequency.get(stem, 0.0) > 2 * frequency.get(lemma, 0.0)
    )


def _stands_alone(word: str, lemma: str, frequency: Mapping[str, float]) -> bool:
    """Whether a form that could be a verb's is much more of a noun: avfall, which the table leads to avfalla.

    Present tenses in -r (hör, kör) are forms of their verbs however common they are.
    """
    if lemma != word + "a" or word.endswith("r") or len(word) < 5:
        return False
    return frequency.get(word, 0.0) > 1.5 * frequency.get(lemma, 0.0)


def _takes(noun: str, ending: str, lemmas: Mapping[str, str]) -> bool:
    """Whether the noun is declined with such an ending, so that lånar does not become lån."""
    if ending in {"ar", "arna", "ars", "arnas"}:
        return any(lemmas.get(noun + form) == noun for form in ("ar", "arna", "arnas"))
    if ending in {"er", "erna", "ers", "ernas"}:
        return any(lemmas.get(noun + form) == noun for form in ("er", "erna", "ernas"))
    if ending in {"n", "t", "na"}:
        return lemmas.get(noun + ending + "s") == noun
    return True


def join_kin(lemmas: dict[str, str], frequency: Mapping[str, float]) -> dict[str, str]:
    """Give ansökan, ansökningar and ansöka one lemma: nouns in -an, their plurals in -ningar, and their
    verbs.
    """
    to: dict[str, str] = {}
    for word, lemma in lemmas.items():
        if word != lemma or not word.endswith("an") or len(word) < 6:
            continue
        stem = word[:-2]
        if lemmas.get(stem + "a") != stem + "a" or frequency.get(word, 0.0) < 1e-7:
            continue  # needs its verb; skolan has none
        for kin in (stem + "a", stem + "ning", stem + "ande"):
            if lemmas.get(kin) == kin and (
                kin.endswith("a") or frequency.get(word, 0.0) > frequency.get(kin, 0.0)
            ):
                to[kin] = word
    return {surface: to.get(lemma, lemma) for surface, lemma in lemmas.items()}


def _level(frequency: float) -> int:
    return min(255, max(0, round((math.log10(frequency) + 9.0) * 32))) if frequency > 0 else 0


def build() -> bytes:
    """The lexicon, packed: see indexer.analysis.lexicon.pack for its shape."""
    frequency = _frequencies()
    own = mend(_lemmas(), frequency)
    lemmas = join_kin(own, frequency)
    bases = set(own.values())
    words = {word for word, value in frequency.items() if value >= _RAREST or word in lemmas}
    while missing := {lemmas[word] for word in words if word in lemmas} - words:
        words |= missing
    ordered = sorted(words)
    index = {word: number for number, word in enumerate(ordered)}
    lemma_of = array("I", (index[lemmas.get(word, word)] for word in ordered))
    common = bytes(_level(frequency.get(word, 0.0)) for word in ordered)
    nouns = {word for word in bases if _is_noun(word, lemmas)}
    family: dict[str, float] = {}
    for word, value in frequency.items():
        base = lemmas.get(word, word)
        family[base] = family.get(base, 0.0) + value
    kin = bytes(_level(family.get(word, 0.0)) for word in ordered)
    flags = bytes(
        (KNOWN if word in lemmas or word in bases else 0)
        | (BASE if word in bases else 0)
        | (NOUN if word in nouns else 0)
        for word in ordered
    )
    return pack(ordered, lemma_of, common, kin, flags)


def main() -> None:
    """Write the lexicon beside this file."""
    packed = build()
    Path(LEXICON_FILE).write_bytes(packed)


if __name__ == "__main__":
    main()
