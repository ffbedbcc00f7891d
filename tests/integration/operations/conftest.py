"""What do the tests of operations share? One server, with an empty queue for each test."""

from collections.abc import Iterator

import pytest

from crawler.store import PageStore
from crawler.store.queue import RecrawlQueue
from crawler.store.tokens import Purpose
from tests.integration.operating import NOON, opened, settings_in, token
from tests.integration.operations.asking import Api


@pytest.fixture(scope="package")
def served_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    settings = settings_in(
        tmp_path_factory.mktemp("operations"), max_body_bytes=100_000, recrawl_pending_per_token=3
    )
    with PageStore(settings.store_url) as store, opened(settings) as client:
        yield Api(
            client,
            store,
            token(store, Purpose.RECRAWL, "aspvik"),
            token(store, Purpose.RECRAWL, ""),
            token(store, Purpose.PUSH, "aspvik"),
        )


@pytest.fixture
def api(served_api: Api) -> Api:
    """With an empty queue."""
    for request in RecrawlQueue(served_api.store).pending():
        RecrawlQueue(served_api.store).cancel(request.id, NOON)
    return served_api
