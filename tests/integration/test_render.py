"""Does a real Chromium make the page, ask only us, and reach nothing by itself?"""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from crawler.fetch.download import Answer, Failed
from crawler.fetch.render import Renderer, RenderLimits
from crawler.outcomes import Outcome
from tests.chromium import find_chromium
from tests.integration.answers import serve
from tests.integration.faultserver import FaultServer

pytestmark = pytest.mark.browser

SITE = "https://www.norrvik.example"
JS = {"content-type": "text/javascript; charset=utf-8"}


def chromium() -> Path:
    path = find_chromium()
    assert path, "no Chromium: run `python tests/chromium.py`, which installs it or says what to do"
    return Path(path)


def answer(body: str, url: str = f"{SITE}/", **headers: str) -> Answer:
    return Answer(url, 200, {"content-type": "text/html; charset=utf-8", **headers}, body.encode(), 0.1)


def shell(script: str, body: str = '<div id="root"></div>', head: str = "") -> Answer:
    return answer(
        f'<!doctype html><html lang="sv"><head><title>Bygglov</title>{head}</head><body>{body}'
        f"<script>{script}</script></body></html>"
    )


def owns(url: str) -> bool:
    return url.startswith((SITE, "https://api.norrvik.example"))


class Site:
    """What the crawl would fetch; `asked` has every URL in order."""

    def __init__(self, pages: dict[str, Answer | Failed] | None = None) -> None:
        self.pages = pages or {}
        self.asked: list[str] = []

    async def fetch(self, url: str) -> Answer | Failed:
        self.asked.append(url)
        return self.pages.get(url, Failed(Outcome.NOT_FOUND, "HTTP 404"))


@asynccontextmanager
async def renderer(limits: RenderLimits | None = None) -> AsyncIterator[Renderer]:
    made = Renderer(chromium(), limits)
    try:
        yield made
    finally:
        await made.close()


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 120))  # type: ignore[arg-type]


def test_scripts_run_and_what_they_ask_for_comes_from_the_crawl() -> None:
    site = Site(
        {
            f"{SITE}/app.js": Answer(
                f"{SITE}/app.js",
                200,
                JS,
                "fetch('/api/sida').then(r => r.json()).then(s => {"
                "document.getElementById('root').innerHTML = `<h1>${s.rubrik}</h1><p>Åäö</p>`;"
                "const ort = document.createElement('x-ort'); document.body.append(ort);"
                "ort.innerHTML = 'Norrvik';"
                "ort.attachShadow({mode: 'open'}).innerHTML = '<p>Kontor i <slot></slot></p>';})".encode(),
                0.1,
            ),
            f"{SITE}/api/sida": Answer(
                f"{SITE}/api/sida", 302, {"location": "https://api.norrvik.example/sida"}, b"", 0.1
            ),
            "https://api.norrvik.example/sida": Answer(
                "", 200, {"content-type": "application/json"}, '{"rubrik": "Sök bygglov"}'.encode(), 0.1
            ),
        }
    )
    page = shell("", head='<script src="/app.js"></script><link rel=stylesheet href="/stil.css">')

    async def work() -> None:
        async with renderer() as made:
            first = await made.render(f"{SITE}/bygglov", page, site.fetch, owns=owns)
            text = first.body.decode()
            assert "<h1>Sök bygglov</h1><p>Åäö</p>" in text
            assert "<p>Kontor i Norrvik</p>" in text  # out of the shadow tree
            assert (first.problem, first.requests) == ("", 3)
            # The next page of the site shares the script.
            second = await made.render(f"{SITE}/avgifter", page, site.fetch, owns=owns)
            assert b"bygglov</h1>" in second.body
            assert site.asked.count(f"{SITE}/app.js") == 1
            assert f"{SITE}/stil.css" not in site.asked
            assert made.warning == ""
            assert made.browser.started == 1

    run(work)


