"""Which processes crawl, and which of them is gone? Each agency is crawled by one process at a time.

A process names itself in the store, says again and again that it is there, and takes a lease on an agency
before it asks any of its hosts. What a dead one left open is ended and given back by whoever looks next.
"""

import hashlib
import os
import socket
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from crawler.store.page_store import PageStore
from crawler.store.queue import give_back
from crawler.store.schema import agency_lease, crawl_run, recrawl_request, worker

KILLED = "the process that crawled was killed"

# Clocks of two machines may differ by this much (seconds) without one taking the other for dead.
_CLOCKS_DIFFER = 5.0
# A process of this machine that is there but silent (stopped, or out of memory's reach) is given this many
# times the lease: more often than not the machine slept, and it goes on in a moment.
_SILENT_BUT_THERE = 10
# Runs that name no process are ended by whoever made them; after this long nobody does any more.
_NAMELESS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Presence:
    """A process that crawls. `kind`: worker, drain (a worker until nothing waits), crawl, import."""

    worker: str
    kind: str
    started: datetime
    seen: datetime
    crawling: tuple[str, ...]
    alive: bool


def machine() -> str:
    """This machine's name and a mark of it: of the boot and the process ids' namespace, so that a container
    never takes another's process id for one of its own."""
    marks = [_read("/etc/machine-id") or socket.gethostname(), _read("/proc/sys/kernel/random/boot_id")]
    try:
        marks.append(os.readlink("/proc/self/ns/pid"))
    except OSError:
        marks.append("")
    mark = hashlib.sha256("\n".join(marks).encode()).hexdigest()[:10]
    return f"{socket.gethostname()[:80].replace(':', '-')}-{mark}"


def worker_id() -> str:
    """The name of this process, "machine:pid:start time" (clock ticks since boot): no two ever share it."""
    return f"{machine()}:{os.getpid()}:{_start_of(os.getpid()) or 0}"


def process_is_gone(name: str) -> bool | None:
    """Whether a process of this machine has ended; None where it is one of another machine."""
    where, _, rest = name.partition(":")
    pid, _, started = rest.partition(":")
    if where != machine() or not pid.isdecimal() or not started.isdecimal():
        return None
    if not Path("/proc/self/stat").exists():
        return None  # no Linux: told by its silence alone
    return _start_of(int(pid)) != int(started)


