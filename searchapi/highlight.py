"""Which words of a text meet the query? For marking words in snippets and for choosing between contacts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis import Analyzer, Term
from indexer.engine import Clause, Origin, Plan
from searchapi.knowledge import word_set

_SHORTEST_PART = 4
_LONGEST_PHRASE = 8
_TITLE = 300
_MEETS, _BEGINS = 1, 2
# A run of letters and digits with single signs inside, as the analyzer sees it; § with its number.
_CHUNK = re.compile(r"§\s?\d{1,4}(?!\w)|\w+(?:[-‐‑/:.'’@&]\w+)*")

_analyzer = Analyzer()


@dataclass(frozen=True, slots=True)
class _Word:
    """What a chunk of text is met by: its forms, parts, both, and the lemma a phrase can begin with."""

    forms: frozenset[str]
    parts: frozenset[str]
    either: frozenset[str]
    first: str


@lru_cache(maxsize=65_536)
def _word(written: str, language: str) -> _Word:
    """The analysed chunk, in lower case. Pages repeat their words: most are looked up, not analysed."""
    terms = _analyzer.terms(written, language)
    forms = frozenset(
        form for term in terms for form in (term.lemma, term.surface, term.folded, term.joined) if form
    )
    parts = frozenset(part for term in terms for part in term.parts)
    return _Word(forms, parts, forms | parts, terms[0].lemma if terms else "")


@lru_cache(maxsize=8192)
def _terms(text: str) -> tuple[Term, ...]:
    """The terms of a plan's word or phrase."""
    return tuple(_analyzer.terms(text))


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    """The words of a short text."""
    return tuple(_CHUNK.findall(text))


@lru_cache(maxsize=1)
def _little() -> frozenset[str]:
    return word_set("words", "stop") | word_set("words", "weak")


class Highlighter:
    """Finds the words and phrases of one plan in texts.

    A word is met by its inflections, by compounds that have it as a part and, where it is a compound itself,
    by its parts; a phrase by its words in their order. Stop words alone are never met.
    """

    def __init__(self, plan: Plan) -> None:
        self._wanted: set[str] = set()
        self._in_compounds: set[str] = set()
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        self._known: dict[str, dict[str, int]] = {}
        for clause in plan.clauses:
            for alternative in clause.alternatives:
                terms = _terms(alternative.text)
                if len(terms) > 1:
                    lemmas = tuple(term.lemma for term in terms)
                    self._phrases.setdefault(lemmas[0], []).append(lemmas)
                elif terms:
                    self._aim(terms[0], own=alternative.origin is not Origin.SYNONYM)
        self._sought = self._wanted | self._in_compounds | set(self._phrases)

    def _aim(self, term: Term, *, own: bool) -> None:
        if term.surface in word_set("words", "stop"):
            return
        self._wanted.update((term.lemma, term.surface, term.folded))
        if term.joined:
            self._wanted.add(term.joined)
        if len(term.lemma) >= _SHORTEST_PART:
            self._in_compounds.add(term.lemma)
        if own:
            self._wanted.update(part for part in term.parts if len(part) >= _SHORTEST_PART)

    def spans(self, text: str, language: str = "sv") -> list[tuple[int, int]]:
        """Spans (start, end in characters) of a text whose words meet the plan."""
        known = self._known.setdefault(language, {})
        found: list[tuple[int, int]] = []
        words = list(_CHUNK.finditer(text))
        for at, word in enumerate(words):
            written = word.group()
            seen = known.get(written)
            if seen is None:
                seen = known[written] = self._look(written, language)
            if not seen:
                continue
            if seen == _MEETS:
                found.append(word.span())
            elif end := self._phrase_end(words, at, text, language):
                found.append((word.start(), end))
        return found

    def _look(self, written: str, language: str) -> int:
        """What a word is to the plan: nothing (0), a word of it, or where a phrase may begin."""
        word = _word(written.lower(), language)
        if self._sought.isdisjoint(word.either):
            return 0
        if not word.forms.isdisjoint(self._wanted) or not word.parts.isdisjoint(self._in_compounds):
            return _MEETS
        return _BEGINS if word.first in self._phrases else 0

    def _phrase_end(self, words: Sequence[re.Match[str]], at: int, text: str, language: str) -> int:
        """Where the phrase that begins at a word ends, or 0 where none does."""
        reach = words[min(at + _LONGEST_PHRASE, len(words)) - 1].end()
        start = words[at].start()
        terms = _analyzer.terms(text[start:reach], language)
        for phrase in self._phrases.get(terms[0].lemma, ()):
            if tuple(term.lemma for term in terms[: len(phrase)]) == phrase:
                return start + terms[len(phrase) - 1].end
        return 0

    def title(self, title: str, language: str = "sv") -> tuple[float, bool]:
        """How a title meets the plan: the share (0 to 1) of its telling words, and whether it begins so.

        "Förskola och fritidshem" begins with förskola, and so does "Ansök om förskola", as words of doing do
        not count; "Avgift i förskola" does not.
        """
        shown = title[:_TITLE]
        spans = self.spans(shown, language)
        told = met = 0
        leads = False
        for word in _CHUNK.finditer(shown):
            at = word.start()
            inside = any(start <= at < end for start, end in spans)
            leads = leads or (inside and not told)
            if inside or word.group().casefold() not in _little():
                told += 1
                met += inside
        return (met / told if told else 0.0), leads


def learn_words(words: Iterable[str]) -> None:
    """Analyse words before they are met in a snippet: their forms and parts are kept."""
    for word in words:
        _word(word, "sv")


def lemmas_of(text: str) -> frozenset[str]:
    """The lemmas of a title's telling words, or of all its words where none tells."""
    terms = _terms(text)
    kept = [term for term in terms if term.surface not in word_set("words", "stop")] or terms
    return frozenset(term.lemma for term in kept)


def lemmas_in(text: str) -> frozenset[str]:
    """The lemmas and compound parts of a text's words."""
    return frozenset().union(*(_word(word.lower(), "sv").either for word in _words(text)))


class ContactMatcher:
    """Tells how well names and roles of contacts meet a plan.

    Stricter than marking words: "kommundirektör" has a part of "socialdirektör" and is another person.
    """

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._clauses: list[list[tuple[tuple[str, ...], float]]] = []
        for clause in clauses:
            ways = []
            for alternative in clause.alternatives:
                terms = _terms(alternative.text)
                kept = [term for term in terms if term.surface not in word_set("words", "stop")] or terms
                if kept:
                    ways.append((tuple(term.lemma for term in kept), alternative.weight))
            self._clauses.append(ways)

    def share(self, texts: Sequence[str]) -> float:
        """The share (0 to 1) of the clauses that texts meet, each by its best alternative's weight."""
        if not self._clauses:
            return 0.0
        has: set[str] = set()
        for text in texts:
            for word in _words(text):
                has |= _word(word.lower(), "sv").either
        total = 0.0
        for ways in self._clauses:
            total += max((weight for lemmas, weight in ways if has.issuperset(lemmas)), default=0.0)
        return min(1.0, total / len(self._clauses))
