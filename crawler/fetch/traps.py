"""Is this URL one of an endless series? The brake on calendars, facets and paths that go round in circles.

A brake needs evidence, because real archives look alike: a municipality has thousands of minutes under
/protokoll/2024-03-12 and hundreds of e-services under /e-tjanst/123. So numbers alone are braked late; what
is braked early is what no archive does: dates years ahead, segments that repeat, ever more combinations of
filters, and series whose pages turned out to say the same over and over. tests/unit/test_traps.py holds the
series that must pass and those that must not.
"""

import re
from collections import Counter
from datetime import date
from urllib.parse import unquote, unquote_plus, urlsplit

_MAX_SEGMENTS = 25
_MAX_REPEATS = 3
_MONTHS_AHEAD = 12
_MONTHS_BACK_IN_CALENDARS = 12
_MONTHS_AHEAD_ANYWHERE = 24
_FEW_AHEAD = 3

# URLs of one series (path with digits collapsed, names of parameters), by what the series looks like.
_LIMIT_OF_CALENDAR = 120
_LIMIT_OF_DATED_QUERY = 600
_LIMIT_BY_PARAMETERS = (100_000, 5_000, 1_000, 200)  # 0, 1, 2, 3 or more parameters
_LIMIT_OF_VIEWS = 30
_LIMIT_OF_NUMBERED = 20_000
# What was fetched of a series tells when it gives nothing: 40 duplicates of 40 (by the rule of three the
# share of pages is then below 8 % with 95 % confidence; each page found asks for 60 duplicates more), or a
# fifth of pages among 150, or 100 duplicates in a row after pages (numbers past an archive's end).
_BARREN_AT_ONCE = 40
_DUPLICATES_A_PAGE = 60
_BARREN_AFTER = 150
_BARREN_SHARE = 0.2
_BARREN_STREAK = 100

