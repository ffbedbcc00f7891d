"""How often is a page taken for what it is? Doctypes of crawled pages against their authors' word."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crawler.record import Doctype, DocumentRecord

_LISTS = frozenset({"minutes_links", "minutes_often"})
"""Rules that speak of a list of minutes: its author may call it another page, we keep it with the minutes."""


@dataclass(slots=True)
class Confusion:
    """How many pages of each doctype were taken for each doctype."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, said: str, record: DocumentRecord) -> None:
        """Count one page that its author says to be of a doctype."""
        got = str(record.doctype)
        if said == Doctype.OTHER and got == Doctype.MINUTES:
            rules = {evidence.rule for evidence in record.doctype_evidence}
            said = got if rules & _LISTS else said
        self.pairs[said, got] += 1

    @property
    def kinds(self) -> list[str]:
        """The doctypes that occur, in a fixed order."""
        return sorted({kind for pair in self.pairs for kind in pair})

    @property
    def pages(self) -> int:
        """All pages."""
        return self.pairs.total()

    @property
    def right(self) -> float:
        """The share of pages that were taken for what they are."""
        return sum(count for (said, got), count in self.pairs.items() if said == got) / max(self.pages, 1)

    def f1(self, kind: str) -> float:
        """The harmonic mean of precision and recall of a doctype; 0 where it does not occur."""
        said = sum(count for (one, _), count in self.pairs.items() if one == kind)
        got = sum(count for (_, one), count in self.pairs.items() if one == kind)
        return 2 * self.pairs[kind, kind] / (said + got) if said + got else 0.0

    @property
    def macro_f1(self) -> float:
        """The mean of F1 over the doctypes that pages are of."""
        kinds = {said for said, _ in self.pairs}
        return sum(self.f1(kind) for kind in kinds) / max(len(kinds), 1)


def confusion(truth: Mapping[str, str], records: Iterable[DocumentRecord]) -> Confusion:
    """The doctypes of records against the truth, by URL; records that it says nothing of are left out."""
    found = Confusion()
    for record in records:
        said = truth.get(str(record.url))
        if said is not None:
            found.add(said, record)
    return found
