"""Which Swedish words are there, how common are they, and what are their lemmas? The lexicon, loaded once."""

import sys
import zlib
from array import array
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from indexer.errors import IndexerError

LEXICON_FILE = Path(__file__).parent / "data" / "swedish.lexicon"
KNOWN = 1
"""Flag: the word has a lemma of its own in the lexicon, so rules need not guess."""
BASE = 2
"""Flag: the word is itself a lemma."""
NOUN = 4
"""Flag: the word is the lemma of a noun."""
_MAGIC = b"MSLEX2\n"


def pack(words: Sequence[str], lemma_of: "array[int]", common: bytes, family: bytes, flags: bytes) -> bytes:
    """Pack sorted words with the number of each word's lemma, its commonness and its flags.

    Commonness is (log10 of the relative frequency + 9) * 32, in one byte; 0 for words without a figure.
    `family` is the commonness of all forms of a lemma together.
    """
    numbers = array("I", lemma_of)
    if sys.byteorder == "big":
        numbers.byteswap()
    # A lemma stands near its forms in the alphabet: differences pack far better than numbers.
    text = "\n".join(words).encode()
    offsets = array("i", (numbers[i] - i for i in range(len(words))))
    if sys.byteorder == "big":
        offsets.byteswap()
    body = b"".join(
        len(piece).to_bytes(4, "little") + piece for piece in (text, offsets.tobytes(), common, family, flags)
    )
    return _MAGIC + zlib.compress(body, 9)


class Lexicon:
    """Swedish words with lemmas and commonness. Look-ups are of lower-case words in NFC."""

    __slots__ = ("_common", "_family", "_flags", "_lemma", "_number", "_words")

    def __init__(self, packed: bytes) -> None:
        """Unpack. Raise IndexerError where the bytes are no lexicon of this version."""
        if not packed.startswith(_MAGIC):
            raise IndexerError("the Swedish lexicon is not one; run python -m indexer.analysis.build_lexicon")
        try:
            body = zlib.decompress(packed[len(_MAGIC) :])
        except zlib.error as error:
            raise IndexerError(f"the Swedish lexicon is damaged ({error})") from error
        pieces, at = [], 0
        for _ in range(5):
            size = int.from_bytes(body[at : at + 4], "little")
            pieces.append(body[at + 4 : at + 4 + size])
            at += 4 + size
        self._words = pieces[0].decode().split("\n")
        self._number = dict(zip(self._words, range(len(self._words)), strict=True))
        self._lemma = array("i")
        self._lemma.frombytes(pieces[1])
        if sys.byteorder == "big":
            self._lemma.byteswap()
        self._common = pieces[2]
        self._family = pieces[3]
        self._flags = pieces[4]

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: object) -> bool:
        return word in self._number

    @property
    def words(self) -> Sequence[str]:
        """Every word, sorted."""
        return self._words

    def lemma(self, word: str) -> str | None:
        """The word's lemma, or None where the lexicon knows none."""
        number = self._number.get(word)
        if number is None or not self._flags[number] & KNOWN:
            return None
        return self._words[number + self._lemma[number]]

    def is_base(self, word: str) -> bool:
        """Whether the word is a base form; its lemma may still be a kinsman's (ansökning, whose lemma
        is ansökan).
        """
        number = self._number.get(word)
        return number is not None and bool(self._flags[number] & BASE)

    def base_commonness(self, word: str) -> float:
        """The commonness of all forms of a base form's lemma; 0 for words that are no base forms."""
        number = self._number.get(word)
        if number is None or not self._flags[number] & BASE:
            return 0.0
        return self._family[number + self._lemma[number]] / 32

    def is_noun(self, word: str) -> bool:
        """Whether the word is the lemma of a noun."""
        number = self._number.get(word)
        return number is not None and bool(self._flags[number] & NOUN)

    def commonness(self, word: str) -> float:
        """log10 of the word's relative frequency plus 9: 0 unknown, 1 one in a hundred million, 7 one
        in a hundred.
        """
        number = self._number.get(word)
        return 0.0 if number is None else self._common[number] / 32

    def family_commonness(self, lemma: str) -> float:
        """The commonness of all forms of a lemma together: what a word weighs that mostly stands
        inflected.
        """
        number = self._number.get(lemma)
        return 0.0 if number is None else self._family[number] / 32


@lru_cache(maxsize=1)
def swedish_lexicon() -> Lexicon:
    """The lexicon that comes with the package."""
    try:
        return Lexicon(LEXICON_FILE.read_bytes())
    except OSError as error:
        raise IndexerError(f"the Swedish lexicon {LEXICON_FILE} can't be read: {error}") from error
