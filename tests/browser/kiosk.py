"""How do tests use a terminal? The small federation on a real server, and a screen that a finger touches."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from searchapi.settings import Settings
from tests.integration import small_federation

SCREENS = {"portrait": (1080, 1920), "wide": (1920, 1080), "square": (1280, 1024)}
IDLE, WARNING = 90, 30
"""Seconds until a terminal asks whether somebody is there, and from then until it clears itself."""
PLACE = "Stadsbiblioteket, plan 1"
ADDRESS = f"/terminal?kommun=ekdal&plats={quote(PLACE)}"
TERMINALS = f"""
[[terminal]]
id = "bibliotek-1"
municipality = "ekdal"
place = "{PLACE}"
open_external = true

[[terminal]]
id = "kuulo"
municipality = "ekdal"
language = "fi"
keyboard = false
text_size = 2
colours = "dark"
printer = false
"""
_SMALL = """pixels => [...document.querySelectorAll(
    '#terminal :is(button, a, select, input:not([type=hidden]), [role=option])')]
  .map(element => [element, element.closest('.t-hit:has(.t-title)') ?? element])
  .filter(([element]) => element.getClientRects().length && element.checkVisibility())
  .map(([element, touched]) => [element, touched.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < pixels - 0.01)
  .map(([element, box]) => `${box.width} x ${box.height}: ${element.outerHTML.slice(0, 100)}`)"""
_LEFT = """async () => ({
  local: localStorage.length, session: sessionStorage.length, cookies: document.cookie,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  state: history.state, referrer: document.referrer, name: window.name })"""
NOTHING_LEFT = {
    **dict.fromkeys(("local", "session", "databases", "caches", "workers"), 0),
    **dict.fromkeys(("cookies", "referrer", "name"), ""),
    "state": None,
}


@dataclass
class Screen:
    """A terminal's screen: its page, with a clock that tests move, and every request that it made."""

    page: Page
    requests: list[tuple[str, str]]

    def begin(self, address: str = ADDRESS) -> None:
        """Go to the terminal, as its browser does when it starts."""
        self.page.goto(address)

    def touch(self, keys: str) -> None:
        """Write with the keyboard on the screen."""
        for sign in keys:
            self.page.locator(f'[data-sign="{sign}"]').tap()

    def press(self, name: str) -> None:
        """Touch a button by its name."""
        self.page.get_by_role("button", name=name, exact=True).tap()

    def search(self, query: str) -> None:
        """Search, and wait for the hits."""
        self.page.locator("#q").fill(query)
        self.page.locator("#q").press("Enter")
        self.page.wait_for_selector('[data-view="traffar"]')

    def open(self, title: str) -> None:
        """Touch a hit."""
        self.press(title)
        self.page.wait_for_selector(".t-page")

    def wait(self, seconds: float) -> None:
        """Let time pass in which nobody touches the screen."""
        self.page.clock.fast_forward(round(seconds * 1000))

    def left(self) -> object:
        """What the browser has kept."""
        assert self.page.context.cookies() == []
        return self.page.evaluate(_LEFT)

    def small(self, pixels: int = 60) -> list[str]:
        """What can be touched and is smaller than a finger wants."""
        found: list[str] = self.page.evaluate(_SMALL, pixels)
        return found


@contextmanager
def screen(browser: Browser, url: str, size: str = "square", **options: object) -> Iterator[Screen]:
    """A screen of a terminal that has just been switched on."""
    width, height = SCREENS[size]
    with browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        has_touch=True,
        locale="sv-SE",
        **options,  # type: ignore[arg-type]
    ) as context:
        page = context.new_page()
        page.clock.install()
        requests: list[tuple[str, str]] = []
        page.on("request", lambda request: requests.append((request.method, request.url)))
        yield Screen(page, requests)


def settings(folder: Path) -> Settings:
    """The small federation, indexed in a folder, with two terminals in a file."""
    small_federation.build(folder)
    (folder / "agencies.toml").write_text(small_federation.registry_toml(), "utf-8")
    (folder / "terminals.toml").write_text(TERMINALS, "utf-8")
    return Settings(data_dir=folder, registry=folder / "agencies.toml", terminals=folder / "terminals.toml")


def read_codes(shown: Locator) -> list[str]:
    """What a telephone's camera reads from a part of the screen."""
    picture = Image.open(io.BytesIO(shown.screenshot()))
    return [found.text for found in zxingcpp.read_barcodes(picture)]
