"""Which words of a text meet the query? For marking words in snippets and for choosing between contacts."""

import re
from collections.abc import Iterable, Sequence

from indexer.analysis import Analyzer, Term
from indexer.engine import Clause, Origin, Plan
from searchapi.knowledge import word_set

_SHORTEST_PART = 4
_LONGEST_PHRASE = 8
# A run of letters and digits with single signs inside, as the analyzer sees it; § with its number.
_CHUNK = re.compile(r"§\s?\d{1,4}(?!\w)|\w+(?:[-‐‑/:.'’@&]\w+)*")


class Highlighter:
    """Finds the words and phrases of one plan in texts.

    A word is met by its inflections, by compounds that have it as a part and, where it is a compound itself,
    by its parts; a phrase by its words in their order. Stop words alone are never met.
    """

    def __init__(self, plan: Plan) -> None:
        self._analyzer = Analyzer()
        self._lemmas: set[str] = set()
        self._surfaces: set[str] = set()
        self._folded: set[str] = set()
        self._in_compounds: set[str] = set()
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        self._known: dict[str, dict[str, tuple[bool, bool]]] = {}
        for clause in plan.clauses:
            for alternative in clause.alternatives:
                terms = self._analyzer.terms(alternative.text)
                if len(terms) > 1:
                    lemmas = tuple(term.lemma for term in terms)
                    self._phrases.setdefault(lemmas[0], []).append(lemmas)
                elif terms:
                    self._aim(terms[0], own=alternative.origin is not Origin.SYNONYM)

    def _aim(self, term: Term, *, own: bool) -> None:
        if term.surface in word_set("words", "stop"):
            return
        self._lemmas.add(term.lemma)
        self._surfaces.add(term.surface)
        self._folded.add(term.folded)
        if term.joined:
            self._lemmas.add(term.joined)
        if len(term.lemma) >= _SHORTEST_PART:
            self._in_compounds.add(term.lemma)
        if own:
            self._lemmas.update(part for part in term.parts if len(part) >= _SHORTEST_PART)

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
            meets, first = seen
            if meets:
                found.append(word.span())
            elif first and (end := self._phrase_end(words, at, text, language)):
                found.append((word.start(), end))
        return found

    def _look(self, written: str, language: str) -> tuple[bool, bool]:
        """Whether a word meets the plan, and whether a phrase begins with it."""
        terms = self._analyzer.terms(written, language)
        return any(self._meets(term) for term in terms), any(term.lemma in self._phrases for term in terms)

    def _phrase_end(self, words: Sequence[re.Match[str]], at: int, text: str, language: str) -> int:
        """Where the phrase that begins at a word ends, or 0 where none does."""
        reach = words[min(at + _LONGEST_PHRASE, len(words)) - 1].end()
        start = words[at].start()
        terms = self._analyzer.terms(text[start:reach], language)
        for phrase in self._phrases.get(terms[0].lemma, ()):
            if tuple(term.lemma for term in terms[: len(phrase)]) == phrase:
                return start + terms[len(phrase) - 1].end
        return 0

    def leads(self, title: str, language: str = "sv") -> bool:
        """Whether a title begins with what the plan asks for: "Förskola …", not "Avgift i förskola".

        Words of doing before it do not count: "Ansök om förskola" begins so too.
        """
        little = word_set("words", "stop") | word_set("words", "weak")
        for term in self._analyzer.terms(title[:200], language):
            if self._meets(term):
                return True
            if term.surface not in little:
                return False
        return False

    def share(self, title: str, language: str = "sv") -> float:
        """The share (0 to 1) of a title's telling words that meet the plan."""
        little = word_set("words", "stop") | word_set("words", "weak")
        spans = self.spans(title[:300], language)
        told = [term for term in self._analyzer.terms(title[:300], language) if term.surface not in little]
        met = sum(any(start <= term.start and term.end <= end for start, end in spans) for term in told)
        return met / len(told) if told else 0.0

    def _meets(self, term: Term) -> bool:
        return (
            term.lemma in self._lemmas
            or term.surface in self._surfaces
            or term.folded in self._folded
            or bool(term.joined and term.joined in self._lemmas)
            or any(part in self._in_compounds for part in term.parts)
        )


class ContactMatcher:
    """Tells how well names and roles of contacts meet a plan.

    Stricter than marking words: "kommundirektör" has a part of "socialdirektör" and is another person.
    """

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._analyzer = Analyzer()
        self._clauses: list[list[tuple[tuple[str, ...], float]]] = []
        for clause in clauses:
            ways = []
            for alternative in clause.alternatives:
                terms = self._analyzer.terms(alternative.text)
                kept = [term for term in terms if term.surface not in word_set("words", "stop")] or terms
                if kept:
                    ways.append((tuple(term.lemma for term in kept), alternative.weight))
            self._clauses.append(ways)

    def share(self, texts: Sequence[str]) -> float:
        """The share (0 to 1) of the clauses that texts meet, each by its best alternative's weight."""
        if not self._clauses:
            return 0.0
        has: set[str] = set()
        for term in (term for text in texts for term in self._analyzer.terms(text)):
            has.update((term.lemma, term.surface, *term.parts))
        total = 0.0
        for ways in self._clauses:
            total += max((weight for lemmas, weight in ways if has.issuperset(lemmas)), default=0.0)
        return min(1.0, total / len(self._clauses))
