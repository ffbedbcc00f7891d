"""Which answers are in a WARC file? Record by record (ISO 28500), as far as the file is whole.

warcio reads the records' heads. Files of strangers may be torn, hostile or no WARC at all: lines, heads and
bodies are bounded here, and a fault ends the file where it stands and is told with its place.
"""

import os
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from crawler.http_body import BodyError, decoded
from crawler.outcomes import Outcome

_CHUNK = 1 << 16
_MAX_LINE = 1 << 16
_MAX_LINES = 2_000  # of one record's head
_MAX_HTTP_HEAD = 1 << 18
_MAX_HEADER = 4_000
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t]|\Z)")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_DIGITS = re.compile(r"\s*\d{1,15}\s*\Z")


class WarcFaultError(Exception):
    """The file is broken from a place on."""

    def __init__(self, offset: int, reason: str) -> None:
        self.offset = offset
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Head:
    """An answer in a WARC file, without its body. `number` counts the file's records, `offset` is in bytes.

    Header names are in lower case. `truncated` is why the other crawler stored a part of the body only.
    """

    number: int
    offset: int
    url: str
    at: datetime
    status: int
    headers: dict[str, str]
    truncated: str = ""


class WarcFile:
    """A WARC file, plain or gzip. `skipped` counts the records that hold no answer, by the reason."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.position = 0
        """Bytes of the file that were read so far."""
        self.records = 0
        self.skipped: Counter[str] = Counter()
        self.fault = ""
        """Where and why reading ended before the file's end; empty where it is whole."""

    def heads(self) -> Iterator[Head]:
        """The answers whose records are whole, in the file's order."""
        with self._telling(), self.path.open("rb") as file:
            for head, rest in self._in(file):
                rest.skip()
                yield head

    def bodies(self, wanted: Collection[int], limit: int) -> Iterator[tuple[Head, bytes | BodyError]]:
        """The answers of these numbers, each with its decoded body or why there is none."""
        with self._telling(), self.path.open("rb") as file:
            for head, rest in self._in(file):
                if head.number in wanted:
                    yield head, _body(head, rest, limit)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Begin anew; what turns out to be wrong with the file is told in `fault`."""
        self.skipped.clear()
        self.records, self.fault, self.position = 0, "", 0
        try:
            yield
        except OSError as error:
            self.fault = f"{self.path}: can't be read: {error.strerror or error}"
        except WarcFaultError as error:
            self.fault = f"{self.path}: broken at byte {error.offset}: {error}"

    def _in(self, file: BinaryIO) -> "Iterator[tuple[Head, _Rest]]":
        self.size = os.fstat(file.fileno()).st_size
        stream = _Stream(file)
        loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
        while (line := stream.next_record()) is not None:
            offset = stream.offset
            stream.lines = 0
            record = _record(loader, stream, line, offset)
            length = record.rec_headers.get_header("Content-Length") or ""
            if not _DIGITS.match(length):
                raise WarcFaultError(offset, f"a record without a length (Content-Length: {length[:40]!r})")
            rest = _Rest(record.raw_stream, int(length), offset)
            self.records += 1
            head = self._head(record, rest, offset)
            if head is not None:
                yield head, rest
            rest.skip()
            self.position = stream.position
        self.position = stream.position

    def _head(self, record: Any, rest: "_Rest", offset: int) -> Head | None:
        """The answer that a record holds; None, and counted, where it holds none."""
        kind = str(record.rec_type or "")
        url = str(record.rec_headers.get_header("WARC-Target-URI") or "")
        if kind != "response":
            known = kind in {
                "request",
                "metadata",
                "revisit",
                "warcinfo",
                "resource",
                "conversion",
                "continuation",
            }
            self.skipped[f"{kind} record" if known else "record of another kind"] += 1
            return None
        if not url.lower().startswith(("http:", "https:")):
            self.skipped["not fetched by HTTP"] += 1
            return None
        at = _moment(str(record.rec_headers.get_header("WARC-Date") or ""))
        if at is None:
            self.skipped["without a date"] += 1
            return None
        http = _http_head(rest.head())
        if http is None:
            self.skipped["without an HTTP status"] += 1
            return None
        truncated = str(record.rec_headers.get_header("WARC-Truncated") or "")
        return Head(self.records, offset, url, at, *http, truncated)


def _body(head: Head, rest: "_Rest", limit: int) -> bytes | BodyError:
    try:
        raw = rest.read(limit)
        if head.truncated:
            reason = f"the archive holds a part of it only ({head.truncated[:40]})"
            raise BodyError(Outcome.TRUNCATED, reason)
        return decoded(raw, head.headers, limit)
    except BodyError as error:
        return error


def _record(loader: Any, stream: "_Stream", line: bytes, offset: int) -> Any:
    try:
        return loader.parse_record_stream(stream, line, "warc", no_record_parse=True)
    except (
        ArchiveLoadFailed,
        StatusAndHeadersParserException,
        EOFError,
        ValueError,
        AttributeError,
    ) as error:
        raise WarcFaultError(offset, f"no WARC record ({str(error)[:200] or 'it ends here'})") from error


def _moment(text: str) -> datetime | None:
    """WARC-Date, "2026-03-01T12:00:00Z" with or without fractions of a second."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _http_head(head: bytes) -> tuple[int, dict[str, str]] | None:
    first, *lines = head.splitlines()[:_MAX_LINES] or [b""]
    status = _STATUS.match(first)
    if status is None:
        return None
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        name = name.strip().lower()
        if colon and name:
            earlier = headers.get(name)
            headers[name] = (f"{earlier}, {value.strip()}" if earlier else value.strip())[:_MAX_HEADER]
    return int(status.group(1)), headers


