"""What stands in the index A–Ö of a municipality? Words that people look under, and where they lead."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.record import Doctype
from crawler.registry import Agency
from indexer.analysis.swedish import lemma
from searchapi.catalogue.collation import initial, sort_key
from searchapi.catalogue.entries import Catalogue, Entry
from searchapi.catalogue.matters import matters, names_of
from searchapi.catalogue.title_words import heads, is_verb
from searchapi.concepts import Concept
from searchapi.knowledge import word_set
from searchapi.query import words_of
from searchapi.thesaurus import load_thesaurus

SURE = 0.7
"""From this share of its title on, a page is about a matter so much that the matter's name leads to it."""
_SURE_FOR_OTHERS = 0.8
"""And from this on, other words for the matter lead to it too."""
_MOST_REFERENCES = 8
_SHORTEST = 3
_RANK = {
    Doctype.GUIDE: 0,
    Doctype.PLACE: 1,
    Doctype.OTHER: 2,
    Doctype.ESERVICE: 3,
    Doctype.CONTACT: 4,
    Doctype.FORM: 5,
}
_VOWELS = frozenset("aeiouyåäöé")
_DEFINITE_PLURAL = ("arna", "erna", "orna")
_NO_MATTER = ("title.", "law.")
"""Concepts that are offices and laws: who looks for them searches."""


@dataclass(frozen=True, slots=True)
class Headword:
    """A word of the index and the page it leads to. `see` is the word that this one stands for, or ""."""

    word: str
    entry: Entry
    see: str = ""


def index_of(catalogue: Catalogue, agencies: Sequence[Agency]) -> dict[str, list[Headword]]:
    """The index of those who answer in a place, by letter, sorted as Swedes do.

    `agencies` stand in the order in which they are asked: the municipality, its region, the state. A word
    leads to one page only, of the first who has it; a matter that only some kinds of agency are responsible
    for leads to one of those. Worked out once for each state of the index.
    """
    key = "index", tuple(agency.id for agency in agencies)
    return catalogue.derived(key, lambda: _by_letter(_index(catalogue, agencies)))


def count(index: Mapping[str, Sequence[Headword]]) -> int:
    """The number of words of an index."""
    return sum(len(words) for words in index.values())


def _index(catalogue: Catalogue, agencies: Sequence[Agency]) -> list[Headword]:
    found: dict[tuple[str, ...], Headword] = {}
    concepts = list(_concepts(catalogue, agencies))
    for concept, entry, _ in concepts:
        word = _as_written(concept.preferred, entry)
        found.setdefault(_key(word), Headword(word, entry))
    for agency in agencies:
        for word, entry in _of_titles(catalogue, agency):
            found.setdefault(_key(word), Headword(word, entry))
    for concept, entry, share in concepts:
        see = found[_key(concept.preferred)]
        if share < _SURE_FOR_OTHERS or see.entry is not entry:
            continue
        for word in _others(concept):
            found.setdefault(_key(word), Headword(_as_written(word, entry), entry, see.word))
    return _without_longer(found.values())


def _without_longer(words: Iterable[Headword]) -> list[Headword]:
    """The words without those that only go on from another with the same page: "Altan och uteplats" after
    "Altan"."""
    kept: list[Headword] = []
    for head in sorted(words, key=lambda head: sort_key(head.word)):
        last = kept[-1] if kept else None
        if last is not None and last.entry is head.entry and not head.see and not last.see:
            beginning = head.word[: len(last.word)].casefold() == last.word.casefold()
            if beginning and not head.word[len(last.word) : len(last.word) + 1].isalpha():
                continue
        kept.append(head)
    return kept


def _as_written(word: str, entry: Entry) -> str:
    """A word with a capital first letter, with those that the page's title has (EU-kort), or in capitals
    where nobody can speak it (LSS)."""
    for written in words_of(entry.title):
        if written.casefold() == word.casefold() and sum(sign.isupper() for sign in written) > 1:
            return written
    if word.isalpha() and not set(word.casefold()) & _VOWELS:
        return word.upper()
    return word[:1].upper() + word[1:]


def _concepts(catalogue: Catalogue, agencies: Sequence[Agency]) -> Iterator[tuple[Concept, Entry, float]]:
    """Every matter that an agency responsible for it has a page on, with the page and how surely."""
    pages = [(agency, matters(catalogue, agency)) for agency in agencies]
    for concept in load_thesaurus().concepts:
        if concept.id.startswith(_NO_MATTER) or concept.preferred.casefold() in _generic():
            continue
        for agency, known in pages:
            if concept.responsible and agency.kind not in concept.responsible:
                continue
            best = known[concept.id].page(SURE) if concept.id in known else None
            if best is not None:
                yield concept, best[1], best[0]
                break


def _of_titles(catalogue: Catalogue, agency: Agency) -> Iterator[tuple[str, Entry]]:
    """Words out of the titles of an agency's pages, the pages that tell most first."""
    names = names_of(agency)
    entries = [
        entry
        for entry in catalogue.of(agency.id, *_RANK)
        if entry.language == "sv" and not entry.easy_read and not entry.start_page
    ]
    entries.sort(key=lambda entry: (_RANK[entry.doctype], len(entry.breadcrumb), len(entry.title), entry.url))
    whole: list[tuple[str, Entry]] = []
    parts: list[tuple[str, Entry]] = []
    for entry in entries:
        for number, word in enumerate(heads(entry.title, entry.doctype, names)):
            (parts if number else whole).append((word, entry))
    # What a title says as a whole comes before what is only one of the things in another's.
    yield from whole
    yield from parts


def _others(concept: Concept) -> list[str]:
    """Other words for a matter that stand in an index: single words for things and people.

    What citizens type in several words ("buss till skolan") is for searching; in an index nobody looks there.
    """
    if concept.weight < SURE:
        return []
    small = word_set("words", "stop") | word_set("words", "weak") | word_set("headwords", "unfit")
    rows = []
    for text in (*concept.lay, *concept.old, *concept.official):
        lower = text.casefold()
        if len(words_of(text)) > 1 or len(text) < _SHORTEST or not text[0].isalpha() or is_verb(lower):
            continue
        if lower.endswith(_DEFINITE_PLURAL):
            continue
        if lower not in small and lower not in _generic():
            rows.append(_indefinite(text))
    return rows[:_MOST_REFERENCES]


def _indefinite(word: str) -> str:
    """The form in which a noun stands in an index: "badhus" for "badhuset". Plurals stay."""
    own = lemma(word.casefold())
    for ending in ("en", "et", "n", "t"):
        # "Distrikt" is no definite form: only after a vowel (and -n after l and r) is one letter an ending.
        if len(ending) == 1 and own[-1:] not in _VOWELS | ({"l", "r"} if ending == "n" else set()):
            continue
        if word.casefold() == own + ending or (
            ending in {"en", "et"} and word.casefold() == own + own[-1] + ending
        ):
            return word[: len(own)]
    return word


def _by_letter(words: Iterable[Headword]) -> dict[str, list[Headword]]:
    letters: dict[str, list[Headword]] = {}
    for head in sorted(words, key=lambda head: sort_key(head.word)):
        letters.setdefault(initial(head.word), []).append(head)
    return letters


def _key(word: str) -> tuple[str, ...]:
    """What makes two words the same: their lemmas."""
    small = word_set("words", "stop")
    keys = tuple(lemma(one.casefold()) for one in words_of(word) if one.casefold() not in small)
    return keys or (word.casefold(),)


def _generic() -> frozenset[str]:
    return word_set("headwords", "generic")
