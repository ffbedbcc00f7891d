"""Where do tests get a PostgreSQL from? A private cluster of Debian's own programs, on a Unix socket.

It listens on no network, lives in a folder of its own, and ends with the tests, also where they are killed.
The time zone of its sessions is not UTC, and it doesn't wait for the disk: it is to be thrown away.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

_ACCOUNTS = ("postgres", "nobody")
_START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "timezone": "Asia/Kathmandu",
    "deadlock_timeout": "100ms",
}


def server_programs() -> Path | None:
    """The folder with initdb and postgres, the newest version's; None where there is none."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders = [folder for folder in folders if (folder / "postgres").exists()]
    if folders:
        return max(folders, key=lambda folder: [int(n) for n in folder.parent.name.split(".") if n.isdigit()])
    found = shutil.which("initdb")
    return Path(found).parent if found else None


class Cluster:
    """A PostgreSQL server of the tests' own."""

    def __init__(self, programs: Path) -> None:
        """Make the cluster and start it. Raise RuntimeError with the server's own words where it can't."""
        self.folder = Path(tempfile.mkdtemp(prefix="sokpg-", dir="/tmp"))  # (a socket's path is 107 bytes)
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "log"
        try:
            self._start(programs)
        except BaseException:
            self.close()
            raise

    def _start(self, programs: Path) -> None:
        account = _account()
        if account:
            shutil.chown(self.folder, account["user"], account["group"])
        data = self.folder / "data"
        made = subprocess.run(
            [programs / "initdb", "--auth=trust", "--username=sok", "--encoding=UTF8", "--locale=C.UTF-8",
             "--no-sync", "-D", data],
            cwd=self.folder, capture_output=True, text=True, check=False, **account,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr}")
        options = [f"--{name}={value}" for name, value in _OPTIONS.items()]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", self.folder, *options],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_end_with_parent, **account,
            )  # fmt: skip
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._administer("SELECT 1")
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"PostgreSQL: {error}\n{self._log.read_text()}") from error
                time.sleep(0.05)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://sok@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """An empty database of its own: its SQLAlchemy URL. Dropped afterwards, whoever uses it."""
        name = f"test{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user="sok", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def close(self) -> None:
        """End the server and remove all that it wrote."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # "fast": sessions are cut off
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the account that it is started as, for subprocess."""
    if os.geteuid() != 0:
        return {}
    import pwd

    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError(f"none of the accounts {', '.join(_ACCOUNTS)} exists to run PostgreSQL as")


def _end_with_parent() -> None:
    """Let the kernel end the server (SIGINT: "fast") when the tests' process is killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
