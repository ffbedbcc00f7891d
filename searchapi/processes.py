"""Which processes does the program start beside itself, and how do they end with it?"""

import contextlib
import ctypes
import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any

from crawler.settings import CrawlSettings
from indexer.meaning import ModelChoice
from searchapi.errors import SearchApiError

_log = logging.getLogger(__name__)

_GRACE_SECONDS = 20.0
_WATCH_SECONDS = 2.0
_LONGEST_PAUSE = 60.0
_START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class ProcessFailedError(SearchApiError):
    """A process that was started ended by itself with an error."""


class Child:
    """A Python module running as a process of its own, which ends when this object is closed.

    It gets SIGTERM and a time to end cleanly, then SIGKILL. Ctrl-C reaches only the parent, which decides.
    On Linux the child is told by the kernel when the parent was killed. `events`: it prints JSON lines, for
    `events`; None: nobody reads what it prints.
    """

    def __init__(self, module: str, *arguments: str, job: Any = None, events: bool | None = False) -> None:
        self.module = module
        prints = {True: subprocess.PIPE, False: None, None: subprocess.DEVNULL}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE if job is not None else subprocess.DEVNULL,
            stdout=prints[events],
            text=True,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        if job is not None and self._process.stdin is not None:
            # One that ended before it heard its job is found ended by whoever looks after it.
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(job))
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    def events(self) -> Iterator[dict[str, Any]]:
        """The JSON lines that the child prints, until it ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # the last line of a process that was killed while writing it
            if isinstance(event, dict):
                yield event

    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def wait(self) -> int:
        """Wait for the end; the exit status."""
        return self._process.wait()

    def stop(self) -> None:
        """Ask the child to end."""
        if self.running():
            self._process.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """End the child, gently first."""
        self.stop()
        try:
            self._process.wait(timeout=_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class KeptRunning:
    """A process that is started again whenever it ends by itself, until this object is closed.

    Status 0 says that it wants just that. One that fails again and again is started less and less often.
    """

    def __init__(self, start: Callable[[], Child]) -> None:
        self._start = start
        self._child = start()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name=f"keeps {self._child.module} running")
        self._watcher.start()

    def _watch(self) -> None:
        began, pause = time.monotonic(), _WATCH_SECONDS
        while not self._over.wait(_WATCH_SECONDS):
            if self._child.running():
                continue
            status = self._child.wait()
            self._child.close()
            lasted = time.monotonic() - began
            pause = _WATCH_SECONDS if lasted > _LONGEST_PAUSE else min(2 * pause, _LONGEST_PAUSE)
            if status:
                _log.error("the process %s ended (status %d); starting it again", self._child.module, status)
                if self._over.wait(pause - _WATCH_SECONDS):
                    return
            began = time.monotonic()
            try:
                self._child = self._start()
            except OSError as error:  # no memory or no process to be had: it is tried again
                _log.error("the process %s can't be started: %s", self._child.module, error)

    def close(self) -> None:
        """End the process for good."""
        self._over.set()
        self._watcher.join()
        self._child.close()

    def __enter__(self) -> "KeptRunning":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def start_crawl(settings: CrawlSettings, agencies: Sequence[str]) -> Child:
    """Start the process that crawls; its events tell how it goes."""
    job = {"settings": _of_crawl(settings), "agencies": list(agencies)}
    return Child("crawler.fetch", job=job, events=True)


def start_worker(settings: CrawlSettings, *, drain: bool = False, events: bool = False) -> Child:
    """Start a worker: it crawls what is asked for in the store, and by schedule.

    `drain`: only what is asked for, until nothing waits. `events`: they are read; otherwise nobody does. It
    ends with status 0 where the registry has changed, and is to be started anew then.
    """
    job = {"settings": _of_crawl(settings), "worker": True, "drain": drain}
    return Child("crawler.fetch", job=job, events=True if events else None)


def _of_crawl(settings: CrawlSettings) -> Any:
    return json.loads(settings.model_dump_json(include=set(CrawlSettings.model_fields)))


def start_follower(settings: CrawlSettings) -> Child:
    """Start the process that brings changes of the page store into the index."""
    job = {
        "store_url": settings.store_url,
        "index_dir": str(settings.index_dir),
        "log_format": settings.log_format,
    }
    return Child("indexer", job=job)


def start_meaning(store_url: str, choice: ModelChoice, log_format: str) -> Child:
    """Start the process that gives pages their vectors."""
    job = {
        "store_url": store_url,
        "folder": str(choice.folder) if choice.folder else None,
        "query_prefix": choice.query_prefix,
        "passage_prefix": choice.passage_prefix,
        "log_format": log_format,
    }
    return Child("indexer.meaning", job=job)


def wait_until_served(server: Child, port: int) -> None:
    """Wait until a started server listens on a loopback port. Raise ProcessFailedError where it does not."""
    end = time.monotonic() + _START_SECONDS
    while server.running() and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(0.1)  # a server that found its port taken ends about now
            if server.running():
                return
    raise ProcessFailedError(
        f"the demo agencies' sites are not served on port {port}; another program may be using it. "
        "Set MEDBORGARSOK_DEMO_PORT to another port"
    )


def start_demo_sites(port: int) -> Child:
    """Start the server of the demo agencies' sites."""
    return Child("demo.server", "--port", str(port))
