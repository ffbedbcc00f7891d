"""How do tests run workers? As the program does: processes that share a store and do what its rows say."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.assignment import assignment_of
from crawler.registry import load_registry
from crawler.store import PageStore
from crawler.store.queue import RecrawlQueue, RecrawlRequest
from tests.integration.crawling import job
from tests.waiting import PATIENCE


class Worker:
    """A worker process. `events` is what it has told so far, `messages` what it wrote to stderr."""

    def __init__(self, folder: Path, **more: object) -> None:
        keys: dict[str, Any] = {key: more.pop(key) for key in ("worker", "drain", "agencies") if key in more}
        given = {**job(folder, [], **more), "worker": True, **keys}
        self.messages_file = folder / f"messages-{time.monotonic_ns()}"
        self.events: list[dict[str, Any]] = []
        with self.messages_file.open("w") as messages:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crawler.fetch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=messages,
                text=True,
            )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(given))
        self.process.stdin.close()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line))
        self.process.stdout.close()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit status."""
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end; the exit status."""
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the worker does not end:\n{self.messages}") from None
        self._reader.join()
        return status

    @property
    def messages(self) -> str:
        """What it wrote to stderr."""
        return self.messages_file.read_text()


@contextmanager
def worker(folder: Path, **more: object) -> Iterator[Worker]:
    """A worker while the block runs, ended by SIGTERM. Settings by name; `drain=True` for one that drains."""
    started = Worker(folder, **more)
    try:
        yield started
    finally:
        status = started.end()
    assert status in {0, -signal.SIGTERM}, started.messages
    assert "Traceback" not in started.messages, started.messages


@contextmanager
def opened(folder: Path) -> Iterator[PageStore]:
    """The store of a folder."""
    with PageStore(f"sqlite:///{folder / 'store.sqlite3'}") as store:
        yield store


def ask(store: PageStore, folder: Path, target: str, *, section: bool = False) -> RecrawlRequest:
    """Ask for something to be crawled, as the command line does."""
    assignment = assignment_of(target, load_registry(folder / "agencies.toml"), section=section)
    request, _ = RecrawlQueue(store).ask(assignment, requester="test", reason="", at=datetime.now(UTC))
    return request


def over(store: PageStore, request: RecrawlRequest) -> RecrawlRequest | None:
    """The request as it ended, None while it is not over."""
    found = RecrawlQueue(store).get(request.id)
    return found if found is not None and found.over else None
