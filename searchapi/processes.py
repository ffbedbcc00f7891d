"""Which processes does the program start beside itself, and how do they end with it?"""

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
from searchapi.errors import SearchApiError

_log = logging.getLogger(__name__)

_GRACE_SECONDS = 15.0
_WATCH_SECONDS = 2.0
_START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class ProcessFailedError(SearchApiError):
    """A process that was started ended by itself with an error."""


class Child:
    """A Python module running as a process of its own, which ends when this object is closed.

    It gets SIGTERM and a time to end cleanly, then SIGKILL. Ctrl-C reaches only the parent, which decides.
    On Linux the child is told by the kernel when the parent was killed.
    """

    def __init__(self, module: str, *arguments: str, job: Any = None, events: bool = False) -> None:
        self.module = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE if job is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if events else None,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        if job is not None and self._process.stdin is not None:
            self._process.stdin.write(json.dumps(job))
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
    """A process that is started again whenever it ends by itself, until this object is closed."""

    def __init__(self, start: Callable[[], Child]) -> None:
        self._start = start
        self._child = start()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name=f"keeps {self._child.module} running")
        self._watcher.start()

    def _watch(self) -> None:
        while not self._over.wait(_WATCH_SECONDS):
            if not self._child.running():
                status = self._child.wait()
                _log.error("the process %s ended (status %d); starting it again", self._child.module, status)
                self._child.close()
                self._child = self._start()

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
    crawl = json.loads(settings.model_dump_json(include=set(CrawlSettings.model_fields)))
    return Child("crawler.fetch", job={"settings": crawl, "agencies": list(agencies)}, events=True)


def start_follower(settings: CrawlSettings) -> Child:
    """Start the process that brings changes of the page store into the index."""
    return Child("indexer", job={"store_url": settings.store_url, "index_dir": str(settings.index_dir)})


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
