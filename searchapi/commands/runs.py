"""`medborgarsok runs …`: how did crawls go, and what is to be done about one that was held?"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer
from rich import box
from rich.table import Table
from typer.core import TyperGroup

from crawler.assignment import Scope
from crawler.registry import load_registry
from crawler.store import PageStore, RunSummary
from crawler.store.audit import Audit
from searchapi.commands.operator import operator
from searchapi.commands.shared import OfDemo, console, settings_for
from searchapi.errors import BadRequestError
from searchapi.terminal import plain

_SLOWEST = 10
_CHANGES = ("new", "changed", "unchanged", "not_due", "removed", "held")


class _RunsGroup(TyperGroup):
    """`runs` and `runs aspvik` list; what is no subcommand is taken for an agency."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        helps = {"--help"} & set(args)
        if not helps and (not args or args[0] not in self.commands):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    runs = typer.Typer(
        cls=_RunsGroup, help="Crawl runs: runs [AGENCY] lists them, the newest first.", no_args_is_help=False
    )
    app.add_typer(runs, name="runs")
    runs.command("list")(list_)
    runs.command("show")(show)
    runs.command("release")(release)
    runs.command("discard")(discard)


_Number = Annotated[int, typer.Argument(metavar="ID", min=1, help="The run's number in the list.")]


