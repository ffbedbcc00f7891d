"""What did the index answer to the same plan before? Many citizens ask alike, and leaf and change tabs."""

from collections.abc import Hashable, Sequence

from indexer.engine import Filters, Matches, Plan, Snapshot, Survey
from searchapi.remembered import Remembered

_MATCHES = 192
"""Some 70 kB each, as they hold 200 candidates."""
_SURVEYS = 1024
_MOST_CANDIDATES = 300
"""Who leafs far is alone: that is not kept."""


class Repeated:
    """Answers plans from memory where the index has answered them in the same state. Safe to share."""

    def __init__(self) -> None:
        self._matches: Remembered[Matches] = Remembered(_MATCHES)
        self._surveys: Remembered[Survey] = Remembered(_SURVEYS)

    def match(self, snapshot: Snapshot, plan: Plan) -> Matches:
        """What a plan finds."""
        if plan.candidates > _MOST_CANDIDATES:
            return snapshot.match(plan)
        return self._matches.get((snapshot.revision, _key(plan)), lambda: snapshot.match(plan))

    def survey(self, snapshot: Snapshot, plan: Plan, limits: Sequence[Filters]) -> Survey:
        """What there is beside the best that a plan finds."""
        key = snapshot.revision, _key(plan), tuple(limits)
        return self._surveys.get(key, lambda: snapshot.survey(plan, limits))


def _key(plan: Plan) -> Hashable:
    """All that a plan says; its weights are mappings, which can't be keys themselves."""
    weights = tuple(sorted(plan.field_weights.items())), tuple(sorted(plan.form_weights.items()))
    rest = plan.phrases, plan.excluded, plan.filters, plan.minimum_match, plan.candidates, plan.facets
    return plan.clauses, weights, rest
