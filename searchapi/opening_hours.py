"""Is it open today? Opening hours as Swedish sites write them, read for one day; None where that is unsure.

A wrong "open" costs somebody a journey, so the reader knows few forms and wants to understand every word that
stands beside a time. What it can't place (a date, a season, two counters with hours of their own) makes it
answer None, and the page shows the text as it is written.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from searchapi.holidays import ordinary

Span = tuple[int, int]
"""From and until, in minutes after midnight."""

_DAY_MINUTES = 24 * 60
_LONGEST = 400
_SATURDAY = 5
_WEEKDAYS = frozenset(range(5))
_ALL_DAYS = frozenset(range(7))


class Means(StrEnum):
    """What the hours are for, where the text says it."""

    VISIT = "visit"
    PHONE = "phone"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one day; without spans it is closed."""

    spans: tuple[Span, ...]
    means: Means

    @property
    def always(self) -> bool:
        """Whether it never closes."""
        return self.spans == ((0, _DAY_MINUTES),)


def hours_on(written: str, day: date) -> Hours | None:
    """The hours of `day` after the text, or None where they aren't sure.

    A day before or on a public holiday is never sure, as sites seldom write what they do then.
    """
    if not written or len(written) > _LONGEST:
        return None
    try:
        week = _read(written)
    except _UnsureError:
        return None
    spans = week.days.get(day.weekday())
    if spans is None:
        if not week.days or (week.weekdays_said and day.weekday() == _SATURDAY):
            return None  # a Saturday is a "vardag" by law, and seldom by custom
        spans = []
    found = Hours(tuple(sorted(spans)), week.means)
    return found if found.always or ordinary(day) else None


class _UnsureError(Exception):
    """Something stands there that could change the answer."""


@dataclass(slots=True)
class _Week:
    """What was read so far: the spans of each day that was named, and of how many days each was one."""

    days: dict[int, list[Span]] = field(default_factory=dict)
    width: dict[int, int] = field(default_factory=dict)
    weekdays_said: bool = False
    means: Means = Means.UNSAID

    def set(self, days: frozenset[int], spans: Sequence[Span]) -> None:
        for day in days:
            if day not in self.days or len(days) < self.width[day]:
                self.days[day] = list(spans)  # "vardagar 8–17, fredag 8–15": the narrower word counts
            elif self.days[day] and spans and _apart(spans, self.days[day]):
                self.days[day] += spans
            elif self.days[day] != list(spans):
                raise _UnsureError
            self.width[day] = min(len(days), self.width.get(day, len(days)))

    def end_at(self, days: frozenset[int], until: int) -> None:
        """ "fredagar till 15", after the hours of the whole week."""
        for day in days:
            if len(self.days.get(day, ())) != 1 or self.days[day][0][0] >= until:
                raise _UnsureError
            self.days[day] = [(self.days[day][0][0], until)]

    def without(self, pause: Span) -> None:
        """Take a closed lunch hour out of every day."""
        for day, spans in self.days.items():
            self.days[day] = [
                piece
                for start, end in spans
                for piece in ((start, min(end, pause[0])), (max(start, pause[1]), end))
                if piece[0] < piece[1]
            ]


