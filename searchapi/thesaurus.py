"""Which official words stand for a citizen's own? Concepts with lay, official, old and foreign words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from crawler.registry import AgencyKind
from indexer.analysis.compounds import split
from indexer.analysis.swedish import lemma
from searchapi.errors import SearchApiError
from searchapi.knowledge import load, word_set
from searchapi.query import Word, words_of

_FILES = ("thesaurus", "titles")
_GAP = 2
"""Words that may stand between the words of a term: "hjälper min mamma hemma" is "hjälper hemma"."""
_SHORTEST_PART = 4
_FEW, _MANY = 4, 7

Term = Annotated[str, Field(min_length=2, max_length=60)]
Kind = Literal["preferred", "lay", "official", "old", "english", "finnish"]
KINDS: tuple[Kind, ...] = ("preferred", "official", "lay", "old", "english", "finnish")


class ThesaurusError(SearchApiError):
    """A thesaurus file is not usable; the message holds every problem."""


class Concept(BaseModel):
    """A public matter in all its words.

    `preferred` is what most agencies call it; `official` other names that agencies use; `lay` what citizens
    say; `old` names of the past; `responsible` the kinds of agency that handle it. `weight` (0 to 1) is how
    surely the words mean this. `one_way`: lay words lead to official ones, never back, because they mean
    other things too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,60}$")]
    preferred: Term
    official: tuple[Term, ...] = ()
    lay: tuple[Term, ...] = ()
    old: tuple[Term, ...] = ()
    english: tuple[Term, ...] = ()
    finnish: tuple[Term, ...] = ()
    responsible: tuple[AgencyKind, ...] = ()
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0
    one_way: bool = False

    @field_validator("responsible", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    def terms(self, kind: Kind) -> tuple[str, ...]:
        """The concept's words of one kind."""
        return (self.preferred,) if kind == "preferred" else getattr(self, kind)


@dataclass(frozen=True, slots=True)
class ConceptMatch:
    """A concept that a query names: by which words (positions), of which kind, and how surely (0 to 1)."""

    concept: Concept
    kind: Kind
    term: str
    places: frozenset[int]
    sureness: float


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another word for the same, with the weight that it is searched with (0 to 1)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Term:
    concept: Concept
    kind: Kind
    text: str
    lemmas: tuple[str, ...]


class Thesaurus:
    """Concepts, found in queries by the lemmas of their words."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = tuple(concepts)
        self._by_lemma: dict[str, list[_Term]] = {}
        for concept in self.concepts:
            for kind in KINDS:
                for text in concept.terms(kind):
                    lemmas = _lemmas(text)
                    if lemmas:
                        # One entry by the term's longest word: it is the rarest, and looked at the least.
                        key = max(lemmas, key=len)
                        self._by_lemma.setdefault(key, []).append(_Term(concept, kind, text, lemmas))

    def match(self, words: Sequence[Word], language: str = "sv") -> tuple[ConceptMatch, ...]:
        """The concepts that words name, longest terms first; a term within a longer one is left out."""
        lemmas = [lemma(word.lower) for word in words]
        found: list[ConceptMatch] = []
        for at, key in enumerate(lemmas):
            for term in self._by_lemma.get(key, ()):
                if language == "sv" and term.kind in {"english", "finnish"} and len(words) > 1:
                    continue
                places = _where(term.lemmas, lemmas, at)
                if places:
                    found.append(_matched(term, frozenset(words[place].place for place in places), 1.0))
            if len(words[at].lower) >= _SHORTEST_PART * 2:
                found += self._in_compound(words[at])
            if at + 1 < len(words):
                found += self._split(words[at], words[at + 1])
        found.sort(key=lambda match: (-len(match.places), -match.sureness, KINDS.index(match.kind)))
        kept: list[ConceptMatch] = []
        for match in found:
            inside = any(match.places < other.places for other in kept)
            again = any(match.concept is other.concept and match.places <= other.places for other in kept)
            if not inside and not again:
                kept.append(match)
        return tuple(kept)

    def _split(self, word: Word, next_word: Word) -> list[ConceptMatch]:
        """Terms of one word that were written as two: "budget rådgivning", "hem tjänst"."""
        places = frozenset({word.place, next_word.place})
        return [
            _matched(term, places, 1.0)
            for binding in ("", "s")
            for term in self._by_lemma.get(lemma(word.lower + binding + next_word.lower), ())
            if len(term.lemmas) == 1
        ]

    def named(self, concept_id: str, words: Sequence[Word]) -> tuple[ConceptMatch, ...]:
        """A match of one concept by words that the caller knows to mean it; empty where there is none."""
        concept = next((one for one in self.concepts if one.id == concept_id), None)
        if concept is None or not words:
            return ()
        places = frozenset(word.place for word in words)
        return (ConceptMatch(concept, "lay", " ".join(word.lower for word in words), places, 1.0),)

    def _in_compound(self, word: Word) -> list[ConceptMatch]:
        """Terms as the first part of a compound: dagisplats means dagis, sophämtningstider sophämtning."""
        parts = split(word.lower)
        if len(parts) < 2:
            return []
        found = []
        first = ""
        for part in parts[:-1]:
            first += part.surface
            for key in dict.fromkeys(
                (part.lemma if first == part.surface else first, first, first.rstrip("s"))
            ):
                for term in self._by_lemma.get(key, ()):
                    single = len(term.lemmas) == 1 and len(key) >= _SHORTEST_PART
                    if single and term.kind not in {"english", "finnish"}:
                        found.append(_matched(term, frozenset({word.place}), 0.6))
        return found

    def synonyms(
        self, match: ConceptMatch, weights: Mapping[str, float], *, known: bool
    ) -> tuple[Synonym, ...]:
        """Other words for a matched concept. `weights`: "preferred", "official", "lay", "old", "foreign".

        `known`: the index has the query's own word. Then an official word needs no lay words beside it.
        """
        own = set(_lemmas(match.term))
        concept = match.concept
        official = match.kind in {"preferred", "official"}
        rows: list[tuple[str, str]] = [("preferred", concept.preferred)]
        if match.sureness < 1.0:
            own = set()
            rows.append(("preferred", match.term))
        rows += [("official", text) for text in concept.official[: _FEW if official and known else _MANY]]
        if official and not known and not concept.one_way:
            rows += [("lay", text) for text in concept.lay[:_FEW]]
            rows += [("old", text) for text in concept.old[:_FEW]]
        if match.kind in {"english", "finnish"}:
            rows += [("foreign", text) for text in concept.terms(match.kind)[:_FEW]]
        scale = match.concept.weight * match.sureness
        return tuple(
            Synonym(text, round(weights[kind] * scale, 4))
            for kind, text in rows
            # A longer term with the same words in it finds nothing that the words themselves do not.
            if weights[kind] > 0 and not (own and own.issubset(_lemmas(text)))
        )


def _matched(term: _Term, places: frozenset[int], sureness: float) -> ConceptMatch:
    return ConceptMatch(term.concept, term.kind, term.text, places, sureness)


def _lemmas(text: str) -> tuple[str, ...]:
    """The lemmas of a term, without small words where two others remain: "hål i vägen" is hål, väg."""
    words = [word.casefold() for word in words_of(text)]
    telling = [word for word in words if word not in word_set("words", "stop")]
    return tuple(lemma(word) for word in (telling if len(telling) > 1 else words))


def _where(term: tuple[str, ...], lemmas: Sequence[str], at: int) -> frozenset[int]:
    """The positions at which all of a term's lemmas stand near position `at`, in any order, or none."""
    if len(term) == 1:
        return frozenset({at})
    reach = len(term) - 1 + _GAP
    window = range(max(0, at - reach), min(len(lemmas), at + reach + 1))
    taken: set[int] = set()
    for wanted in term:
        place = next((near for near in window if lemmas[near] == wanted and near not in taken), None)
        if place is None:
            return frozenset()
        taken.add(place)
    return frozenset(taken) if max(taken) - min(taken) <= reach else frozenset()


def validate(name: str, document: Mapping[str, Any]) -> list[Concept]:
    """The concepts of a thesaurus file's content. Raise ThesaurusError with every problem at once."""
    problems = [
        f"unknown key {key!r}; concepts stand under [[concept]]" for key in document if key != "concept"
    ]
    concepts: list[Concept] = []
    for number, entry in enumerate(document.get("concept", [])):
        label = entry.get("id") or entry.get("preferred") or f"entry {number + 1}"
        try:
            concept = Concept.model_validate(entry)
        except ValidationError as error:
            problems += [
                f"concept {label!r}: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
                for problem in error.errors(include_url=False)
            ]
            continue
        if any(concept.id == other.id for other in concepts):
            problems.append(f"concept {label!r}: the id is used twice")
        seen: dict[str, Kind] = {}
        for kind in KINDS:
            for text in concept.terms(kind):
                if not words_of(text):
                    problems.append(f"concept {label!r}: {kind}: {text!r} has no word in it")
                if text.casefold() in seen and kind not in {"english", "finnish"}:
                    problems.append(
                        f"concept {label!r}: {text!r} stands as {seen[text.casefold()]} and as {kind}"
                    )
                seen.setdefault(text.casefold(), kind)
        concepts.append(concept)
    if problems:
        raise ThesaurusError(f"knowledge/{name}.toml: " + "; ".join(problems))
    return concepts


@cache
def load_thesaurus() -> Thesaurus:
    """The thesaurus that comes with the program. Raise ThesaurusError where a file of it is not right."""
    return Thesaurus(concept for name in _FILES for concept in validate(name, load(name)))
