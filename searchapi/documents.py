"""Which very document is asked for? Dates, diary numbers, paragraphs and statute numbers in a query."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from searchapi.days import DayAsked, day_asked, short_year
from searchapi.knowledge import load, word_set
from searchapi.meetings import BodyAsked, body_asked, sort_asked
from searchapi.query import Word

_ISO_DAY = re.compile(r"((?:19|20)\d\d)[-/.]?(0[1-9]|1[0-2])[-/.]?(0[1-9]|[12]\d|3[01])")
_SHORT_DAY = re.compile(r"(\d\d)(-?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])")
_ISO_MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY_OF_MONTH = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?::?e)?")
_SHORT_YEAR = re.compile(r"['’]?(\d\d)")
_DAY_FIRST = re.compile(r"(0?[1-9]|[12]\d|3[01])([/.-])(0?[1-9]|1[0-2])[-/.]((?:19|20)?\d\d)")
_SLASH_DAY = re.compile(r"(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])")
_STATUTE = re.compile(r"((?:1[6-9]|20)\d\d):(\d{1,4})")
_DIARY = re.compile(r"(?:([a-zåäö]{1,8})[-/.:]?)?((?:19|20)\d\d)[-/:](\d{1,6})")
_PROPERTY = re.compile(r"\d{1,3}:\d{1,4}")
_BLOCK = re.compile(r"\d{1,3}")
_PREFIX = re.compile(r"[a-zåäö]{1,8}")
_STATUTE_PREFIXES = frozenset({"sfs", "lag", "förordning", "lagen", "förordningen"})
_PRINTED_PREFIXES = frozenset({"sou", "prop", "proposition", "ds", "bet", "rskr", "dir"})
_NUMBER_PREFIXES = frozenset({"dnr", "diarienummer", "diarienr", "ärendenummer", "ärende", "nr"})
_PARAGRAPH_WORDS = frozenset({"§", "§§", "paragraf", "paragrafen"})


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

    `land`: a real property is named ("Ekdal 2:48"), as in cases about land; its words are searched for, as
    are those of the `body`. `named_land` is its name and number, of a block ("Skeppet 3") too. `sort` tells
    minutes from notices, `latest` that the newest of them are wanted.
    """

    day: DayAsked | None = None
    number: NumberAsked | None = None
    paragraph: str = ""
    land: bool = False
    named_land: tuple[str, str] | None = None
    words: frozenset[int] = frozenset()
    body: BodyAsked | None = None
    sort: str = ""
    latest: bool = False

    @property
    def precise(self) -> bool:
        """Whether a number or a paragraph names it: then nothing but a document can be meant."""
        return self.number is not None or bool(self.paragraph) or self.land

    def land_pattern(self) -> re.Pattern[str] | None:
        """Finds the real property in a text, by its name and number together."""
        if not self.named_land:
            return None
        name, number = map(re.escape, self.named_land)
        return re.compile(rf"\b{name}\s+{number}(?![\d:])", re.IGNORECASE)

    def __bool__(self) -> bool:
        return self.day is not None or self.precise


def find_document(words: Sequence[Word], *, named: bool = False) -> DocumentAsked:
    """Dates, numbers, paragraphs and bodies in a query's words. Empty where there are none.

    `named`: the query names a kind of document, so that letters beside it may be a body's.
    """
    taken: set[int] = set()
    number = _number(words, taken)
    paragraph = _paragraph(words, taken)
    day = _day(words, taken)
    latest = _latest(words, taken) if named or body_asked(words, abbreviated=False) else False
    land = any(_PROPERTY.fullmatch(word.lower) and at > 0 for at, word in enumerate(words))
    return DocumentAsked(
        day,
        number,
        paragraph,
        land,
        _named_land(words, taken),
        frozenset(words[at].place for at in taken),
        body_asked(words, abbreviated=named or latest or day is not None or bool(paragraph)),
        sort_asked(words),
        latest,
    )


