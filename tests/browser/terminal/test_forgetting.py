"""Does a terminal forget each person, and come back after a lost server? Time, storage, the store."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from searchapi.settings import Settings
from tests.browser.kiosk import ADDRESS, IDLE, NOTHING_LEFT, WARNING, Screen, screen
from tests.conftest import Program, free_port
from tests.integration.served import served

pytestmark = pytest.mark.browser


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
