"""What do all browser tests share? One Chromium a file, and a window on the demo federation's pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.looking import FLAGS, PATIENCE
from tests.chromium import find_chromium
from tests.conftest import Program

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")  # its event loop must not outlive the tests of a file
def browser() -> Iterator[Browser]:
    """A real Chromium, started once for a file of tests."""
    path = find_chromium()
    assert path, "no Chromium: run `python tests/chromium.py`, which installs it or says what to do"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE)
        make = launched.new_context

        def patient(**options: Any) -> BrowserContext:
            made = make(**options)
            made.set_default_timeout(PATIENCE)
            return made

        launched.new_context = patient  # type: ignore[method-assign]
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, program: Program) -> Iterator[BrowserContext]:
    """A fresh window of a desktop's size, with nothing of earlier tests in it."""
    made = browser.new_context(base_url=program.url, viewport={"width": 1280, "height": 900}, locale="sv-SE")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in that window; paths such as "/sok" lead to the demo federation."""
    return context.new_page()
