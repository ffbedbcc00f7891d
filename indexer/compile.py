"""How does a plan become a Tantivy query?

A clause is one flat disjunction maximum: the best of all its alternatives, fields and forms counts, each
with its weight, and what else is met adds a little (TIE). Flat, as Tantivy keeps a buffer of 4,096 scores for
every union, and fills and clears it as it goes: unions within unions take more than twice as long. Inverse
document frequencies are taken jointly over all fields (as BM25F does: Robertson and Zaragoza, "The
Probabilistic Relevance Framework", 2009, 3.6), else a word that is common in texts and rare in titles would
win by its rarity there.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import tantivy
from tantivy import Occur, Query

from indexer import schema
from indexer.analysis import Analyzer, Term
from indexer.analysis.analyzer import EXACT_MARK, FOLDED_MARK, PART_MARK
from indexer.analysis.languages import lemma
from indexer.analysis.tokens import fold
from indexer.engine import Alternative, Clause, Field, Filters, Form, Origin, Plan

TIE = 0.2
"""What the second-best alternatives, fields and forms of a clause add, as a share of their score."""
WEAK = 0.35
"""What one part alone of a compound that the index does not know is worth, as a share of all its parts."""
DEFAULT_FORMS = {Form.EXACT: 1.0, Form.LEMMA: 0.9, Form.PART: 0.5, Form.FOLDED: 0.4}
MAX_CLAUSES = 40
MAX_ALTERNATIVES = 24
MAX_WORDS = 12
_PHRASE_SLOP = 1
_MOST_TEXTS = 1000
_SHORT = tuple(field for field in Field if field is not Field.BODY)
_MARKS = EXACT_MARK + PART_MARK + FOLDED_MARK


@dataclass(slots=True)
class Targets:
    """What words of a text meet a plan, for highlighting."""

    surfaces: set[str] = field(default_factory=set)
    lemmas: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    folded: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class CompiledClause:
    """A clause: as it is scored, as it is met at all, as it is met in the title, and weak help without
    meeting it. Where titles alone are searched, `title` is the very `meeting`.
    """

    scoring: Query | None
    meeting: Query | None
    title: Query | None
    weak: Query | None
    required: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan: its clauses, its limits, what finds and orders, and what finds the same documents cheaply.

    A query is put together when asked for: Tantivy copies a query into every other that holds it.
    """

    clauses: tuple[CompiledClause, ...]
    limits: tuple[tuple[Occur, Query], ...]
    scoring: Callable[[], Query]
    matching: Callable[[Filters], Query]


@dataclass(frozen=True, slots=True)
class _Place:
    """A term in a field where it occurs."""

    field: Field
    query: Query
    rarity: float


_Weighing = tuple[tuple[tuple[Field, float], ...], tuple[tuple[Form, float], ...]]
_KEPT_CLAUSES = 1024  # some 20 kB each
_KEPT_TERMS = 4096


class Compiler:
    """Compiles plans for one state of the index: document frequencies steer what is asked for."""

    def __init__(
        self, searcher: tantivy.Searcher, tantivy_schema: tantivy.Schema, languages: Sequence[str]
    ) -> None:
        """`languages` are those of the index's documents: a query's words are tried in each of them."""
        self._searcher = searcher
        self._schema = tantivy_schema
        self._languages = tuple(language for language in languages if language != "sv")
        self._documents = max(1, searcher.num_docs)
        self._analyzer = Analyzer()
        self.frequency = lru_cache(maxsize=50_000)(searcher.doc_freq)  # (field, term): asked again and again
        self.places = lru_cache(maxsize=_KEPT_TERMS)(self._look_up_places)
        # Citizens ask for the same few hundred things: their clauses are kept.
        self.clause = lru_cache(maxsize=_KEPT_CLAUSES)(self._compile_clause)
        self.bonus = lru_cache(maxsize=_KEPT_CLAUSES)(self._compile_bonus)
        self.words = lru_cache(maxsize=_KEPT_TERMS)(self._look_up_words)
        self.values = lru_cache(maxsize=len(schema.FACETS))(self._look_up_values)
        self.limits = lru_cache(maxsize=_KEPT_CLAUSES)(self._compile_limits)

    def compile(self, plan: Plan) -> Compiled:
        """Compile any plan; nothing in it raises."""
        return _Compilation(self, plan).result()

    def targets(self, plan: Plan) -> Targets:
        """What words of a text meet a plan."""
        targets = Targets()
        for clause in plan.clauses[:MAX_CLAUSES]:
            for alternative in clause.alternatives[:MAX_ALTERNATIVES]:
                for word in self.words(alternative.text) if alternative.weight > 0 else ():
                    targets.surfaces.add(word.surface)
                    targets.lemmas.update(self.lemmas(word))
                    targets.parts.update(word.parts)
                    targets.folded.add(word.folded)
        return targets

    def _look_up_values(self, name: str) -> frozenset[str]:
        """The values that a facet has in the index."""
        return frozenset(value for value, _ in self._searcher.terms_with_prefix(name, ""))

    def _compile_clause(self, clause: Clause, weighing: _Weighing) -> CompiledClause:
        return _ClauseCompilation(self, weighing).clause(clause)

    def _compile_bonus(self, phrase: Alternative, weighing: _Weighing) -> Query | None:
        return _ClauseCompilation(self, weighing).bonus(phrase)

    def _compile_limits(self, filters: Filters) -> tuple[tuple[Occur, Query], ...]:
        return tuple(_filters(filters, self))

    def _look_up_places(self, text: str) -> tuple[_Place, ...]:
        """The fields in which a term occurs."""
        names = schema.EXTRA_FIELD if text[0] in _MARKS else schema.LEMMA_FIELD
        return tuple(
            _Place(field, self.term(names[field], text), self.rarity(there))
            for field in Field
            if (there := self.frequency(names[field], text))
        )

    def term(self, name: str, text: str) -> Query:
        return Query.term_query(self._schema, name, text, "freq" if name not in schema.FACETS else "basic")

    def rarity(self, documents: int) -> float:
        return math.log(1.0 + (self._documents - documents + 0.5) / (documents + 0.5))

    def lemmas(self, term: Term) -> list[str]:
        """The term's lemma in Swedish, then in the other languages of the index where it differs."""
        found = [term.lemma]
        if term.plain:
            found += [lemma(term.surface, language) for language in self._languages]
        if term.joined:
            found.append(term.joined)
        return list(dict.fromkeys(found))

    def _look_up_words(self, text: str) -> tuple[Term, ...]:
        return tuple(self._analyzer.terms(text[:2000])[:MAX_WORDS])

    @property
    def schema(self) -> tantivy.Schema:
        return self._schema


