"""How do tests ask the real server? The application on a free port of this machine, in a thread."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from searchapi.app import create_app
from searchapi.protocol import server_options
from searchapi.settings import Settings


@contextmanager
def served(settings: Settings, *, port: int = 0, **options: Any) -> Iterator[int]:
    """Serve, and give the port: a free one unless told. `options`: other settings of the server's."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        given = {**server_options(), **options}
        config = uvicorn.Config(create_app(settings), log_level="critical", **given)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + 120
            while not server.started and thread.is_alive() and time.monotonic() < until:
                thread.join(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(60)
