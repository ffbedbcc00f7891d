"""`medborgarsok import-warc FILE…`: how do other crawlers' archives get into the page store and the index?"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from crawler.registry import Registry, load_registry
from crawler.settings import CrawlSettings
from crawler.store import PageStore, RunSummary
from searchapi.commands.shared import OfDemo, console, errors, settings_for
from searchapi.crawling import Indexing, outcome_table
from searchapi.processes import Child, ProcessFailedError
from searchapi.settings import Settings
from searchapi.terminal import plain

_PHASES = {"looking": "Looking through", "reading": "Reading"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import-warc")(import_warc)


def import_warc(
    files: Annotated[
        list[Path],
        typer.Argument(help="WARC files, plain or gzip.", exists=True, dir_okay=False, readable=True),
    ],
    of_demo: OfDemo = False,
) -> None:
    """Import the pages of WARC files that other crawlers wrote, of the agencies of the registry."""
    settings = settings_for(of_demo)
    registry = load_registry(settings.registry)
    runs, told = bring_in(settings, files, console)
    if runs:
        console.print(outcome_table(registry, runs))
    console.print(_skipped_table(told))
    for fault in told.get("faults", ()):
        errors.print(plain(fault))
    _warn_of_strangers(registry, runs)
    if told.get("faults") or any(run.status == "failed" for run in runs):
        raise typer.Exit(1)


def bring_in(
    settings: Settings, files: Sequence[Path], to: Console
) -> tuple[list[RunSummary], Mapping[str, Any]]:
    """Import files and index what comes in meanwhile. Return the runs, and what was told at the end.

    Ctrl-C ends it cleanly: what was read is kept, the runs are marked stopped, and importing the same files
    again goes on. Raise ProcessFailedError where nothing could be imported.
    """
    crawl = json.loads(settings.model_dump_json(include=set(CrawlSettings.model_fields)))
    job = {"settings": crawl, "files": [str(path.absolute()) for path in files]}
    numbers: list[int] = []
    told: dict[str, Any] = {}
    interrupted = False
    with PageStore(settings.store_url) as store:
        indexing = Indexing(settings)
        indexing.start()
        child = Child("crawler.importing", job=job, events=True)
        try:
            with _Display(to) as display:
                for event in child.events():
                    match event.get("event"):
                        case "error":
                            raise ProcessFailedError(str(event.get("message")))
                        case "run":
                            numbers.append(int(event["run"]))
                        case "progress":
                            display.show(event)
                        case "told":
                            told = event
            child.wait()
        except KeyboardInterrupt:
            to.print("Stopping: what was read is being saved …")
            interrupted = True
        finally:
            child.close()
            indexing.finish()
        for number in numbers:
            if store.run(number).status == "running":
                reason = "the importing process ended before the run did"
                store.finish_run(number, "interrupted", datetime.now(UTC), reason)
        runs = [store.run(number) for number in numbers]
    if indexing.error is not None:
        raise indexing.error
    if interrupted:
        raise KeyboardInterrupt
    if not told:
        raise ProcessFailedError(
            "the importing process ended before its work did; its messages stand above. "
            "What was read is saved; import the same files again"
        )
    return runs, told


class _Display:
    """A bar for each file and phase on a terminal, a line for each elsewhere."""

    def __init__(self, to: Console) -> None:
        self._console = to
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            DownloadColumn(),
            TextColumn("{task.fields[pages]}"),
            TimeElapsedColumn(),
            console=to,
            disable=not to.is_terminal,
        )
        self._tasks: dict[tuple[str, str], TaskID] = {}

    def __enter__(self) -> "_Display":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: Mapping[str, Any]) -> None:
        """Show how far a file is read."""
        key = (str(event["phase"]), str(event["file"]))
        title = f"{_PHASES.get(key[0], key[0])} {plain(key[1])}"
        if key not in self._tasks:
            self._tasks[key] = self._progress.add_task(title, total=int(event["size"]) or None, pages="")
            if not self._console.is_terminal:
                self._console.print(f"{title} …")
        self._progress.update(
            self._tasks[key],
            completed=int(event["read"]),
            total=int(event["size"]) or None,
            pages=f"{event['records']} records, {event['pages']} pages",
        )


def _skipped_table(told: Mapping[str, Any]) -> Table:
    skipped = {str(reason): int(count) for reason, count in dict(told.get("skipped", {})).items()}
    title = f"{told.get('records', 0)} records; skipped: {sum(skipped.values())}"
    table = Table(title=title, title_justify="left")
    table.add_column("Why skipped")
    table.add_column("Records", justify="right")
    for reason, count in skipped.items():
        table.add_row(plain(reason), str(count))
    return table


def _warn_of_strangers(registry: Registry, runs: Sequence[RunSummary]) -> None:
    if not runs:
        hosts = [host for agency in registry for host in agency.hosts]
        told = ", ".join(hosts[:10]) + (" …" if len(hosts) > 10 else "")
        errors.print(
            "Nothing was imported: no record is of a host of the registry and newer than what the store has. "
            f"The registry's hosts: {plain(told)}"
        )
