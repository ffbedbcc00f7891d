"""Which plan finds what was understood? Clauses with alternatives, boosts, and who and what may answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from crawler.record import Doctype
from indexer.analysis import Analyzer
from indexer.analysis.swedish import lemma
from indexer.engine import Alternative, Clause, Field, Filters, Form, Origin, Plan
from searchapi.days import DayAsked
from searchapi.documents import NumberAsked
from searchapi.intent import DOCUMENT_TYPES, IntentKind
from searchapi.meetings import without_sort
from searchapi.query import Word, words_of
from searchapi.thesaurus import ConceptMatch, Synonym, Thesaurus
from searchapi.understand import Understanding
from searchapi.weights import Weights

_MAX_CLAUSES = 16
_MAX_ALTERNATIVES = 12
_MAX_SYNONYMS = 6
_HEAD = 0.4
"""What the title alone is worth in a title of several words."""
_LEADERS = 0.12
_LEADING = ("förvaltningschef", "avdelningschef", "direktör", "ledning")
"""Words of the pages that tell who leads: whom nobody there calls by the reader's title stands there too."""
_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti",
    "september", "oktober", "november", "december",
)  # fmt: skip


class Tab(StrEnum):
    """Which part of the answers is looked at."""

    MAIN = "main"
    CONTACTS = "contacts"
    FORMS = "forms"
    DOCUMENTS = "documents"
    NEWS = "news"
    ELSEWHERE = "elsewhere"


NEWS_TYPES = frozenset({Doctype.NEWS})
_TAB_TYPES = {
    Tab.CONTACTS: frozenset({Doctype.CONTACT, Doctype.PLACE}),
    Tab.FORMS: frozenset({Doctype.FORM, Doctype.ESERVICE}),
    Tab.DOCUMENTS: DOCUMENT_TYPES,
    Tab.NEWS: NEWS_TYPES | {Doctype.EVENT},
}
_ALL = frozenset(Doctype)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader has narrowed the answers to."""

    agency: str | None = None
    doctypes: frozenset[Doctype] = frozenset()
    language: str | None = None
    needs_eid: bool | None = None


@dataclass(frozen=True, slots=True)
class Expanded:
    """A word of the query, and the words that were searched beside it."""

    word: str
    synonyms: tuple[Synonym, ...]


def main_types(understanding: Understanding) -> frozenset[Doctype]:
    """The doctypes of the main list: for errands no minutes, plans, news; for documents everything.

    Where no page about the errand answers, documents and news may.
    """
    intent = understanding.intent
    if intent.kind is IntentKind.DOCUMENT:
        return _ALL
    hidden = frozenset({Doctype.EVENT, Doctype.JOB})
    if not understanding.opened:
        hidden |= DOCUMENT_TYPES | NEWS_TYPES
    return (_ALL - hidden) | intent.asked


def filters_for(understanding: Understanding, tab: Tab, narrowing: Narrowing) -> Filters:
    """Who and what may answer in a tab. The reader's own choice wins over what the tab would show."""
    if narrowing.doctypes:
        doctypes: frozenset[Doctype] | None = narrowing.doctypes
    elif tab in _TAB_TYPES:
        doctypes = _TAB_TYPES[tab]
    else:
        doctypes = main_types(understanding)
    scope = understanding.scope
    named = frozenset(one.id for one in scope.named)
    if narrowing.agency is not None:
        agencies: frozenset[str] | None = frozenset({narrowing.agency})
    elif tab is Tab.ELSEWHERE:
        agencies = scope.far
    elif named and understanding.general:
        # Who names an agency to reach it wants that one only.
        agencies = named
    else:
        agencies = scope.near if scope.far else None
    return Filters(
        doctypes=None if doctypes == _ALL else doctypes,
        agencies=agencies,
        languages=frozenset({narrowing.language}) if narrowing.language else None,
        needs_eid=narrowing.needs_eid,
    )


