"""What may the citizen be about to type? Errands and titles by prefix, each of which leads to a good hit."""

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from crawler.record import Doctype
from crawler.registry import Agency
from indexer.analysis.tokens import fold
from indexer.engine import Alternative, Candidate, Clause, Field, Filters, Form, Plan, Snapshot
from searchapi.aside import Aside
from searchapi.beginnings import Beginnings
from searchapi.concepts import Concept, Kind
from searchapi.highlight import lemmas_of
from searchapi.knowledge import word_set
from searchapi.place import PlaceFinder
from searchapi.query import parse, words_of
from searchapi.remembered import Remembered
from searchapi.thesaurus import Thesaurus

MAX_SUGGESTIONS = 8
_MAX_LENGTH = 80
_MAX_WORDS = 6
_SHORTEST = 2
_COMPLETIONS = 12
_CANDIDATES = 40
_LOOKED_AT = 16
_MATTERS = 8
"""How many matters of the thesaurus are looked for at one keystroke."""
_NAMES = 4
_MENDED = 4
_VOCABULARY = 60_000
_REMEMBERED = 4096
_RENEWED = 0.1
"""The words of titles are read anew when so much of the index has changed."""
_KINDS = frozenset({Doctype.ESERVICE, Doctype.GUIDE, Doctype.FORM, Doctype.CONTACT, Doctype.PLACE})
_WORTH = {
    Doctype.GUIDE: 1.3,
    Doctype.ESERVICE: 1.2,
    Doctype.PLACE: 1.1,
    Doctype.CONTACT: 1.0,
    Doctype.FORM: 0.9,
}
_SAID: dict[Kind, float] = {"preferred": 1.0, "lay": 0.9, "official": 0.8, "old": 0.6}
"""What a word of the thesaurus is worth beside a title: titles are what the place itself says."""
_AS_WRITTEN = {Form.EXACT: 1.0, Form.FOLDED: 0.8}
_FORMS = {**_AS_WRITTEN, Form.LEMMA: 0.9}
_BEGINS = 1.6
_TIGHT = 0.3
"""A page is about a matter where at least this share of its title is."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion: the text to search for, and the kind and address of the page that it leads to."""

    text: str
    doctype: Doctype
    url: str


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the thesaurus: as written, without å ä ö, and the matter that it stands for."""

    text: str
    plain: str
    kind: Kind
    concept: Concept


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed: the words before the last that tell something, and the last, maybe unfinished."""

    text: str
    before: tuple[str, ...]
    last: str


@dataclass(frozen=True, slots=True)
class _Scored:
    score: float
    suggested: Suggested


