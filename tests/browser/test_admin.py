"""Do the administrators' pages work for everyone? Real Chromium: axe, no script, keyboard, phone, dark."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crawler.store import PageStore
from searchapi.settings import Settings
from tests.browser.looking import check_axe, screenshot, sideways, silent_console, small_targets
from tests.integration.admin_site import HELD, LONG, NAME, PASSWORD, fill
from tests.integration.admin_site import Browser as Client
from tests.integration.served import served

pytestmark = pytest.mark.browser

LOOKS = {"phone": (390, "light"), "desktop": (1280, "light"), "dark": (1280, "dark")}
PAGES = {
    "overview": "/admin",
    "agency": "/admin/myndigheter/ekdal",
    "runs": "/admin/korningar",
    "run": "/admin/korningar/2",
    "held": f"/admin/korningar/{HELD}",
    "judge": f"/admin/korningar/{HELD}/slapp",
    "requests": "/admin/bestallningar",
    "request": "/admin/bestallningar/1",
    "cancel": "/admin/bestallningar/1/avbryt",
    "order": f"/admin/bestall?myndighet=ekdal&vad=url&mal={quote(LONG, safe='')}",
    "problem": "/admin/bestall?myndighet=ekdal&vad=host&mal=annan.example",
    "address": "/admin/adress?url=https://www.ekdal.example/elaka-ord",
    "waiting": f"/admin/adress?url={quote(LONG, safe='')}",
    "feedback": "/admin/aterkoppling?myndighet=ekdal",
    "trail": "/admin/logg",
    "password": "/admin/losenord",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return fill(tmp_path_factory.mktemp("admin"))


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    with served(settings) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def key(settings: Settings) -> str:
    client = Client(0)
    with PageStore(settings.store_url) as store:
        client.enter(store)
    return client.cookies["medborgarsok_admin"]


def _inside(browser: Browser, url: str, key: str, width: int, scheme: str = "light") -> BrowserContext:
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=True,  # for axe alone: the pages' own policy lets no script run
    )
    context.add_cookies([{"name": "medborgarsok_admin", "value": key, "url": f"{url}/admin"}])
    return context


def _checked(page: Page, name: str, look: str) -> None:
    screenshot(page, f"admin-{name}-{look}")
    check_axe(page, name)
    assert sideways(page) <= 0, name
    assert small_targets(page, 24, "button, select, input, .button, nav a, summary") == [], name


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_has_an_axe_violation(browser: Browser, url: str, key: str, look: str) -> None:
    width, scheme = LOOKS[look]
    with _inside(browser, url, key, width, scheme) as context:
        page = context.new_page()
        with silent_console(page, "status of 400"):
            for name, path in PAGES.items():
                response = page.goto(path)
                assert response is not None
                assert response.status == (400 if name == "problem" else 200), name
                _checked(page, name, look)
    with browser.new_context(
        base_url=url,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
    ) as context:
        page = context.new_page()
        page.goto("/admin")
        _checked(page, "login", look)


def test_nothing_scrolls_sideways_at_320_pixels(browser: Browser, url: str, key: str) -> None:
    with _inside(browser, url, key, 320) as context:
        page = context.new_page()
        for name, path in PAGES.items():
            page.goto(path)
            assert sideways(page) <= 0, name


def test_all_of_it_works_without_script_by_keyboard(browser: Browser, url: str) -> None:
    with browser.new_context(base_url=url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/admin/myndigheter/ekdal")
        page.get_by_label("Namn").fill(NAME)
        page.get_by_label("Lösenord").fill("fel")
        page.keyboard.press("Enter")
        heading = page.get_by_role("heading", level=1)
        expect(page.get_by_role("alert")).to_contain_text("Du kom inte in.")
        page.get_by_label("Lösenord").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(heading).to_contain_text("Ekdals kommun")
        page.get_by_label("Vad ska genomsökas?").select_option("section")
        page.get_by_label("Värd eller adress").fill("https://www.ekdal.example/fel")
        page.get_by_label("Varför?").fill("Ny meny")
        page.get_by_role("button", name="Gå vidare").click()
        expect(heading).to_have_text("Genomsök Ekdals kommun igen?")
        expect(page.locator("dl.card")).to_contain_text("120")
        page.get_by_role("button", name="Ja, beställ").click()
        expect(page.get_by_role("status")).to_have_text("Beställningen är mottagen.")
        page.reload()
        page.get_by_role("link", name="Avbryt beställningen").click()
        page.get_by_role("button", name="Ja, avbryt").click()
        expect(heading).to_contain_text("Avbruten")
        page.get_by_role("button", name="Logga ut").click()
        expect(page.get_by_role("status")).to_have_text("Du är utloggad.")
        page.go_back()
        expect(page.get_by_label("Lösenord")).to_have_count(1)  # nothing is kept to go back to
