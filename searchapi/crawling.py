"""How does a crawl look to the person who started it? Progress while it runs, a table when it is over."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from crawler.errors import CrawlerError
from crawler.outcomes import Outcome
from crawler.registry import Registry
from crawler.settings import CrawlSettings
from crawler.store import PageStore, RunSummary
from crawler.store.leases import Leases, worker_id
from indexer import IndexerError, IndexFollower, IndexLockedError
from searchapi.processes import ProcessFailedError, start_crawl
from searchapi.terminal import plain

_PLAIN_EVERY = 5


def crawl(
    settings: CrawlSettings, registry: Registry, agencies: Sequence[str], console: Console
) -> list[RunSummary]:
    """Crawl agencies and bring what was found into the index meanwhile. Return the finished runs.

    Ctrl-C ends it cleanly: what was fetched is kept, and the runs are marked stopped.
    """
    for agency in agencies:
        _ = registry[agency]
    runs: dict[str, int] = {}
    ended, interrupted = 0, False
    with PageStore(settings.store_url) as store:
        indexing = Indexing(settings)
        indexing.start()
        child = start_crawl(settings, agencies)
        try:
            with _Display(console, registry, agencies) as display:
                for event in child.events():
                    if event.get("event") == "error":
                        raise ProcessFailedError(str(event.get("message")))
                    if event.get("run"):
                        runs[event["agency"]] = int(event["run"])
                    ended += event.get("event") == "finished"
                    display.show(event)
            child.wait()
        except KeyboardInterrupt:
            console.print("Stopping: what was fetched is being saved …")
            interrupted = True
        finally:
            child.close()
            indexing.finish()
        # Where the process was killed, nothing that it began stays open.
        Leases(store, worker_id(), settings.lease_seconds).sweep(datetime.now(UTC))
        summaries = [store.run(run) for run in runs.values()]
    console.print(outcome_table(registry, summaries))
    if indexing.error is not None:
        raise indexing.error
    if interrupted:
        raise KeyboardInterrupt
    if ended < len(agencies):
        raise ProcessFailedError(
            "the crawl process ended before its runs did; its messages stand above. "
            "What was fetched is saved, and the next crawl goes on from there"
        )
    return summaries


class Indexing(threading.Thread):
    """Indexes until told to stop and nothing is left; where another process indexes already, it does."""

    def __init__(self, settings: CrawlSettings) -> None:
        super().__init__(name="index follower")
        self._settings = settings
        self._over = threading.Event()
        self.error: IndexerError | CrawlerError | None = None

    def run(self) -> None:
        """Follow the store; what goes wrong at the end is kept in `error`."""
        try:
            with (
                PageStore(self._settings.store_url) as store,
                IndexFollower(store, self._settings.index_dir) as follower,
            ):
                follower.run(self._over)
                while follower.step():
                    pass
        except IndexLockedError:
            return
        except (IndexerError, CrawlerError) as error:
            self.error = error

    def finish(self) -> None:
        """Index what is left, then end."""
        self._over.set()
        self.join()


class _Display:
    """A bar for each agency on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console, registry: Registry, agencies: Sequence[str]) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[pages]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {
            agency: self._progress.add_task(plain(registry[agency].name), total=None, pages="waiting")
            for agency in agencies
        }
        self._names = {agency: plain(registry[agency].name) for agency in agencies}
        self._shown = 0

    def __enter__(self) -> "_Display":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: dict[str, object]) -> None:
        """Show one event of the crawl process."""
        agency = str(event.get("agency", ""))
        if agency not in self._tasks:
            return
        outcomes = event.get("outcomes")
        counts = outcomes if isinstance(outcomes, dict) else {}
        visited = sum(int(count) for count in counts.values())
        queued = int(str(event.get("queued") or 0))
        failed = sum(int(n) for name, n in counts.items() if Outcome(name).is_failure)
        pages = f"{visited} of {visited + queued} addresses"
        if failed:
            pages += f", {failed} failed"
        done = event.get("event") == "finished"
        self._progress.update(
            self._tasks[agency],
            completed=visited,
            total=max(visited + queued, 1),
            pages=f"{visited} addresses, {event.get('status', 'finished')}" if done else pages,
        )
        self._shown += 1
        if not self._console.is_terminal and (done or self._shown % (_PLAIN_EVERY * len(self._tasks)) == 0):
            self._console.print(f"{self._names[agency]}: {pages}{' - done' if done else ''}")


def outcome_table(registry: Registry, runs: Sequence[RunSummary]) -> Table:
    """Crawl runs as a table, a row an agency: what became of every address."""
    table = Table(title="What became of every address", title_justify="left", show_lines=True)
    table.add_column("Agency", no_wrap=True, max_width=28)
    table.add_column("Addresses", justify="right")
    table.add_column("Outcomes", ratio=1)
    table.add_column("MB", justify="right")
    table.add_column("Seconds", justify="right")
    for run in runs:
        name = registry[run.agency].short_name if run.agency in registry else run.agency
        ranked = sorted(run.outcomes.items(), key=lambda row: (not row[0].kept, -row[1]))
        told = ", ".join(f"{outcome.value.replace('_', ' ')} {count}" for outcome, count in ranked) or "none"
        table.add_row(
            plain(name),
            str(sum(run.outcomes.values())),
            told
            if run.status == "finished"
            else plain(f"{run.status}{': ' + run.reason if run.reason else ''}; {told}"),
            f"{run.bytes / 1e6:.1f}",
            f"{run.seconds:.1f}",
        )
    return table
