"""What do the tests of the administrators' pages share? One server, and the store it began with."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from crawler.store import PageStore
from searchapi.settings import Settings
from tests.integration.admin_site import Browser, fill
from tests.integration.served import served


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return fill(tmp_path_factory.mktemp("admin"))


@pytest.fixture(scope="package")
def kept_store(settings: Settings) -> Iterator[PageStore]:
    with PageStore(settings.store_url) as opened:
        yield opened


@pytest.fixture(scope="package")
def server(settings: Settings) -> Iterator[int]:
    with served(settings) as number:
        yield number


@pytest.fixture(scope="package")
def first_state(settings: Settings) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as copy:
        with closing(sqlite3.connect(settings.data_dir / "store.sqlite3")) as original:
            original.backup(copy)
        yield copy


@pytest.fixture
def store(kept_store: PageStore, settings: Settings, first_state: sqlite3.Connection) -> PageStore:
    """The store as it was in the beginning, whatever the test before did to it."""
    with closing(sqlite3.connect(settings.data_dir / "store.sqlite3", timeout=30)) as target:
        first_state.backup(target)
    return kept_store


@pytest.fixture
def port(server: int, store: PageStore) -> int:
    return server


@pytest.fixture
def browser(port: int) -> Browser:
    return Browser(port)


@pytest.fixture
def inside(browser: Browser, store: PageStore) -> Browser:
    browser.enter(store)
    return browser
