"""How did an answer do? Relevance figures over judged queries.

A file of golden queries (TOML) has [[query]] entries: `q`, `kind` (errand, lay, inflected, compound,
misspelt, contact, form, document, other_municipality, state, english …), `kommun` (home municipality, may be
empty) and `relevant`, a table from URL to grade (3 the answer, 2 a right answer, 1 helps somewhat). A file of
questions (JSON lines) has objects with `question` and `page`, the URL of the one page that answers it; its
queries are of the kind "question". A file that says `part = "fresh"` or `part = "blind"` at its top holds
queries that nothing may ever be fitted on: they tell how the product does at first sight.

Queries of the kind "nothing" ask for what no page is about; `relevant` holds the pages that are near enough
to be shown, and may be empty. They are right where nothing is shown or such a page stands first, and have a
row of their own: no mean of other queries has them in it.

nDCG@10 is Järvelin and Kekäläinen's (2002) with gains 2^grade - 1 and discount log2(rank + 1). It punishes a
guide that carries its e-service as an action: two judged pages then take one place. `ndcg_actions` therefore
counts a hit as its best page, its actions included, each page once, and its ideal list has such a group as
one place as well.
"""

import json
import math
import tomllib
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crawler.record import Doctype
from searchapi.errors import BadRequestError
from searchapi.models import Hit, SearchResponse

RIGHT = 2
"""The least grade of a right answer."""
DEPTH = 10
"""Hits that are looked at."""
OBSCURING = frozenset({Doctype.MINUTES, Doctype.STEERING, Doctype.NEWS, Doctype.DECISION, Doctype.REPORT})
"""What must not stand above the first right answer of an errand or a contact query."""
DOCUMENT_KINDS = frozenset({"document", "law", "number"})
"""Kinds of queries that ask for documents, where documents obscure nothing."""


NOTHING = "nothing"
"""The kind of queries that no page answers."""

Part = Literal["fit", "held", "fresh", "blind"]
PARTS: tuple[Part, ...] = ("fit", "held", "fresh", "blind")
_PART_NAMES: dict[Part, str] = {"fit": "fit half", "held": "held half", "fresh": "fresh", "blind": "blind"}


class GoldenQuery(BaseModel):
    """A judged query."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: Annotated[str, Field(min_length=1)]
    kind: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    kommun: str = ""
    relevant: dict[str, Literal[1, 2, 3]]
    note: str = ""
    part: Literal["", "fresh", "blind"] = ""

    @model_validator(mode="after")
    def _has_an_answer(self) -> Self:
        if not self.relevant and self.kind != NOTHING:
            raise ValueError(f"{self.q!r} has no relevant page")
        return self

    @property
    def half(self) -> Part:
        """The part it belongs to, for ever: weights are fitted on one half, the other is held back, and fresh
        and blind queries are outside both."""
        if self.part:
            return self.part
        return "held" if zlib.crc32(f"{self.q}|{self.kommun}".encode()) % 2 else "fit"


@dataclass(frozen=True, slots=True)
class Shown:
    """One hit as it is judged, whoever found it. `same` are addresses of the very same content (copies)."""

    url: str
    title: str
    doctype: Doctype
    actions: tuple[str, ...] = ()
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """How one query went. `first` and `within_three` say whether a right hit stood there; `rank` is the first
    right hit's place, from 1, or None; `obscured` whether a document or news hit stood above it."""

    query: GoldenQuery
    ndcg: float
    ndcg_actions: float
    rank: int | None
    obscured: bool
    top: tuple[Shown, ...]

    @property
    def first(self) -> bool:
        """Whether the first hit is right."""
        return self.rank == 1

    @property
    def within_three(self) -> bool:
        """Whether a right hit stands among the first three."""
        return self.rank is not None and self.rank <= 3


@dataclass(frozen=True, slots=True)
class Figures:
    """The means over some queries; all but `queries` are shares from 0 to 1."""

    queries: int
    ndcg: float
    ndcg_actions: float
    first: float
    within_three: float
    obscured: float


