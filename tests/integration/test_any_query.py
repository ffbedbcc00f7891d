"""Is any string a query, at a bounded price, and can no sign that slips in empty what the words find?"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer import open_engine
from indexer.compile import MAX_ALTERNATIVES, MAX_CLAUSES
from indexer.engine import Engine, IndexedDocument, Matches, Plan
from searchapi.plan import Tab
from searchapi.query import MAX_WORDS, parse
from searchapi.request import SearchRequest
from searchapi.search import HEAD, SearchService
from searchapi.settings import Settings
from searchapi.snippet import MAX_LENGTH
from tests.integration import small_federation

_MOST_MATCHES = 20
"""A search asks at most so often: as written, relaxed, corrected, opened, and for the switchboard."""
_MOST_FETCHED = 4 * HEAD
_WORDS = ("bygglov", "förskola", "altan", "kontakt", "ansök", "protokoll", "dagis", "soptunna", "återvinning")


class _Counted:
    """A state of the index that counts what it is asked for."""

    def __init__(self, snapshot: Any, asked: Counter[str]) -> None:
        self._snapshot = snapshot
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._snapshot, name)

    def match(self, plan: Plan) -> Matches:
        self._asked["match"] += 1
        self._asked["clauses"] = max(self._asked["clauses"], len(plan.clauses))
        most = max((len(clause.alternatives) for clause in plan.clauses), default=0)
        self._asked["alternatives"] = max(self._asked["alternatives"], most)
        matches: Matches = self._snapshot.match(plan)
        self._asked["candidates"] = max(self._asked["candidates"], len(matches.candidates))
        return matches

    def survey(self, *given: Any) -> Any:
        self._asked["survey"] += 1
        return self._snapshot.survey(*given)

    def fetch(self, keys: Sequence[object]) -> list[IndexedDocument]:
        self._asked["fetched"] += len(keys)
        found: list[IndexedDocument] = self._snapshot.fetch(keys)
        return found


class _CountingEngine:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.asked: Counter[str] = Counter()

    def snapshot(self) -> Any:
        return _Counted(self._engine.snapshot(), self.asked)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> _CountingEngine:
    folder: Path = tmp_path_factory.mktemp("asked")
    small_federation.build(folder)
    return _CountingEngine(open_engine(Settings(data_dir=folder).index_dir))


@pytest.fixture(scope="module")
def service(engine: _CountingEngine) -> SearchService:
    counting: Any = engine
    return SearchService(counting, small_federation.registry(), Settings())


_strings = st.one_of(
    st.text(max_size=500),
    st.lists(
        st.sampled_from([*_WORDS, "kommunchef", "§", "88", "KS/2024:1", "byglov", "vem", "hur"]), max_size=60
    ).map(lambda words: " ".join(words)[:500]),
    st.text('"-*:()§.,/+^~!?\\ åäöabAND0123456789\u00ad\u202e', max_size=200),
)


@settings(max_examples=250, deadline=None)
@given(_strings, st.sampled_from(["ekdal", None]), st.sampled_from(Tab), st.booleans())
@example("o " * 250, None, Tab.MAIN, True)
@example("förskola " * 55, "ekdal", Tab.MAIN, True)
@example("§" * 500, "ekdal", Tab.DOCUMENTS, True)
@example("a-" * 250, "ekdal", Tab.MAIN, False)
@example('"' * 500, None, Tab.ELSEWHERE, False)
@example("kommunchef socialchef skolchef rektor " * 13, "ekdal", Tab.MAIN, True)
def test_any_string_is_answered_within_bounds(
    engine: _CountingEngine, service: SearchService, q: str, home: str | None, tab: Tab, explain: bool
) -> None:
    engine.asked.clear()
    response = service.search(SearchRequest(q=q, kommun=home, tab=tab, explain=explain))
    asked = engine.asked
    assert asked["match"] <= _MOST_MATCHES
    assert asked["survey"] <= 1
    assert asked["clauses"] <= MAX_CLAUSES
    assert asked["alternatives"] <= MAX_ALTERNATIVES
    assert asked["candidates"] <= Settings().candidates
    assert asked["fetched"] <= _MOST_FETCHED
    assert len(response.hits) <= response.limit <= 10
    for hit in response.hits:
        assert len("".join(piece.text for piece in hit.snippet)) <= MAX_LENGTH * 1.5 + 4


@settings(max_examples=100, deadline=None)
@given(_strings, st.sampled_from(["ekdal", None]))
def test_any_string_is_suggested_for_within_bounds(
    engine: _CountingEngine, service: SearchService, q: str, home: str | None
) -> None:
    engine.asked.clear()
    service.suggest(q, home, limit=8)
    assert engine.asked["match"] <= 40
    assert engine.asked["fetched"] <= 120
    assert engine.asked["clauses"] <= 8


_signs = st.text('"-*:() +^~!', max_size=3)


@settings(max_examples=250, deadline=None)
@given(
    st.lists(st.tuples(_signs, st.sampled_from(_WORDS), _signs), min_size=1, max_size=4),
    st.sampled_from(["ekdal", None]),
)
@example([("-", "bygglov", ""), ("", "altan", "")], "ekdal")
@example([('"', "bygglov", ""), ("", "dagis", '"')], "ekdal")
@example([("(", "soptunna", ""), ("-", "soptunna", ")")], None)
def test_signs_that_slip_in_never_empty_a_result(
    service: SearchService, typed: list[tuple[str, str, str]], home: str | None
) -> None:
    plain = service.search(SearchRequest(q=" ".join(word for _, word, _ in typed), kommun=home))
    signed = " ".join(f"{before}{word}{after}" for before, word, after in typed)
    found = service.search(SearchRequest(q=signed, kommun=home))
    assert bool(found.hits) >= bool(plain.hits), signed


@given(st.lists(st.tuples(st.sampled_from(["*", ":", "(", ")", "!", "?", "+", " - ", " -- ", ""]),
                          st.sampled_from(_WORDS)), min_size=1, max_size=6))  # fmt: skip
def test_signs_that_mean_nothing_leave_the_words(typed: list[tuple[str, str]]) -> None:
    parsed = parse(" ".join(f"{sign}{word}{sign}" for sign, word in typed))
    assert [word.lower for word in parsed.words] == [word for _, word in typed][:MAX_WORDS]
    assert (parsed.phrases, parsed.excluded) == ((), ())


def test_quotes_ask_for_the_words_together(service: SearchService) -> None:
    loose = service.search(SearchRequest(q="ansök om bygglov", kommun="ekdal"))
    together = service.search(SearchRequest(q='"ansök om bygglov"', kommun="ekdal"))
    assert 0 < together.total < loose.total
    assert together.hits[0].title == "Ansök om bygglov"


def test_a_leading_minus_leaves_out_what_has_the_word(service: SearchService) -> None:
    everything = service.search(SearchRequest(q="bygglov", kommun="ekdal"))
    without = service.search(SearchRequest(q="bygglov -altan", kommun="ekdal"))
    assert 0 < without.total < everything.total
    assert not any("altan" in hit.title.casefold() for hit in without.hits)
    assert any("altan" in hit.title.casefold() for hit in everything.hits)


def test_the_same_is_asked_of_the_index_once(engine: _CountingEngine, service: SearchService) -> None:
    request = SearchRequest(q="bygglov uteplats", kommun="ekdal")
    first = service.search(request)
    engine.asked.clear()
    again = service.search(request)
    assert (engine.asked["match"], engine.asked["survey"]) == (0, 0)
    took = {"took_ms"}
    assert again.model_dump(exclude=took) == first.model_dump(exclude=took)