class Leases:
    """The leases of one process, named by `worker_id`. `seconds`: how long one holds unless it is renewed."""

    def __init__(self, store: PageStore, name: str, seconds: float, *, kind: str = "worker") -> None:
        self.worker = name
        self._store = store
        self._seconds = seconds
        self._kind = kind

    def begin(self, at: datetime) -> None:
        """Be seen, before any agency is taken."""
        insert = self._store.insert_into(worker).values(
            worker=self.worker, kind=self._kind, started=at, seen=at, crawling=[]
        )
        with self._store.writing() as connection:
            connection.execute(
                insert.on_conflict_do_update(index_elements=[worker.c.worker], set_={"seen": at})
            )

    def take(self, agency: str, at: datetime) -> bool:
        """Be the one that crawls the agency. Return False where another process does.

        A dead holder is swept away first. Taking again what is held is allowed.
        """
        with self._store.writing() as connection:
            held = connection.execute(
                sa.select(agency_lease).where(agency_lease.c.agency == agency).with_for_update()
            ).first()
            if held is not None and held.worker != self.worker:
                if not self._dead(held.worker, _utc(held.until), at):
                    return False
                self._bury(connection, held.worker, at)
            values = {"worker": self.worker, "taken": at, "until": self._until(at)}
            insert = self._store.insert_into(agency_lease).values(agency=agency, **values)
            # Where two take what nobody held, the second finds the first's row: then nothing is changed.
            taken = connection.execute(
                insert.on_conflict_do_update(
                    index_elements=[agency_lease.c.agency],
                    set_=values,
                    where=agency_lease.c.worker == self.worker,
                ).returning(agency_lease.c.agency)
            ).first()
        return taken is not None

    def renew(self, at: datetime, crawling: Collection[str]) -> set[str]:
        """Say that this process is there and crawls these agencies.

        Return those of them that it has lost: somebody took it for dead, and their crawls must end.
        """
        mine = agency_lease.c.worker == self.worker
        with self._store.writing() as connection:
            connection.execute(sa.update(agency_lease).where(mine).values(until=self._until(at)))
            insert = self._store.insert_into(worker).values(
                worker=self.worker, kind=self._kind, started=at, seen=at, crawling=sorted(crawling)
            )
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=[worker.c.worker], set_={"seen": at, "crawling": sorted(crawling)}
                )
            )
            held = set(connection.scalars(sa.select(agency_lease.c.agency).where(mine)))
        return set(crawling) - held

    def release(self, agency: str) -> None:
        """Let others crawl the agency."""
        with self._store.writing() as connection:
            connection.execute(
                sa.delete(agency_lease).where(
                    agency_lease.c.agency == agency, agency_lease.c.worker == self.worker
                )
            )

    def end(self) -> None:
        """Give up every lease, and be seen no more."""
        with self._store.writing() as connection:
            connection.execute(sa.delete(agency_lease).where(agency_lease.c.worker == self.worker))
            connection.execute(sa.delete(worker).where(worker.c.worker == self.worker))

    def sweep(self, at: datetime) -> list[str]:
        """End what dead processes left open. Return their names.

        Their runs become "interrupted", the requests that they served wait again, their leases are free.
        """
        with self._store.reading() as connection:
            dead = self._left_by_the_dead(connection, at)
            nameless = connection.scalar(sa.select(crawl_run.c.id).where(*_nameless(at)).limit(1))
        if not dead and nameless is None:
            return []
        with self._store.writing() as connection:
            dead = self._left_by_the_dead(connection, at)
            for name in dead:
                self._bury(connection, name, at)
            connection.execute(
                sa.update(crawl_run)
                .where(*_nameless(at))
                .values(status="interrupted", reason="nothing was heard of it any more", finished=at)
            )
        return sorted(dead)

    def present(self, at: datetime) -> list[Presence]:
        """The processes that the store knows of, by the time they began."""
        with self._store.reading() as connection:
            rows = connection.execute(sa.select(worker).order_by(worker.c.started)).all()
        return [
            Presence(
                worker=row.worker,
                kind=row.kind,
                started=_utc(row.started),
                seen=_utc(row.seen),
                crawling=tuple(row.crawling),
                alive=not self._dead(row.worker, self._until(_utc(row.seen)), at),
            )
            for row in rows
        ]

    def _until(self, at: datetime) -> datetime:
        return at + timedelta(seconds=self._seconds)

    def _dead(self, name: str, until: datetime, at: datetime) -> bool:
        if name == self.worker:
            return False
        gone = process_is_gone(name)
        if gone is None:
            return until + timedelta(seconds=_CLOCKS_DIFFER) < at
        return gone or until + timedelta(seconds=self._seconds * _SILENT_BUT_THERE) < at

    def _left_by_the_dead(self, connection: Connection, at: datetime) -> set[str]:
        """Names of dead processes that stand anywhere in the store."""
        until = {row.worker: self._until(_utc(row.seen)) for row in connection.execute(sa.select(worker))}
        for lease in connection.execute(sa.select(agency_lease.c.worker, agency_lease.c.until)):
            until[lease.worker] = max(until.get(lease.worker, _utc(lease.until)), _utc(lease.until))
        # Whoever crawls stands among the workers from before the run until after it.
        named = (
            sa.select(crawl_run.c.worker).where(crawl_run.c.status == "running", crawl_run.c.worker != ""),
            sa.select(recrawl_request.c.worker).where(recrawl_request.c.status == "running"),
        )
        for query in named:
            for name in connection.scalars(query.distinct()):
                until.setdefault(name, datetime.min.replace(tzinfo=UTC))
        return {name for name, end in until.items() if self._dead(name, end, at)}

    def _bury(self, connection: Connection, name: str, at: datetime) -> None:
        connection.execute(
            sa.update(crawl_run)
            .where(crawl_run.c.worker == name, crawl_run.c.status == "running")
            .values(status="interrupted", reason=KILLED, finished=at)
        )
        give_back(connection, recrawl_request.c.worker == name, at, why=KILLED)
        connection.execute(sa.delete(agency_lease).where(agency_lease.c.worker == name))
        connection.execute(sa.delete(worker).where(worker.c.worker == name))


def _nameless(at: datetime) -> tuple[Any, ...]:
    return crawl_run.c.status == "running", crawl_run.c.worker == "", crawl_run.c.started < at - _NAMELESS


def _start_of(pid: int) -> int | None:
    """When a process began, in clock ticks since boot (field 22 of proc(5)'s stat); None if it has ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return None
    fields = told.rpartition(")")[2].split()  # the name, which may hold anything, stands in brackets
    if fields[0] in {"Z", "X"}:
        return None  # ended, and only its parent has not looked yet
    return int(fields[19])


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError:
        return ""


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
