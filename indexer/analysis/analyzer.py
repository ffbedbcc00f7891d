"""How do words of a page and words of a query meet? The one chain that both go through.

Every word becomes terms, marked by what they are, so that all can stand in one field of the index:

    förskola        a lemma, bare
    =förskolan      the word as written
    +plats          a part of a compound, a piece of a code, another way of writing it
    ~forskola       the word as a keyboard without å ä ö writes it
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from indexer.analysis.languages import lemma, parts
from indexer.analysis.tokens import chunk_spans, chunks, fold, normalise, words

ANALYSIS_VERSION = 2
"""Raised when the terms of a text change: an index made by another version is rebuilt."""

EXACT_MARK, PART_MARK, FOLDED_MARK = "=", "+", "~"


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a text: as written (lower-case), lemma, lemmas of its parts, folded, and where it stands.

    `parts` are of a compound or a code, in order, and empty for simple words. `joined` is the word without
    its hyphens, empty where it has none. `plain` is false for codes, numbers and dates, which are never
    corrected.
    """

    surface: str
    lemma: str
    parts: tuple[str, ...]
    folded: str
    start: int
    end: int
    joined: str = ""
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """What a chunk adds to the index: lemmas and marked terms, each joined by spaces, and all of them."""

    lemmas: str
    extras: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analysed:
    """A text as the index takes it: lemmas in the order of the text, marked terms, and the set of both."""

    lemmas: str
    extras: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """Neighbouring words written together: the word, the place of the first one, and how many words it
    stands for.
    """

    text: str
    first: int
    count: int


class Analyzer:
    """The chain. Holds no state of its own; what it learns of words is kept for the process, within
    bounds.
    """

    def terms(self, text: str, language: str = "sv") -> list[Term]:
        """The words of any text, in order, with offsets (in characters) into that text. Never raises."""
        found: list[Term] = []
        for chunk, start, end in chunk_spans(text):
            cut = _chunk_terms(chunk, language)
            if len(cut) == 1:
                term = cut[0]
                found.append(
                    Term(
                        term.surface, term.lemma, term.parts, term.folded, start, end, term.joined, term.plain
                    )
                )
                continue
            same = end - start == len(chunk)  # else signs were removed, and inner offsets say nothing
            found.extend(
                Term(
                    term.surface,
                    term.lemma,
                    term.parts,
                    term.folded,
                    start + term.start if same else start,
                    start + term.end if same else end,
                    term.joined,
                    term.plain,
                )
                for term in cut
            )
        return found

    def analyse(self, text: str, language: str = "sv") -> Analysed:
        """A text as the index takes it."""
        entries: dict[str, Entry] = {}
        lemmas: list[str] = []
        extras: list[str] = []
        for chunk in chunks(text):
            entry = entries.get(chunk)
            if entry is None:
                entry = entries[chunk] = _entry(chunk, language)
            lemmas.append(entry.lemmas)
            extras.append(entry.extras)
        terms: set[str] = set()
        for entry in entries.values():
            terms.update(entry.terms)
        return Analysed(" ".join(lemmas), " ".join(extras), frozenset(terms))

    def is_question_word(self, word: str) -> bool:
        """Whether a lower-case word only asks or binds ("jag", "hur", "får", "how"), and says nothing
        of what.
        """
        return word in question_words()

    def joined(self, neighbours: Sequence[str], frequency: Callable[[str], int]) -> list[Joined]:
        """Neighbours that the vocabulary writes together: "bygg", "lov" -> bygglov; "förskole", "plats".

        `frequency` tells in how many documents a word stands. Two and three neighbours are tried, with the
        binding letters and dropped vowels of Swedish compounds, and with a hyphen after a single letter or an
        abbreviation ("e tjänst" -> e-tjänst).
        """
        found: list[Joined] = []
        lowered = [normalise(word) for word in neighbours[:64]]
        for first in range(len(lowered) - 1):
            for count in (2, 3):
                if first + count > len(lowered):
                    break
                best = max(
                    ((frequency(text), text) for text in _ways_to_join(lowered[first : first + count])),
                    default=(0, ""),
                )
                if best[0] > 0:
                    found.append(Joined(best[1], first, count))
        return found


def _ways_to_join(neighbours: Sequence[str]) -> list[str]:
    ways = [""]
    for place, word in enumerate(neighbours):
        if not word.isalnum() or len(word) > 30:
            return []
        if place == len(neighbours) - 1:
            return [way + word for way in ways]
        ways = [way + form for way in ways for form in binding_forms(word)]
    return []


def binding_forms(word: str) -> list[str]:
    """What a word may look like as the first part of a compound: skola is skol, skole and more."""
    if len(word) <= 2:
        return [word, word + "-"]
    forms = [word, word + "s"]
    if word[-1] == "a":
        forms += [word[:-1], word[:-1] + "e", word[:-1] + "o", word[:-1] + "u"]
    elif word[-1] == "e":
        forms += [word[:-1], word[:-1] + "s"]
    if len(word) <= 5:
        forms.append(word + "-")
    return forms


@lru_cache(maxsize=65_536)
def _chunk_terms(chunk: str, language: str) -> tuple[Term, ...]:
    found: list[Term] = []
    for word in words(chunk):
        if not word.plain:
            pieces = word.pieces if len(word.pieces) > 1 else ()
            found.append(
                Term(
                    word.text,
                    word.text,
                    pieces,
                    fold(word.text),
                    word.start,
                    word.end,
                    word.joined,
                    plain=False,
                )
            )
            continue
        if "-" in word.text:
            head, _, tail = word.text.rpartition("-")
            base = f"{head}-{lemma(tail, language)}" if len(tail) > 2 else word.text
            pieces = tuple(lemma(piece, language) for piece in word.pieces)
            joined = base.replace("-", "")
        else:
            base = lemma(word.text, language)
            pieces = tuple(part.lemma for part in parts(word.text, language))
            joined = ""
        found.append(Term(word.text, base, pieces, fold(word.text), word.start, word.end, joined))
    return tuple(found)


@lru_cache(maxsize=65_536)
def _entry(chunk: str, language: str) -> Entry:
    lemmas: list[str] = []
    extras: list[str] = []
    for term in _chunk_terms(chunk, language):
        lemmas.append(term.lemma)
        extras.append(EXACT_MARK + term.surface)
        extras.extend(PART_MARK + part for part in term.parts)
        if term.joined:
            extras.append(PART_MARK + term.joined)
        if term.folded != term.surface:
            extras.append(FOLDED_MARK + term.folded)
        folded = fold(term.lemma)
        if folded != term.lemma and folded != term.folded:
            extras.append(FOLDED_MARK + folded)
    return Entry(" ".join(lemmas), " ".join(extras), tuple(dict.fromkeys([*lemmas, *extras])))


@lru_cache(maxsize=1)
def question_words() -> frozenset[str]:
    """Words that ask or bind and say nothing of what is asked for, Swedish and English
    (data/question_words.txt).
    """
    text = (resources.files("indexer.analysis") / "data" / "question_words.txt").read_text(encoding="utf-8")
    return frozenset(_listed(text.splitlines()))


def _listed(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        yield from line.partition("#")[0].split()