class _Compilation:
    """The compilation of one plan."""

    def __init__(self, compiler: Compiler, plan: Plan) -> None:
        self._with = compiler
        self._plan = plan
        weights = dict(plan.field_weights) or dict.fromkeys(Field, 1.0)
        forms = dict(plan.form_weights) or DEFAULT_FORMS
        self._weighing: _Weighing = (
            tuple((name, weight) for name, weight in weights.items() if weight > 0),
            tuple((form, weight) for form, weight in forms.items() if weight > 0),
        )

    def result(self) -> Compiled:
        """The plan, its words compiled and the rest waiting for what is asked for."""
        clauses = tuple(
            self._with.clause(clause, self._weighing) for clause in self._plan.clauses[:MAX_CLAUSES]
        )

        def scoring() -> Query:
            bonuses = [
                query
                for phrase in self._plan.phrases[:MAX_CLAUSES]
                if (query := self._with.bonus(phrase, self._weighing)) is not None
            ]
            return self._combine(
                clauses, self._limits(self._plan.filters), bonuses, lambda clause: clause.scoring
            )

        def matching(filters: Filters) -> Query:
            return self._combine(clauses, self._limits(filters), [], lambda clause: clause.meeting)

        return Compiled(clauses, self._with.limits(self._plan.filters), scoring, matching)

    def _limits(self, filters: Filters) -> list[tuple[Occur, Query]]:
        return [*self._with.limits(filters), *self._exclusions()]

    def _combine(
        self,
        clauses: Sequence[CompiledClause],
        limits: Sequence[tuple[Occur, Query]],
        bonuses: Sequence[Query],
        face: Callable[[CompiledClause], Query | None],
    ) -> Query:
        if not clauses:
            positive = [(Occur.Must, Query.const_score_query(Query.all_query(), 0.0))]
            return Query.boolean_query([*positive, *limits, *((Occur.Should, bonus) for bonus in bonuses)])
        needed = math.ceil(min(1.0, max(0.0, self._plan.minimum_match)) * len(clauses) - 1e-9)
        faces = [face(clause) for clause in clauses]
        if sum(query is not None for query in faces) < needed or any(
            clause.required and query is None for clause, query in zip(clauses, faces, strict=True)
        ):
            return Query.empty_query()
        if needed == 0:
            faces += [clause.weak for clause in clauses]
        present = [query for query in faces if query is not None]
        if not present:
            return Query.empty_query()
        musts = [
            (Occur.Must, Query.const_score_query(query, 0.0))
            for clause, query in zip(clauses, faces, strict=False)
            if clause.required and query is not None
        ]
        if not (limits or bonuses or musts) and needed <= 1:
            if len(present) == 1:
                return present[0]
            return Query.boolean_query([(Occur.Should, query) for query in present])
        wanted = [(Occur.Should, query) for query in present]
        if not bonuses:
            return Query.boolean_query([*wanted, *musts, *limits], minimum_number_should_match=max(1, needed))
        core = Query.boolean_query(wanted, minimum_number_should_match=max(1, needed))
        return Query.boolean_query(
            [(Occur.Must, core), *musts, *limits, *((Occur.Should, bonus) for bonus in bonuses)]
        )

    def _exclusions(self) -> list[tuple[Occur, Query]]:
        barred: list[tuple[Occur, Query]] = []
        for text in self._plan.excluded[:MAX_CLAUSES]:
            words = self._with.words(text)
            if len(words) == 1:
                for name in self._with.lemmas(words[0]):
                    barred.append((Occur.MustNot, self._with.term(schema.ANY, name)))
            elif words:
                phrases = [_phrase_in(self._with, words, name, 0) for name in Field]
                barred += [(Occur.MustNot, query) for query in phrases if query is not None]
        return barred


