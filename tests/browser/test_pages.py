"""Do the pages work for everyone? Real Chromium: axe, keyboard, no script, phone, desktop, kiosk, 320 px."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import SIZES, check_axe, screenshot, sideways, silent_console, small_targets
from tests.conftest import ROOT, Program

pytestmark = pytest.mark.browser

PAGES = {
    "start": "/",
    "start-home": "/?kommun=norrvik",
    "errand": "/sok?q=bygga+altan&kommun=norrvik",
    "contact": "/sok?q=ring+byggenheten&kommun=norrvik",
    "documents": "/sok?q=bygglov&kommun=norrvik&tab=documents",
    "page-2": "/sok?q=ansökan&kommun=norrvik&page=2",
    "narrowed": "/sok?q=förskola&kommun=norrvik&doctype=eservice",
    "misspelt": "/sok?q=parkeringstilstånd&kommun=norrvik",
    "english": "/sok?q=childcare&kommun=norrvik",
    "explained": "/sok?q=hemtjänst&kommun=norrvik&explain=1",
    "empty": "/sok?q=xyzzyqwrt&kommun=norrvik",
    "no-query": "/sok?q=",
    "not-found": "/finns-inte",
    "bad": "/sok?q=a&page=noll",
    "unknown-home": "/sok?q=a&kommun=atlantis",
}
REFUSED = {"not-found", "bad", "unknown-home"}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_an_axe_violation(browser: Browser, program: Program, name: str, size: str) -> None:
    width, height = SIZES[size]
    with browser.new_context(base_url=program.url, viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        with silent_console(page, *(["status of 4"] if name in REFUSED else [])):
            response = page.goto(PAGES[name])
            assert response is not None
            assert response.status < 500
            assert (response.status >= 400) == (name in REFUSED)
            screenshot(page, f"{name}-{size}")
            check_axe(page, name)


@pytest.mark.parametrize("name", ["start", "errand", "contact", "documents", "empty"])
def test_nothing_scrolls_sideways_at_320_pixels_or_200_percent_text(
    browser: Browser, program: Program, name: str
) -> None:
    with browser.new_context(
        base_url=program.url,
        viewport={"width": 320, "height": 640},
        bypass_csp=True,  # the reader's own style sheet is not the page's
    ) as context:
        page = context.new_page()
        page.goto(PAGES[name])
        assert sideways(page) <= 0
        page.set_viewport_size({"width": 640, "height": 900})
        page.add_style_tag(content="html { font-size: 225% !important }")
        assert sideways(page) <= 0


def test_the_errand_is_one_click_away(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Vad behöver du hjälp med?").fill("bygga altan")
    page.get_by_label("Din kommun").select_option(label="Norrviks kommun")
    page.get_by_role("button", name="Sök", exact=True).click()
    assert "bygga altan" in page.title()
    first = page.locator("ol.hits > li").first
    assert first.locator("h2").inner_text() == "Altan och uteplats"
    action = first.get_by_role("link", name="Ansök om bygglov").first
    assert action.get_attribute("href", timeout=1000)
    assert first.get_by_text("Kräver e-legitimation").count() >= 1
    assert first.locator("a[href^='tel:+46980319']").count() == 1


def test_all_of_it_works_without_script(browser: Browser, program: Program) -> None:
    with browser.new_context(base_url=program.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/?kommun=norrvik")
        page.get_by_label("Vad behöver du hjälp med?").fill("ansökan")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sok?**")
        assert page.locator("ol.hits > li").count() > 3
        page.get_by_role("link", name="Sida 2", exact=True).click()
        assert "sida 2" in page.title()
        assert page.locator("ol.hits").get_attribute("start") == "11"
        page.get_by_label("Typ av sida").select_option("eservice")
        page.get_by_role("button", name="Visa").click()
        labels = page.locator("ol.hits .hit-from .label").all_inner_texts()
        assert set(labels) == {"E-tjänst"}
        page.get_by_role("link", name="Ta bort begränsningar").click()
        page.get_by_role("navigation", name="Typ av svar").get_by_role("link", name="Protokoll").click()
        assert page.locator("ol.hits > li").count() > 3


def test_the_keyboard_reaches_everything_in_order(page: Page) -> None:
    page.goto("/sok?q=bygglov&kommun=norrvik")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('nav').className") == "tabs"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('ol.hits') !== null"):
            break
    assert page.evaluate("document.activeElement.closest('h2') !== null"), "a hit's title comes first"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus can be seen"


def test_targets_are_large_enough_to_touch(browser: Browser, program: Program) -> None:
    with browser.new_context(base_url=program.url, viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(PAGES["errand"])
        assert small_targets(page, 24, "button, select, .action, .tabs a, .paging a, summary") == []


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_dark_and_forced_colours(browser: Browser, program: Program, scheme: str) -> None:
    with browser.new_context(
        base_url=program.url,
        color_scheme=scheme,  # type: ignore[arg-type]
        forced_colors="active" if scheme == "light" else "none",
    ) as context:
        page = context.new_page()
        page.goto(PAGES["errand"])
        screenshot(page, f"errand-{'dark' if scheme == 'dark' else 'forced'}")
        if scheme == "dark":
            check_axe(page)


def test_hostile_text_stays_text(page: Page) -> None:
    page.goto(
        "/sok?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E&kommun=norrvik"
    )
    assert page.locator("main script, main img").count() == 0
    assert page.get_by_label("Vad behöver du hjälp med?").input_value().startswith("<script>")


def test_the_first_answer_is_small(program: Program, page: Page) -> None:
    import gzip

    page.goto(PAGES["errand"])
    css = (ROOT / "frontend" / "static" / "medborgarsok.css").read_bytes()
    size = len(gzip.compress(page.content().encode())) + len(gzip.compress(css))
    assert size <= 15_000, f"{size} bytes of HTML and CSS, gzipped"


def test_the_browser_is_found_or_the_way_to_get_it_is_told(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "chromium.py")],
        env={"PATH": str(tmp_path), "MEDBORGARSOK_CHROMIUM": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert "MEDBORGARSOK_CHROMIUM" in found.stderr
