"""How does a running server learn of agencies that joined or left? It looks at the registry's file."""

import logging
import threading
from typing import Any

from crawler.errors import CrawlerError
from crawler.registry import load_registry
from crawler.registry_watch import RegistryWatch
from indexer import IndexerError, open_engine
from searchapi.search import SearchService
from searchapi.settings import Settings
from searchapi.warm import settle_again

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 2.0


class RegistryFollower:
    """Puts a changed, valid registry in the place of the one that an application answers by.

    `state` is the application's, with `registry` and `service`. Requests under way keep the old one.
    """

    def __init__(self, state: Any, settings: Settings, *, seconds: float = _LOOK_SECONDS) -> None:
        """Begin to look, every so many seconds."""
        self._state = state
        self._settings = settings
        self._seconds = seconds
        self._watch = RegistryWatch(settings.registry)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="follows the registry")
        self._thread.start()

    def _follow(self) -> None:
        while not self._over.wait(self._seconds):
            if self._watch.changed():
                self._take()

    def _take(self) -> None:
        settings = self._settings
        try:
            registry = load_registry(settings.registry)
            engine = open_engine(settings.index_dir)
            service = SearchService(engine, registry, settings, getattr(self._state, "meaning", None))
        except (CrawlerError, IndexerError) as error:  # changed once more, or the index is being made anew
            _log.error("going on with the registry as it was read before: %s", error)
            return
        if self._state.service is not None:
            self._state.service = service
        self._state.registry = registry
        settle_again()
        _log.warning("the registry has changed: %d agencies take part", len(registry))

    def close(self) -> None:
        """End looking."""
        self._over.set()
        self._thread.join()

    def __enter__(self) -> "RegistryFollower":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
