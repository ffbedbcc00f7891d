"""How often is a word of the public sector analysed as it should be? The table in tests/relevance, with
floors.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from indexer.analysis import Analyzer

_TABLE = Path(__file__).parents[1] / "relevance" / "analysis_table.tsv"


class _Row(NamedTuple):
    sheet: str
    word: str
    lemma: str
    parts: str


def _rows(sheet: str) -> list[_Row]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    rows = [_Row(*line.split("\t")) for line in lines if line and not line.startswith("#")]
    return [row for row in rows if row.sheet == sheet]


def errors(sheet: str) -> tuple[int, list[str], list[str]]:
    """The words of a sheet, the lemmas and the splits that are wrong."""
    analyzer = Analyzer()
    rows = _rows(sheet)
    lemmas, parts = [], []
    for row in rows:
        (term,) = analyzer.terms(row.word)
        if term.lemma != row.lemma:
            lemmas.append(f"{row.word}: {term.lemma}, not {row.lemma}")
        if ("+".join(term.parts) or "-") != row.parts:
            parts.append(f"{row.word}: {'+'.join(term.parts) or '-'}, not {row.parts}")
    return len(rows), lemmas, parts


@pytest.mark.parametrize(
    ("sheet", "lemma_floor", "parts_floor"), [("1", 0.97, 0.93), ("2", 0.95, 0.85), ("3", 0.95, 0.85)]
)
def test_words_are_analysed_as_they_should(sheet: str, lemma_floor: float, parts_floor: float) -> None:
    count, lemmas, parts = errors(sheet)
    report = (
        f"sheet {sheet}: {count} words, {len(lemmas)} lemmas and {len(parts)} splits wrong\n"
        + "\n".join(lemmas + parts)
    )
    print(report)
    assert count >= 90
    assert 1 - len(lemmas) / count >= lemma_floor, report
    assert 1 - len(parts) / count >= parts_floor, report


@pytest.mark.parametrize(
    "word",
    [
        *(
            "tillstånd",
            "intyg",
            "person",
            "medborgare",
            "avgift",
            "omsorg",
            "uppgift",
            "verksamhet",
            "kommun",
        ),
        *("handläggare", "förvaltning", "protokoll", "sekreterare", "parkering", "utbildning", "fastighet"),
        *("information", "vårdnad", "medlemskap", "ordförande", "inkomst"),
    ],
)
def test_simple_words_stay_whole(word: str) -> None:
    (term,) = Analyzer().terms(word)
    assert term.parts == ()