class Planner:
    """Makes plans. `frequency` tells in how many documents a word stands."""

    def __init__(self, weights: Weights, thesaurus: Thesaurus) -> None:
        self._weights = weights
        self._thesaurus = thesaurus
        self._analyzer = Analyzer()
        self._forms = {form: weights[f"form.{form.value}"] for form in Form}
        self._fields = {
            kind: {field: weights[f"field.{_FIELDS_OF[kind]}.{field.value}"] for field in Field}
            for kind in IntentKind
        }

    def plan(
        self,
        understanding: Understanding,
        filters: Filters,
        frequency: Callable[[str], int],
        *,
        candidates: int,
    ) -> tuple[Plan, tuple[Expanded, ...]]:
        """The plan of an understood query, and which words it searches beside the query's own."""
        expanded: dict[str, dict[str, Synonym]] = {}
        clauses = self._word_clauses(understanding, frequency, expanded)
        clauses += self._document_clauses(understanding)
        clauses += [Clause((Alternative(phrase),), required=True) for phrase in understanding.parsed.phrases]
        clauses = clauses[:_MAX_CLAUSES]
        told = tuple(
            Expanded(word, tuple(sorted(synonyms.values(), key=lambda one: -one.weight)))
            for word, synonyms in expanded.items()
        )
        plan = Plan(
            clauses=tuple(clauses),
            phrases=self._boosts(understanding),
            excluded=understanding.parsed.excluded,
            filters=filters,
            field_weights=self._fields[understanding.intent.kind],
            form_weights=self._forms,
            minimum_match=_minimum_match(len(clauses)),
            candidates=candidates,
        )
        return plan, told

    def _word_clauses(
        self,
        understanding: Understanding,
        frequency: Callable[[str], int],
        expanded: dict[str, dict[str, Synonym]],
    ) -> list[Clause]:
        content = understanding.content
        joined = self._joined(content, frequency)
        by_place: dict[int, list[ConceptMatch]] = {}
        for match in understanding.concepts:
            for place in match.places:
                by_place.setdefault(place, []).append(match)
        clauses: list[Clause] = []
        served: set[str] = set()
        in_phrases = _in_foreign_phrases(understanding)
        stems = _stems(understanding)
        for number, word in enumerate(content):
            if word.place in in_phrases:
                continue
            alternatives = [Alternative(word.text)]
            alternatives += [
                Alternative(text, self._weights["clause.joined"], Origin.JOINED)
                for text in joined.get(number, ())
            ]
            body = understanding.intent.document.body
            if understanding.intent.kind is IntentKind.DOCUMENT and body and word.place in body.places:
                # Its other names, and never its sisters: the concept of politics has all bodies as synonyms.
                name_of_body = without_sort(word.text)
                alternatives[0] = Alternative(name_of_body)
                if name_of_body != word.text:
                    clauses.append(_clause([Alternative(word.text[len(name_of_body) :].lstrip("-"))]))
                alternatives += [
                    Alternative(name, self._weights["clause.joined"], Origin.JOINED) for name in body.names
                ]
                clauses.append(_clause(alternatives))
                continue
            for match in by_place.get(word.place, ()):
                served.add(match.concept.id)
                alternatives += [
                    one
                    for one in self._synonyms(match, understanding, frequency, expanded)
                    if not _said(one.text, stems)
                ]
            clauses.append(_clause(alternatives))
        for match in understanding.concepts:
            # A term made of small words only ("hjälp hemma") is a thing asked for all the same; and of a
            # foreign one ("home help") each word alone says nothing to a Swedish page, or to an English one.
            whole = len(match.places) > 1 or (understanding.general and not content)
            if match.concept.id not in served and whole and not _spent(match, understanding):
                served.add(match.concept.id)
                own = Alternative(match.term, self._weights["clause.weak"] if understanding.general else 1.0)
                clauses.append(_clause([own, *self._synonyms(match, understanding, frequency, expanded)]))
        return clauses

    def _joined(self, content: Sequence[Word], frequency: Callable[[str], int]) -> dict[int, list[str]]:
        """Neighbours that are one word, by the number of each word they stand for: "bygg", "lov"."""
        found: dict[int, list[str]] = {}
        runs: list[list[int]] = []
        for number, word in enumerate(content):
            if runs and content[runs[-1][-1]].place == word.place - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        for run in runs:
            for one in self._analyzer.joined([content[number].lower for number in run], frequency):
                for number in run[one.first : one.first + one.count]:
                    found.setdefault(number, []).append(one.text)
        return found

    def _synonyms(
        self,
        match: ConceptMatch,
        understanding: Understanding,
        frequency: Callable[[str], int],
        expanded: dict[str, dict[str, Synonym]],
    ) -> list[Alternative]:
        if not match.written and not match.sure and self._written_known(match, understanding, frequency):
            return []
        table = self._weights.table("thesaurus")
        found = self._thesaurus.synonyms(match, table, known=frequency(match.term) > 0)
        synonyms = [one for one in sorted(found, key=lambda one: -one.weight) if frequency(one.text)]
        synonyms = synonyms[:_MAX_SYNONYMS]
        if match.concept.id.startswith("title."):
            synonyms += _heads(found, frequency)
        if understanding.office:
            synonyms += [Synonym(text, _LEADERS) for text in _LEADING if frequency(text)]
        words = [word for word in understanding.parsed.all_words if word.place in match.places]
        written = " ".join(word.text for word in words)
        told = expanded.setdefault(written, {})
        for synonym in synonyms:
            told.setdefault(synonym.text, synonym)
        return [Alternative(synonym.text, synonym.weight, Origin.SYNONYM) for synonym in synonyms]

    def _written_known(
        self, match: ConceptMatch, understanding: Understanding, frequency: Callable[[str], int]
    ) -> bool:
        """Whether the index has the compound that a concept is only a part of."""
        return any(frequency(word.lower) for word in understanding.content if word.place in match.places)

    def _document_clauses(self, understanding: Understanding) -> list[Clause]:
        if understanding.intent.kind is not IntentKind.DOCUMENT:
            return []
        asked = understanding.intent.document
        clauses: list[Clause] = []
        if asked.number is not None:
            clauses.append(_clause([Alternative(text) for text in _number_texts(asked.number)]))
        if asked.paragraph:
            clauses.append(_clause([Alternative(f"§ {asked.paragraph}")]))
        if asked.day is not None:
            clauses.append(_clause([Alternative(text) for text in _day_texts(asked.day)]))
        return clauses

    def _boosts(self, understanding: Understanding) -> tuple[Alternative, ...]:
        weak = [Alternative(word.text, self._weights["clause.weak"]) for word in understanding.weak[:6]]
        content = understanding.content
        spent = understanding.intent.spent
        weak += [
            Alternative(match.concept.preferred, self._weights["clause.named"])
            for match in understanding.concepts
            if match.sure and match.kind in {"lay", "official", "old"} and _within_name(match)
        ]
        foreign = _in_foreign_phrases(understanding)
        weak += [
            Alternative(word.text, self._weights["clause.weak"]) for word in content if word.place in foreign
        ]
        weak += [
            Alternative(word.text, self._weights["clause.weak"])
            for word in understanding.parsed.words
            if word.place in spent and word not in content
        ]
        if 2 <= len(content) <= 6:
            places = [word.place for word in content]
            if places == list(range(places[0], places[0] + len(places))):
                text = " ".join(word.text for word in content)
                weak.append(Alternative(text, self._weights["clause.neighbours"]))
        return tuple(weak)


