"""Is every screen of a terminal for everybody, and can its keys be touched? Real Chromium: axe, fingers."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.kiosk import IDLE, SCREENS, Screen, screen
from tests.browser.looking import check_axe, screenshot, sideways, silent_console

pytestmark = pytest.mark.browser


def _check(on: Screen, name: str) -> None:
    screenshot(on.page, f"terminal-{name}")
    check_axe(on.page, name)
    assert on.small() == [], name
    assert sideways(on.page) == 0, name


@pytest.mark.parametrize("size", SCREENS)
def test_every_state_is_for_everybody(browser: Browser, url: str, size: str) -> None:
    with screen(browser, url, size) as on, silent_console(on.page, "status of 404", "INTERNET_DISCONNECTED"):
        page = on.page
        on.begin()
        _check(on, f"start-{size}")
        on.touch("bygg")
        expect(page.get_by_role("option").first).to_be_visible()
        keys = page.locator("[data-keys]").bounding_box()
        last = page.get_by_role("option").last.bounding_box()
        assert keys
        assert last
        assert last["y"] + last["height"] <= keys["y"], "no suggestion lies under the keyboard"
        _check(on, f"suggestions-{size}")
        on.search("bygglov")
        _check(on, f"results-{size}")
        on.open("Bygglov")
        _check(on, f"hit-{size}")
        on.press("Störst text")
        _check(on, f"hit-large-{size}")
        on.press("Stark kontrast")
        _check(on, f"hit-strong-{size}")
        on.press("Tillbaka till träffarna")
        page.wait_for_selector('[data-view="traffar"]')
        _check(on, f"results-large-strong-{size}")
        on.press("Mörka färger")
        on.search("xyzzyqwrt")
        _check(on, f"nothing-found-{size}")
        on.wait(IDLE + 1)
        expect(page.get_by_role("alertdialog")).to_be_visible()
        _check(on, f"warning-{size}")
        on.press("Rensa nu")
        page.wait_for_selector('html[data-text="1"]')
        on.press("Ring eller besök Telefonnummer, adresser och öppettider")
        page.wait_for_selector('[data-view="kontakt"]')
        _check(on, f"contact-{size}")
        on.press("Till början")
        on.press("Om terminalen Vad som sparas och hur du får hjälp")
        page.wait_for_selector('[data-view="om"]')
        _check(on, f"about-{size}")
        page.context.set_offline(True)
        on.press("Till början")
        page.wait_for_selector('[data-view="away"]')
        _check(on, f"away-{size}")


@pytest.mark.parametrize("language", ["en", "fi"])
def test_every_language(standing: Screen, language: str) -> None:
    page = standing.page
    standing.search("bygglov")
    heading = page.get_by_role("heading", level=1).inner_text()
    page.locator(f'[lang="{language}"].choice').tap()
    page.wait_for_selector(f'html[lang="{language}"]')
    assert page.get_by_role("heading", level=1).inner_text() != heading
    assert page.locator("#q").input_value() == "bygglov", "the answers stay, in the other language"
    assert page.evaluate("document.activeElement.lang") == language
    check_axe(page, language)
    assert standing.small() == []
    page.locator("[data-end]").tap()
    page.wait_for_selector('html[lang="sv"]')


def test_a_terminal_of_the_file_begins_as_it_says(browser: Browser, url: str) -> None:
    with screen(browser, url) as on:
        on.begin("/terminal/kuulo")
        page = on.page
        assert page.url == f"{url}/fi/terminal/kuulo"
        look = "[lang, dataset.text, dataset.colours, dataset.keyboard]"
        assert page.evaluate(f"(({{lang, dataset}}) => {look})(document.documentElement)") == [
            *("fi", "2", "dark", "0")
        ]
        expect(page.locator("[data-keys]")).to_be_hidden()
        page.locator('[lang="en"].choice').tap()
        page.wait_for_selector('html[lang="en"]')
        on.search("bygglov")
        on.open("Bygglov")
        expect(page.locator("[data-print]")).to_have_count(0)
        page.locator("[data-end]").tap()
        page.wait_for_selector('html[lang="fi"][data-colours="dark"]')


@pytest.mark.parametrize("options", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_the_readers_own_settings_are_kept(browser: Browser, url: str, options: dict[str, str]) -> None:
    with screen(browser, url, **options) as on:
        on.begin()
        if "reduced_motion" in options:
            assert on.page.evaluate("document.getAnimations().length") == 0
            duration = "getComputedStyle(document.querySelector('.key')).transitionDuration"
            assert on.page.evaluate(duration) == "0s"
        else:
            chosen = on.page.locator('.group-language [aria-pressed="true"]')
            assert chosen.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
            screenshot(on.page, "terminal-start-forced")


def test_the_keyboard_alone_is_enough(standing: Screen) -> None:
    page = standing.page
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("bygg")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-view="traffar"]')
    assert page.evaluate("document.activeElement.tagName") == "H1", "a screen reader begins with the answer"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "t-title":
            break
    outline = "getComputedStyle(document.activeElement, '::after').outlineStyle"
    assert page.evaluate(outline) == "solid", "the focus can be seen"
    page.keyboard.press("Enter")
    page.wait_for_selector(".t-page")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("'end' in document.activeElement.dataset"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-view="start"]')
    expect(page.locator("#q")).to_have_value("")


# --- The keyboard on the screen ---


@pytest.mark.parametrize("size", [(1280, 900), (1280, 1024), (1366, 768), (1920, 1080)])
def test_nothing_of_the_start_page_lies_under_the_keyboard(standing: Screen, size: tuple[int, int]) -> None:
    standing.page.set_viewport_size({"width": size[0], "height": size[1]})
    keys = standing.page.locator("[data-keys]").bounding_box()
    assert keys
    for touched in standing.page.locator(".t-start :is(button, input[type=text])").all():
        box = touched.bounding_box()  # None where it is not shown at all
        assert box is None or box["y"] + box["height"] <= keys["y"], touched.inner_text()
    assert standing.page.locator(".tile").first.is_visible()


def test_fingers_write_and_the_focus_stays(standing: Screen) -> None:
    page = standing.page
    field = page.locator("#q")
    standing.touch("å ä ö é")
    expect(field).to_have_value("å ä ö é")
    expect(field).to_be_focused()
    assert field.get_attribute("inputmode") == "none", "no second keyboard from the system"
    standing.press("Radera")
    standing.press("Radera")
    standing.press("Flytta vänster")
    standing.touch("7-")
    expect(field).to_have_value("å ä 7-ö")
    standing.press("Flytta höger")
    standing.touch("z")
    expect(field).to_have_value("å ä 7-öz")
    expect(field).to_be_focused()
    page.locator('[data-do="clear"]').tap()
    expect(field).to_have_value("")
    page.evaluate("document.querySelector('#q').maxLength = 3")
    standing.touch("abcd")
    expect(field).to_have_value("abc")


def test_the_keyboard_hides_and_is_switched_off_and_on(standing: Screen) -> None:
    page = standing.page
    keys = page.locator("[data-keys]")
    expect(keys).to_be_visible()
    standing.press("Dölj")
    expect(keys).to_be_hidden()
    page.locator("#q").tap()
    expect(keys).to_be_visible()
    standing.press("Tangentbord")
    expect(keys).to_be_hidden()
    expect(page.locator("[data-keys-switch]")).to_have_attribute("aria-pressed", "false")
    assert page.locator("#q").get_attribute("inputmode") == "search"
    page.locator("#q").tap()
    expect(keys).to_be_hidden()
    standing.search("bygglov")
    page.locator("#q").tap()
    expect(keys).to_be_hidden()
    standing.press("Tangentbord")
    expect(keys).to_be_visible()
    expect(page.locator("#q")).to_be_focused()


def test_the_keys_are_reached_and_pressed_without_a_finger(standing: Screen) -> None:
    page = standing.page
    page.locator("#q").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.sign") == "1":
            break
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter", "ArrowUp", " "):
        page.keyboard.press(key)
    expect(page.locator("#q")).to_have_value("sw")
    assert page.evaluate("document.activeElement.dataset.sign") == "w", "whoever goes by keys stays there"


def test_a_suggestion_is_touched(standing: Screen) -> None:
    page = standing.page
    standing.touch("försk")
    expect(page.get_by_role("option").first).to_be_visible()
    name = page.get_by_role("option").first.locator(".suggestion-text").inner_text()
    page.get_by_role("option").first.tap()
    page.wait_for_selector('[data-view="traffar"]')
    expect(page.locator("#q")).to_have_value(name)
