"""What answers a query? Understand it, plan, match, rank, look closer, show: one search from end to end."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

from crawler.record import Doctype
from crawler.registry import Agency, Registry
from indexer.engine import Engine, IndexedDocument, Matches, Plan, Snapshot
from indexer.errors import IndexUnavailableError
from searchapi.aboutness import unheard_of
from searchapi.aside import Aside
from searchapi.errors import NotReadyError, QueryTooLongError
from searchapi.explain import reasons
from searchapi.family import widened
from searchapi.fusion import fuse, met_by_meaning
from searchapi.highlight import Highlighter
from searchapi.intent import IntentKind
from searchapi.meaning import Meant
from searchapi.models import (
    AgencyInfo,
    Expansion,
    Hit,
    HitExplanation,
    Interpretation,
    Place,
    SearchResponse,
)
from searchapi.opening import OPENING, answered, documents_lead, only_mentioned
from searchapi.panels import Matched, Panels
from searchapi.plan import Expanded, Narrowing, Planner, Tab, filters_for, relaxed
from searchapi.query import ParsedQuery, parse
from searchapi.rank import Ranked, Ranker
from searchapi.refine import Answer, Refiner, spread
from searchapi.remembered import Remembered
from searchapi.repeated import Repeated
from searchapi.request import CheckedRequest, SearchRequest, check
from searchapi.settings import Settings
from searchapi.show import Presenter, Targets, texts_of
from searchapi.snippet import needles
from searchapi.spelling_policy import Mended, SpellingPolicy
from searchapi.suggest import Suggested, Suggester
from searchapi.switchboard import names_holder, place_switchboard
from searchapi.texts import Texts
from searchapi.thesaurus import load_thesaurus
from searchapi.understand import Understander, Understanding
from searchapi.weights import load_weights

HEAD = 24
"""How many of the best are looked at closely: two pages of ten and a little, as some fold into others."""
_KEPT_ANSWERS = 1000
"""Some 50 kB each. Half of what citizens ask in a day has been asked before."""
_SHOWN_SYNONYMS = 4
_SWITCHBOARD = "växel"


@dataclass(slots=True)
class _Found:
    understanding: Understanding
    plan: Plan
    expanded: tuple[Expanded, ...]
    matches: Matches
    highlighter: Highlighter


class SearchService:
    """Answers searches over one engine. Safe to share between threads."""

    def __init__(
        self, engine: Engine, registry: Registry, settings: Settings, meant: Meant | None = None
    ) -> None:
        """`meant` knows pages by their meaning; without it, words alone find them."""
        self._engine = engine
        self._meant = meant
        self._registry = registry
        self._settings = settings
        self._weights = load_weights()
        thesaurus = self._thesaurus = load_thesaurus()
        self._understander = Understander(registry, thesaurus)
        self._planner = Planner(self._weights, thesaurus)
        self._spelling = SpellingPolicy(self._weights["poor.covered"])
        self._suggester = Suggester(self._understander.places, thesaurus)
        self._targets = Targets()
        self._repeated = Repeated()
        self._answered: Remembered[SearchResponse] = Remembered(_KEPT_ANSWERS)
        self._aside = Aside()
        self._panels = Panels(registry, Texts.load(settings.language), self._repeated)

    @property
    def registry(self) -> Registry:
        """The agencies that are searched."""
        return self._registry

    def snapshot(self) -> Snapshot:
        """The index as it stands now. Raise NotReadyError where there is none, or nothing in it."""
        try:
            snapshot = self._engine.snapshot()
        except IndexUnavailableError as error:
            raise NotReadyError(str(error)) from error
        if not snapshot.documents:
            raise NotReadyError("the index is empty; crawl an agency")
        return snapshot

    def agency(self, given: str) -> Agency:
        """The agency of an id, a municipality code or a name. Raise UnknownAgencyError."""
        return self._understander.places.resolve(given)

    def search(self, request: SearchRequest, *, today: date | None = None) -> SearchResponse:
        """Answer a search.

        Raise BadRequestError for a parameter that is out of bounds, UnknownAgencyError, NotReadyError. The
        query itself may be any string within the setting `max_query_length`.
        """
        started = time.perf_counter()
        checked = check(request, self._settings, self.agency)
        parsed = parse(request.q)
        if parsed.empty:
            empty = Interpretation(intent=IntentKind.ERRAND.value, place=_place_of(checked.home, "home"))
            return SearchResponse(
                query=parsed.text, interpretation=empty, total=0, took_ms=_since(started), page=request.page,
                limit=checked.limit, hits=[],
            )  # fmt: skip
        snapshot = self.snapshot()
        day = today or datetime.now(UTC).date()
        if request.explain:
            answer = self._searched(snapshot, parsed, request, checked, day)
        else:
            meant = self._meant.revision if self._meant is not None else None
            key = snapshot.revision, meant, day, replace(request, doctype=tuple(request.doctype))
            answer = self._answered.get(key, lambda: self._searched(snapshot, parsed, request, checked, day))
        return answer.model_copy(update={"took_ms": _since(started)})

    def _searched(
        self,
        snapshot: Snapshot,
        parsed: ParsedQuery,
        request: SearchRequest,
        checked: CheckedRequest,
        day: date,
    ) -> SearchResponse:
        """The answer to a query that says something, but for the time that it took."""
        understanding = self._understander.understand(parsed, checked.home)
        found = self._find(snapshot, understanding, request, checked)
        corrected, suggestion = None, None
        mended = self._spelling.mended(snapshot, found.understanding)
        if mended is not None:
            found, corrected, suggestion = self._mend(snapshot, found, mended, request, checked)
        found = self._opened(snapshot, found, request, checked)
        if parsed.phrases and not found.matches.total:
            # Nobody writes it just so: quotation marks that slipped in must not hide what the words find.
            apart = self._understander.understand(parsed.unquoted, checked.home)
            found = self._find(snapshot, apart, request, checked)
        found = self._with_meaning(snapshot, found, request)
        if not found.matches.total and checked.tab is Tab.MAIN:
            found = _with_relatives(snapshot, found)
        beside = self._aside.begin(
            partial(
                self._panels.beside,
                snapshot,
                Matched(found.understanding, found.plan, met_by_meaning(found.matches)),
                checked.tab,
                checked.narrowing,
                request.kommun or "",
            )
        )
        answers, folded = self._answers(snapshot, found, request, checked, day)
        if found.understanding.office and not names_holder(answers, found.understanding.scope.home):
            self._add_switchboard(snapshot, answers, found.understanding, request, checked, day)
        first = (request.page - 1) * checked.limit
        shown = answers[first : first + checked.limit]
        mentioned = (
            checked.tab is Tab.MAIN
            and checked.narrowing == Narrowing()
            and found.understanding.intent.kind in OPENING
            and (
                only_mentioned([one.ranked.candidate for one in answers])
                or (mended is None and self._unheard_of(snapshot, found, answers))
            )
        )
        hits = self._hits(snapshot, found, shown, explain=request.explain)
        others, facets = beside()
        return SearchResponse(
            query=parsed.text,
            interpretation=Interpretation(
                intent=found.understanding.intent.kind.value,
                corrected=corrected,
                suggestion=suggestion,
                only_mentioned=mentioned,
                expansions=_expansions(found.expanded, shown),
                place=_place_of(found.understanding.scope.home, found.understanding.scope.source),
            ),
            total=max(found.matches.total - folded, len(shown)),
            took_ms=0.0,
            page=request.page,
            limit=checked.limit,
            hits=hits,
            documents=others[Tab.DOCUMENTS],
            news=others[Tab.NEWS],
            elsewhere=others.get(Tab.ELSEWHERE),
            facets=facets,
            fallback=self._panels.fallback(snapshot, found.understanding, [] if mentioned else answers),
        )

    # --- understanding and matching ---

    def _find(
        self,
        snapshot: Snapshot,
        understanding: Understanding,
        request: SearchRequest,
        checked: CheckedRequest,
    ) -> _Found:
        filters = filters_for(understanding, checked.tab, checked.narrowing)
        candidates = max(self._settings.candidates, request.page * checked.limit + HEAD)
        plan, expanded = self._planner.plan(
            understanding, filters, snapshot.document_frequency, candidates=candidates
        )
        # Facets are asked for when it is settled which plan answers.
        plan = replace(plan, facets=())
        matches = self._repeated.match(snapshot, plan)
        while not matches.total:
            less = relaxed(plan)
            if less is None:
                break
            plan = less
            matches = self._repeated.match(snapshot, plan)
        return _Found(understanding, plan, expanded, matches, Highlighter(plan))

    def _opened(
        self, snapshot: Snapshot, found: _Found, request: SearchRequest, checked: CheckedRequest
    ) -> _Found:
        """The same, or with documents and news, where only they answer an errand."""
        understanding, covered = found.understanding, self._weights["poor.covered"]
        before = found.matches.candidates
        if (
            checked.tab is not Tab.MAIN
            or checked.narrowing.doctypes
            or understanding.intent.kind not in OPENING
            or answered(before, covered)
        ):
            return found
        again = self._find(snapshot, replace(understanding, opened=True), request, checked)
        return again if documents_lead(again.matches.candidates, before, covered) else found

    def _with_meaning(self, snapshot: Snapshot, found: _Found, request: SearchRequest) -> _Found:
        if self._meant is None or request.sort == "date":
            return found
        fused = fuse(snapshot, found.plan, found.matches, found.understanding, self._meant, self._weights)
        return replace(found, matches=fused)

    def _mend(
        self,
        snapshot: Snapshot,
        found: _Found,
        mended: Mended,
        request: SearchRequest,
        checked: CheckedRequest,
    ) -> tuple[_Found, str | None, str | None]:
        """What to answer where a correction is known: what is found, `corrected`, `suggestion`."""
        poor = self._spelling.poor(found.matches.candidates)
        if not poor and not mended.small:
            return found, None, mended.text if mended.sure else None
        again = self._find(
            snapshot, self._understander.understand(parse(mended.text), checked.home), request, checked
        )
        if not again.matches.total:
            return found, None, None
        better = _best_match(again.matches) > _best_match(found.matches)
        if (
            not found.matches.total
            or better
            or (mended.small and not self._spelling.poor(again.matches.candidates))
        ):
            return again, mended.text, None
        return found, None, mended.text if mended.sure else None

    def _unheard_of(self, snapshot: Snapshot, found: _Found, answers: Sequence[Answer]) -> bool:
        return unheard_of(
            found.understanding,
            found.plan,
            answers,
            snapshot.document_frequency,
            snapshot.documents,
            self._thesaurus,
        )

    # --- ranking and showing ---

    def _answers(
        self, snapshot: Snapshot, found: _Found, request: SearchRequest, checked: CheckedRequest, today: date
    ) -> tuple[list[Answer], int]:
        """The answers up to the page asked for, in order, and how many hits were folded into others."""
        ranker = Ranker(self._weights, self._registry, found.understanding, today)
        candidates = found.matches.candidates
        first = self._settings.candidates
        ranked = ranker.rank(candidates[:first])
        if len(candidates) > first:
            ranked += ranker.rank(candidates[first:])
        wanted = request.page * checked.limit
        if request.sort == "date":
            ranked.sort(key=lambda one: one.candidate.published or date.min, reverse=True)
            head = ranked[:wanted]
            return [Answer(*pair, pair[0].score) for pair in self._fetched(snapshot, head)], 0
        refiner = Refiner(self._weights, found.understanding, found.plan, found.highlighter, self._registry)
        head, tail = ranked[:HEAD], ranked[HEAD:]
        pairs = self._fetched(snapshot, head)
        refined = refiner.refine([one for one, _ in pairs], [document for _, document in pairs])
        scope = found.understanding.scope
        fair = scope.home is None and checked.narrowing.agency is None and not scope.named
        answers = spread(refined, repeat=self._weights["place.repeat"], fair=fair)
        folded = len(head) - len(answers)
        more = wanted - len(answers)
        if more > 0 and tail:
            answers += [Answer(*pair, pair[0].score) for pair in self._fetched(snapshot, tail[:more])]
        return answers, folded

    def _add_switchboard(
        self,
        snapshot: Snapshot,
        answers: list[Answer],
        understanding: Understanding,
        request: SearchRequest,
        checked: CheckedRequest,
        today: date,
    ) -> None:
        """Put the agency's own contact page among the first, where nobody holds the office asked for."""
        asked = understanding.scope.named[:1] or (
            (understanding.scope.home,) if understanding.scope.home else ()
        )
        if not asked or asked[0] is None or request.page > 1 or checked.tab is not Tab.MAIN:
            return
        home = asked[0]
        narrowing = replace(checked.narrowing, agency=home.id)
        general = self._understander.understand(parse(_SWITCHBOARD), home)
        found = self._find(snapshot, general, request, replace(checked, narrowing=narrowing))
        reached, _ = self._answers(snapshot, found, replace(request, page=1), checked, today)
        place_switchboard(answers, reached, home)

    def _fetched(self, snapshot: Snapshot, ranked: Sequence[Ranked]) -> list[tuple[Ranked, IndexedDocument]]:
        documents = snapshot.fetch([one.candidate.key for one in ranked])
        return list(zip(ranked, documents, strict=True))

    def _hits(
        self, snapshot: Snapshot, found: _Found, shown: Sequence[Answer], *, explain: bool
    ) -> list[Hit]:
        words = [one.text for clause in found.plan.clauses for one in clause.alternatives]
        stems = needles(word for text in words for word in text.split())
        presenter = Presenter(self._registry, snapshot, self._targets, stems, found.highlighter)
        return [
            presenter.hit(answer, self._explanation(found, answer) if explain else None) for answer in shown
        ]

    def _explanation(self, found: _Found, answer: Answer) -> HitExplanation:
        ranker = Ranker(self._weights, self._registry, found.understanding, datetime.now(UTC).date())
        factors = ranker.factors(answer.ranked.candidate) + answer.factors
        label = self.doctype_label(answer.ranked.candidate.doctype)
        synonyms = [word for one in _expansions(found.expanded, [answer]) for word in one.to]
        return HitExplanation(score=round(answer.score, 4), reasons=reasons(answer, factors, label, synonyms))

    # --- beside searching ---

    def suggest(self, typed: str, kommun: str | None, *, limit: int) -> list[Suggested]:
        """What the reader may be about to type. Raise as `search` does."""
        if len(typed) > self._settings.max_query_length:
            raise QueryTooLongError(f"the query is longer than {self._settings.max_query_length} characters")
        home = self.agency(kommun) if kommun and kommun.strip() else None
        return self._suggester.suggest(self.snapshot(), typed, home, limit=limit)

    def read_titles(self) -> None:
        """Read what suggestions mend slips by, before anybody types. Raise NotReadyError."""
        self._suggester.read(self.snapshot())

    def doctype_label(self, doctype: Doctype) -> str:
        """What citizens call a doctype."""
        return self._panels.label("doctype", doctype.value)

    def agencies(self) -> list[AgencyInfo]:
        """Every agency with the number of its documents that can be found; 0 while there is no index."""
        try:
            snapshot: Snapshot | None = self.snapshot()
        except NotReadyError:
            snapshot = None
        return self._panels.agencies(snapshot)


