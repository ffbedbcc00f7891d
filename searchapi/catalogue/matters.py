"""Which of an agency's pages is about which matter? The best page a concept, by words of its title."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.record import Doctype
from crawler.registry import Agency
from indexer.analysis.swedish import lemma
from searchapi.catalogue.entries import Catalogue, Entry
from searchapi.catalogue.title_words import is_verb
from searchapi.knowledge import word_set
from searchapi.query import parse, words_of
from searchapi.thesaurus import load_thesaurus

ABOUT = frozenset({Doctype.GUIDE, Doctype.OTHER, Doctype.PLACE})
"""Pages that tell about a matter."""
_WORTH = {
    Doctype.GUIDE: 1.0,
    Doctype.OTHER: 0.9,
    Doctype.PLACE: 0.9,
    Doctype.ESERVICE: 0.8,
    Doctype.CONTACT: 0.55,
    Doctype.FORM: 0.5,
}
"""A reader of an index wants to know first, then to do."""
_KIND = {"preferred": 1.0, "official": 0.97, "lay": 0.93, "old": 0.9}
LEAST = 0.45
"""Below this share of a title's words that name the matter, the page is about something near to it."""
_NAMED = 0.99
"""From this share on, the title is the matter's own name."""
_FIRST, _LATER = 0.92, 0.86
"""What a thing is worth that a title names beside others."""
_BY_ANOTHER_NAME = 0.75
"""And what it is worth where it isn't the matter's own name: "Måltider, matsedel" may be anybody's meals."""
_BETWEEN = re.compile(r",\s+|\s+och\s+|\s+eller\s+|\s+samt\s+|\s+[–—-]\s+|:\s+|\s*[()]\s*")


@dataclass(slots=True)
class Matter:
    """An agency's pages on one concept, each with how well its title names it: the best one of each kind."""

    best: dict[Doctype, tuple[float, Entry]] = field(default_factory=dict)

    def add(self, entry: Entry, share: float) -> None:
        """Take a page in."""
        known = self.best.get(entry.doctype)
        if known is None or _order(share, entry) < _order(*known):
            self.best[entry.doctype] = share, entry

    def page(
        self, least: float, kinds: Container[Doctype] = frozenset(Doctype)
    ) -> tuple[float, Entry] | None:
        """The page that leads on best, with how surely (from `least` on) it is about the matter.

        A page that is called as the matter is comes before one that is called as a part of it. A guide that
        leads to the e-service comes before the e-service: there one reads first, and is one click from it.
        """
        rows = [row for one, row in self.best.items() if one in kinds and row[0] >= least]
        best = max(rows, key=_worth, default=None)
        guide = self.best.get(Doctype.GUIDE)
        if best is None or guide is None or best[1].doctype in ABOUT or Doctype.GUIDE not in kinds:
            return best
        # Or where it is only called by another name, as "mätarställning" is of all that is about water.
        leads = best[0] < _NAMED or any(action.url == best[1].url for action in guide[1].actions)
        return (best[0], guide[1]) if leads else best


def _worth(row: tuple[float, Entry]) -> tuple[bool, float]:
    share, entry = row
    return entry.doctype in ABOUT and share >= _NAMED, share * _WORTH[entry.doctype]


def matters(catalogue: Catalogue, agency: Agency) -> Mapping[str, Matter]:
    """An agency's pages by concept of the thesaurus; worked out once for each state of the index."""
    names = names_of(agency)
    return catalogue.derived(("matters", agency.id), lambda: find_matters(catalogue.of(agency.id), names))


def names_of(agency: Agency) -> frozenset[str]:
    """The words by which an agency's pages name it: norrvik, norrviks, kommun."""
    words = {word.casefold() for word in words_of(f"{agency.name} {agency.short_name}")}
    return frozenset(words | {f"{word}s" for word in words if not word.endswith("s")})


def find_matters(entries: Iterable[Entry], names: frozenset[str] = frozenset()) -> dict[str, Matter]:
    """Pages by the concepts that their titles name, in Swedish; easy-read pages and start pages aside.

    `names` are words that tell only whose page it is.
    """
    found: dict[str, Matter] = {}
    for entry in entries:
        if entry.language != "sv" or entry.easy_read or entry.start_page or entry.doctype not in _WORTH:
            continue
        for concept, share in named_in(entry.title, names, doing=entry.doctype not in ABOUT).items():
            found.setdefault(concept, Matter()).add(entry, share)
    return found


def named_in(title: str, names: frozenset[str] = frozenset(), *, doing: bool = False) -> dict[str, float]:
    """The concepts that a title names, each with the share (0 to 1) of the title's telling words that do.

    Of a title that names several things ("God man och förvaltare") each is looked at alone too.
    `doing`: the title says what is done there, so that its verb tells: "Säg upp" is no "Ansök om".
    """
    found = _named(title, names, doing=doing)
    for number, part in enumerate(_parts(title)):
        for concept, share in _named(part, names, doing=doing).items():
            factor = (_LATER if number else _FIRST) * (1.0 if share >= _NAMED else _BY_ANOTHER_NAME)
            found[concept] = max(found.get(concept, 0.0), share * factor)
    return {concept: share for concept, share in found.items() if share >= LEAST}


def _named(text: str, names: frozenset[str], *, doing: bool) -> dict[str, float]:
    words = [word for word in parse(text[:160]).words if word.lower not in names]
    telling = {word.place for word in words if _tells(word.lower, doing)}
    shares: dict[frozenset[int], dict[str, float]] = {}
    for match in load_thesaurus().match(words):
        if match.foreign or not match.sure:
            continue
        covered = len(match.places & telling) / len(telling) if telling else 1.0
        of_places = shares.setdefault(match.places, {})
        share = covered * match.sureness * _KIND[match.kind]
        of_places[match.concept.id] = max(share, of_places.get(match.concept.id, 0.0))
    found: dict[str, float] = {}
    for of_places in shares.values():
        # What the same words name better is meant, and not what they are only said of as well.
        best = max(of_places.values())
        found.update({concept: share for concept, share in of_places.items() if share >= best})
    return found


@lru_cache(maxsize=20_000)
def _tells(word: str, doing: bool) -> bool:
    """Whether a word of a title tells what the page is about: no small word, no empty noun, and a verb only
    where it tells what is done."""
    if doing and word in word_set("headwords", "other_way"):
        return True
    if word in word_set("words", "stop") or word in word_set("words", "weak"):
        return False
    return lemma(word) not in word_set("headwords", "empty") and (doing or not is_verb(word))


def _parts(title: str) -> list[str]:
    """The several things that a title names, up to the first preposition; none where it names one."""
    parts = [part for part in _BETWEEN.split(title) if part.strip()]
    prepositions = word_set("headwords", "prepositions")
    whole = [
        part for number, part in enumerate(parts) if number == 0 or not _has(parts[:number], prepositions)
    ]
    return whole if len(parts) > 1 else []


def _has(parts: Iterable[str], words: frozenset[str]) -> bool:
    return any(word in words for part in parts for word in part.casefold().split())


def _order(share: float, entry: Entry) -> tuple[float, int, int, str]:
    """Best first: the surer, the higher in the site, the shorter."""
    return -share, len(entry.breadcrumb), len(entry.title), entry.url