_FIELDS_OF = {
    IntentKind.ERRAND: "errand",
    IntentKind.FORM: "errand",
    IntentKind.PLACE: "errand",
    IntentKind.NEWS: "errand",
    IntentKind.CONTACT: "contact",
    IntentKind.PERSON: "contact",
    IntentKind.DOCUMENT: "document",
    IntentKind.NAVIGATIONAL: "navigational",
}


def relaxed(plan: Plan) -> Plan | None:
    """The same plan, asking less; None where nothing can be given up any more."""
    if plan.minimum_match > 0:
        return replace(plan, minimum_match=0.0)
    if any(clause.required for clause in plan.clauses):
        return replace(plan, clauses=tuple(replace(clause, required=False) for clause in plan.clauses))
    return replace(plan, excluded=()) if plan.excluded else None


def _minimum_match(clauses: int) -> float:
    """Any of up to three words will do, as ranking does the rest; of more, a third must be there."""
    return 0.0 if clauses <= 3 else 1 / 3


def _clause(alternatives: Sequence[Alternative]) -> Clause:
    best: dict[str, Alternative] = {}
    for one in alternatives:
        known = best.get(one.text.casefold())
        if known is None or known.weight < one.weight:
            best[one.text.casefold()] = one
    ordered = sorted(best.values(), key=lambda one: -one.weight)
    return Clause(tuple(ordered[:_MAX_ALTERNATIVES]))


