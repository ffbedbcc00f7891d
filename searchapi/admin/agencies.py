"""How is one agency doing? Its runs, how its URLs ended, what fails, and the form to crawl it again."""

from collections import Counter
from dataclasses import dataclass

from starlette.responses import Response

from crawler.outcomes import Outcome
from searchapi.admin import figures
from searchapi.admin.asked import Asked
from searchapi.admin.overview import is_stuck, lines, workers

PER_PAGE = 50
_RUNS = 15
_GONE = frozenset({Outcome.NOT_FOUND, Outcome.GONE, Outcome.SOFT_404})
_LEFT_OUT = frozenset({Outcome.NOT_VISITED, Outcome.PAGE_LIMIT})
GROUPS = ("kept", "rested", "aside", "gone", "failed", "left")


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many URLs ended so, and which part of the picture they belong to."""

    outcome: Outcome
    count: int
    group: str


def group_of(outcome: Outcome) -> str:
    """Part of the picture of outcomes: kept, rested (not due), aside (by rule), gone, failed, or left."""
    if outcome is Outcome.NOT_DUE:
        return "rested"
    if outcome.kept:
        return "kept"
    if outcome in _GONE:
        return "gone"
    if outcome.is_failure:
        return "failed"
    return "left" if outcome in _LEFT_OUT else "aside"


def outcome_rows(counts: Counter[Outcome] | dict[Outcome, int]) -> list[OutcomeCount]:
    """Outcomes by part of the picture, the most frequent first."""
    rows = [OutcomeCount(outcome, count, group_of(outcome)) for outcome, count in counts.items() if count]
    return sorted(rows, key=lambda row: (GROUPS.index(row.group), -row.count, row.outcome))


def group_sums(rows: list[OutcomeCount]) -> list[tuple[str, int]]:
    """The picture's parts with their counts, in their order."""
    sums = Counter[str]()
    for row in rows:
        sums[row.group] += row.count
    return [(group, sums[group]) for group in GROUPS if sums[group]]


def show(asked: Asked) -> Response:
    """An agency's page."""
    name = asked.path["agency"]
    if name not in asked.registry:
        return asked.problem(404, "not_found")
    line = lines(asked, name)[0]
    counts = figures.outcome_counts(asked.store, name).get(name, Counter())
    rows = outcome_rows(counts)
    given = asked.query("utfall", 32)
    chosen = next((outcome for outcome in figures.FAILURES if outcome == given), None)
    total = counts[chosen] if chosen else sum(row.count for row in rows if row.outcome.is_failure)
    pages = max(1, -(-total // PER_PAGE))
    number = min(asked.page_number(), pages)
    alive = frozenset(one.worker for one in workers(asked) if one.alive)
    return asked.page(
        "agency.html",
        line=line,
        agency=line.agency,
        rows=rows,
        sums=group_sums(rows),
        runs=asked.store.runs(name, _RUNS),
        stuck={run.id for run in line.running if is_stuck(run, alive, asked.at)},
        requests=[one for one in asked.queue.requests(agency=name, limit=20) if not one.over],
        hosts=figures.hosts_of(asked.store, name),
        chosen=chosen,
        failing=[row for row in rows if row.outcome.is_failure],
        failed=figures.failed_urls(asked.store, name, chosen, offset=(number - 1) * PER_PAGE, limit=PER_PAGE),
        number=number,
        pages=pages,
    )
