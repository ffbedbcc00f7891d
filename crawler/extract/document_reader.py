"""Who reads PDFs and office documents? A child process, kept for many and renewed when it dies.

It is a subprocess and no multiprocessing child, so it also works inside a worker of a pool, whose processes
are daemonic and may have no such children. One child belongs to one process and is used by one thread at a
time.
"""

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from crawler.extract.document_child import frame
from crawler.extract.kinds import Kind
from crawler.extract.raw_document import RawDocument
from crawler.outcomes import Outcome
from crawler.page import UnreadablePage

_ROOT = Path(__file__).resolve().parents[2]
_MAX_ANSWER = 64_000_000
_CHUNK = 1 << 16
_DOCUMENTS_PER_CHILD = 2_000
"""After so many documents a child is replaced: whatever a library leaks goes with it."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What reading one document may cost. `wall_seconds` is a multiple of `seconds`, for busy machines."""

    seconds: float = 20.0
    memory_bytes: int = 1_500_000_000

    @property
    def wall_seconds(self) -> float:
        """Seconds of the clock after which the child is ended, whatever it does."""
        return self.seconds * 3 + 10


class DocumentReader:
    """Reads documents in a child process. Safe to use from several threads, and after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._memory = 0
        self._served = 0

    def read(self, kind: Kind, body: bytes, limits: DocumentLimits) -> RawDocument:
        """Read a document. Raise UnreadablePage where it can't be read within the limits."""
        request = json.dumps({"kind": kind.value, "seconds": limits.seconds}).encode() + b"\n"
        with self._lock:
            child = self._running(limits)
            try:
                reply = _exchange(child, frame(request + body), limits.wall_seconds)
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                reason = self._end_child(error)
                raise UnreadablePage(Outcome.EXTRACTION_FAILED, reason) from error
            self._served += 1
        answer = json.loads(reply)
        if "document" in answer:
            return RawDocument.from_json(answer["document"])
        raise UnreadablePage(Outcome(answer["outcome"]), answer["reason"])

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            if self._child is not None and self._owner == os.getpid():
                self._end_child(EOFError())
            self._child = None

    def _running(self, limits: DocumentLimits) -> subprocess.Popen[bytes]:
        child = self._child
        if child is not None and self._owner == os.getpid():
            usable = child.poll() is None and self._memory == limits.memory_bytes
            if usable and self._served < _DOCUMENTS_PER_CHILD:
                return child
            self._end_child(EOFError())
        # (A child that was started before a fork belongs to the parent; it is left alone.)
        environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "crawler.extract.document_child", str(limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                os.set_blocking(stream.fileno(), False)
        self._owner, self._memory, self._served = os.getpid(), limits.memory_bytes, 0
        return self._child

    def _end_child(self, error: BaseException) -> str:
        """End the child and say in words why it had to go."""
        child, self._child = self._child, None
        if child is None:
            return "the reader could not be started"
        if isinstance(error, TimeoutError):
            child.kill()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                stream.close()
        try:
            code = child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        if isinstance(error, TimeoutError):
            return "reading it took too long"
        if code in {-24, -9}:  # SIGXCPU, SIGKILL
            return "reading it took more processor time or memory than allowed"
        return f"reading it ended the reader (status {code})"


def _exchange(child: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
    """Send a request and receive its answer, both without blocking, until the time is up."""
    assert child.stdin is not None
    assert child.stdout is not None
    deadline = time.monotonic() + seconds
    to_send = memoryview(request)
    writer, reader = child.stdin.fileno(), child.stdout.fileno()
    received = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sending = len(to_send) > 0
        readable, writable, _ = select.select([reader], [writer] if sending else [], [], left)
        if writable:
            to_send = to_send[os.write(writer, to_send[:_CHUNK]) :]
        if readable:
            chunk = os.read(reader, _CHUNK)
            if not chunk:
                raise EOFError
            received += chunk
            if len(received) >= 8:
                size = int(received[:8], 16)
                if size > _MAX_ANSWER:
                    raise ValueError("an answer without end")
                if len(received) >= size + 8:
                    return bytes(received[8 : size + 8])


READER = DocumentReader()
"""The reader of this process."""
atexit.register(READER.close)
