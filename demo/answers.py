"""What does an answer consist of, and how is it compressed and made conditional?"""

import gzip
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property


@dataclass(slots=True)
class Answer:
    """An HTTP answer, whole. `modified` becomes Last-Modified, `etag` decides whether there is an ETag."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    modified: date | None = None
    etag: bool = False

    def tag(self) -> str:
        """The entity tag of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"' if self.etag else ""


@dataclass(frozen=True)
class Request:
    """What the federation looks at in a request. Header names are in lower case; `path` is decoded."""

    host: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"

    @cached_property
    def cookies(self) -> str:
        """The Cookie header as sent."""
        return self.headers.get("cookie", "")


def redirect(location: str, status: int = 301) -> Answer:
    """An answer that sends the visitor on."""
    body = f'<!DOCTYPE html><title>{status}</title><p>Sidan har flyttat: <a href="{location}">{location}</a>'
    return Answer(body.encode(), status, headers={"location": location})


def finish(request: Request, answer: Answer) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, raw headers and body on the wire: conditional requests answered, text compressed."""
    headers = {"content-type": answer.content_type, **answer.headers}
    tag, modified = answer.tag(), answer.modified
    if tag:
        headers["etag"] = tag
    if modified:
        headers["last-modified"] = format_datetime(_midnight(modified), usegmt=True)
    if answer.status == 200 and _unchanged(request, tag, modified):
        headers.pop("content-type")
        return 304, _raw(headers), b""
    body = answer.body
    if len(body) > 600 and "gzip" in request.headers.get("accept-encoding", "") and _is_text(answer):
        body = gzip.compress(body, compresslevel=3, mtime=0)
        headers["content-encoding"] = "gzip"
    if _is_text(answer):
        headers["vary"] = "accept-encoding"
    headers["content-length"] = str(len(body))
    return answer.status, _raw(headers), b"" if request.method == "HEAD" else body


def _is_text(answer: Answer) -> bool:
    return answer.content_type.startswith(("text/", "application/xml", "application/json", "image/svg"))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, 30, tzinfo=UTC)


def _unchanged(request: Request, tag: str, modified: date | None) -> bool:
    """RFC 9110 §13.1: If-None-Match wins over If-Modified-Since."""
    wanted = request.headers.get("if-none-match")
    if wanted is not None:
        return bool(tag) and (tag in wanted or wanted.strip() == "*")
    since = request.headers.get("if-modified-since")
    if not since or not modified:
        return False
    try:
        return parsedate_to_datetime(since) >= _midnight(modified)
    except (ValueError, TypeError):
        return False


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]
