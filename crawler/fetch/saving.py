"""When are ended visits written to the page store? In batches, about once a second, beside the event loop."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import Executor

from crawler.errors import StoreError
from crawler.revisit import RevisitRule
from crawler.store import PageStore, Visit

logger = logging.getLogger(__name__)

_BATCH = 400
_BACKLOG = 4_000
_PATIENCE = 180.0
_RETRY_SECONDS = 3.0
_PASSING = ("database is locked", "connection")


class Saver:
    """Gathers the visits of one run and saves them in whole batches. `failure` holds what went wrong."""

    def __init__(
        self,
        store: PageStore,
        run: int,
        executor: Executor,
        *,
        seconds: float,
        failed: Callable[[], None],
        rule: RevisitRule,
        floor: int,
    ) -> None:
        self._store = store
        self._run = run
        self._executor = executor
        self._seconds = seconds
        self._rule = rule
        self._floor = floor
        self._failed = failed
        self._visits: list[Visit] = []
        self._added = self._saved = 0
        self._progress = asyncio.Event()
        self._more = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False
        self.failure: Exception | None = None
        self._task = asyncio.create_task(self._work(), name=f"saver of run {run}")

    def add(self, visit: Visit) -> None:
        """Take a visit to be saved soon."""
        self._visits.append(visit)
        self._added += 1
        if len(self._visits) >= _BATCH:
            self._more.set()
        if len(self._visits) >= _BACKLOG:
            self._room.clear()

    async def room(self) -> None:
        """Wait while too many visits are unsaved: a slow disk slows the crawl and doesn't fill memory."""
        await self._room.wait()

    async def flush(self) -> None:
        """Save at once what was added so far, and wait until that is done."""
        until = self._added
        while self._saved < until and self.failure is None:
            self._more.set()
            self._progress.clear()
            await self._progress.wait()

    async def close(self) -> None:
        """Save what is left. Raise the StoreError that stopped the saving, if one did."""
        self._closing = True
        self._more.set()
        await self._task
        if self.failure is not None:
            raise self.failure

    async def _work(self) -> None:
        try:
            while self._visits or not self._closing:
                if not self._closing:
                    self._more.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._more.wait(), self._seconds)
                batch, self._visits = self._visits[: 2 * _BATCH], self._visits[2 * _BATCH :]
                if batch:
                    await self._save_surely(batch)
                    self._saved += len(batch)
                    self._progress.set()
                if len(self._visits) < _BACKLOG:
                    self._room.set()
        except Exception as error:
            # The edge of the background task: `close` raises it where the run ends.
            if isinstance(error, StoreError):
                logger.error("run %d: %s", self._run, error)
            else:
                logger.exception("run %d: visits could not be saved", self._run)
            self.failure = error
            self._visits.clear()
            self._room.set()
            self._progress.set()
            self._failed()

    async def _save_surely(self, batch: list[Visit]) -> None:
        """Save a batch, again and again for a while where the store can't be written now."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _PATIENCE
        while True:
            try:
                return await loop.run_in_executor(self._executor, self._save, batch)
            except StoreError as error:
                passing = any(sign in str(error) for sign in _PASSING)
                if not passing or self._closing or loop.time() >= until:
                    raise
                logger.warning("run %d: %s; trying again", self._run, error)
                await asyncio.sleep(_RETRY_SECONDS)

    def _save(self, batch: list[Visit]) -> None:
        self._store.save_visits(self._run, batch, rule=self._rule, floor=self._floor)
