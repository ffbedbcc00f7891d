"""What may come in, and what goes out with every answer? Limits on requests, security headers, CORS."""

import logging
import time
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from searchapi.error_shape import Teller

_log = logging.getLogger(__name__)

API = "/api/v1/"
MAX_UNDER_WAY = 512
"""Requests that are answered at the same time; those beyond are told to come back."""
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
MAX_BODY = 64_000_000
"""Bytes of a request's body, where it says how long it is. What reads a body has its own, smaller bounds."""
_OPERATIONS = {
    "recrawl": "POST, OPTIONS",
    "recrawl/": "GET, HEAD, OPTIONS",
    "documents": "PUT, DELETE, OPTIONS",
    "documents/": "GET, HEAD, OPTIONS",
}
"""What needs a token: for programs, not for scripts of other sites in somebody's browser."""
_READING = "GET, HEAD, OPTIONS"
_TAKING = {"feedback": "GET, HEAD, POST, OPTIONS"}
"""What other sites' pages may send to: nobody is logged in, so a request is worth the same from anywhere."""
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}


class Guard:
    """ASGI middleware around the whole application. Nothing of a request is kept, and no query is logged.

    `tell` makes the answers to what is refused here, and to what nobody foresaw. Where the application's
    state has `figures` (searchapi.metrics.RequestFigures), each answer is counted by its route's pattern.
    """

    def __init__(self, app: ASGIApp, max_request_line: int, tell: Teller) -> None:
        self._app = app
        self._max = max_request_line
        self._tell = tell
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        api = path.startswith(API)
        methods = _methods(path.removeprefix(API)) if api else None
        allowed = methods or _TAKING.get(path.removeprefix(API), _READING)
        headers = [SECURITY_HEADERS]
        if api and methods is None:
            headers.append({**_CORS, "Access-Control-Allow-Methods": allowed})
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server sends no body, as it knows what was asked
        sender = _counted(scope, _with_headers(send, headers))
        size = len(scope.get("raw_path") or path.encode()) + len(scope.get("query_string", b""))
        if size > self._max:
            message = f"the address is {size} bytes long; {self._max} are the most that is read"
            await self._tell(Request(scope), 414, "uri_too_long", message)(scope, receive, sender)
        elif _declared_length(scope) > MAX_BODY:
            message = f"the body is longer than {MAX_BODY} bytes, which is the most that is read"
            response = self._tell(Request(scope), 413, "request_entity_too_large", message)
            response.headers["Connection"] = "close"
            await response(scope, receive, sender)
        elif api and scope["method"] == "OPTIONS":
            await Response(status_code=204, headers={"Allow": allowed})(scope, receive, sender)
        elif self._under_way >= MAX_UNDER_WAY:
            response = self._tell(Request(scope), 503, "busy", "too many requests at once; try again soon")
            response.headers["Retry-After"] = "5"
            await response(scope, receive, sender)
        else:
            self._under_way += 1
            try:
                await self._answer(scope, receive, sender)
            finally:
                self._under_way -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            # The edge of the process: told in our shape here, inside of what adds the headers.
            _log.exception("%s %s failed", scope["method"], scope["path"][:200])
            if started:
                raise
            message = "something went wrong on our side; it has been logged"
            await self._tell(Request(scope), 500, "internal_error", message)(scope, receive, send)


def _methods(path: str) -> str | None:
    """What may be done at a path of the operations; None for every other path."""
    first, slash, _ = path.partition("/")
    return _OPERATIONS.get(first + slash)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


def _counted(scope: Scope, send: Send) -> Send:
    """Count an answer where it begins: by its route's pattern and status, never by what was asked for."""
    figures = getattr(getattr(scope.get("app"), "state", None), "figures", None)
    if figures is None:
        return send
    began = time.perf_counter()

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            route = getattr(scope.get("route"), "path", "") or "other"
            figures.observe(route, scope["method"], message["status"], time.perf_counter() - began)
        await send(message)

    return sender


def _with_headers(send: Send, sets: Iterable[dict[str, str]]) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Any = MutableHeaders(scope=message)
            for name, value in (pair for rows in sets for pair in rows.items()):
                headers.setdefault(name, value)
        await send(message)

    return sender
