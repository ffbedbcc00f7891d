"""On which days do Swedish offices keep other hours than they write? Holidays and the days before them."""

from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)


def ordinary(day: date) -> bool:
    """Whether a day is neither a public holiday nor the day before one, nor between Christmas and New Year.

    An ordinary Sunday is ordinary here: sites write what they do on Sundays.
    """
    if (day.month, day.day) >= (12, 23):
        return False
    return day not in holidays(day.year) and day + _DAY not in holidays((day + _DAY).year)


@cache
def holidays(year: int) -> frozenset[date]:
    """The public holidays of a year that have a name (lagen 1989:253 om allmänna helgdagar), and the eves of
    Midsummer, Christmas and New Year, on which nearly everything is closed."""
    easter = easter_sunday(year)
    midsummer = _first(date(year, 6, 20), weekday=5)
    return frozenset(
        {
            date(year, 1, 1),
            date(year, 1, 6),
            date(year, 5, 1),
            date(year, 6, 6),
            date(year, 12, 24),
            date(year, 12, 25),
            date(year, 12, 26),
            date(year, 12, 31),
            easter - 2 * _DAY,
            easter,
            easter + _DAY,
            easter + 39 * _DAY,
            easter + 49 * _DAY,
            midsummer - _DAY,
            midsummer,
            _first(date(year, 10, 31), weekday=5),
        }
    )


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm: Meeus, Astronomical Algorithms)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    last = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * last) // 451
    month, day = divmod(h + last - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _first(day: date, weekday: int) -> date:
    return day + (weekday - day.weekday()) % 7 * _DAY
