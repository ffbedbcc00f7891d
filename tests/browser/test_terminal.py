"""Does a terminal serve everybody, and forget each? Real Chromium: axe, fingers, time, a lost server."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from searchapi.settings import Settings
from tests.browser import kiosk
from tests.browser.kiosk import ADDRESS, NOTHING_LEFT, SCREENS, Screen, read_codes, screen
from tests.browser.looking import check_axe, screenshot, sideways, silent_console
from tests.conftest import Program, free_port
from tests.integration.served import served

pytestmark = pytest.mark.browser

IDLE, WARNING = 90, 30


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return kiosk.settings(tmp_path_factory.mktemp("terminal"))


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    with served(settings) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def standing(browser: Browser, url: str) -> Iterator[Screen]:
    with screen(browser, url) as made:
        made.begin()
        yield made


# --- For everybody ---


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


# --- Nobody is there any more ---


def _something_personal(on: Screen) -> None:
    on.search("bygglov")
    on.press("Störst text")
    on.press("Stark kontrast")
    on.press("Tangentbord")


def _is_forgotten(page: Page) -> None:
    page.wait_for_selector('[data-view="start"]')
    expect(page.locator("#q")).to_have_value("")
    assert page.evaluate("({...document.documentElement.dataset})") == {
        "text": "1",
        "colours": "light",
        "keyboard": "1",
        "home": page.evaluate("document.documentElement.dataset.home"),
        "idle": str(IDLE),
        "warning": str(WARNING),
    }
    assert page.evaluate("document.documentElement.lang") == "sv"
    assert "bygglov" not in page.content().casefold().replace("söka bygglov", "")


def test_a_touch_and_a_key_answer_the_warning(standing: Screen) -> None:
    page = standing.page
    warning = page.get_by_role("alertdialog")
    standing.search("bygglov")
    page.locator("#q").focus()
    standing.wait(IDLE - 2)
    expect(warning).to_have_count(0)
    standing.wait(4)
    expect(warning).to_be_visible()
    expect(page.get_by_role("button", name="Ja, jag är kvar")).to_be_focused()
    assert int(page.locator("[data-seconds]").inner_text()) <= WARNING
    standing.wait(12)
    expect(page.locator("[data-seconds-said]")).not_to_have_text("")
    seconds = int(page.locator("[data-seconds]").inner_text())
    assert 5 < seconds < WARNING - 10, "it is counted down"
    page.touchscreen.tap(20, 20)
    expect(warning).to_have_count(0)
    expect(page.locator("#q")).to_be_focused()
    standing.wait(IDLE + 2)
    expect(warning).to_be_visible()
    page.keyboard.press("x")
    expect(warning).to_have_count(0)
    expect(page.locator("#q")).to_have_value("bygglov")
    standing.wait(IDLE + 2)
    expect(warning).to_be_visible()
    page.keyboard.press("Enter")
    expect(warning).to_have_count(0)
    standing.wait(IDLE - 5)
    expect(warning).to_have_count(0)


def test_the_screen_is_cleared_where_nobody_answers(standing: Screen) -> None:
    page = standing.page
    entries = page.evaluate("history.length")
    _something_personal(standing)
    standing.wait(IDLE + 1)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    with page.expect_navigation():
        standing.wait(WARNING + 1)
    _is_forgotten(page)
    assert page.evaluate("history.length") == entries
    assert standing.left() == NOTHING_LEFT


def test_a_machine_that_has_slept_clears_at_once(standing: Screen) -> None:
    _something_personal(standing)
    with standing.page.expect_navigation():
        standing.wait(8 * 3600)
    _is_forgotten(standing.page)


def test_a_screen_that_nobody_uses_neither_warns_nor_ends(standing: Screen) -> None:
    standing.page.evaluate("document.body.dataset.same = 'page'")
    standing.wait(IDLE + WARNING + 60)
    expect(standing.page.get_by_role("alertdialog")).to_have_count(0)
    assert standing.page.evaluate("document.body.dataset.same") == "page"


def test_the_button_clears_at_once_and_nothing_is_left(standing: Screen, url: str) -> None:
    page = standing.page
    standing.touch("bygg")
    expect(page.get_by_role("option").first).to_be_visible()
    _something_personal(standing)
    standing.open("Bygglov")
    with page.expect_navigation():
        page.get_by_role("link", name="Avsluta och rensa").tap()
    _is_forgotten(page)
    assert standing.left() == NOTHING_LEFT
    assert {address for _, address in standing.requests if "bygg" in address.casefold()} == set()
    sent = {address.split("?")[0] for method, address in standing.requests if method == "POST"}
    assert sent == {f"{url}/terminal"}, "what is asked for stands in no address"
    page.go_back()
    assert "bygglov" not in page.content().casefold()
    page.go_forward()
    _is_forgotten(page)


def test_going_back_shows_nothing_of_the_last_person(standing: Screen) -> None:
    page = standing.page
    _something_personal(standing)
    standing.open("Bygglov")
    page.go_back()
    assert page.url == "about:blank", "all of it was one entry of the history"
    page.go_forward()
    _is_forgotten(page)


def test_answers_are_kept_by_nobody(url: str) -> None:
    for response in (
        httpx.get(f"{url}{ADDRESS}"),
        httpx.post(f"{url}{ADDRESS}", data={"sida": "traffar", "q": "bygglov"}),
        httpx.post(f"{url}{ADDRESS}", data={"sida": "forslag", "q": "bygg"}),
    ):
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in response.headers


def test_the_program_keeps_nothing_of_a_query(program: Program) -> None:
    secret = "zqxjhemligtärende"
    address = f"{program.url}/terminal?kommun=norrvik"
    for view in ("traffar", "forslag"):
        response = httpx.post(address, data={"sida": view, "q": f"bygglov {secret}"}, timeout=60)
        assert response.status_code == 200
    assert secret not in "".join(program.printed)
    needles = [secret.encode(), secret.encode("utf-16-le")]
    for path in Path(program.settings.data_dir).rglob("*"):
        if path.is_file():
            kept = path.read_bytes()
            assert not any(needle in kept for needle in needles), path


# --- The server goes, and comes back ---


def test_the_server_goes_and_comes_back(browser: Browser, settings: Settings) -> None:
    port = free_port()
    with screen(browser, f"http://127.0.0.1:{port}") as on:
        page = on.page
        message = page.get_by_role("heading", name="Sökningen svarar inte just nu")
        with served(settings, port=port):
            on.begin()
            on.search("hemtjänst")
        on.press("Hemtjänst")
        expect(message).to_be_focused()
        expect(page.get_by_text("Ring Ekdals kommun, telefon 031-390 06 00")).to_be_visible()
        assert "hemtjänst" not in page.content().casefold(), "nothing of the person is left meanwhile"
        on.wait(6)
        expect(message).to_be_visible()
        with served(settings, port=port):
            on.wait(6)
            page.wait_for_selector('[data-view="start"]')
            on.search("bygglov")
            on.open("Bygglov")
        # Cleared while the server is away, it is cleared at once all the same.
        page.get_by_role("link", name="Avsluta och rensa").tap()
        expect(message).to_be_visible()
        assert "bygglov" not in page.content().casefold()
        with served(settings, port=port):
            on.wait(6)
            page.wait_for_selector('[data-view="start"]')
        # Nobody at the screen: it finds out by itself.
        on.wait(31)
        expect(message).to_be_visible()
        with served(settings, port=port):
            on.wait(6)
            page.wait_for_selector('[data-view="start"]')
            expect(page.locator("#q")).to_be_focused()


# --- A page of ours first ---


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