def load_queries(path: Path, *, port: int | None = None) -> list[GoldenQuery]:
    """Read golden queries, or questions with their pages where the file is named *.jsonl. `port` is put into
    URLs that have none (the demo's sites).

    Raise BadRequestError, naming the entry, for a file that can't be used.
    """
    try:
        text = path.read_text("utf-8")
        entries = _questions(text) if path.suffix == ".jsonl" else _entries(tomllib.loads(text))
        queries = [GoldenQuery.model_validate(entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise BadRequestError(f"{path} is not a file of golden queries: {error}") from error
    if port is None:
        return queries
    return [
        query.model_copy(update={"relevant": {_with_port(u, port): g for u, g in query.relevant.items()}})
        for query in queries
    ]


def _entries(document: dict[str, Any]) -> list[dict[str, Any]]:
    part = document.get("part", "")
    return [{"part": part, **entry} for entry in document["query"]]


def _questions(text: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [{"q": row["question"], "kind": "question", "relevant": {row["page"]: 3}} for row in rows]


def _with_port(url: str, port: int) -> str:
    parts = urlsplit(url)
    return url if parts.port else parts._replace(netloc=f"{parts.netloc}:{port}").geturl()


def judge(query: GoldenQuery, response: SearchResponse) -> Judged:
    """Hold an answer against the judgement. A right action within a hit counts as that hit being right."""
    return judge_shown(query, [_shown(hit) for hit in response.hits])


def _shown(hit: Hit) -> Shown:
    actions = tuple(action.url for action in hit.actions)
    return Shown(hit.url, hit.title, hit.doctype, actions, tuple(copy.url for copy in hit.copies))


def judge_shown(query: GoldenQuery, shown: Sequence[Shown]) -> Judged:
    """Hold a ranked list, whoever made it, against the judgement."""
    hits = shown[:DEPTH]
    if query.kind == NOTHING:
        return _judge_nothing(query, hits)
    grades = [_grade(hit, query) for hit in hits]
    ndcg = min(1.0, _gain(grades) / _gain(sorted(query.relevant.values(), reverse=True)))
    rank = next((rank for rank, grade in enumerate(grades, start=1) if grade >= RIGHT), None)
    above = hits[: rank - 1] if rank else hits
    obscured = query.kind not in DOCUMENT_KINDS and any(hit.doctype in OBSCURING for hit in above)
    return Judged(query, ndcg, _with_actions(hits, query), rank, obscured, tuple(hits))


def _judge_nothing(query: GoldenQuery, hits: Sequence[Shown]) -> Judged:
    near = not hits or bool(_grade(hits[0], query))
    return Judged(query, float(near), float(near), 1 if near else None, False, tuple(hits))


def _gain(grades: Sequence[int]) -> float:
    ranked = enumerate(grades[:DEPTH], start=1)
    return math.fsum((2.0**grade - 1.0) / math.log2(rank + 1) for rank, grade in ranked)


def _with_actions(hits: Sequence[Shown], query: GoldenQuery) -> float:
    """nDCG where a hit is worth the best of what it shows, itself and its actions, each page once."""
    left = dict(query.relevant)
    grades = []
    for hit in hits:
        shown = [left.pop(url) for url in {hit.url, *hit.same, *hit.actions} if url in left]
        grades.append(max(shown, default=0))
    return _gain(grades) / _gain(sorted([*grades, *left.values()], reverse=True))


def _grade(hit: Shown, query: GoldenQuery) -> int:
    # A hit stands for its copies: the reader finds the judged words there all the same.
    own = max(query.relevant.get(url, 0) for url in (hit.url, *hit.same))
    offered = max((query.relevant.get(url, 0) for url in hit.actions), default=0)
    # The thing to do is one click away in an action of the hit, as it would be in a hit of its own.
    return max(own, min(offered, RIGHT))


def figures(judged: Sequence[Judged]) -> Figures:
    """The means over judged queries."""
    count = len(judged) or 1
    return Figures(
        queries=len(judged),
        ndcg=sum(each.ndcg for each in judged) / count,
        ndcg_actions=sum(each.ndcg_actions for each in judged) / count,
        first=sum(each.first for each in judged) / count,
        within_three=sum(each.within_three for each in judged) / count,
        obscured=sum(each.obscured for each in judged) / count,
    )


def evaluate(queries: Iterable[GoldenQuery], search: Callable[[GoldenQuery], SearchResponse]) -> list[Judged]:
    """Ask every query and judge its answer."""
    return [judge(query, search(query)) for query in queries]


def by_kind(judged: Sequence[Judged]) -> dict[str, Figures]:
    """The figures of each kind of query, and of all that have an answer under "all"."""
    kinds = sorted({each.query.kind for each in judged})
    table = {kind: figures([each for each in judged if each.query.kind == kind]) for kind in kinds}
    return {**table, "all": figures(_with_answers(judged))}


def _with_answers(judged: Iterable[Judged]) -> list[Judged]:
    return [each for each in judged if each.query.kind != NOTHING]


def worst_kinds(judged: Sequence[Judged]) -> list[tuple[str, Figures]]:
    """The table of kinds, those first whose first hits are right the least often, and "all" at its end."""
    table = by_kind(judged)
    whole = table.pop("all")
    ordered = sorted(table.items(), key=lambda row: (row[1].first, row[1].within_three, row[1].ndcg))
    return [*ordered, ("all", whole)]


def by_half(judged: Sequence[Judged]) -> dict[str, Figures]:
    """The figures of the half that weights are fitted on, of the one held back, and of the other parts."""
    answered = _with_answers(judged)
    parts = {name: [each for each in answered if each.query.half == name] for name in PARTS}
    return {_PART_NAMES[name]: figures(some) for name, some in parts.items() if some}


def worst(judged: Iterable[Judged], count: int) -> list[Judged]:
    """The queries whose first hit is not right, worst first."""
    return sorted((each for each in judged if not each.first), key=lambda each: each.ndcg)[:count]
