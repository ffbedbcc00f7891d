"""Are documents that agencies send read as pages are, the latest of each, and gone when taken back?"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from crawler.assignment import Origin
from crawler.errors import StoreError
from crawler.fetch.pushes import run_pushes
from crawler.fetch.readers import ReaderPool
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl
from crawler.registry import Agency, Registry
from crawler.store import PageStore, Visit
from crawler.store.pushes import TAKEN_BACK, NewPush, Pushes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = CanonicalUrl("https://aspvik.example/bygga/altan")
HTML = "text/html; charset=utf-8"
REGISTRY = Registry(
    Agency.model_validate({"id": name, "name": name, "kind": "other", "seeds": [f"https://{name}.example/"]})
    for name in ("aspvik", "granaby")
)


@pytest.fixture
def store(store_url: str) -> Iterator[PageStore]:
    with PageStore(store_url) as opened:
        yield opened


def page(title: str, head: str = "", text: str = "Du behöver sällan bygglov för en altan.") -> bytes:
    return (
        f"<!doctype html><html lang=sv><head><title>{title}</title>{head}</head>"
        f"<body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    ).encode()


def run_until(store: PageStore, over: Callable[[], bool], worker: str = "w1") -> None:
    """Read until a condition holds."""

    async def work() -> None:
        hosts = [host for agency in REGISTRY for host in agency.hosts]
        readers = ReaderPool(REGISTRY, hosts, processes=0, seconds=10)
        readers.start()
        stopping = asyncio.Event()
        task = asyncio.create_task(run_pushes(store, readers, REGISTRY, worker, stopping))
        async with asyncio.timeout(60):
            while not task.done() and not over():
                await asyncio.sleep(0.02)
        stopping.set()
        await task
        await readers.close()

    asyncio.run(work())


def read_all(store: PageStore) -> None:
    run_until(store, lambda: Pushes(store).waiting()[0] == 0)


def test_a_sent_page_is_read_as_a_fetched_one(store: PageStore) -> None:
    body = page("Bygga altan")
    (push,) = Pushes(store).put("aspvik", [NewPush(URL, HTML, body)], NOON)
    read_all(store)
    found = store.document(URL)
    assert found is not None
    assert found.record.title == "Bygga altan"
    assert found.record.fetched == NOON
    ended = Pushes(store).get(push.id)
    assert ended is not None
    assert (ended.status, ended.outcome) == ("finished", Outcome.INDEXED)
    (run,) = store.runs()
    assert (run.origin, run.status, run.agency) == (Origin.PUSH, "finished", "aspvik")
    assert (run.outcomes, run.bytes) == ({Outcome.INDEXED: 1}, len(body))


def test_title_and_language_of_the_agency_hold(store: PageStore) -> None:
    text = "Protokoll\n\nNämnden beslutar att bifalla ansökan om bygglov för altan på fastigheten.".encode()
    sent = NewPush(URL, "text/plain; charset=utf-8", text, title="Protokoll 2026-02-11", language="fi")
    Pushes(store).put("aspvik", [sent], NOON)
    read_all(store)
    found = store.document(URL)
    assert found is not None
    assert (found.record.title, found.record.language) == ("Protokoll 2026-02-11", "fi")
    assert "bifalla ansökan" in found.record.text


def test_the_latest_wins(store: PageStore) -> None:
    pushes = Pushes(store)
    (first,) = pushes.put("aspvik", [NewPush(URL, HTML, page("Gammal"))], NOON)
    (second,) = pushes.put("aspvik", [NewPush(URL, HTML, page("Ny"))], NOON)
    read_all(store)
    found = store.document(URL)
    assert found is not None
    assert found.record.title == "Ny"
    superseded, finished = pushes.get(first.id), pushes.get(second.id)
    assert superseded is not None
    assert finished is not None
    assert (superseded.status, finished.status) == ("superseded", "finished")


def test_what_is_being_read_is_not_overtaken(store: PageStore) -> None:
    pushes = Pushes(store)
    pushes.put("aspvik", [NewPush(URL, HTML, page("Gammal"))], NOON)
    (claimed,) = pushes.claim("w1", agencies=["aspvik"], limit=10, most_bytes=10**6)
    pushes.put("aspvik", [NewPush(URL, HTML, page("Ny"))], NOON)
    assert pushes.claim("w2", agencies=["aspvik"], limit=10, most_bytes=10**6) == []
    pushes.finish("aspvik", [(claimed, Outcome.INDEXED, "")], NOON)
    (newer,) = pushes.claim("w2", agencies=["aspvik"], limit=10, most_bytes=10**6)
    assert b"Ny" in newer.content


def test_noindex_is_obeyed_in_what_is_sent(store: PageStore) -> None:
    Pushes(store).put("aspvik", [NewPush(URL, HTML, page("Bygga altan"))], NOON)
    read_all(store)
    hidden = page("Bygga altan", '<meta name="robots" content="noindex">')
    (push,) = Pushes(store).put("aspvik", [NewPush(URL, HTML, hidden)], NOON)
    read_all(store)
    ended = Pushes(store).get(push.id)
    assert ended is not None
    assert ended.outcome == Outcome.NOINDEX
    assert "noindex" in ended.reason
    assert store.document(URL) is None


def test_a_canonical_elsewhere_yields_to_the_address_that_was_named(store: PageStore) -> None:
    body = page("Bygga altan", '<link rel=canonical href="https://aspvik.example/bygga/">')
    Pushes(store).put("aspvik", [NewPush(URL, HTML, body)], NOON)
    read_all(store)
    assert store.document(URL) is not None


def test_what_is_no_text_ends_as_its_outcome(store: PageStore) -> None:
    (push,) = Pushes(store).put("aspvik", [NewPush(URL, "application/pdf", b"%PDF-1.4 nonsense")], NOON)
    read_all(store)
    ended = Pushes(store).get(push.id)
    assert ended is not None
    assert ended.status == "finished"
    assert Outcome(ended.outcome).is_failure
    assert ended.reason
    assert store.document(URL) is None


def test_taking_back_removes_at_once_and_says_why(store: PageStore) -> None:
    Pushes(store).put("aspvik", [NewPush(URL, HTML, page("Bygga altan"))], NOON)
    read_all(store)
    before = store.revision()
    _, there = Pushes(store).delete("aspvik", URL, NOON)
    assert there
    assert store.document(URL) is None
    (change,) = store.changes_since(before)
    assert (change.url, change.document) == (URL, None)
    state = store.url_state(URL)
    assert state is not None
    assert (state.outcome, state.reason, state.pushed) == (Outcome.GONE, TAKEN_BACK, True)
    assert Pushes(store).delete("aspvik", URL, NOON)[1] is False


def test_taking_back_what_waits_leaves_nothing_to_read(store: PageStore) -> None:
    pushes = Pushes(store)
    pushes.put("aspvik", [NewPush(URL, HTML, page("Bygga altan"))], NOON)
    assert pushes.delete("aspvik", URL, NOON)[1]
    assert pushes.waiting() == (0, 0)
    assert pushes.claim("w1", agencies=["aspvik"], limit=10, most_bytes=10**6) == []


def test_taking_back_wins_over_what_is_being_read(store: PageStore) -> None:
    """The DELETE comes after the document was claimed and before it is saved."""
    pushes = Pushes(store)
    pushes.put("aspvik", [NewPush(URL, HTML, page("Bygga altan"))], NOON)
    read_all(store)
    found = store.document(URL)
    assert found is not None
    read = found.record
    pushes.put("aspvik", [NewPush(URL, HTML, page("Ny"))], NOON)
    (claimed,) = pushes.claim("w1", agencies=["aspvik"], limit=10, most_bytes=10**6)
    pushes.delete("aspvik", URL, NOON)
    run = pushes.begin_run("aspvik", "w1", NOON)
    store.save_visits(
        run, [Visit(URL, "aspvik", Outcome.INDEXED, NOON, canonical_url=URL, record=read, pushed=True)]
    )
    assert store.document(URL) is not None
    pushes.finish("aspvik", [(claimed, Outcome.INDEXED, "")], NOON)
    assert store.document(URL) is None
    state = store.url_state(URL)
    assert state is not None
    assert state.reason == TAKEN_BACK


def test_a_batch_is_of_one_agency_and_bounded(store: PageStore) -> None:
    pushes = Pushes(store)
    for number in range(3):
        url = f"https://aspvik.example/{number}"
        pushes.put("aspvik", [NewPush(url, HTML, b"x" * 1000)], NOON)
        pushes.put("granaby", [NewPush(f"https://granaby.example/{number}", HTML, b"x")], NOON)
    first = pushes.claim("w1", agencies=["aspvik", "granaby"], limit=50, most_bytes=2500)
    assert [push.url for push in first] == ["https://aspvik.example/0", "https://aspvik.example/1"]
    second = pushes.claim("w1", agencies=["granaby"], limit=2, most_bytes=2500)
    assert [push.url for push in second] == ["https://granaby.example/0", "https://granaby.example/1"]
    assert pushes.claim("w1", agencies=["nobody"], limit=2, most_bytes=2500) == []


def test_what_is_larger_than_a_batch_goes_alone(store: PageStore) -> None:
    pushes = Pushes(store)
    pushes.put("aspvik", [NewPush(f"{URL}/{n}", HTML, b"x" * 5000) for n in range(2)], NOON)
    assert len(pushes.claim("w1", agencies=["aspvik"], limit=50, most_bytes=100)) == 1


def test_what_a_dead_worker_held_is_read_by_another(store: PageStore) -> None:
    pushes = Pushes(store)
    pushes.put("aspvik", [NewPush(URL, HTML, page("Bygga altan"))], NOON)
    assert pushes.claim("dead", agencies=["aspvik"], limit=10, most_bytes=10**6)
    run_until(store, lambda: store.document(URL) is not None, worker="alive")
    assert store.document(URL) is not None


def test_what_a_living_worker_holds_stays_its_own(store: PageStore) -> None:
    from sqlalchemy import insert

    from crawler.store.schema import worker

    pushes = Pushes(store)
    pushes.put("aspvik", [NewPush(URL, HTML, page("Bygga altan"))], NOON)
    pushes.claim("w1", agencies=["aspvik"], limit=10, most_bytes=10**6)
    with store.writing() as connection:
        connection.execute(insert(worker).values(worker="w1", kind="worker", started=NOON, seen=NOON))
    assert pushes.give_back_of_the_dead("w2", NOON, seconds=60) == 0
    assert pushes.give_back_of_the_dead("w2", NOON + timedelta(seconds=61), seconds=60) == 1


def test_a_crawl_under_way_is_not_broken_off(store: PageStore) -> None:
    crawl = store.begin_run("aspvik", NOON)
    Pushes(store).put("aspvik", [NewPush(URL, HTML, page("Bygga altan"))], NOON)
    read_all(store)
    assert store.run(crawl).status == "running"


def test_a_store_that_fails_once_loses_nothing(store: PageStore, monkeypatch: pytest.MonkeyPatch) -> None:
    Pushes(store).put("aspvik", [NewPush(URL, HTML, page("Bygga altan"))], NOON)
    monkeypatch.setattr("crawler.fetch.pushes._RETRY_SECONDS", 0.01)
    save, failed = store.save_visits, []

    def fail_once(*arguments: object) -> None:
        if not failed:
            failed.append(True)
            raise StoreError("the disk is full")
        save(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "save_visits", fail_once)
    read_all(store)
    assert failed
    assert store.document(URL) is not None
    assert sorted(run.status for run in store.runs()) == ["failed", "finished"]
