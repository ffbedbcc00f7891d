"""Who may administer, and who is logged in? Accounts with argon2id passwords, and the sessions of logins.

Passwords are hashed by argon2id with the parameters of RFC 9106's second recommendation (argon2-cffi's
defaults), session keys by SHA-256, which is enough for 256 random bits.
"""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from threading import BoundedSemaphore
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy.engine import Connection

from crawler.errors import StoreError
from crawler.store.audit import note_within
from crawler.store.page_store import PageStore
from crawler.store.schema import account, login_session

MIN_PASSWORD = 12
"""Signs that a password has at least (NIST SP 800-63B asks for 8; an administrator's is worth more)."""
MAX_PASSWORD = 500
"""… and at most, so that no request can make the hash work for long."""
IDLE = timedelta(hours=2)
"""How long a session lasts without a request."""
LONGEST = timedelta(hours=12)
"""How long a session lasts at all."""
FREE_FAILURES = 5
"""Wrong passwords in a row before the first wait."""
FIRST_WAIT = timedelta(seconds=30)
"""The first wait; each further wrong password doubles it."""
LONGEST_WAIT = timedelta(hours=1)
"""Where the waits end growing."""

_NAME = re.compile(r"[^\W_][\w.@-]{0,99}")
_TOUCH = timedelta(minutes=1)  # a session's last use is kept no finer than this, to spare the store writes
_FEWEST_SIGNS = 5
_WAIT_FOR_TURN = 5.0
_hasher = PasswordHasher()
# Each hash takes 64 MiB and a processor: a flood of logins must not take them all.
_turns = BoundedSemaphore(2)