def _latest(words: Sequence[Word], taken: set[int]) -> bool:
    """Whether the newest is asked for; the words that say so, and the meeting they speak of, are taken."""
    newest = [at for at, word in enumerate(words) if word.lower in word_set("intent", "latest", "words")]
    years = word_set("intent", "latest", "years")
    newest = [at for at in newest if at + 1 == len(words) or words[at + 1].lower not in years]
    if newest:
        beside = word_set("intent", "latest", "beside")
        taken |= {*newest, *(at for at, word in enumerate(words) if word.lower in beside)}
    return bool(newest)


def _named_land(words: Sequence[Word], taken: set[int]) -> tuple[str, str] | None:
    """The name and number of a real property: "Ekdal 2:48", "Skeppet 3"."""
    for at, word in enumerate(words[1:], 1):
        name = words[at - 1]
        if (
            at in taken
            or at - 1 in taken
            or not name.lower.isalpha()
            or name.lower in word_set("words", "stop")
        ):
            continue
        if _PROPERTY.fullmatch(word.lower) or _BLOCK.fullmatch(word.lower):
            return name.lower, word.lower
    return None


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
    free = [at for at in range(len(words)) if at not in taken]
    for at in free:
        found = _day_in_word(words[at].lower)
        if found is not None:
            taken.add(at)
            return found
    months: dict[str, int] = load("intent")["months"]
    for at in free:
        slash = _SLASH_DAY.fullmatch(words[at].lower)
        if slash:
            taken.add(at)
            return day_asked(_take_year(words, at + 1, taken), int(slash.group(2)), int(slash.group(1)))
        month = months.get(words[at].lower)
        if month is not None:
            return _written_day(words, at, month, taken)
    year_alone = _year_anywhere(words, taken, take=True)
    return DayAsked(year_alone) if year_alone else None


def _day_in_word(word: str) -> DayAsked | None:
    """A day or month written as one word: 2024-03-12, 240312, 24-03-12, 12/3-24, 12.3.2024, 2024-03."""
    if whole := _ISO_DAY.fullmatch(word):
        return day_asked(*(int(part) for part in whole.groups()))
    if short := _SHORT_DAY.fullmatch(word):
        return day_asked(short_year(short.group(1)), int(short.group(3)), int(short.group(4)))
    if turned := _DAY_FIRST.fullmatch(word):
        day, sign, month, year = turned.groups()
        if len(year) == 4 or sign != "-":
            return day_asked(short_year(year) if len(year) == 2 else int(year), int(month), int(day))
    if month_only := _ISO_MONTH.fullmatch(word):
        return DayAsked(int(month_only.group(1)), int(month_only.group(2)))
    return None


def _written_day(words: Sequence[Word], at: int, month: int, taken: set[int]) -> DayAsked:
    """A day or month with its name at `at`: "12 mars 2024", "12:e mars", "mars -24", "2024 mars", "mars"."""
    before = words[at - 1].lower if at and at - 1 not in taken else ""
    day = int(before.rstrip("e").rstrip(":")) if _DAY_OF_MONTH.fullmatch(before) else None
    taken |= {at, at - 1} if day is not None else {at}
    year = _take_year(words, at + 1, taken) or _year_anywhere(words, taken, take=True)
    return day_asked(year, month, day)


def _take_year(words: Sequence[Word], at: int, taken: set[int]) -> int | None:
    """The year of the word at `at`, right after a month or day: there it may have two digits."""
    if at >= len(words) or at in taken:
        return None
    written = words[at].lower
    short = _SHORT_YEAR.fullmatch(written)
    year = int(written) if _YEAR.fullmatch(written) else short_year(short.group(1)) if short else None
    if year is not None:
        taken.add(at)
    return year


def _year_anywhere(words: Sequence[Word], taken: set[int], *, take: bool = False) -> int | None:
    for at, word in enumerate(words):
        if at not in taken and _YEAR.fullmatch(word.lower):
            if take:
                taken.add(at)
            return int(word.lower)
    return None
