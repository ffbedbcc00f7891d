"""Which words may a query be mended to, and which are right as they are?

Words of public matters lead to pages that do not have them, so they count beside the index's own. And a word
of another language, or a name, is no misspelling because no page has it: "help for my mother" asks for no
"möter".
"""

from functools import cache, lru_cache

from indexer.engine import Snapshot, Word
from searchapi.concepts import swedish_words
from searchapi.language import commonness_in

_SHORTEST = 4
_LANGUAGES = ("en", "fi", "de", "es", "fr", "pl")
_SWEDISH, _FOREIGN = 3.2, 4.0
"""From this commonness on (wordfreq's Zipf scale: 3 is one word in a million) a word is no slip. Swedish has
names and new words there that the lexicon lacks; an English word in a Swedish query must be commoner."""


class Vocabulary:
    """The words of an index, and those of the thesaurus beside them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def documents(self) -> int:
        """The number of documents."""
        return self._snapshot.documents

    @property
    def revision(self) -> int:
        """Names this state of the index."""
        return self._snapshot.revision

    def document_frequency(self, word: str) -> int:
        """In how many documents the word's lemma stands; one for a word of the thesaurus."""
        return self._snapshot.document_frequency(word) or int(word in _words_of_matters())

    def surface_frequency(self, word: str) -> int:
        """In how many documents the word stands exactly so; one for a word of the thesaurus."""
        return self._snapshot.surface_frequency(word) or int(word in _words_of_matters())

    def frequent_words(self, limit: int) -> list[Word]:
        """The words that stand in the most documents, and those of the thesaurus that stand in none."""
        found = self._snapshot.frequent_words(limit)
        own = {word.text for word in found}
        return found + [Word(text, 1) for text in sorted(_words_of_matters() - own)]


@cache
def _words_of_matters() -> frozenset[str]:
    """The words of the thesaurus that a query can be mended to."""
    return frozenset(word for word in swedish_words() if len(word) >= _SHORTEST and word.isalpha())


@lru_cache(maxsize=4096)
def right_as_it_is(word: str, language: str) -> bool:
    """Whether a lower-cased word is known: in Swedish, in the query's language, or as everyday English."""
    if commonness_in(word, "sv") >= _SWEDISH or commonness_in(word, "en") >= _FOREIGN:
        return True
    return language in _LANGUAGES and commonness_in(word, language) > 0.0
