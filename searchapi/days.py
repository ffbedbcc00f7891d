"""Which days are named in a text: in a query as far as it goes, in titles and file names in any writing?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from searchapi.knowledge import load

_FIRST_SHORT_YEAR, _LAST_SHORT_YEAR = 0, 49
_MAX_TEXT = 2000


@dataclass(frozen=True, slots=True)
class DayAsked:
    """A date as far as the query gives it: year, year and month, month and day, or all three."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def meets(self, day: date) -> bool:
        """Whether a day is one of those asked for."""
        return (
            self.year in {None, day.year} and self.month in {None, day.month} and self.day in {None, day.day}
        )

    def meets_month(self, year: int, month: int) -> bool:
        """Whether a month is the one asked for, or that of the day asked for."""
        return self.month == month and self.year in {None, year}

    def near(self, day: date, months: int) -> bool:
        """Whether a day lies no more than so many months from the month asked for, of any year if none is."""
        if self.month is None:
            return False
        if self.year is None:
            apart = abs(self.month - day.month)
            return min(apart, 12 - apart) <= months
        return abs((self.year - day.year) * 12 + self.month - day.month) <= months


def day_asked(year: int | None, month: int | None, day: int | None) -> DayAsked:
    """The day asked for. Of one that no calendar has (31 February), the month."""
    try:
        date(year or 2024, month or 1, day or 1)
    except ValueError:
        return DayAsked(year, month)
    return DayAsked(year, month, day)


def short_year(digits: str) -> int | None:
    """The year of two digits: 24 is 2024. None where it can be no year of a document here."""
    number = int(digits)
    return 2000 + number if _FIRST_SHORT_YEAR <= number <= _LAST_SHORT_YEAR else None


_YEAR_IN_TEXT = re.compile(r"(?<![\d-])(?:19|20)\d\d(?!\d)")
_WRITTEN_DAY = re.compile(r"(?<!\d)(\d{1,2})(?::?e|\.)? ([a-z]{3,9})\.? ((?:19|20)\d\d)(?!\d)")
_NUMERIC_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/._ ]?(0[1-9]|1[0-2])[-/._ ]?(0[1-9]|[12]\d|3[01])(?!\d)")
_SLASHED_DAY = re.compile(r"(?<![\d/])(\d{1,2})[/.](\d{1,2})[/. -]{1,2}((?:19|20)\d\d)(?!\d)")
_FILED_DAY = re.compile(r"(?<!\d)(\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
_WRITTEN_MONTH = re.compile(r"\b([a-z]{3,9})\.? ((?:19|20)\d\d)(?!\d)")
_NUMERIC_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![\d-])")


def years_in(title: str) -> frozenset[int]:
    """The years that a title names: "Mål och budget 2026–2028" names two."""
    return frozenset(int(year) for year in _YEAR_IN_TEXT.findall(title[:500]))


def months_in(title: str) -> set[tuple[int, int]]:
    """The months (year, month) that a title names: "januari–augusti 2026" names the last."""
    names: dict[str, int] = load("intent")["months"]
    text = title[:500].casefold()
    found = {(int(year), names[name]) for name, year in _WRITTEN_MONTH.findall(text) if name in names}
    return found | {(int(year), int(month)) for year, month in _NUMERIC_MONTH.findall(text)}


def days_in(text: str) -> list[date]:
    """The days that a title or heading names: "2024-03-12", "12 mars 2024", "20240312", "12/3 2024"."""
    names: dict[str, int] = load("intent")["months"]
    text = text[:_MAX_TEXT]
    triples = [(int(y), int(m), int(d)) for y, m, d in _NUMERIC_DAY.findall(text)]
    triples += [
        (int(y), names[name], int(d)) for d, name, y in _WRITTEN_DAY.findall(text.casefold()) if name in names
    ]
    triples += [(int(y), int(m), int(d)) for d, m, y in _SLASHED_DAY.findall(text)]
    return list(_days(triples))


def filed_days_in(name: str) -> list[date]:
    """The days that a file's name or a short title names, "240312" too: elsewhere that may be any number."""
    found = days_in(name)
    if found:
        return found
    triples = [(short_year(y) or 0, int(m), int(d)) for y, m, d in _FILED_DAY.findall(name[:_MAX_TEXT])]
    return list(_days(triples))


def _days(triples: Iterable[tuple[int, int, int]]) -> Iterable[date]:
    for year, month, day in triples:
        try:
            yield date(year, month, day)
        except ValueError:
            continue
