"""Does the page store keep what it was given, and nothing half?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import StoreError
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, Contact, DocumentRecord, RequestedUrl
from crawler.store import PageStore, Visit, VisitedLink

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _record(url: str, text: str = "Så här gör du.") -> DocumentRecord:
    return DocumentRecord(
        url=CanonicalUrl(url),
        requested_url=RequestedUrl(url),
        agency="norrby",
        host="www.norrby.example",
        title="Bygglov",
        text=text,
        contacts=(Contact(name="Byggenheten", phone="+46980319210", phone_written="0980-319 210"),),
        fetched=NOW,
        checked=NOW,
        content_hash=str(hash(text)),
    )


def _visit(
    path: str, outcome: Outcome = Outcome.INDEXED, text: str = "Så här gör du.", **more: object
) -> Visit:
    url = f"https://www.norrby.example{path}"
    record = _record(url, text) if outcome is Outcome.INDEXED else None
    values: dict[str, object] = {"http_status": 200, "size": 100, **more}
    return Visit(url=url, agency="norrby", outcome=outcome, at=NOW, record=record, **values)  # type: ignore[arg-type]


@pytest.fixture
def store(store_url: str):
    with PageStore(store_url) as opened:
        yield opened


def test_a_record_survives_the_round_trip(store: PageStore) -> None:
    run = store.begin_run("norrby", NOW)
    visit = _visit("/a")
    store.save_visits(run, [visit])
    row = store.document(CanonicalUrl(visit.url))
    assert row is not None
    assert row.record == visit.record
    state = store.url_state(visit.url)
    assert state is not None
    assert (state.outcome, state.failures, state.last_visit) == (Outcome.INDEXED, 0, NOW)


def test_a_run_counts_its_outcomes(store: PageStore) -> None:
    run = store.begin_run("norrby", NOW)
    store.save_visits(run, [_visit("/a"), _visit("/b"), _visit("/c", Outcome.NOT_FOUND, http_status=404)])
    store.save_visits(run, [_visit("/d", Outcome.ROBOTS_DENIED, http_status=None)])
    store.finish_run(run, "finished", NOW)
    summary = store.run(run)
    assert summary.outcomes == {Outcome.INDEXED: 2, Outcome.NOT_FOUND: 1, Outcome.ROBOTS_DENIED: 1}
    assert (summary.requests, summary.bytes, summary.status) == (3, 400, "finished")


def test_changes_come_in_order_and_a_removal_is_one(store: PageStore) -> None:
    run = store.begin_run("norrby", NOW)
    store.save_visits(run, [_visit("/a"), _visit("/b")])
    seen = store.changes_since(0)
    assert [change.url.rsplit("/", 1)[1] for change in seen] == ["a", "b"]
    store.save_visits(run, [_visit("/a", Outcome.GONE, http_status=410)])
    later = store.changes_since(seen[-1].revision)
    assert [(change.url, change.document) for change in later] == [("https://www.norrby.example/a", None)]
    assert store.changes_since(later[-1].revision) == []
    assert store.document_counts() == {"norrby": 1}


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.HTTP_ERROR, Outcome.DNS_ERROR])
def test_a_site_that_fails_loses_nothing(store: PageStore, outcome: Outcome) -> None:
    run = store.begin_run("norrby", NOW)
    store.save_visits(run, [_visit("/a")])
    for _ in range(5):
        store.save_visits(run, [_visit("/a", outcome, http_status=None)])
    assert store.document_counts() == {"norrby": 1}
    state = store.url_state("https://www.norrby.example/a")
    assert state is not None
    assert state.failures == 5


def test_a_page_put_again_is_one_document(store: PageStore) -> None:
    run = store.begin_run("norrby", NOW)
    store.save_visits(run, [_visit("/a")])
    store.save_visits(run, [_visit("/a", text="Nytt.")])
    assert [row.record.text for row in store.documents()] == ["Nytt."]


def test_link_texts_by_target_and_chrome_counted_once(store: PageStore) -> None:
    target = "https://www.norrby.example/a"
    run = store.begin_run("norrby", NOW)
    visits = [_visit("/a")]
    visits += [
        _visit(
            f"/{n}", links=(VisitedLink(target, "Bygglov", chrome=True), VisitedLink(target, "bygga altan"))
        )
        for n in range(3)
    ]
    store.save_visits(run, visits)
    assert store.link_texts(["www.norrby.example"]) == {target: {"Bygglov": 1, "bygga altan": 3}}


def test_settling_changes_a_document_once(store: PageStore) -> None:
    run = store.begin_run("norrby", NOW)
    visit = _visit("/a", text="Så här gör du.\nKontakta oss i växeln.")
    store.save_visits(run, [visit])
    url = CanonicalUrl(visit.url)
    before = store.revision()
    assert store.settle(url, anchors=["bygga altan"], template_blocks=["Kontakta oss i växeln."])
    assert not store.settle(url, anchors=["bygga altan"], template_blocks=["Kontakta oss i växeln."])
    assert store.revision() == before + 1
    row = store.document(url)
    assert row is not None
    assert (row.text(), row.anchors) == ("Så här gör du.", ("bygga altan",))
    store.save_visits(run, [visit])
    row = store.document(url)
    assert row is not None
    assert row.anchors == ("bygga altan",), "a new visit keeps what the whole site showed"


def test_duplicates_are_found_within_the_agency(store: PageStore) -> None:
    run = store.begin_run("norrby", NOW)
    visit = _visit("/a")
    assert visit.record is not None
    store.save_visits(run, [visit])
    other = CanonicalUrl("https://www.norrby.example/b")
    assert store.duplicate_of("norrby", visit.record.content_hash, other) == visit.url
    assert store.duplicate_of("annan", visit.record.content_hash, other) is None
    assert store.duplicate_of("norrby", visit.record.content_hash, CanonicalUrl(visit.url)) is None


def test_a_batch_that_fails_leaves_nothing(store: PageStore) -> None:
    run = store.begin_run("norrby", NOW)
    broken = _visit("/b", http_status="x" * 10)
    object.__setattr__(broken, "at", "not a time")
    with pytest.raises((StoreError, TypeError, AttributeError)):
        store.save_visits(run, [_visit("/a"), broken])
    assert store.document_counts() == {}
    assert store.revision() == 0


def test_a_run_left_open_is_left_alone_by_the_next(store: PageStore) -> None:
    first = store.begin_run("norrby", NOW, worker="a:1:1")
    second = store.begin_run("norrby", NOW, worker="b:2:2")
    assert store.run(first).status == "running"
    assert store.interrupt_runs("a:1:1", NOW) == [first]
    assert [store.run(run).status for run in (first, second)] == ["interrupted", "running"]


def test_a_store_opens_again_as_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deep' / 'store.sqlite3'}"
    with PageStore(url) as store:
        store.save_visits(store.begin_run("norrby", NOW), [_visit("/a")])
    with PageStore(url) as store:
        assert store.document_counts() == {"norrby": 1}


def test_a_store_that_cant_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="can't be opened"):
        PageStore(f"sqlite:///{tmp_path / 'file' / 'store.sqlite3'}")
    with pytest.raises(StoreError, match="can't be opened"):
        PageStore("nonsense")
