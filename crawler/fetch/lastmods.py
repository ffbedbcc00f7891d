"""Do a sitemap's dates say when pages change? Only then may a visit be saved because lastmod is the old one.

A sitemap that is written anew each night by a program often gives every page that program's own time. Such
dates say nothing, and a page whose date stays while it changes would be shown as it was for weeks. So dates
are believed only where they look like dates of pages, and as long as they were not found to lie.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.schedule import SWEDEN

LIES = 3
"""Pages that were found changed under an old date, until the dates are believed no more …"""
LYING_SHARE = 0.05
"""… if they are more than this share of the pages that were looked at."""
_FUTURE = timedelta(days=1)
_FORGETTING = 0.5
_MOST_DISTINCT = 1_000


def trust(lastmods: Iterable[str], now: datetime) -> bool:
    """Whether a site's lastmod dates look like dates of pages (`why_not` gives the reason where not)."""
    return not why_not(lastmods, now)


def why_not(lastmods: Iterable[str], now: datetime) -> str:
    """Why the lastmod dates of a site's sitemaps are not to be believed; empty where they are."""
    seen = Lastmods(now)
    for lastmod in lastmods:
        seen.add(lastmod)
    return seen.why_not()


class Lastmods:
    """The dates of a site's sitemaps, counted as they come."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._today = now.astimezone(SWEDEN).date()
        self._distinct: Counter[str] = Counter()
        self._read = self._of_today = self._ahead = 0

    def add(self, lastmod: str) -> None:
        """An entry's lastmod as written; what is empty or no date is left out."""
        at = read_lastmod(lastmod)
        if at is None:
            return
        self._read += 1
        self._of_today += at.astimezone(SWEDEN).date() == self._today
        self._ahead += at > self._now + _FUTURE
        if lastmod in self._distinct or len(self._distinct) < _MOST_DISTINCT:
            self._distinct[lastmod] += 1

    @property
    def count(self) -> int:
        """How many dates there were."""
        return self._read

    def why_not(self) -> str:
        """Why the dates are not to be believed; empty where they are."""
        if not self._read:
            return "it has none"
        if self._of_today == self._read:
            return "all are of today"
        if self._ahead * 2 > self._read:
            return "most lie ahead"
        if self._read > 1 and len(self._distinct) == 1:
            return "all are alike"
        return ""


def read_lastmod(text: str) -> datetime | None:
    """A date or time as sitemaps write it (W3C Datetime); a date alone is its midnight in Sweden."""
    written = text.strip()
    try:
        match len(written):
            case 4:
                at = datetime(int(written), 1, 1)
            case 7:
                at = datetime.fromisoformat(f"{written}-01")
            case _:
                at = datetime.fromisoformat(written)
        return (at if at.tzinfo else at.replace(tzinfo=SWEDEN)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def after_checks(kept: dict[str, Any], changed: int, checked: int) -> dict[str, Any]:
    """What to keep for the next run, after `checked` pages whose date had stayed were fetched all the same
    and `changed` of them had changed. What was seen before counts half, so that a mended site is believed
    again."""
    lies, looked = _counts(kept)
    return {**kept, "lied": lies * _FORGETTING + changed, "checked": looked * _FORGETTING + checked}


def lied(kept: dict[str, Any]) -> bool:
    """Whether a site's dates were found to lie."""
    lies, looked = _counts(kept)
    return lies >= LIES and lies > LYING_SHARE * looked


def _counts(kept: dict[str, Any]) -> tuple[float, float]:
    values = (kept.get("lied"), kept.get("checked"))
    lies, looked = (float(v) if isinstance(v, (int, float)) else 0.0 for v in values)
    return lies, looked