class _Rest:
    """What is left of the record that is being read."""

    def __init__(self, stream: Any, length: int, offset: int) -> None:
        self._stream = stream
        self._left = length
        self._offset = offset
        self._ahead = b""

    def head(self) -> bytes:
        """The HTTP head, or as much of it as is looked at."""
        while not (end := _END_OF_HEAD.search(self._ahead)) and len(self._ahead) < _MAX_HTTP_HEAD:
            piece = self._next()
            if not piece:
                head, self._ahead = self._ahead, b""
                return head
            self._ahead += piece
        if not end:
            return b""
        head, self._ahead = self._ahead[: end.start()], self._ahead[end.end() :]
        return head

    def read(self, limit: int) -> bytes:
        """All that is left. Raise BodyError where that is more than a body of `limit` bytes can need."""
        most = limit + limit // 8 + 1_000  # (chunked, it is a little longer)
        pieces, size = [self._ahead], len(self._ahead)
        self._ahead = b""
        while size <= most and (piece := self._next()):
            pieces.append(piece)
            size += len(piece)
        if size > most:
            raise BodyError(Outcome.TOO_LARGE, f"the body is larger than {limit} bytes")
        return b"".join(pieces)

    def skip(self) -> None:
        """Go to the record's end. Raise WarcFaultError where the file ends before it does."""
        self._ahead = b""
        while self._next():
            pass

    def _next(self) -> bytes:
        if not self._left:
            return b""
        piece: bytes = self._stream.read(min(_CHUNK, self._left))
        if not piece:
            raise WarcFaultError(
                self._offset, f"the file ends {self._left} bytes before its last record does"
            )
        self._left -= len(piece)
        return piece


class _Stream:
    """The bytes of a WARC file, decompressed where it is gzip: in one piece, or a piece for each record."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._raw = file.read(_CHUNK)
        if self._raw.startswith(_ZSTD):
            raise WarcFaultError(
                0, "it is compressed by zstd, which is not read; decompress it first (zstd -d)"
            )
        self._machine = zlib.decompressobj(31) if self._raw.startswith(_GZIP) else None
        self._piece_at = 0
        self._out = b""
        self._at = 0
        self._before = 0  # bytes of the file before self._raw
        self.lines = 0
        self.offset = 0
        """Where the current record begins; in a gzip file, the compressed piece that it stands in."""

    @property
    def position(self) -> int:
        """Bytes of the file that were used up."""
        return self._before if self._machine is not None else self._before - (len(self._out) - self._at)

    def next_record(self) -> bytes | None:
        """The first line of the next record; None at the end of the file."""
        self.lines = 0
        while self._fill():
            self.offset = self._piece_at if self._machine is not None else self.position
            line = self.readline()
            self.lines = 0
            if line.strip():
                if not line.startswith(b"WARC/"):
                    raise WarcFaultError(self.offset, f"no WARC record begins with {line[:40]!r}")
                return line
        return None

    def read(self, length: int) -> bytes:
        """Some bytes, at most `length`; none at the end."""
        if not self._fill():
            return b""
        piece = self._out[self._at : self._at + length]
        self._at += len(piece)
        return piece

    def readline(self, length: int | None = None) -> bytes:
        """A line with its end. Raise WarcFaultError for one without end, and for a head of too many."""
        self.lines += 1
        if self.lines > _MAX_LINES:
            raise WarcFaultError(self.offset, "a record's head without end")
        most = _MAX_LINE if length is None else min(length, _MAX_LINE)
        pieces: list[bytes] = []
        size = 0
        while size < most and self._fill():
            end = self._out.find(b"\n", self._at)
            piece = self.read(min(most - size, (end + 1 if end >= 0 else len(self._out)) - self._at))
            pieces.append(piece)
            size += len(piece)
            if piece.endswith(b"\n"):
                return b"".join(pieces)
        if size >= _MAX_LINE:
            raise WarcFaultError(self.offset, "a line without end")
        return b"".join(pieces)

    def _fill(self) -> bool:
        """See to it that there is something to hand out. Return False at the end."""
        while self._at >= len(self._out):
            if not self._raw and not self._more():
                if self._machine is not None and not self._machine.eof and self._before > self._piece_at:
                    raise WarcFaultError(self._piece_at, "the file ends in the midst of compressed data")
                return False
            if self._machine is None:
                self._out, self._at = self._raw, 0
                self._before += len(self._raw)
                self._raw = b""
            elif not self._inflate(self._machine):
                return False
        return True

    def _more(self) -> bool:
        self._raw = self._file.read(_CHUNK)
        return bool(self._raw)

    def _inflate(self, machine: Any) -> bool:
        if machine.eof:  # the next piece begins
            if not self._raw.strip(b"\0") and not any(
                iter(lambda: self._file.read(_CHUNK).strip(b"\0"), b"")
            ):
                return False  # (zeros that fill up the file)
            if len(self._raw) < 2:
                self._raw += self._file.read(_CHUNK)
            self._piece_at = self._before
            if not self._raw.startswith(_GZIP):
                raise WarcFaultError(self._before, "what follows is not compressed as what stands before")
            machine = self._machine = zlib.decompressobj(31)
        try:
            self._out, self._at = machine.decompress(self._raw, _CHUNK * 4), 0
        except zlib.error as error:
            raise WarcFaultError(self._piece_at, f"it can't be decompressed ({error})") from error
        left = machine.unused_data if machine.eof else machine.unconsumed_tail
        self._before += len(self._raw) - len(left)
        self._raw = left
        return True
