"""Is a document that several agencies carry one hit of a whole search, and are template pages two?"""

from collections.abc import Iterator
from typing import Any

import pytest

from crawler.outcomes import Outcome
from crawler.record import Contact, Doctype, DocumentRecord
from crawler.store import PageStore, Visit
from crawler.understand.signature import content_hash, simhash
from indexer import rebuild
from searchapi.models import SearchResponse
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from tests.integration.small_federation import NOW, A, E, R, V, page, service

TITLE = "Riktlinje mot hedersförtryck"
TEXT = "\n".join(
    f"Riktlinjen beskriver arbetet mot hedersförtryck i verksamhet av slag {word}. Var och en som möter barn "
    "ska känna till tecknen, dokumentera det som sker och anmäla oro utan dröjsmål."
    for word in ("ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio")
)
GUIDE = "Bostadsanpassning för rullstol kan du få bidrag till. " + TEXT.replace("hedersförtryck", "trösklar")


def _same(agency: str, url: str, title: str, text: str, **more: Any) -> DocumentRecord:
    marks = {"signature": simhash(text), "content_hash": content_hash(title, text)}
    return page(agency, url, title, Doctype.OTHER, text).model_copy(update={**marks, **more})


def _records() -> Iterator[DocumentRecord]:
    pdf = {"content_type": "application/pdf", "doctype": Doctype.STEERING}
    for agency, base in (("ekdal", E), ("region-skog", R), ("vuxen", V)):
        yield _same(agency, f"{base}/filer/heder.pdf", TITLE, TEXT, **pdf)
    for agency, base, phone in (("ekdal", E, "+46313900621"), ("mark-by", A, "+46406280421")):
        contacts = (Contact(name="Handläggare", phone=phone),)
        title = "Bostadsanpassningsbidrag"
        yield _same(agency, f"{base}/anpassa", title, GUIDE, doctype=Doctype.GUIDE, contacts=contacts)


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> SearchService:
    folder = tmp_path_factory.mktemp("copies")
    with PageStore(f"sqlite:///{folder / 'store.sqlite3'}") as store:
        run = store.begin_run("ekdal", NOW)
        store.save_visits(
            run,
            [
                Visit(url=one.url, agency=one.agency, outcome=Outcome.INDEXED, at=NOW, record=one)
                for one in _records()
            ],
        )
        store.finish_run(run, "finished", NOW)
        rebuild(store, folder / "index")
    return service(folder)


def _agencies(response: SearchResponse) -> list[str]:
    return [hit.agency.id for hit in response.hits]


def test_a_document_of_three_agencies_is_one_hit_of_the_readers_own(search: SearchService) -> None:
    response = search.search(SearchRequest(q=TITLE, kommun="ekdal", explain=True, tab="documents"))
    assert _agencies(response) == ["ekdal"]
    (hit,) = response.hits
    assert {copy.agency.id for copy in hit.copies} == {"region-skog", "vuxen"}
    assert response.total == 1
    assert hit.explanation is not None
    assert any("Region Skog" in reason for reason in hit.explanation.reasons)


def test_template_pages_of_two_municipalities_both_stay(search: SearchService) -> None:
    response = search.search(SearchRequest(q="bostadsanpassning rullstol"))
    assert sorted(_agencies(response)) == ["ekdal", "mark-by"]
    assert all(not hit.copies for hit in response.hits)
