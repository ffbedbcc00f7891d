"""Which official words stand for a citizen's own? Concepts with lay, official, old and foreign words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from indexer.analysis.analyzer import binding_forms
from indexer.analysis.compounds import split
from indexer.analysis.lexicon import swedish_lexicon
from indexer.analysis.swedish import lemma
from searchapi.acts import Acts
from searchapi.concepts import FOREIGN, KINDS, Concept, Kind, load_concepts
from searchapi.knowledge import word_set
from searchapi.query import Word
from searchapi.terms import (
    SHORTEST_PART,
    Term,
    alike,
    foreign_key,
    key_of,
    lemmas_of,
    prepared,
    strictly,
    without_dots,
)

SURE = 0.7
"""From this sureness on, a match tells what the query is about; below it, it only adds words."""
_GAP = 2
"""Words that may stand between the words of a term: "hjälper min mamma hemma" is "hjälper hemma"."""
_WIDE_GAP = 7
_WIDE = 0.8
"""What a term is worth whose words stand farther apart, in the same sentence: less sure, but about it."""
_PART = 0.6
"""What a term is worth that is only the first part of a compound."""
_WITHIN = 0.85
"""What a term of several words is worth where one of them is only a part of the query's: "magsjuk efter
restaurangbesök" for "magsjuk efter restaurang"."""
_DONE = 0.8
"""What a noun of doing is worth where its verb stands alone: "vaccinera" for vaccination."""
_FEWEST, _FEW, _MANY = 1, 4, 7


