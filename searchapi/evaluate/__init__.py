"""How good are the answers? Judged queries, key positions, and plain BM25 to measure against.

`load_queries` reads judged queries, `evaluate` asks and judges them, `by_kind` makes the table; `Baseline` in
indexer answers the same queries for `compare`. `check_positions` asks for officials by titles that their
municipality does not use. `confusion` holds the doctypes of pages against
their authors' word. `page` makes the HTML report of it all.
"""

from searchapi.evaluate.comparison import compare
from searchapi.evaluate.doctypes import Confusion, confusion
from searchapi.evaluate.judging import (
    DEPTH,
    DOCUMENT_KINDS,
    OBSCURING,
    PARTS,
    RIGHT,
    Figures,
    GoldenQuery,
    Judged,
    Shown,
    by_half,
    by_kind,
    evaluate,
    figures,
    judge,
    judge_shown,
    load_queries,
    worst,
    worst_kinds,
)
from searchapi.evaluate.key_positions import Asked, KeyPositions, check_positions, load_positions
from searchapi.evaluate.report import SetReport, page

__all__ = [
    "DEPTH",
    "DOCUMENT_KINDS",
    "OBSCURING",
    "PARTS",
    "RIGHT",
    "Asked",
    "Confusion",
    "Figures",
    "GoldenQuery",
    "Judged",
    "KeyPositions",
    "SetReport",
    "Shown",
    "by_half",
    "by_kind",
    "check_positions",
    "compare",
    "confusion",
    "evaluate",
    "figures",
    "judge",
    "judge_shown",
    "load_positions",
    "load_queries",
    "page",
    "worst",
    "worst_kinds",
]