def list_(
    agency: Annotated[str | None, typer.Argument(help="Only of this agency.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 20,
    of_demo: OfDemo = False,
) -> None:
    """List crawl runs."""
    settings = settings_for(of_demo)
    if agency is not None:
        _ = load_registry(settings.registry)[agency]
    with PageStore(settings.store_url) as store:
        runs = store.runs(agency, limit)
    console.print(_runs_table(runs, console.width))


def show(number: _Number, of_demo: OfDemo = False) -> None:
    """Show all that is known of a run."""
    with PageStore(settings_for(of_demo).store_url) as store:
        run = store.run(number)
    console.print(f"[bold]Run {run.id} of {plain(run.agency)}[/bold]: {plain(_what(run))}")
    reason = f" ({plain(run.reason)})" if run.reason else ""
    console.print(f"Status: {plain(run.status)}{reason}", soft_wrap=True)
    ended = f" until {run.finished.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if run.finished else ", not ended"
    console.print(f"Began {run.started.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC{ended}; {run.seconds:.1f} s")
    asked = f", for recrawl request {run.request}" if run.request else ""
    goes_on = f", goes on with run {run.continues}" if run.continues else ""
    console.print(f"Asked for by: {plain(run.origin)}{asked}{goes_on}")
    if run.worker:
        console.print(f"Worker: {plain(run.worker)}")
    console.print(f"{run.requests} requests, {run.bytes / 1e6:.2f} MB")
    _print_counts(
        "Documents",
        {
            "before": run.documents_before,
            **{name.replace("_", " "): run.changes[name] for name in _CHANGES if run.changes.get(name)},
        },
    )
    ranked = sorted(run.outcomes.items(), key=lambda row: (not row[0].kept, -row[1]))
    _print_counts("Addresses by outcome", {outcome.value: count for outcome, count in ranked})
    _print_hosts(run.hosts)
    for warning in run.warnings:
        console.print(
            f"[yellow]Warning[/yellow] {plain(warning.get('code', ''))}: {plain(warning.get('message', ''))}",
            soft_wrap=True,
        )
    if run.status == "held":
        console.print(
            f"It is held. Let what it lost go: medborgarsok runs release {run.id}. "
            f"Keep what was there: medborgarsok runs discard {run.id}."
        )


def release(number: _Number, of_demo: OfDemo = False) -> None:
    """Let the documents go that a held run did not find again."""
    _decide("release", number, of_demo)


def discard(number: _Number, of_demo: OfDemo = False) -> None:
    """Keep the documents that a held run did not find again, and look for them with the next run."""
    _decide("discard", number, of_demo)


def _decide(action: str, number: int, of_demo: bool) -> None:
    at = datetime.now(UTC)
    with PageStore(settings_for(of_demo).store_url) as store:
        run = store.run(number)
        if run.status != "held":
            raise BadRequestError(
                f"run {number} is {run.status}; only a held run can be released or discarded"
            )
        documents = store.release_run(number, at) if action == "release" else store.discard_run(number, at)
        Audit(store).note(
            operator(),
            f"{action}_run",
            run.agency,
            f"run {number}",
            at=at,
        )
    done = "are taken out" if action == "release" else "stay"
    console.print(f"Run {number} of {plain(run.agency)}: {documents} documents {done}.")


# Heading, whether it is a figure, and the width of the terminal from which on there is room for it.
_COLUMNS = (
    ("Id", False, 0),
    ("Agency", False, 0),
    ("What", False, 110),
    ("Began (UTC)", False, 0),
    ("Status", False, 0),
    ("Seconds", True, 140),
    ("Requests", True, 120),
    ("MB", True, 140),
    ("New", True, 0),
    ("Changed", True, 80),
    ("Removed", True, 80),
    ("Failed", True, 0),
)
_WITH_YEAR = 110
_LONGEST_AGENCY = 24


def _runs_table(runs: Sequence[RunSummary], width: int) -> Table:
    """Runs, a line each: on a narrow terminal fewer columns, and no heading or figure cut short."""
    shown = [column for column in _COLUMNS if width >= column[2]]
    rows = []
    for run in runs:
        cells = _cells(
            run, f"{run.started.astimezone(UTC):{'%Y-%m-%d' if width >= _WITH_YEAR else '%m-%d'} %H:%M}"
        )
        if width < _WITH_YEAR and run.scope is not Scope.AGENCY:
            cells["Agency"] += f" ({run.scope})"
        rows.append([cells[heading] for heading, _, _ in shown])
    table = Table(title="Crawl runs", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    widths = [max(len(text) for text in column) for column in zip([c[0] for c in shown], *rows, strict=True)]
    room = width - 2 * len(shown) - 2
    for n, (heading, is_figure, _) in enumerate(shown):  # agencies and targets give way
        if heading == "Agency" and width >= _WITH_YEAR:
            widths[n] = min(widths[n], _LONGEST_AGENCY)
        if heading == ("What" if width >= _WITH_YEAR else "Agency"):
            widths[n] = min(widths[n], max(len(heading), room - sum(widths) + widths[n]))
        justify: Literal["left", "right"] = "right" if is_figure else "left"
        table.add_column(heading, justify=justify, no_wrap=True, width=widths[n])
    for row in rows:
        table.add_row(*row)
    return table


def _cells(run: RunSummary, began: str) -> dict[str, str]:
    failed = sum(count for outcome, count in run.outcomes.items() if outcome.is_failure)
    return {
        "Id": str(run.id),
        "Agency": plain(run.agency),
        "What": plain(_what(run)),
        "Began (UTC)": began,
        "Status": plain(run.status),
        "Seconds": f"{run.seconds:.0f}",
        "Requests": str(run.requests),
        "MB": f"{run.bytes / 1e6:.1f}",
        **{name.title(): str(run.changes.get(name, "")) for name in ("new", "changed", "removed")},
        "Failed": str(failed),
    }


def _what(run: RunSummary) -> str:
    return f"{run.scope} {run.target}" if run.target else f"the whole {run.scope}"


def _print_counts(title: str, counts: Mapping[str, int]) -> None:
    table = Table(
        title=title, title_justify="left", show_header=False, box=None, pad_edge=False, min_width=30
    )
    table.add_column("What")
    table.add_column("How many", justify="right")
    for name, count in counts.items():
        table.add_row(plain(name), str(count))
    console.print(table, "")


def _print_hosts(hosts: Mapping[str, Mapping[str, Any]]) -> None:
    """The hosts that took longest to answer, by the time of one request."""
    if not hosts:
        return

    def pace(figures: Mapping[str, Any]) -> float:
        return float(figures.get("seconds", 0)) / max(1.0, float(figures.get("requests", 0)))

    table = Table(
        title="Slowest hosts (robots.txt, sitemaps and probes counted)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("Host", overflow="fold")
    for heading in ("Requests", "MB", "Mean s", "Slowest s", "Errors"):
        table.add_column(heading, justify="right")
    for host, figures in sorted(hosts.items(), key=lambda row: -pace(row[1]))[:_SLOWEST]:
        table.add_row(
            plain(host),
            f"{figures.get('requests', 0):.0f}",
            f"{figures.get('bytes', 0) / 1e6:.1f}",
            f"{pace(figures):.2f}",
            f"{figures.get('slowest', 0):.2f}",
            f"{figures.get('errors', 0):.0f}",
        )
    console.print(table)
