"""How is a hostile document kept from harming the crawl? A process of its own reads it; this is that process.

    python -m crawler.extract.document_child MEMORY_BYTES

It reads requests from standard input and writes answers to standard output: eight digits of length in
hexadecimal and that many bytes. A request is a line of JSON ({"kind": …, "name": …, "seconds": …}) followed
by the document; an answer is JSON, {"document": …} or {"outcome": …, "reason": …}. The process ends when
standard input does. It limits its own memory once and its processor time anew for every document
(RLIMIT_CPU counts the whole life of a process), so it may die at any document; document_reader.py starts it
again.
"""

import contextlib
import json
import os
import resource
import sys
from typing import BinaryIO

from crawler.extract.kinds import Kind
from crawler.extract.office import read_docx, read_odt, read_rtf, read_text
from crawler.extract.pdf import read_pdf
from crawler.extract.raw_document import RawDocument
from crawler.outcomes import Outcome
from crawler.page import UnreadablePage

_READERS = {
    Kind.PDF: read_pdf,
    Kind.DOCX: read_docx,
    Kind.ODT: read_odt,
    Kind.RTF: read_rtf,
    Kind.TEXT: read_text,
}


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame of a stream, or None at its end."""
    size = stream.read(8)
    if len(size) < 8:
        return None
    body = stream.read(int(size, 16))
    return body


def frame(body: bytes) -> bytes:
    """A body with its length before it."""
    return b"%08x" % len(body) + body


def _limit_memory(limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # No document has a reason to make a file grow.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # (a stricter limit of the operator stands already)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _limit_time(seconds: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def answer(request: bytes) -> dict[str, object]:
    """Read one document. What is wrong with it comes back as an outcome."""
    line, _, body = request.partition(b"\n")
    wanted = json.loads(line)
    _limit_time(float(wanted["seconds"]))
    try:
        document: RawDocument = _READERS[Kind(wanted["kind"])](body)
    except UnreadablePage as verdict:
        return {"outcome": verdict.outcome.value, "reason": verdict.reason}
    except MemoryError:
        return {
            "outcome": Outcome.EXTRACTION_FAILED.value,
            "reason": "reading it takes more memory than allowed",
        }
    except Exception as error:  # noqa: BLE001 - the edge of this process: whatever a library raises is the document's fault
        reason = f"{type(error).__name__}: {error}"[:500]
        return {"outcome": Outcome.EXTRACTION_FAILED.value, "reason": reason}
    return {"document": document.as_json()}


def main() -> None:
    """Answer requests until standard input ends."""
    _limit_memory(int(sys.argv[1]))
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not end up among the answers.
    os.dup2(2, 1)
    while (request := read_frame(requests)) is not None:
        answers.write(frame(json.dumps(answer(request)).encode("utf-8", "replace")))
        answers.flush()


if __name__ == "__main__":
    main()
