"""What has somebody asked to be crawled now? Requests as rows of the store: asked, claimed, finished."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from crawler.assignment import Assignment, Origin, Scope
from crawler.errors import StoreError
from crawler.store.page_store import PageStore
from crawler.store.schema import agency_lease, recrawl_request

_T = recrawl_request.c
_ASK_TRIES = 5
_MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class RecrawlRequest:
    """A request to crawl something now.

    `status`: pending, running, finished, failed (`result` says why) or cancelled. `target` is the agency's id
    for Scope.AGENCY, the host, the URL prefix or the canonical URL otherwise. `attempts`: how often it was
    claimed. `run`: the crawl run that served it. `progress`: {"message": words, and, while its run goes on,
    the figures of a progress event of crawler.fetch}. Times are UTC.
    """

    id: int
    agency: str
    scope: Scope
    target: str
    status: str
    origin: Origin
    requester: str
    reason: str
    created: datetime
    not_before: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    worker: str = ""
    attempts: int = 0
    run: int | None = None
    progress: dict[str, Any] = field(default_factory=dict)
    result: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status not in {"pending", "running"}

    def assignment(self) -> Assignment:
        """What a run that serves it has to crawl."""
        return Assignment(
            agency=self.agency,
            scope=self.scope,
            target="" if self.scope is Scope.AGENCY else self.target,
            origin=self.origin,
            request=self.id,
            urls=(self.target,) if self.scope is Scope.URL else (),
        )


class RecrawlQueue:
    """The requests of one store. Several processes may work at it; each request is claimed by one."""

    def __init__(self, store: PageStore) -> None:
        self._store = store

    def ask(
        self,
        assignment: Assignment,
        *,
        requester: str,
        reason: str,
        at: datetime,
        not_before: datetime | None = None,
    ) -> tuple[RecrawlRequest, bool]:
        """Ask for something to be crawled. Return the request, and whether it is new.

        Where the same is asked for already and nobody has begun with it, that request is returned as it is.
        """
        target = assignment.agency if assignment.scope is Scope.AGENCY else assignment.target
        row: dict[str, Any] = {
            "agency": assignment.agency,
            "scope": assignment.scope.value,
            "target": target,
            "status": "pending",
            "origin": assignment.origin.value,
            "requester": requester[:200],
            "reason": reason[:2000],
            "created": at,
            "not_before": not_before,
            "progress": {},
        }
        insert = (
            self._store.insert_into(recrawl_request)
            .values(row)
            .on_conflict_do_nothing(
                index_elements=[_T.scope, _T.target], index_where=sa.text("status = 'pending'")
            )
            .returning(_T.id)
        )
        same = sa.select(recrawl_request).where(
            _T.scope == row["scope"], _T.target == target, _T.status == "pending"
        )
        for _ in range(_ASK_TRIES):
            with self._store.writing() as connection:
                new = connection.scalar(insert)
                wanted = same if new is None else sa.select(recrawl_request).where(_T.id == new)
                found = connection.execute(wanted).first()
            if found is not None:  # otherwise somebody has just begun with the one that was in the way
                return _request(found), new is not None
        raise StoreError(f"the request for {target} could not be written; ask again")

    def get(self, number: int) -> RecrawlRequest | None:
        """One request, or None."""
        with self._store.reading() as connection:
            row = connection.execute(sa.select(recrawl_request).where(_T.id == number)).first()
        return _request(row) if row else None

    def requests(
        self, *, status: str | None = None, agency: str | None = None, limit: int = 100
    ) -> list[RecrawlRequest]:
        """The newest requests first."""
        query = sa.select(recrawl_request).order_by(_T.id.desc()).limit(limit)
        if status is not None:
            query = query.where(_T.status == status)
        if agency is not None:
            query = query.where(_T.agency == agency)
        with self._store.reading() as connection:
            return [_request(row) for row in connection.execute(query)]

    def pending(self, limit: int = 1000) -> list[RecrawlRequest]:
        """What waits, oldest first."""
        query = sa.select(recrawl_request).where(_T.status == "pending").order_by(_T.id).limit(limit)
        with self._store.reading() as connection:
            return [_request(row) for row in connection.execute(query)]

    def pending_of(self, requester: str) -> int:
        """How many requests of one requester wait."""
        query = sa.select(sa.func.count()).where(_T.status == "pending", _T.requester == requester[:200])
        with self._store.reading() as connection:
            return int(connection.scalar(query) or 0)

    def same(self, assignment: Assignment) -> RecrawlRequest | None:
        """The request that waits for the same, or None."""
        target = assignment.agency if assignment.scope is Scope.AGENCY else assignment.target
        query = sa.select(recrawl_request).where(
            _T.scope == assignment.scope.value, _T.target == target, _T.status == "pending"
        )
        with self._store.reading() as connection:
            row = connection.execute(query).first()
        return _request(row) if row else None

    def waiting_agencies(self) -> set[str]:
        """The agencies of which something waits."""
        query = sa.select(_T.agency).where(_T.status == "pending").distinct()
        with self._store.reading() as connection:
            return set(connection.scalars(query))

    def cancel(self, number: int, at: datetime) -> bool:
        """Take a request back. One that is being served is ended soon: its worker looks once a second.

        Return whether there was something to take back.
        """
        with self._store.writing() as connection:
            changed = connection.execute(
                sa.update(recrawl_request)
                .where(_T.id == number, _T.status.in_(("pending", "running")))
                .values(status="cancelled", finished=at, result="taken back")
            )
        return bool(changed.rowcount)

    # --- the worker's side ---

    def claim(
        self,
        worker: str,
        at: datetime,
        *,
        agencies: Collection[str] | None = None,
        scopes: Collection[Scope] | None = None,
    ) -> RecrawlRequest | None:
        """Take the oldest request that may be served now, for this worker alone; None where there is none.

        `agencies`, `scopes`: only of these, None for all. Requests for an agency that another worker crawls
        are left to that one.
        """
        ready = self._ready(worker, at, agencies, scopes)
        with self._store.reading() as connection:
            if connection.scalar(ready) is None:  # the usual case: no lock for writing is taken
                return None
        claim = (
            sa.update(recrawl_request)
            .where(_T.id == ready.with_for_update(skip_locked=True).scalar_subquery(), _T.status == "pending")
            .values(
                status="running",
                worker=worker,
                started=at,
                finished=None,
                attempts=_T.attempts + 1,
                progress={},
                result="",
            )
            .returning(recrawl_request)
        )
        with self._store.writing() as connection:
            row = connection.execute(claim).first()
        return _request(row) if row else None

    def _ready(
        self,
        worker: str,
        at: datetime,
        agencies: Collection[str] | None,
        scopes: Collection[Scope] | None,
    ) -> Any:
        elsewhere = sa.select(agency_lease.c.agency).where(
            agency_lease.c.worker != worker, agency_lease.c.until > at
        )
        query = sa.select(_T.id).where(
            _T.status == "pending",
            sa.or_(_T.not_before.is_(None), _T.not_before <= at),
            _T.agency.not_in(elsewhere),
        )
        if agencies is not None:
            query = query.where(_T.agency.in_(sorted(agencies)))
        if scopes is not None:
            query = query.where(_T.scope.in_(sorted(scope.value for scope in scopes)))
        return query.order_by(_T.id).limit(1)

    def progress(self, number: int, told: dict[str, Any], *, worker: str | None = None) -> bool:
        """Keep how far it is. Return whether it is still wanted: neither taken back nor another worker's."""
        with self._store.writing() as connection:
            changed = connection.execute(
                sa.update(recrawl_request).where(*_open(number, worker)).values(progress=told)
            )
        return bool(changed.rowcount)

    def finish(
        self,
        number: int,
        at: datetime,
        *,
        status: str,
        result: str,
        run: int | None = None,
        worker: str | None = None,
    ) -> bool:
        """End a request: `status` is finished or failed, `result` says in words what came of it.

        Return False where it was taken back meanwhile, or `worker` is not the one that serves it any more;
        then it stays as it is.
        """
        values: dict[str, Any] = {"status": status, "finished": at, "result": result[:4000]}
        if run is not None:
            values["run"] = run
        with self._store.writing() as connection:
            changed = connection.execute(
                sa.update(recrawl_request).where(*_open(number, worker)).values(values)
            )
        return bool(changed.rowcount)

    def give_back(
        self,
        number: int,
        at: datetime,
        *,
        why: str,
        not_before: datetime | None = None,
        in_vain: bool = True,
        worker: str | None = None,
    ) -> None:
        """Let a claimed request wait again, until `not_before` at least.

        One that was claimed in vain three times fails; one that was asked for again meanwhile ends in favour
        of the new one. Not `in_vain`: this time does not count.
        """
        with self._store.writing() as connection:
            which = sa.and_(*_open(number, worker))
            give_back(connection, which, at, why=why, not_before=not_before, in_vain=in_vain)


