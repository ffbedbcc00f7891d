"""Is the time that changes wait counted from the first of them, and over once they are indexed?"""

from datetime import UTC, datetime
from pathlib import Path

from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.store import PageStore, Visit
from indexer import rebuild
from indexer.progress import indexed_revision
from searchapi.index_lag import LagWatch

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def save(store: PageStore, number: int) -> None:
    url = CanonicalUrl(f"https://aspvik.example/{number}")
    record = DocumentRecord(
        url=url,
        requested_url=RequestedUrl(url),
        agency="aspvik",
        host="aspvik.example",
        title="Sida",
        text=f"Nummer {number}.",
        fetched=NOON,
        checked=NOON,
        content_hash=f"{number:064d}",
    )
    run = store.begin_run("aspvik", NOON)
    store.save_visits(run, [Visit(url, "aspvik", Outcome.INDEXED, NOON, canonical_url=url, record=record)])
    store.finish_run(run, "stopped", NOON)


def test_waiting_is_counted_from_the_first_change(tmp_path: Path) -> None:
    index = tmp_path / "index"
    watch = LagWatch()
    with PageStore(f"sqlite:///{tmp_path / 's.sqlite3'}") as store:
        empty = watch.look(store, index, now=0)
        assert (empty.index, empty.changes, empty.seconds) == (None, 0, 0)
        save(store, 1)
        assert watch.look(store, index, now=10).seconds == 0
        save(store, 2)
        lag = watch.look(store, index, now=25)
        assert (lag.changes, lag.seconds) == (2, 15)
        rebuild(store, index)
        assert indexed_revision(index) == 2
        lag = watch.look(store, index, now=30)
        assert (lag.store, lag.index, lag.changes, lag.seconds) == (2, 2, 0, 0)
        save(store, 3)
        watch.look(store, index, now=40)
        lag = watch.look(store, index, now=43)
        assert (lag.changes, lag.seconds) == (1, 3)


def test_many_looks_cost_no_memory(tmp_path: Path) -> None:
    watch = LagWatch()
    with PageStore(f"sqlite:///{tmp_path / 's.sqlite3'}") as store:
        save(store, 1)
        for at in range(3000):
            lag = watch.look(store, tmp_path / "index", now=at)
    assert lag.seconds == 2999
    assert len(watch._seen) == 1
