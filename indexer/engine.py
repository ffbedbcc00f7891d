"""What must a search engine do for this project? The interface, and the plan of a query that it carries out.

A plan says what to look for and how much each thing weighs, in words and numbers, never in one engine's own
query language: the Tantivy engine compiles it (tantivy_engine.py), another engine could. Analysis (lemmas,
compound parts) is the engine's side of the plan: alternatives are plain words as a person writes them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from crawler.record import Doctype, DocumentRecord
from crawler.store import Change


class Field(StrEnum):
    """Where in a document a word can stand."""

    TITLE = "title"
    HEADINGS = "headings"
    ANCHORS = "anchors"  # what links to the document call it
    TRAIL = "trail"  # breadcrumb and the words of the URL's path
    DESCRIPTION = "description"
    CONTACT = "contact"  # names and roles of contacts
    BODY = "body"


class Form(StrEnum):
    """How closely a word of the document meets a word of the query."""

    EXACT = "exact"  # the same letters, lower-cased
    LEMMA = "lemma"  # another inflection of it
    PART = "part"  # a part of a compound, on either side
    FOLDED = "folded"  # the same but for å ä ö é, as from a foreign keyboard


class Origin(StrEnum):
    """Why an alternative is in the plan."""

    QUERY = "query"
    JOINED = "joined"  # neighbours written together: "bygg lov"
    SYNONYM = "synonym"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A word, or a phrase of several words, that would satisfy a clause; `weight` multiplies its score."""

    text: str
    weight: float = 1.0
    origin: Origin = Origin.QUERY


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing asked for. The best alternative counts, and others add a little: synonyms do not add up."""

    alternatives: tuple[Alternative, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer at all. None means no limit; an empty set means nothing passes."""

    doctypes: frozenset[Doctype] | None = None
    agencies: frozenset[str] | None = None
    languages: frozenset[str] | None = None
    needs_eid: bool | None = None
    hosts: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for. `candidates` is how many of the best to hand over for ranking.

    `phrases` add to the score where their words stand together. `excluded` words must not occur.
    `minimum_match` is the share of clauses (0 to 1) that a document must satisfy.
    """

    clauses: tuple[Clause, ...]
    phrases: tuple[Alternative, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: Filters = Filters()
    field_weights: Mapping[Field, float] = field(default_factory=dict)
    form_weights: Mapping[Form, float] = field(default_factory=dict)
    minimum_match: float = 0.0
    candidates: int = 200
    facets: tuple[str, ...] = ("doctype", "agency", "language")


class Candidate(NamedTuple):
    """A document that meets the plan: its text score and what ranking needs to know of it.

    A tuple, as hundreds are made for a search, and a frozen dataclass takes four times as long to make.

    `matched` is the share of the plan's clauses (0 to 1) that the document satisfies. `key` is the engine's
    own name of the document, for `Engine.fetch` within the same snapshot.
    """

    key: object
    score: float
    matched: float
    doctype: Doctype
    agency: str
    host: str
    language: str
    needs_eid: bool | None
    depth: int
    published: date | None
    title_matched: float = 0.0  # the share of the clauses that the title satisfies
    title_words: int = 0  # words of the title, question words and such aside
    meant: float = 0.0  # how near its meaning is to the query's, 0 to 1; 0 where that is not known


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of all matching documents have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Matches:
    """What a plan found. `total` counts all, `candidates` holds the best, `facets` counts all by value."""

    total: int
    candidates: Sequence[Candidate]
    facets: Mapping[str, Sequence[FacetCount]]


@dataclass(frozen=True, slots=True)
class Survey:
    """What there is beside the best: facets of all that was found, and totals under other limits."""

    facets: Mapping[str, Sequence[FacetCount]]
    totals: Sequence[int]


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document as the index hands it back for showing: the record without its evidence, which is in the
    store."""

    record: DocumentRecord
    anchors: tuple[str, ...]
    text: str  # without blocks that stand on many pages of the host


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the index's vocabulary and the number of documents it stands in."""

    text: str
    documents: int


class Snapshot(Protocol):
    """The index as it stood at one moment: what one search sees, whatever is committed meanwhile."""

    def match(self, plan: Plan) -> Matches:
        """Carry out a plan."""

    def count(self, plan: Plan) -> int:
        """The number of documents that meet a plan."""

    def survey(self, plan: Plan, limits: Sequence[Filters]) -> Survey:
        """A plan's facets, and how many documents meet it under each of other limits than its own."""

    def fetch(self, keys: Sequence[object]) -> list[IndexedDocument]:
        """The documents of candidates, in the order asked for."""

    def numbers(self, candidates: Sequence[Candidate]) -> list[int]:
        """The numbers that name the documents of candidates (`indexer.number_of` their URLs)."""

    def named(self, plan: Plan, numbers: Sequence[int]) -> list[Candidate]:
        """Those of the documents with these numbers that pass the plan's limits, whatever of it they meet."""

    def by_url(self, url: str) -> IndexedDocument | None:
        """The document at a canonical URL."""

    def listed(self, filters: Filters) -> Iterator[IndexedDocument]:
        """Every document within limits, in no set order, one at a time in memory."""

    def document_frequency(self, word: str) -> int:
        """In how many documents the word's lemma stands, in any field."""

    def surface_frequency(self, word: str) -> int:
        """In how many documents the word stands exactly so, case aside."""

    def frequent_words(self, limit: int) -> list[Word]:
        """The words that stand in the most documents, as people write them."""

    def words_with_prefix(self, prefix: str, limit: int) -> list[Word]:
        """Words of the vocabulary as people write them, most frequent first."""

    def title_words(self, beginning: str, limits: Filters, most: int) -> list[Word]:
        """Words of titles that begin so, in documents within limits, most frequent first.

        What is typed without å ä ö also finds words that have them, which come without them.
        """

    def highlight(self, plan: Plan, text: str) -> list[tuple[int, int]]:
        """Spans (start, end in characters) of `text` whose words meet the plan's clauses."""

    @property
    def documents(self) -> int:
        """The number of documents."""

    @property
    def revision(self) -> int:
        """Names this state of the index; grows with every commit."""


class Engine(Protocol):
    """An index that can be written by one process and searched by many."""

    def snapshot(self) -> Snapshot:
        """The newest committed state. Raise IndexUnavailableError where there is none."""


class IndexWriter(Protocol):
    """The one writer of an index."""

    def apply(self, changes: Iterable[Change]) -> int:
        """Put and remove documents, not yet searchable. Return how many changes."""

    def commit(self, revision: int) -> None:
        """Make all that was applied searchable, and remember the store's revision it stands for."""
