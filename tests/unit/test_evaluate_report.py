"""Is the report of an evaluation whole, self-contained and safe? Do questions and copies count rightly?"""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from crawler.record import Doctype
from searchapi.errors import BadRequestError
from searchapi.evaluate import (
    Asked,
    Confusion,
    GoldenQuery,
    Judged,
    SetReport,
    Shown,
    by_half,
    by_kind,
    judge_shown,
    load_queries,
    page,
    worst,
    worst_kinds,
)
from searchapi.evaluate.key_positions import Position

MADE = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
EVIL = '<script>alert("x")</script>'


def _judged(q: str, *urls: str, kind: str = "errand") -> Judged:
    query = GoldenQuery(q=q, kind=kind, relevant={"http://a.example/right": 3})
    return judge_shown(query, [Shown(url, EVIL, Doctype.NEWS) for url in urls])


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(text: str) -> _Seen:
    seen = _Seen()
    seen.feed(text)
    return seen


def test_the_report_tells_all_and_brings_nothing_from_elsewhere() -> None:
    ours = (_judged("bygga altan", "http://a.example/right"), _judged(EVIL, "http://a.example/wrong"))
    plain = (_judged("bygga altan", "http://a.example/wrong"), _judged(EVIL, "http://a.example/right"))
    position = Position(agency="norrby", function="kommunchef", name="Ada Ek", phones=("0980-319 270",))
    asked = [
        Asked(position, "stadsdirektör", 2, (("Kontakt", "Ada Ek", "0980-319 270"),)),
        Asked(position, "kommunchef", None, ()),
    ]
    sets = [SetReport("demo", judged=ours, plain=plain), SetReport("va", skipped="nothing is there")]
    seen = _read(page(sets, asked, made=MADE))
    assert seen.links == ["#set1", "#set2", "#positions"]
    assert "script" not in seen.tags
    assert seen.tags.count("svg") == 2
    for told in (
        EVIL,
        "Skipped: nothing is there",
        "1 of 2",
        "stadsdirektör",
        "missing",
        "BM25 1.00",
        "half",
    ):
        assert told in seen.text, told


def test_without_a_baseline_nothing_is_told_of_it() -> None:
    text = page([SetReport("demo", judged=(_judged("x", "http://a.example/right"),))], [], made=MADE)
    assert "BM25 nDCG" not in text
    assert "lain BM25" not in text
    assert "Key positions" not in text


def test_both_halves_are_told_apart() -> None:
    judged = [_judged(f"query {number}", "http://a.example/right") for number in range(20)]
    halves = by_half(judged)
    assert set(halves) == {"fit half", "held half"}
    assert sum(row.queries for row in halves.values()) == 20
    held = [each for each in judged if each.query.half == "held"]
    assert set(by_half(held)) == {"held half"}


def test_the_worst_query_comes_first() -> None:
    bad, middle = _judged("bad"), _judged("middle", "x", "http://a.example/right")
    right = _judged("right", "http://a.example/right")
    assert worst([middle, right, bad], 5) == [bad, middle]
    assert worst([middle, bad], 1) == [bad]


def test_a_copy_of_the_right_page_is_right() -> None:
    query = GoldenQuery(q="x", kind="errand", relevant={"copy": 3})
    judged = judge_shown(query, [Shown("original", "t", Doctype.GUIDE, same=("copy",))])
    assert (judged.rank, judged.ndcg_actions) == (1, pytest.approx(1.0))


@pytest.mark.parametrize("kind", ["document", "law", "number"])
def test_whoever_asks_for_documents_is_not_obscured_by_them(kind: str) -> None:
    assert not _judged("x", "y", kind=kind).obscured
    assert _judged("x", "y").obscured


def test_questions_are_read_with_their_page(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    row = {"question": "Vem kan söka?", "answer": "Alla.", "page": "http://www.a.example/svar-01"}
    path.write_text(json.dumps(row) + "\n\n", "utf-8")
    (query,) = load_queries(path)
    assert (query.q, query.kind, query.relevant) == ("Vem kan söka?", "question", {row["page"]: 3})
    assert set(by_kind([judge_shown(query, [])])) == {"question", "all"}


@pytest.mark.parametrize("text", ["{", "[]", '{"question": "x"}', '{"question": "", "page": "p"}', "7"])
def test_questions_that_cant_be_used_are_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(BadRequestError, match=r"q\.jsonl"):
        load_queries(path)


def test_kinds_stand_worst_first_and_all_last() -> None:
    judged = [
        _judged("a", "http://a.example/right", kind="lay"),
        _judged("b", "http://a.example/wrong", kind="state"),
    ]
    assert [kind for kind, _ in worst_kinds(judged)] == ["state", "lay", "all"]


def test_doctypes_are_told_with_what_was_confused() -> None:
    confused = Confusion()
    confused.pairs.update({("guide", "guide"): 8, ("guide", "other"): 2, ("form", "form"): 5})
    assert confused.pages == 15
    assert confused.right == pytest.approx(13 / 15)
    assert confused.f1("guide") == pytest.approx(16 / 18)
    assert confused.macro_f1 == pytest.approx((16 / 18 + 1) / 2)
    text = _read(page([SetReport("demo")], [], made=MADE, doctypes=confused)).text
    assert "macro-F1" in text
    assert "0.889" in text
    assert "macro-F1" not in _read(page([SetReport("demo")], [], made=MADE)).text
