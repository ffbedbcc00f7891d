"""What does the citizen want: do something, reach somebody, a form, a document, an agency, a place, news?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crawler.record import Doctype
from indexer.analysis.compounds import split
from searchapi.documents import DocumentAsked, find_document
from searchapi.knowledge import load, word_set
from searchapi.query import Word


class IntentKind(StrEnum):
    """What a query is after."""

    ERRAND = "errand"
    CONTACT = "contact"
    FORM = "form"
    DOCUMENT = "document"
    NAVIGATIONAL = "navigational"
    PERSON = "person"
    PLACE = "place"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Sign:
    """A word or phrase of the query, and what it speaks for."""

    speaks_for: str
    seen: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What a query is after, and why.

    `asked` are doctypes that are asked for by name; `spent` the positions of words that told the intent and
    need not be searched for; `document` is what names a document.
    """

    kind: IntentKind
    signs: tuple[Sign, ...] = ()
    asked: frozenset[Doctype] = frozenset()
    spent: frozenset[int] = frozenset()
    document: DocumentAsked = field(default_factory=DocumentAsked)


DOCUMENT_TYPES = frozenset({Doctype.MINUTES, Doctype.DECISION, Doctype.STEERING, Doctype.REPORT, Doctype.LAW})
"""What waits in the documents tab while a citizen has an errand."""

_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class _Found:
    signs: tuple[Sign, ...]
    spent: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.signs)


def detect(words: Sequence[Word], *, names_agency: bool = False) -> Intent:
    """The intent of a query's words, those of places and agencies taken out.

    `names_agency`: the query names an agency. The strongest sign wins: a number or a paragraph names a
    document; a verb of doing makes it an errand whatever document words stand beside it; then forms,
    contacts, places.
    """
    whole = " ".join(word.lower for word in words)
    doing = [word for word in words if word.lower in word_set("intent", "errand", "verbs")]
    asked, document_signs = _document_words(words, whole)
    document = find_document(words, named=bool(asked))
    named_body = body = _ending_sign(words, "body", "body")
    if not body and document.body:
        body = tuple(Sign("body", word.text) for word in words if word.place in document.body.places)
    if document.precise:
        wanted = asked | _asked_by_number(document)
        signs = (*document_signs, Sign("document", "number"))
        return Intent(IntentKind.DOCUMENT, signs, wanted, document=document)
    if asked and not doing:
        return Intent(IntentKind.DOCUMENT, document_signs, asked, document=document)
    if body and (document.day or document.latest) and not doing:
        signs = (*body, Sign("document", "date" if document.day else "latest"))
        return Intent(IntentKind.DOCUMENT, signs, frozenset({Doctype.MINUTES}), document=document)
    named_case = () if doing else _named_case(words, document)
    if named_case:
        return Intent(IntentKind.DOCUMENT, named_case, _CASE_TYPES, document=document)

    form = _kind_of(words, whole, "form")
    contact = _kind_of(words, whole, "contact", told_only_without=bool(doing))
    place = _kind_of(words, whole, "place")
    news = _kind_of(words, whole, "news")
    event = _kind_of(words, whole, "event")
    job = _kind_of(words, whole, "job")
    rates = _ending_sign(words, "rates", "errand")
    told = ((Doctype.EVENT, event), (Doctype.JOB, job), (Doctype.STEERING, rates))
    also = frozenset(doctype for doctype, found in told if found)
    if form:
        return Intent(IntentKind.FORM, form.signs, also, form.spent)
    if contact and not job:
        return Intent(IntentKind.CONTACT, contact.signs, also, contact.spent | place.spent)
    if named_body and not doing and len(_telling(words)) > len(named_body) + 1:
        return Intent(IntentKind.DOCUMENT, named_body, frozenset({Doctype.MINUTES}), document=document)
    if not place and not doing and _names_places(words):
        return Intent(IntentKind.PLACE, tuple(Sign("place", word.text) for word in _telling(words)), also)
    if place and not event:
        return Intent(IntentKind.PLACE, place.signs, also, place.spent)
    if news:
        return Intent(IntentKind.NEWS, news.signs, also | {Doctype.NEWS}, news.spent)
    if names_agency and not words:
        return Intent(IntentKind.NAVIGATIONAL, (Sign("navigational", "agency name"),))
    person = _person(words)
    if person:
        return Intent(IntentKind.PERSON, person)
    signs = tuple(Sign("errand", word.text) for word in doing) + event.signs + job.signs
    # A table of rates seldom has the year in its words, and is the newest one all the same.
    years = document.words if rates else frozenset()
    return Intent(IntentKind.ERRAND, signs + rates, also, event.spent | job.spent | years)


