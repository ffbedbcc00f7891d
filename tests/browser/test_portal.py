"""Is the portal there for everybody? Real Chromium: other looks, no script, keys, fingers, 320 px, print.

test_site.py looks at every room at every size.
"""

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import SIZES, check_axe, screenshot, sideways, small_targets
from tests.conftest import Program

pytestmark = pytest.mark.browser

ROOMS = {
    "eservices": "/e-tjanster?kommun=norrvik",
    "eservices-agency": "/e-tjanster?kommun=sunnerby&ordning=myndighet&myndighet=sunnerby",
    "forms": "/blanketter?kommun=norrvik",
    "contacts": "/kontakt?kommun=norrvik",
    "contacts-none": "/kontakt?kommun=",
    "index": "/a-o?kommun=norrvik",
    "life": "/livshandelser?kommun=norrvik",
    "event": "/livshandelser/fa-barn?kommun=norrvik",
    "event-missing": "/livshandelser/forlora-jobbet?kommun=sunnerby",
    "agencies": "/myndigheter",
    "agency": "/myndigheter/sunnerby?kommun=sunnerby",
    "places": "/hjalp-pa-plats?kommun=sunnerby",
    "about": "/om",
    "english": "/in-english?kommun=norrvik",
    "finnish": "/suomeksi?kommun=norrvik",
    "easy": "/lattlast?kommun=norrvik",
    "accessibility": "/tillganglighet",
    "privacy": "/integritet",
    "english-event": "/en/livshandelser/flytta?kommun=norrvik",
    "finnish-places": "/fi/hjalp-pa-plats?kommun=norrvik",
}
_TARGETS = "button, select, input:not([type=hidden]), textarea, .action, .letters a, .narrow a, .button"


@pytest.mark.parametrize("size", ["phone", "kiosk"])
def test_what_is_touched_is_large_enough(browser: Browser, program: Program, size: str) -> None:
    width, height = SIZES[size]
    viewport = {"width": width, "height": height}
    with browser.new_context(base_url=program.url, viewport=viewport, locale="sv-SE") as context:  # type: ignore[arg-type]
        page = context.new_page()
        for name, path in ROOMS.items():
            page.goto(path)
            assert small_targets(page, 44, _TARGETS) == [], name


@pytest.mark.parametrize("look", ["dark", "forced", "large"])
def test_rooms_are_readable_in_other_looks(browser: Browser, program: Program, look: str) -> None:
    with browser.new_context(
        base_url=program.url,
        viewport={"width": 640, "height": 900},
        color_scheme="dark" if look == "dark" else "light",
        forced_colors="active" if look == "forced" else "none",
    ) as context:
        page = context.new_page()
        for name in ("eservices", "contacts", "index", "event", "places"):
            page.goto(ROOMS[name])
            if look == "large":
                page.evaluate("document.documentElement.style.fontSize = '225%'")  # twice our own size
                assert sideways(page) <= 0, name
            else:
                check_axe(page, f"{name}, {look}")
            screenshot(page, f"portal-{name}-{look}")


def test_nothing_scrolls_sideways_at_320_pixels(browser: Browser, program: Program) -> None:
    with browser.new_context(base_url=program.url, viewport={"width": 320, "height": 700}) as context:
        page = context.new_page()
        for name, path in ROOMS.items():
            page.goto(path)
            assert sideways(page) <= 0, name


def test_a_way_through_the_portal_without_script(browser: Browser, program: Program) -> None:
    with browser.new_context(
        base_url=program.url, java_script_enabled=False, viewport={"width": 1280, "height": 900}
    ) as context:
        page = context.new_page()
        page.goto("/livshandelser")
        page.get_by_label("Visa för").select_option("norrvik")
        page.get_by_role("button", name="Visa", exact=True).click()
        page.get_by_role("link", name="Få barn", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Få barn")
        step = page.locator(".step").filter(has_text="Ansök om föräldrapenning")
        expect(step.get_by_role("link", name="Ansök om föräldrapenning")).to_be_visible()
        expect(step.get_by_role("link", name="Socialförsäkringsmyndigheten")).to_be_visible()
        page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="E-tjänster").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Norrviks kommun")
        page.get_by_role("link", name="Bygga, bo och miljö").click()
        expect(page.locator(".list-group")).to_have_count(1)
        expect(page.get_by_role("link", name="Ansök om bygglov")).to_be_visible()
        page.get_by_role("link", name="Efter myndighet").click()
        expect(page.get_by_role("heading", level=2, name="Folkbokföringsmyndigheten")).to_be_visible()


def test_a_letter_is_reached_by_keyboard(page: Page) -> None:
    page.goto(ROOMS["index"])
    page.get_by_role("link", name="Ord på Ö", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#bokstav-Ö")).to_be_in_viewport()
    first = page.locator("section.letter").last.locator("li a").first
    expect(first).to_be_visible()
    assert (first.text_content() or "").startswith("Ö")


def test_words_of_the_index_lead_to_pages_that_answer(page: Page) -> None:
    page.goto(ROOMS["index"])
    urls: list[str] = page.locator(".headwords a").evaluate_all(
        "links => [...new Set(links.map(a => a.href))]"
    )
    assert len(urls) >= 200
    with httpx.Client(timeout=120) as client:
        dead = {url: status for url in urls if (status := _status(client, url)) != 200}
    assert dead == {}


def _status(client: httpx.Client, url: str) -> int:
    """What an address of the demo answers; of an e-service that asks who one is first, the login page.

    Not every machine knows the names under localhost (RFC 6761).
    """
    address = httpx.URL(url)
    for _ in range(3):
        there = address.copy_with(host="127.0.0.1")
        answer = client.get(there, headers={"Host": address.netloc.decode()})
        if not answer.has_redirect_location:
            break
        address = address.join(answer.headers["location"])
    return answer.status_code


def test_a_fault_can_be_told(page: Page) -> None:
    page.goto(ROOMS["accessibility"])
    page.get_by_label("Vad fungerade inte?").fill("Skärmläsaren läser inte upp tabellen.")
    page.get_by_role("button", name="Skicka").click()
    expect(page).to_have_url(re.compile(r"/aterkoppling/tack\?svar=text"))


def test_an_address_list_is_printed_without_menus(page: Page) -> None:
    page.goto(ROOMS["contacts"])
    page.emulate_media(media="print")
    expect(page.locator(".for-place").first).to_be_hidden()
    expect(page.locator(".contact-unit").first).to_be_visible()
    screenshot(page, "portal-contacts-print")
