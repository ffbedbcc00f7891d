"""A model for tests whose meanings are a list: words of the same line mean the same. And one that fails."""

import zlib

import numpy as np

from indexer.meaning import MeaningError
from indexer.meaning.interface import Vector, usable

SIZE = 64
_SAME = (
    {"home", "hemma", "hemtjänst", "mamma"},
    {"build", "bygga", "bygglov", "altan"},
    {"school", "skola", "förskola", "dagis"},
)


class ListedMeanings:
    """Words of one line are one direction; every other word has one of its own."""

    size = SIZE

    def __init__(self, name: str = "listed 1") -> None:
        self.name = name
        self.asked: list[str] = []

    def query(self, text: str) -> Vector:
        """The sum of the words' directions."""
        return self._embed(text)

    def passage(self, text: str) -> Vector:
        """The sum of the words' directions."""
        return self._embed(text)

    def _embed(self, text: str) -> Vector:
        self.asked.append(text)
        total = np.zeros(SIZE, np.float32)
        for word in text.lower().replace(".", " ").replace(",", " ").split():
            line = next((number for number, same in enumerate(_SAME) if word in same), None)
            total[line if line is not None else len(_SAME) + zlib.crc32(word.encode()) % (SIZE - 3)] += 1.0
        return usable(total, SIZE)


class Raising:
    """A model that fails at every text, or at texts with a word."""

    size = SIZE
    name = "raising"

    def __init__(self, word: str = "") -> None:
        self._word = word

    def query(self, text: str) -> Vector:
        """Fail."""
        return self.passage(text)

    def passage(self, text: str) -> Vector:
        """Fail where the word is in the text."""
        if self._word in text:
            raise MeaningError("the model fails")
        return usable(np.ones(SIZE), SIZE)
