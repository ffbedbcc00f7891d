"""Is this URL one of an endless series? The brake on calendars, facets and paths that go round in circles.

A brake needs evidence, because real archives look alike: a municipality has thousands of minutes under
/protokoll/2024-03-12 and hundreds of e-services under /e-tjanst/123. So numbers alone are braked late; what
is braked early is what no archive does: dates years ahead, segments that repeat, ever more combinations of
filters, and series whose pages turned out to say the same over and over.
"""

import re
from collections import Counter
from datetime import date
from urllib.parse import unquote, unquote_plus, urlsplit

_MAX_SEGMENTS = 25
_MAX_REPEATS = 3
_MONTHS_AHEAD = 12
_MONTHS_BACK_IN_CALENDARS = 12
_FEW_AHEAD = 3

# URLs of one series (path with digits collapsed, names of parameters), by what the series looks like.
_LIMIT_OF_CALENDAR = 120
_LIMIT_OF_DATED_QUERY = 600
_LIMIT_BY_PARAMETERS = (100_000, 5_000, 1_000, 200)  # 0, 1, 2, 3 or more parameters
_LIMIT_OF_VIEWS = 30
_BARREN_AFTER = 150
_BARREN_SHARE = 0.2

_DIGITS = re.compile(r"\d+")
_YEAR_MONTH = re.compile(r"(?<!\d)((?:19|20|21)\d\d)[-/_.]?(0[1-9]|1[0-2]|[1-9](?!\d))(?!\d{3})")
_CALENDAR_WORDS = re.compile(
    r"[a-zåäö]{0,20}(?:kalender|kalendarium|calendar|almanack|evenemang|events?|aktiviteter|bokning|schema|schedule)\Z"
)
_ONLY_DATE = re.compile(r"(?:[\d_.-]+|dag|vecka|manad|lista|day|week|month|list)\Z")
_DATE_NAME = re.compile(
    r"(?:.*[._-])?(?:date|datum|dag|day|month|manad|m%c3%a5nad|year|ar|%c3%a5r|vecka|week|from|to|till|start|end|"
    r"startdate|enddate|fromdate|todate|startdatum|slutdatum|date_from|date_to|tribe-bar-date|mon|mm|yyyy)\Z"
)
_DATE_VALUE = re.compile(r"\d{4}-?\d\d(?:-?\d\d)?\Z|\d{4}-?W\d\d\Z|\d{1,4}\Z", re.IGNORECASE)
_YEAR_NAME = re.compile(r"(?:.*[._-])?(?:year|ar|%c3%a5r|yyyy|y)\Z")
# Parameters that show the same things in another order or dress.
_VIEW_NAME = re.compile(
    r"(?:sort|sortby|sort_by|sortorder|sort_order|sortering|order|orderby|order_by|dir|direction|view|visa|vy|layout|"
    r"display|print|utskrift|format|filter|filters|facet|f\[\d*\]|f%5b\d*%5d|tag|tags|limit|pagesize|per_page|"
    r"replytocom|share|lang_redirect|returnurl|return|redirect|ref|referer|referrer|back|backurl)\Z"
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
        count = self._sizes[series]
        calendar = _is_calendar(segments)
        dated = any(_DATE_NAME.match(name) and _DATE_VALUE.match(value) for name, value in parameters)
        month = _month_named(parts.path, parameters, dated=dated)
        if month is not None and (dated or calendar):
            if month > self._now + _MONTHS_AHEAD:
                self._ahead[series] += 1
                if self._ahead[series] > _FEW_AHEAD:
                    return f"a calendar more than {_MONTHS_AHEAD} months ahead"
            if calendar and month < self._now - _MONTHS_BACK_IN_CALENDARS:
                return f"a calendar more than {_MONTHS_BACK_IN_CALENDARS} months back"
        limit = _LIMIT_BY_PARAMETERS[min(len(parameters), 3)]
        if calendar and (dated or month is not None):
            limit = min(limit, _LIMIT_OF_CALENDAR)
        elif dated:
            limit = min(limit, _LIMIT_OF_DATED_QUERY)
        if any(_VIEW_NAME.match(name) for name, _ in parameters):
            limit = min(limit, _LIMIT_OF_VIEWS)
        if count > limit:
            return f"more than {limit} addresses like {series}"
        fetched = self._fetched[series]
        if fetched >= _BARREN_AFTER and self._new[series] < fetched * _BARREN_SHARE:
            return f"{fetched} addresses like {series} gave {self._new[series]} pages"
        return ""

    def learn(self, url: str, *, is_new: bool) -> None:
        """Say how a fetched URL ended: whether it gave a page that no other URL had given."""
        series = series_of(url)
        self._fetched[series] += 1
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
    """The pattern that a URL shares with its like: digits collapsed, parameters without values."""
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
    """
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
        week = re.match(r"(\d{4})-?w\d\d\Z", value)
        if week:
            return int(week.group(1)) * 12 + 1
    found = _YEAR_MONTH.search(path)
    return int(found.group(1)) * 12 + int(found.group(2)) if found else None
