"""Which answers travel compressed? Pages, styles, scripts and the API's; never the administrators' pages."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLAIN = {"Content-Encoding": "identity"}
"""The header of an answer that is to travel plain. It goes no further than here."""
_SMALLEST = 700
"""Bytes: a shorter answer fits into one packet either way."""
_LEVEL = 6
_REFUSED = re.compile(r"\bgzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)
"""How a program says that it reads no gzip (RFC 9110, 12.5.3)."""


class Compression:
    """ASGI middleware: gzip for who accepts it, unless the answer itself asks to travel plain.

    The administrators' pages do: they carry tokens beside what a stranger may have put there, and the length
    of a compressed answer tells whether the two are alike (BREACH, CVE-2013-3587). It is not the address that
    decides: whoever may not come there is told that there is nothing, compressed as everywhere.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._packed = GZipMiddleware(app, minimum_size=_SMALLEST, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-encoding") == PLAIN["Content-Encoding"]:
                    del headers["content-encoding"]
            await send(message)

        refused = scope["type"] == "http" and _REFUSED.search(Headers(scope=scope).get("accept-encoding", ""))
        await (self._plain if refused else self._packed)(scope, receive, sender)
