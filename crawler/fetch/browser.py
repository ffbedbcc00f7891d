"""How is a Chromium kept that can reach nothing by itself? Started at need, renewed, ended when it grows.

The browser never touches the network: what a page asks for is answered by crawler.fetch.render. Should
something get past that, it finds a proxy at a port where nothing listens and names that don't resolve.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Playwright

logger = logging.getLogger(__name__)

ADVICE = "install medborgarsok[render] and Chromium, and set MEDBORGARSOK_CHROMIUM to the browser's path"
_RETRY_SECONDS = 600.0
_START_SECONDS = 30.0
_CLOSE_SECONDS = 10.0
_WATCH_SECONDS = 0.5
_SCRIPT_MEGABYTES = 512
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_ARGUMENTS = (
    # Port 9 (discard, RFC 863) of this machine; "<-loopback>" sends requests to loopback there too.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--dns-prefetch-disable",
    "--mute-audio",
    "--no-first-run",
    "--no-pings",
    "--renderer-process-limit=4",
    f"--js-flags=--max-old-space-size={_SCRIPT_MEGABYTES}",
)


class BrowserMissingError(Exception):
    """There is no browser; the message says what to do."""


class Browser:
    """One Chromium at a time, started when it is first needed and again when it is gone.

    After `pages` pages it is replaced, and it is ended when it holds more than `memory_bytes` (counted
    without what its processes share).
    """

    def __init__(self, path: Path, *, pages: int, memory_bytes: int) -> None:
        self._path = path
        self._pages = pages
        self._memory_bytes = memory_bytes
        self._playwright: Playwright | None = None
        self._running: _Running | None = None
        self._starting = asyncio.Lock()
        self._retry_at = 0.0
        self.started = 0
        """How often a browser was started."""
        self.missing = ""
        """Why there is no browser, and what to do; empty where there is one, or none was needed."""

    @property
    def process(self) -> int:
        """The process id of the browser; 0 where none runs."""
        return _process_of(self._running.mark) if self._running is not None else 0

    @asynccontextmanager
    async def lent(self) -> AsyncIterator["Chromium"]:
        """A browser for one page. Raise BrowserMissingError where there is none."""
        running = await self._one()
        running.lent += 1
        running.served += 1
        try:
            yield running.chromium
        finally:
            running.lent -= 1
            if running is not self._running and not running.lent:
                await running.close()

    async def discard(self) -> None:
        """End the browser at once, whatever it does; the next page gets a new one."""
        running, self._running = self._running, None
        if running is not None:
            running.kill()

    async def close(self) -> None:
        """End the browser and its driver."""
        running, self._running = self._running, None
        if running is not None:
            await running.close()
        if self._playwright is not None:
            await self._playwright.stop()
            self._playwright = None

    async def _one(self) -> "_Running":
        async with self._starting:
            running = self._running
            if running is not None and (running.served >= self._pages or not running.chromium.is_connected()):
                self._running = None
                if not running.lent:
                    await running.close()
                running = None
            if running is None:
                if self.missing and time.monotonic() < self._retry_at:
                    raise BrowserMissingError(self.missing)
                try:
                    running = self._running = await self._start()
                except BrowserMissingError as error:
                    self.missing = str(error)
                    self._retry_at = time.monotonic() + _RETRY_SECONDS
                    logger.warning("%s", error)
                    raise
                self.missing = ""
            return running

    async def _start(self) -> "_Running":
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError as error:
            raise BrowserMissingError(f"Playwright is not there: {ADVICE}") from error
        if not os.access(self._path, os.X_OK):
            raise BrowserMissingError(f"there is no browser at {self._path}: {ADVICE}")
        mark = f"--medborgarsok-browser={secrets.token_hex(8)}"
        try:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            as_root = os.geteuid() == 0  # Chromium's sandbox can't be made by root
            chromium = await self._playwright.chromium.launch(
                executable_path=self._path,
                args=[*_ARGUMENTS, mark],
                chromium_sandbox=not as_root,
                # What the crawl's environment holds (a database's password) is none of its business.
                env={
                    name: os.environ[name]
                    for name in ("HOME", "LANG", "PATH", "TMPDIR")
                    if name in os.environ
                },
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=_START_SECONDS * 1000,
            )
        except (Error, OSError) as error:
            first = str(error).strip().partition("\n")[0][:300]
            raise BrowserMissingError(f"{self._path} can't be started ({first}): {ADVICE}") from error
        self.started += 1
        return _Running(chromium, mark, self._memory_bytes)


class _Running:
    """A browser that was started, and the task that watches its memory."""

    def __init__(self, chromium: "Chromium", mark: str, memory_bytes: int) -> None:
        self.chromium = chromium
        self.mark = mark
        self.lent = 0
        self.served = 0
        self._watcher = asyncio.create_task(self._watch(memory_bytes), name="watches the browser's memory")

    async def _watch(self, limit: int) -> None:
        process = _process_of(self.mark)
        while process and self.chromium.is_connected():
            used = memory_of(process) if self.lent else 0
            if used > limit:
                logger.warning("the browser used %d MB and was ended", used // 1_000_000)
                self.kill()
                return
            await asyncio.sleep(_WATCH_SECONDS)

    def kill(self) -> None:
        """End it without asking."""
        process = _process_of(self.mark)
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    async def close(self) -> None:
        """End it, gently first."""
        self._watcher.cancel()
        await asyncio.gather(self._watcher, return_exceptions=True)
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.chromium.close()
        except Exception:  # noqa: BLE001 - Playwright's errors, a timeout: it is to go in any case
            self.kill()


def _process_of(mark: str) -> int:
    """The process that was started with a mark among its arguments; 0 where there is none."""
    wanted = os.fsencode(mark)
    for process in _processes():
        with contextlib.suppress(OSError):
            if wanted in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0"):
                return process
    return 0


def memory_of(process: int) -> int:
    """Bytes that a process and all below it hold for themselves alone."""
    children: dict[int, list[int]] = {}
    for candidate in _processes():
        with contextlib.suppress(OSError, ValueError, IndexError):
            stat = Path(f"/proc/{candidate}/stat").read_text()
            # (the name, in brackets, may hold anything)
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(candidate)
    total = 0
    waiting = [process]
    while waiting:
        current = waiting.pop()
        waiting.extend(children.pop(current, ()))
        with contextlib.suppress(OSError, ValueError, IndexError):
            resident, shared = map(int, Path(f"/proc/{current}/statm").read_text().split()[1:3])
            total += max(0, resident - shared) * _PAGE_BYTES
    return total


def _processes() -> Iterator[int]:
    with contextlib.suppress(OSError), os.scandir("/proc") as entries:
        for entry in entries:
            if entry.name.isdecimal():
                yield int(entry.name)


def is_browser_fault(error: BaseException) -> bool:
    """Whether Playwright raised it: the page or the browser failed, and not this program."""
    from playwright.async_api import Error

    return isinstance(error, Error)
