"""How does a normal web server answer a crawler? ETag, Last-Modified, 304, a sitemap; a process of its own.

The site comes from the one address `serve` is started with; whoever measures changes and asks it by paths
below CONTROL, which are neither linked nor counted.
"""

import asyncio
import json
import multiprocessing
import random
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from zlib import crc32

from tests.benchmarks.bench_crawl import make_site

CONTROL = "/-matning/"
EDITED = "zonkbyte"
"""A word that stands on edited pages alone."""
_DAY = 86_400
_FIRST = 1_780_000_000


class Site:
    """Pages with their time of change, as a CMS holds them. `counts`: answers by status, bytes."""

    def __init__(self, pages: int, menu_links: int, *, sitemap: bool) -> None:
        self.bodies = make_site(pages, menu_links)
        self.sitemap = sitemap
        self.moved: dict[str, str] = {}
        self.changed = {path: _FIRST + n * 1_700 for n, path in enumerate(self.bodies)}
        self.counts = {"requests": 0, "bytes": 0, "304": 0}

    def answer(self, path: str, headers: dict[str, str], origin: str) -> tuple[str, list[str], bytes]:
        """Status, headers and body."""
        if path == "/robots.txt":
            more = f"Sitemap: {origin}/sitemap.xml\n" if self.sitemap else ""
            return "200 OK", ["Content-Type: text/plain"], f"User-agent: *\nDisallow:\n{more}".encode()
        if path == "/sitemap.xml" and self.sitemap:
            return "200 OK", ["Content-Type: application/xml"], self._sitemap(origin)
        if path in self.moved:
            return "301 Moved Permanently", [f"Location: {self.moved[path]}"], b""
        body = self.bodies.get(path)
        if body is None:
            return "404 Not Found", ["Content-Type: text/html"], b"<title>Sidan finns inte</title>"
        tag, changed = f'"{crc32(body):x}"', formatdate(self.changed[path], usegmt=True)
        about = [f"ETag: {tag}", f"Last-Modified: {changed}"]
        if headers.get("if-none-match") == tag:
            return "304 Not Modified", about, b""
        return "200 OK", ["Content-Type: text/html; charset=utf-8", *about], body

    def _sitemap(self, origin: str) -> bytes:
        rows = "".join(
            f"<url><loc>{origin}{path}</loc><lastmod>{_written(self.changed[path])}</lastmod></url>"
            for path in self.bodies
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()

    def edit(self, seed: int, *of_all: float) -> dict[str, Any]:
        """Change pages as editors do; `of_all`: the shares edited, deleted and moved. Return which."""
        chance = random.Random(seed)
        paths = sorted(path for path in self.bodies if path.startswith("/sida/"))
        chance.shuffle(paths)
        counts = [max(1, round(share * len(paths))) for share in of_all]
        edited, deleted, moved = (paths[sum(counts[:n]) : sum(counts[: n + 1])] for n in range(3))
        for path in edited:
            self.change(path, f"{EDITED} {path}")
        for path in deleted:
            del self.bodies[path]
        for path in moved:
            new = path.replace("/sida/", "/flyttad/")
            self.moved[path] = new
            self.bodies[new] = self.bodies.pop(path)
            self.changed[new] = _FIRST + 400 * _DAY
        return {"edited": edited, "deleted": deleted, "moved": {path: self.moved[path] for path in moved}}

    def change(self, path: str, words: str) -> None:
        """Let a page say something more."""
        told = f"Från och med i höst gäller nya regler: {words} är det som du ansöker om i e-tjänsten."
        self.bodies[path] = self.bodies[path].replace(b"</p><h2>", f"</p><p>{told}</p><h2>".encode(), 1)
        self.changed[path] = _FIRST + 400 * _DAY + crc32(words.encode()) % _DAY

    def control(self, command: str, given: Any) -> Any:
        """What whoever measures asks for."""
        match command:
            case "counts":
                counted, self.counts = self.counts, {"requests": 0, "bytes": 0, "304": 0}
                return counted
            case "edit":
                return self.edit(*given)
            case "change":
                return self.change(*given)
        raise ValueError(command)


def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _serve(port: "multiprocessing.Queue[int]", pages: int, menu_links: int, sitemap: bool) -> None:
    site = Site(pages, menu_links, sitemap=sitemap)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, path, _ = first.split(" ", 2)
                headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
                if path.startswith(CONTROL):
                    length = int(headers.get("content-length", 0))
                    given = json.loads(await reader.readexactly(length)) if length else None
                    body = json.dumps(site.control(path.removeprefix(CONTROL), given)).encode()
                    status, about = "200 OK", ["Content-Type: application/json"]
                else:
                    status, about, body = site.answer(path, headers, f"http://{headers.get('host', '')}")
                head = [f"HTTP/1.1 {status}", *about, f"Content-Length: {len(body)}", "", ""]
                answer = "\r\n".join(head).encode() + (b"" if method == "HEAD" else body)
                if not path.startswith(CONTROL):
                    site.counts["requests"] += 1
                    site.counts["bytes"] += len(answer)
                    site.counts["304"] += status.startswith("304")
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(client, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


class Control:
    """A started server, as whoever measures speaks to it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, command: str, *given: Any) -> Any:
        """Carry out a command of Site.control."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{CONTROL}{command}", data=json.dumps(given).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


@contextmanager
def served(pages: int, menu_links: int, *, sitemap: bool) -> Iterator[Control]:
    """The server, while the block runs."""
    context = multiprocessing.get_context("spawn")
    port: multiprocessing.Queue[int] = context.Queue()
    server = context.Process(target=_serve, args=(port, pages, menu_links, sitemap), daemon=True)
    server.start()
    try:
        yield Control(port.get(timeout=120))
    finally:
        server.terminate()
        server.join()
