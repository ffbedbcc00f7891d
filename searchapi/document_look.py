"""How well does a document answer a query that names one? Its day, body, sort, number and paragraph."""

import re
from collections.abc import Sequence
from datetime import date

from crawler.record import Doctype
from indexer.engine import IndexedDocument
from searchapi.days import years_in
from searchapi.highlight import Highlighter
from searchapi.knowledge import load
from searchapi.meetings import MINUTES, NOTICE, Meeting
from searchapi.query import words_of
from searchapi.rank import Factor
from searchapi.understand import Understanding
from searchapi.weights import Weights

_NUMBER_TEXT = 300_000
_NEAR_MONTHS = 2
_NEARLY = 0.6
_BESIDE = 40
_SHORTEST = 4
_OF_MEETINGS = frozenset({Doctype.MINUTES, Doctype.DECISION})
_OF_BODIES = _OF_MEETINGS | {Doctype.STEERING, Doctype.REPORT}
_DIGITS = re.compile(r"[\d–/-]+")


class DocumentLook:
    """Looks at documents for one understood query that asks for documents."""

    def __init__(self, weights: Weights, understanding: Understanding, highlighter: Highlighter) -> None:
        self._weights = weights
        self._understanding = understanding
        self._highlighter = highlighter
        self._asked = understanding.intent.document
        self._types = understanding.intent.asked
        number, paragraph = self._asked.number, self._asked.paragraph
        self._number = number.pattern() if number else None
        self._paragraph = re.compile(rf"§\s?{paragraph}(?!\d)") if paragraph else None
        scope = understanding.scope
        self._own = {one.id for one in scope.named} or ({scope.home.id} if scope.home else set())
        self._land = self._asked.land_pattern()
        self._meetings: dict[str, Meeting] = {}

    def factors(self, document: IndexedDocument) -> list[Factor]:
        """What raises or lowers the document."""
        found = [*self._day(document), *self._body(document), *self._sort(document), *self._law(document)]
        text = f"{document.record.title}\n{document.text[:_NUMBER_TEXT]}"
        if self._number is not None and self._number.search(text):
            in_title = bool(self._number.search(document.record.title))
            found.append(Factor("number", self._weights["refine.number"] * (1.5 if in_title else 1.0)))
        found += self._named_land(text)
        if self._paragraph is not None and self._paragraph.search(text):
            found.append(Factor("paragraph", self._weights["refine.paragraph"]))
        return found

    def _named_land(self, text: str) -> list[Factor]:
        """The real property stands there; most is told where it stands with what is asked of it."""
        if self._land is None:
            return []
        matter = [word.lower for word in self._understanding.content if len(word.lower) >= _SHORTEST]
        weight, times = self._weights["refine.land"], 0
        for match in self._land.finditer(text):
            before = text[max(0, match.start() - _BESIDE) : match.start()].casefold().rpartition("\n")[2]
            times = max(times, 2 if any(word in before for word in matter) else 1)
        return [Factor("land", 1.0 + weight * times)] if times else []

    def _meeting(self, document: IndexedDocument) -> Meeting:
        url = document.record.url
        if url not in self._meetings:
            self._meetings[url] = Meeting(document)
        return self._meetings[url]

    def _wanted(self, document: IndexedDocument) -> bool:
        """Whether it is of a kind that is asked for: the day of a piece of news is none of a document."""
        return not self._types or document.record.doctype in self._types

    def _day(self, document: IndexedDocument) -> list[Factor]:
        asked = self._asked.day
        if asked is None:
            return []
        if asked.month is None:
            return self._year(document, asked.year)
        meeting = self._meeting(document)
        in_month = any(asked.meets_month(*month) for month in meeting.months)
        days = meeting.days
        # Minutes are of their day; a month is what a report's title tells ("januari–augusti 2026").
        of_a_day = bool(days) and document.record.doctype is Doctype.MINUTES
        if any(asked.meets(day) for day in days) or (in_month and not of_a_day):
            return [Factor("day", self._weights["refine.day"])] if self._wanted(document) else []
        if not days:
            return []
        near = any(asked.near(day, _NEAR_MONTHS) for day in days)
        return [Factor("wrong_day", self._weights["refine.near_day" if near else "refine.wrong_day"])]

    def _year(self, document: IndexedDocument, year: int | None) -> list[Factor]:
        """A year alone is most often part of a title: the budget of 2026, the annual report of 2025."""
        years = years_in(document.record.title)
        if not years and document.record.doctype in _OF_MEETINGS:
            years = frozenset(day.year for day in self._meeting(document).days)
        if year in years:
            return [Factor("day", self._weights["refine.year"])]
        return [Factor("wrong_day", self._weights["refine.wrong_day"])] if years else []

    def _body(self, document: IndexedDocument) -> list[Factor]:
        asked = self._asked.body
        if asked is None or document.record.doctype not in _OF_BODIES | {Doctype.OTHER}:
            return []
        share = self._meeting(document).of(asked.body)
        if share is None:
            return []
        if share == 0.0:
            return [Factor("wrong_body", self._weights["refine.wrong_body"])]
        if not self._wanted(document):
            return []
        if not asked.body.stems and self._own and document.record.agency not in self._own:
            # "Fullmäktige" is that of one's own municipality, though the region has one too.
            return []
        return [Factor("body", 1.0 + self._weights["refine.body"] * share)]

    def _sort(self, document: IndexedDocument) -> list[Factor]:
        if not self._asked.sort or document.record.doctype is not Doctype.MINUTES:
            return []
        sort = self._meeting(document).sort
        if sort == self._asked.sort:
            return [Factor("sort", self._weights["refine.sort"])]
        return [Factor("wrong_sort", self._weights["refine.wrong_sort"])] if sort else []

    def _law(self, document: IndexedDocument) -> list[Factor]:
        record = document.record
        if self._number is not None or Doctype.LAW not in self._types or record.doctype is not Doctype.LAW:
            return []
        share, leads = self._highlighter.title(record.title, record.language)
        return [Factor("law_itself", 1.0 + self._weights["refine.law_itself"] * share**2)] if leads else []

    def newest(self, documents: Sequence[IndexedDocument]) -> list[tuple[int, date]]:
        """Which of the documents are the newest of what is asked for, newest first: places and days.

        Those of the reader's own agency, or of one that is named, come before others'. The minutes of a
        meeting that was not held when the page was read are no minutes yet.
        """
        fits: list[tuple[float, int, date]] = []
        for place, document in enumerate(documents):
            day = self._day_of(document)
            if day is not None and self._wanted(document) and document.record.doctype in _OF_BODIES:
                fits.append((self._fit(document), place, day))
        best = max((fit for fit, _, _ in fits), default=0.0)
        fits = [one for one in fits if one[0] > 0.0 and one[0] >= best * _NEARLY]
        fits.sort(key=lambda one: (documents[one[1]].record.agency in self._own, one[2]), reverse=True)
        return [(place, day) for _, place, day in fits]

    def _day_of(self, document: IndexedDocument) -> date | None:
        """The day that a document is of, where it may be the newest."""
        record, asked = document.record, self._asked
        if record.doctype is not Doctype.MINUTES:
            years = years_in(record.title)
            return date(max(years), 12, 31) if years else record.published
        meeting = self._meeting(document)
        seen = record.checked.date()
        days = [day for day in meeting.days if asked.day is None or asked.day.meets(day)]
        if asked.sort != NOTICE:
            days = [day for day in days if day <= seen]
        return max(days, default=None)

    def _fit(self, document: IndexedDocument) -> float:
        """How surely a document is one of those whose newest is asked for, 0 where it is none."""
        asked, record = self._asked, document.record
        if record.doctype is not Doctype.MINUTES:
            share, _ = self._highlighter.title(record.title, record.language)
            return share
        meeting = self._meeting(document)
        if meeting.sort and meeting.sort != (asked.sort or MINUTES):
            return 0.0
        share = 1.0 if asked.body is None else (meeting.of(asked.body.body) or 0.0)
        return share * (1.0 if meeting.sort else 0.5)

    def older(self, documents: Sequence[IndexedDocument]) -> list[int]:
        """For each document, how many years older it is than the newest of the same name: annual reports."""
        if self._asked.day is not None:
            return [0] * len(documents)
        newest: dict[tuple[str, str], int] = {}
        years = []
        for document in documents:
            record = document.record
            year = max(years_in(record.title), default=0)
            years.append(year if record.doctype in {Doctype.REPORT, Doctype.STEERING} else 0)
            if years[-1]:
                name = record.agency, _DIGITS.sub("", record.title).strip().casefold()
                newest[name] = max(newest.get(name, 0), year)
        return [
            newest[document.record.agency, _DIGITS.sub("", document.record.title).strip().casefold()] - year
            if year
            else 0
            for document, year in zip(documents, years, strict=True)
        ]


def names_rates(title: str) -> bool:
    """Whether a title names rates: "Taxa för bygglov", "VA-taxa", "Avgifter för hemtjänst"."""
    rules = load("intent")["rates"]
    words = [word.casefold() for word in words_of(title)]
    return any(
        word in rules["words"]
        or word.endswith(tuple(rules["endings"]))
        or word.startswith(tuple(rules["named"]))
        for word in words
    )
