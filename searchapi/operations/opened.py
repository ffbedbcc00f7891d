"""What do the operations work on? The store and the registry that the application opened."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from crawler.errors import StoreError
from crawler.registry import Registry
from crawler.store import PageStore
from searchapi.errors import NotReadyError
from searchapi.settings import Settings

_log = logging.getLogger(__name__)


def settings_of(request: Request) -> Settings:
    """The settings."""
    settings: Settings = request.app.state.settings
    return settings


def registry_of(request: Request) -> Registry:
    """The registry. Raise NotReadyError where it could not be read."""
    registry: Registry | None = getattr(request.app.state, "registry", None)
    if registry is None:
        raise NotReadyError("the registry of agencies could not be read; see /readyz")
    return registry


@contextmanager
def store_of(request: Request) -> Iterator[PageStore]:
    """The page store. Raise NotReadyError where it could not be opened, and where it fails meanwhile."""
    store: PageStore | None = getattr(request.app.state, "store", None)
    if store is None:
        raise NotReadyError("the page store could not be opened; see /readyz")
    try:
        yield store
    except StoreError as error:
        # Where the store lies is nobody's business who asks from outside.
        _log.error("%s", error)
        raise NotReadyError("the page store fails just now; try again soon") from error
