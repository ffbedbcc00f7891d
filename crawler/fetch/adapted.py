"""For as long as AgencyCrawl knows no assignments: what stands in for one that does?"""

import inspect
from typing import Any

from crawler.assignment import Scope
from crawler.errors import CrawlerError
from crawler.fetch.agency_crawl import AgencyCrawl

_IS_NEW = "assignment" in inspect.signature(AgencyCrawl.__init__).parameters


def crawl(agency: Any, *, assignment: Any, worker: str, **more: Any) -> Any:
    """An AgencyCrawl."""
    made: Any = AgencyCrawl
    if _IS_NEW:
        return made(agency, assignment=assignment, worker=worker, **more)
    return _Old(agency, urls=assignment.urls if assignment.scope is Scope.URL else None, **more)


class _Old(AgencyCrawl):
    paused_until = None
    _as = "stopped"

    def stop(self, status: str = "stopped") -> None:
        self._as = status
        super().stop()

    async def run(self) -> tuple[str, str]:
        status, reason = await super().run()
        return (self._as if status == "stopped" else status), reason

    async def visit_now(self, url: str) -> Any:
        raise CrawlerError(f"{url} is visited when the run is over")
