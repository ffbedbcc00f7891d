"""How are all agencies doing? The overview: what goes on, what needs a person, what comes next."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from crawler.outcomes import Outcome
from crawler.registry import Agency
from crawler.schedule import next_run
from crawler.store.leases import Leases, Presence
from crawler.store.queue import RecrawlQueue
from indexer.progress import indexed_revision
from searchapi.admin import figures
from searchapi.admin.asked import Asked
from searchapi.admin.figures import PastRun, RunHead

REFRESH_SECONDS = 10
PER_PAGE = 300
"""Lines of agencies on a page; those that need somebody stand first."""
_NAMELESS_SILENCE = timedelta(hours=1)
_FAILED = frozenset({"failed", "interrupted"})
_PROBLEMS = frozenset({"stuck", "held", "failing"})
_ORDER = {state: n for n, state in enumerate(("stuck", "held", "failing", "crawling", "waiting", "idle"))}


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency's line. `state`: stuck, held, failing, crawling, waiting, idle or (never crawled) new."""

    agency: Agency
    state: str
    running: tuple[RunHead, ...]
    held: RunHead | None
    last: RunHead | None
    next: datetime | None
    documents: int
    not_visited: int
    failures: int
    stale: int
    past: tuple[PastRun, ...]

    @property
    def needs_somebody(self) -> bool:
        """Whether an administrator should look."""
        return self.state in _PROBLEMS


@dataclass(frozen=True, slots=True)
class IndexLag:
    """How far the index is behind the store: changes not yet seen; None where there is no index."""

    store: int
    index: int | None

    @property
    def behind(self) -> int | None:
        """Changes that are not searchable yet."""
        return None if self.index is None else max(0, self.store - self.index)


def show(asked: Asked) -> Response:
    """The overview."""
    every = lines(asked)
    wanted = asked.query("visa")
    shown = [line for line in every if line.needs_somebody] if wanted == "atgard" else every
    ordered = sorted(shown, key=lambda line: (_ORDER.get(line.state, 9), line.agency.name))
    pages = max(1, -(-len(ordered) // PER_PAGE))
    number = min(asked.page_number(), pages)
    live = asked.query("direkt") == "1"
    response = asked.page(
        "overview.html",
        lines=ordered[(number - 1) * PER_PAGE : number * PER_PAGE],
        number=number,
        pages=pages,
        wanted=wanted,
        total=len(every),
        problems=sum(line.needs_somebody for line in every),
        crawling=sum(bool(line.running) for line in every),
        documents=sum(line.documents for line in every),
        workers=workers(asked),
        lag=index_lag(asked),
        live=live,
        refresh=REFRESH_SECONDS,
        done=asked.query("klart", 20),
    )
    if live:  # the reader's own choice, with a link that ends it (WCAG 2.2.2)
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def workers(asked: Asked) -> list[Presence]:
    """The processes that crawl."""
    return Leases(asked.store, "", asked.settings.lease_seconds).present(asked.at)


def is_stuck(run: RunHead, alive: frozenset[str], at: datetime) -> bool:
    """Whether a run that should go on has no process any more that works at it."""
    if not run.worker:
        return run.started + _NAMELESS_SILENCE < at
    return run.worker not in alive


def lines(asked: Asked, only: str | None = None) -> list[AgencyLine]:
    """The agencies' lines, in the registry's order; `only` one agency's where given."""
    store, at = asked.store, asked.at
    alive = frozenset(one.worker for one in workers(asked) if one.alive)
    counts = figures.outcome_counts(store, only)
    stale = figures.stale_counts(store, only)
    documents = store.document_counts()
    past = figures.past_runs(store, only)
    last, starts = figures.last_whole_runs(store), figures.last_starts(store)
    going, held = figures.running(store), {run.agency: run for run in figures.held(store)}
    pending = RecrawlQueue(store).waiting_agencies()
    found = []
    for agency in asked.registry:
        if only is not None and agency.id != only:
            continue
        runs = tuple(run for run in going if run.agency == agency.id)
        outcomes = counts.get(agency.id, Counter[Outcome]())
        newest = last.get(agency.id)
        if any(is_stuck(run, alive, at) for run in runs):
            state = "stuck"
        elif agency.id in held:
            state = "held"
        elif runs:
            state = "crawling"
        elif newest is not None and newest.status in _FAILED:
            state = "failing"
        elif agency.id in pending:
            state = "waiting"
        else:
            state = "idle" if newest is not None or outcomes else "new"
        found.append(
            AgencyLine(
                agency=agency,
                state=state,
                running=runs,
                held=held.get(agency.id),
                last=newest,
                next=next_run(agency.schedule, starts.get(agency.id), at, agency=agency.id),
                documents=documents.get(agency.id, 0),
                not_visited=outcomes.get(Outcome.NOT_VISITED, 0),
                failures=sum(count for outcome, count in outcomes.items() if outcome.is_failure),
                stale=stale.get(agency.id, 0),
                past=tuple(past.get(agency.id, ())),
            )
        )
    return found


def index_lag(asked: Asked) -> IndexLag:
    """How far the index is behind the store."""
    known = indexed_revision(asked.settings.index_dir)
    return IndexLag(asked.store.revision(), known)