class PasswordFlaw(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LIKE_NAME = "like_name"
    TOO_SIMPLE = "too_simple"


class BusyError(StoreError):
    """More passwords are to be checked than are checked at a time."""


@dataclass(frozen=True, slots=True)
class Account:
    """An administrator. `locked_until` is None, or when the next password is looked at."""

    name: str
    created: datetime
    changed: datetime
    disabled: bool
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A login that holds: whose, since when, and when it ends at the latest."""

    account: str
    created: datetime
    expires: datetime


def flaw_of(name: str, password: str) -> PasswordFlaw | None:
    """What is wrong with a password, or None. Long beats motley: no rules of digits and capitals."""
    plain = unicodedata.normalize("NFC", password)
    if len(plain) < MIN_PASSWORD:
        return PasswordFlaw.TOO_SHORT
    if len(plain) > MAX_PASSWORD:
        return PasswordFlaw.TOO_LONG
    if len(name) >= 3 and name.casefold() in plain.casefold():
        return PasswordFlaw.LIKE_NAME
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    if len(set(plain.casefold())) < _FEWEST_SIGNS or len(steps) == 1:  # "aaaa…", "abcdefghijkl"
        return PasswordFlaw.TOO_SIMPLE
    return None


def is_account_name(name: str) -> bool:
    """Whether an account can have the name: letters, digits, ".", "_", "-" and "@", 100 at most."""
    return _NAME.fullmatch(name) is not None


class Accounts:
    """The administrators and their sessions, in the page store. Times are given, and aware."""

    def __init__(self, store: PageStore) -> None:
        self._store = store

    # --- accounts ---

    def create(self, name: str, password: str, at: datetime, *, by: str, replace: bool = False) -> bool:
        """Make an account, or (`replace`) give an existing one a new password and let it in again.

        Return False, and change nothing, where there is one and it is not to be replaced. The caller has
        looked at `is_account_name` and `flaw_of`.
        """
        digest = _hashed(password)
        with self._store.writing() as connection:
            there = _row(connection, name)
            if there is not None and not replace:
                return False
            values = {
                "password_hash": digest,
                "changed": at,
                "disabled": False,
                "failures": 0,
                "locked_until": None,
            }
            if there is None:
                connection.execute(sa.insert(account).values(name=name, created=at, **values))
            else:
                connection.execute(sa.update(account).where(account.c.name == name).values(**values))
                _end_sessions(connection, name)
            note_within(connection, by, "create_user" if there is None else "replace_user", name, at=at)
        return True

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._store.reading() as connection:
            return [_account(row) for row in connection.execute(sa.select(account).order_by(account.c.name))]

    def disable(self, name: str, at: datetime, *, by: str) -> bool:
        """Let nobody in by this name any more, and end its sessions. Return whether there is such a name."""
        with self._store.writing() as connection:
            if _row(connection, name) is None:
                return False
            connection.execute(sa.update(account).where(account.c.name == name).values(disabled=True))
            _end_sessions(connection, name)
            note_within(connection, by, "disable_user", name, at=at)
        return True

    def check(self, name: str, password: str, at: datetime) -> bool:
        """Whether the password is the account's, and the account may be used now.

        An unknown, disabled or locked name costs the same work as a known one. After FREE_FAILURES wrong
        passwords in a row none is accepted for FIRST_WAIT, then for twice as long, and so on. Raise BusyError
        where too many are to be checked at once.
        """
        if not is_account_name(name):
            name = ""  # whom nobody is called; databases don't take every sign
        with self._store.reading() as connection:
            row = _row(connection, name)
        digest = row.password_hash if row is not None else _nobodys()
        right = _verified(digest, password) and row is not None
        with self._store.writing() as connection:
            # Judged within the transaction: guesses made side by side meet the lock that the first one set.
            now = _row(connection, name)
            usable = now is not None and not now.disabled and now.password_hash == digest
            locked = now is not None and now.locked_until is not None and _aware(now.locked_until) > at
            passed = right and usable and not locked
            failures = int(now.failures) if now is not None else 0
            if not locked:
                failures = 0 if passed else failures + 1
            wait = _wait(failures)
            until = now.locked_until if now is not None and locked else at + wait if wait else None
            connection.execute(  # (of an unknown name: no row, but the same transaction)
                sa.update(account)
                .where(account.c.name == name)
                .values(
                    failures=failures,
                    locked_until=until,
                    password_hash=_renewed(digest, password) if passed else account.c.password_hash,
                )
            )
            if wait and not locked and now is not None:
                seconds = f"{failures} wrong passwords, {int(wait.total_seconds())} s"
                note_within(connection, name, "login_locked", name, seconds, at=at)
        return passed

    def change_password(self, name: str, password: str, at: datetime) -> None:
        """Give an account a new password, and end all its sessions. The caller has checked the old one."""
        digest = _hashed(password)
        with self._store.writing() as connection:
            connection.execute(
                sa.update(account).where(account.c.name == name).values(password_hash=digest, changed=at)
            )
            _end_sessions(connection, name)
            note_within(connection, name, "change_password", name, at=at)

    # --- sessions ---

    def begin_session(self, name: str, at: datetime) -> str:
        """Let somebody in whose password was checked. Return the key for the cookie, kept nowhere."""
        key = secrets.token_urlsafe(32)
        with self._store.writing() as connection:
            connection.execute(
                sa.delete(login_session).where(
                    sa.or_(login_session.c.expires <= at, login_session.c.seen <= at - IDLE)
                )
            )
            connection.execute(
                sa.insert(login_session).values(
                    key_hash=_key_hash(key), account=name, created=at, seen=at, expires=at + LONGEST
                )
            )
            note_within(connection, name, "login", name, at=at)
        return key

    def session(self, key: str, at: datetime, *, active: bool = True) -> Session | None:
        """The session of a cookie's key, where it still holds. `active`: whether a person asked for it."""
        digest = _key_hash(key)
        with self._store.reading() as connection:
            row = connection.execute(
                sa.select(login_session)
                .join(account, account.c.name == login_session.c.account)
                .where(login_session.c.key_hash == digest, account.c.disabled.is_(False))
            ).first()
        if row is None or _aware(row.expires) <= at or _aware(row.seen) + IDLE <= at:
            return None
        if active and _aware(row.seen) + _TOUCH <= at:
            with self._store.writing() as connection:
                connection.execute(
                    sa.update(login_session).where(login_session.c.key_hash == digest).values(seen=at)
                )
        return Session(row.account, _aware(row.created), _aware(row.expires))

    def end_session(self, key: str, at: datetime) -> None:
        """Log out."""
        digest = _key_hash(key)
        with self._store.writing() as connection:
            name = connection.scalar(
                sa.select(login_session.c.account).where(login_session.c.key_hash == digest)
            )
            if name is not None:
                connection.execute(sa.delete(login_session).where(login_session.c.key_hash == digest))
                note_within(connection, name, "logout", name, at=at)


def _wait(failures: int) -> timedelta:
    if failures < FREE_FAILURES:
        return timedelta()
    doubled: timedelta = FIRST_WAIT * 2 ** min(failures - FREE_FAILURES, 20)
    return min(doubled, LONGEST_WAIT)


def _row(connection: Connection, name: str) -> Any:
    return connection.execute(sa.select(account).where(account.c.name == name)).first()


def _end_sessions(connection: Connection, name: str) -> None:
    connection.execute(sa.delete(login_session).where(login_session.c.account == name))


def _key_hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _prepared(password: str) -> str:
    """As RFC 8265 has it (OpaqueString): keyboards write "å" as one sign or as two."""
    return unicodedata.normalize("NFC", password[: MAX_PASSWORD + 1]).encode("utf-8", "replace").decode()


def _in_turn() -> None:
    if not _turns.acquire(timeout=_WAIT_FOR_TURN):
        raise BusyError("too many logins are being checked; try again in a moment")


def _hashed(password: str) -> str:
    _in_turn()
    try:
        return _hasher.hash(_prepared(password))
    finally:
        _turns.release()


def _verified(digest: str, password: str) -> bool:
    _in_turn()
    try:
        return _hasher.verify(digest, _prepared(password))
    except (Argon2Error, InvalidHashError):
        return False
    finally:
        _turns.release()


def _renewed(digest: str, password: str) -> str:
    return _hashed(password) if _hasher.check_needs_rehash(digest) else digest


@cache
def _nobodys() -> str:
    """A hash that no password has, to do the same work on for names that are not there."""
    return _hasher.hash(secrets.token_urlsafe(32))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _account(row: Any) -> Account:
    return Account(
        name=row.name,
        created=_aware(row.created),
        changed=_aware(row.changed),
        disabled=row.disabled,
        failures=row.failures,
        locked_until=_aware(row.locked_until) if row.locked_until else None,
    )
