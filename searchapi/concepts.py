"""Which public matters are known, in which words? The concepts of the thesaurus, read and checked whole."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from crawler.registry import AgencyKind
from searchapi.errors import SearchApiError
from searchapi.knowledge import load
from searchapi.query import words_of

_FILES = ("thesaurus", "municipality", "care", "state", "documents", "titles", "laws")
_WORDS_OF_LANGUAGES = "languages"

Term = Annotated[str, Field(min_length=2, max_length=60)]
Kind = Literal[
    "preferred", "lay", "official", "old", "english", "finnish", "arabic", "persian", "somali", "ukrainian"
]
_SWEDISH: tuple[Kind, ...] = ("preferred", "official", "lay", "old")
FOREIGN: tuple[Kind, ...] = ("english", "finnish", "arabic", "persian", "somali", "ukrainian")
KINDS: tuple[Kind, ...] = (*_SWEDISH, *FOREIGN)


class ThesaurusError(SearchApiError):
    """A thesaurus file is not usable; the message holds every problem."""


class Concept(BaseModel):
    """A public matter in all its words.

    `preferred` is what most agencies call it; `official` other names that agencies use; `lay` what citizens
    say; `old` names of the past; `responsible` the kinds of agency that handle it. `weight` (0 to 1) is how
    surely the words mean this. `broader` is the id of the concept that this one is a part of: agencies that
    have no page on the part have one on the whole. `one_way`: lay words lead to official ones, never back,
    because they mean other things too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,60}$")]
    preferred: Term
    official: tuple[Term, ...] = ()
    lay: tuple[Term, ...] = ()
    old: tuple[Term, ...] = ()
    english: tuple[Term, ...] = ()
    finnish: tuple[Term, ...] = ()
    arabic: tuple[Term, ...] = ()
    persian: tuple[Term, ...] = ()
    somali: tuple[Term, ...] = ()
    ukrainian: tuple[Term, ...] = ()
    responsible: tuple[AgencyKind, ...] = ()
    broader: str = ""
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0
    one_way: bool = False

    @field_validator("responsible", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    def terms(self, kind: Kind) -> tuple[str, ...]:
        """The concept's words of one kind."""
        return (self.preferred,) if kind == "preferred" else getattr(self, kind)


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
                if text.casefold() in seen and kind not in FOREIGN:
                    problems.append(
                        f"concept {label!r}: {text!r} stands as {seen[text.casefold()]} and as {kind}"
                    )
                seen.setdefault(text.casefold(), kind)
        concepts.append(concept)
    if problems:
        raise ThesaurusError(f"knowledge/{name}.toml: " + "; ".join(problems))
    return concepts


def with_languages(concepts: Iterable[Concept], document: Mapping[str, Any]) -> list[Concept]:
    """The concepts with the words of further languages: by language, then by concept's id.

    Raise ThesaurusError for a language or a concept that is not known, and for what is no list of words.
    """
    by_id = {concept.id: concept for concept in concepts}
    problems = []
    for language, table in document.items():
        if language not in FOREIGN:
            problems.append(f"unknown language {language!r}")
            continue
        for concept_id, terms in _flat(table):
            if concept_id not in by_id:
                problems.append(f"{language}: no concept {concept_id!r}")
                continue
            try:
                entry = {**by_id[concept_id].model_dump(), language: terms}
                by_id[concept_id] = Concept.model_validate(entry)
            except ValidationError as error:
                problems.append(f"{language}: {concept_id}: {error.errors(include_url=False)[0]['msg']}")
    if problems:
        raise ThesaurusError(f"knowledge/{_WORDS_OF_LANGUAGES}.toml: " + "; ".join(problems))
    return list(by_id.values())


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """A table's lists by dotted key: TOML makes a table of `title.vaxel`."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def entries() -> list[dict[str, Any]]:
    """Every entry of the thesaurus files as it is written, for those who only need the words."""
    return [entry for name in _FILES for entry in load(name)["concept"]]


@cache
def swedish_words() -> frozenset[str]:
    """Every Swedish word of the thesaurus, in lower case."""
    texts = [text for one in entries() for kind in ("official", "lay", "old") for text in one.get(kind, ())]
    texts += [one["preferred"] for one in entries()]
    return frozenset(word.casefold() for text in texts for word in words_of(text))


@cache
def load_concepts() -> tuple[Concept, ...]:
    """The concepts that come with the program. Raise ThesaurusError where a file of them is not right."""
    concepts = with_languages(
        [concept for name in _FILES for concept in validate(name, load(name))], load(_WORDS_OF_LANGUAGES)
    )
    known = {concept.id for concept in concepts}
    lost = [concept.id for concept in concepts if concept.broader and concept.broader not in known]
    if lost:
        raise ThesaurusError(f"concepts whose broader one is not in the thesaurus: {', '.join(lost)}")
    twice = _twice(concepts)
    if twice:
        raise ThesaurusError(f"the preferred word of two concepts: {', '.join(twice)}")
    return tuple(concepts)


def _twice(concepts: Iterable[Concept]) -> list[str]:
    """Preferred words that two concepts have: which of them would be meant?"""
    owner: dict[str, str] = {}
    found = []
    for concept in concepts:
        first = owner.setdefault(concept.preferred.casefold(), concept.id)
        if first != concept.id:
            found.append(f"{concept.preferred!r} ({first}, {concept.id})")
    return found