class Suggester:
    """Suggests. What it remembers is of one state of the index and bounded. Safe to share between threads."""

    def __init__(self, places: PlaceFinder, thesaurus: Thesaurus) -> None:
        self._places = places
        self._terms = tuple(_terms(thesaurus))
        starts = sorted((start, number) for number, term in enumerate(self._terms) for start in _starts(term))
        self._starts = [start for start, _ in starts]
        self._numbers = [number for _, number in starts]
        self._said = {word for term in self._terms for word in words_of(term.text)}
        self._beginnings: tuple[int, Beginnings] | None = None
        self._reading = False
        self._lock = threading.Lock()
        self._aside = Aside()
        self._answers: Remembered[list[Suggested]] = Remembered(_REMEMBERED)
        self._leads: Remembered[Suggested | None] = Remembered(_REMEMBERED)

    def suggest(self, snapshot: Snapshot, typed: str, home: Agency | None, *, limit: int) -> list[Suggested]:
        """Suggestions for what was typed so far; the last word may be unfinished, and have one slip in it.

        They are titles of pages that do or explain something, and words of the thesaurus that such a page
        answers, from those who answer in `home`; best first, each page and each matter once. Nothing is
        learned from what others typed.
        """
        taken = _taken(typed)
        if taken is None:
            return []
        most = min(limit, MAX_SUGGESTIONS)
        key = snapshot.revision, home.id if home else "", taken, most
        return list(self._answers.get(key, lambda: self._suggest(snapshot, taken, home, most)))

    def _suggest(self, snapshot: Snapshot, typed: _Typed, home: Agency | None, limit: int) -> list[Suggested]:
        scope = self._places.scope(home, ())
        limits = Filters(doctypes=_KINDS, agencies=scope.near if scope.far else None)
        found = self._found(snapshot, typed, limits, home)
        if not found:
            beginnings = self._vocabulary(snapshot)
            for mended in beginnings.near(typed.last)[:_MENDED] if beginnings else ():
                text = typed.text.removesuffix(typed.last) + mended
                found += self._found(snapshot, _Typed(text, typed.before, mended), limits, home)
        found.sort(key=lambda one: -one.score)
        return _distinct((one.suggested for one in found), limit)

    def _found(
        self, snapshot: Snapshot, typed: _Typed, limits: Filters, home: Agency | None
    ) -> list[_Scored]:
        titles = self._aside.begin(partial(self._titles, snapshot, typed, limits))
        matters = self._matters(snapshot, typed, limits, home)
        return titles() + matters

    # --- titles ---

    def _titles(self, snapshot: Snapshot, typed: _Typed, limits: Filters) -> list[_Scored]:
        if len(typed.last) < _SHORTEST:
            return []
        completions = [
            word
            for word in snapshot.title_words(typed.last, limits, _COMPLETIONS)
            if word.text not in word_set("words", "stop")
        ]
        if not completions:
            return []
        last = Clause(tuple(Alternative(word.text) for word in completions), required=True)
        before = [Clause((Alternative(word),), required=True) for word in typed.before]
        # Completions are words as titles have them; those before may be inflected.
        forms = _FORMS if before else _AS_WRITTEN
        candidates = snapshot.match(_plan([*before, last], limits, _CANDIDATES, forms)).candidates
        best = sorted((one for one in candidates if one.title_matched > 0), key=_worth, reverse=True)
        best = best[:_LOOKED_AT]
        found = []
        for candidate, document in zip(best, snapshot.fetch([one.key for one in best]), strict=True):
            title = " ".join(document.record.title.split())
            if title and len(title) <= _MAX_LENGTH and _has(title, typed):
                score = _worth(candidate) * _place_of(title, typed)
                found.append(_Scored(score, Suggested(title, candidate.doctype, document.record.url)))
        return found

    # --- matters of the thesaurus ---

    def _matters(
        self, snapshot: Snapshot, typed: _Typed, limits: Filters, home: Agency | None
    ) -> list[_Scored]:
        """Words of the thesaurus that go on as what was typed, where a page in this place answers them."""
        found = []
        for term in self._going_on(typed):
            lead = self._lead(snapshot, term.concept, limits, home)
            if lead is not None:
                text = term.text[:1].upper() + term.text[1:]
                score = _WORTH[lead.doctype] * _SAID[term.kind] * _place_of(term.text, typed)
                score /= 2 + len(words_of(term.text))
                found.append(_Scored(score, Suggested(text, lead.doctype, lead.url)))
        return found

    def _going_on(self, typed: _Typed) -> list[_Term]:
        """The best word of each matter that goes on so: one that begins with it, of these the most usual.

        "Hur ansöker jag om byg" goes on as "byg" does, where nothing goes on as more of it.
        """
        left = typed.text
        while left:
            if best := self._with_start(left, typed):
                return [term for _, term in sorted(best.values(), key=lambda one: one[0])[:_MATTERS]]
            left = left.partition(" ")[2]
        return []

    def _with_start(self, said: str, typed: _Typed) -> dict[str, tuple[tuple[float, int], _Term]]:
        plain = fold(said)
        best: dict[str, tuple[tuple[float, int], _Term]] = {}
        if len(plain) < _SHORTEST:
            return best
        at = bisect_left(self._starts, plain)
        while at < len(self._starts) and self._starts[at].startswith(plain):
            term = self._terms[self._numbers[at]]
            at += 1
            # å ä ö that were typed are meant; who types a and o may have no others.
            if plain != said and said not in term.text:
                continue
            rank = -_SAID[term.kind] * _place_of(term.text, typed), len(term.text)
            known = best.get(term.concept.id)
            if known is None or rank < known[0]:
                best[term.concept.id] = rank, term
        return best

    def _lead(
        self, snapshot: Snapshot, concept: Concept, limits: Filters, home: Agency | None
    ) -> Suggested | None:
        """The page that answers a matter in a place: its title says the matter's name and little else."""
        key = snapshot.revision, home.id if home else "", concept.id
        return self._leads.get(key, lambda: _lead(snapshot, concept, limits))

    # --- slips ---

    def read(self, snapshot: Snapshot) -> None:
        """Read the words of titles, which slips are mended by."""
        limits = Filters(doctypes=_KINDS)
        words = {word.text for word in snapshot.title_words("", limits, _VOCABULARY)}
        self._beginnings = snapshot.documents, Beginnings(words | self._said)

    def _vocabulary(self, snapshot: Snapshot) -> Beginnings | None:
        """The words read last. They are read anew beside the searches when the index has changed much."""
        read = self._beginnings
        if read is None or abs(read[0] - snapshot.documents) > _RENEWED * max(1, read[0]):
            with self._lock:
                begin, self._reading = not self._reading, True
            if begin:
                threading.Thread(target=self._read_beside, args=(snapshot,), daemon=True).start()
        return read[1] if read else None

    def _read_beside(self, snapshot: Snapshot) -> None:
        try:
            self.read(snapshot)
        finally:
            self._reading = False