class Canary:
    """Listens on TCP and UDP; whatever arrives is a leak."""

    def __init__(self) -> None:
        self.arrived: list[bytes] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._threads = [threading.Thread(target=self._accept), threading.Thread(target=self._receive)]
        for thread in self._threads:
            thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._tcp.accept()
            with connection:
                data = connection.recv(100)
            if data == b"stop":
                return
            self.arrived.append(b"TCP " + data)

    def _receive(self) -> None:
        while (data := self._udp.recv(2000)) != b"stop":
            self.arrived.append(b"UDP " + data)

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"stop")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last_word:
            last_word.sendto(b"stop", ("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join(10)
        self._tcp.close()
        self._udp.close()


def hostile(port: int) -> str:
    """A script that tries every way out, to a port of this machine, and says when it has tried them all."""
    there = f"127.0.0.1:{port}"
    return f"""
    const tries = [
      () => fetch('http://{there}/fetch'),
      () => fetch('http://{there}/post', {{method: 'POST', body: 'x', mode: 'no-cors', keepalive: true}}),
      () => navigator.sendBeacon('http://{there}/beacon', 'x'),
      () => {{ new Image().src = 'http://{there}/image'; }},
      () => new WebSocket('ws://{there}/socket'),
      () => new EventSource('http://{there}/events'),
      () => new Worker(URL.createObjectURL(new Blob(["fetch('http://{there}/worker')"]))),
      () => navigator.serviceWorker.register('http://{there}/sw.js'),
      () => new WebTransport('https://{there}/transport'),
      () => {{ const f = document.createElement('iframe'); f.src = 'http://{there}/frame';
               document.body.append(f); }},
      () => {{ const s = document.createElement('script'); s.src = 'http://{there}/script';
               document.body.append(s); }},
      () => {{ for (const rel of ['preconnect', 'dns-prefetch', 'prefetch', 'preload', 'stylesheet',
                                  'manifest', 'icon', 'modulepreload']) {{
               const l = document.createElement('link'); l.rel = rel; l.href = 'http://{there}/' + rel;
               document.head.append(l); }} }},
      () => {{ const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:{there}'}}]}});
               peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o)); }},
      () => {{ const f = document.createElement('iframe'); document.body.append(f);
               const peer = new f.contentWindow.RTCPeerConnection({{iceServers: [{{urls: 'stun:{there}'}}]}});
               peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o)); }},
      () => {{ const a = document.createElement('a'); a.href = 'http://{there}/download'; a.download = 'x';
               a.click(); }},
      () => {{ window.open('http://{there}/popup'); }},
      () => {{ const f = document.createElement('form'); f.action = 'http://{there}/form'; f.method = 'POST';
               document.body.append(f); f.submit(); }},
      () => {{ location.href = 'http://{there}/elsewhere'; }},
    ];
    for (const attempt of tries) try {{ Promise.resolve(attempt()).catch(() => 0); }} catch {{}}
    document.getElementById('root').textContent = `${{tries.length}} ways tried`;
    """


def test_a_page_can_reach_nothing() -> None:
    site = Site()
    canary = Canary()

    async def work() -> None:
        async with renderer() as made:
            script = hostile(canary.port)
            rendered = await made.render(f"{SITE}/", shell(script), site.fetch, owns=owns)
            assert b"18 ways tried" in rendered.body
            assert site.asked == []
            # Even what nobody intercepts finds no way: the browser is started so.
            async with made.browser.lent() as browser:
                page = await browser.new_page()
                for address in (f"http://127.0.0.1:{canary.port}/", f"http://localhost:{canary.port}/"):
                    with pytest.raises(Exception, match="ERR_PROXY_CONNECTION_FAILED"):
                        await page.goto(address)
                await page.close()

    try:
        run(work)
    finally:
        canary.close()
    assert canary.arrived == []


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("for (;;) {}", "come to an end"),
        ("setInterval(() => fetch('/alltid?' + Math.random()), 400)", ""),
        ("document.body.textContent = 'x'.repeat(300000)", "too large"),
        ("for (let n = 0; n < 50; n++) fetch('/nr/' + n)", "more than is fetched"),
        ("location.reload()", ""),
        ("alert('Hej'); confirm('?'); document.body.append('Förbi')", ""),
        ("const a = []; for (;;) a.push(new Array(1e6).fill(a.length))", "browser failed|to an end"),
    ],
)
def test_a_page_costs_no_more_than_it_may(script: str, says: str) -> None:
    site = Site()
    limits = RenderLimits(seconds=6, quiet_seconds=1.5, requests=20, page_bytes=200_000)

    async def work() -> None:
        async with renderer(limits) as made:
            rendered = await made.render(f"{SITE}/", shell(script), site.fetch, owns=owns)
            assert re.search(says, rendered.problem)
            assert bool(says) == bool(rendered.problem)
            assert rendered.requests == len(site.asked) <= 20
            assert b"root" in rendered.body or b"F\xc3\xb6rbi" in rendered.body
            # The next page is rendered all the same.
            after = await made.render(f"{SITE}/", shell("document.title = 'Nästa'"), site.fetch, owns=owns)
            assert "<title>Nästa</title>" in after.body.decode()

    run(work)


