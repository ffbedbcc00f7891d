"""What came of a crawl run? Its report, and, where the wipe guard held it, the choice what is to be done."""

from collections.abc import Callable

from starlette.responses import Response

from crawler.errors import StoreError
from crawler.store import RunSummary
from searchapi.admin import figures
from searchapi.admin.agencies import group_sums, outcome_rows
from searchapi.admin.asked import Asked, go_to
from searchapi.admin.overview import is_stuck, workers
from searchapi.admin.told import told

_SHOWN = 100
_SAMPLES = 50
_HOSTS = 10


def show_all(asked: Asked) -> Response:
    """The newest runs of all agencies, or those of one status."""
    wanted = asked.query("status", 16)
    runs = asked.store.runs(limit=_SHOWN, status=wanted or None)
    alive = frozenset(one.worker for one in workers(asked) if one.alive)
    stuck = {run.id for run in figures.running(asked.store) if is_stuck(run, alive, asked.at)}
    return asked.page("runs.html", runs=runs, wanted=wanted, most=_SHOWN, stuck=stuck)


def show(asked: Asked) -> Response:
    """One run."""
    run = _run(asked)
    if run is None:
        return asked.problem(404, "not_found")
    rows = outcome_rows(run.outcomes)
    missing, samples = figures.lost_documents(asked.store, run.id, _SAMPLES)
    slowest = sorted(run.hosts.items(), key=lambda pair: -_per_request(pair[1]))[:_HOSTS]
    alive = frozenset(one.worker for one in workers(asked) if one.alive)
    going = next((head for head in figures.running(asked.store) if head.id == run.id), None)
    live = asked.query("direkt") == "1" and going is not None
    stuck = going is not None and is_stuck(going, alive, asked.at)
    name = _name(asked, run)
    response = asked.page(
        "run.html",
        run=run,
        name=name,
        told=told(run, name, missing, stuck, run.agency in asked.registry, asked.texts),
        rows=rows,
        sums=group_sums(rows),
        missing=missing,
        samples=samples,
        hosts=[(host, figures_of, _per_request(figures_of)) for host, figures_of in slowest],
        stuck=stuck,
        live=live,
        done=asked.query("klart", 20),
    )
    if live:
        response.headers["Refresh"] = "10"
    return response


def confirm_release(asked: Asked) -> Response:
    """Before a held run is let through."""
    return _confirm(asked, "release")


def confirm_discard(asked: Asked) -> Response:
    """Before what a held run found missing is kept."""
    return _confirm(asked, "discard")


def release(asked: Asked) -> Response:
    """Let a held run through: what it found missing is no longer searchable."""
    return _judge(asked, "release", asked.store.release_run)


def discard(asked: Asked) -> Response:
    """Keep what a held run found missing."""
    return _judge(asked, "discard", asked.store.discard_run)


def _confirm(asked: Asked, what: str) -> Response:
    run = _run(asked)
    if run is None:
        return asked.problem(404, "not_found")
    if run.status != "held":
        return go_to(f"/admin/korningar/{run.id}")
    missing, samples = figures.lost_documents(asked.store, run.id, 10)
    return asked.page(
        "judge.html", run=run, what=what, name=_name(asked, run), missing=missing, samples=samples
    )


def _judge(asked: Asked, what: str, carry_out: Callable[..., object]) -> Response:
    run = _run(asked)
    if run is None:
        return asked.problem(404, "not_found")
    if run.status != "held":  # judged already, here or by a later run: asking again changes nothing
        return go_to(f"/admin/korningar/{run.id}")
    carry_out(run.id, asked.at)
    asked.audit.note(asked.who, f"{what}_run", run.agency, f"run {run.id}", at=asked.at)
    return go_to(f"/admin/korningar/{run.id}", klart=what)


def _run(asked: Asked) -> RunSummary | None:
    number = int(asked.path["number"])
    try:
        return asked.store.run(number)
    except StoreError:
        return None


def _name(asked: Asked, run: RunSummary) -> str:
    """The agency's name; its id where it has left the registry."""
    return asked.registry[run.agency].name if run.agency in asked.registry else run.agency


def _per_request(of_host: dict[str, float]) -> float:
    """Seconds that a request to the host took on average."""
    return of_host.get("seconds", 0.0) / max(1.0, of_host.get("requests", 0.0))
