"""Which subject does a page belong to? By its matter in the thesaurus, else by words of where it lies."""

from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from indexer.analysis.compounds import split
from indexer.analysis.swedish import lemma
from searchapi.errors import SearchApiError
from searchapi.knowledge import load, word_set
from searchapi.query import parse, words_of
from searchapi.thesaurus import load_thesaurus

OTHER = "other"
"""The subject of what is about nothing that the file knows."""
_OWN, _PLACE, _PATH = 3.0, 2.0, 1.0
_CACHE = 50_000


class SubjectsError(SearchApiError):
    """knowledge/subjects.toml is not usable; the message holds every problem."""


class Subject(BaseModel):
    """A subject: the concepts of the thesaurus that belong to it, and words of menus that name it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z]+$")]
    concepts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@cache
def subjects() -> tuple[Subject, ...]:
    """The subjects in the order in which they are shown. Raise SubjectsError where the file is not right."""
    try:
        found = tuple(Subject.model_validate(entry) for entry in load("subjects")["subject"])
    except (KeyError, ValidationError) as error:
        raise SubjectsError(f"knowledge/subjects.toml: {error}") from error
    known = {concept.id for concept in load_thesaurus().concepts}
    named = [concept for subject in found for concept in subject.concepts]
    problems = [f"{concept!r} is no concept of the thesaurus" for concept in named if concept not in known]
    problems += [f"{one!r} stands twice" for one in {one for one in named if named.count(one) > 1}]
    if problems:
        raise SubjectsError(f"knowledge/subjects.toml: {'; '.join(sorted(problems))}")
    return found


class SubjectFinder:
    """Finds subjects. What was looked at once is remembered as long as the finder lives."""

    def __init__(self) -> None:
        self._thesaurus = load_thesaurus()
        self._of_concept = {concept: one.id for one in subjects() for concept in one.concepts}
        self._of_word = {lemma(word): one.id for one in subjects() for word in one.words}
        self._known: dict[str, dict[str, float]] = {}

    def find(self, title: str, breadcrumb: tuple[str, ...] = (), path: str = "") -> str:
        """The subject of a page, by its title, its place in the site and the folder of its address."""
        votes: dict[str, float] = {}
        folder = path.rpartition("/")[0].replace("/", " ").replace("-", " ").replace("_", " ")
        texts = [(title, _OWN), *((step, _PLACE) for step in breadcrumb), (folder, _PATH)]
        for text, weight in texts:
            for subject, vote in self._votes(text).items():
                votes[subject] = votes.get(subject, 0.0) + weight * vote
        return max(votes, key=lambda subject: votes[subject]) if votes else OTHER

    def _votes(self, text: str) -> dict[str, float]:
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _CACHE:
                self._known.clear()
            known = self._known[text] = self._count(text)
        return known

    def _count(self, text: str) -> dict[str, float]:
        votes: dict[str, float] = {}
        parsed = parse(text[:200])
        for match in self._thesaurus.match(parsed.words):
            concept = match.concept
            subject = self._of_concept.get(concept.id) or self._of_concept.get(concept.broader)
            if subject and not match.foreign:
                votes[subject] = votes.get(subject, 0.0) + match.sureness * len(match.places)
        for word in words_of(text[:200]):
            for key in _keys(word.casefold()):
                if key in self._of_word:
                    subject = self._of_word[key]
                    votes[subject] = votes.get(subject, 0.0) + 0.6
                    break
        total = sum(votes.values())
        return {subject: vote / total for subject, vote in votes.items()} if total else {}


def _keys(word: str) -> list[str]:
    """A word's lemma and its parts: "skolskjutssamordnaren" is skolskjutssamordnare, skola, skjuts …"""
    if word in word_set("words", "stop"):
        return []
    return [lemma(word), *(part.lemma for part in split(word))]
