"""Do the right kinds of page come first, copies and actions folded?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.record import Action, ActionKind, CanonicalUrl, Doctype, DocumentRecord, RequestedUrl
from indexer.engine import Candidate, IndexedDocument
from searchapi.copies import fold_copies
from searchapi.query import parse
from searchapi.rank import Ranked, Ranker
from searchapi.refine import Answer, group_errands, spread
from searchapi.thesaurus import load_thesaurus
from searchapi.understand import Understander
from searchapi.weights import load_weights
from tests.integration.small_federation import registry

TODAY = date(2026, 3, 1)
SEEN = datetime(2026, 1, 1, tzinfo=UTC)


def _candidate(key: str, doctype: Doctype = Doctype.GUIDE, score: float = 1.0, **more: Any) -> Candidate:
    values: dict[str, Any] = {
        "key": key, "score": score, "matched": 1.0, "doctype": doctype, "agency": "ekdal",
        "host": "www.ekdal.example", "language": "sv", "needs_eid": None, "depth": 2, "published": None,
        **more,
    }  # fmt: skip
    return Candidate(**values)


def _order(query: str, *candidates: Candidate, home: str | None = "ekdal") -> list[object]:
    known = registry()
    understanding = Understander(known, load_thesaurus()).understand(
        parse(query), known[home] if home else None
    )
    ranker = Ranker(load_weights(), known, understanding, TODAY)
    return [one.candidate.key for one in ranker.rank(candidates)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("bygga altan", Doctype.GUIDE),
        ("ring socialchefen", Doctype.CONTACT),
        ("blankett bygglov", Doctype.FORM),
        ("öppettider biblioteket", Doctype.PLACE),
        ("protokoll kommunstyrelsen", Doctype.MINUTES),
        ("skollagen", Doctype.LAW),
        ("avfallsplan", Doctype.STEERING),
        ("nyheter bygglov", Doctype.NEWS),
        ("lediga jobb", Doctype.JOB),
    ],
)
def test_the_kind_that_answers_comes_first(query: str, first: Doctype) -> None:
    assert _order(query, *(_candidate(doctype.value, doctype) for doctype in Doctype))[0] == first.value


def test_minutes_do_not_win_by_their_many_words() -> None:
    order = _order("bygga altan", _candidate("m", Doctype.MINUTES, 5.0), _candidate("g", Doctype.GUIDE, 1.0))
    assert order == ["g", "m"]


def test_more_of_the_query_counts() -> None:
    order = _order("avgift förskola syskon", _candidate("one", score=1.3, matched=1 / 3), _candidate("all"))
    assert order == ["all", "one"]


def test_the_page_about_the_whole_matter_comes_before_those_about_parts() -> None:
    part = _candidate("part", title_matched=1.0, title_words=4)
    assert _order("bygglov", part, _candidate("whole", title_matched=1.0, title_words=1)) == ["whole", "part"]


def test_home_comes_first_unless_the_matter_is_another_agencys() -> None:
    region = _candidate("region", agency="region-skog")
    assert _order("cykelväg", region, _candidate("home")) == ["home", "region"]
    assert _order("sjukresa", _candidate("home"), region) == ["region", "home"]


def test_pages_in_the_querys_language_come_first() -> None:
    english = _candidate("en", language="en", score=0.7)
    assert _order("preschool", _candidate("sv"), english) == ["en", "sv"]
    assert _order("förskola", english, _candidate("sv", score=0.7)) == ["sv", "en"]


def test_old_news_come_after_new_ones() -> None:
    old = _candidate("old", Doctype.NEWS, published=date(2015, 1, 1))
    assert _order("nyheter bad", old, _candidate("new", Doctype.NEWS, published=date(2026, 2, 1))) == [
        "new",
        "old",
    ]


def test_equals_keep_their_order_and_nothing_is_nothing() -> None:
    assert _order("bygglov", _candidate("a"), _candidate("b")) == ["a", "b"]
    assert _order("bygglov") == []
    assert _order("bygglov", _candidate("zero", score=0.0)) == ["zero"]


def _url(name: str) -> CanonicalUrl:
    return CanonicalUrl(f"https://www.ekdal.example/{name}")


def _answer(url: str, score: float = 1.0, **more: Any) -> Answer:
    values: dict[str, Any] = {
        "url": _url(url), "requested_url": RequestedUrl(_url(url)), "agency": "ekdal", "title": url,
        "host": "www.ekdal.example", "fetched": SEEN, "checked": SEEN, "doctype": Doctype.GUIDE, **more,
    }  # fmt: skip
    record = DocumentRecord(**values)
    candidate = _candidate(url, record.doctype, score)
    return Answer(Ranked(candidate, score), IndexedDocument(record, (), record.text), score)


def _urls(answers: list[Answer]) -> list[str]:
    return [answer.document.record.url.rpartition("/")[2] for answer in answers]


LONG = "Lång text. " * 60


def test_near_copies_are_one_hit() -> None:
    answers = [
        _answer("a", text=LONG, signature="00000000000000ff"),
        _answer("b", text=LONG, signature="00000000000000fe"),
        _answer("c", text=LONG, signature="ffffffffffffffff"),
        _answer("d", text=LONG, signature="00000000000000ff", agency="mark-by"),
        _answer("e", text="Logga in", signature="00000000000000ff"),
        _answer("f", text=LONG, signature="no hex"),
    ]
    folded = fold_copies(answers)
    assert _urls(folded) == ["a", "c", "e", "f"]
    assert _urls(folded[0].copies) == ["b", "d"]


def _guide(*actions: tuple[ActionKind, str]) -> dict[str, Any]:
    return {
        "actions": tuple(Action(kind=kind, url=_url(url), title=url) for kind, url in actions),
    }


def test_a_guide_stands_for_its_actions_below_it() -> None:
    answers = [
        _answer("other"),
        _answer("guide", **_guide((ActionKind.ESERVICE, "service"), (ActionKind.FORM, "form"))),
        _answer("service", doctype=Doctype.ESERVICE),
        _answer("third"),
        _answer("form", doctype=Doctype.FORM),
    ]
    grouped = group_errands(answers, forms_lead=False)
    assert _urls(grouped) == ["other", "guide", "third"]
    assert _urls(grouped[1].absorbed) == ["service", "form"]
    assert _urls(group_errands(answers, forms_lead=True)) == ["other", "guide", "service", "third", "form"]


def test_an_eservice_that_fits_better_than_its_guide_leads() -> None:
    answers = [
        _answer("service", doctype=Doctype.ESERVICE),
        _answer("guide", **_guide((ActionKind.ESERVICE, "service"))),
    ]
    assert _urls(group_errands(answers, forms_lead=False)) == ["service", "guide"]


def test_at_most_two_in_a_row_from_one_host_where_others_are_as_good() -> None:
    answers = [_answer("a1", 1.0), _answer("a2", 0.99), _answer("a3", 0.98), _answer("b1", 0.97, host="b")]
    assert _urls(spread(answers, repeat=0.8, fair=False)) == ["a1", "a2", "b1", "a3"]
    answers[-1] = _answer("b1", 0.5, host="b")
    assert _urls(spread(answers, repeat=0.8, fair=False)) == ["a1", "a2", "a3", "b1"]


def test_without_a_home_no_agency_fills_the_page() -> None:
    answers = [
        _answer("a1", 1.0),
        _answer("a2", 0.95),
        _answer("a3", 0.9),
        _answer("b1", 0.85, agency="b", host="b"),
    ]
    assert _urls(spread(answers, repeat=0.8, fair=True))[:2] == ["a1", "b1"]


def test_every_weight_has_its_reason_and_its_query() -> None:
    reasons = load_weights().reasons
    assert len(reasons) > 100
    assert all(why.strip() and query.strip() for why, query in reasons.values())