def _with_relatives(snapshot: Snapshot, found: _Found) -> _Found:
    """What words of the same family find, where the query's own find nothing."""
    plan = widened(found.plan, snapshot.words_with_prefix)
    if plan is None:
        return found
    matches = snapshot.match(plan)
    return (
        replace(found, plan=plan, matches=matches, highlighter=Highlighter(plan)) if matches.total else found
    )


def _best_match(matches: Matches) -> float:
    return max((candidate.matched for candidate in matches.candidates[:20]), default=0.0)


def _place_of(agency: Agency | None, source: str) -> Place | None:
    return Place(id=agency.id, name=agency.name, source=source) if agency else None


def _expansions(expanded: Sequence[Expanded], shown: Sequence[Answer]) -> list[Expansion]:
    """The words that brought hits which the query's own would not have, the surest first."""
    expanded = [one for one in expanded if one.synonyms]
    texts = list(texts_of(shown)) if expanded else []
    told = []
    for one in expanded:
        stem = one.word.casefold()[: max(4, len(one.word) - 3)]
        without = [text for text in texts if stem not in text]
        mattered = [
            synonym.text
            for synonym in one.synonyms
            if any(synonym.text.casefold() in text for text in without)
        ]
        if mattered:
            told.append(Expansion(from_=one.word, to=mattered[:_SHOWN_SYNONYMS]))
    return told


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
