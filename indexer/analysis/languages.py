"""Which grammar applies to a word? One chain a language: Swedish in full, others as far as their tools go.

English has its lemmas from simplemma. Finnish, Norwegian and others are stemmed (Snowball, as Tantivy has
it): simplemma's Finnish table would take five seconds and 400 MB to load. Languages without a chain keep
their words.
"""

from collections.abc import Callable
from functools import lru_cache

import tantivy

from indexer.analysis.compounds import Part, split
from indexer.analysis.swedish import lemma as swedish_lemma

_STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nb": "norwegian", "nl": "dutch", "nn": "norwegian", "no":
    "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "tr": "turkish",
}  # fmt: skip


@lru_cache(maxsize=32)
def _stemmer(name: str) -> Callable[[str], list[str]]:
    chain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer(name)).build()
    return chain.analyze


@lru_cache(maxsize=32_768)
def lemma(word: str, language: str) -> str:
    """The lemma, or stem, of a lower-case word of a language (ISO 639-1)."""
    if language == "sv":
        return swedish_lemma(word)
    if language == "en":
        return _english(word)
    name = _STEMMERS.get(language)
    if name is None:
        return word
    stems = _stemmer(name)(word)
    return stems[0] if stems and stems[0] else word


def _english(word: str) -> str:
    from simplemma import lemmatize  # its tables take a third of a second: not before an English page comes

    found: str = lemmatize(word, lang="en")
    found = found.lower()
    return found if found and not found.isspace() and " " not in found else word


def parts(word: str, language: str) -> tuple[Part, ...]:
    """The parts of a compound, in languages that write compounds as one word and whose words we know."""
    return split(word) if language == "sv" else ()
