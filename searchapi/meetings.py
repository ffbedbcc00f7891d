"""Which body met, when, and are these the minutes or the notice? Read from a query and from a document.

Municipalities name their papers in every way: "Protokoll kommunstyrelsen 2024-03-12", "KS protokoll 240312",
"Protokoll 2024-03-12" under the body's page, or a number with the rest in the address or the link. So each
fact is taken from the first place that tells it: title, breadcrumb, address, links, headings, first lines.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from urllib.parse import unquote

from indexer.engine import IndexedDocument
from searchapi.days import days_in, filed_days_in, months_in
from searchapi.knowledge import load, word_set
from searchapi.query import Word

MINUTES, NOTICE = "minutes", "notice"

_SIGNS = re.compile(r"[-_/+.,;:~=&?%()\s]+")
_ADJECTIVE = r"(?:(\w+ska|\w+samma) )?"
_HEADS = r"(?:(namnd)(?:en)?|(styrels)e(?:n)?|(fullmaktige)|(utskott)(?:et)?|(beredning)(?:en)?)(s)?"
_BODY = re.compile(
    rf"\b((?:\w{{2,30}}-,? ?){{0,4}})(?:(\w{{2,30}})-? och )?{_ADJECTIVE}(\w{{0,40}}?){_HEADS}\b"
)
_OF_ANOTHER = ("utskott", "beredning")
_FOREIGN = str.maketrans("åäöéüøæ", "aaoeuoa")
_MAX_URL = 600
_MAX_TEXT = 600
_MAX_NAMED = 2000
_REPEATED = 120
_MAX_LINKS = 6
_LONGEST_SHORT = 5
_UPPER_ENDINGS = ("n", "au")


@dataclass(frozen=True, slots=True)
class Body:
    """A political body: what it is (a board, an executive, a council), and what it is for.

    `short` is its abbreviation, where it was written so. `kind` is empty where that is all that is known.
    """

    kind: str
    stems: frozenset[str] = frozenset()
    short: str = ""

    def likeness(self, other: "Body") -> float:
        """How much two names can mean the same body: 0 to 1. A name that tells its kind only may be any."""
        if self.kind != other.kind:
            return 0.0
        if not self.stems or not other.stems:
            return 1.0
        met = sum(any(_same(one, two) for two in other.stems) for one in self.stems)
        return met / (len(self.stems) + len(other.stems) - met)


@dataclass(frozen=True, slots=True)
class BodyAsked:
    """The body that a query names: the positions of its words, and other names of it to search for."""

    body: Body
    places: frozenset[int]
    names: tuple[str, ...] = ()


class Meeting:
    """What a document tells of its meeting. Each fact is looked for when it is first asked for."""

    def __init__(self, document: IndexedDocument) -> None:
        self._record = document.record
        self._links = " ; ".join(document.anchors[:_MAX_LINKS])
        self._text = document.text
        self._path = unquote(self._record.url[:_MAX_URL].partition("://")[2].partition("/")[2])

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        """The bodies that the title names, or the first one that anything else tells."""
        return _named(self._record.title) or next(
            (found[:1] for one in self._told() if (found := _named(one))), ()
        )

    def _told(self) -> Iterator[str]:
        yield " ; ".join(self._record.breadcrumb)
        yield _SIGNS.sub(" ", self._path)
        yield self._links
        yield " ; ".join(self._record.headings[:2])
        yield self._text[:_MAX_TEXT]

    @cached_property
    def shorts(self) -> frozenset[str]:
        """The words of title and address, among which an abbreviation may be."""
        return frozenset(_SIGNS.split(_plain(f"{self._record.title} {self._path}")))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The day, or days, of the meeting. A page that lists papers has their days in its text, and none."""
        record = self._record
        days = days_in(" ; ".join([record.title, *record.headings[:3]])) or filed_days_in(record.title)
        days = days or days_in(self._links) or filed_days_in(self._path.rpartition("/")[2])
        if not days and record.content_type != "text/html":
            days = days_in(self._text[:_MAX_TEXT])[:1] or ([record.published] if record.published else [])
        return tuple(days)

    @cached_property
    def months(self) -> frozenset[tuple[int, int]]:
        """The months that the title names."""
        return frozenset(months_in(self._record.title))

    @cached_property
    def sort(self) -> str:
        """MINUTES, NOTICE or "", where it is neither or both."""
        return next((sort for text in self._sorted_by() if (sort := _sort_in(text))), "")

    def _sorted_by(self) -> Iterator[str]:
        yield self._record.title
        yield self._path.rpartition("/")[2]
        yield self._links
        yield from self._record.headings[:2]
        yield self._text[:_MAX_TEXT]

    def of(self, asked: Body) -> float | None:
        """How much this is the body asked for, 0 to 1; None where the document does not tell its body."""
        alike = not self.bodies or not asked.kind or any(body.kind == asked.kind for body in self.bodies)
        if asked.short and alike and asked.short in self.shorts:
            return 1.0
        if not self.bodies or not asked.kind:
            return None
        return max(asked.likeness(body) for body in self.bodies)


