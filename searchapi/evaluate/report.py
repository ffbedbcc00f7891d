"""How does an evaluation look on paper? One HTML page with charts, and nothing from elsewhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from searchapi.evaluate.doctypes import Confusion
from searchapi.evaluate.judging import DEPTH, Figures, Judged, by_half, by_kind, worst, worst_kinds
from searchapi.evaluate.key_positions import Asked

_FOLDER = Path(__file__).parent
_WORST = 25


@dataclass(frozen=True, slots=True)
class SetReport:
    """One set of judged queries: what it is, how the product did, and plain BM25 where that was asked too.

    `skipped` is the reason where the set could not be asked at all.
    """

    name: str
    about: str = ""
    judged: tuple[Judged, ...] = ()
    plain: tuple[Judged, ...] = ()
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    ours: Figures
    plain: Figures | None


@dataclass(frozen=True, slots=True)
class _Ranks:
    label: str
    ours: int
    plain: int


def page(
    sets: Sequence[SetReport],
    positions: Sequence[Asked],
    *,
    made: datetime,
    worst_queries: int = _WORST,
    doctypes: Confusion | None = None,
) -> str:
    """The whole page as text. `made` is the moment that it tells."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html.j2").render(
        sets=[_told(each, worst_queries) for each in sets],
        compared=any(each.plain for each in sets),
        positions=positions,
        positions_right=sum(each.right for each in positions),
        doctypes=doctypes if doctypes and doctypes.pages else None,
        made=made,
        depth=DEPTH,
    )


def _told(each: SetReport, count: int) -> dict[str, Any]:
    plain = by_kind(each.plain) if each.plain else {}
    plain_of = {_key(judged): judged for judged in each.plain}
    return {
        "name": each.name,
        "about": each.about,
        "skipped": each.skipped,
        "compared": bool(each.plain),
        "rows": [_Row(kind, row, plain.get(kind)) for kind, row in worst_kinds(each.judged)],
        "halves": [
            _Row(name, row, by_half(each.plain).get(name)) for name, row in by_half(each.judged).items()
        ],
        "ranks": _ranks(each),
        "most": max([1, *(max(row.ours, row.plain) for row in _ranks(each))]),
        "worst": [(judged, plain_of.get(_key(judged))) for judged in worst(each.judged, count)],
    }


def _key(judged: Judged) -> tuple[str, str]:
    return judged.query.q, judged.query.kommun


def _ranks(each: SetReport) -> list[_Ranks]:
    """How many queries have their first right hit at 1, 2, 3, 4 to 10, or nowhere."""
    ours, plain = (Counter(_bucket(judged.rank) for judged in some) for some in (each.judged, each.plain))
    return [_Ranks(label, ours[label], plain[label]) for label in ("1", "2", "3", f"4–{DEPTH}", "none")]


def _bucket(rank: int | None) -> str:
    if rank is None:
        return "none"
    return str(rank) if rank <= 3 else f"4–{DEPTH}"
