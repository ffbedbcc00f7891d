"""How is a page store's database opened, and brought to the program's version, also by several at once?"""

import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 7_226_101  # any number that nothing else in the database locks
_WAIT_SECONDS = 30.0


def open_engine(url: sa.URL) -> Engine:
    """The database behind a URL. Transactions with the execution option "write" lock it at once on SQLite."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": _WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: Any) -> None:
        # Let SQLAlchemy, not the driver, say BEGIN: see "Serializable isolation" in its SQLite chapter.
        connection.isolation_level = None
        _write_ahead(connection)
        for pragma in ("synchronous=NORMAL", "busy_timeout=30000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: a read that turns into a write can't be made to wait, only to fail.
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _write_ahead(connection: Any) -> None:
    """Switch a new file to WAL. SQLite itself doesn't wait for the lock that this takes."""
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def upgrade(engine: Engine) -> None:
    """Make or upgrade the tables. Of several that open a store at once, one does and the others wait."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    with engine.execution_options(write=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
