"""Which words do citizens read? Texts of the interface by key, from frontend/texts/<language>.toml."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from searchapi.errors import SearchApiError

_FOLDER = Path(__file__).resolve().parent.parent / "frontend" / "texts"
_STOCKHOLM = ZoneInfo("Europe/Stockholm")


class TextsError(SearchApiError):
    """A text that is not there: a fault of ours, which a test looks for."""


class Texts:
    """The texts of one language. `texts("hit.checked", date="3 mars")` fills in what stands in braces."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    @staticmethod
    @cache
    def load(language: str = "sv") -> "Texts":
        """The texts of a language. Raise TextsError, which names the languages there are."""
        path = _FOLDER / f"{language}.toml"
        if not language.isalpha() or not path.is_file():
            there = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.toml")))
            raise TextsError(f"no texts in {language!r}; there are: {there}")
        return Texts(language, dict(_flatten(tomllib.loads(path.read_text("utf-8")))))

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def names(self) -> frozenset[str]:
        """Every key, dotted."""
        return frozenset(self._texts)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key. Raise TextsError where there is none."""
        try:
            return self._texts[key].format(**values)
        except KeyError as error:
            raise TextsError(f"text {key!r} in {self.language!r}: {error} is missing") from error

    def count(self, key: str, count: int, **values: object) -> str:
        """The text of a key for a number: `key.one` or `key.other`, with {count} as people write it."""
        return self(f"{key}.{'one' if count == 1 else 'other'}", count=self.number(count), **values)

    def number(self, value: int) -> str:
        """A number with a no-break space between thousands, as Swedes write it: 1 204."""
        return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")

    def day(self, moment: date | datetime) -> str:
        """A day in words: 3 mars 2026. Moments are shown as the day it is in Sweden."""
        if isinstance(moment, datetime):
            moment = moment.astimezone(_STOCKHOLM).date()
        return f"{moment.day} {self(f'month.{moment.month}')} {moment.year}"

    def language_name(self, code: str) -> str:
        """The name of a language, as it follows "på"."""
        return self(f"language.{code}" if f"language.{code}" in self else "language.other")

    def size(self, size: int) -> str:
        """A file size: 240 kB, 1,2 MB."""
        if size < 1_000_000:
            return f"{max(1, round(size / 1000))}\N{NO-BREAK SPACE}kB"
        return f"{size / 1_000_000:.1f}".replace(".", ",") + "\N{NO-BREAK SPACE}MB"


def _flatten(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        rows += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return rows