@dataclass(frozen=True, slots=True)
class ConceptMatch:
    """A concept that a query names: by which words (positions), of which kind, and how surely (0 to 1).

    `written`: the term stands in the query as the thesaurus has it, and not as a part of a compound or split.
    """

    concept: Concept
    kind: Kind
    term: str
    places: frozenset[int]
    sureness: float
    written: bool = True

    @property
    def sure(self) -> bool:
        """Whether the match tells what the query is about."""
        return self.sureness >= SURE

    @property
    def foreign(self) -> bool:
        """Whether the query names the concept in another language than Swedish."""
        return self.kind in FOREIGN


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another word for the same, with the weight that it is searched with (0 to 1)."""

    text: str
    weight: float


class Thesaurus:
    """Concepts, found in queries by the lemmas of their words."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = tuple(concepts)
        self._by_id = {concept.id: concept for concept in self.concepts}
        self._swedish: dict[str, list[Term]] = {}
        self._foreign: dict[str, list[Term]] = {}
        self._dotted: dict[str, str] = {}
        self._alike = alike()
        for concept in self.concepts:
            names = self._names(concept.broader)
            for kind in KINDS:
                table = self._foreign if kind in FOREIGN else self._swedish
                for text in concept.terms(kind):
                    term = prepared(concept, kind, text)
                    if term.lemmas in names:
                        # Without its small words it would be the whole: "bli god man" is more than "god man".
                        term = strictly(term)
                    if table is self._swedish and len(term.lemmas) > 1:
                        term = replace(term, lemmas=tuple(self._alike.get(one, one) for one in term.lemmas))
                    if table is self._swedish:
                        self._dotted |= without_dots(term)
                    if term.lemmas:
                        # One entry by the term's longest word: it is the rarest, and looked at the least.
                        table.setdefault(max(term.lemmas, key=len), []).append(term)
        terms = [term for found in self._swedish.values() for term in found]
        self._words = frozenset(word for term in terms for word in term.lemmas)
        self._acts = Acts(terms)

    def _written_key(self, word: str) -> str:
        """What a word of a query is compared by: as `key_of`, or by the word that it is without its dots."""
        key = key_of(word)
        if not word.isascii() or key in self._swedish or swedish_lexicon().lemma(word) is not None:
            return key
        return self._dotted.get(key, self._dotted.get(word, key))

    def _names(self, concept_id: str) -> frozenset[tuple[str, ...]]:
        """What agencies call a concept, ready to be compared; empty where there is none of that id."""
        concept = self._by_id.get(concept_id)
        names = (concept.preferred, *concept.official) if concept else ()
        return frozenset(lemmas_of(name) for name in names)

    def match(self, words: Sequence[Word], language: str = "sv") -> tuple[ConceptMatch, ...]:
        """The concepts that words name, longest terms first; a term within a longer one is left out."""
        found: list[ConceptMatch] = []
        lemmas = [self._written_key(word.lower) for word in words]
        shared = [
            self._alike.get(word.lower, self._alike.get(key, key))
            for word, key in zip(words, lemmas, strict=True)
        ]
        for at, key in enumerate(lemmas):
            found += _at(self._swedish.get(key, ()), words, shared, at)
            if shared[at] != key:
                found += _at(self._swedish.get(shared[at], ()), words, shared, at)
            if len(words[at].lower) >= SHORTEST_PART * 2:
                found += self._in_compound(words[at])
            if at + 1 < len(words) and not (at and words[at].lower in word_set("words", "stop")):
                # "hem tjänst", but of "ansvarar för skolan" no förskola.
                found += self._split(words[at], words[at + 1])
            if words[at].lower in word_set("words", "heads"):
                found += self._turned(words, at)
            found += self._done(words, lemmas, at)
        found += self._within(words, shared)
        keys = [foreign_key(word.lower) for word in words]
        foreign = [
            match for at, key in enumerate(keys) for match in _at(self._foreign.get(key, ()), words, keys, at)
        ]
        # In a query that seems to be Swedish only a term that is the whole of it: "water bill".
        found += [match for match in foreign if language != "sv" or len(match.places) == len(words)]
        by_place = {word.place: key for word, key in zip(words, lemmas, strict=True)}
        found = [_as_said(match, by_place) for match in found]
        found = _explained(found, words)
        found.sort(
            key=lambda match: (
                -len(match.places), -match.sureness, not match.written, KINDS.index(match.kind),
            )
        )  # fmt: skip
        return tuple(_most_telling(found, {word.place: word.lower for word in words}))

    def _turned(self, words: Sequence[Word], at: int) -> list[ConceptMatch]:
        """Terms whose last part stands at a position and their first part after it: "bidrag till glasögon" is
        glasögonbidrag, "lov 2026 skolor" skollov.
        """
        after = at + 1
        between = words[after].lower if after < len(words) else ""
        if between in word_set("words", "between") or between.isdigit():
            after += 1
        return self._split(words[after], words[at]) if after < len(words) else []

    def _within(self, words: Sequence[Word], keys: Sequence[str]) -> list[ConceptMatch]:
        """Terms of several words of which one is the first or the last part of a compound that the query has,
        and that no term has."""
        found = []
        little = word_set("words", "heads") | word_set("words", "weak") | word_set("words", "stop")
        for at, word in enumerate(words):
            unknown = len(word.lower) >= SHORTEST_PART * 2 and keys[at] not in self._words
            parts = split(word.lower) if unknown else ()
            for part in dict.fromkeys((parts[0].lemma, parts[-1].lemma)) if parts else ():
                if len(part) < SHORTEST_PART or part in little:
                    continue
                other = [*keys[:at], self._alike.get(part, part), *keys[at + 1 :]]
                for near in range(max(0, at - _GAP - 1), min(len(words), at + _GAP + 2)):
                    terms = [term for term in self._swedish.get(other[near], ()) if len(term.lemmas) > 1]
                    found += [
                        replace(match, sureness=_WITHIN * match.sureness, written=False)
                        for match in _at(terms, words, other, near)
                        if word.place in match.places
                    ]
        return found

    def _done(self, words: Sequence[Word], lemmas: Sequence[str], at: int) -> list[ConceptMatch]:
        """Terms that name what is done where the query says it with a verb: "hämta sopor" is sophämtning."""
        near = [(term, {at, place}, 1.0) for term, place in self._acts.near(lemmas, at)]
        alone = [(term, {at}, _DONE * term.sureness) for term in self._acts.alone(lemmas[at])]
        return [
            ConceptMatch(
                term.concept, term.kind, term.text, frozenset(words[place].place for place in places),
                sureness, written=False,
            )
            for term, places, sureness in [*near, *alone]
        ]  # fmt: skip

    def _split(self, word: Word, next_word: Word) -> list[ConceptMatch]:
        """Terms of one word that were written as two: "budget rådgivning", "hem tjänst"."""
        places = frozenset({word.place, next_word.place})
        firsts = [*binding_forms(word.lower), *binding_forms(lemma(word.lower))]
        return [
            ConceptMatch(term.concept, term.kind, term.text, places, 1.0, written=False)
            for key in dict.fromkeys(lemma(first + next_word.lower) for first in firsts)
            for term in self._swedish.get(key, ())
            if len(term.lemmas) == 1
        ]

    def named(self, concept_id: str, words: Sequence[Word], kind: Kind = "lay") -> tuple[ConceptMatch, ...]:
        """A match of one concept by words that the caller knows to mean it; empty where there is none."""
        concept = self._by_id.get(concept_id)
        if concept is None or not words:
            return ()
        places = frozenset(word.place for word in words)
        return (ConceptMatch(concept, kind, " ".join(word.lower for word in words), places, 1.0),)

    def _in_compound(self, word: Word) -> list[ConceptMatch]:
        """Terms as the first part of a compound: dagisplats means dagis, sophämtningstider sophämtning.

        They are what it is about where the rest only says what is wanted of it ("asylansökan" is asyl) and
        the whole is no term itself.
        """
        parts = split(word.lower)
        if len(parts) < 2:
            return []
        generic = word_set("words", "heads")
        known = any(len(term.lemmas) == 1 for term in self._swedish.get(key_of(word.lower), ()))
        found = []
        places = frozenset({word.place})
        first = ""
        for number, part in enumerate(parts[:-1], 1):
            first += part.surface
            only_asks = not known and all(rest.lemma in generic for rest in parts[number:])
            worth = 1.0 if only_asks else _PART
            for key in dict.fromkeys(
                (part.lemma if first == part.surface else first, first, first.rstrip("s"))
            ):
                for term in self._swedish.get(key, ()):
                    if len(term.lemmas) == 1 and len(key) >= SHORTEST_PART:
                        sureness = worth * term.sureness
                        found.append(
                            ConceptMatch(term.concept, term.kind, term.text, places, sureness, written=False)
                        )
        return found

    def synonyms(
        self, match: ConceptMatch, weights: Mapping[str, float], *, known: bool
    ) -> tuple[Synonym, ...]:
        """Other words for a matched concept. `weights`: "broader", "broader_known" (there are pages on the
        part) and the kinds, those of other languages as "foreign".

        `known`: the index has the query's own word. Then an official word needs no lay words beside it.
        """
        own = set(lemmas_of(match.term)) if match.written else set()
        concept = match.concept
        official = match.kind in {"preferred", "official"}
        rows: list[tuple[str, str]] = [("preferred", concept.preferred)]
        if not match.written:
            rows.append(("preferred", match.term))
        several = _FEW if official and known and not _is_title(concept) else _MANY
        # What may mean something else brings in the name of the matter, and not all that is near to it.
        rows += [("official", text) for text in concept.official[: several if match.sure else _FEWEST]]
        if official and not known and not concept.one_way:
            rows += [("lay", text) for text in concept.lay[:_FEW]]
            rows += [("old", text) for text in concept.old[:_FEW]]
        if match.foreign:
            rows += [("foreign", text) for text in concept.terms(match.kind)[:_FEW]]
        broader = self._by_id.get(concept.broader)
        if broader is not None and match.sure:
            # Where there are pages on the part itself, those on the whole come after them.
            whole = "broader_known" if official and known else "broader"
            rows += [(whole, text) for text in (broader.preferred, *broader.official[:_FEWEST])]
        scale = match.concept.weight * match.sureness
        return tuple(
            Synonym(text, round(weights[kind] * scale, 4))
            for kind, text in rows
            # A longer term with the same words in it finds nothing that the words themselves do not.
            if weights[kind] > 0 and not (own and own.issubset(lemmas_of(text)))
        )


