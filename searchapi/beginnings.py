"""Which beginning of a word was meant? One slip of the finger is mended by the words that there are."""

from bisect import bisect_left
from collections.abc import Iterable

_SHORTEST = 4
"""Shorter beginnings have too many neighbours."""
_LAST = "\U0010ffff"


class Beginnings:
    """Words in the order of the alphabet, for finding by what they begin with."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))

    def __len__(self) -> int:
        return len(self._words)

    def has(self, beginning: str) -> bool:
        """Whether a word begins so."""
        at = bisect_left(self._words, beginning)
        return at < len(self._words) and self._words[at].startswith(beginning)

    def near(self, typed: str) -> list[str]:
        """Beginnings of words that are one slip from what was typed, those with the latest slip first.

        A slip is a letter missing, too many or another one, or two that changed places. The first letter is
        taken to be right, as it mostly is.
        """
        if len(typed) < _SHORTEST:
            return []
        found: dict[str, None] = {}
        # From the end, as who has come so far without finding anything slipped a moment ago.
        for at in range(len(typed) - 1, 0, -1):
            begun, rest = typed[:at], typed[at:]
            if not self.has(begun):
                continue
            if len(rest) > 1:
                self._keep(found, begun + rest[1] + rest[0] + rest[2:])
                self._keep(found, begun + rest[1:])
            for letter in self._next(begun):
                self._keep(found, begun + letter + rest)
                # Another letter at the very end is no slip but another word.
                if len(rest) > 1:
                    self._keep(found, begun + letter + rest[1:])
        found.pop(typed, None)
        return list(found)

    def _keep(self, found: dict[str, None], beginning: str) -> None:
        if self.has(beginning):
            found.setdefault(beginning)

    def _next(self, begun: str) -> list[str]:
        """The letters that follow a beginning."""
        letters = []
        at = bisect_left(self._words, begun)
        while at < len(self._words) and self._words[at].startswith(begun):
            letter = self._words[at][len(begun) : len(begun) + 1]
            if letter:
                letters.append(letter)
                at = bisect_left(self._words, begun + letter + _LAST, at)
            else:
                at += 1
        return letters
