"""In which order do candidates answer? The text score times factors for kind, place, coverage and quality."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crawler.record import Doctype
from crawler.registry import Agency, AgencyKind, Registry
from indexer.engine import Candidate
from searchapi.days import DayAsked
from searchapi.intent import IntentKind
from searchapi.understand import Understanding
from searchapi.weights import Weights

_WHO = frozenset({Doctype.CONTACT, Doctype.PLACE, Doctype.OTHER})
_AGING = frozenset({Doctype.NEWS, Doctype.EVENT, Doctype.MINUTES, Doctype.JOB})


@dataclass(frozen=True, slots=True)
class Factor:
    """What raised (above 1) or lowered (below 1) a hit; `name` leads to its words in explain.toml.

    `told` is what those words say of the hit: its date, where that is what counted.
    """

    name: str
    value: float
    told: str = ""


@dataclass(slots=True)
class Ranked:
    """A candidate with its score."""

    candidate: Candidate
    score: float


class Ranker:
    """Ranks for one understood query."""

    def __init__(
        self,
        weights: Weights,
        registry: Registry,
        understanding: Understanding,
        today: date,
    ) -> None:
        self._weights = weights
        self._understanding = understanding
        self._today = today
        kind = understanding.intent.kind
        self._kind = kind
        prior = "contact" if kind is IntentKind.PERSON else kind.value
        self._priors = {doctype: self._prior(prior, doctype) for doctype in Doctype}
        self._registry = registry
        self._places: dict[str, float] = {}
        self._floor = weights["coverage.floor"]
        self._power = weights["coverage.power"]
        self._titles = {doctype: title_weights(weights, kind, doctype) for doctype in Doctype}
        self._depth = weights["quality.depth"]
        self._clauses = max(1, len(understanding.content))
        self._met: dict[tuple[float, float, int, Doctype], tuple[float, float]] = {}
        self._known: dict[tuple[str, Doctype, str, int, bool, bool], tuple[float, float]] = {}

    def _prior(self, table: str, doctype: Doctype) -> float:
        asked = self._understanding.intent.asked
        if doctype in asked and table != "document":
            return max(self._weights.table(f"prior.{table}").values()) * self._weights["quality.asked"]
        if doctype in asked:
            return self._weights["prior.document.asked"]
        if self._understanding.opened:
            opened = self._weights.table("prior.opened")
            if doctype.value in opened:
                return opened[doctype.value]
        return self._weights[f"prior.{table}.{doctype.value}"]

    def _place_of(self, agency_id: str) -> float:
        """The factor of an agency; one that left the registry since the crawl has none."""
        value = self._places.get(agency_id)
        if value is None:
            known = agency_id in self._registry
            value = self._places[agency_id] = self._place(self._registry[agency_id]) if known else 1.0
        return value

    def _place(self, agency: Agency) -> float:
        scope = self._understanding.scope
        value = 1.0
        other_named = any(scope.home is not None and one.id != scope.home.id for one in scope.named)
        if scope.home is not None and agency.id == scope.home.id and not other_named:
            value *= self._weights[f"place.home{self._home_of()}"]
        if any(agency.id == named.id for named in scope.named):
            value *= self._weights["place.named"]
        responsible = self._understanding.responsible
        if responsible and agency.kind is not AgencyKind.OTHER:
            right = agency.kind in responsible
            value *= self._weights["place.responsible" if right else "place.not_responsible"]
        return value

    def _home_of(self) -> str:
        """Which weight a home agency has: every agency has chiefs, budgets and minutes of its own."""
        if self._kind is IntentKind.DOCUMENT:
            return "_document"
        if self._kind is not IntentKind.CONTACT:
            return ""
        if self._understanding.office:
            return "_office"
        return "" if self._understanding.responsible else "_contact"

    def rank(self, candidates: Sequence[Candidate]) -> list[Ranked]:
        """Candidates with their scores, best first; equals keep the engine's order."""
        if not candidates:
            return []
        best = max(candidate.score for candidate in candidates) or 1.0
        ranked = [Ranked(candidate, self._score(candidate, best)) for candidate in candidates]
        ranked.sort(key=lambda one: -one.score)
        return ranked

    def _score(self, candidate: Candidate, best: float) -> float:
        # Hundreds of candidates share a few values: what factors come to is worked out once for each.
        doctype, matched, titled = candidate.doctype, candidate.matched, candidate.title_matched
        words = matched, titled, candidate.title_words, doctype
        met = self._met.get(words)
        if met is None:
            met = self._met[words] = self._coverage(candidate), self._in_title(candidate)
        who = candidate.agency, doctype, candidate.language, candidate.depth, matched >= 1.0, titled > 0.0
        known = self._known.get(who)
        if known is None:
            known = self._known[who] = (
                self._priors[doctype] * self._place_of(candidate.agency),
                self._language(candidate) * self._depth_factor(candidate),
            )
        score = candidate.score / best * met[0] * met[1]
        score += candidate.meant
        score *= known[0]
        score *= known[1]
        return score * self._age(candidate) if doctype in _AGING else score

    def factors(self, candidate: Candidate) -> list[Factor]:
        """What made the candidate's score, for explaining it."""
        found = [
            Factor("coverage", self._coverage(candidate)),
            Factor("title", self._in_title(candidate)),
            Factor("prior", self._priors[candidate.doctype]),
            Factor("place", self._place_of(candidate.agency)),
            Factor("language", self._language(candidate)),
            Factor("depth", self._depth_factor(candidate)),
        ]
        if candidate.doctype in _AGING:
            found.append(Factor("age", self._age(candidate)))
        if candidate.meant > 0.0:
            found.append(Factor("meaning", 1.0 + candidate.meant))
        return found

    def _coverage(self, candidate: Candidate) -> float:
        met = candidate.matched**self._power
        return self._floor + (1.0 - self._floor) * float(met)

    def _in_title(self, candidate: Candidate) -> float:
        # How much of the title the query is about: 1 for "Bygglov", less for "Bygglov för skyltar".
        words = max(candidate.title_words, 1)
        tight = min(1.0, candidate.title_matched * self._clauses / words)
        return title_factor(candidate.title_matched, tight, *self._titles[candidate.doctype])

    def _language(self, candidate: Candidate) -> float:
        wanted = self._understanding.language
        if candidate.language == wanted:
            answers = wanted == "sv" or candidate.matched >= 1.0 or candidate.title_matched > 0.0
            return 1.0 if answers else self._weights["language.partly"]
        return self._weights["language.swedish" if candidate.language == "sv" else "language.other"]

    def _depth_factor(self, candidate: Candidate) -> float:
        if candidate.depth == 0:
            navigational = self._kind is IntentKind.NAVIGATIONAL
            return self._weights["quality.start_page_navigational" if navigational else "quality.start_page"]
        weight = self._weights["quality.depth_general"] if self._understanding.general else self._depth
        return 1.0 / (1.0 + weight * min(candidate.depth, 20))

    def _age(self, candidate: Candidate) -> float:
        """What is about a day is worth less with the years, unless just that day is asked for."""
        if candidate.published is None:
            return 1.0
        asked = self._understanding.intent.document.day
        if asked is not None and asked.year is not None:
            return _day_factor(asked, candidate.published, self._weights)
        years = max(0.0, (self._today - candidate.published).days / 365.0)
        latest = self._understanding.intent.document.latest
        return 1.0 / (1.0 + self._weights["quality.latest" if latest else "quality.freshness"] * years)


def title_weights(weights: Weights, kind: IntentKind, doctype: Doctype) -> tuple[float, float]:
    """What a title is worth for a kind of query and of page: for the words it has, and for having no others.

    A guide's title names a matter: where somebody is to be reached, that is half of the answer.
    """
    title, tight = weights[f"title.{kind.value}"], weights["title.tight"]
    if kind is IntentKind.CONTACT and doctype not in _WHO:
        title, tight = title * weights["title.matter"], tight * weights["title.matter"]
    return title, tight


def title_factor(matched: float, tight: float, title: float, tightness: float) -> float:
    """What a title that meets the query is worth: the share of the query met, and of the title that it is."""
    return 1.0 + matched * (title + tightness * tight)


def _day_factor(asked: DayAsked, day: date, weights: Weights) -> float:
    # Minutes are often published days after the meeting: only the year can speak against them here.
    if asked.year is not None and abs(asked.year - day.year) > 1:
        return weights["refine.wrong_day"]
    return 1.0
