"""What does a query mean? The words to search for, with intent, place, language and concepts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.registry import Agency, AgencyKind, Registry
from indexer.analysis.lexicon import swedish_lexicon
from searchapi.concepts import Kind
from searchapi.intent import Intent, IntentKind, detect
from searchapi.knowledge import word_set
from searchapi.language import guess_language
from searchapi.place import PlaceFinder, Scope
from searchapi.query import ParsedQuery, Word
from searchapi.thesaurus import ConceptMatch, Thesaurus

_CHIEFS = ("chef", "chefen", "direktör", "direktören")
"""Endings of titles of those who lead: agencies make up new ones."""
_LEADS = re.compile(r"(?:chef|direktör|ordförande|råd|rektor)\b")


@dataclass(frozen=True, slots=True)
class Understanding:
    """A query, understood.

    `content` are the words to search for; `weak` those that only help to choose; `concepts` what the
    thesaurus knows of them; `responsible` the kinds of agency that handle the matter, where that is known.
    `general`: an agency as a whole is to be reached, and nobody in particular. `opened`: no page about the
    errand answers it, so that documents and news may.
    """

    parsed: ParsedQuery
    intent: Intent
    scope: Scope
    language: str
    content: tuple[Word, ...]
    weak: tuple[Word, ...]
    concepts: tuple[ConceptMatch, ...]
    responsible: frozenset[AgencyKind]
    easy_read: bool
    general: bool = False
    opened: bool = False

    @property
    def office(self) -> bool:
        """Whether somebody who leads is asked for by their title: a chief, a mayor, a principal.

        Where nobody has that title those who lead are shown; who handles an errand is no such office.
        """
        if self.intent.kind is not IntentKind.CONTACT or self.general:
            return False
        titles = {
            place
            for one in self.concepts
            if one.concept.id.startswith("title.") and _LEADS.search(one.concept.preferred)
            for place in one.places
        }
        return bool(self.content) and all(
            word.place in titles or word.lower.endswith(_CHIEFS) for word in self.content
        )


_SENTENCE = 4
"""From so many words to search for on, a query is a sentence rather than key words."""
_RARE = 4.0
"""Below this commonness (one word in a hundred thousand) a word of a sentence tells, beside what the
thesaurus knows in it."""
_COMMON = 5.0
"""From this commonness on (one word in ten thousand) a word of a sentence is rather its story."""


class Understander:
    """Understands queries, with the registry's names and the thesaurus. Holds no state of a query."""

    def __init__(self, registry: Registry, thesaurus: Thesaurus) -> None:
        self._thesaurus = thesaurus
        self.places = PlaceFinder(registry)

    def understand(self, parsed: ParsedQuery, home: Agency | None) -> Understanding:
        """What a parsed query means to somebody who lives in `home` (None where that is not known)."""
        named = self.places.find(parsed.words)
        of_names = frozenset(place for one in named for place in one.words)
        rest = tuple(word for word in parsed.all_words if word.place not in of_names)
        asked = tuple(word for word in rest if word.lower not in word_set("words", "stop"))
        agency_named = bool(named) and all(word.lower in word_set("place", "generic") for word in asked)
        intent = detect(() if agency_named else rest, names_agency=bool(named))
        language = guess_language([word.lower for word in rest])
        concepts = self._thesaurus.match(rest, language)
        content, weak = _sort(parsed, rest, intent, concepts, language)
        general = intent.kind is IntentKind.CONTACT and _is_general(content, concepts)
        if general:
            kind: Kind = "english" if language == "en" else "lay"
            concepts = self._thesaurus.named("title.vaxel", content or weak, kind) or concepts
        return Understanding(
            parsed=parsed,
            intent=intent,
            scope=self.places.scope(home, named, region_named=_names_region(rest)),
            language=language,
            content=content,
            weak=weak,
            concepts=concepts,
            responsible=_responsible(content, concepts),
            easy_read=any(word.lower in {"lättläst", "lätt"} for word in rest),
            general=general,
        )


def _is_general(content: Sequence[Word], concepts: Sequence[ConceptMatch]) -> bool:
    general = word_set("words", "weak") | word_set("words", "stop") | word_set("words", "stop_foreign")
    general |= word_set("words", "weak_foreign") | word_set("place", "generic")
    general |= word_set("intent", "contact", "words")
    switchboard = {place for match in concepts if match.concept.id == "title.vaxel" for place in match.places}
    return all(word.lower in general or word.place in switchboard for word in content)


def _names_region(words: Sequence[Word]) -> bool:
    return any(word.lower in word_set("place", "region_words") for word in words)


def _responsible(content: Sequence[Word], concepts: Sequence[ConceptMatch]) -> frozenset[AgencyKind]:
    """Who handles the matter, where half of the query or more is about matters whose handling is known."""
    sure = [match for match in concepts if match.sure and match.concept.responsible]
    told = {place for match in sure for place in match.places}
    covered = sum(word.place in told for word in content)
    if content and covered * 2 < len(content):
        return frozenset()
    return frozenset(kind for match in sure for kind in match.concept.responsible)


def _sort(
    parsed: ParsedQuery,
    rest: tuple[Word, ...],
    intent: Intent,
    concepts: Iterable[ConceptMatch],
    language: str,
) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Words to search for, and words that only help. Something is left to search for if there is any word."""
    stop, little = word_set("words", "stop"), word_set("words", "weak")
    if language != "sv":
        stop |= word_set("words", "stop_foreign")
        little |= word_set("words", "weak_foreign")
    quoted = {word.place for word in parsed.all_words[len(parsed.words) :]}
    numbers = intent.document.words if intent.kind is IntentKind.DOCUMENT else frozenset()
    words = [word for word in rest if word.place not in quoted and word.place not in numbers]
    told = [word for word in words if word.place not in intent.spent]
    content = [word for word in told if word.lower not in stop and word.lower not in little]
    weak = [word for word in words if word.lower in little and word.place not in intent.spent]
    if len(content) >= _SENTENCE and intent.kind is IntentKind.ERRAND:
        about = _about(content, concepts)
        weak += [word for word in content if word not in about]
        content = about
    in_concepts = {place for match in concepts if len(match.places) > 1 for place in match.places}
    if content or numbers or quoted or any(word.place in in_concepts for word in weak):
        return tuple(content), tuple(weak)
    spent = [word for word in words if word.place in intent.spent and word.lower not in stop]
    for choice in (weak, spent, words, list(parsed.words)):
        if choice:
            return tuple(choice), ()
    return (), ()


def _about(content: Sequence[Word], concepts: Iterable[ConceptMatch]) -> list[Word]:
    """What a whole sentence is about: what the thesaurus knows in it, or its rarer words.

    A sentence tells a story around the matter, and its common words say little of it.
    """
    known = {place for match in concepts if match.sure for place in match.places}
    lexicon = swedish_lexicon()
    about = [word for word in content if word.place in known or lexicon.commonness(word.lower) < _RARE]
    if any(word.place in known for word in about):
        return about
    rare = [word for word in content if lexicon.commonness(word.lower) < _COMMON]
    return rare if len(rare) > 1 else list(content)
