"""What stands beside the hits? Other tabs with their counts, facets with their labels, whom to call else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from crawler.registry import Agency, AgencyKind, Registry
from indexer.engine import Candidate, FacetCount, Plan, Snapshot
from searchapi.fusion import counted_in
from searchapi.intent import IntentKind
from searchapi.models import AgencyInfo, Facets, FacetValue, OtherHits
from searchapi.plan import Narrowing, Tab, filters_for
from searchapi.refine import Answer
from searchapi.repeated import Repeated
from searchapi.texts import Texts
from searchapi.understand import Understanding

_FACETS = ("doctype", "agency", "language")
_FEW = 3
_TO_BE_CALLED = frozenset({IntentKind.CONTACT, IntentKind.PERSON, IntentKind.NAVIGATIONAL})


@dataclass(frozen=True, slots=True)
class Matched:
    """What was asked for, the plan that found it, and what was found by meaning beside the plan."""

    understanding: Understanding
    plan: Plan
    meant: Sequence[Candidate] = ()


class Panels:
    """Makes what stands beside the hits. Holds no state of a query."""

    def __init__(self, registry: Registry, texts: Texts, repeated: Repeated) -> None:
        self._registry = registry
        self._texts = texts
        self._repeated = repeated
        self._counted: tuple[int, Mapping[str, int]] = (-1, {})

    def beside(
        self, snapshot: Snapshot, found: Matched, tab: Tab, narrowing: Narrowing, home: str
    ) -> tuple[dict[Tab, OtherHits], Facets]:
        """How many hits wait in other tabs (documents, news, elsewhere where there is any), and the facets.

        Hits are counted for all doctypes of a tab, whatever doctype the reader has narrowed to in `tab`;
        facets tell how many of all hits have which doctype, agency and language.
        """
        wide = replace(narrowing, doctypes=frozenset())
        tabs = [Tab.DOCUMENTS, Tab.NEWS]
        if found.understanding.scope.far and tab is not Tab.ELSEWHERE:
            tabs.append(Tab.ELSEWHERE)
        survey = self._repeated.survey(
            snapshot,
            replace(found.plan, facets=_FACETS),
            [filters_for(found.understanding, one, wide) for one in tabs],
        )
        query = found.understanding.parsed.text
        others = {
            one: OtherHits(total=total, url=_address(query, home, one))
            for one, total in zip(tabs, survey.totals, strict=True)
        }
        return others, self._facets(counted_in(survey.facets, found.meant))

    def _facets(self, facets: Mapping[str, Sequence[FacetCount]]) -> Facets:
        def values(name: str) -> list[FacetValue]:
            return [
                FacetValue(value=one.value, label=self.label(name, one.value), count=one.count)
                for one in facets.get(name, ())
            ]

        return Facets(doctype=values("doctype"), agency=values("agency"), language=values("language"))

    def label(self, facet: str, value: str) -> str:
        """What citizens call a facet's value."""
        if facet == "doctype":
            return self._texts(f"doctype.{value}")
        if facet == "language":
            return self._texts.language_name(value).capitalize()
        return self._registry[value].name if value in self._registry else value

    def fallback(
        self, snapshot: Snapshot, understanding: Understanding, answers: Sequence[Answer]
    ) -> list[AgencyInfo]:
        """The agency's own number, where nobody better was found to call."""
        kind = understanding.intent.kind
        if kind not in _TO_BE_CALLED and answers:
            return []
        called = kind is not IntentKind.NAVIGATIONAL and not understanding.general
        if called and any(_can_be_called(answer) for answer in answers[:_FEW]):
            return []
        agencies = list(understanding.scope.named)
        if not agencies:
            home = understanding.scope.home
            municipalities = self._registry.of_kind(AgencyKind.MUNICIPALITY)
            agencies = [home] if home else list(municipalities) if len(municipalities) == 1 else []
        counts = self._counts(snapshot) if agencies else {}
        return [agency_info(agency, counts.get(agency.id, 0)) for agency in agencies[:_FEW]]

    def agencies(self, snapshot: Snapshot | None) -> list[AgencyInfo]:
        """Every agency with the number of its documents in a state of the index; 0 where there is none."""
        counts = self._counts(snapshot) if snapshot is not None else {}
        return [agency_info(agency, counts.get(agency.id, 0)) for agency in self._registry]

    def _counts(self, snapshot: Snapshot) -> Mapping[str, int]:
        """The number of documents by agency, counted once for a state of the index."""
        revision, counts = self._counted
        if revision != snapshot.revision:
            found = snapshot.match(Plan(clauses=(), candidates=0, facets=("agency",))).facets["agency"]
            counts = {one.value: one.count for one in found}
            self._counted = snapshot.revision, counts
        return counts


def agency_info(agency: Agency, documents: int) -> AgencyInfo:
    """An agency as the API tells of it."""
    return AgencyInfo(
        id=agency.id,
        name=agency.name,
        kind=agency.kind,
        short_name=agency.short_name,
        municipality_code=agency.municipality_code,
        region=agency.region,
        web=agency.contact.web or agency.seeds[0],
        switchboard=agency.contact.switchboard,
        email=agency.contact.email,
        languages=list(agency.languages),
        documents=documents,
    )


def _address(query: str, home: str, tab: Tab) -> str:
    parameters = {"q": query, "kommun": home, "tab": tab.value}
    return "/sok?" + urlencode({name: value for name, value in parameters.items() if value})


def _can_be_called(answer: Answer) -> bool:
    contact = answer.contact
    if contact is None or not (contact.phone or contact.email):
        return False
    return answer.contact_met or (
        answer.ranked.candidate.matched >= 1.0 and answer.ranked.candidate.title_matched > 0
    )