class _ClauseCompilation:
    """The compilation of clauses and phrases, with given weights of fields and forms."""

    def __init__(self, compiler: Compiler, weighing: _Weighing) -> None:
        self._with = compiler
        self._fields = dict(weighing[0])
        self._forms = dict(weighing[1])
        self._everywhere = set(self._fields) == set(Field)

    def clause(self, clause: Clause) -> CompiledClause:
        """A clause, in all its faces."""
        scoring: list[Query] = []
        meeting: list[Query] = []
        title: list[Query] = []
        weak: list[Query] = []
        for alternative in clause.alternatives[:MAX_ALTERNATIVES]:
            words = self._with.words(alternative.text)
            if not words or alternative.weight <= 0:
                continue
            if len(words) == 1:
                self._word(words[0], alternative, scoring, meeting, title, weak)
            else:
                self._several(words, alternative, scoring, meeting, title)
        met = _any(meeting)
        in_title = met if set(self._fields) == {Field.TITLE} else _any(title)
        return CompiledClause(_best(scoring), met, in_title, _best(weak), clause.required)

    def _word(
        self,
        word: Term,
        alternative: Alternative,
        scoring: list[Query],
        meeting: list[Query],
        title: list[Query],
        weak: list[Query],
    ) -> None:
        lemmas = self._with.lemmas(word)
        marked = self._marked(word, lemmas, exact=alternative.origin is not Origin.SYNONYM)
        found = max((self._with.frequency(schema.ANY, text) for text, _ in marked), default=0)
        if found:
            self._look(marked, found, alternative.weight, scoring, meeting, title)
        # The parts of a compound say more apart than a synonym may: "bygg" and "lov" are no bygglov.
        apart = Form.PART in self._forms and alternative.origin is not Origin.SYNONYM
        if len(word.parts) < 2 or not apart:
            return
        singles: list[Query] = []
        met: list[Query] = []
        met_title: list[Query] = []
        share = alternative.weight * self._forms[Form.PART] / len(word.parts)
        for part in word.parts:
            each: tuple[list[Query], list[Query], list[Query]] = ([], [], [])
            texts = [(part, 1.0), (PART_MARK + part, 1.0)]
            known = max(self._with.frequency(schema.ANY, text) for text, _ in texts)
            if known:
                self._look(texts, known, share, *each)
            singles += [query for query in (_best(each[0]),) if query is not None]
            met += [query for query in (_any(each[1]),) if query is not None]
            met_title += [query for query in (_any(each[2]),) if query is not None]
        if len(singles) == len(word.parts):
            scoring.append(_all(singles))
            meeting.append(_all(met))
            if len(met_title) == len(word.parts):
                title.append(_all(met_title))
        if not any(self._with.frequency(schema.ANY, text) for text in lemmas):
            weak += [Query.boost_query(query, WEAK) for query in singles]

    def _marked(self, word: Term, lemmas: Sequence[str], *, exact: bool) -> list[tuple[str, float]]:
        """The terms that a word meets, each with the weight of its form.

        Not `exact`, for a synonym: which form of it the thesaurus has says nothing of what is wanted.
        """
        forms = self._forms
        marked: list[tuple[str, float]] = []
        if exact and Form.EXACT in forms:
            marked.append((EXACT_MARK + word.surface, forms[Form.EXACT]))
        if Form.LEMMA in forms:
            marked += [(text, forms[Form.LEMMA]) for text in lemmas]
        if Form.PART in forms:
            marked += [
                (PART_MARK + text, forms[Form.PART]) for text in dict.fromkeys([*lemmas, word.surface])
            ]
        if Form.FOLDED in forms:
            folded = dict.fromkeys([word.folded, *(fold(text) for text in lemmas)])
            marked += [(FOLDED_MARK + text, forms[Form.FOLDED]) for text in folded]
            marked += [(text, forms[Form.FOLDED]) for text in folded if text not in lemmas]
        return marked

    def _look(
        self,
        marked: Iterable[tuple[str, float]],
        found: int,
        weight: float,
        scoring: list[Query],
        meeting: list[Query],
        title: list[Query],
    ) -> None:
        """Look for terms in every field, as if all were one word that stands in `found` documents."""
        rarity = self._with.rarity(found)
        places: list[Query] = []
        for text, form_weight in marked:
            if not self._with.frequency(schema.ANY, text):
                continue
            if self._everywhere and text[0] != EXACT_MARK:
                # What has a word as written has its lemma too, which is asked for.
                meeting.append(self._with.term(schema.ANY, text))
            for place in self._with.places(text):
                field_weight = self._fields.get(place.field)
                if field_weight is None:
                    continue
                if not self._everywhere:
                    meeting.append(place.query)
                if place.field is Field.TITLE:
                    title.append(place.query)
                boost = weight * field_weight * form_weight * rarity / place.rarity
                places.append(Query.boost_query(place.query, boost))
        scoring += places

    def _several(
        self,
        words: Sequence[Term],
        alternative: Alternative,
        scoring: list[Query],
        meeting: list[Query],
        title: list[Query],
    ) -> None:
        within = tuple(Field)
        if alternative.origin is Origin.SYNONYM and self._stand_in_many_texts(words):
            within = _SHORT
        for name, query, boost in self._phrases(words, alternative.weight, 0, within):
            scoring.append(Query.boost_query(query, boost))
            meeting.append(query)
            if name is Field.TITLE:
                title.append(query)

    # --- phrases ---

    def _stand_in_many_texts(self, words: Sequence[Term]) -> bool:
        """Whether looking for a phrase in texts takes long: of what is common, short fields tell enough."""
        rarest = min(self._with.frequency(schema.LEMMA_FIELD[Field.BODY], word.lemma) for word in words)
        return rarest > _MOST_TEXTS

    def bonus(self, phrase: Alternative) -> Query | None:
        """What adds to the score where a phrase's words stand together."""
        found = self._phrases(self._with.words(phrase.text), phrase.weight, _PHRASE_SLOP, tuple(Field))
        return _best([Query.boost_query(query, boost) for _, query, boost in found])

    def _phrases(
        self, words: Sequence[Term], weight: float, slop: int, within: Sequence[Field]
    ) -> Iterable[tuple[Field, Query, float]]:
        """The fields in which words may stand together, and what that is worth there: as one word of their
        mean rarity.
        """
        if not words or weight <= 0:
            return
        together = self._rarity(words, schema.ANY) / len(words)
        for name in within:
            query = _phrase_in(self._with, words, name, slop) if name in self._fields else None
            if query is not None:
                there = self._rarity(words, schema.LEMMA_FIELD[name])
                yield name, query, weight * self._fields[name] * together / there

    def _rarity(self, words: Sequence[Term], name: str) -> float:
        return sum(self._with.rarity(self._with.frequency(name, word.lemma)) for word in words)


