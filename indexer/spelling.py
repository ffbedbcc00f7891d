"""Which word did the citizen mean? Corrections from the words that the index itself holds.

Words are first compared by their sound key, in which Swedish spellings of the same sound are one
("sjukpening", "sjukpenning"; "bygglåv", "bygglov"), then by a weighted edit distance (Damerau 1964, with
cheaper costs for what Swedes and foreign keyboards mix up). Nothing is corrected that occurs in the index,
and no numbers or codes.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Protocol

from indexer.analysis.compounds import known_head, known_modifier, split
from indexer.analysis.lexicon import swedish_lexicon
from indexer.analysis.swedish import lemma
from indexer.analysis.tokens import fold, normalise
from indexer.engine import Word

MAX_VOCABULARY = 60_000
"""The most frequent words of the index that corrections are taken from: bounds memory (some 40 MB) and
time.
"""
_MIN_LENGTH, _MAX_LENGTH = 4, 40
_LAST = "\U0010ffff"  # comes after every letter
_LETTERS = "abcdefghijklmnopqrstuvxyzåäöé"
_REBUILD_SHARE = 0.1  # a speller serves later states of the index until so much has changed
_FREQUENCY_WORTH = 0.14  # what ten times as many documents are worth, in edits
_STRANGER_COST = 0.5  # what it costs that a word of the index is in no word list: it may be misspelt itself
_MADE_UP_COST = 0.3  # what it costs that a compound is put together here, and stands nowhere
_UNFINISHED_COST = 0.7  # what it costs that a word broke off, however many of its letters are missing

_GROUPS = {
    "skj": "S", "stj": "S", "sch": "S", "sj": "S", "sh": "S", "tj": "T", "kj": "T", "ch": "S", "ck": "k",
    "qu": "kv",
    "ph": "f", "th": "t", "hj": "j", "gj": "j", "lj": "j", "dj": "j",
}  # fmt: skip
_GROUP = re.compile("|".join(_GROUPS))
_SINGLE = str.maketrans(
    {"ä": "e", "é": "e", "å": "o", "ö": "o", "c": "k", "y": "i", "w": "v", "z": "s", "q": "k", "x": "ks"}
)
_TWICE = re.compile(r"(.)\1+")
_NEAR = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.3, "åa äa öo ée üu üy"),
        (0.4, "åo äe ck sz vw iy cs kq"),
        (0.7, "dt bp gk gj ei uo eö yu jg fv mn öe öä"),
    )
    for pair in pairs.split()
}


@dataclass(frozen=True, slots=True)
class Correction:
    """What was probably meant. `distance` is 0.3 for a missing ring or dot, 1 for a wrong letter, at
    most 2.
    """

    text: str
    distance: float


class _Vocabulary(Protocol):
    @property
    def documents(self) -> int: ...

    @property
    def revision(self) -> int: ...

    def document_frequency(self, word: str) -> int: ...

    def surface_frequency(self, word: str) -> int: ...

    def frequent_words(self, limit: int) -> list[Word]: ...


class Speller:
    """Corrections for one state of the index. What it needs of the vocabulary is read at the first
    correction.
    """

    def __init__(self, snapshot: _Vocabulary) -> None:
        """Nothing is read yet."""
        self._snapshot = snapshot
        self._size = snapshot.documents
        self._frequency: dict[str, int] | None = None
        self._words: list[str] = []  # in the order of the alphabet
        self._by_key: dict[str, list[str]] = {}
        self._buckets: dict[tuple[str, int], list[tuple[str, int]]] = {}
        self.correct = lru_cache(maxsize=4096)(
            self._correct
        )  # misspellings repeat: the same few make most of them

    def for_snapshot(self, snapshot: _Vocabulary) -> "Speller":
        """A speller for a later state: this one while little has changed, so that a crawl does not
        rebuild it.
        """
        changed = abs(snapshot.documents - self._size)
        return self if changed <= _REBUILD_SHARE * max(1, self._size) else Speller(snapshot)

    def _correct(self, word: str) -> Correction | None:
        """The word that was probably meant, or None where there is nothing to correct, or nothing better."""
        typed = normalise(word.strip())
        if not _MIN_LENGTH <= len(typed) <= _MAX_LENGTH or not typed.isalpha():
            return None
        if self._snapshot.surface_frequency(typed):
            return None
        # Other languages' stems meet misspelt words by accident ("ansökann" is a stem's kin in one of them):
        # only a Swedish word is right because pages have another form of it.
        swedish = swedish_lexicon().lemma(typed) is not None or bool(split(typed))
        if swedish and self._snapshot.document_frequency(typed):
            return None
        self._prepare()
        # A word of the language that happens to stand nowhere is right as it is; only its sound may be
        # mended.
        proper = swedish_lexicon().lemma(typed) is not None and swedish_lexicon().commonness(typed) > 1.0
        limit = 0.45 if proper else _limit(len(typed))
        key = sound(typed)
        best = self._best(typed, limit, self._of_keys({key} if proper else _one_edit(key) | {key}))
        if not proper and (best is None or best[1].distance > 1.0):
            # Further away only where nothing is near: it takes longer, and is right less often.
            more: Iterator[tuple[str, int, float]] = chain(
                self._compounds(typed), self._of_keys(self._near_keys(key))
            )
            best = min((found for found in (best, self._best(typed, limit, more)) if found), default=None)
        if not proper and (best is None or best[1].distance > _UNFINISHED_COST):
            unfinished = self._unfinished(typed)
            best = min((found for found in (best, unfinished) if found), default=None)
        return self._in_base_form(typed, best[1]) if best else None

    def _unfinished(self, typed: str) -> tuple[float, Correction] | None:
        """The word that most pages have of those that begin so: "försk" is förskola rather than först."""
        assert self._frequency is not None
        frequency = self._frequency
        begun = self._words[bisect_left(self._words, typed) : bisect_left(self._words, typed + _LAST)]
        if not begun:
            return None
        text = min(begun, key=lambda word: (-frequency[word], len(word), word))
        bonus = _FREQUENCY_WORTH * math.log10(1 + frequency[text])
        return _UNFINISHED_COST - bonus, Correction(text, _UNFINISHED_COST)

    def _in_base_form(self, typed: str, found: Correction) -> Correction:
        """The lemma instead, where it is nearer: soptuna is soptunna, though pages have soptunnan only."""
        base = lemma(found.text)
        if base == found.text or not base.isalpha() or base == typed:
            return found
        spent = distance(typed, base, found.distance)
        return Correction(base, spent) if spent < found.distance else found

    def _best(
        self, typed: str, limit: float, candidates: Iterable[tuple[str, int, float]]
    ) -> tuple[float, Correction] | None:
        best: tuple[float, Correction] | None = None
        for candidate, documents, extra in candidates:
            bonus = extra - _FREQUENCY_WORTH * math.log10(1 + documents)
            # What can't become the best any more need not be measured to the end.
            within = limit if best is None else min(limit, best[0] - bonus)
            if within <= 0 or candidate == typed:
                continue
            spent = distance(typed, candidate, within)
            if spent <= limit and (best is None or spent + bonus < best[0]):
                best = spent + bonus, Correction(candidate, spent)
        return best

    def _prepare(self) -> None:
        if self._frequency is not None:
            return
        frequency: dict[str, int] = {}
        for word in self._snapshot.frequent_words(MAX_VOCABULARY):
            if word.text.isalpha() and 3 <= len(word.text) <= _MAX_LENGTH:
                frequency[word.text] = word.documents
        for text in frequency:
            key = sound.__wrapped__(text)  # past the cache, which is for what is typed
            same = self._by_key.get(key)
            if same is None:
                self._by_key[key] = [text]
                self._buckets.setdefault((key[:1], len(key)), []).append((key, _mask(key)))
            else:
                same.append(text)
        self._words = sorted(frequency)
        self._frequency = frequency

    def _of_keys(self, keys: Iterable[str]) -> Iterator[tuple[str, int, float]]:
        """Words of the vocabulary by their keys, the documents of each, and what speaks against it."""
        assert self._frequency is not None
        lexicon = swedish_lexicon()
        for key in keys:
            for word in self._by_key.get(key, ()):
                strange = len(word) < 12 and lexicon.lemma(word) is None
                yield word, self._frequency[word], _STRANGER_COST if strange else 0.0

    def _near_keys(self, key: str) -> Iterator[str]:
        """Keys at up to two edits that begin with the same letter."""
        mask, first, third = _mask(key), key[:1], len(key) // 3
        # Two edits leave one third of the key as it is.
        begin, middle, end = key[:third], key[third : len(key) - third], key[len(key) - third :]
        for size in range(len(key) - 2, len(key) + 3):
            for near, its in self._buckets.get((first, size), ()):
                # A letter that only one of the two has costs an edit; a substitution accounts for two of
                # them.
                if (
                    (mask ^ its).bit_count() <= 4
                    and (near.startswith(begin) or near.endswith(end) or middle in near)
                    and _within(key, near, 2)
                ):
                    yield near

    def _compounds(self, typed: str) -> Iterator[tuple[str, int, float]]:
        """Compounds that stand nowhere whole: one part right, the other one edit away, both known to
        the index.
        """
        if len(typed) < 8:
            return
        for cut in range(3, len(typed) - 2):
            first, last = typed[:cut], typed[cut:]
            if known_modifier(first):
                for near in self._known_near(last):
                    if known_head(near):
                        yield self._made_up(first + near, near)
            if known_head(last) and self._snapshot.document_frequency(last):
                for near in self._known_near(first):
                    if known_modifier(near):
                        yield self._made_up(near + last, near)

    def _made_up(self, compound: str, mended: str) -> tuple[str, int, float]:
        documents = self._snapshot.document_frequency(compound)
        if documents:
            return compound, documents, 0.0
        return compound, self._snapshot.document_frequency(mended), _MADE_UP_COST

    def _known_near(self, part: str) -> Iterable[str]:
        if len(part) < 4:
            return ()
        key = sound(part)
        found = {word for near in _one_edit(key) | {key} for word in self._by_key.get(near, ())}
        # A modifier stands with its binding letter, which is in no word of the vocabulary.
        if part.endswith("s"):
            stem = sound(part[:-1])
            found |= {word + "s" for near in _one_edit(stem) | {stem} for word in self._by_key.get(near, ())}
        return {word for word in found if distance(part, word, 1.0) <= 1.0}


def _limit(length: int) -> float:
    """How many edits a word of so many letters may be away: short words have too many neighbours."""
    return 0.8 if length <= 4 else 1.0 if length <= 6 else 1.5 if length <= 8 else 2.0


@lru_cache(maxsize=16_384)
def sound(word: str) -> str:
    """The sound key: different spellings of the same Swedish sound are written one way, doubled letters
    once.
    """
    grouped = _GROUP.sub(lambda match: _GROUPS[match[0]], word)
    return _TWICE.sub(r"\1", grouped.translate(_SINGLE))


def _mask(key: str) -> int:
    mask = 0
    for letter in key:
        mask |= 1 << (ord(letter) & 63)
    return mask


def _one_edit(key: str) -> set[str]:
    cuts = [(key[:at], key[at:]) for at in range(len(key) + 1)]
    letters = _LETTERS + "ST"
    return {
        *(left + right[1:] for left, right in cuts if right),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right[1:] for left, right in cuts if right for letter in letters),
        *(left + letter + right for left, right in cuts for letter in letters),
    }


def _within(one: str, other: str, limit: int) -> bool:
    """Whether two keys are at most `limit` edits apart (transpositions are one)."""
    one, other = _unlike(one, other)
    return _damerau(one, other, lambda a, b: 1.0, limit, 1.0, 1.0) <= limit


def _unlike(one: str, other: str) -> tuple[str, str]:
    """What is left of two words without their common beginning and end, but for one letter of each.

    That letter tells whether another stands twice.
    """
    most = min(len(one), len(other))
    start = 0
    while start < most and one[start] == other[start]:
        start += 1
    start = max(0, start - 1)
    most -= start
    end = 0
    while end < most and one[-1 - end] == other[-1 - end]:
        end += 1
    end = max(0, end - 1)
    return one[start : len(one) - end], other[start : len(other) - end]


def distance(typed: str, meant: str, limit: float = 2.0) -> float:
    """The weighted number of edits between a word as typed and as it may have been meant.

    The cheaper of the letters' distance and half an edit more than the sound keys' distance. More than
    `limit` is told as some number above it.
    """
    if typed == meant:
        return 0.0
    letters = _damerau(*_unlike(typed, meant), _substitution, limit, 0.7, 0.45)
    if fold(typed) == fold(meant):
        return min(letters, 0.3)
    if letters <= 0.45:
        return letters
    heard, said = sound(typed), sound(meant)
    sounds = 0.4 + (
        0.0 if heard == said else _damerau(*_unlike(heard, said), _substitution, limit, 0.7, 0.45)
    )
    first = 0.3 if typed[0] != meant[0] and fold(typed[0]) != fold(meant[0]) else 0.0
    return min(letters, sounds) + first


def _substitution(one: str, other: str) -> float:
    return _NEAR.get(frozenset((one, other)), 1.0)


def _damerau(
    one: str,
    other: str,
    substitution: Callable[[str, str], float],
    limit: float,
    transposition: float,
    doubled: float,
) -> float:
    """Edit distance with restricted transpositions; stops where it must be above `limit`.

    `doubled` is the cost of a letter that stands once instead of twice, or twice instead of once.
    """
    before: list[float] = []
    row = [0.0]
    for letter in other:
        row.append(row[-1] + 1.0 if len(row) < 2 or letter != other[len(row) - 2] else row[-1] + doubled)
    for i, letter in enumerate(one, 1):
        drop = doubled if i > 1 and one[i - 2] == letter else 1.0
        current = [row[0] + drop]
        for j, wanted in enumerate(other, 1):
            if letter == wanted:
                best = row[j - 1]
            else:
                best = row[j - 1] + substitution(letter, wanted)
                if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                    best = min(best, before[j - 2] + transposition)
            insert = doubled if j > 1 and other[j - 2] == wanted else 1.0
            current.append(min(best, row[j] + drop, current[j - 1] + insert))
        if min(current) > limit and (not before or min(row) > limit):
            return min(current)
        before, row = row, current
    return row[-1]
