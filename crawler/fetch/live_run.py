"""What do the parts of a run share while it goes on?"""

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crawler.assignment import Assignment
from crawler.fetch.beside import Beside
from crawler.fetch.endings import Endings
from crawler.fetch.frontier import Entry, Frontier
from crawler.fetch.known import Known
from crawler.fetch.learned import Variants
from crawler.fetch.saving import Saver
from crawler.outcomes import Outcome
from crawler.registry import Agency
from crawler.store import PageStore, Visit


@dataclass(slots=True)
class LiveRun:
    """One run between its beginning and its end."""

    number: int
    agency: Agency
    assignment: Assignment
    store: PageStore
    executor: Executor
    known: Known
    variants: Variants
    frontier: Frontier
    endings: Endings
    saver: Saver
    beside: Beside
    under_way: dict[str, Entry] = field(default_factory=dict)
    """The URLs whose turn has come and whose visit has not ended."""
    over: bool = False
    """Nothing more is begun."""

    async def off_loop(self, function: Any, *arguments: Any) -> Any:
        """Call what asks the store, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, function, *arguments)

    def blank(self, entry: Entry) -> Visit:
        """The visit of a URL of which nothing is known yet."""
        return Visit(
            url=entry.url,
            agency=self.agency.id,
            outcome=Outcome.NOT_VISITED,
            at=now(),
            depth=entry.depth,
            found_on=entry.found_on,
            asked_for=entry.asked_for,
        )


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
