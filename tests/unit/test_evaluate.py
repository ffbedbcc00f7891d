"""Do the relevance figures mean what they say?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.record import ActionKind, Doctype
from crawler.registry import AgencyKind
from searchapi.errors import BadRequestError
from searchapi.evaluate import GoldenQuery, by_kind, figures, judge, load_queries
from searchapi.models import AgencyRef, Hit, HitAction, Interpretation, SearchResponse

NOW = datetime(2026, 11, 21, tzinfo=UTC)
AGENCY = AgencyRef(id="norrby", name="Norrby kommun", kind=AgencyKind.MUNICIPALITY)


def _hit(url: str, doctype: Doctype = Doctype.GUIDE, actions: tuple[str, ...] = ()) -> Hit:
    return Hit(
        url=url,
        title=url,
        snippet=[],
        doctype=doctype,
        agency=AGENCY,
        language="sv",
        needs_eid=None,
        published=None,
        modified=None,
        checked=NOW,
        content_type="text/html",
        content_length=1,
        breadcrumb=[],
        contact=None,
        actions=[HitAction(kind=ActionKind.ESERVICE, url=target, title=target) for target in actions],
    )


def _answer(*hits: Hit) -> SearchResponse:
    return SearchResponse(
        query="q",
        interpretation=Interpretation(intent="errand"),
        total=len(hits),
        took_ms=1,
        page=1,
        limit=10,
        hits=list(hits),
    )


QUERY = GoldenQuery(q="bygga altan", kind="errand", relevant={"right": 3, "also": 2, "little": 1})


def test_the_best_order_scores_one() -> None:
    judged = judge(QUERY, _answer(_hit("right"), _hit("also"), _hit("little"), _hit("other")))
    assert judged.ndcg == pytest.approx(1.0)
    assert (judged.rank, judged.first, judged.within_three, judged.obscured) == (1, True, True, False)


def test_ndcg_follows_its_formula() -> None:
    judged = judge(QUERY, _answer(_hit("other"), _hit("right")))
    gained = 7 / 1.5849625007211562
    possible = 7 / 1 + 3 / 1.5849625007211562 + 1 / 2
    assert judged.ndcg == pytest.approx(gained / possible)


def test_a_hit_that_helps_a_little_is_not_right() -> None:
    assert judge(QUERY, _answer(_hit("little"))).rank is None


@pytest.mark.parametrize("doctype", [Doctype.MINUTES, Doctype.STEERING, Doctype.NEWS])
def test_a_document_above_the_right_hit_obscures_it(doctype: Doctype) -> None:
    assert judge(QUERY, _answer(_hit("x", doctype), _hit("right"))).obscured
    assert not judge(QUERY, _answer(_hit("right"), _hit("x", doctype))).obscured
    assert judge(QUERY, _answer(_hit("x", doctype))).obscured


def test_document_queries_are_never_obscured() -> None:
    query = QUERY.model_copy(update={"kind": "document"})
    assert not judge(query, _answer(_hit("x", Doctype.MINUTES), _hit("right"))).obscured


def test_an_action_of_a_hit_makes_it_right() -> None:
    assert judge(QUERY, _answer(_hit("guide", actions=("right",)))).first


def test_an_eservice_under_its_guide_is_not_lost() -> None:
    query = QUERY.model_copy(update={"relevant": {"guide": 3, "service": 3, "form": 2, "other": 1}})
    grouped = judge(query, _answer(_hit("guide", actions=("service", "form")), _hit("other")))
    assert grouped.ndcg_actions == pytest.approx(1.0)
    assert grouped.ndcg < 0.7
    late = judge(query, _answer(_hit("x"), _hit("guide", actions=("service", "form")), _hit("other")))
    assert late.ndcg_actions < 0.8


def test_a_page_counts_once_however_many_hits_lead_to_it() -> None:
    query = QUERY.model_copy(update={"relevant": {"service": 3, "guide": 2}})
    twice = judge(query, _answer(_hit("x", actions=("service",)), _hit("y", actions=("service",))))
    assert twice.ndcg_actions < 1.0
    assert judge(query, _answer(_hit("service"), _hit("guide"))).ndcg_actions == pytest.approx(1.0)


def test_figures_are_means_by_kind() -> None:
    contact = QUERY.model_copy(update={"kind": "contact"})
    judged = [judge(QUERY, _answer(_hit("right"))), judge(contact, _answer(_hit("x")))]
    table = by_kind(judged)
    assert set(table) == {"errand", "contact", "all"}
    assert (table["errand"].first, table["contact"].first, table["all"].first) == (1.0, 0.0, 0.5)
    assert figures([]).queries == 0


def test_queries_are_read_and_get_the_port(tmp_path: Path) -> None:
    path = tmp_path / "q.toml"
    path.write_text(
        '[[query]]\nq = "x"\nkind = "lay"\n'
        'relevant = { "http://a.localhost/b" = 3, "http://c.localhost:1/" = 1 }\n',
        "utf-8",
    )
    (query,) = load_queries(path, port=8010)
    assert query.relevant == {"http://a.localhost:8010/b": 3, "http://c.localhost:1/": 1}


@pytest.mark.parametrize(
    "text", ["", "[[query]]\nq = 'x'", "not toml [", "[[query]]\nq='x'\nkind='lay'\nrelevant={'u'=7}"]
)
def test_a_file_that_cant_be_used_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "q.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadRequestError, match=r"q\.toml"):
        load_queries(path)


@pytest.mark.parametrize("part", ["fresh", "blind"])
def test_fresh_and_blind_queries_are_in_neither_half(tmp_path: Path, part: str) -> None:
    file = tmp_path / "fresh.toml"
    file.write_text(
        f'part = "{part}"\n'
        + "".join(f'[[query]]\nq = "{n}"\nkind = "lay"\nrelevant = {{"http://a/" = 3}}\n' for n in range(9)),
        "utf-8",
    )
    assert {query.half for query in load_queries(file)} == {part}


def test_what_nobody_has_a_page_on_is_right_without_hits_or_with_a_page_near_to_it() -> None:
    nothing = GoldenQuery(q="körkort", kind="nothing", relevant={"near": 1})
    empty, near, junk = (_answer(), _answer(_hit("near"), _hit("junk")), _answer(_hit("junk"), _hit("near")))
    assert [judge(nothing, answer).first for answer in (empty, near, junk)] == [True, True, False]
    assert not judge(nothing.model_copy(update={"relevant": {}}), near).first
    table = by_kind([judge(nothing, empty), judge(QUERY, _answer(_hit("x")))])
    assert (table["nothing"].first, table["all"].first, table["all"].queries) == (1.0, 0.0, 1)


def test_only_what_nobody_has_a_page_on_may_be_without_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "q.toml"
    entry = '[[query]]\nq = "x"\nkind = "{}"\nrelevant = {{}}\n'
    path.write_text(entry.format("nothing"), "utf-8")
    assert load_queries(path)[0].relevant == {}
    path.write_text(entry.format("errand"), "utf-8")
    with pytest.raises(BadRequestError, match="no relevant page"):
        load_queries(path)
