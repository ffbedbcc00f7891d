"""Does the whole site show which blocks are its template, and what its links call each page?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl
from crawler.registry import Agency, AgencyKind
from crawler.settle import _BUCKET, _BlockCounts, anchors, settle
from crawler.store import PageStore, Visit, VisitedLink

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AGENCY = Agency(
    id="norrby", name="Norrby kommun", kind=AgencyKind.MUNICIPALITY, seeds=("https://www.norrby.example/",)
)
SLOGAN = "Välkommen till Norrby kommun"
OWN = "Det här är den enda sidan som handlar om just ärende"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    with PageStore(f"sqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        yield opened


def visit(path: str, text: str, title: str = "Sida", links: tuple[VisitedLink, ...] = ()) -> Visit:
    url = f"https://www.norrby.example{path}"
    record = DocumentRecord(
        url=CanonicalUrl(url),
        requested_url=RequestedUrl(url),
        agency="norrby",
        host="www.norrby.example",
        title=title,
        text=text,
        fetched=NOW,
        checked=NOW,
        content_hash=path,
    )
    return Visit(
        url=url, agency="norrby", outcome=Outcome.INDEXED, at=NOW, http_status=200, record=record, links=links
    )


def save(store: PageStore, *visits: Visit) -> None:
    store.save_visits(store.begin_run("norrby", NOW), visits)


def text_of(store: PageStore, path: str) -> str:
    row = store.document(CanonicalUrl(f"https://www.norrby.example{path}"))
    assert row is not None
    return row.text()


def test_a_block_on_every_page_is_taken_out(store: PageStore) -> None:
    save(store, *(visit(f"/{n}", f"{SLOGAN}\n{OWN} {n}\nKontakt") for n in range(8)))
    assert settle(store, AGENCY) == 8
    assert text_of(store, "/3") == f"{OWN} 3"
    assert settle(store, AGENCY) == 0


def test_a_small_site_keeps_everything(store: PageStore) -> None:
    save(store, *(visit(f"/{n}", f"{SLOGAN}\n{OWN} {n}") for n in range(4)))
    assert settle(store, AGENCY) == 0


def test_no_page_is_left_without_text_and_none_loses_its_title(store: PageStore) -> None:
    pages = [visit(f"/{n}", f"{SLOGAN}\n{OWN} {n}") for n in range(8)]
    save(
        store,
        *pages,
        visit("/slogan", SLOGAN),
        visit("/om", f"{SLOGAN}\nAllt annat om oss står här nedanför i lång text", SLOGAN),
    )
    settle(store, AGENCY)
    assert text_of(store, "/slogan") == SLOGAN
    assert SLOGAN in text_of(store, "/om")


def test_blocks_on_few_pages_stay(store: PageStore) -> None:
    shared = "Telefon: 0980-319 200"
    save(store, *(visit(f"/{n}", f"{OWN} {n}" + (f"\n{shared}" if n < 5 else "")) for n in range(20)))
    assert settle(store, AGENCY) == 0
    assert shared in text_of(store, "/1")


def test_a_long_block_needs_fewer_pages(store: PageStore) -> None:
    long = (
        "Den här texten står ordagrant på många av kommunens sidor och säger ingenting om någon enda av dem."
    )
    save(store, *(visit(f"/{n}", f"{OWN} {n}" + (f"\n{long}" if n < 9 else "")) for n in range(60)))
    assert settle(store, AGENCY) == 9
    assert long not in text_of(store, "/1")


def test_link_texts_become_anchors(store: PageStore) -> None:
    target = "https://www.norrby.example/lov"
    links = ("Bygglov", "Läs mer", "Bygglov", "bygglov", "Söka bygglov (pdf, 90 kB)")
    pages = [visit(f"/{n}", f"{OWN} {n}", links=(VisitedLink(target, text),)) for n, text in enumerate(links)]
    save(store, visit("/lov", "Om lov för nybygge"), *pages)
    assert settle(store, AGENCY) == 1
    row = store.document(CanonicalUrl(target))
    assert row is not None
    assert row.anchors == ("Bygglov", "Söka bygglov")


@pytest.mark.parametrize(
    "useless",
    [
        "här",
        "Läs mer",
        "läs mer »",
        "Klicka här",
        "https://www.a.example/b",
        "www.a.example",
        "info@a.example",
        "»",
        "2",
        "Read more",
        "a" * 130,
    ],
)
def test_texts_that_say_nothing(useless: str) -> None:
    assert anchors({useless: 9}) == ()


def test_the_most_frequent_come_first_and_not_too_many() -> None:
    texts = {f"Text nummer {chr(97 + n)}": n + 1 for n in range(20)}
    found = anchors(texts)
    assert len(found) == 10
    assert found[0] == "Text nummer t"


def test_counting_does_not_grow_with_the_site() -> None:
    counts = _BlockCounts()
    for n in range(_BUCKET * 5):
        counts.add("a", ["mall", f"eget {n}"])
    assert counts.is_template("a", "mall")
    assert sum(map(len, counts._counts.values())) <= _BUCKET + 1