def _kind_of(words: Sequence[Word], whole: str, kind: str, *, told_only_without: bool = False) -> _Found:
    """Signs for one kind of intent. With `told_only_without`, only words of the kind's own count."""
    rules = load("intent")[kind]
    if any(_stands_in(phrase, whole) for phrase in rules["unless"]):
        return _Found((), frozenset())
    signs: list[Sign] = []
    spent: set[int] = set()
    for word in words:
        if word.lower in word_set("intent", kind, "words"):
            signs.append(Sign(kind, word.text))
            spent.add(word.place)
        elif told_only_without:
            continue
        elif word.lower in word_set("intent", kind, "telling") or _ends(word.lower, rules["endings"]):
            signs.append(Sign(kind, word.text))
    for phrase in rules["phrases"]:
        if places := _places_of(phrase, words):
            signs.append(Sign(kind, phrase))
            spent |= places
    return _Found(tuple(signs), frozenset(spent))


def _document_words(words: Sequence[Word], whole: str) -> tuple[frozenset[Doctype], tuple[Sign, ...]]:
    asked: set[Doctype] = set()
    signs: list[Sign] = []
    for name in load("intent")["document"]:
        rules = load("intent")["document"][name]
        if any(_stands_in(phrase, whole) for phrase in rules["unless"]):
            continue
        telling = word_set("intent", "document", name, "telling")
        heads = rules.get("heads", ())
        found = [
            word.text
            for word in words
            if word.lower in telling or _ends(word.lower, rules["endings"]) or _is_a(word.lower, heads)
        ]
        found += [phrase for phrase in rules["phrases"] if _stands_in(phrase, whole)]
        if found:
            asked.add(Doctype(name))
            signs += [Sign("document", text) for text in found]
    return frozenset(asked), tuple(signs)


def _names_places(words: Sequence[Word]) -> bool:
    """Whether only a sort of place is named: "vårdcentral" asks for one, "byta vårdcentral" does not."""
    little = word_set("words", "stop")
    telling = [word for word in words if word.lower not in little]
    return bool(telling) and all(word.lower in word_set("intent", "place", "nouns") for word in telling)


_CASE_TYPES = frozenset({Doctype.MINUTES, Doctype.DECISION, Doctype.STEERING})


def _telling(words: Sequence[Word]) -> list[Word]:
    little = word_set("words", "stop") | word_set("words", "weak")
    return [word for word in words if word.lower not in little]


def _named_case(words: Sequence[Word], document: DocumentAsked) -> tuple[Sign, ...]:
    """Signs of one case: the plan of a named place, or a decision of a day."""
    plans = [word for word in words if word.lower in word_set("intent", "plan", "words")]
    if plans and len(_telling(words)) > len(plans):
        return tuple(Sign("document", word.text) for word in plans)
    decided = [word for word in words if word.lower in word_set("intent", "decided", "words")]
    if decided and document.day is not None:
        return tuple(Sign("document", word.text) for word in decided)
    return ()


def _asked_by_number(document: DocumentAsked) -> frozenset[Doctype]:
    if document.number is None:
        return _CASE_TYPES if document.land else frozenset({Doctype.MINUTES})
    return {
        "statute": frozenset({Doctype.LAW}),
        "printed": frozenset({Doctype.REPORT}),
        "diary": frozenset({Doctype.MINUTES, Doctype.DECISION}),
    }[document.number.kind]


def _ending_sign(words: Sequence[Word], kind: str, speaks_for: str) -> tuple[Sign, ...]:
    rules = load("intent")[kind]
    named = word_set("intent", kind, "words")
    return tuple(
        Sign(speaks_for, word.text)
        for word in words
        if word.lower in named or (_ends(word.lower, rules["endings"]) and word.lower not in rules["unless"])
    )


def _person(words: Sequence[Word]) -> tuple[Sign, ...]:
    if not 2 <= len(words) <= 4:
        return ()
    names = word_set("intent", "person", "names")
    endings = load("intent")["person"]["surname_endings"]
    given = [word for word in words if word.lower in names]
    if not given:
        return ()
    others = [word for word in words if word not in given]
    capital = all(word.text[:1].isupper() for word in words)
    if capital or any(_ends(word.lower, endings, stem=2) for word in others) or not others:
        return (Sign("person", " ".join(word.text for word in words)),)
    return ()


def _ends(word: str, endings: Sequence[str], stem: int = _SHORTEST_STEM) -> bool:
    if not word.endswith(tuple(endings)):
        return False
    return any(word.endswith(ending) and len(word) >= len(ending) + stem for ending in endings)


def _is_a(word: str, heads: Sequence[str]) -> bool:
    """Whether a word is a compound whose last part is one of some words."""
    if not word.endswith(tuple(heads)):
        return False
    parts = split(word)
    return bool(parts) and parts[-1].surface in heads


def _places_of(phrase: str, words: Sequence[Word]) -> set[int]:
    """The positions of a phrase's words, wherever they stand together."""
    parts = phrase.split()
    runs = (words[at : at + len(parts)] for at in range(len(words) - len(parts) + 1))
    return {word.place for run in runs if [word.lower for word in run] == parts for word in run}


def _stands_in(phrase: str, whole: str) -> bool:
    return f" {phrase} " in f" {whole} "
