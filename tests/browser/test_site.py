"""Is every page of the site, whichever there are, fit for everyone? At each size: axe, console, width."""

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import SIZES, check_axe, screenshot, sideways, silent_console
from tests.browser.site_pages import EXAMPLES, NO_PAGES, PROBLEMS, in_language, name_of, pages, routes
from tests.conftest import Program

pytestmark = pytest.mark.browser

LOOKS = {**{size: ("sv", size) for size in SIZES}, "english": ("en", "desktop"), "finnish": ("fi", "phone")}


def test_every_page_of_the_router_is_looked_at() -> None:
    assert {"/", "/sok", "/myndigheter/{agency_id}"} <= routes()
    assert set(EXAMPLES) | set(NO_PAGES) <= routes(), "something is listed that is gone"
    assert len(pages()) > len(routes()) - len(NO_PAGES) - 2


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_fit_for_everyone(browser: Browser, program: Program, look: str) -> None:
    language, size = LOOKS[look]
    width, height = SIZES[size]
    wrong: list[str] = []
    with browser.new_context(base_url=program.url, viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        for path in [*pages(states=language == "sv"), *PROBLEMS]:
            address = in_language(path, language)
            expected = ["status of 4"] if path in PROBLEMS else []
            try:
                with silent_console(page, *expected):
                    response = page.goto(address)
                    assert response is not None
                    assert (400 <= response.status < 500) == (path in PROBLEMS), response.status
                    assert response.status < 500
                    assert page.title().strip()
                    assert page.locator("html").get_attribute("lang") == language
                    screenshot(page, f"site-{name_of(path)}-{look}")
                    check_axe(page, address)
                    assert sideways(page) <= 0, "it is wider than the window"
            except AssertionError as error:
                wrong.append(f"{address}: {error}")
    assert wrong == []