def _is_title(concept: Concept) -> bool:
    """Whether a concept is an office: that one agency uses a title tells nothing of the others."""
    return concept.id.startswith("title.")


def _as_said(match: ConceptMatch, said: Mapping[int, str]) -> ConceptMatch:
    """The match, not as written where its term has a like word instead: "barns namn" for "bebis namn"."""
    if match.foreign or not match.written or len(match.places) < 2:
        return match
    return replace(match, written=set(lemmas_of(match.term)) <= {said[place] for place in match.places})


def _explained(found: Sequence[ConceptMatch], words: Sequence[Word]) -> list[ConceptMatch]:
    """The same matches, those sure that leave nothing of the query unexplained: "flytta" alone."""
    small = word_set("words", "stop") | word_set("words", "weak") | word_set("words", "stop_foreign")
    telling = {word.place for word in words if word.lower not in small}
    return [
        replace(match, sureness=1.0) if match.written and telling and telling <= match.places else match
        for match in found
    ]


def _most_telling(found: Sequence[ConceptMatch], words: Mapping[int, str]) -> list[ConceptMatch]:
    """Of matches in order, those that no better one stands for.

    A term within a longer one is no matter of its own; and where a word is the very name of one matter,
    others that it is said of too are not meant.
    """
    named = [match.places for match in found if match.kind == "preferred" and match.written]
    kept: list[ConceptMatch] = []
    for match in found:
        inside = any(
            match.places < other.places and not (match.foreign and _only_doing(other, match, words))
            for other in kept
            if other.sure or not match.sure
        )
        again = any(match.concept is other.concept and match.places <= other.places for other in kept)
        # A law's short name is often that of its matter as well, and both are meant.
        law = match.concept.id.startswith("law.")
        also = match.kind != "preferred" and match.places in named and not law
        if not (inside or again or also):
            kept.append(match)
    return kept


