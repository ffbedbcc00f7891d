"""What was the body of a stored answer before it was chunked and compressed for its way?

Bounded in every way: a hostile answer costs no more memory than its limit, and some that was read already.
"""

import zlib

import brotli  # type: ignore[import-untyped]

from crawler.outcomes import Outcome

_STEP = 1 << 16
_MAX_CODINGS = 3
_CHUNK_HEAD = 1_000  # (a chunk's size and its extensions)
_GZIP = b"\x1f\x8b"


class BodyError(Exception):
    """There is no whole body. Carries the outcome that the visit ends with, and why."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        self.outcome = outcome
        self.reason = reason
        super().__init__(f"{outcome}: {reason}")


def decoded(body: bytes, headers: dict[str, str], limit: int) -> bytes:
    """The body without its transfer and content codings (RFC 9112, section 7; RFC 9110, section 8.4).

    Many crawlers store it decoded and leave the headers as they were: what isn't coded as the headers say is
    taken as it is. Raise BodyError (TRUNCATED, TOO_LARGE, UNSUPPORTED_TYPE) where no whole body comes out.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = unchunked(body)
    codings = [name.strip().lower() for name in headers.get("content-encoding", "").split(",")]
    codings = [name for name in codings if name not in {"", "identity"}]
    if len(codings) > _MAX_CODINGS:
        raise BodyError(Outcome.UNSUPPORTED_TYPE, "compressed again and again")
    for name in reversed(codings):
        body = _decompressed(body, name, limit)
    if len(body) > limit:
        raise BodyError(Outcome.TOO_LARGE, f"the body is larger than {limit} bytes")
    return body


def unchunked(body: bytes) -> bytes:
    """The chunks' data; what doesn't begin like a chunk as it is. Raise BodyError where it is torn."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + _CHUNK_HEAD)
        try:
            # (int() would take a sign and underscores, too)
            size = int(_hexadecimal(body[at:end].partition(b";")[0].strip()), 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0 and not pieces:
            return body
        start = end + 2
        if size < 0 or start + size > len(body):
            raise BodyError(Outcome.TRUNCATED, "the body ends in the midst of a chunk")
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[start : start + size])
        at = start + size + 2


def _hexadecimal(digits: bytes) -> bytes:
    if not digits.isalnum():
        raise ValueError("no hexadecimal number")
    return digits


def _decompressed(body: bytes, coding: str, limit: int) -> bytes:
    if not body:
        return body
    match coding:
        case "gzip" | "x-gzip":
            return _inflated(body, 31, limit) if body.startswith(_GZIP) else body
        case "deflate":
            # Meant is zlib's format; some servers send the bare one (RFC 9110, section 8.4.1.2).
            wrapped = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
            try:
                return _inflated(body, 15 if wrapped else -15, limit)
            except BodyError as error:
                if error.outcome is Outcome.TRUNCATED and _looks_plain(body):
                    return body
                raise
        case "br":
            return _unbrotlied(body, limit)
        case _:
            raise BodyError(Outcome.UNSUPPORTED_TYPE, f"compressed as {coding[:40]!r}, which is not read")


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    machine = zlib.decompressobj(window)
    pieces: list[bytes] = []
    size = 0
    waiting = body
    while not machine.eof:
        try:
            piece = machine.decompress(waiting, _STEP)
        except zlib.error as error:
            raise BodyError(Outcome.TRUNCATED, f"the body can't be decompressed: {error}") from error
        waiting = machine.unconsumed_tail
        size += len(piece)
        if size > limit:
            raise BodyError(Outcome.TOO_LARGE, "the body is too large when decompressed")
        if not piece and not waiting and not machine.eof:
            raise BodyError(Outcome.TRUNCATED, "the body ends in the midst of compressed data")
        pieces.append(piece)
    return b"".join(pieces)


def _unbrotlied(body: bytes, limit: int) -> bytes:
    machine = brotli.Decompressor()
    pieces: list[bytes] = []
    size = 0
    waiting = body
    try:
        while not machine.is_finished():
            piece = machine.process(waiting, output_buffer_limit=_STEP)
            waiting = b""
            size += len(piece)
            if size > limit:
                raise BodyError(Outcome.TOO_LARGE, "the body is too large when decompressed")
            if not piece and machine.can_accept_more_data():
                break
            pieces.append(piece)
    except brotli.error as error:
        if not pieces and _looks_plain(body):
            return body
        raise BodyError(Outcome.TRUNCATED, f"the body can't be decompressed: {error}") from error
    if not machine.is_finished():
        if _looks_plain(body):
            return body
        raise BodyError(Outcome.TRUNCATED, "the body ends in the midst of compressed data")
    return b"".join(pieces)


def _looks_plain(body: bytes) -> bool:
    return body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"%PDF"))