def _in_foreign_phrases(understanding: Understanding) -> frozenset[int]:
    """The places of words that mean something together only, as "home help" does in English."""
    foreign = [match for match in understanding.concepts if match.foreign]
    return frozenset(
        place
        for match in foreign
        if len(match.places) > 1 and not any(other.places < match.places for other in foreign)
        for place in match.places
    )


def _within_name(match: ConceptMatch) -> bool:
    """Whether a concept's name has the citizen's word and more: "lediga jobb" of "jobb"."""
    name = {lemma(word.casefold()) for word in words_of(match.concept.preferred)}
    return {lemma(word.casefold()) for word in words_of(match.term)} < name


def _stems(understanding: Understanding) -> frozenset[str]:
    return frozenset(lemma(word.lower) for word in understanding.content)


def _said(text: str, own: frozenset[str]) -> bool:
    """Whether the query itself says a synonym: "biljett till tåget" needs no "biljetter" for its train."""
    return own.issuperset(lemma(word.casefold()) for word in words_of(text))


def _spent(match: ConceptMatch, understanding: Understanding) -> bool:
    """Whether a concept's words only told the intent, while there are other words to search for."""
    return bool(understanding.content) and match.places <= understanding.intent.spent


def _heads(synonyms: Sequence[Synonym], frequency: Callable[[str], int]) -> list[Synonym]:
    """The title in titles of several words: whom "förvaltningschef utbildning" names has the two apart."""
    heads: dict[str, float] = {}
    for synonym in synonyms:
        words = words_of(synonym.text)
        if len(words) > 1:
            head = max(words, key=len)
            heads[head] = max(heads.get(head, 0.0), round(synonym.weight * _HEAD, 4))
    return [Synonym(text, weight) for text, weight in heads.items() if frequency(text)]


def _number_texts(number: NumberAsked) -> list[str]:
    year, serial, prefix = number.year, number.serial, number.prefix.upper()
    if number.kind != "diary":
        return [f"{year}:{serial}", f"{year}/{serial}"]
    ways = [f"{year}:{serial}", f"{year}/{serial}", f"{year}-{serial}"]
    if len(serial) < 5:
        ways += [f"{year}/{serial:0>5}", f"{year}:{serial:0>5}", f"{year}-{serial:0>5}"]
    if not prefix:
        return ways
    return [f"{prefix}{sign}{way}" for way in ways for sign in ("/", " ", "-")][:_MAX_ALTERNATIVES]


def _day_texts(day: DayAsked) -> list[str]:
    if day.month is None:
        return [str(day.year)]
    month = _MONTHS[day.month - 1]
    if day.day is None:
        return [f"{day.year}-{day.month:02d}", f"{month} {day.year}"] if day.year else [month]
    if day.year is None:
        return [f"{day.day} {month}"]
    return [
        f"{day.year}-{day.month:02d}-{day.day:02d}",
        f"{day.day} {month} {day.year}",
        f"{day.year}{day.month:02d}{day.day:02d}",
    ]
