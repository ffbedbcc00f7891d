"""What is known of a host from run to run? Today's requests, its pace, its sitemap, its missing page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from crawler.store.page_store import PageStore
from crawler.store.schema import host_state


@dataclass(frozen=True, slots=True)
class HostState:
    """What a run hands on about one host.

    `day` is the Swedish date (ISO) that `requests` were counted on. `seconds`: its smoothed time to answer.
    `probed`: when it was last asked for a page that can't exist, and `missing_page` what came of it
    (crawler.fetch.missing). `sitemap`: how far its lastmod dates can be trusted (crawler.fetch.host).
    """

    host: str
    agency: str
    day: str = ""
    requests: int = 0
    seconds: float = 0.0
    probed: datetime | None = None
    missing_page: dict[str, Any] = field(default_factory=dict)
    sitemap: dict[str, Any] = field(default_factory=dict)


class HostStates:
    """The hosts' rows of the page store. Only the process that crawls an agency writes those of its hosts."""

    def __init__(self, store: PageStore) -> None:
        self._store = store

    def load(self, agency: str) -> dict[str, HostState]:
        """Host name -> what is known of it. Raise StoreError where it can't be read."""
        query = sa.select(host_state).where(host_state.c.agency == agency)
        with self._store.reading() as connection:
            return {row.host: _state(row) for row in connection.execute(query)}

    def save(self, states: Iterable[HostState]) -> None:
        """Keep what is known of hosts now, in one transaction. Raise StoreError where it can't be written.

        Save often: what was counted since the last time is lost with a killed process, and with it the
        promise of the daily budget.
        """
        rows = [
            {
                "host": state.host,
                "agency": state.agency,
                "day": state.day,
                "requests": state.requests,
                "seconds": state.seconds,
                "probed": state.probed,
                "missing_page": state.missing_page,
                "sitemap": state.sitemap,
            }
            for state in states
        ]
        if not rows:
            return
        insert = self._store.insert_into(host_state)
        new = {name: insert.excluded[name] for name in rows[0] if name != "host"}
        with self._store.writing() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["host"], set_=new), rows)


def _state(row: Any) -> HostState:
    probed = row.probed
    if probed is not None and probed.tzinfo is None:  # (SQLite keeps no time zone)
        probed = probed.replace(tzinfo=UTC)
    return HostState(
        row.host,
        row.agency,
        row.day,
        row.requests,
        row.seconds,
        probed,
        row.missing_page if isinstance(row.missing_page, dict) else {},
        row.sitemap if isinstance(row.sitemap, dict) else {},
    )
