"""What does the server do with requests that are no requests? It tells so in the one shape of errors.

uvicorn answers a request line beyond its limits, or one that is no HTTP, with plain text of its own, and it
waits for ever for a request that never comes. `HttpProtocol` answers as the application would, and waits no
longer than it keeps any idle connection; give it to uvicorn.Config with `server_options()`.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from searchapi.guard import SECURITY_HEADERS
from searchapi.models import ErrorBody, ErrorResponse

MAX_HEAD_BYTES = 256 * 1024
"""Request line and headers are read up to here, so that the application itself can refuse most."""


class HttpProtocol(H11Protocol):
    """uvicorn's pure Python protocol, with errors in our shape and an end to waiting."""

    _deadline = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, and give it a time for its first request."""
        super().connection_made(transport)
        self._deadline = self.loop.time() + self.timeout_keep_alive
        self._wait_until_deadline()

    def data_received(self, data: bytes) -> None:
        """Take a part of a request. A request that comes in drops gets no more time for each of them."""
        super().data_received(data)
        self._wait_until_deadline()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._deadline = self.loop.time() + self.timeout_keep_alive
        super().on_response_complete()

    def _wait_until_deadline(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if not answering and self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_at(self._deadline, self.timeout_keep_alive_handler)

    def send_400_response(self, msg: str) -> None:
        """Refuse what can't be read, and end the connection."""
        code, message = "bad_request", "the request is not valid HTTP, or its head is too long"
        body = ErrorResponse(error=ErrorBody(code=code, message=message)).model_dump_json().encode()
        reason = h11.Response(
            status_code=400,
            headers=[
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                *((name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()),
                (b"connection", b"close"),
            ],
            reason=b"Bad Request",
        )
        for event in (reason, h11.Data(data=body), h11.EndOfMessage()):
            sent = self.conn.send(event)
            if sent:
                self.transport.write(sent)
        self.transport.close()


def server_options() -> dict[str, Any]:
    """Arguments for uvicorn.Config: this protocol, its limits, no log of requests, no server header."""
    return {
        "http": HttpProtocol,
        "h11_max_incomplete_event_size": MAX_HEAD_BYTES,
        "access_log": False,
        "server_header": False,
        "timeout_keep_alive": 15,
    }
