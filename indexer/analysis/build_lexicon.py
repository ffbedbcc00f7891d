"""How is data/swedish.lexicon made? `python -m indexer.analysis.build_lexicon` derives it anew.

The lexicon joins wordfreq's Swedish word list (which words there are, and how common they are) with simplemma's
Swedish lemmas, mends what the lemmas get wrong for searching, and packs the result so that a process loads it in
a tenth of a second; the two libraries' own tables take two seconds and 160 MB. See data/README.md for licences.
"""

import math
import re
from array import array
from collections.abc import Mapping
from pathlib import Path

from indexer.analysis.lexicon import BASE, KNOWN, LEXICON_FILE, pack

_WORD = re.compile(r"[a-zåäöéèüàáôæø]{2,40}")
_RAREST = 1.1e-8  # words rarer than this are kept only where their lemma is known
_NOUN_ENDINGS = ("en", "et", "n", "t", "ens", "ets", "arna", "erna", "orna", "na")
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
    return any(lemmas.get(word + ending) == word for ending in _NOUN_ENDINGS)


def mend(lemmas: dict[str, str], frequency: Mapping[str, float]) -> dict[str, str]:
    """Return lemmas fit for searching: nouns win over verbs, kin that citizens mix are joined.

    The source table gives each surface one lemma, and often the rare verb's: avgift -> avgifta, lån -> låna,
    beslutet -> besluta. Searching wants the noun, which is what pages are about.
    """
    mended = dict(lemmas)
    bases = set(lemmas.values())
    nouns = {word for word in bases if _is_noun(word, lemmas)}
    for surface, lemma in lemmas.items():
        if surface == lemma:
            continue
        if surface in nouns:
            mended[surface] = surface
        elif surface[:2] != lemma[:2] and not (surface[:1] == lemma[:1] and len(lemma) < 5):
            mended[surface] = surface  # äldre is not gammal to somebody who looks for äldreomsorg
        else:
            best = max(
                (
                    surface[: -len(ending)]
                    for ending in _DEFINITE
                    if surface.endswith(ending)
                    and surface[: -len(ending)] in nouns
                    and _takes(surface[: -len(ending)], ending, lemmas)
                ),
                key=lambda noun: frequency.get(noun, 0.0),
                default="",
            )
            if best and best != lemma and frequency.get(best, 0.0) > frequency.get(lemma, 0.0):
                mended[surface] = best
    return _join_kin(mended, frequency)


def _takes(noun: str, ending: str, lemmas: Mapping[str, str]) -> bool:
    """Whether the noun is declined with such an ending, so that lånar does not become lån."""
    if ending in {"ar", "arna", "ars", "arnas"}:
        return lemmas.get(noun + "arna") == noun
    if ending in {"er", "erna", "ers", "ernas"}:
        return lemmas.get(noun + "erna") == noun
    if ending in {"en", "ens", "n"}:
        return lemmas.get(noun + ending + "s") == noun or lemmas.get(noun + "ens") == noun
    return (
        lemmas.get(noun + "ets") == noun or lemmas.get(noun + "ts") == noun or lemmas.get(noun + "et") == noun
    )


def _join_kin(lemmas: dict[str, str], frequency: Mapping[str, float]) -> dict[str, str]:
    """Give ansökan, ansökningar and ansöka one lemma: nouns in -an, their plurals in -ningar, and their verbs."""
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


def build() -> bytes:
    """The lexicon, packed: see indexer.analysis.lexicon.pack for its shape."""
    frequency = _frequencies()
    lemmas = mend(_lemmas(), frequency)
    bases = set(lemmas.values())
    words = {word for word, value in frequency.items() if value >= _RAREST or word in lemmas}
    while missing := {lemmas[word] for word in words if word in lemmas} - words:
        words |= missing
    ordered = sorted(words)
    index = {word: number for number, word in enumerate(ordered)}
    lemma_of = array("I", (index[lemmas.get(word, word)] for word in ordered))
    common = bytes(
        min(255, max(0, round((math.log10(frequency[word]) + 9.0) * 32))) if word in frequency else 0
        for word in ordered
    )
    flags = bytes((KNOWN if w in lemmas or w in bases else 0) | (BASE if w in bases else 0) for w in ordered)
    return pack(ordered, lemma_of, common, flags)


def main() -> None:
    """Write the lexicon beside this file."""
    packed = build()
    Path(LEXICON_FILE).write_bytes(packed)


if __name__ == "__main__":
    main()