def body_asked(words: Sequence[Word], *, abbreviated: bool) -> BodyAsked | None:
    """The body that a query's words name. Abbreviations count where `abbreviated`: beside a date, say."""
    for word in words:
        short = without_sort(word.lower)
        name = _shorts().get(short)
        if name is not None and (abbreviated or short in word_set("intent", "body", "words")):
            found = bodies_in(name)[0]
            body = Body(found.kind, found.stems, short)
            return BodyAsked(body, frozenset({word.place}), (name,))
    text = " ".join(without_sort(word.lower) for word in words)
    named = [body for body in bodies_in(text) if body.stems or body.kind not in {"namnd", "beredning"}]
    if named:
        heads = frozenset(word.place for word in words if bodies_in(without_sort(word.lower)))
        others = tuple(
            short.upper() if named[0].stems else name
            for short, name in _shorts().items()
            if any(
                one.kind == named[0].kind and (one.stems == named[0].stems or not named[0].stems)
                for one in bodies_in(name)
            )
        )
        return BodyAsked(named[0], heads, others)
    for word in words if abbreviated else ():
        fits = word.text.isalpha() and word.text.isupper() and 1 < len(word.text) <= _LONGEST_SHORT
        if fits and word.lower.endswith(_UPPER_ENDINGS):
            return BodyAsked(Body("", frozenset(), word.lower), frozenset({word.place}))
    return None


def sort_asked(words: Iterable[Word]) -> str:
    """Whether a query's words ask for minutes or for a notice; "" where they do not say, or say both."""
    return _sort_of(_plain(word.lower) for word in words)


def bodies_in(text: str) -> tuple[Body, ...]:
    """The bodies that a text names, in their order. A committee's owner is a part of its name."""
    folded = _plain(text[:_MAX_NAMED])
    # What pages repeat is short: names, breadcrumbs, links.
    return _bodies_named(folded) if len(folded) <= _REPEATED else _bodies(folded)


@lru_cache(maxsize=4096)
def _bodies_named(folded: str) -> tuple[Body, ...]:
    return _bodies(folded)


def _bodies(folded: str) -> tuple[Body, ...]:
    found: list[Body] = []
    owner: frozenset[str] = frozenset()
    owner_end = -1
    for match in _BODY.finditer(folded):
        listed, before, adjective, own, *heads, genitive = match.groups()
        kind = next(head for head in heads if head)
        stems = {_stem(one) for one in _SIGNS.split(listed) if one}
        # "Kommunstyrelsen och socialnämnden" are two bodies, "barn och utbildningsnämnden" is one.
        if before and not _BODY.search(before):
            stems.add(_stem(before))
        elif before:
            found.extend(bodies_in(before))
        stems |= {_stem(one) for one in (adjective, own) if one}
        stems.discard("")
        if kind in _OF_ANOTHER and match.start() == owner_end + 1 and found:
            found.pop()
            stems |= owner
        found.append(Body(kind, frozenset(stems)))
        owner = frozenset({f"{''.join(sorted(stems))}{kind}"})
        owner_end = match.end() if genitive else -1
    return tuple(found)


def _named(text: str) -> tuple[Body, ...]:
    """The bodies that a text of a document names in full, or for short."""
    found = tuple(body for body in bodies_in(text) if body.stems or body.kind == "fullmaktige")
    return found or _abbreviated(_plain(text))


def _abbreviated(text: str) -> tuple[Body, ...]:
    known = _shorts()
    names = [known[word] for word in _SIGNS.split(text) if word in known]
    return tuple(body for name in names[:2] for body in bodies_in(name))


def _shorts() -> dict[str, str]:
    shorts: dict[str, str] = load("intent")["short"]
    return shorts


def _same(one: str, two: str) -> bool:
    """Whether two stems can mean the same: byggnad and samhällsbyggnad, but not miljö and byggnad."""
    return one == two or (min(len(one), len(two)) > 3 and (one.endswith(two) or two.endswith(one)))


def _stem(word: str) -> str:
    """A part of a name without what binds it: utbildnings- -> utbildning; lay ones as the official."""
    stem = word.strip("-").removesuffix("s")
    called: dict[str, str] = load("intent")["called"]
    return called.get(stem, stem)


def without_sort(word: str) -> str:
    """A word without the paper that it ends in: fullmäktigeprotokoll -> fullmäktige."""
    for sort in (MINUTES, NOTICE):
        for ending in load("intent")["sort"][sort]["endings"]:
            if word.casefold().endswith(ending) and len(word) > len(ending):
                return word[: -len(ending)].rstrip("-")
    return word


def _sort_in(text: str) -> str:
    folded = _plain(text)
    return _sort_of(_SIGNS.split(folded)) if any(mark in folded for mark in _sort_marks()) else ""


def _sort_of(words: Iterable[str]) -> str:
    """The sort that plain words tell."""
    seen = list(words)
    found = {
        sort
        for sort in (MINUTES, NOTICE)
        if any(word in _sort_words(sort) or word.endswith(_sort_endings(sort)) for word in seen)
    }
    return found.pop() if len(found) == 1 else ""


@lru_cache(maxsize=2)
def _sort_words(sort: str) -> frozenset[str]:
    return frozenset(map(_plain, word_set("intent", "sort", sort, "words")))


@lru_cache(maxsize=2)
def _sort_endings(sort: str) -> tuple[str, ...]:
    return tuple(map(_plain, load("intent")["sort"][sort]["endings"]))


@lru_cache(maxsize=1)
def _sort_marks() -> tuple[str, ...]:
    """What a text must have somewhere before its words are looked at."""
    return tuple(mark for sort in (MINUTES, NOTICE) for mark in (*_sort_words(sort), *_sort_endings(sort)))


def _plain(text: str) -> str:
    """A text in lower case and without å ä ö, as addresses have it."""
    return text.casefold().translate(_FOREIGN)
