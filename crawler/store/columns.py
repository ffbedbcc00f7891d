"""Which texts does every database take? Types of columns that make a hostile text fit, alike on all of them.

SQLite keeps any text in any column. PostgreSQL refuses U+0000 everywhere and what is longer than the column,
and one page's text that it refuses would take the whole batch, and so the whole crawl, with it.
"""

from typing import Any

from sqlalchemy import String, Text, TypeDecorator


def storable(text: str, most: int | None = None) -> str:
    """The text without U+0000, with "?" for half characters (surrogates), and cut to `most` characters."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text if most is None else text[:most]


class LongText(TypeDecorator[str]):
    """Text of any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """What is sent to the database."""
        return None if value is None else storable(value)


class ShortText(TypeDecorator[str]):
    """Text of at most `length` characters; what is beyond is cut off."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._most = length

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """What is sent to the database."""
        return None if value is None else storable(value, self._most)
