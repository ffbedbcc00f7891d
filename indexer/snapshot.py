"""How does one search see the index? The state of one commit: matching, counting, fetching, highlighting."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import tantivy
from tantivy import Occur, Query

from indexer import schema
from indexer.analysis import Analyzer
from indexer.analysis.analyzer import EXACT_MARK, FOLDED_MARK
from indexer.analysis.languages import lemma
from indexer.analysis.tokens import fold, normalise
from indexer.compile import Compiled, Compiler
from indexer.documents import from_index
from indexer.engine import Candidate, FacetCount, Field, Filters, IndexedDocument, Matches, Plan, Survey, Word
from indexer.kept import KeptDocuments
from indexer.listing import listed

_MAX_CANDIDATES = 1000
_SCAN_ALL = 2000  # up to so many matches, a pass over all of them is cheaper than one over named documents
_BITS = 11  # clauses a pass can tell apart, twice over: 22 bits of the 24 that a score keeps
_LOW = (1 << _BITS) - 1
_MAX_FACET_VALUES = 5000
_EID = {code: value for value, code in schema.EID_CODES.items()}


@dataclass(frozen=True, slots=True)
class _Cell:
    """How many of some matches have a doctype, and of these how many have each value of other facets."""

    doctype: str
    count: int
    beside: Mapping[str, Mapping[str, int]]


class TantivySnapshot:
    """The index as it stood at one commit. Safe to share between threads."""

    def __init__(self, searcher: tantivy.Searcher, tantivy_schema: tantivy.Schema, revision: int) -> None:
        self._searcher = searcher
        self._schema = tantivy_schema
        self._revision = revision
        languages = [value for value, _ in searcher.terms_with_prefix(schema.LANGUAGE, "")]
        self._compiler = Compiler(searcher, tantivy_schema, languages[:6])
        self._other_languages = [language for language in languages[:6] if language != "sv"]
        self._origins = self._origins_by_number()
        self._analyzer = Analyzer()
        self._kept = KeptDocuments()
        # A prefix of one or two letters goes through a good part of the vocabulary, and everybody types it.
        self._frequency = lru_cache(maxsize=16_384)(self._look_up_frequency)
        self._words_with_prefix = lru_cache(maxsize=2048)(self._look_up_prefix)
        self._title_words = lru_cache(maxsize=2048)(self._look_up_title_words)

    def _origins_by_number(self) -> dict[int, tuple[str, str, str]]:
        """Agency, language and host by the number that the column holds."""
        origins = {}
        for origin, _ in self._searcher.terms_with_prefix(schema.ORIGIN, ""):
            agency, language, host = (*origin.split("\t"), "", "")[:3]
            origins[schema.number_of(origin)] = agency, language, host
        return origins

    @property
    def searcher(self) -> tantivy.Searcher:
        """Tantivy's own view, for benchmarks and checks of the index."""
        return self._searcher

    @property
    def schema(self) -> tantivy.Schema:
        """Tantivy's own schema."""
        return self._schema

    @property
    def documents(self) -> int:
        """The number of documents."""
        return self._searcher.num_docs

    @property
    def revision(self) -> int:
        """Names this state of the index; grows with every commit."""
        return self._revision

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the documents, most documents first."""
        return [value for value, _ in self._searcher.terms_with_prefix(schema.LANGUAGE, "")]

    # --- matching ---

    def match(self, plan: Plan) -> Matches:
        """Carry out a plan."""
        compiled = self._compiler.compile(plan)
        wanted = max(1, min(plan.candidates, _MAX_CANDIDATES))
        result = self._searcher.search(compiled.scoring(), wanted, count=True)
        total: int = result.count  # type: ignore[attr-defined]
        hits = result.hits
        candidates = self._candidates(compiled, hits, total) if plan.candidates > 0 and hits else []
        if len(candidates) == total or not plan.facets:
            facets = _counted(candidates, plan.facets)
        else:
            facets = self._facets(compiled.matching(plan.filters), plan.facets)
        return Matches(total, candidates, facets)

    def count(self, plan: Plan) -> int:
        """The number of documents that meet a plan."""
        return self._count(self._compiler.compile(plan).matching(plan.filters))

    def _count(self, query: Query) -> int:
        return self._searcher.search(query, 1, count=True).count  # type: ignore[attr-defined,no-any-return]

    def survey(self, plan: Plan, limits: Sequence[Filters]) -> Survey:
        """What there is beside the candidates: the plan's facets, and how many meet it under other limits.

        Limits that differ from the plan's own in doctypes only are counted in the same pass as the facets.
        """
        compiled = self._compiler.compile(plan)
        own = replace(plan.filters, doctypes=None)
        together = [one.doctypes for one in limits if replace(one, doctypes=None) == own]
        passed = replace(own, doctypes=_union([plan.filters.doctypes, *together]))
        cells = self._cells(compiled.matching(passed), plan.facets)
        counts = [
            sum(cell.count for cell in cells if one.doctypes is None or cell.doctype in one.doctypes)
            if replace(one, doctypes=None) == own
            else self._count(compiled.matching(one))
            for one in limits
        ]
        wanted = plan.filters.doctypes
        return Survey(
            {
                name: _facet(name, [cell for cell in cells if wanted is None or cell.doctype in wanted])
                for name in plan.facets
            },
            counts,
        )

    def _cells(self, query: Query, names: Sequence[str]) -> list[_Cell]:
        """Counts by doctype, and for each doctype by other facets."""
        beside = {
            name: {"terms": {"field": name, "size": _MAX_FACET_VALUES}}
            for name in names
            if name in schema.FACETS and name != schema.DOCTYPE
        }
        by_doctype = {"terms": {"field": schema.DOCTYPE, "size": _MAX_FACET_VALUES}, "aggs": beside}
        found: dict[str, Any] = self._searcher.aggregate(query, {schema.DOCTYPE: by_doctype})
        return [
            _Cell(
                one["key"],
                one["doc_count"],
                {name: {its["key"]: its["doc_count"] for its in one[name]["buckets"]} for name in beside},
            )
            for one in found[schema.DOCTYPE]["buckets"]
        ]

    def _facets(self, query: Query, names: Sequence[str]) -> Mapping[str, Sequence[FacetCount]]:
        known = [name for name in names if name in schema.FACETS]
        asked = {name: {"terms": {"field": name, "size": _MAX_FACET_VALUES}} for name in known}
        answer: dict[str, Any] = self._searcher.aggregate(query, asked) if asked else {}
        return {
            name: [FacetCount(bucket["key"], bucket["doc_count"]) for bucket in answer[name]["buckets"]]
            if name in answer
            else []
            for name in names
        }

    def _candidates(
        self, compiled: Compiled, hits: Sequence[tuple[float, tantivy.DocAddress]], total: int
    ) -> list[Candidate]:
        addresses = [address for _, address in hits]
        matched, titles = self._met(compiled, addresses, total)
        columns: list[list[Any]] = [
            self._searcher.fast_field_values(name, addresses) for name in schema.FEATURES
        ]
        origins = self._origins
        candidates = []
        for (score, address), met, met_title, origin, traits in zip(
            hits, matched, titles, *columns, strict=True
        ):
            agency, language, host = origins[origin]
            day = traits >> 24
            # By position, in the order of the class: this loop is a good part of a search's time.
            candidates.append(
                Candidate(
                    address,
                    score,
                    met,
                    schema.DOCTYPES[traits & 63],
                    agency,
                    host,
                    language,
                    _EID[traits >> 6 & 3],
                    traits >> 8 & 255,
                    date.fromordinal(day) if day else None,
                    met_title,
                    traits >> 16 & 255,
                )
            )
        return candidates

    def _met(
        self, compiled: Compiled, addresses: Sequence[tantivy.DocAddress], total: int
    ) -> tuple[list[float], list[float]]:
        """The shares of the clauses that documents meet, anywhere and in the title.

        Scores carry it: each clause adds its own power of two. A score is a 32-bit float, exact to 2**24, so
        clauses are taken in groups.
        """
        clauses = compiled.clauses
        if not clauses:
            return [1.0] * len(addresses), [0.0] * len(addresses)
        keys = [(address.segment_ord, address.doc) for address in addresses]
        counts = [0] * len(keys)
        title_counts = [0] * len(keys)
        # What is found for one clause meets it; only the title is to be asked, and few have it there.
        alone = len(clauses) == 1 and clauses[0].weak is None and clauses[0].meeting is not None
        titles_only = all(clause.title is clause.meeting for clause in clauses)
        if alone and titles_only:
            return [1.0] * len(keys), [1.0] * len(keys)
        if alone:
            counts = [1] * len(keys)
        for first in range(0, len(clauses), _BITS):
            group = clauses[first : first + _BITS]
            bits: list[tuple[Occur, Query]] = []
            for place, clause in enumerate(group):
                if clause.meeting is not None and not alone:
                    bits.append((Occur.Should, Query.const_score_query(clause.meeting, float(1 << place))))
                if clause.title is not None and not titles_only:
                    bits.append(
                        (Occur.Should, Query.const_score_query(clause.title, float(1 << place + _BITS)))
                    )
            if not bits:
                continue
            found = self._bits(bits, compiled, addresses, total)
            for place, key in enumerate(keys):
                value = found.get(key)
                if value:
                    counts[place] += (value & _LOW).bit_count()
                    title_counts[place] += (value >> _BITS).bit_count()
        size = len(clauses)
        if titles_only:
            title_counts = counts
        return [count / size for count in counts], [count / size for count in title_counts]

    def _bits(
        self,
        bits: list[tuple[Occur, Query]],
        compiled: Compiled,
        addresses: Sequence[tantivy.DocAddress],
        total: int,
    ) -> dict[tuple[int, int], int]:
        everything = Query.boolean_query(bits)
        if total <= _SCAN_ALL:
            # All that meets any clause within the limits: that may be more than `total`.
            within = everything
            if compiled.limits:
                within = Query.boolean_query([(Occur.Must, everything), *compiled.limits])
            hits = self._searcher.search(within, _SCAN_ALL, count=False).hits
            if len(hits) < _SCAN_ALL:
                return {(address.segment_ord, address.doc): int(score) for score, address in hits}
        ids = self._searcher.fast_field_values(schema.ID, list(addresses))
        # A union of terms: a term set walks the whole term dictionary, which takes five times as long.
        one_of = [
            (Occur.Should, Query.term_query(self._schema, schema.ID, number, "basic")) for number in ids
        ]
        named = Query.const_score_query(Query.boolean_query(one_of), 0.0)
        both = Query.boolean_query([(Occur.Must, named), (Occur.Should, everything)])
        hits = self._searcher.search(both, len(ids), count=False).hits
        return {(address.segment_ord, address.doc): int(score) for score, address in hits}

    # --- documents that something else than words found ---

    def numbers(self, candidates: Sequence[Candidate]) -> list[int]:
        """The numbers that name the documents of candidates (`number_of` their URLs)."""
        addresses: list[Any] = [candidate.key for candidate in candidates]
        found: list[Any] = self._searcher.fast_field_values(schema.ID, addresses) if addresses else []
        return found

    def named(self, plan: Plan, numbers: Sequence[int]) -> list[Candidate]:
        """Those of the documents with these numbers that pass the plan's limits, whatever of it they meet."""
        if not numbers:
            return []
        compiled = self._compiler.compile(plan)
        one_of = [
            (Occur.Should, Query.term_query(self._schema, schema.ID, number, "basic")) for number in numbers
        ]
        named = Query.const_score_query(Query.boolean_query(one_of), 0.0)
        found = Query.boolean_query(
            [(Occur.Must, named), *compiled.limits, (Occur.Should, compiled.scoring())]
        )
        hits = self._searcher.search(found, len(numbers), count=False).hits
        return self._candidates(compiled, hits, _SCAN_ALL + 1) if hits else []

    # --- fetching ---

    def fetch(self, keys: Sequence[object]) -> list[IndexedDocument]:
        """The documents of candidates, in the order asked for."""
        found = []
        for key in keys:
            if not isinstance(key, tantivy.DocAddress):
                raise TypeError(f"{key!r} is not the key of a candidate of this engine")
            found.append(self._document(key))
        return found

    def _document(self, address: tantivy.DocAddress) -> IndexedDocument:
        key = address.segment_ord, address.doc
        document = self._kept.get(key)
        if document is None:
            document = from_index(self._searcher.doc(address))
            self._kept.put(key, document)
        return document

    def by_url(self, url: str) -> IndexedDocument | None:
        """The document at a canonical URL."""
        query = Query.term_query(self._schema, schema.URL, url, "basic")
        hits = self._searcher.search(query, 1, count=False).hits
        return self._document(hits[0][1]) if hits else None

    def listed(self, filters: Filters) -> Iterator[IndexedDocument]:
        """Every document within limits, in the index's own order."""
        plan = Plan(clauses=(), filters=filters)
        return listed(self._searcher, self._compiler.compile(plan).matching(filters))

    # --- words ---

    def document_frequency(self, word: str) -> int:
        """In how many documents the word's lemma stands, in any field; of several words, the rarest."""
        return self._frequency(word)

    def _look_up_frequency(self, word: str) -> int:
        terms = self._compiler.words(word)
        if not terms:
            return 0
        return min(
            max(self._searcher.doc_freq(schema.ANY, text) for text in self._compiler.lemmas(term))
            for term in terms
        )

    def surface_frequency(self, word: str) -> int:
        """In how many documents the word stands exactly so, case aside."""
        return self._searcher.doc_freq(schema.ANY, EXACT_MARK + normalise(word))

    def words_with_prefix(self, prefix: str, limit: int) -> list[Word]:
        """Words of the vocabulary as people write them (in lower case), most frequent first."""
        return list(self._words_with_prefix(normalise(prefix), max(1, limit)))

    def _look_up_prefix(self, prefix: str, limit: int) -> tuple[Word, ...]:
        found = self._searcher.terms_with_prefix(schema.ANY, EXACT_MARK + prefix, limit=limit)
        return tuple(Word(text[1:], documents) for text, documents in found)

    def title_words(self, beginning: str, limits: Filters, most: int) -> list[Word]:
        """Words of titles that begin so, most frequent first, as many as stand in documents within limits."""
        return list(self._title_words(normalise(beginning), limits, max(1, most)))

    def _look_up_title_words(self, beginning: str, limits: Filters, most: int) -> tuple[Word, ...]:
        within = self._compiler.limits(limits)
        everything = (Occur.Must, Query.const_score_query(Query.all_query(), 0.0))
        query = Query.boolean_query([everything, *within]) if within else None
        found: dict[str, int] = {}
        marks = [EXACT_MARK] if beginning != fold(beginning) or not beginning else [EXACT_MARK, FOLDED_MARK]
        for mark in marks:
            for text, documents in self._searcher.terms_with_prefix(
                schema.EXTRA_FIELD[Field.TITLE], mark + beginning, filter_query=query, limit=most
            ):
                if documents:
                    found.setdefault(text[1:], documents)
        return tuple(Word(*one) for one in sorted(found.items(), key=lambda one: -one[1])[:most])

    def frequent_words(self, limit: int) -> list[Word]:
        """The words that stand in the most documents, as people write them."""
        return list(self._look_up_prefix("", max(1, limit)))

    def highlight(self, plan: Plan, text: str) -> list[tuple[int, int]]:
        """Spans (start, end in characters) of `text` whose words meet the plan's clauses."""
        targets = self._compiler.targets(plan)
        lemmas = targets.lemmas | targets.parts
        seen: dict[str, bool] = {}
        spans = []
        for term in self._analyzer.terms(text):
            meets = seen.get(term.surface)
            if meets is None:
                meets = (
                    term.lemma in lemmas
                    or term.surface in targets.surfaces
                    or term.folded in targets.folded
                    or fold(term.lemma) in targets.folded
                    or (bool(term.joined) and term.joined in lemmas)
                    or any(part in lemmas for part in term.parts)
                    or any(lemma(term.surface, language) in lemmas for language in self._other_languages)
                )
                seen[term.surface] = meets
            if meets:
                spans.append((term.start, term.end))
        return spans


def _union(sets: Sequence[frozenset[Any] | None]) -> frozenset[Any] | None:
    """What passes any of several limits; None passes everything."""
    union: set[Any] = set()
    for one in sets:
        if one is None:
            return None
        union |= one
    return frozenset(union)


def _facet(name: str, cells: Sequence[_Cell]) -> list[FacetCount]:
    """A facet's values, most frequent first, then by name."""
    values: Counter[str] = Counter()
    for cell in cells:
        values.update({cell.doctype: cell.count} if name == schema.DOCTYPE else cell.beside.get(name, {}))
    return [FacetCount(value, count) for value, count in sorted(values.items(), key=lambda v: (-v[1], v[0]))]


def _counted(candidates: Sequence[Candidate], names: Sequence[str]) -> Mapping[str, Sequence[FacetCount]]:
    """Facets of matches that are all in hand."""
    facets: dict[str, Sequence[FacetCount]] = {}
    for name in names:
        values = (
            Counter(str(getattr(candidate, name)) for candidate in candidates)
            if name in schema.FACETS
            else {}
        )
        facets[name] = [
            FacetCount(value, count) for value, count in sorted(values.items(), key=lambda v: (-v[1], v[0]))
        ]
    return facets
