"""How is a page looked at in a browser: which sizes, which rules, and where its picture is kept?"""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.conftest import ROOT

SCREENSHOTS = ROOT / "test-artifacts" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 900), "kiosk": (1080, 1920)}
PATIENCE = 120_000
"""Milliseconds that a browser may take for anything: a machine that does much else is slow."""
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
_FURTHER_ITEMS = "li:nth-child(n + 9)"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page as test-artifacts/screenshots/<name>.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def check_axe(page: Page, name: str = "") -> None:
    """Fail where axe finds a violation of WCAG 2.2 A or AA on the page as it is now.

    Of a long list its first items are looked at: the others are made by the same lines of a template.
    """
    results = Axe().run(page, context={"exclude": [[_FURTHER_ITEMS]]}, options=WCAG)
    assert results.violations_count == 0, f"{name or page.url}: {results.generate_report()}"


def sideways(page: Page) -> int:
    """By how many CSS pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def small_targets(
    page: Page, pixels: int, selector: str = "button, select, input, summary, .button"
) -> list[str]:
    """What can be touched on the page and is lower than so many CSS pixels."""
    found: list[str] = page.evaluate(
        """([selector, pixels]) => [...document.querySelectorAll(selector)]
            .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < pixels)
            .map(e => e.outerHTML.slice(0, 120))""",
        [selector, pixels],
    )
    return found


@contextmanager
def silent_console(page: Page, *expected: str) -> Iterator[None]:
    """Fail at the end where the console told an error (a blocked style, a missing file) or a script broke.

    Messages that hold one of the `expected` texts pass, such as the line on an answer of 404.
    """
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield
    wrong = [text for text in told if not any(part in text for part in expected)]
    assert wrong == [], f"{page.url}: the console is not silent"
