"""Is a webmaster told the truth about a URL, what to do about it, and nothing about inner networks?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.registry import Agency, Registry
from crawler.store import PageStore, Visit
from searchapi.errors import BadRequestError
from searchapi.inspect_url import UrlInspection, inspect_url
from searchapi.url_advice import UrlAdvice

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = CanonicalUrl("https://aspvik.example/bygga")
REGISTRY = Registry(
    [
        Agency.model_validate(
            {
                "id": "aspvik",
                "name": "Aspviks kommun",
                "kind": "municipality",
                "seeds": ["https://aspvik.example/"],
                "deny": ["/internt/"],
                "drop_parameters": ["sv.target"],
            }
        )
    ]
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    with PageStore(f"sqlite:///{tmp_path / 's.sqlite3'}") as opened:
        yield opened


def record(url: str = URL) -> DocumentRecord:
    return DocumentRecord(
        url=CanonicalUrl(url),
        requested_url=RequestedUrl(url),
        agency="aspvik",
        host="aspvik.example",
        title="Bygga",
        text="Du behöver sällan bygglov.",
        fetched=NOON,
        checked=NOON,
        content_hash="a" * 64,
    )


def save(store: PageStore, *visits: Visit) -> None:
    run = store.begin_run("aspvik", NOON)
    store.save_visits(run, visits)
    store.finish_run(run, "finished", NOON)


def visit(outcome: Outcome, url: str = URL, **more: object) -> Visit:
    return Visit(url, "aspvik", outcome, NOON, **more)  # type: ignore[arg-type]


def inspect(store: PageStore, url: str = URL, index_revision: int | None = None) -> UrlInspection:
    return inspect_url(store, REGISTRY, url, now=NOON, index_revision=index_revision)


def test_every_outcome_has_its_advice() -> None:
    advice = UrlAdvice.read()
    assert set(advice.outcome) == set(Outcome)
    sentences = [*advice.outcome.values(), *advice.standing.model_dump().values()]
    assert all(not sentence.endswith(".") and sentence[0].islower() for sentence in sentences)


def test_a_page_in_the_index(store: PageStore) -> None:
    save(store, visit(Outcome.INDEXED, canonical_url=URL, record=record(), http_status=200))
    told = inspect(store, "https://ASPVIK.example/bygga?sv.target=12#del", index_revision=store.revision())
    assert (told.url, told.verdict, told.agency) == (URL, "indexed", "aspvik")
    assert told.document is not None
    assert told.document.title == "Bygga"
    assert told.state is not None
    assert (told.state.outcome, told.state.stale) == (Outcome.INDEXED, False)
    assert told.next_run is not None
    assert inspect(store, index_revision=0).verdict == "waiting_for_index"


def test_a_page_whose_last_visit_failed_is_stale(store: PageStore) -> None:
    save(store, visit(Outcome.INDEXED, canonical_url=URL, record=record()))
    save(store, visit(Outcome.TIMEOUT, reason="no answer from 10.1.2.3:443 nor [fd00::12] in 30 s"))
    told = inspect(store, index_revision=store.revision())
    assert told.verdict == "stale"
    assert told.document is not None
    assert told.state is not None
    assert told.state.stale
    assert told.state.failures == 1
    assert told.state.reason == "no answer from (an inner address):443 nor (an inner address) in 30 s"
    assert "10.1.2.3" not in told.model_dump_json()


def test_times_and_public_addresses_stay_in_reasons(store: PageStore) -> None:
    reason = "12:30:05 1.1.1.1 version 2.0.0.12345 said no"
    save(store, visit(Outcome.HTTP_ERROR, reason=reason))
    told = inspect(store)
    assert told.state is not None
    assert told.state.reason == reason


def test_a_copy_leads_to_what_stands_for_it(store: PageStore) -> None:
    copy = "https://aspvik.example/bygga?skriv=ut"
    save(
        store,
        visit(Outcome.INDEXED, canonical_url=URL, record=record()),
        visit(Outcome.CANONICAL_ELSEWHERE, copy, canonical_url=URL),
    )
    told = inspect(store, copy)
    assert told.verdict == "stands_elsewhere"
    assert URL in told.explanation
    assert told.document is not None
    assert told.document.url == URL


@pytest.mark.parametrize("outcome", [Outcome.NOINDEX, Outcome.ROBOTS_DENIED, Outcome.GONE])
def test_a_page_that_went_says_why(store: PageStore, outcome: Outcome) -> None:
    save(store, visit(Outcome.INDEXED, canonical_url=URL, record=record()))
    save(store, visit(outcome, reason="så var det"))
    told = inspect(store)
    assert told.verdict == "not_indexed"
    assert told.document is None
    assert told.explanation.lower().startswith(UrlAdvice.read().outcome[outcome][:20].lower())
    assert "så var det" in told.removed_reason


def test_a_page_that_was_never_visited(store: PageStore) -> None:
    assert "no crawl of aspvik has met" in inspect(store).explanation.lower()
    left_out = inspect(store, "https://aspvik.example/internt/lista")
    assert (left_out.verdict, left_out.state) == ("unknown", None)
    assert "deny" in left_out.explanation


def test_nothing_is_told_of_what_belongs_to_nobody(store: PageStore) -> None:
    foreign = "https://annan.example/"
    save(store, visit(Outcome.INDEXED, foreign, canonical_url=foreign, record=record(foreign)))
    told = inspect(store, foreign)
    assert (told.verdict, told.agency, told.state, told.document) == ("unknown", None, None, None)


@pytest.mark.parametrize("url", ["", "bygga", "javascript:alert(1)", "https://", "http://[", "https://a:x/"])
def test_what_is_no_address_is_refused(store: PageStore, url: str) -> None:
    with pytest.raises(BadRequestError, match="begins with http"):
        inspect(store, url)
