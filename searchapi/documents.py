"""Which very document is asked for? Dates, diary numbers, paragraphs and statute numbers in a query."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from searchapi.knowledge import load
from searchapi.query import Word

_ISO_DAY = re.compile(r"((?:19|20)\d\d)[-/.]?(0[1-9]|1[0-2])[-/.]?(0[1-9]|[12]\d|3[01])")
_SHORT_DAY = re.compile(r"(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_ISO_MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY_OF_MONTH = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?::?e)?")
_SLASH_DAY = re.compile(r"(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])")
_STATUTE = re.compile(r"((?:1[6-9]|20)\d\d):(\d{1,4})")
_DIARY = re.compile(r"(?:([a-zåäö]{1,8})[-/.:]?)?((?:19|20)\d\d)[-/:](\d{1,6})")
_PROPERTY = re.compile(r"\d{1,3}:\d{1,4}")
_PREFIX = re.compile(r"[a-zåäö]{1,8}")
_STATUTE_PREFIXES = frozenset({"sfs", "lag", "förordning", "lagen", "förordningen"})
_PRINTED_PREFIXES = frozenset({"sou", "prop", "proposition", "ds", "bet", "rskr", "dir"})
_NUMBER_PREFIXES = frozenset({"dnr", "diarienummer", "diarienr", "ärendenummer", "ärende", "nr"})
_PARAGRAPH_WORDS = frozenset({"§", "§§", "paragraf", "paragrafen"})


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


@dataclass(frozen=True, slots=True)
class NumberAsked:
    """A number that names a document: its letters in lower case ("ks", "sfs"), year and serial number."""

    prefix: str
    year: str
    serial: str
    kind: str  # "diary", "statute" or "printed"

    def pattern(self) -> re.Pattern[str]:
        """Finds the number in a text, however it is punctuated there."""
        letters = re.escape(self.prefix) if self.prefix and self.kind == "diary" else ""
        lead = rf"\b{letters}[\s./:-]{{0,3}}" if letters else r"(?<!\d)"
        return re.compile(rf"{lead}{self.year}[\s./:-]{{1,3}}0*{self.serial}(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DocumentAsked:
    """What in a query names a document. `words` are the positions of the words that do so.

    `land`: a real property is named ("Ekdal 2:48"), as in cases about land; its words are searched for.
    """

    day: DayAsked | None = None
    number: NumberAsked | None = None
    paragraph: str = ""
    land: bool = False
    words: frozenset[int] = frozenset()

    @property
    def precise(self) -> bool:
        """Whether a number or a paragraph names it: then nothing but a document can be meant."""
        return self.number is not None or bool(self.paragraph) or self.land

    def __bool__(self) -> bool:
        return self.day is not None or self.precise


def find_document(words: Sequence[Word]) -> DocumentAsked:
    """Dates, numbers and paragraphs in a query's words. Empty where there are none."""
    taken: set[int] = set()
    number = _number(words, taken)
    paragraph = _paragraph(words, taken)
    day = _day(words, taken)
    land = any(_PROPERTY.fullmatch(word.lower) and at > 0 for at, word in enumerate(words))
    return DocumentAsked(day, number, paragraph, land, frozenset(words[at].place for at in taken))


def _number(words: Sequence[Word], taken: set[int]) -> NumberAsked | None:
    for at, word in enumerate(words):
        if _ISO_DAY.fullmatch(word.lower) or _ISO_MONTH.fullmatch(word.lower):
            continue
        before = words[at - 1].lower.rstrip(".") if at else ""
        found = _DIARY.fullmatch(word.lower)
        if found is None or _looks_like_years(found):
            continue
        prefix = found.group(1) or ""
        taken.add(at)
        if not prefix and before and _PREFIX.fullmatch(before) and _may_lead(words[at - 1], before):
            prefix = before
            taken.add(at - 1)
        if at > 1 and words[at - 2].lower.rstrip(".") in _NUMBER_PREFIXES and at - 1 in taken:
            taken.add(at - 2)
        if prefix in _NUMBER_PREFIXES:
            prefix = ""
        kind = "diary"
        if prefix in _PRINTED_PREFIXES:
            kind = "printed"
        elif prefix in _STATUTE_PREFIXES or (
            not prefix and _STATUTE.fullmatch(word.lower) and before != "dnr"
        ):
            kind = "statute"
        return NumberAsked(prefix, found.group(2), found.group(3).lstrip("0") or "0", kind)
    return None


