"""Which answers travel compressed? Pages, styles, scripts and the API's; never the administrators' pages."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

ADMIN = "/admin"
_SMALLEST = 700
"""Bytes: a shorter answer fits into one packet either way."""
_LEVEL = 6


class Compression:
    """ASGI middleware: gzip for who accepts it.

    The administrators' pages carry tokens beside what a stranger may have put there. The length of a
    compressed answer tells whether the two are alike (BREACH, CVE-2013-3587), so those pages travel plain.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._packed = GZipMiddleware(app, minimum_size=_SMALLEST, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        tokens = scope["type"] != "http" or scope["path"].startswith(ADMIN)
        await (self._plain if tokens else self._packed)(scope, receive, send)