def _phrase_in(compiler: Compiler, words: Sequence[Term], name: Field, slop: int) -> Query | None:
    place = schema.LEMMA_FIELD[name]
    if not all(compiler.frequency(place, word.lemma) for word in words):
        return None
    if len(words) == 1:
        return compiler.term(place, words[0].lemma)
    texts: list[str | tuple[int, str]] = [word.lemma for word in words]
    return Query.phrase_query(compiler.schema, place, texts, slop)


def _filters(filters: Filters, compiler: Compiler) -> list[tuple[Occur, Query]]:
    limits: list[tuple[Occur, Query]] = []
    for name, values in (
        (schema.DOCTYPE, filters.doctypes),
        (schema.AGENCY, filters.agencies),
        (schema.LANGUAGE, filters.languages),
        (schema.HOST, filters.hosts),
    ):
        if values is None:
            continue
        if not values:
            return [(Occur.Must, Query.empty_query())]
        # Every document has one value: where fewer documents are barred, it is cheaper to ask for these.
        barred = compiler.values(name) - values
        few = sum(compiler.frequency(name, value) for value in barred) < sum(
            compiler.frequency(name, value) for value in values
        )
        one_of = [(Occur.Should, compiler.term(name, value)) for value in sorted(barred if few else values)]
        if one_of:
            union = Query.const_score_query(Query.boolean_query(one_of), 0.0)
            limits.append((Occur.MustNot if few else Occur.Must, union))
    if filters.needs_eid is not None:
        code = schema.EID_CODES[filters.needs_eid]
        met = Query.term_query(compiler.schema, schema.EID, code, "basic")
        limits.append((Occur.Must, Query.const_score_query(met, 0.0)))
    return limits


def _best(queries: Sequence[Query]) -> Query | None:
    if not queries:
        return None
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries, TIE)


def _any(queries: Sequence[Query]) -> Query | None:
    if not queries:
        return None
    return (
        queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])
    )


def _all(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])
