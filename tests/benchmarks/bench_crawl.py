"""How fast is the whole crawl path beside a bare Scrapy spider on the same server?

    python -m tests.benchmarks.bench_crawl [--pages N] [--menu N] [--rounds N] [--index]

Bare: a Scrapy spider that follows links with LinkExtractor and does nothing else. Whole: python -m
crawler.fetch (fetch, extract, understand, store) and, with --index, the index follower beside it until it has
caught up. Both crawl the same site from the same server process, turn about. Prints pages a second and the
ratio; the figure to hold is 0.5. The site is made here: pages like municipal ones, with menus and long texts.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from crawler.store import PageStore

HOST = "www.matning.localhost"
_CONCURRENCY = 16

WORDS = """
kommunen ansökan bygglov förskola avgift handläggare beslut blankett e-tjänst kontakt öppettider vatten avfall
skola elev vårdnadshavare plats kö regler bostad stöd hjälp ekonomi miljö tillsyn tillstånd trafik parkering
gata park bibliotek simhall förening bidrag nämnd och att för som det den med till av på är
"""

BARE = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

class Bare(scrapy.Spider):
    name = "bare"
    pages = 0
    async def start(self):
        yield scrapy.Request(sys.argv[1])
    def parse(self, response):
        if not isinstance(response, scrapy.http.TextResponse):
            return
        Bare.pages += 1
        for link in LinkExtractor().extract_links(response):
            yield scrapy.Request(link.url)

process = CrawlerProcess({
    "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False, "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "COOKIES_ENABLED": False,
    "TWISTED_DNS_RESOLVER": "crawler.fetch.resolver.GuardedResolver",
    "MEDBORGARSOK_ALLOW_PRIVATE": True, "DNS_TIMEOUT": 10,
})
process.crawl(Bare)
process.start()
print(Bare.pages)
"""


def make_site(pages: int, menu_links: int = 60) -> dict[str, bytes]:
    """Pages like those of a municipality: a menu in header and footer, a text of 100 to 900 words."""
    chance = random.Random(7)
    words = WORDS.split()
    menu = "".join(f'<li><a href="/amne-{n}/">Ämne {n}</a></li>' for n in range(menu_links))
    site: dict[str, bytes] = {}
    for number in range(pages):
        paragraphs = [
            "<p>" + " ".join(chance.choices(words, k=chance.randint(20, 90))) + f" {number}.</p>"
            for _ in range(chance.randint(4, 11))
        ]
        following = [(number * 8 + n) % pages for n in range(1, 9)]
        more = "".join(f'<li><a href="/sida/{n}">Sida {n}</a></li>' for n in following)
        head = f"<title>Sida {number} - Mätköpings kommun</title>" + "<meta name='x' content='y'>" * 40
        site[f"/sida/{number}"] = (
            f'<!doctype html><html lang="sv"><head><meta charset="utf-8">{head}</head>'
            f"<body><header><nav><ul>{menu}</ul></nav></header>"
            f"<main><h1>Sida {number}</h1>{''.join(paragraphs)}<h2>Läs mer</h2><ul>{more}</ul>"
            f"</main><footer><p>Kontaktcenter 040-628 04 00</p><ul>{menu}</ul></footer></body></html>"
        ).encode()
    site["/"] = site["/sida/0"]
    for n in range(menu_links):
        site[f"/amne-{n}/"] = site[f"/sida/{n}"].replace(b"<h1>Sida", f"<h1>\xc4mne {n}".encode())
    return site


def serve(port: "multiprocessing.Queue[int]", pages: int, menu_links: int) -> None:
    """A server that answers from memory, so that it costs little."""
    serve_pages(port, make_site(pages, menu_links).get)


def serve_pages(port: "multiprocessing.Queue[int]", page: Callable[[str], bytes | None]) -> None:
    """A server on a free port, which it puts: the pages that `page` gives for paths, and 404 for None."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = page(head.split(b" ", 2)[1].decode())
                status = b"200 OK" if body is not None else b"404 Not Found"
                body = body or b"<title>Finns inte</title>"
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s"
                    % (status, len(body), body)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(client, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def bare(url: str) -> tuple[int, float]:
    """Pages and seconds of the bare spider, its start included as in `whole`."""
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", BARE, url], capture_output=True, text=True, check=True, env=os.environ
    )
    return int(done.stdout.splitlines()[-1]), time.monotonic() - start


def whole(url: str, *, index: bool) -> tuple[int, float]:
    """Pages that are documents in the end, and seconds until they all are."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "agencies.toml").write_text(
            f'[[agency]]\nid = "matning"\nname = "Mätköping"\nkind = "municipality"\nseeds = ["{url}"]\n'
            f"delay = 0\nconcurrency = {_CONCURRENCY}\n",
            encoding="utf-8",
        )
        job = {
            "settings": {
                "data_dir": name,
                "registry": str(folder / "agencies.toml"),
                "allow_private_addresses": True,
                "extraction_processes": 1,
            },
            "agencies": ["matning"],
        }
        follower = None
        if index:
            store_url = f"sqlite:///{folder / 'store.sqlite3'}"
            PageStore(store_url).close()
            follower = subprocess.Popen([sys.executable, "-c", _FOLLOW, store_url, str(folder / "index")])
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "crawler.fetch"],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            check=True,
        )
        if follower is not None:
            (folder / "done").touch()
            follower.wait()
        seconds = time.monotonic() - start
        last = json.loads(done.stdout.splitlines()[-1])
        if done.stderr:
            sys.stderr.write(done.stderr[-2000:])
        return sum(n for name, n in last["outcomes"].items() if name in {"indexed", "duplicate"}), seconds


_FOLLOW = """
import sys, time, pathlib
from crawler.store import PageStore
from indexer.follow import IndexFollower
folder = pathlib.Path(sys.argv[2])
with PageStore(sys.argv[1]) as store, IndexFollower(store, folder) as follower:
    while True:
        last = (folder.parent / "done").exists()
        if follower.step() == 0:
            if last:
                break
            time.sleep(0.3)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--menu", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--index", action="store_true")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    port: multiprocessing.Queue[int] = context.Queue()
    server = context.Process(target=serve, args=(port, options.pages, options.menu), daemon=True)
    server.start()
    url = f"http://{HOST}:{port.get()}/"
    speeds: dict[str, list[float]] = {"bare": [], "whole": []}
    for number in range(options.rounds):
        for name in ("bare", "whole"):
            pages, seconds = bare(url) if name == "bare" else whole(url, index=options.index)
            speeds[name].append(pages / seconds)
            print(
                f"round {number + 1} {name:5}: {pages} pages, {seconds:.1f} s, {pages / seconds:.0f} pages/s"
            )
    server.terminate()
    best = {name: max(values) for name, values in speeds.items()}
    print(
        f"bare {best['bare']:.0f} pages/s, whole {best['whole']:.0f} pages/s, "
        f"ratio {best['whole'] / best['bare']:.2f}"
    )


if __name__ == "__main__":
    main()
