"""Do the pages work for everyone? Real Chromium: axe, keyboard, no script, phone, desktop, kiosk, 320 px."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

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
    "library": "/sok?q=bibliotek&kommun=norrvik",
    "start-english": "/en?kommun=norrvik",
    "start-finnish": "/fi?kommun=norrvik",
    "errand-english": "/en/sok?q=building+permit&kommun=norrvik",
    "errand-finnish": "/fi/sok?q=päivähoito&kommun=norrvik",
    "empty-finnish": "/fi/sok?q=xyzzyqwrt&kommun=norrvik",
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


@pytest.mark.parametrize(
    "name", ["start", "errand", "contact", "documents", "empty", "library", "errand-finnish"]
)
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
    assert action.get_attribute("href")
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


def _tab_to(page: Page, selector: str, most: int = 150) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{most} times Tab do not lead to {selector}")


def test_the_keyboard_goes_from_box_to_suggestion_to_hit_to_facet_to_page_2(page: Page) -> None:
    page.goto("/?kommun=norrvik")
    _tab_to(page, "#q")
    page.keyboard.type("bygg")
    page.locator(".suggestions [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".suggestions [aria-selected=true] .suggestion-text").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sok?**")
    assert page.get_by_label("Vad behöver du hjälp med?").input_value() == chosen
    assert chosen in page.title()
    _tab_to(page, "ol.hits h2 a")
    _tab_to(page, "#facet-doctype")
    page.keyboard.press("ArrowDown")  # chooses the first kind, and nothing moves before the button
    assert "doctype=" not in page.url
    _tab_to(page, ".facets button")
    page.keyboard.press("Enter")
    page.wait_for_url("**doctype=**")
    page.goto("/sok?q=ansökan&kommun=norrvik")
    _tab_to(page, ".paging a[aria-label='Sida 2']")
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2**")
    assert page.locator("ol.hits").get_attribute("start") == "11"


def test_a_hit_is_an_answer(page: Page) -> None:
    page.goto("/sok?q=ring+byggenheten&kommun=norrvik")
    hit = page.locator("ol.hits > li").first
    assert hit.locator("a.phone").get_attribute("href") == "tel:+46980319210"
    assert hit.get_by_text("Telefontid måndag, tisdag och torsdag 9.30–11.30.").is_visible()
    page.goto("/sok?q=bygga+altan&kommun=norrvik")
    mark = page.locator("ol.hits > li").first.locator("details.eid").first
    assert not mark.get_by_text("BankID och Freja är e-legitimationer").is_visible()
    mark.locator("summary").press("Enter")
    assert mark.get_by_text("BankID och Freja är e-legitimationer").is_visible()
    assert "took" not in page.content(), "neither a score nor the time of a search is told"


def test_today_is_told_in_the_readers_language(page: Page) -> None:
    """The police's, so to say: what never closes is open on every day that this test runs."""
    for prefix, words in (("", "dygnet runt"), ("/en", "24 hours"), ("/fi", "ympäri vuorokauden")):
        page.goto(f"{prefix}/sok?q=räddningstjänsten+jour+dygnet+runt&kommun=norrvik")
        told = page.locator(".today").all_inner_texts()
        assert any(words in text for text in told), (prefix, told)


def test_facets_speak_the_readers_language_and_narrow_by_e_legitimation(page: Page) -> None:
    page.goto("/en/sok?q=building+permit&kommun=norrvik")
    options = page.get_by_label("Type of page").locator("option").all_inner_texts()
    assert any(text.startswith("E-service (") for text in options), options
    page.get_by_label("E-identification").select_option(label="Requires e-identification")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**eid=1**")
    assert page.locator("ol.hits > li").count() > 0
    marks = page.locator("ol.hits > li").evaluate_all(
        "rows => rows.map(row => row.innerText.includes('Requires e-identification'))"
    )
    assert all(marks)


def test_the_language_can_be_changed_and_the_search_stays(page: Page) -> None:
    page.goto("/sok?q=bygglov&kommun=norrvik")
    switch = page.get_by_role("navigation", name="Språk")
    link = switch.get_by_role("link", name="Suomi")
    assert (link.get_attribute("lang"), link.get_attribute("hreflang")) == ("fi", "fi")
    assert switch.get_by_role("link", name="Svenska").get_attribute("aria-current") == "true"
    link.click()
    assert page.locator("html").get_attribute("lang") == "fi"
    assert page.get_by_label("Missä asiassa tarvitset apua?").input_value() == "bygglov"
    assert page.get_by_label("Kuntasi").input_value() == "norrvik"
    assert page.locator("ol.hits h2 a[lang=sv]").count() > 0, "Swedish titles are marked as Swedish"


def test_the_number_of_hits_is_said_aloud(page: Page) -> None:
    page.goto("/sok?q=bygglov&kommun=norrvik")
    expect(page.locator("main [role=status]")).to_have_text(page.locator("h1").inner_text())


def test_the_municipality_is_remembered_only_by_consent_and_can_be_forgotten(page: Page) -> None:
    page.goto("/sok?q=bygglov&kommun=norrvik")
    page.goto("/")
    assert page.context.cookies() == []
    assert page.get_by_label("Din kommun").input_value() == ""
    page.goto("/sok?q=bygglov&kommun=norrvik")
    page.get_by_role("button", name="Kom ihåg min kommun på den här enheten").click()
    page.wait_for_url("**/sok?q=bygglov&kommun=norrvik")
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["value"], cookie["httpOnly"]) == ("min_kommun", "norrvik", True)
    page.goto("/")
    assert page.get_by_label("Din kommun").input_value() == "norrvik"
    page.goto("/sok?q=xyzzyqwrt")
    page.get_by_role("link", name="Sök i alla kommuner").click()
    assert page.get_by_label("Din kommun").input_value() == "", "what the address says goes first"
    page.get_by_role("button", name="Glöm min kommun").click()
    page.wait_for_load_state()
    assert page.context.cookies() == []
    page.goto("/")
    assert page.get_by_label("Din kommun").input_value() == ""


def test_common_errands_lead_to_answers(page: Page) -> None:
    page.goto("/?kommun=norrvik")
    errands = page.locator(".errands a")
    assert errands.count() >= 9
    errands.filter(has_text="Söka bygglov").click()
    assert page.locator("ol.hits h2").first.inner_text() == "Bygglov"


def test_targets_are_large_enough_to_touch(browser: Browser, program: Program) -> None:
    with browser.new_context(base_url=program.url, viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(PAGES["errand"])
        assert small_targets(page, 24, "button, select, .action, .tabs a, .paging a, summary") == []


def test_two_answers_with_their_actions_are_seen_without_scrolling(page: Page) -> None:
    page.goto(PAGES["errand"])
    hits = page.locator(".hit")
    ends = [box["y"] + box["height"] for hit in hits.all()[:2] if (box := hit.bounding_box())]
    assert len(ends) == 2
    assert max(ends) <= 900, "the second hit is cut off at 1280 x 900"
    for hit in (hits.nth(0), hits.nth(1)):
        assert hit.locator(".action").first.is_visible()
        assert hit.locator(".phone").first.is_visible()


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
        timeout=120,
    )
    assert found.returncode == 1
    assert "MEDBORGARSOK_CHROMIUM" in found.stderr
