"""What does a page say once its scripts have run? A Chromium makes the page, and we fetch what it asks for.

The browser gets the document that was fetched already. Scripts and XHR answers of the agency's own hosts come
through a callable of the crawl, as politely as every other request; style sheets are empty; all else (images,
fonts, media, frames, sockets, workers, other hosts, other methods than GET) is refused.
"""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.fetch.browser import Browser, BrowserMissingError, is_browser_fault
from crawler.fetch.download import Answer, Failed
from crawler.urls import absolutise

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Request, Route, WebSocketRoute

logger = logging.getLogger(__name__)

Fetch = Callable[[str], Awaitable[Answer | Failed]]
HTML_TYPE = "text/html; charset=utf-8"
"""The content type of a rendered page."""

_EVERYTHING = re.compile("")
_FETCHED = frozenset({"script", "xhr", "fetch"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 3
_SET_UP_SECONDS = 30.0
_SERIALISE_SECONDS = 10.0
_CLOSE_SECONDS = 5.0
_LOOK_SECONDS = 1.0
_TRIES = 2
_WITH_WAITING = 4  # (times RenderLimits.seconds)
_SCRIPT_SECONDS = 900.0
_CORS = ("access-control-allow-origin", "access-control-allow-credentials")

# What could talk past the interception, should the browser's own switches fail.
_WITHOUT_SIDE_DOORS = """
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'Worker', 'SharedWorker'])
  try { delete globalThis[name]; } catch {}
"""
# Runs in a world of its own, where the page's scripts can't have changed anything. Shadow trees become plain
# elements, so that their text is in the HTML; null where the HTML is larger than %d characters.
_SERIALISE = """
(() => {
  const flatten = (root) => {
    for (const host of [...root.querySelectorAll('*')]) {
      const shadow = host.shadowRoot;
      if (!shadow) continue;
      flatten(shadow);
      const slots = [...shadow.querySelectorAll('slot')].map((slot) => [slot, slot.assignedNodes()]);
      for (const [slot, nodes] of slots) slot.replaceWith(...(nodes.length ? nodes : slot.childNodes));
      host.replaceChildren(...shadow.childNodes);
    }
  };
  try { flatten(document); } catch {}
  const html = document.documentElement ? document.documentElement.outerHTML : '';
  return html.length > %d ? null : html;
})()
"""


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """What rendering may cost: times in seconds, sizes in bytes, counts a page unless said otherwise.

    `seconds` is without the time in which requests wait for a polite answer, up to three times as much again.
    """

    seconds: float = 60.0
    quiet_seconds: float = 10.0
    requests: int = 60
    request_bytes: int = 8_000_000
    requests_bytes: int = 30_000_000
    page_bytes: int = 20_000_000
    pages_at_once: int = 2
    pages_a_browser: int = 200
    memory_bytes: int = 1_500_000_000
    cache_bytes: int = 32_000_000


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page after its scripts have run. `body` is HTML in UTF-8; where `problem` says that nothing could be
    rendered, it is the body as fetched. `requests` counts those that were made for it."""

    body: bytes
    problem: str
    requests: int


class Renderer:
    """Renders pages in one Chromium of this process. Use it on one event loop, and close it at the end."""

    def __init__(self, chromium: Path, limits: RenderLimits | None = None) -> None:
        self._limits = limits or RenderLimits()
        self._browser = Browser(
            chromium, pages=self._limits.pages_a_browser, memory_bytes=self._limits.memory_bytes
        )
        self._turns = asyncio.Semaphore(self._limits.pages_at_once)
        self._scripts = _Scripts(self._limits.cache_bytes)

    @property
    def warning(self) -> str:
        """Why pages are read unrendered, and what to do about it; empty where they are rendered."""
        return f"pages were read without running their scripts: {self.missing}" if self.missing else ""

    @property
    def missing(self) -> str:
        """Why there is no browser; empty where there is one, or none was needed yet."""
        return self._browser.missing

    @property
    def browser(self) -> Browser:
        """The browser, for whoever wants to know how it is."""
        return self._browser

    async def close(self) -> None:
        """End the browser."""
        await self._browser.close()

    async def render(
        self, url: str, answer: Answer, fetch: Fetch, *, owns: Callable[[str], bool]
    ) -> Rendered:
        """The page that `answer` becomes. Never raises for what a page or the browser does.

        `fetch` is asked for scripts and XHR answers, of any content type, at URLs that `owns` says are the
        agency's; it is to follow no redirect.
        """
        async with self._turns:
            for attempt in range(_TRIES):
                work = _Rendering(self._limits, self._scripts, url, answer, fetch, owns)
                try:
                    async with self._browser.lent() as chromium:
                        return await work.run(chromium)
                except BrowserMissingError as error:
                    return Rendered(answer.body, str(error), 0)
                except _HungError as error:
                    await self._browser.discard()
                    return Rendered(answer.body, str(error), work.requests)
                except Exception as error:
                    if not is_browser_fault(error):
                        raise
                    reason = str(error).partition("\n")[0][:200]
                    # Perhaps another page took the browser with it; this one gets a second chance.
                    if work.lost and attempt + 1 < _TRIES:
                        continue
                    return Rendered(answer.body, f"the browser failed: {reason}", work.requests)
        raise AssertionError("unreachable")


class _HungError(Exception):
    """A page that doesn't let itself be ended."""


class _Rendering:
    """The rendering of one page."""

    def __init__(
        self,
        limits: RenderLimits,
        scripts: "_Scripts",
        url: str,
        answer: Answer,
        fetch: Fetch,
        owns: Callable[[str], bool],
    ) -> None:
        self._limits = limits
        self._scripts = scripts
        self._url = url
        self._answer = answer
        self._fetch = fetch
        self._owns = owns
        self._opened = False
        self._turned_away = False
        self._deadline = 0.0
        self._latest = 0.0
        self._bytes = 0
        self._tasks: set[asyncio.Task[Answer | Failed]] = set()
        self._problem = ""
        self._over = False
        self.requests = 0
        self.lost = False
        """Whether the browser went away meanwhile."""

    async def run(self, chromium: Any) -> Rendered:
        """Render. Raise Playwright's errors and _HungError."""
        try:
            async with asyncio.timeout(_SET_UP_SECONDS):
                context = await chromium.new_context(
                    accept_downloads=False,
                    service_workers="block",
                    locale="sv-SE",
                    timezone_id="Europe/Stockholm",
                )
            try:
                async with asyncio.timeout(_SET_UP_SECONDS):
                    page = await self._blank(context)
                await self._load(page)
                async with asyncio.timeout(_SERIALISE_SECONDS):
                    html = await self._serialised(page)
            finally:
                self._over = True
                for task in tuple(self._tasks):
                    task.cancel()
                await self._close(context)
        except TimeoutError as error:
            raise _HungError(f"its scripts didn't come to an end in {self._limits.seconds:.0f} s") from error
        finally:
            self.lost = not chromium.is_connected()
        if html is None:
            return Rendered(self._answer.body, "the rendered page is too large", self.requests)
        return Rendered(html.encode("utf-8", "replace"), self._problem, self.requests)

    async def _close(self, context: "BrowserContext") -> None:
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await context.close()
        except TimeoutError as error:
            raise _HungError("the page could not be ended") from error
        except Exception as error:
            if not is_browser_fault(error):
                raise

    async def _blank(self, context: "BrowserContext") -> "Page":
        """A page on which nothing gets past us."""
        await context.add_init_script(_WITHOUT_SIDE_DOORS)
        await context.route(_EVERYTHING, _refuse)  # other pages that a script opens
        await context.route_web_socket(_EVERYTHING, _hang_up)
        page = await context.new_page()
        context.on("page", _close_popup)
        await page.route(_EVERYTHING, self._route)
        return page

    async def _load(self, page: "Page") -> None:
        from playwright.async_api import TimeoutError as SlowError

        self._latest = _now() + self._limits.seconds * _WITH_WAITING
        self._deadline = _now() + self._limits.seconds
        try:
            await page.goto(self._url, wait_until="commit", timeout=self._limits.seconds * 1000)
            if await self._loaded(page):
                # What never falls silent (a page that asks for news for ever) is read as it is by then.
                left = min(self._deadline - _now(), self._limits.quiet_seconds)
                await page.wait_for_load_state("networkidle", timeout=max(1.0, left * 1000))
        except SlowError:
            return  # it is read as it is

    async def _loaded(self, page: "Page") -> bool:
        """Wait until the page has loaded, or its time is up.

        The time in which its requests wait for their turn at a slow or much asked host is not the page's; it
        has little time left when it wants to go elsewhere.
        """
        from playwright.async_api import TimeoutError as SlowError

        while _now() < self._deadline:
            look = _now()
            try:
                await page.wait_for_load_state("load", timeout=_LOOK_SECONDS * 1000)
            except SlowError:
                if self._tasks and not self._turned_away:
                    self._deadline = min(self._deadline + _now() - look, self._latest)
                continue
            return True
        if not self._turned_away:
            self._problem = f"still loading after {self._limits.seconds:.0f} s"
        return False

    async def _serialised(self, page: "Page") -> str | None:
        session = await page.context.new_cdp_session(page)
        tree = await session.send("Page.getFrameTree")
        world = await session.send(
            "Page.createIsolatedWorld",
            {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "medborgarsok"},
        )
        result = await session.send(
            "Runtime.evaluate",
            {
                "expression": _SERIALISE % self._limits.page_bytes,
                "contextId": world["executionContextId"],
                "returnByValue": True,
                "timeout": _SERIALISE_SECONDS * 1000,
            },
        )
        html = result.get("result", {}).get("value")
        return f"<!doctype html>\n{html}" if isinstance(html, str) else None

    # --- what the page asks for ---

    async def _route(self, route: "Route", request: "Request") -> None:
        try:
            if request.is_navigation_request():
                await self._navigate(route, request)
            elif request.method != "GET" or self._over:
                await route.abort("blockedbyclient")
            elif request.resource_type == "stylesheet":
                # Nobody looks at the page; but scripts may wait until a style sheet is there.
                await route.fulfill(status=200, content_type="text/css", body="")
            elif request.resource_type in _FETCHED:
                await self._bring(route, request)
            else:
                await route.abort("blockedbyclient")
        except Exception as error:
            if not is_browser_fault(error):  # (the page is gone: nobody waits for the answer any more)
                raise

    async def _navigate(self, route: "Route", request: "Request") -> None:
        if self._opened:  # a frame, or a script that wants to go elsewhere: the page stays what it is
            if request.frame.parent_frame is None:
                # Chromium never says of such a page that it has loaded.
                self._turned_away = True
                self._deadline = min(self._deadline, _now() + self._limits.quiet_seconds)
            await route.fulfill(status=204)
            return
        self._opened = True
        kind = self._answer.headers.get("content-type", "") or "text/html"
        await route.fulfill(status=200, content_type=kind, body=self._answer.body)

    async def _bring(self, route: "Route", request: "Request") -> None:
        is_script = request.resource_type == "script"
        url = absolutise(self._url, request.url)
        answer = self._scripts.get(url) if url is not None and is_script else None
        if answer is None and url is not None:
            answer = await self._asked(url)
            if answer is not None and is_script and answer.status == 200:
                self._scripts.put(url, answer)
        if answer is None:
            await route.abort("blockedbyclient")
            return
        headers = {"content-type": answer.headers.get("content-type", "text/plain")}
        headers.update({name: answer.headers[name] for name in _CORS if name in answer.headers})
        await route.fulfill(status=answer.status, headers=headers, body=answer.body)

    async def _asked(self, url: str) -> Answer | None:
        """The answer to a request of the page, behind redirects; None where there is to be none.

        (The browser would follow a redirect without asking us.)
        """
        for _ in range(_HOPS + 1):
            if not self._owns(url) or self._over:
                return None
            if self.requests >= self._limits.requests or self._bytes >= self._limits.requests_bytes:
                self._problem = "the page asked for more than is fetched for one page"
                return None
            self.requests += 1
            task = asyncio.ensure_future(self._fetch(url))
            self._tasks.add(task)
            try:
                answer = await task
            except asyncio.CancelledError:
                if task.cancelled():  # by `run`, because the page is over
                    return None
                raise
            finally:
                self._tasks.discard(task)
            if isinstance(answer, Failed):
                return None
            self._bytes += len(answer.body)
            if answer.status in _REDIRECTS:
                target = absolutise(url, answer.headers.get("location", ""))
                if target is None:
                    return None
                url = target
                continue
            usable = 200 <= answer.status < 600 and len(answer.body) <= self._limits.request_bytes
            return answer if usable and not answer.unread_type else None
        return None


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _refuse(route: "Route") -> None:
    await route.abort("blockedbyclient")


async def _hang_up(socket: "WebSocketRoute") -> None:
    await socket.close()


async def _close_popup(page: "Page") -> None:
    try:
        await page.close()
    except Exception as error:
        if not is_browser_fault(error):
            raise


class _Scripts:
    """Scripts that many pages share, so that a host is asked for each of them once in a while."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._answers: OrderedDict[str, tuple[float, Answer]] = OrderedDict()

    def get(self, url: str) -> Answer | None:
        at, answer = self._answers.get(url, (0.0, None))
        if answer is None or time.monotonic() - at > _SCRIPT_SECONDS:
            return None
        self._answers.move_to_end(url)
        return answer

    def put(self, url: str, answer: Answer) -> None:
        if len(answer.body) > self._size:
            return
        _, earlier = self._answers.pop(url, (0.0, None))
        self._held += len(answer.body) - (len(earlier.body) if earlier is not None else 0)
        self._answers[url] = time.monotonic(), answer
        while self._held > self._size:
            self._held -= len(self._answers.popitem(last=False)[1][1].body)
