"""How does a site of the tests answer? Pages, lists of links, decent answers and redirects."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

_WORDS = (
    "Här står vad kommunen gör för den som vill veta mer om ärendet. Du ansöker i e-tjänsten eller ringer "
    "kontaktcenter, och du får besked inom tre veckor. "
)


@dataclass(slots=True)
class Asked:
    """A request as it came: a line of the access log. Times in seconds of the monotonic clock."""

    method: str
    path: str
    host: str
    headers: dict[str, str] = field(default_factory=dict)
    at: float = 0.0
    """When it had come whole."""
    ended: float = float("inf")
    """When its answer had been sent."""
    by_proxy: bool = False


Handler = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def page(title: str, body: str = "", *, head: str = "") -> bytes:
    """A small Swedish page with a text of its own."""
    return (
        f'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><main><h1>{title}</h1><p>{title}. {_WORDS}</p>{body}</main></body></html>"
    ).encode()


def links(*paths: str) -> str:
    """A list of links."""
    return "<ul>" + "".join(f'<li><a href="{path}">Läs om {path}</a></li>' for path in paths) + "</ul>"


async def plain(
    writer: asyncio.StreamWriter,
    body: bytes,
    *,
    status: str = "200 OK",
    kind: str = "text/html; charset=utf-8",
    headers: str = "",
) -> None:
    """A decent answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    writer.write(head.encode("latin-1") + body)


def serve(body: bytes, **options: str) -> Handler:
    """A handler that always gives the same decent answer."""

    async def handler(_: Asked, writer: asyncio.StreamWriter) -> None:
        await plain(writer, body, **options)

    return handler


def redirect(location: str, status: str = "302 Found") -> Handler:
    """A handler that redirects."""
    return serve(b"", status=status, headers=f"Location: {location}\r\n")