def _taken(typed: str) -> _Typed | None:
    """What was typed, taken apart; None where it is too little to go on."""
    words = [word.lower for word in parse(typed).words[-_MAX_WORDS:]]
    if not words or len(" ".join(words)) < _SHORTEST:
        return None
    little = word_set("words", "stop")
    before = tuple(word for word in words[:-1] if word not in little)
    return _Typed(" ".join(words), before, words[-1])


def _terms(thesaurus: Thesaurus) -> Iterable[_Term]:
    """The Swedish words of the matters; titles of officials are asked for by whom they name."""
    for concept in thesaurus.concepts:
        for kind in _SAID:
            for text in concept.terms(kind):
                lowered = text.casefold()
                yield _Term(lowered, fold(lowered), kind, concept)


def _starts(term: _Term) -> Iterable[str]:
    """The places where what was typed may begin: at each word that tells something."""
    yield term.plain
    for at, sign in enumerate(term.plain):
        if sign in " -" and term.text[at + 1 :].partition(" ")[0] not in word_set("words", "stop"):
            yield term.plain[at + 1 :]


def _plan(clauses: Sequence[Clause], limits: Filters, candidates: int, forms: Mapping[Form, float]) -> Plan:
    return Plan(
        clauses=tuple(clauses),
        filters=limits,
        field_weights={Field.TITLE: 1.0},
        form_weights=forms,
        minimum_match=1.0,
        candidates=candidates,
        facets=(),
    )


def _lead(snapshot: Snapshot, concept: Concept, limits: Filters) -> Suggested | None:
    names = dict.fromkeys((concept.preferred, *concept.official[:_NAMES]))
    clause = Clause(tuple(Alternative(name) for name in names), required=True)
    length = max(1, len(words_of(concept.preferred)))
    about = [
        one
        for one in snapshot.match(_plan([clause], limits, _LOOKED_AT, _FORMS)).candidates
        if one.title_matched > 0 and length / max(1, one.title_words) >= _TIGHT
    ]
    if not about:
        return None
    record = snapshot.fetch([max(about, key=_worth).key])[0].record
    return Suggested(record.title, record.doctype, record.url)


def _worth(candidate: Candidate) -> float:
    """Short titles name whole errands; a title of ten words is about one case of them."""
    return _WORTH[candidate.doctype] * candidate.title_matched / (2 + max(candidate.title_words, 1))


def _place_of(text: str, typed: _Typed) -> float:
    """Whether a text goes on as what was typed, which readers expect, or has it further on."""
    return _BEGINS if fold(text.casefold()).startswith(fold(typed.text)) else 1.0


def _has(title: str, typed: _Typed) -> bool:
    """Whether a word of a title begins as the last one typed. A title is found by its lemmas, too."""
    last = fold(typed.last)
    return any(word.startswith(last) for word in fold(title.casefold()).replace("-", " ").split())


def _distinct(found: Iterable[Suggested], limit: int) -> list[Suggested]:
    """The first of those that say the same or lead to the same page."""
    kept: list[Suggested] = []
    said: set[frozenset[str]] = set()
    pages: set[str] = set()
    for one in found:
        lemmas = lemmas_of(one.text)
        if lemmas in said or one.url in pages:
            continue
        said.add(lemmas)
        pages.add(one.url)
        kept.append(one)
        if len(kept) == limit:
            break
    return kept