def _apart(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return all(a >= d or b <= c for a, b in some for c, d in others)


_TOKENS = re.compile(
    r"""
    (?P<except>(?:ej|utom|inte|förutom)\s+(?:på\s+)?(?:röda\s+dagar|helgdagar|storhelger)\b)
  | (?P<holiday>(?:dag(?:ar)?\s+före\s+)?
        (?:röd(?:a)?\s+dag(?:ar)?|helgdag(?:ar)?|storhelg(?:er)?|helgafton|aftnar)\b)
  | (?P<always>dygnet\s+runt)
  | (?P<every>(?:alla\s+dagar|varje\s+dag|dagligen)(?:\s+i\s+veckan)?\b)
  | (?P<weekdays>(?:alla\s+|helgfria?\s+)?(?:vardag(?:ar)?|vard\.)(?!\w))
  | (?P<weekend>helger\b|helg\b)
  | (?P<day>(?:mån|tis|ons|tors|fre|lör|sön)dag(?:ar)?\b
        |(?:mån|tis|ons|tors|tor|fre|lör|sön|må|ti|on|to|fr|lö|sö)\b\.?)
  | (?P<time>(?:[01]?\d|2[0-4])(?:[.:][0-5]\d)?(?![\d.:]*\d))
  | (?P<lunch>lunchstängt|lunchstängd|lunchpaus|stängt\s+för\s+lunch|lunch\b)
  | (?P<closed>(?:är\s+|har\s+|håller\s+)?(?:stängt|stängd)\b|ej\s+öppet\b)
  | (?P<phone>telefontid(?:er(?:na)?)?\b|telefon(?:en)?\b|tel\.)
  | (?P<visit>besökstid(?:er)?\b|reception(?:en)?\b|expedition(?:en|stid|stider)?\b)
  | (?P<filler>öppet(?:tid(?:er(?:na)?)?)?\b|öppettid(?:er(?:na)?)?\b|bemannat\b|klockan\b|kl\b\.?
        |ordinarie\b|[:()]|\bär\b)
  | (?P<to>[-\u2010-\u2015\u2212]|till\b|t\.?o\.?m\.?)
  | (?P<join>,|&|/|och\b|samt\b)
  | (?P<stop>[.])
  | (?P<other>\w+|\S)
    """,
    re.VERBOSE,
)
_PHONE_NUMBER = re.compile(r"\b0\d{1,3}[ -]\d[\d ]{4,11}\d\b|\b112\b")
_SENTENCE = re.compile(r"[\n;]+|(?<=[\w)])\.(?=\s+[A-ZÅÄÖ])|\.\s*$")
_CHANGES = re.compile(
    r"stäng|öppe?n|ändra|avvik|tillfäll|sommar|vinter|höst|vår(?:en)?\b|lov\b|jul|påsk|midsommar|vecka|januari|februari"
    r"|mars|april|\bmaj\b|augusti|september|oktober|november|december"
)
_LABELS = frozenset({"phone", "visit"})
_UNHEARD = _LABELS | {"filler", "except", "stop"}
_NAMES_DAYS = frozenset({"day", "weekdays", "weekend", "every", "holiday"})
_SAYS_WHEN = frozenset({"day", "weekdays", "weekend", "every", "always", "time", "closed", "lunch"})
_DAYS = ("mån må", "tis ti", "ons on", "tor to", "fre fr", "lör lö", "sön sö")

Token = tuple[str, str]


def _read(written: str) -> _Week:
    week, labels, pauses = _Week(), set[str](), list[Span]()
    for tokens in _clauses(written):
        labels |= {"phone" if kind == "phone" else text[:5] for kind, text in tokens if kind in _LABELS}
        reader = _Clause([one for one in tokens if one[0] not in _UNHEARD], week)
        pauses += reader.read()
    if len(labels) > 1:
        raise _UnsureError  # the switchboard's hours and the reception's
    for pause in pauses:
        week.without(pause)
    if labels:
        week.means = Means.PHONE if labels == {"phone"} else Means.VISIT
    elif "öppe" in written.lower():
        week.means = Means.VISIT
    return week


def _clauses(written: str) -> Iterator[list[Token]]:
    """The sentences that say when, as tokens; a line that only names days goes with the line after it."""
    before: list[Token] = []
    for sentence in _SENTENCE.split(_PHONE_NUMBER.sub(" ", written)):
        lowered = sentence.lower().replace("sön- och helg", "sön och helg")
        tokens = [(str(match.lastgroup), match.group()) for match in _TOKENS.finditer(lowered)]
        kinds = {kind for kind, _ in tokens}
        if not kinds & _SAYS_WHEN:
            if _CHANGES.search(lowered):
                raise _UnsureError
            continue
        if "other" in kinds:
            raise _UnsureError
        tokens = before + tokens
        before = []
        if kinds <= {"day", "to", "join", "weekdays", "weekend", "every", "filler"}:
            before = tokens
        else:
            yield tokens
    if before:
        raise _UnsureError


class _Clause:
    """Reads days and their hours in turn: "måndag–torsdag 8–12 och 13–16, fredag stängt"."""

    def __init__(self, tokens: Sequence[Token], week: _Week) -> None:
        self._tokens = tokens
        self._week = week
        self._at = 0

    def read(self) -> list[Span]:
        """Fill the week. Return pauses for lunch."""
        pauses: list[Span] = []
        while self._kind():
            if self._take("join"):
                continue
            if self._take("lunch"):
                pauses += self._spans()
                continue
            if self._kind() == "time":
                spans = self._spans()  # "9–16 måndag–fredag", and nothing after it
                self._week.set(self._days(), spans)
                if self._kind():
                    raise _UnsureError
                continue
            if self._take("closed"):
                self._week.set(self._days(), [])  # "stängt söndagar och röda dagar"
                continue
            if self._take("always"):
                self._week.set(self._days() if self._names_days() else _ALL_DAYS, [(0, _DAY_MINUTES)])
                continue
            self._hours_of(self._days())
        return pauses

    def _hours_of(self, days: frozenset[int]) -> None:
        if self._take("closed"):
            self._week.set(days, [])
        elif self._take("always"):
            self._week.set(days, [(0, _DAY_MINUTES)])
        elif self._take("to"):
            self._week.end_at(days, self._time())
        else:
            self._week.set(days, self._spans())

    def _names_days(self) -> bool:
        ahead = [kind for kind, _ in self._tokens[self._at : self._at + 2] if kind != "join"]
        return bool(ahead) and ahead[0] in _NAMES_DAYS

    def _days(self) -> frozenset[int]:
        """A list of days and ranges of days. Holidays are read and left out: they are never sure."""
        days: set[int] = set()
        self._take("join")
        while True:
            if self._take("weekdays"):
                days |= _WEEKDAYS
                self._week.weekdays_said = True
            elif self._take("weekend"):
                days |= {5, 6}
            elif self._take("every"):
                days |= _ALL_DAYS
            elif self._kind() == "day":
                first = last = self._day()
                if self._kind() == "to" and self._kind(1) == "day":
                    self._take("to")
                    last = self._day()
                if last < first:
                    raise _UnsureError
                days |= set(range(first, last + 1))
            elif not self._take("holiday"):
                raise _UnsureError
            if self._kind() == "holiday":
                continue
            if self._kind() != "join" or self._kind(1) not in {
                "day",
                "weekdays",
                "weekend",
                "every",
                "holiday",
            }:
                return frozenset(days)
            self._take("join")

    def _spans(self) -> list[Span]:
        spans = [self._span()]
        while self._kind() == "join" and self._kind(1) == "time":
            self._take("join")
            spans.append(self._span())
        return spans

    def _span(self) -> Span:
        start = self._time()
        if not self._take("to"):
            raise _UnsureError
        end = self._time()
        if start >= end:
            raise _UnsureError
        return start, end

    def _time(self) -> int:
        if self._kind() != "time":
            raise _UnsureError
        hour, _, minute = self._tokens[self._at][1].replace(":", ".").partition(".")
        self._at += 1
        minutes = int(hour) * 60 + int(minute or 0)
        if minutes > _DAY_MINUTES:
            raise _UnsureError
        return minutes

    def _day(self) -> int:
        text = self._tokens[self._at][1]
        self._at += 1
        return next(number for number, names in enumerate(_DAYS) if text.startswith(tuple(names.split())))

    def _kind(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at][0] if at < len(self._tokens) else ""

    def _take(self, kind: str) -> bool:
        taken = self._kind() == kind
        self._at += taken
        return taken
