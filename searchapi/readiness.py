"""Can searches be answered, and is what they find kept up? Every check by its name, for /readyz."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from crawler.errors import StoreError
from crawler.store import PageStore
from crawler.store.leases import Leases
from searchapi.errors import NotReadyError
from searchapi.index_lag import LagWatch
from searchapi.meaning_follow import MeaningFollower
from searchapi.models import Readiness
from searchapi.search import SearchService
from searchapi.settings import Settings

LEAST_FREE_BYTES = 200_000_000


class Check(BaseModel):
    """One thing that was looked at. `needed`: without it no search is answered (status 503)."""

    name: str
    ok: bool
    needed: bool
    detail: str


class ReadinessReport(Readiness):
    """Readiness with its checks. `degraded`: searches are answered, but something needs a person."""

    degraded: bool
    checks: list[Check]


def report(state: Any, *, now: datetime | None = None) -> ReadinessReport:
    """Look at everything now. `state` is the application's, with settings, service, store and missing."""
    settings: Settings = state.settings
    service: SearchService | None = getattr(state, "service", None)
    store: PageStore | None = getattr(state, "store", None)
    missing: list[str] = list(getattr(state, "missing", []))
    checks = [Check(name="program", ok=not missing, needed=True, detail="; ".join(missing) or "opened")]
    documents = 0
    if service is not None:
        try:
            documents = service.snapshot().documents
            found = Check(name="index", ok=True, needed=True, detail=f"{documents} documents")
        except NotReadyError as error:
            found = Check(name="index", ok=False, needed=True, detail=error.message)
        checks.append(found)
    if store is not None:
        watch: LagWatch | None = getattr(state, "lag_watch", None)
        checks += _of_store(store, settings, watch or LagWatch(), now or datetime.now(UTC))
        checks.append(_of_meaning(getattr(state, "meaning", None)))
    checks.append(_disk(settings.data_dir))
    broken = [check for check in checks if check.needed and not check.ok]
    return ReadinessReport(
        ready=not broken,
        degraded=any(not check.ok for check in checks),
        missing=[*missing, *(check.detail for check in broken if check.name != "program")],
        documents=documents,
        agencies=len(service.registry) if service is not None else 0,
        checks=checks,
    )


def _of_store(store: PageStore, settings: Settings, watch: LagWatch, now: datetime) -> Iterator[Check]:
    try:
        gone = _file_gone(store.url)
        if gone:
            yield Check(name="store", ok=False, needed=True, detail=f"the page store {gone} is gone")
            return
        lag = watch.look(store, settings.index_dir)
        yield Check(name="store", ok=True, needed=True, detail=f"revision {lag.store}")
        most = settings.index_lag_seconds
        yield Check(
            name="index_lag",
            ok=lag.seconds <= most,
            needed=False,
            detail=f"{lag.changes} changes wait, for {lag.seconds:.0f} s"
            + ("" if lag.seconds <= most else "; is the indexer running?"),
        )
        if settings.crawl_worker:
            alive = workers_alive(store, settings, now)
            detail = (
                f"{alive} alive" if alive else "no worker gives a sign of life; start medborgarsok worker"
            )
            yield Check(name="worker", ok=alive > 0, needed=False, detail=detail)
    except StoreError as error:
        yield Check(name="store", ok=False, needed=True, detail=str(error))


def _of_meaning(meaning: MeaningFollower | None) -> Check:
    """Which model runs, how many pages have vectors, how many wait. Not needed: words find pages without it.

    Only a fault is not `ok`: a model that was never installed is a choice.
    """
    if meaning is None:
        return Check(name="meaning", ok=True, needed=False, detail='off: the setting meaning is "off"')
    state = meaning.state()
    if not state.model:
        chosen = meaning.lacking
        detail = f"no model: {state.problem}" if state.problem else "the model is being opened"
        return Check(name="meaning", ok=not state.problem or bool(chosen), needed=False, detail=detail)
    detail = state.model
    try:
        counts = meaning.counts()
    except StoreError as error:
        return Check(name="meaning", ok=False, needed=False, detail=f"{detail}; {error}")
    if counts is not None:
        detail += f": {counts.present} pages have vectors, {counts.waiting} wait, {state.pages} are searched"
    if state.problem:
        detail += f"; {state.problem}"
    return Check(name="meaning", ok=not state.problem, needed=False, detail=detail)


def workers_alive(store: PageStore, settings: Settings, now: datetime) -> int:
    """How many workers give signs of life. Raise StoreError."""
    present = Leases(store, "", settings.lease_seconds).present(now)
    return sum(one.alive and one.kind == "worker" for one in present)


def _file_gone(url: str) -> str:
    """The file of a SQLite store that somebody took away: what is open would still be read."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or Path(str(parsed.database)).is_file():
        return ""
    return str(parsed.database)


def _disk(folder: Path) -> Check:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        detail = f"the data folder {folder} can't be looked at: {error.strerror}"
        return Check(name="disk", ok=False, needed=False, detail=detail)
    least = LEAST_FREE_BYTES
    return Check(
        name="disk",
        ok=free >= least,
        needed=False,
        detail=f"{free // 1_000_000} MB free"
        + ("" if free >= least else f"; crawls and index need {least // 1_000_000}"),
    )
