"""Does a plan find what it should? Matching, filters, features, fetching, highlighting on a real index."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.record import CanonicalUrl, Contact, Doctype, DocumentRecord, RequestedUrl
from crawler.store import Change, DocumentRow
from indexer import IndexUnavailableError, open_engine
from indexer.engine import Alternative, Clause, Field, Filters, Form, IndexedDocument, Origin, Plan, Snapshot
from indexer.generations import Generations
from indexer.kept import KeptDocuments
from indexer.snapshot import TantivySnapshot
from indexer.tantivy_engine import TantivyEngine
from indexer.writer import TantivyWriter

_NOW = datetime(2026, 11, 20, 4, 10, tzinfo=UTC)


def _row(path: str, title: str, text: str = "", anchors: tuple[str, ...] = (), **fields: Any) -> DocumentRow:
    host = fields.pop("host", "www.norrvik.example")
    url = CanonicalUrl(f"https://{host}/{path}")
    values: dict[str, Any] = {
        "url": url,
        "requested_url": RequestedUrl(url),
        "agency": "norrvik",
        "host": host,
        "title": title,
        "text": text,
        "doctype": Doctype.GUIDE,
        "fetched": _NOW,
        "checked": _NOW,
    }
    return DocumentRow(DocumentRecord(**{**values, **fields}), anchors, ("Hjälpte sidan dig?",), 1)


_ROWS = [
    _row(
        "bygga-och-bo/bygglov",
        "Bygglov",
        "Du behöver bygglov för en altan.\nHjälpte sidan dig?",
        ("Sök bygglov",),
        breadcrumb=("Bygga och bo",),
        depth=2,
        signature="00ff00ff00ff00ff",
    ),
    _row(
        "e/bygglov",
        "Ansök om bygglov",
        "Här ansöker du.",
        doctype=Doctype.ESERVICE,
        needs_eid=True,
        host="e-tjanster.norrvik.example",
    ),
    _row(
        "protokoll/1",
        "Sammanträdesprotokoll 2024-03-12",
        "§ 88 Dnr KS/2024:261\nBygglovsansökan för altan avslås. Bygglov. Bygglov.",
        doctype=Doctype.MINUTES,
        published=date(2024, 3, 12),
        content_type="application/pdf",
    ),
    _row("forskola", "Förskola", "Avgifter och platser på förskolan.", description="Om avgiften."),
    _row(
        "kontakt",
        "Kontakta oss",
        "Ring oss.",
        doctype=Doctype.CONTACT,
        contacts=(
            Contact(
                name="Maja Ekdal", role="Socialchef", phone="+46313900612", phone_written="031-390 06 12"
            ),
        ),
    ),
    _row("en/child-care", "Child care", "Opening hours of the preschools.", language="en"),
    _row(
        "sunnerby",
        "Parkering",
        "Tillstånd för rörelsehindrade.",
        agency="sunnerby",
        host="www.sunnerby.example",
    ),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> TantivySnapshot:
    folder = tmp_path_factory.mktemp("index")
    _write(folder, _ROWS)
    return TantivyEngine(folder).snapshot()


def _write(folder: Path, rows: list[DocumentRow]) -> None:
    generations = Generations(folder)
    generation = generations.new()
    writer = TantivyWriter(generations, generation, new=True)
    writer.apply(Change(number, row.record.url, row) for number, row in enumerate(rows))
    writer.commit(len(rows))
    writer.close()
    generations.switch(generation)


def _plan(*words: str, **fields: Any) -> Plan:
    return Plan(clauses=tuple(Clause((Alternative(word),)) for word in words), **fields)


def _paths(snapshot: Snapshot, plan: Plan) -> list[str]:
    found = snapshot.fetch([candidate.key for candidate in snapshot.match(plan).candidates])
    return [document.record.url.split("/", 3)[3] for document in found]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("bygglov", "bygga-och-bo/bygglov"),
        ("bygglovet", "bygga-och-bo/bygglov"),
        ("förskolor", "forskola"),
        ("forskolor", "forskola"),
        ("barnomsorgsavgift", "forskola"),
        ("förskoleplats", "forskola"),
        ("parkeringstillstånd", "sunnerby"),
        ("§ 88", "protokoll/1"),
        ("§88", "protokoll/1"),
        ("KS/2024:261", "protokoll/1"),
        ("2024:261", "protokoll/1"),
        ("2024-03-12", "protokoll/1"),
        ("socialchef", "kontakt"),
        ("0313900612", "kontakt"),
        ("+46313900612", "kontakt"),
        ("preschool", "en/child-care"),
        ("hour", "en/child-care"),
        ("bo", "bygga-och-bo/bygglov"),
        ("xyzzy", ""),
    ],
)
def test_a_word_finds_its_page(snapshot: TantivySnapshot, query: str, first: str) -> None:
    paths = _paths(snapshot, _plan(query))
    assert paths[:1] == ([first] if first else [])


def test_total_candidates_and_facets_agree(snapshot: TantivySnapshot) -> None:
    for candidates in (1, 200):
        matches = snapshot.match(_plan("bygglov", candidates=candidates))
        assert matches.total == 3 == snapshot.count(_plan("bygglov"))
        assert len(matches.candidates) == min(candidates, 3)
        assert {facet.value: facet.count for facet in matches.facets["doctype"]} == {
            "guide": 1,
            "eservice": 1,
            "minutes": 1,
        }
        assert {facet.value: facet.count for facet in matches.facets["agency"]} == {"norrvik": 3}
    assert snapshot.match(_plan("bygglov", candidates=0)).candidates == []


def test_a_candidate_carries_what_ranking_needs(snapshot: TantivySnapshot) -> None:
    matches = snapshot.match(_plan("bygglov", "altan"))
    by_type = {candidate.doctype: candidate for candidate in matches.candidates}
    guide, service, minutes = by_type[Doctype.GUIDE], by_type[Doctype.ESERVICE], by_type[Doctype.MINUTES]
    assert (guide.matched, guide.title_matched, guide.title_words) == (1.0, 0.5, 1)
    assert (service.matched, service.title_matched, service.needs_eid) == (0.5, 0.5, True)
    assert (minutes.matched, minutes.title_matched, minutes.published) == (1.0, 0.0, date(2024, 3, 12))
    assert (guide.depth, guide.needs_eid) == (2, None)
    assert (service.agency, service.host, service.language) == ("norrvik", "e-tjanster.norrvik.example", "sv")


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (Filters(doctypes=frozenset({Doctype.MINUTES})), {"protokoll/1"}),
        (Filters(doctypes=frozenset()), set()),
        (Filters(agencies=frozenset({"sunnerby"})), {"sunnerby"}),
        (Filters(languages=frozenset({"en"})), {"en/child-care"}),
        (Filters(needs_eid=True), {"e/bygglov"}),
        (Filters(needs_eid=False), set()),
        (Filters(hosts=frozenset({"www.sunnerby.example", "nowhere.example"})), {"sunnerby"}),
        (Filters(agencies=frozenset({"norrvik"}), doctypes=frozenset({Doctype.CONTACT})), {"kontakt"}),
    ],
)
def test_filters_without_words_browse(snapshot: TantivySnapshot, filters: Filters, paths: set[str]) -> None:
    assert set(_paths(snapshot, Plan(clauses=(), filters=filters))) == paths
    assert snapshot.count(Plan(clauses=(), filters=filters)) == len(paths)


def test_filters_narrow_words(snapshot: TantivySnapshot) -> None:
    plan = _plan("bygglov", filters=Filters(doctypes=frozenset({Doctype.ESERVICE, Doctype.FORM})))
    assert _paths(snapshot, plan) == ["e/bygglov"]
    assert snapshot.match(plan).facets["doctype"][0].count == 1


def test_required_excluded_and_minimum_match(snapshot: TantivySnapshot) -> None:
    both = _plan("bygglov", "altan", minimum_match=1.0)
    assert set(_paths(snapshot, both)) == {"bygga-och-bo/bygglov", "protokoll/1"}
    assert snapshot.count(both) == 2
    required = Plan(
        clauses=(Clause((Alternative("altan"),), required=True), Clause((Alternative("bygglov"),)))
    )
    assert set(_paths(snapshot, required)) == {"bygga-och-bo/bygglov", "protokoll/1"}
    without = _plan("bygglov", excluded=("altan",))
    assert _paths(snapshot, without) == ["e/bygglov"]
    assert snapshot.match(_plan("bygglov", "xyzzy", minimum_match=1.0)).total == 0
    nothing = Plan(
        clauses=(Clause((Alternative("xyzzy"),), required=True), Clause((Alternative("bygglov"),)))
    )
    assert snapshot.match(nothing).total == 0


def test_the_best_alternative_counts_and_others_add_a_little(snapshot: TantivySnapshot) -> None:
    one = snapshot.match(_plan("förskola")).candidates[0].score
    several = Plan(
        clauses=(
            Clause(
                (
                    Alternative("förskola"),
                    Alternative("avgift", 0.5, Origin.SYNONYM),
                    Alternative("plats", 0.5),
                )
            ),
        )
    )
    assert one < snapshot.match(several).candidates[0].score < one * 1.2
    assert snapshot.match(_plan("veranda")).total == 0
    synonym = Plan(clauses=(Clause((Alternative("veranda"), Alternative("altan", 0.8, Origin.SYNONYM))),))
    assert snapshot.match(synonym).total == 2


def test_an_alternative_of_several_words_is_a_phrase(snapshot: TantivySnapshot) -> None:
    assert _paths(snapshot, _plan("ansök om bygglov")) == ["e/bygglov"]
    assert _paths(snapshot, _plan("bygglov om ansök")) == []


def test_a_phrase_lifts_what_has_it(snapshot: TantivySnapshot) -> None:
    plain = {c.doctype: c.score for c in snapshot.match(_plan("ansöka", "bygglov")).candidates}
    lifted = {
        c.doctype: c.score
        for c in snapshot.match(_plan("ansöka", "bygglov", phrases=(Alternative("om bygglov"),))).candidates
    }
    assert lifted[Doctype.ESERVICE] > plain[Doctype.ESERVICE]
    assert lifted[Doctype.GUIDE] == pytest.approx(plain[Doctype.GUIDE], rel=1e-5)


def test_weights_of_fields_and_forms_decide(snapshot: TantivySnapshot) -> None:
    title_only = {Field.TITLE: 1.0}
    assert set(_paths(snapshot, _plan("bygglov", field_weights=title_only))) == {
        "bygga-och-bo/bygglov",
        "e/bygglov",
    }
    assert snapshot.count(_plan("bygglov", field_weights=title_only)) == 2
    exact = {Form.EXACT: 1.0}
    assert snapshot.match(_plan("förskolan", form_weights=exact)).total == 1
    assert snapshot.match(_plan("förskolor", form_weights=exact)).total == 0


def test_template_blocks_are_not_indexed(snapshot: TantivySnapshot) -> None:
    assert snapshot.match(_plan("hjälpte")).total == 0
    document = snapshot.by_url("https://www.norrvik.example/bygga-och-bo/bygglov")
    assert document is not None
    assert document.text == "Du behöver bygglov för en altan."
    assert document.anchors == ("Sök bygglov",)
    assert document.record == _ROWS[0].record
    assert snapshot.by_url("https://www.norrvik.example/") is None


def test_words_of_the_vocabulary(snapshot: TantivySnapshot) -> None:
    assert snapshot.documents == len(_ROWS)
    assert snapshot.document_frequency("bygglovet") == 3
    assert snapshot.document_frequency("Bygglov altan") == 2
    assert snapshot.document_frequency("xyzzy") == snapshot.document_frequency("") == 0
    assert [word.text for word in snapshot.words_with_prefix("BYGGL", 5)] == ["bygglov", "bygglovsansökan"]
    assert snapshot.words_with_prefix("bygglov", 5)[0].documents == 3
    assert list(snapshot.languages) == ["sv", "en"]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("bygglov", "Söka bygglovet? Bygglovsansökan, rivning.", ["bygglovet", "Bygglovsansökan"]),
        ("förskoleplats", "Plats på förskolan", ["Plats", "förskolan"]),
        ("forskola", "Om förskolan", ["förskolan"]),
        ("§ 88", "Se § 88 och § 89", ["§ 88"]),
        ("hour", "Opening hours", ["hours"]),
        ("bygglov", "", []),
    ],
)
def test_highlighting(snapshot: TantivySnapshot, query: str, text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in snapshot.highlight(_plan(query), text)] == marked


def test_a_snapshot_stays_as_it_was_and_the_next_one_sees_the_commit(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    with pytest.raises(IndexUnavailableError):
        engine.snapshot()
    _write(tmp_path, _ROWS[:2])
    before = engine.snapshot()
    assert engine.snapshot() is before
    generations = Generations(tmp_path)
    writer = TantivyWriter(generations, generations.current())
    writer.apply([Change(9, _ROWS[0].record.url, None), Change(10, _ROWS[3].record.url, _ROWS[3])])
    assert engine.snapshot() is before
    writer.commit(10)
    after = engine.snapshot()
    assert (before.documents, after.documents) == (2, 2)
    assert after.by_url(_ROWS[0].record.url) is None
    assert before.by_url(_ROWS[0].record.url) is not None
    assert after.revision > before.revision
    writer.close()
    _write(tmp_path, _ROWS)
    newest = engine.snapshot()
    assert newest.documents == len(_ROWS)
    assert newest.revision > after.revision
    assert len(before.match(_plan("bygglov")).candidates) == 2


def test_an_empty_index_answers(tmp_path: Path) -> None:
    _write(tmp_path, [])
    empty = TantivyEngine(tmp_path).snapshot()
    assert empty.match(_plan("bygglov")).total == 0
    assert empty.match(Plan(clauses=())).total == 0
    assert empty.match(_plan("bygglov")).facets == {"doctype": [], "agency": [], "language": []}


def test_more_clauses_than_a_score_has_bits(snapshot: TantivySnapshot) -> None:
    words = ["bygglov"] * 12 + ["altan"] * 13
    service = next(
        candidate
        for candidate in snapshot.match(_plan(*words)).candidates
        if candidate.doctype is Doctype.ESERVICE
    )
    assert service.matched == pytest.approx(12 / 25)


_texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["bygglov", "förskoleplats", "§ 88", "KS/2024:261", "ansök om bygglov", '"', "*"]),
)
_weights = st.floats(min_value=-1, max_value=5, allow_nan=False)
_alternatives = st.builds(Alternative, _texts, _weights)
_plans = st.builds(
    Plan,
    clauses=st.lists(
        st.builds(Clause, st.lists(_alternatives, max_size=3).map(tuple), st.booleans()), max_size=4
    ).map(tuple),
    phrases=st.lists(_alternatives, max_size=2).map(tuple),
    excluded=st.lists(_texts, max_size=2).map(tuple),
    filters=st.builds(
        Filters,
        doctypes=st.none() | st.frozensets(st.sampled_from(Doctype), max_size=3),
        agencies=st.none() | st.frozensets(st.text(max_size=8) | st.just("norrvik"), max_size=2),
        needs_eid=st.none() | st.booleans(),
    ),
    field_weights=st.dictionaries(st.sampled_from(Field), _weights, max_size=3),
    form_weights=st.dictionaries(st.sampled_from(Form), _weights, max_size=3),
    minimum_match=st.floats(min_value=-1, max_value=2, allow_nan=False),
    candidates=st.integers(min_value=-5, max_value=2000),
    facets=st.just(("doctype", "agency", "language", "nonsense")),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=_plans, text=st.text(max_size=100))
def test_any_plan_is_carried_out(snapshot: TantivySnapshot, plan: Plan, text: str) -> None:
    matches = snapshot.match(plan)
    assert snapshot.count(plan) == matches.total
    assert len(matches.candidates) <= matches.total <= snapshot.documents
    assert set(matches.facets) == {"doctype", "agency", "language", "nonsense"}
    assert sum(facet.count for facet in matches.facets["doctype"]) == matches.total
    for candidate in matches.candidates:
        assert 0.0 <= candidate.matched <= 1.0
        assert 0.0 <= candidate.title_matched <= 1.0
    for start, end in snapshot.highlight(plan, text):
        assert 0 <= start < end <= len(text)


def test_words_of_the_path_are_understood_by_the_page(tmp_path: Path) -> None:
    rows = [
        _row("forskola-och-avgifter/xqzwa-4711.html", "Välkommen", "Om förskola."),
        _row("aldreboende", "Hej"),
    ]
    _write(tmp_path, rows)
    snapshot = TantivyEngine(tmp_path).snapshot()
    assert snapshot.match(_plan("förskolor", field_weights={Field.TRAIL: 1.0})).total == 1
    assert snapshot.match(_plan("avgift", field_weights={Field.TRAIL: 1.0})).total == 1
    assert snapshot.match(_plan("äldreboende")).total == 1
    assert snapshot.match(_plan("4711")).total == 0
    # What only addresses have is no word that people write: it is neither suggested nor taken for right.
    assert [word.text for word in snapshot.words_with_prefix("forsk", 5)] == []
    assert [word.text for word in snapshot.words_with_prefix("aldre", 5)] == []
    assert snapshot.words_with_prefix("försk", 5)[0].text == "förskola"


def test_a_survey_counts_under_each_limit(snapshot: TantivySnapshot) -> None:
    plan = _plan("bygglov")
    near = frozenset({"norrvik"})
    limits = [
        Filters(),
        Filters(doctypes=frozenset({Doctype.GUIDE, Doctype.ESERVICE})),
        Filters(doctypes=frozenset({Doctype.MINUTES})),
        Filters(doctypes=frozenset()),
        Filters(doctypes=frozenset({Doctype.MINUTES}), agencies=near),
        Filters(doctypes=frozenset({Doctype.GUIDE}), agencies=near),
        Filters(doctypes=frozenset({Doctype.GUIDE}), agencies=frozenset({"sunnerby"})),
        Filters(agencies=frozenset()),
        Filters(agencies=frozenset(f"agency{number}" for number in range(200)) | near),
        Filters(doctypes=frozenset({Doctype.GUIDE}), needs_eid=True),
        Filters(needs_eid=True),
    ]
    counts = [snapshot.count(replace(plan, filters=filters)) for filters in limits]
    assert snapshot.survey(plan, limits).totals == counts
    assert counts[0] > counts[1] > counts[2] > 0 == counts[3]
    assert snapshot.survey(plan, []).totals == []
    two = [Filters(doctypes=frozenset()), Filters(doctypes=frozenset())]
    assert snapshot.survey(plan, two).totals == [0, 0]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(doctypes=frozenset({Doctype.GUIDE, Doctype.MINUTES})),
        Filters(doctypes=frozenset(Doctype) - {Doctype.MINUTES}, agencies=frozenset({"norrvik"})),
    ],
)
def test_a_survey_has_the_facets_of_all_matches(snapshot: TantivySnapshot, filters: Filters) -> None:
    plan = replace(_plan("bygglov"), filters=filters)
    found = snapshot.match(plan)
    survey = snapshot.survey(plan, [Filters(doctypes=frozenset({Doctype.NEWS}))])
    assert found.total == len(found.candidates) > 0
    assert survey.facets == found.facets
    assert sum(one.count for one in survey.facets["doctype"]) == found.total


def test_words_of_titles_begin_as_typed_and_stand_within_limits(snapshot: TantivySnapshot) -> None:
    everywhere = {word.text: word.documents for word in snapshot.title_words("bygg", Filters(), 20)}
    guides = Filters(doctypes=frozenset({Doctype.GUIDE}))
    among_guides = {word.text: word.documents for word in snapshot.title_words("bygg", guides, 20)}
    assert everywhere["bygglov"] > among_guides["bygglov"] > 0
    assert snapshot.title_words("bygg", Filters(doctypes=frozenset()), 20) == []
    assert snapshot.title_words("xyzzy", Filters(), 20) == []


def test_documents_are_kept_within_a_bound() -> None:
    def document(characters: int) -> IndexedDocument:
        return IndexedDocument(_row("x", "X", "a" * characters).record, (), "a" * characters)

    kept = KeptDocuments(characters=100_000, documents=5)
    first = document(1000)
    kept.put((0, 1), first)
    for number in range(2, 5):
        kept.put((0, number), document(1000))
        assert kept.get((0, 1)) is first, "what is looked at stays"
    kept.put((0, 9), document(50_000))
    assert kept.get((0, 9)) is None, "one document does not take all the room"
    for number in range(20, 40):
        kept.put((0, number), document(4000))
    assert len(kept) == 5
    assert kept.get((0, 39)) is not None
    assert kept.get((0, 1)) is None
    narrow = KeptDocuments(characters=40_000)
    for number in range(20):
        narrow.put((0, number), document(1000))
    assert 2 < len(narrow) <= 40_000 // 4000


def test_the_same_document_is_read_once(snapshot: TantivySnapshot) -> None:
    [candidate] = snapshot.match(_plan("förskola")).candidates[:1]
    assert snapshot.fetch([candidate.key])[0] is snapshot.fetch([candidate.key])[0]


def test_a_compound_that_stands_nowhere_is_met_where_all_its_parts_are(snapshot: TantivySnapshot) -> None:
    # Both parts stand in several fields and forms of the page.
    found = snapshot.match(_plan("förskoleavgift"))
    assert [candidate.matched for candidate in found.candidates] == [1.0]
    partly = snapshot.match(_plan("förskolebrev"))
    assert [candidate.matched for candidate in partly.candidates] == [0.0]
    assert partly.candidates[0].score < found.candidates[0].score


def test_the_parts_of_a_synonym_are_not_met_apart(snapshot: TantivySnapshot) -> None:
    synonym = Alternative("förskoleavgift", 1.0, Origin.SYNONYM)
    assert snapshot.match(Plan(clauses=(Clause((synonym,)),))).total == 0