_MONTH_NAMES = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split("|"), start=1)}
_DIGITS = re.compile(rf"\d+|(?<=/)(?:{_MONTH_NAMES})(?=/|\Z)")
_YEAR_MONTH = re.compile(r"(?<!\d)((?:19|20|21)\d\d)[-/_.]?(0[1-9]|1[0-2]|[1-9](?!\d))(?!\d{3})")
# A calendar of meetings is an archive: each day has its minutes.
_CALENDAR_WORDS = re.compile(
    r"(?!samman|m[oö]te)[a-zåäö]{0,20}(?:kalender|kalendarium|calendar|almanack|evenemang|events?|aktiviteter|bokning|schema|schedule)\Z"
)
_BOOKING_WORDS = re.compile(r"(?:[a-zåäö]{0,20}bokning|boka|booking|book)\Z")
_ONLY_DATE = re.compile(
    rf"(?:[\d_.-]+|(?:\d{{4}}-?)?[vw]\d\d?|dag|vecka|manad|lista|day|week|month|list|{_MONTH_NAMES})\Z",
    re.IGNORECASE,
)
_DATE_SEGMENTS = re.compile(
    r"/((?:19|20|21)\d\d)[-/_.]?(0[1-9]|1[0-2])(?:[-/_.]?(?:0[1-9]|[12]\d|3[01]))?(?=/|\Z)"
)
_NAMED_MONTH = re.compile(rf"/((?:19|20|21)\d\d)/({_MONTH_NAMES})(?=/|\Z)", re.IGNORECASE)
_YEAR_WEEK = re.compile(r"(?<!\d)((?:19|20|21)\d\d)[-/]?[vw]([0-5]\d)(?!\d)", re.IGNORECASE)
_DATE_NAME = re.compile(
    r"(?:.*[._-])?(?:date|datum|dag|day|month|manad|m%c3%a5nad|year|ar|%c3%a5r|vecka|week|from|to|till|start|end|"
    r"startdate|enddate|fromdate|todate|startdatum|slutdatum|date_from|date_to|tribe-bar-date|mon|mm|yyyy|"
    r"(?:day|week|month|dag|vecka|manad)s?[_-]?(?:offset|delta|diff))\Z"
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?\Z")
_DATE_VALUE = re.compile(
    r"\d{4}-?\d\d(?:-?\d\d)?\Z|\d{4}-?[VW]\d\d\Z|[+-]?\d{1,4}\Z|\d{10}(?:\d{3})?\Z", re.IGNORECASE
)
_YEAR_NAME = re.compile(r"(?:.*[._-])?(?:year|ar|%c3%a5r|yyyy|y)\Z")
# Parameters that show the same things in another order or dress.
_VIEW_NAME = re.compile(
    r"(?:sort|sortby|sort_by|sortorder|sort_order|sortering|order|orderby|order_by|dir|direction|view|visa|vy|layout|"
    r"display|print|utskrift|format|filter|filters|facet|f\[\d*\]|f%5b\d*%5d|tag|tags|limit|pagesize|per_page|"
    r"replytocom|share|lang_redirect|returnurl|return|redirect|ref|referer|referrer|back|backurl)\Z"
)
# Parameters that say which page: beside them, a view or three more parameters are that page's own.
_NUMBERED = re.compile(
    r"(?!.*(?:sess|token|ticket)|sid\Z)(?:.*(?:id|guid|dnr|nummer)|nr|diarienr|artikel|article|doc|dokument|folder|mapp|node)\Z"
)
_PAGE_NAMES = frozenset(
    {"page", "sida", "sidnr", "start", "offset", "p", "pagenumber", "page_number", "paged"}
)


class TrapBrake:
    """Counts the URLs of one agency by series and says when a series is endless."""

    def __init__(self, today: date) -> None:
        self._now = today.year * 12 + today.month
        self._sizes: Counter[str] = Counter()
        self._ahead: Counter[str] = Counter()
        self._fetched: Counter[str] = Counter()
        self._new: Counter[str] = Counter()
        self._streak: Counter[str] = Counter()

    def verdict(self, url: str) -> str:
        """Why the URL is taken to be endless; empty if it isn't. Call it once for each new canonical URL."""
        parts = urlsplit(url)
        segments = [segment for segment in parts.path.split("/") if segment]
        if len(segments) > _MAX_SEGMENTS:
            return f"more than {_MAX_SEGMENTS} path segments"
        if len(segments) >= _MAX_REPEATS:
            repeated = _repeated(segments)
            if repeated:
                return f"the path repeats {repeated!r}"
        parameters = [piece.partition("=")[::2] for piece in parts.query.lower().split("&") if piece]
        series = series_of(url)
        self._sizes[series] += 1
        calendar = _is_calendar(segments)
        dated = any(_DATE_NAME.match(name) and _DATE_VALUE.match(value) for name, value in parameters)
        month = _month_named(parts.path, parameters, dated=dated)
        if month is not None:
            reason = self._far_off(parts.path, series, month, calendar=calendar, dated=dated)
            if reason:
                return reason
        return self._too_many(
            series, parameters, calendar=calendar and (dated or month is not None), dated=dated
        ) or (self._barren(series))

    def _far_off(self, path: str, series: str, month: int, *, calendar: bool, dated: bool) -> str:
        """A few dates ahead are announced; beyond them a calendar goes on by itself."""
        most = _MONTHS_AHEAD if calendar or dated else _MONTHS_AHEAD_ANYWHERE
        if month > self._now + most and (calendar or dated or _DATE_SEGMENTS.search(path)):
            self._ahead[series] += 1
            if self._ahead[series] > _FEW_AHEAD:
                return f"a calendar more than {most} months ahead"
        if calendar and month < self._now - _MONTHS_BACK_IN_CALENDARS:
            return f"a calendar more than {_MONTHS_BACK_IN_CALENDARS} months back"
        return ""

    def _too_many(
        self, series: str, parameters: list[tuple[str, str]], *, calendar: bool, dated: bool
    ) -> str:
        limit = _LIMIT_BY_PARAMETERS[min(len(parameters), 3)]
        if any(_VIEW_NAME.match(name) for name, _ in parameters):
            limit = min(limit, _LIMIT_OF_VIEWS)
        page = "&".join(f"{name}={value}" for name, value in parameters if value and _NUMBERED.match(name))
        if page and len(parameters) > 1:
            self._sizes[f"{series} {page}"] += 1
            if self._sizes[f"{series} {page}"] > limit:
                return f"more than {limit} addresses like {series} with {page}"
            limit = max(limit, _LIMIT_OF_NUMBERED)
        if calendar:
            limit = min(limit, _LIMIT_OF_CALENDAR)
        elif dated:
            limit = min(limit, _LIMIT_OF_DATED_QUERY)
        return f"more than {limit} addresses like {series}" if self._sizes[series] > limit else ""

    def _barren(self, series: str) -> str:
        fetched, new = self._fetched[series], self._new[series]
        if (
            fetched - new * _DUPLICATES_A_PAGE >= _BARREN_AT_ONCE
            or (fetched >= _BARREN_AFTER and new < fetched * _BARREN_SHARE)
            or self._streak[series] >= _BARREN_STREAK
        ):
            return f"{fetched} addresses like {series} gave {new} pages"
        return ""

    def learn(self, url: str, *, is_new: bool) -> None:
        """Say how a fetched page ended: whether it was one that no other URL had given, or a duplicate.

        Leave out what is neither (errors, noindex, what asks for a login): it tells nothing of the series.
        """
        series = series_of(url)
        self._fetched[series] += 1
        self._streak[series] = 0 if is_new else self._streak[series] + 1
        if is_new:
            self._new[series] += 1


def is_view_of(url: str, whole: str) -> bool:
    """Whether a URL is another without its parameters, and they only choose a month, a page or an order."""
    path, _, query = url.partition("?")
    if not query or path != whole:
        return False
    names = [piece.partition("=")[0].lower() for piece in query.split("&") if piece]
    return all(_VIEW_NAME.match(name) or _DATE_NAME.match(name) or name in _PAGE_NAMES for name in names)


def series_of(url: str) -> str:
    """The pattern that a URL shares with its like: digits and months collapsed, parameters without values."""
    parts = urlsplit(url)
    names = sorted({piece.partition("=")[0] for piece in parts.query.split("&") if piece})
    query = "?" + "&".join(f"{name}=…" for name in names) if names else ""
    return _DIGITS.sub("#", f"{parts.netloc}{parts.path}{query}")


def _repeated(segments: list[str]) -> str:
    """A run of up to four segments that stands three times in a row, or a segment that stands five times.

    A number alone may repeat: /2001/01/01/01 is a day and a page.
    """
    for size in range(1, 5):
        for at in range(len(segments) - size * _MAX_REPEATS + 1):
            run = segments[at : at + size]
            if all(
                segments[at + size * n : at + size * (n + 1)] == run for n in range(1, _MAX_REPEATS)
            ) and not all(part.isdigit() for part in run):
                return "/".join(run)
    common, times = (
        Counter(segment for segment in segments if not segment.isdigit()).most_common(1)[0]
        if any(not segment.isdigit() for segment in segments)
        else ("", 0)
    )
    return common if times >= 5 else ""


def _is_calendar(segments: list[str]) -> bool:
    """Whether a segment is the name of a calendar, and nothing but dates comes after it.

    A page with a name of its own (/evenemang/2024/05/julmarknad, /nyheter/nytt-schema-for-bussen) is a page.
    What can be booked has a name between (/boka/lokal/7/2026-12-01).
    """
    if (
        segments
        and _BOOKING_WORDS.match(unquote(segments[0]).lower())
        and _DATE_SEGMENTS.match(f"/{segments[-1]}")
    ):
        return True
    for number, segment in enumerate(segments):
        words = unquote(segment).lower().split("-")
        if len(words) <= 2 and _CALENDAR_WORDS.match(words[-1].partition(".")[0]):
            return all(_ONLY_DATE.match(part) for part in segments[number + 1 :])
    return False


def _month_named(path: str, parameters: list[tuple[str, str]], *, dated: bool) -> int | None:
    """The month that a URL names, counted from year 0; of a year alone in a parameter, its first month."""
    for name, value in parameters:
        found = _YEAR_MONTH.match(unquote_plus(value))
        if found:
            return int(found.group(1)) * 12 + int(found.group(2))
        if dated and _YEAR_NAME.match(name) and len(value) == 4 and value.isdigit():
            return int(value) * 12 + 1
        epoch = _EPOCH.match(value)
        if epoch and _DATE_NAME.match(name):
            return 1970 * 12 + 1 + int(int(epoch.group(1)) / _SECONDS_A_MONTH)
    for text in (*(value for _, value in parameters), path):
        week = _YEAR_WEEK.search(text)
        if week:
            return int(week.group(1)) * 12 + min(12, int(week.group(2)) * 12 // 53 + 1)
    named = _NAMED_MONTH.search(path)
    if named:
        return int(named.group(1)) * 12 + _MONTHS[named.group(2).lower()]
    found = _YEAR_MONTH.search(path)
    return int(found.group(1)) * 12 + int(found.group(2)) if found else None


_SECONDS_A_MONTH = 365.25 * 86_400 / 12
