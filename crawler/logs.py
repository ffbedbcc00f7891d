"""How do the processes tell what happens? Lines on stderr, for people or, as JSON objects, for programs.

A message often carries a text of a site: no line break or control character of such a text may begin a line
of its own or steer a terminal (CWE-117).
"""

import json
import logging
import sys
import traceback
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, TextIO

LogFormat = Literal["plain", "json"]

FIELDS = ("agency", "run", "url", "host", "request", "worker")
"""What a message can be about: given as `extra`, or by a LoggerAdapter."""
_STEERING = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
_LONGEST = 8_000
_LOUD = ("scrapy", "twisted", "asyncio", "alembic", "uvicorn.access", "urllib3")


def configure(
    format: str = "plain", level: int | str = logging.WARNING, stream: TextIO | None = None
) -> None:
    """Send the messages of this process to stderr in a format ("plain" or "json"), from a level upwards.

    Handlers that were there before are taken away, so it may be called again. Raise ValueError for a level
    that there is not.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else PlainLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _LOUD:  # what these tell below a warning is no operator's business
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))


class PlainLines(logging.Formatter):
    """A line a message, "WARNING crawler.fetch: agency aspvik: …", and the trace of an exception indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = [f"{record.levelname} {record.name}: {one_line(_message(record))}"]
        told += (f" {name}={one_line(str(value))}" for name, value in _fields(record))
        lines = ["".join(told)]
        lines += (f"  {clean(line)}" for line in _trace(record))
        return "\n".join(lines)


class JsonLines(logging.Formatter):
    """An object a line: time (RFC 3339, UTC), level, logger, message, process; what it is about; trace."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. ASCII throughout, so that no encoding and no separator of lines can break it."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean(_message(record))[:_LONGEST],
            "process": record.process,
        }
        told.update(
            (name, value if isinstance(value, int) else clean(str(value))) for name, value in _fields(record)
        )
        trace = _trace(record)
        if trace:
            told["trace"] = "\n".join(clean(line) for line in trace)
        return json.dumps(told, ensure_ascii=True)


def clean(text: str) -> str:
    """A text whose control characters and marks of direction are shown instead of carried out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        sign if sign == "\n" or unicodedata.category(sign) not in _STEERING else f"\\u{ord(sign):04x}"
        for sign in text
    )


def one_line(text: str) -> str:
    """A text as one line: its further lines follow on " | "."""
    return " | ".join(part for part in clean(text[:_LONGEST]).split("\n") if part.strip())


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # a fault in the caller's format is no reason to lose it
        return f"{record.msg} {record.args!r}"


def _fields(record: logging.LogRecord) -> Iterable[tuple[str, object]]:
    for name in FIELDS:
        value = getattr(record, name, None)
        if value not in (None, ""):
            yield name, value


def _trace(record: logging.LogRecord) -> list[str]:
    info = record.exc_info
    if not info or info[1] is None:
        return []
    kind: type[BaseException] | None = info[0]
    where: TracebackType | None = info[2]
    return [
        line
        for entry in traceback.format_exception(kind, info[1], where)
        for line in entry.rstrip("\n").split("\n")
    ]
