"""What does a run have to wait for before it is over? Work that is counted, and tasks that are watched."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Beside:
    """The work of one run that goes on side by side. `failure` is what escaped it: a fault of ours.

    `after` is called whenever some of it has ended and the run is not `done`.
    """

    def __init__(self) -> None:
        self.done = asyncio.Event()
        """Set when nothing is left to do, or nothing more is to be begun."""
        self.busy = 0
        self.failure: BaseException | None = None
        self.after: Callable[[], None] = lambda: None
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run something that the run has to wait for."""
        task = asyncio.create_task(work)
        self.watch(task)
        return task

    def watch(self, task: "asyncio.Task[None]") -> None:
        """Let the run wait for a task that was begun elsewhere."""
        self.busy += 1
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self.busy -= 1
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fail(error)
        if not self.done.is_set():
            self.after()

    def fail(self, error: BaseException) -> None:
        """Something escaped that should not have: the run is done, and says why."""
        self.failure = self.failure or error
        self.done.set()

    async def finish(self, seconds: float) -> None:
        """Wait for what is under way, for so many seconds at most."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=seconds)

    async def cancel(self) -> None:
        """End what is under way still."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