def _only_doing(longer: ConceptMatch, shorter: ConceptMatch, words: Mapping[int, str]) -> bool:
    """Whether a longer foreign term has nothing but words of doing more: "apply for preschool"."""
    little = word_set("words", "weak_foreign") | word_set("words", "stop_foreign")
    return all(words[place] in little for place in longer.places - shorter.places)


def _at(terms: Iterable[Term], words: Sequence[Word], lemmas: Sequence[str], at: int) -> list[ConceptMatch]:
    """The terms of which one word stands at a position, where their other words stand near."""
    found = []
    for term in terms:
        reach = len(term.lemmas) - 1
        sureness = term.sureness
        places = _where(term, lemmas, at, reach + _GAP)
        if not places and term.rare and not term.strict:
            sureness *= _WIDE
            places = _where(term, lemmas, at, reach + _WIDE_GAP)
        if places:
            taken = frozenset(words[place].place for place in places)
            found.append(ConceptMatch(term.concept, term.kind, term.text, taken, sureness))
    return found


def _where(term: Term, lemmas: Sequence[str], at: int, reach: int) -> frozenset[int]:
    """The positions at which all of a term's words stand near position `at`, or none.

    In any order, but for a strict term, whose words stand together as in the term.
    """
    wanted = term.lemmas
    if len(wanted) == 1:
        return frozenset({at})
    first, last = max(0, at - reach), min(len(lemmas), at + reach + 1)
    if term.strict:
        return _in_order(wanted, lemmas[:last], first, reach)
    window = sorted(range(first, last), key=lambda place: abs(place - at))
    taken: set[int] = set()
    for one in wanted:
        place = next((near for near in window if lemmas[near] == one and near not in taken), None)
        if place is None:
            return frozenset()
        taken.add(place)
    return frozenset(taken) if max(taken) - min(taken) <= reach else frozenset()


def _in_order(wanted: Sequence[str], lemmas: Sequence[str], first: int, reach: int) -> frozenset[int]:
    for start in range(first, len(lemmas)):
        if lemmas[start] != wanted[0]:
            continue
        taken = [start]
        for one in wanted[1:]:
            place = next((at for at in range(taken[-1] + 1, len(lemmas)) if lemmas[at] == one), None)
            if place is None:
                return frozenset()
            taken.append(place)
        if taken[-1] - start <= reach:
            return frozenset(taken)
    return frozenset()


@cache
def load_thesaurus() -> Thesaurus:
    """The thesaurus that comes with the program. Raise ThesaurusError where a file of it is not right."""
    return Thesaurus(load_concepts())
