"""How are pages and API served, agencies crawled, and the index kept up with the page store meanwhile?"""

import socket
from collections.abc import Callable
from contextlib import ExitStack

import uvicorn
from rich.console import Console

from indexer.meaning import why_not
from searchapi.app import create_app
from searchapi.errors import SearchApiError
from searchapi.meaning_follow import choice_of
from searchapi.processes import KeptRunning, start_follower, start_meaning, start_worker
from searchapi.protocol import server_options
from searchapi.registry_follow import RegistryFollower
from searchapi.settings import Settings


class PortTakenError(SearchApiError):
    """Another program listens on the port."""


def serve(settings: Settings, console: Console, listener: socket.socket) -> None:
    """Serve on a socket of `listen` until Ctrl-C."""
    with listener, ExitStack() as beside:
        beside.enter_context(KeptRunning(lambda: start_follower(settings)))
        if settings.crawl_worker:
            beside.enter_context(KeptRunning(lambda: start_worker(settings)))
        choice = choice_of(settings)
        if choice is not None and not why_not(choice):
            beside.enter_context(
                KeptRunning(lambda: start_meaning(settings.store_url, choice, settings.log_format))
            )
        app = create_app(settings, lasting=True)
        beside.enter_context(RegistryFollower(app.state, settings))
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5, **server_options())
        address = f"http://{settings.host}:{listener.getsockname()[1]}/"
        server = _Server(
            config, lambda: console.print(f"\nMedborgarsök answers on {address}  (Ctrl-C ends it)\n")
        )
        server.run(sockets=[listener])


def listen(settings: Settings) -> socket.socket:
    """Take the port, before any long work begins. Raise PortTakenError where it is in use."""
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sends small answers at once (TCP_NODELAY) only where it is.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTakenError(
            f"port {port} on {host} can't be had ({error.strerror}); "
            "another program may be using it. Set MEDBORGARSOK_PORT to another port"
        ) from error
    return listener


class _Server(uvicorn.Server):
    """Tells where it answers once it does."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets)
        if self.started:
            self._tell()
