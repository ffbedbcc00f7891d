"""Which words do readers see? Texts of the interface by key, from the files of frontend/texts/<language>."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from searchapi.errors import SearchApiError

FOLDER = Path(__file__).resolve().parent.parent / "frontend" / "texts"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
DEFAULT_LANGUAGE = "sv"


class TextsError(SearchApiError):
    """A text that is not there: a fault of ours, which a test looks for."""


@cache
def languages() -> tuple[str, ...]:
    """The languages that pages are written in, the default one first."""
    there = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
    return (DEFAULT_LANGUAGE, *(name for name in there if name != DEFAULT_LANGUAGE))


class Texts:
    """The texts of one language. `texts("hit.checked", date="3 mars")` fills in what stands in braces."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    @staticmethod
    @cache
    def load(language: str = DEFAULT_LANGUAGE) -> "Texts":
        """The texts of a language: all its files together. Raise TextsError, which names the languages."""
        if language not in languages():
            raise TextsError(f"no texts in {language!r}; there are: {', '.join(languages())}")
        texts: dict[str, str] = {}
        for path in sorted((FOLDER / language).glob("*.toml")):
            for key, text in read_texts(path).items():
                if key in texts:
                    raise TextsError(f"{path}: {key!r} stands in another file of the language already")
                texts[key] = text
        return Texts(language, texts)

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def names(self) -> frozenset[str]:
        """Every key, dotted."""
        return frozenset(self._texts)

    def raw(self, key: str) -> str:
        """The text of a key as it stands in its file, for pages' scripts and for tests."""
        return self._texts[key]

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
        """A number with thousands apart, as the language writes it: 1 204 in Swedish."""
        return f"{value:,}".replace(",", self("format.thousands"))

    def day(self, moment: date | datetime) -> str:
        """A day in words: 3 mars 2026. Moments are shown as the day it is in Sweden."""
        if isinstance(moment, datetime):
            moment = moment.astimezone(STOCKHOLM).date()
        month = self(f"month.{moment.month}")
        return self("format.day", day=moment.day, month=month, year=moment.year)

    def language_name(self, code: str) -> str:
        """The name of a language, in the form in which `hit.language` wants it."""
        return self(f"language.{code}" if f"language.{code}" in self else "language.other")

    def size(self, size: int) -> str:
        """A file size: 240 kB, 1,2 MB."""
        if size < 1_000_000:
            return f"{max(1, round(size / 1000))}\N{NO-BREAK SPACE}kB"
        return f"{size / 1_000_000:.1f}".replace(".", self("format.decimal")) + "\N{NO-BREAK SPACE}MB"


def read_texts(path: Path) -> dict[str, str]:
    """The texts of a file by their dotted keys. Raise TextsError where it is not there or not TOML."""
    try:
        return dict(_flatten(tomllib.loads(path.read_text("utf-8"))))
    except (OSError, ValueError) as error:
        raise TextsError(f"{path} can't be read: {error}") from error


def _flatten(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        rows += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return rows
