"""Is a page of ours shown first, with what a person takes along, and does nothing hostile get through?"""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import kiosk
from tests.browser.kiosk import ADDRESS, Screen, read_codes, screen
from tests.browser.looking import check_axe, screenshot

pytestmark = pytest.mark.browser


def test_a_telephone_reads_the_codes(standing: Screen) -> None:
    page = standing.page
    for look in ("Ljusa färger", "Mörka färger", "Stark kontrast"):
        standing.press(look)
        standing.search("bygglov")
        standing.open("Bygglov")
        codes = page.locator(".t-code")
        assert read_codes(codes.first) == ["https://www.ekdal.example/bygga/bygglov"], look
        assert read_codes(codes.last) == ["tel:+46313900610"], look
        standing.press("Tillbaka till träffarna")
        page.wait_for_selector('[data-view="traffar"]')


def test_a_hit_says_what_can_be_done_and_leads_on(standing: Screen) -> None:
    page = standing.page
    standing.search("bygglov")
    standing.open("Bygglov")
    expect(page.get_by_text("031-390 06 10")).to_be_visible()
    assert page.locator(".t-address .t-url").inner_text() == "https://www.ekdal.example/bygga/bygglov"
    expect(page.get_by_text("Handläggningen tar högst tio veckor.")).to_be_visible()
    service = page.locator(".t-action-eservice")
    expect(service).to_contain_text("Kräver e-legitimation")
    service.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ansök om bygglov")
    expect(page.get_by_text("Skriv aldrig in koder på en skärm som andra använder.")).to_be_visible()
    assert page.locator("#terminal a").count() == 1, "nothing leads away but the button that clears"
    standing.press("Tillbaka")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bygglov")
    standing.press("Tillbaka till träffarna")
    page.wait_for_selector('[data-view="traffar"]')
    expect(page.locator("#q")).to_have_value("bygglov")


def test_an_action_that_was_not_read_is_shown_with_its_address(standing: Screen) -> None:
    page = standing.page
    standing.search("studiebidrag")
    standing.open("Studiebidrag för vuxna")
    page.locator(".t-action-eservice").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ansök om studiebidrag")
    assert read_codes(page.locator(".t-code")) == ["https://www.vuxen.example/ansok"]


def test_pages_of_others_open_only_where_the_terminal_may(browser: Browser, url: str) -> None:
    with screen(browser, url) as on:
        on.begin("/terminal/bibliotek-1")
        on.search("bygglov")
        on.open("Bygglov")
        link = on.page.get_by_role("link", name="Öppna hos Ekdals kommun")
        assert link.get_attribute("href") == "https://www.ekdal.example/bygga/bygglov"
        assert "noreferrer" in str(link.get_attribute("rel"))
        assert link.get_attribute("target") is None, "no window that nobody closes"
        check_axe(on.page)
        assert on.small() == []


def test_a_page_is_printed_with_address_and_code(standing: Screen) -> None:
    page = standing.page
    standing.search("bygglov")
    standing.open("Bygglov")
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    standing.press("Skriv ut")
    assert page.evaluate("document.body.dataset.printed") == "yes"
    page.emulate_media(media="print")
    for gone in (".t-bar", ".back", "[data-print]", ".t-scroll"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".t-address .t-url")).to_be_visible()
    expect(page.get_by_text(kiosk.PLACE).last).to_be_visible()
    expect(page.get_by_text("https://e-tjanster.ekdal.example/bygglov")).to_be_visible()
    page.set_viewport_size({"width": 700, "height": 1000})
    screenshot(page, "terminal-printed")
    assert read_codes(page.locator(".t-code").first) == ["https://www.ekdal.example/bygga/bygglov"]


# --- Hostile addresses, no script ---


@pytest.mark.parametrize(
    "hostile",
    ["https://evil.example/", "javascript:alert(1)", "//evil.example", "https://www.ekdal.example/../", ""],
)
def test_no_page_is_shown_that_was_not_crawled(url: str, hostile: str) -> None:
    for source in ("", "https://www.ekdal.example/bygga/bygglov", hostile):
        form = {"sida": "traff", "url": hostile, "fran": source}
        response = httpx.post(f"{url}/terminal/bibliotek-1", data=form)
        assert response.status_code == 404
        assert "Location" not in response.headers
        assert "evil.example" not in response.text.split('id="look"')[0]
        assert "<iframe" not in response.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/terminal?kommun=atlantis", 400),
        ("/terminal?kommun=ekdal&q=bygglov", 400),
        ("/terminal?plats=" + "a" * 500, 400),
        ("/terminal/finns-inte", 404),
        ("/terminal/bibliotek-1?oppna=1", 400),
        ("/terminal/%2e%2e%2fadmin", 404),
        ("/en/terminal?text=9", 400),
    ],
)
def test_a_terminal_set_up_wrongly_says_so(page: Page, url: str, path: str, status: int) -> None:
    response = page.goto(f"{url}{path}")
    assert response is not None
    assert response.status == status
    check_axe(page)
    screenshot(page, "terminal-setup")


def test_hostile_text_stays_text(browser: Browser, url: str) -> None:
    with screen(browser, url) as on:
        on.begin("/terminal?plats=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
        on.search('"><script>alert(1)</script>')
        assert on.page.locator("img, main script").count() == 0
        assert on.page.locator("#q").input_value() == '"><script>alert(1)</script>'
        assert "<img" in on.page.locator(".t-where").inner_text()


def test_without_script_it_searches_and_says_what_is_missing(browser: Browser, url: str) -> None:
    with browser.new_context(
        base_url=url, viewport={"width": 1280, "height": 1024}, java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto(ADDRESS)
        expect(page.locator(".t-note")).to_be_visible()
        for missing in ("[data-keys]", "[data-keys-switch]", "[data-scroll]"):
            expect(page.locator(missing)).to_be_hidden()
        page.get_by_role("button", name="Större text").click()
        page.locator("#q").fill("bygglov")
        page.keyboard.press("Enter")
        assert page.url == f"{url}/terminal?kommun=ekdal&plats=Stadsbiblioteket%2C+plan+1"
        assert page.locator("html").get_attribute("data-text") == "2"
        page.get_by_role("button", name="English").click()
        page.get_by_role("button", name="Bygglov", exact=True).click()
        expect(page.locator("[data-print]")).to_be_hidden()
        assert page.locator("html").get_attribute("lang") == "en"
        screenshot(page, "terminal-no-script")
        page.get_by_role("button", name="Back to the results").click()
        expect(page.locator("#q")).to_have_value("bygglov")
        page.get_by_role("link", name="Finish and clear").click()
        assert page.locator("html").get_attribute("lang") == "sv"
        assert page.locator("html").get_attribute("data-text") == "1"
        expect(page.locator("#q")).to_have_value("")
        assert context.cookies() == []
