"""How does a recrawl look to the person who asked for it? Progress while it waits and runs, then a table."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from crawler.settings import CrawlSettings
from crawler.store import PageStore
from crawler.store.leases import Leases, worker_id
from crawler.store.queue import RecrawlQueue, RecrawlRequest
from searchapi.crawling import Indexing
from searchapi.processes import Child, start_worker
from searchapi.terminal import plain

_LOOK_SECONDS = 0.3
_SOMEBODY_SECONDS = 3.0


def is_served(settings: CrawlSettings, store: PageStore) -> bool:
    """Whether a worker is there that looks at requests by itself."""
    present = Leases(store, worker_id(), settings.lease_seconds).present(datetime.now(UTC))
    return any(each.alive and each.kind == "worker" for each in present)


def follow(
    settings: CrawlSettings, store: PageStore, requests: Sequence[RecrawlRequest], console: Console
) -> list[RecrawlRequest]:
    """Wait until the requests are over, and return them as they ended. What is found is indexed meanwhile.

    Where no worker is there, one is run until nothing waits any more; requests that it has to leave (quiet
    hours) are returned as pending. Ctrl-C ends the waiting; what a worker of its own had begun waits again.
    """
    queue = RecrawlQueue(store)
    indexing = Indexing(settings)
    indexing.start()
    own: Child | None = None
    looked = 0.0
    try:
        with _Bars(console, requests) as bars:
            while True:
                found = [queue.get(request.id) or request for request in requests]
                bars.show(found)
                if all(request.over for request in found):
                    break
                if own is not None and not own.running():
                    found = [queue.get(request.id) or request for request in requests]
                    break
                if own is None and time.monotonic() - looked > _SOMEBODY_SECONDS:
                    looked = time.monotonic()
                    own = None if is_served(settings, store) else start_worker(settings, drain=True)
                time.sleep(_LOOK_SECONDS)
    finally:
        if own is not None:
            own.close()
        indexing.finish()
    if indexing.error is not None:
        raise indexing.error
    return found


class _Bars:
    """A bar for each request on a terminal, a line for each change of its words elsewhere."""

    def __init__(self, console: Console, requests: Sequence[RecrawlRequest]) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks = {
            request.id: self._progress.add_task(plain(request.target), total=None, told="waits")
            for request in requests
        }
        self._statuses: dict[int, str] = {}

    def __enter__(self) -> "_Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, requests: Sequence[RecrawlRequest]) -> None:
        """Show how far they are."""
        for request in requests:
            outcomes = request.progress.get("outcomes") or {}
            visited = sum(int(count) for count in outcomes.values())
            total = visited + int(request.progress.get("queued") or 0)
            told = request.result or str(request.progress.get("message") or request.status)
            self._progress.update(
                self._tasks[request.id],
                completed=1 if request.over else visited,
                total=1 if request.over else total or None,
                told=plain(told),
            )
            if not self._console.is_terminal and self._statuses.get(request.id) != request.status:
                self._statuses[request.id] = request.status
                self._console.print(f"{plain(request.target)}: {plain(request.status)}")


def request_table(requests: Sequence[RecrawlRequest]) -> Table:
    """Requests as a table, a row each: what came of it."""
    table = Table(title="What came of it", title_justify="left")
    table.add_column("Request", justify="right")
    table.add_column("Target", overflow="fold")
    table.add_column("Status")
    table.add_column("Result", ratio=1)
    table.add_column("Run", justify="right")
    for request in requests:
        words = request.result or str(request.progress.get("message") or "")
        run = str(request.run) if request.run else ""
        table.add_row(str(request.id), plain(request.target), request.status, plain(words), run)
    return table