def _open(number: int, worker: str | None) -> list[Any]:
    """A request that is not over; with `worker`, one that this worker serves."""
    if worker is None:
        return [_T.id == number, _T.status.in_(("pending", "running"))]
    return [_T.id == number, _T.status == "running", _T.worker == worker]


def give_back(
    connection: Connection,
    which: Any,
    at: datetime,
    *,
    why: str,
    not_before: datetime | None = None,
    in_vain: bool = True,
) -> None:
    """Let claimed requests wait again, within a transaction."""
    rows = connection.execute(
        sa.select(_T.id, _T.scope, _T.target, _T.attempts).where(which, _T.status == "running")
    ).all()
    for row in rows:
        again = connection.scalar(
            sa.select(_T.id).where(
                _T.scope == row.scope, _T.target == row.target, _T.status == "pending", _T.id != row.id
            )
        )
        values: dict[str, Any]
        if again is not None:
            result = f"asked for again as request {again}, which takes its place"
            values = {"status": "cancelled", "finished": at, "result": result}
        elif in_vain and row.attempts >= _MAX_ATTEMPTS:
            result = f"given up after {row.attempts} attempts: {why}"
            values = {"status": "failed", "finished": at, "result": result}
        else:
            values = {
                "status": "pending",
                "worker": "",
                "started": None,
                "attempts": row.attempts if in_vain else max(0, row.attempts - 1),
                "not_before": not_before,
                "progress": {"message": f"waits again: {why}"},
            }
        connection.execute(sa.update(recrawl_request).where(_T.id == row.id).values(values))


def _request(row: Any) -> RecrawlRequest:
    return RecrawlRequest(
        id=row.id,
        agency=row.agency,
        scope=Scope(row.scope),
        target=row.target,
        status=row.status,
        origin=Origin(row.origin),
        requester=row.requester,
        reason=row.reason,
        created=_utc(row.created),
        not_before=_utc(row.not_before) if row.not_before else None,
        started=_utc(row.started) if row.started else None,
        finished=_utc(row.finished) if row.finished else None,
        worker=row.worker,
        attempts=row.attempts,
        run=row.run,
        progress=dict(row.progress),
        result=row.result,
    )


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