def test_a_browser_that_dies_or_grows_is_started_again() -> None:
    site = Site()

    async def work() -> None:
        limits = RenderLimits(pages_a_browser=2, memory_bytes=900_000_000, seconds=20)
        async with renderer(limits) as made:
            page = shell("document.title = 'Här'")
            await made.render(f"{SITE}/", page, site.fetch, owns=owns)
            process = made.browser.process
            assert process
            os.kill(process, signal.SIGKILL)
            rendered = await made.render(f"{SITE}/", page, site.fetch, owns=owns)
            assert ("Här".encode() in rendered.body, rendered.problem) == (True, "")
            assert made.browser.started == 2
            # Two at a time, and no more than two pages a browser.
            several = await asyncio.gather(
                *(made.render(f"{SITE}/{n}", page, site.fetch, owns=owns) for n in range(4))
            )
            assert [one.problem for one in several] == [""] * 4
            assert made.browser.started >= 3
            greedy = "const a = []; for (let n = 0; n < 3000; n++) a.push(new Uint8Array(1e6).fill(1));"
            rendered = await made.render(f"{SITE}/", shell(greedy), site.fetch, owns=owns)
            assert "browser failed" in rendered.problem
            assert rendered.body == shell(greedy).body

    run(work)


def test_without_a_browser_the_page_stays_as_it_is(tmp_path: Path) -> None:
    site = Site()

    async def work() -> None:
        made = Renderer(tmp_path / "chromium")
        assert made.warning == ""
        page = shell("document.title = 'Här'")
        rendered = await made.render(f"{SITE}/", page, site.fetch, owns=owns)
        assert rendered.body == page.body
        assert "install medborgarsok[render] and Chromium" in rendered.problem
        assert "install medborgarsok[render] and Chromium" in made.warning
        await made.close()

    run(work)


UNDER_SCRAPY = """
import asyncio, sys
from pathlib import Path
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from crawler.fetch.download import Fetcher
from crawler.fetch.render import Renderer
from crawler.fetch.scrapy_settings import scrapy_settings
from crawler.settings import CrawlSettings

class Once(Spider):
    name = "once"
    async def start(self):
        fetcher = Fetcher(self.crawler.engine.download_async)
        renderer = Renderer(Path(sys.argv[1]))
        async def fetch(url):
            return await fetcher.get(url, any_type=True)
        answer = await fetcher.get(sys.argv[2])
        owns = lambda url: url.startswith(sys.argv[2])
        rendered = await renderer.render(sys.argv[2], answer, fetch, owns=owns)
        await renderer.close()
        print(rendered.problem, rendered.requests, rendered.body.decode(), flush=True)
        for nothing in ():
            yield nothing

process = AsyncCrawlerProcess(scrapy_settings(CrawlSettings(allow_private_addresses=True)))
process.crawl(Once)
process.start(install_signal_handlers=False)
"""


def test_it_works_on_the_event_loop_of_the_crawl() -> None:
    with FaultServer() as server:
        body = b'<html><body><div id="root"></div><script src="/app.js"></script></body></html>'
        script = b"document.getElementById('root').textContent = 'Renderad'"
        server.routes["app/"] = serve(body)
        server.routes["app/app.js"] = serve(script, kind="text/javascript")
        done = subprocess.run(
            [sys.executable, "-c", UNDER_SCRAPY, str(chromium()), server.url("app")],
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert '<div id="root">Renderad</div>' in done.stdout
    assert done.stdout.startswith(" 1 ")
    assert "Traceback" not in done.stderr, done.stderr


def test_waiting_for_a_polite_host_is_not_the_page_s_time() -> None:
    site = Site({f"{SITE}/app.js": Answer(f"{SITE}/app.js", 200, JS, b"document.title = 'Sent'", 0.1)})

    async def slow(url: str) -> Answer | Failed:
        await asyncio.sleep(4)
        return await site.fetch(url)

    async def work() -> None:
        async with renderer(RenderLimits(seconds=2.5, quiet_seconds=1)) as made:
            page = shell("", head='<script src="/app.js"></script>')
            rendered = await made.render(f"{SITE}/", page, slow, owns=owns)
            assert (b"<title>Sent</title>" in rendered.body, rendered.problem) == (True, "")

    run(work)
