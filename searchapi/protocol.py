"""What does the server do with requests that are no requests? It tells so in the one shape of errors.

uvicorn answers a request line beyond its limits, or one that is no HTTP, with plain text of its own.
`HttpProtocol` answers as the application would; give it to uvicorn.Config with `server_options()`.
"""

from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from searchapi.models import ErrorBody, ErrorResponse

MAX_HEAD_BYTES = 256 * 1024
"""Request line and headers are read up to here, so that the application itself can refuse most."""


class HttpProtocol(H11Protocol):
    """uvicorn's pure Python protocol, with errors in our shape."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what can't be read, and end the connection."""
        code, message = "bad_request", "the request is not valid HTTP, or its head is too long"
        body = ErrorResponse(error=ErrorBody(code=code, message=message)).model_dump_json().encode()
        reason = h11.Response(
            status_code=400,
            headers=[
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                (b"x-content-type-options", b"nosniff"),
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
        "limit_concurrency": 512,
    }
