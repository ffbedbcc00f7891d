"""A real server with named faults, for tests of the crawler. One port, many hosts by their names.

The first label of the host name says which site answers: `healthy.fault.localhost` is a small good site,
`only500.fault.localhost` answers 500 to everything, and so on. In a site the path says which fault: the
table in faults.py names them all. It runs in a thread of the test process, on raw sockets, so that it can do
what no decent server does.
"""

import asyncio
import contextlib
import socket
import threading
import time
from collections import Counter
from types import TracebackType

from tests.integration.answers import Asked, Handler, plain
from tests.integration.certificates import Certificates
from tests.integration.faults import ROUTES


class FaultServer:
    """The server. `port` is free; `asked` counts requests by "host/path"; `requests` is the access log.

    With `certificates` it answers by TLS too, at `tls_port`, by the name that the client asks for.
    """

    def __init__(self, certificates: Certificates | None = None) -> None:
        self.tls_port = 0
        self.has_ipv6 = False
        self._certificates = certificates
        self.asked: Counter[str] = Counter()
        self.requests: list[Asked] = []
        self.port = 0
        self.routes: dict[str, Handler] = {}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault server", daemon=True)

    def __enter__(self) -> "FaultServer":
        self._thread.start()
        assert self._ready.wait(120)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)

    def url(self, site: str, path: str = "/", *, tls: bool = False) -> str:
        """The address of a path on a site."""
        if tls:
            return f"https://{site}.fault.localhost:{self.tls_port}{path}"
        return f"http://{site}.fault.localhost:{self.port}{path}"

    def log(self, site: str) -> list[Asked]:
        """What a site was asked for, in the order of coming."""
        return [asked for asked in self.requests if asked.host == f"{site}.fault.localhost"]

    def most_under_way(self, site: str) -> int:
        """The most requests of a site that were under way at the same time."""
        log = self.log(site)
        return max((sum(other.at <= one.at < other.ended for other in log) for one in log), default=0)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        servers = [server]
        self.port = server.sockets[0].getsockname()[1]
        if socket.has_ipv6:
            with contextlib.suppress(OSError):  # (a machine without it)
                six = asyncio.start_server(self._serve, "::1", self.port)
                servers.append(self._loop.run_until_complete(six))
        self.has_ipv6 = len(servers) > 1
        if self._certificates is not None:
            context = self._certificates.context()
            tls = asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
            servers.append(self._loop.run_until_complete(tls))
            self.tls_port = servers[-1].sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        for server in servers:
            server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")
                method, path, _ = first.split(" ", 2)
                headers = {
                    n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines if line)
                }
                host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
                by_proxy = path.startswith("http://")
                if by_proxy:
                    path = "/" + path.split("/", 3)[3]
                asked = Asked(method, path, host, headers, time.monotonic(), by_proxy=by_proxy)
                self.asked[host + path] += 1
                self.requests.append(asked)
                try:
                    await self._answer(asked, writer)
                    await writer.drain()
                finally:
                    asked.ended = time.monotonic()
                if writer.is_closing():
                    return
        writer.close()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        site = asked.host.split(".")[0]
        path = asked.path.split("?")[0]
        for key in (f"{site}{path}", f"{site}/*", path):  # (a site's own word first)
            handler = self.routes.get(key) or ROUTES.get(key)
            if handler is not None:
                await handler(asked, writer)
                return
        await plain(writer, b"<title>Sidan finns inte</title>", status="404 Not Found")
