"""Has the file of the registry changed since it was read?"""

import logging
from pathlib import Path

from crawler.errors import RegistryError
from crawler.registry import load_registry

logger = logging.getLogger(__name__)


class RegistryWatch:
    """Looks at agencies.toml. A change counts once the file is whole and valid; until then it is told of."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._look()

    def changed(self) -> bool:
        """Whether another valid registry stands there. Problems of an invalid one are logged once."""
        now = self._look()
        if now == self._seen:
            return False
        self._seen = now
        try:
            load_registry(self._path)
        except RegistryError as error:
            logger.error("going on with the registry as it was read before: %s", error)
            return False
        return True

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
