"""What may come in, and what goes out with every answer? Limits on requests, security headers, CORS."""

from collections.abc import Iterable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from searchapi.error_shape import error_response

API = "/api/v1/"
_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}


class Guard:
    """ASGI middleware around the whole application. Nothing of a request is logged or kept."""

    def __init__(self, app: ASGIApp, max_request_line: int) -> None:
        self._app = app
        self._max = max_request_line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        api = path.startswith(API)
        sender = _with_headers(send, [_SECURITY, _CORS] if api else [_SECURITY])
        size = len(scope.get("raw_path") or path.encode()) + len(scope.get("query_string", b""))
        if size > self._max:
            message = f"the address is {size} bytes long; {self._max} are the most that is read"
            response = error_response(414, "uri_too_long", message)
            await response(scope, receive, sender)
        elif api and scope["method"] == "OPTIONS":
            await _Empty()(scope, receive, sender)
        else:
            await self._app(scope, receive, sender)


class _Empty:
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def _with_headers(send: Send, sets: Iterable[dict[str, str]]) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Any = MutableHeaders(scope=message)
            for name, value in (pair for rows in sets for pair in rows.items()):
                headers.setdefault(name, value)
        await send(message)

    return sender