def _looks_like_years(found: re.Match[str]) -> bool:
    """A school year or a term of office (2024/25, 2022-2026) and not a number."""
    year, serial = found.group(2), found.group(3)
    if found.group(1) or ":" in found.group(0):
        return False
    return serial == f"{(int(year) + 1) % 100:02d}" or bool(_YEAR.fullmatch(serial))


def _may_lead(word: Word, lower: str) -> bool:
    known = lower in _STATUTE_PREFIXES | _PRINTED_PREFIXES | _NUMBER_PREFIXES
    return known or word.text.isupper() or len(lower) <= 4


def _paragraph(words: Sequence[Word], taken: set[int]) -> str:
    for at, word in enumerate(words):
        if word.lower not in _PARAGRAPH_WORDS:
            continue
        for neighbour in (at + 1, at - 1):
            if 0 <= neighbour < len(words) and words[neighbour].lower.isdigit() and neighbour not in taken:
                taken |= {at, neighbour}
                return words[neighbour].lower.lstrip("0")[:6] or "0"
    return ""


def _day(words: Sequence[Word], taken: set[int]) -> DayAsked | None:
    months: dict[str, int] = load("intent")["months"]
    for at, word in enumerate(words):
        whole = _ISO_DAY.fullmatch(word.lower) or _SHORT_DAY.fullmatch(word.lower)
        if whole and at not in taken:
            taken.add(at)
            year = int(whole.group(1))
            return DayAsked(year if year > 99 else 2000 + year, int(whole.group(2)), int(whole.group(3)))
        month = _ISO_MONTH.fullmatch(word.lower)
        if month and at not in taken:
            taken.add(at)
            return DayAsked(int(month.group(1)), int(month.group(2)))
    for at, word in enumerate(words):
        slash = _SLASH_DAY.fullmatch(word.lower)
        after = words[at + 1].lower if at + 1 < len(words) else ""
        if slash and at not in taken:
            taken.add(at)
            year_after = _take_year(words, at + 1, taken)
            return DayAsked(year_after, int(slash.group(2)), int(slash.group(1)))
        if word.lower in months and at not in taken:
            before = words[at - 1].lower if at else ""
            day = int(before.rstrip("e").rstrip(":")) if at and _DAY_OF_MONTH.fullmatch(before) else None
            # "maj" and "mars" alone are rather a name or a planet than a month asked for.
            if day is None and not _YEAR.fullmatch(after) and not _year_anywhere(words, taken):
                taken.add(at)
                return DayAsked(None, months[word.lower])
            taken |= {at} | ({at - 1} if day else set())
            year_there = _take_year(words, at + 1, taken) or _year_anywhere(words, taken, take=True)
            return DayAsked(year_there, months[word.lower], day)
    year_alone = _year_anywhere(words, taken, take=True)
    return DayAsked(year_alone) if year_alone else None


def _take_year(words: Sequence[Word], at: int, taken: set[int]) -> int | None:
    if at < len(words) and at not in taken and _YEAR.fullmatch(words[at].lower):
        taken.add(at)
        return int(words[at].lower)
    return None


def _year_anywhere(words: Sequence[Word], taken: set[int], *, take: bool = False) -> int | None:
    for at, word in enumerate(words):
        if at not in taken and _YEAR.fullmatch(word.lower):
            if take:
                taken.add(at)
            return int(word.lower)
    return None


_YEAR_IN_TEXT = re.compile(r"(?<![\d-])(?:19|20)\d\d(?!\d)")


def years_in(title: str) -> frozenset[int]:
    """The years that a title names: "Mål och budget 2026–2028" names two."""
    return frozenset(int(year) for year in _YEAR_IN_TEXT.findall(title[:500]))


_WRITTEN_DAY = re.compile(r"(?<!\d)(\d{1,2})(?::?e|\.)? ([a-z]{3,9})\.? ((?:19|20)\d\d)(?!\d)")
_NUMERIC_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/. ]?(0[1-9]|1[0-2])[-/. ]?(0[1-9]|[12]\d|3[01])(?!\d)")


def days_in(text: str) -> list[date]:
    """The days that a title or heading names: "2024-03-12", "12 mars 2024", "20240312"."""
    months: dict[str, int] = load("intent")["months"]
    triples = [(int(y), int(m), int(d)) for y, m, d in _NUMERIC_DAY.findall(text[:2000])]
    triples += [
        (int(y), months[name], int(d))
        for d, name, y in _WRITTEN_DAY.findall(text[:2000].casefold())
        if name in months
    ]
    days: list[date] = []
    for year, month, day in triples:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return days
