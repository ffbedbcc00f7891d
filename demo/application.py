"""How is the demo federation served? An ASGI application for all hosts, run until stopped or in a thread."""

import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any
from urllib.parse import unquote

import uvicorn

from demo.answers import Request, finish
from demo.federation import DEFAULT_PORT, Federation

Message = MutableMapping[str, Any]
_MAX_BODY = 1_000_000


class Application:
    """The ASGI application of a federation."""

    def __init__(self, federation: Federation) -> None:
        self.federation = federation

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] == "POST":
            await _drain(receive)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        raw = scope.get("raw_path") or scope["path"].encode()
        request = Request(
            host=headers.get("host", "").rpartition(":")[0].lower() or headers.get("host", "").lower(),
            path=unquote(raw.decode("latin-1").partition("?")[0]),
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            method=scope["method"],
        )
        status, raw_headers, body = finish(request, self.federation.answer(request))
        await send({"type": "http.response.start", "status": status, "headers": raw_headers})
        await send({"type": "http.response.body", "body": body})


async def _drain(receive: Callable[[], Awaitable[Message]]) -> None:
    """Read what a form sends, keep nothing of it, and stop reading what is too long."""
    read = 0
    while read < _MAX_BODY:
        message = await receive()
        read += len(message.get("body", b""))
        if not message.get("more_body"):
            return


def _server(federation: Federation) -> uvicorn.Server:
    config = uvicorn.Config(
        Application(federation), log_level="error", access_log=False, lifespan="off", server_header=False
    )
    return uvicorn.Server(config)


def _listen(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only where the protocol is named; else each answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)  # who connects before the server runs is kept waiting, not refused
    except OSError:
        listener.close()
        raise
    return listener


def serve(port: int = DEFAULT_PORT) -> None:
    """Serve the demo federation on loopback until interrupted. Raises OSError where the port is taken."""
    with _listen(port) as listener:
        _server(Federation(listener.getsockname()[1])).run(sockets=[listener])


@contextlib.contextmanager
def background(port: int = 0, federation: Federation | None = None) -> Iterator[int]:
    """Serve in a thread of this process while the block runs; gives the port (0 takes a free one).

    A `federation` of the caller's own is served as it is, at the port that it was made for.
    """
    with _listen(federation.port if federation else port) as listener:
        actual = listener.getsockname()[1]
        server = _server(federation or Federation(actual))
        thread = threading.Thread(target=server.run, args=([listener],), name="demo", daemon=True)
        thread.start()
        try:
            yield actual
        finally:
            server.should_exit = True
            thread.join(timeout=10)
