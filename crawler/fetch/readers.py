"""Who reads the fetched pages? Processes beside the one that fetches; a page can cost at most itself."""

import asyncio
import logging
import pickle
import sys
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.extract import DocumentLimits
from crawler.extract.kinds import Kind, kind_of
from crawler.fetch.reader_process import FRAME, Reader, Reading
from crawler.outcomes import Outcome
from crawler.page import FetchedPage, PageResult
from crawler.record import CanonicalUrl
from crawler.registry import Agency

logger = logging.getLogger(__name__)

_AHEAD = 3
"""Pages that a process is sent before it has answered, so that it never waits for the one that fetches."""
_PIPE_BYTES = 1 << 20
_WATCH_SECONDS = 0.5


@dataclass(slots=True)
class _Task:
    agency: str
    page: FetchedPage
    run: int
    answer: "asyncio.Future[Reading]"


class ReaderPool:
    """Reads pages in `processes` processes, or in this one where that is 0.

    One more, started when it is first needed, reads PDFs and office documents: they can take many seconds
    each, and no page of another agency is to wait for them. At most a few pages a process are under way
    (`turn` waits), so memory stays flat. A process that dies or takes more than `seconds` for a page is
    replaced; the page in its hands ends as EXTRACTION_FAILED, those behind it are read by the new one.
    `limits` are what reading a PDF or office document may cost.
    """

    def __init__(
        self,
        agencies: Iterable[Agency],
        hosts: Iterable[str],
        *,
        processes: int,
        seconds: float,
        limits: DocumentLimits | None = None,
        log_format: str = "plain",
    ) -> None:
        self._agencies = tuple(agencies)
        self._hosts = frozenset(hosts)
        self._seconds = seconds
        self._limits = limits or DocumentLimits()
        self._log_format = log_format
        self._reader = Reader(self._agencies, self._hosts, self._limits) if processes == 0 else None
        self._pages = _Lane(max(1, processes))
        self._documents = _Lane(1)
        self._workers = [_Worker(self, self._pages, f"reader {number}") for number in range(processes)]
        if processes:
            self._workers.append(_Worker(self, self._documents, "reader of documents"))

    @property
    def introduction(self) -> bytes:
        """The first frame that a process is sent."""
        told = (self._agencies, self._hosts, self._limits, self._log_format)
        return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)

    @property
    def seconds(self) -> float:
        """How long reading one page may take."""
        return self._seconds

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of the processes that are there."""
        return tuple(worker.pid for worker in self._workers if worker.pid)

    def start(self) -> None:
        """Start the processes. Call it on the event loop that `read` is awaited on."""
        for worker in self._workers:
            worker.start()

    async def close(self) -> None:
        """End the processes; pages still in their hands are lost."""
        await asyncio.gather(*(worker.close() for worker in self._workers))

    async def turn(self, page: FetchedPage) -> None:
        """Wait until a page may be handed in. Every turn must be followed by one `read` of the page."""
        await self._lane_of(page).turns.acquire()

    def _lane_of(self, page: FetchedPage) -> "_Lane":
        quick = kind_of(page.body, page.headers, page.url) in {Kind.HTML, Kind.OTHER}
        return self._pages if quick else self._documents

    async def read(self, agency: str, page: FetchedPage, run: int = 0) -> Reading:
        """Read a page whose turn it is. Never raises for what is wrong with a page.

        Links of a site's chrome are given once a `run`, with the first page that shows them.
        """
        lane = self._lane_of(page)
        try:
            if self._reader is not None:
                return self._reader.read(agency, page, run)
            task = _Task(agency, page, run, asyncio.get_running_loop().create_future())
            lane.tasks.put_nowait(task)
            return await task.answer
        finally:
            lane.turns.release()


class _Lane:
    """The pages that wait for the same processes."""

    def __init__(self, processes: int) -> None:
        self.turns = asyncio.Semaphore(processes * _AHEAD)
        self.tasks: asyncio.Queue[_Task] = asyncio.Queue()


class _Worker:
    """One process and the pages in its hands; the first of them is the one that it is reading."""

    def __init__(self, pool: ReaderPool, lane: _Lane, name: str) -> None:
        self._pool = pool
        self._lane = lane
        self._name = name
        self.pid = 0
        self._held: deque[_Task] = deque()
        self._since = 0.0
        self._reason = ""
        self._runner: asyncio.Task[None] | None = None
        self._room = asyncio.Event()

    def start(self) -> None:
        self._runner = asyncio.create_task(self._run(), name=self._name)

    async def close(self) -> None:
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)

    async def _run(self) -> None:
        """Keep one process there for as long as there are pages to read."""
        while True:
            if not self._held:
                self._held.append(await self._lane.tasks.get())
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",  # (not -m: what it pickles must not belong to its __main__)
                "from crawler.fetch.reader_process import main; main()",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_PIPE_BYTES,
            )
            self.pid = process.pid
            self._since = time.monotonic()
            self._reason = ""
            beside = [asyncio.create_task(self._send(process)), asyncio.create_task(self._watch(process))]
            try:
                await self._receive(process)
            except (pickle.UnpicklingError, AttributeError, EOFError, ValueError) as error:
                self._reason = f"the process that read it answered with nonsense: {error!r}"
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
                if process.returncode is None:
                    process.kill()
                status = await process.wait()
            self._blame(self._reason or f"the process that read it died (status {status})")

    async def _send(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        try:
            introduction = self._pool.introduction
            process.stdin.write(FRAME.pack(len(introduction)) + introduction)
            for task in tuple(self._held):  # what a process before this one left behind
                await self._send_one(process.stdin, task)
            while True:
                while len(self._held) >= _AHEAD:
                    self._room.clear()
                    await self._room.wait()
                task = await self._lane.tasks.get()
                if not self._held:
                    self._since = time.monotonic()
                self._held.append(task)
                await self._send_one(process.stdin, task)
        except (BrokenPipeError, ConnectionResetError):
            return  # the process is gone; `_receive` sees that too

    async def _send_one(self, pipe: asyncio.StreamWriter, task: _Task) -> None:
        frame = pickle.dumps((task.agency, task.page, task.run), pickle.HIGHEST_PROTOCOL)
        pipe.write(FRAME.pack(len(frame)))
        pipe.write(frame)
        await pipe.drain()

    async def _receive(self, process: asyncio.subprocess.Process) -> None:
        """Hand out answers until the process is gone."""
        assert process.stdout is not None
        while True:
            try:
                head = await process.stdout.readexactly(FRAME.size)
                answer = await process.stdout.readexactly(FRAME.unpack(head)[0])
            except asyncio.IncompleteReadError:
                return
            result = pickle.loads(answer)  # noqa: S301 - from our own child
            task = self._held.popleft()
            self._since = time.monotonic()
            self._room.set()
            if not task.answer.done():
                task.answer.set_result(result)

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """End a process that doesn't come to an end with a page."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if self._held and time.monotonic() - self._since > self._pool.seconds:
                self._reason = f"reading it took longer than {self._pool.seconds:g} seconds"
                process.kill()
                return

    def _blame(self, reason: str) -> None:
        """End the page that the process had in its hands."""
        self._room.set()
        if not self._held:
            return
        task = self._held.popleft()
        logger.warning("agency %s: %s: %s", task.agency, task.page.url, reason)
        if not task.answer.done():
            result = PageResult(Outcome.EXTRACTION_FAILED, reason, CanonicalUrl(task.page.url))
            task.answer.set_result(Reading(result, []))
