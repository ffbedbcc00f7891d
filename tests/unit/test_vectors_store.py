"""Does the store keep each page's vector, tell which pages wait, and what is new?"""

from datetime import UTC, datetime

import pytest

from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, Doctype, DocumentRecord, RequestedUrl
from crawler.store import PageStore, Visit
from crawler.store.vectors import PageVector, PageVectors

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ERRANDS = frozenset({Doctype.GUIDE, Doctype.FORM})


def _url(path: str) -> CanonicalUrl:
    return CanonicalUrl(f"https://www.norrby.example{path}")


def _visit(path: str, doctype: Doctype = Doctype.GUIDE, text: str = "Så här gör du.") -> Visit:
    record = DocumentRecord(
        url=_url(path),
        requested_url=RequestedUrl(_url(path)),
        agency="norrby",
        host="www.norrby.example",
        title="Bygglov",
        text=text,
        doctype=doctype,
        fetched=NOW,
        checked=NOW,
        content_hash=text,
    )
    return Visit(
        url=record.url, agency="norrby", outcome=Outcome.INDEXED, at=NOW, record=record, http_status=200
    )


def _save(store: PageStore, *visits: Visit) -> None:
    store.save_visits(store.begin_run("norrby", NOW), list(visits))


@pytest.fixture
def store(store_url: str):
    with PageStore(store_url) as opened:
        yield opened


@pytest.fixture
def vectors(store: PageStore) -> PageVectors:
    return PageVectors(store, "tiny 1", ERRANDS)


def _make(vectors: PageVectors, vector: bytes = b"1234") -> int:
    due = [one for one in vectors.due(0, 100) if one.document is not None]
    vectors.save([PageVector(one.url, one.revision, "hash", vector) for one in due])
    return len(due)


def test_only_pages_of_the_wanted_kinds_wait(store: PageStore, vectors: PageVectors) -> None:
    _save(store, _visit("/guide"), _visit("/minutes", Doctype.MINUTES), _visit("/form", Doctype.FORM))
    due = vectors.due(0, 10)
    assert {one.url for one in due} == {_url("/guide"), _url("/form")}
    assert all(one.document is not None and one.text_hash == "" for one in due)
    assert vectors.counts().waiting == 2


def test_what_has_a_vector_waits_no_more(store: PageStore, vectors: PageVectors) -> None:
    _save(store, _visit("/guide"))
    assert _make(vectors) == 1
    assert vectors.due(0, 10) == []
    counts = vectors.counts()
    assert (counts.present, counts.waiting) == (1, 0)


def test_a_changed_page_is_due_again_with_the_hash_it_had(store: PageStore, vectors: PageVectors) -> None:
    _save(store, _visit("/guide"))
    _make(vectors)
    _save(store, _visit("/guide", text="Numera gör du så här."))
    (due,) = vectors.due(0, 10)
    assert due.text_hash == "hash"
    assert due.document is not None
    assert due.document.record.text == "Numera gör du så här."
    assert vectors.counts().waiting == 1


def test_looking_at_a_page_keeps_its_vector(store: PageStore, vectors: PageVectors) -> None:
    _save(store, _visit("/guide"))
    _make(vectors)
    _save(store, _visit("/guide"))
    (due,) = vectors.due(0, 10)
    vectors.save([], looked_at=[(due.url, due.revision)])
    assert vectors.due(0, 10) == []
    (new,) = vectors.since(0, 10)
    assert new.vector == b"1234"


def test_removed_pages_and_pages_of_another_kind_leave(store: PageStore, vectors: PageVectors) -> None:
    _save(store, _visit("/a"), _visit("/b"), _visit("/c"))
    _make(vectors)
    seen = vectors.since(0, 10)[-1].number
    store.remove(_url("/a"), "gone")
    _save(store, _visit("/b", Doctype.NEWS))
    due = vectors.due(0, 10)
    assert {one.url for one in due} == {_url("/a"), _url("/b")}
    assert all(one.document is None for one in due)
    vectors.save([PageVector(one.url, one.revision, "", b"") for one in due])
    assert vectors.due(0, 10) == []
    assert {(one.url, one.vector) for one in vectors.since(seen, 10)} == {
        (_url("/a"), b""),
        (_url("/b"), b""),
    }
    assert vectors.counts().present == 1


def test_new_vectors_come_in_the_order_of_their_numbers(store: PageStore, vectors: PageVectors) -> None:
    _save(store, *(_visit(f"/{number}") for number in range(5)))
    _make(vectors)
    first = vectors.since(0, 2)
    rest = vectors.since(first[-1].number, 10)
    assert [one.number for one in (*first, *rest)] == sorted(one.number for one in (*first, *rest))
    assert {one.url for one in (*first, *rest)} == {_url(f"/{number}") for number in range(5)}
    assert {(one.agency, one.doctype) for one in rest} == {("norrby", Doctype.GUIDE)}


def test_models_are_kept_apart_and_the_other_can_be_forgotten(store: PageStore, vectors: PageVectors) -> None:
    other = PageVectors(store, "tiny 2", ERRANDS)
    _save(store, _visit("/guide"))
    _make(vectors)
    assert other.counts().waiting == 1
    _make(other, b"56")
    assert [one.vector for one in other.since(0, 10)] == [b"56"]
    assert other.forget_other_models() == 1
    assert vectors.counts().present == 0
    assert other.counts().present == 1


def test_a_vector_that_is_forgotten_is_made_anew(store: PageStore, vectors: PageVectors) -> None:
    _save(store, _visit("/a"), _visit("/b"))
    _make(vectors)
    vectors.make_anew([_url("/b")])
    assert [one.url for one in vectors.due(0, 10)] == [_url("/b")]
    assert vectors.counts().waiting == 1
