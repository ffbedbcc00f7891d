"""Which programs may ask for what? Tokens, each for one purpose and perhaps one agency, kept as hashes only.

A token is 256 random bits, so its plain SHA-256 can't be turned back, and needs no salt and no slow hash:
those are for what people think up themselves.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from crawler.store.audit import note_within
from crawler.store.page_store import PageStore
from crawler.store.schema import api_token

PREFIX = "mbs_"
"""How every token begins, so that programs that look for leaked secrets know it."""
_RANDOM_BYTES = 32
_LONGEST = 200


class Purpose(StrEnum):
    """What a token lets its bearer do."""

    RECRAWL = "recrawl"
    PUSH = "push"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. `agency` is empty where it is for all of them."""

    id: int
    name: str
    purpose: Purpose
    agency: str
    created: datetime
    revoked: datetime | None

    @property
    def who(self) -> str:
        """How requests and the audit name its bearer."""
        return f"token {self.id} ({self.name})"

    def is_for(self, agency: str) -> bool:
        """Whether it reaches so far as an agency."""
        return not self.agency or self.agency == agency


class Tokens:
    """The tokens of a page store."""

    def __init__(self, store: PageStore) -> None:
        self._store = store

    def create(
        self, name: str, purpose: Purpose, agency: str, *, who: str, at: datetime
    ) -> tuple[Token, str]:
        """Make a token, and give it with its secret, which is not kept and never shown again.

        Raise ValueError where the name is none, and where a push token names no agency: what it may send is
        that one agency's.
        """
        name = " ".join(name.split())
        if not name or len(name) > 100 or not name.isprintable():
            raise ValueError("a token's name has 1 to 100 signs that can be shown")
        if purpose is Purpose.PUSH and not agency:
            raise ValueError("a token for push is for one agency; name it with --agency")
        secret = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        with self._store.writing() as connection:
            result = connection.execute(
                sa.insert(api_token).values(
                    name=name, purpose=purpose.value, agency=agency, key_hash=_hash(secret), created=at
                )
            )
            key = result.inserted_primary_key
            assert key is not None
            token = Token(int(key[0]), name, purpose, agency, at, None)
            note_within(connection, who, "token created", token.who, f"{purpose} {agency}".strip(), at=at)
        return token, secret

    def bearer(self, secret: str) -> Token | None:
        """The token that a secret belongs to; None where it is wrong or revoked."""
        if not secret.startswith(PREFIX) or len(secret) > _LONGEST or not secret.isascii():
            return None
        wanted = _hash(secret)
        with self._store.reading() as connection:
            row = connection.execute(sa.select(api_token).where(api_token.c.key_hash == wanted)).first()
        # The database looked for a hash, of which the time tells nothing that helps to find a secret; it
        # compares as it likes (a collation may fold case), so the last word is ours.
        if row is None or row.revoked is not None or not hmac.compare_digest(row.key_hash, wanted):
            return None
        return _token(row)

    def tokens(self) -> list[Token]:
        """All of them, the oldest first."""
        with self._store.reading() as connection:
            return [_token(row) for row in connection.execute(sa.select(api_token).order_by(api_token.c.id))]

    def revoke(self, number: int, *, who: str, at: datetime) -> bool:
        """Make a token void from now on. Return whether there was one that was not void yet."""
        with self._store.writing() as connection:
            row = connection.execute(
                sa.update(api_token)
                .where(api_token.c.id == number, api_token.c.revoked.is_(None))
                .values(revoked=at)
                .returning(api_token)
            ).first()
            if row is None:
                return False
            note_within(connection, who, "token revoked", _token(row).who, at=at)
        return True


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def _token(row: Any) -> Token:
    return Token(
        row.id, row.name, Purpose(row.purpose), row.agency, _aware(row.created), _aware_or_none(row.revoked)
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _aware_or_none(moment: datetime | None) -> datetime | None:
    return _aware(moment) if moment else None
