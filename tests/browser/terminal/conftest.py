"""What do the terminal's tests share? One server of terminals, and a screen in its home municipality."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from searchapi.settings import Settings
from tests.browser import kiosk
from tests.browser.kiosk import Screen, screen
from tests.integration.served import served


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return kiosk.settings(tmp_path_factory.mktemp("terminal"))


@pytest.fixture(scope="package")
def url(settings: Settings) -> Iterator[str]:
    with served(settings) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def standing(browser: Browser, url: str) -> Iterator[Screen]:
    with screen(browser, url) as made:
        made.begin()
        yield made
