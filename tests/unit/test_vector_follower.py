"""Do pages get their vectors, each once, and again only where their text has changed?"""

from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import sqlalchemy as sa

from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, Doctype, DocumentRecord, RequestedUrl
from crawler.store import PageStore, Visit
from crawler.store.schema import page_vector
from crawler.store.vectors import PageVectors
from indexer.meaning import MEANT
from indexer.meaning.follow import BATCH, VectorFollower
from indexer.meaning.interface import unpacked
from tests.unit.meaning_models import SIZE, ListedMeanings, Raising

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _url(path: str) -> CanonicalUrl:
    return CanonicalUrl(f"https://www.norrby.example{path}")


def _save(store: PageStore, *pages: tuple[str, str, Doctype]) -> None:
    visits = []
    for path, text, doctype in pages:
        record = DocumentRecord(
            url=_url(path),
            requested_url=RequestedUrl(_url(path)),
            agency="norrby",
            host="www.norrby.example",
            title=path.strip("/"),
            text=text,
            doctype=doctype,
            fetched=NOW,
            checked=NOW,
            content_hash=text[:60],
        )
        visits.append(Visit(url=record.url, agency="norrby", outcome=Outcome.INDEXED, at=NOW, record=record))
    store.save_visits(store.begin_run("norrby", NOW), visits)


@pytest.fixture
def store(tmp_path: Path):
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        yield opened


def _all(follower: VectorFollower) -> int:
    done = 0
    while count := follower.step():
        done += count
    return done


def test_pages_of_errands_get_vectors_of_their_title_and_text(store: PageStore) -> None:
    _save(store, ("/altan", "bygglov", Doctype.GUIDE), ("/protokoll", "altan", Doctype.MINUTES))
    model = ListedMeanings()
    assert _all(VectorFollower(store, model)) == 1
    assert model.asked == ["altan. bygglov"]
    (row,) = PageVectors(store, model.name, MEANT).since(0, 10)
    vector = unpacked(row.vector, SIZE)
    assert vector is not None
    assert float(vector @ model.query("bygga")) == pytest.approx(1.0, abs=1e-2)


def test_an_unchanged_text_is_never_computed_again(store: PageStore) -> None:
    _save(store, ("/altan", "bygglov", Doctype.GUIDE))
    model = ListedMeanings()
    _all(VectorFollower(store, model))
    store.settle(_url("/altan"), anchors=["bygga altan"], template_blocks=[])
    again = VectorFollower(store, model)
    assert _all(again) == 1
    assert _all(again) == 0
    assert len(model.asked) == 1


def test_a_changed_text_is(store: PageStore) -> None:
    _save(store, ("/altan", "bygglov", Doctype.GUIDE))
    model = ListedMeanings()
    follower = VectorFollower(store, model)
    _all(follower)
    _save(store, ("/altan", "förskola", Doctype.GUIDE))
    assert _all(follower) == 1
    assert model.asked == ["altan. bygglov", "altan. förskola"]


def test_what_stands_on_all_pages_of_a_site_means_nothing(store: PageStore) -> None:
    _save(store, ("/altan", "Kakor används här\nbygglov", Doctype.GUIDE))
    store.settle(_url("/altan"), anchors=[], template_blocks=["Kakor används här"])
    model = ListedMeanings()
    _all(VectorFollower(store, model))
    assert model.asked == ["altan. bygglov"]


def test_many_pages_are_kept_in_batches(store: PageStore) -> None:
    _save(store, *((f"/{number}", f"text {number}", Doctype.FORM) for number in range(2 * BATCH + 3)))
    follower = VectorFollower(store, ListedMeanings())
    assert follower.step() == BATCH
    assert PageVectors(store, "listed 1", MEANT).counts().present == BATCH
    assert _all(follower) == BATCH + 3


def test_removed_pages_leave(store: PageStore) -> None:
    _save(store, ("/altan", "bygglov", Doctype.GUIDE))
    follower = VectorFollower(store, ListedMeanings())
    _all(follower)
    store.remove(_url("/altan"), "gone")
    assert _all(follower) == 1
    assert PageVectors(store, "listed 1", MEANT).counts().present == 0


def test_another_model_makes_its_own_and_the_old_ones_go(store: PageStore) -> None:
    _save(store, ("/altan", "bygglov", Doctype.GUIDE))
    _all(VectorFollower(store, ListedMeanings()))
    _all(VectorFollower(store, ListedMeanings("listed 2")))
    assert PageVectors(store, "listed 1", MEANT).counts().present == 0
    assert PageVectors(store, "listed 2", MEANT).counts().present == 1


def test_a_text_that_the_model_fails_at_gets_no_vector_and_stops_nothing(
    store: PageStore, caplog: pytest.LogCaptureFixture
) -> None:
    _save(store, ("/a", "fel", Doctype.GUIDE), ("/b", "bygglov", Doctype.GUIDE))
    assert _all(VectorFollower(store, Raising("fel"))) == 2
    counts = PageVectors(store, "raising", MEANT).counts()
    assert (counts.present, counts.waiting) == (1, 0)
    assert caplog.text.count("gets no vector") == 1


@pytest.mark.parametrize("broken", [b"12", np.full(SIZE, np.nan, "<f2").tobytes(), b"\x7f" * (2 * SIZE)])
def test_broken_vectors_are_made_anew(store: PageStore, broken: bytes) -> None:
    _save(store, ("/altan", "bygglov", Doctype.GUIDE), ("/skola", "dagis", Doctype.GUIDE))
    model = ListedMeanings()
    _all(VectorFollower(store, model))
    with store.writing() as connection:
        connection.execute(
            sa.update(page_vector).where(page_vector.c.url == _url("/altan")).values(vector=broken)
        )
    _all(VectorFollower(store, model))
    rows = PageVectors(store, model.name, MEANT).since(0, 10)
    assert [unpacked(row.vector, SIZE) is not None for row in rows] == [True, True]


def test_it_ends_when_told_to(store: PageStore) -> None:
    _save(store, ("/altan", "bygglov", Doctype.GUIDE))
    stop = Event()
    stop.set()
    follower = VectorFollower(store, ListedMeanings())
    follower.run(stop)
    assert follower.step(stop) == 0
