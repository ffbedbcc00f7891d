"""When was a page published, and when was it last changed? Taken from what the page says, best source first.

Meta elements and JSON-LD, then microdata and <time> by the page's heading, then visible Swedish and English
text ("Senast uppdaterad: 3 mars 2026"). Dates before 1990 or after tomorrow are dropped: they are faults or
placeholders. The HTTP header Last-Modified counts for documents only, and last: pages made on request carry
the time of the request.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "maj": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_MONTH = (
    r"(januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
    r"|january|february|march|may|june|july|august|october|jan|feb|mar|apr|jun|jul|aug|sept|sep|okt|oct|nov|dec)"
)
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.]?([01]\d)[-/.]?([0-3]\d)(?!\d)")
_DAY_MONTH = re.compile(
    rf"(?<!\d)([0-3]?\d)(?::?e|\.|st|nd|rd|th)?\s+{_MONTH}\.?,?\s+((?:19|20)\d\d)\b", re.IGNORECASE
)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\.?\s+([0-3]?\d)(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_SLASHED = re.compile(r"(?<!\d)([0-3]?\d)[/.]([01]?\d)[/.\s-]{1,2}((?:19|20)\d\d)(?!\d)")

_PUBLISHED_META = (
    "article:published_time", "og:published_time", "datepublished",
    "dcterms.issued", "dc.date.issued", "dcterms.date",
    "dc.date", "publishdate", "pubdate", "publish-date", "publication_date", "date", "dcterms.created",
    "dc.date.created", "dcterms.available", "created", "article.published", "sitevision.publishdate",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "last_modified", "lastmodified",
    "revised", "modified", "updated", "last-updated",
    "eprepublishdate",
)  # fmt: skip

_SAYS_MODIFIED = re.compile(
    r"(?:uppdatera\w*|ändra[dts]\w*|granska[dts]\w*|reviderad\w*|kontrollerad\w*|faktagranskad|senaste?\s(?:uppdatering|ändring)"
    r"|(?:last\s)?(?:updated|modified|reviewed)|ändringsdatum|uppdateringsdatum)"
    r"(?:\ssenast|\sav\s[^:,\d]{2,40})?\s*(?:den|on|date|datum)?\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_SAYS_PUBLISHED = re.compile(
    r"(?:publicera[dts]\w*|publiceringsdatum|publicering|skapad|upplagd|inlagd|published|posted|publish\sdate)"
    r"(?:\sav\s[^:,\d]{2,40})?\s*(?:den|on|datum)?\s*[:\-–]?\s*",
    re.IGNORECASE,
)
# Only what speaks of the page itself: "Lagen ändrades den 1 juli 2014" tells nothing of the page.
_OF_THE_PAGE = re.compile(
    r"\b(?:senaste?|sidan|sidans|last|page)\b.{0,60}(?:uppdater|ändr|gransk|public|updated|modified|reviewed|published)"
    r"|^\W*(?:publicer|uppdaterad|granskad|ändrad|skapad|updated|published|reviewed|modified|posted|revised|faktagranskad"
    r"|(?:informationen|innehållet|texten)\s\w*\s?(?:uppdater|gransk|ändr|publicer))",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\s*(?:mån|tis|ons|tors|fre|lör|sön|mon|tues|wednes|thurs|fri|satur|sun)\w{0,4},?\s+(?:den\s+)?",
    re.IGNORECASE,
)


def plausible(found: date | None, today: date) -> date | None:
    """The date, unless no page of a web site can carry it."""
    if found is None or found.year < 1990 or found > today + timedelta(days=1):
        return None
    return found


def parse_date(text: str) -> date | None:
    """The first date of a text: ISO, "3 mars 2026", "March 3, 2026", "3/3 2026". None where there is none."""
    text = text[:400]
    best: tuple[int, date] | None = None
    for pattern, order in (
        (_ISO, (1, 2, 3)),
        (_DAY_MONTH, (3, 2, 1)),
        (_MONTH_DAY, (3, 1, 2)),
        (_SLASHED, (3, 2, 1)),
    ):
        match = pattern.search(text)
        if not match:
            continue
        year, month, day = (match.group(number) for number in order)
        number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
        try:
            found = date(int(year), number, int(day))
        except ValueError:
            continue
        if best is None or match.start() < best[0]:
            best = (match.start(), found)
    return best[1] if best else None


def http_date(value: str) -> date | None:
    """The day of an HTTP date header, or None."""
    try:
        return parsedate_to_datetime(value[:64]).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _said(text: str, pattern: re.Pattern[str]) -> date | None:
    for match in pattern.finditer(text):
        rest = text[match.end() : match.end() + 60]
        if weekday := _WEEKDAY.match(rest):
            rest = rest[weekday.end() :]
        found = parse_date(rest)
        if found is not None:
            return found
    return None


class PageDates:
    """Collects the dates of one page; the first plausible one of each kind stays."""

    def __init__(self, fetched: datetime) -> None:
        self._today = fetched.astimezone(UTC).date()
        self.published: date | None = None
        self.modified: date | None = None

    def add(self, *, published: date | None = None, modified: date | None = None) -> None:
        """Take a date, unless a better source gave one already."""
        self.published = self.published or plausible(published, self._today)
        self.modified = self.modified or plausible(modified, self._today)

    def from_meta(self, meta: dict[str, str]) -> None:
        """Dates of <meta> elements."""
        if not meta:
            return
        for name in _PUBLISHED_META:
            if name in meta and not self.published:
                self.add(published=parse_date(meta[name]))
        for name in _MODIFIED_META:
            if name in meta and not self.modified:
                self.add(modified=parse_date(meta[name]) or http_date(meta[name]) or _day_first(meta[name]))

    def from_items(self, items: Iterable[dict[str, object]]) -> None:
        """Dates of schema.org items."""
        for item in items:
            for key, kind in (("datePublished", "published"), ("dateModified", "modified")):
                value = item.get(key)
                if isinstance(value, list) and value:
                    value = value[0]
                if isinstance(value, str):
                    found = parse_date(value)
                    self.add(**{kind: found})

    def from_times(self, times: Sequence[tuple[str, str, str]]) -> None:
        """Dates of <time> elements near the page's heading: (value, its names, the text around it)."""
        for value, names, around in times:
            found = parse_date(value)
            if found is None:
                continue
            folded = names.lower()
            if "modified" in folded or "updated" in folded or _SAYS_MODIFIED.search(around[:160]):
                self.add(modified=found)
            elif "published" in folded or "pubdate" in folded or _SAYS_PUBLISHED.search(around[:160]):
                self.add(published=found)

    def from_text(self, texts: Iterable[str]) -> None:
        """Dates that short blocks of the page tell in words."""
        for text in texts:
            if len(text) > 300 or not any(map(str.isdigit, text)) or not _OF_THE_PAGE.search(text):
                continue
            if not self.modified:
                self.add(modified=_said(text, _SAYS_MODIFIED))
            if not self.published:
                self.add(published=_said(text, _SAYS_PUBLISHED))
            if self.modified and self.published:
                return

    def result(self) -> tuple[date | None, date | None]:
        """(published, modified), in an order that can be true."""
        if self.published and self.modified and self.modified < self.published:
            # The page was moved and published anew; it was changed no earlier than that.
            return self.published, None
        return self.published, self.modified


def _day_first(value: str) -> date | None:
    match = re.match(r"\s*([0-3]\d)-([01]\d)-((?:19|20)\d\d)\b", value[:40])
    if not match:
        return None
    try:
        return date(int(match.group(3)), int(match.group(2)), int(match.group(1)))
    except ValueError:
        return None
