"""Does reading a page end as it should: robots, canonicals, links, and what a hostile page brings about?"""

import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

import crawler.reading
from crawler.extract import DocumentLimits
from crawler.fetch.reader_process import Reader
from crawler.outcomes import Outcome
from crawler.page import ExtractedPage, FetchedPage, PageResult
from crawler.reading import canonical_elsewhere, read_page
from crawler.record import CanonicalUrl, RequestedUrl
from crawler.registry import Agency, AgencyKind

BASE = "http://www.norrvik.example"
AGENCY = Agency(
    id="norrvik",
    name="Norrviks kommun",
    kind=AgencyKind.MUNICIPALITY,
    seeds=(BASE + "/",),
    hosts=("www.norrvik.example", "e.norrvik.example"),
    deny=("/intern/",),
)
TEXT = (
    "<p>Här står hur du ansöker om bygglov och vad det kostar. Handläggningen tar högst tio veckor.</p>" * 3
)


def _page(body: str, *, path: str = "/bygglov", **headers: str) -> FetchedPage:
    return FetchedPage(
        requested_url=RequestedUrl(BASE + path),
        url=BASE + path,
        status=200,
        headers={"content-type": "text/html; charset=utf-8", **headers},
        body=body.encode(),
        fetched=datetime(2026, 11, 20, tzinfo=UTC),
    )


def _html(head: str = "", body: str = "") -> str:
    head = f"<head><title>Bygglov</title>{head}</head>"
    return f'<html lang="sv">{head}<body><main><h1>Bygglov</h1>{TEXT}{body}</main>'


def _read(body: str, **options: str) -> PageResult:
    return read_page(_page(body, **options), AGENCY)


def test_a_page_becomes_a_record_with_its_links() -> None:
    result = _read(_html(body='<a href="/a">A</a><a rel="nofollow" href="/b">B</a>'))
    assert result.outcome is Outcome.INDEXED
    assert result.record is not None
    assert (result.record.url, result.record.title) == (BASE + "/bygglov", "Bygglov")
    assert [link.url for link in result.links] == [BASE + "/a"]
    assert pickle.loads(pickle.dumps(result)) == result


@pytest.mark.parametrize(
    ("head", "header", "outcome", "links"),
    [
        ('<meta name="robots" content="noindex">', "", Outcome.NOINDEX, 1),
        ('<meta name="robots" content="noindex, nofollow">', "", Outcome.NOINDEX, 0),
        ('<meta name="robots" content="none">', "", Outcome.NOINDEX, 0),
        ('<meta name="robots" content="nofollow">', "", Outcome.INDEXED, 0),
        ("", "noindex", Outcome.NOINDEX, 1),
        ('<meta name="robots" content="index, follow">', "", Outcome.INDEXED, 1),
    ],
)
def test_robots_of_the_page_are_obeyed(head: str, header: str, outcome: Outcome, links: int) -> None:
    result = _read(_html(head, '<a href="/a">A</a>'), **({"x-robots-tag": header} if header else {}))
    assert (result.outcome, len(result.links)) == (outcome, links)
    assert (result.record is None) is (outcome is Outcome.NOINDEX)


@pytest.mark.parametrize(
    ("path", "canonical", "elsewhere"),
    [
        ("/bygglov?skriv=ut", BASE + "/bygglov", BASE + "/bygglov"),
        ("/bygglov", BASE + "/bygglov#x", None),
        ("/bygglov", "http://e.norrvik.example/bygglov", "http://e.norrvik.example/bygglov"),
        ("/bygglov", "http://www.annan.example/bygglov", None),
        ("/bygglov", BASE + "/", None),
        ("/?id=7", BASE + "/", None),
        ("/bygglov", BASE + "/intern/bygglov", None),
        ("/bygglov", "mailto:x", None),
        ("/", BASE + "/start", BASE + "/start"),
    ],
)
def test_only_a_plausible_canonical_leads_elsewhere(path: str, canonical: str, elsewhere: str | None) -> None:
    extracted = ExtractedPage(BASE + path, "text/html", "Bygglov", canonical=canonical)
    assert canonical_elsewhere(extracted, AGENCY, CanonicalUrl(BASE + path)) == elsewhere


def test_a_page_that_names_another_gives_that_link_first_and_its_record() -> None:
    result = _read(_html('<link rel="canonical" href="/lov">', '<a href="/a">A</a>'))
    assert (result.outcome, result.canonical_url) == (Outcome.CANONICAL_ELSEWHERE, BASE + "/lov")
    assert [link.url for link in result.links] == [BASE + "/lov", BASE + "/a"]
    assert result.record is not None


def test_what_goes_wrong_inside_costs_the_page_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (ValueError("trasig"), RecursionError(), MemoryError()):

        def broken(*_: object, failure: BaseException = error) -> ExtractedPage:
            raise failure

        monkeypatch.setattr(crawler.reading, "extract", broken)
        result = _read(_html())
        assert result.outcome is Outcome.EXTRACTION_FAILED
        assert result.reason


@settings(deadline=None, max_examples=40)  # (what looks like a PDF is read in a process of its own)
@given(
    st.binary(max_size=400), st.sampled_from(["text/html", "application/pdf", "", "text/html; charset=\xff"])
)
def test_bytes_never_raise(body: bytes, content_type: str) -> None:
    page = FetchedPage(
        RequestedUrl(BASE + "/x"), BASE + "/x", 200, {"content-type": content_type}, body, datetime.now(UTC)
    )
    assert isinstance(read_page(page, AGENCY).outcome, Outcome)


def test_the_operators_limits_hold_for_documents() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(0, 5, "Den som ska bygga en altan behöver i regel ett bygglov. " * 20)
    # More than can be held within the limit, wherever the memory that is in use already ends.
    pdf.embed_file(basename="ritning.bin", bytes=bytes(range(256)) * 40_000, compress=False)
    page = replace(
        _page("", path="/altan.pdf"), headers={"content-type": "application/pdf"}, body=bytes(pdf.output())
    )
    assert (
        Reader([AGENCY], AGENCY.hosts, DocumentLimits()).read(AGENCY.id, page).result.outcome
        is Outcome.INDEXED
    )
    starved = DocumentLimits(seconds=5, memory_bytes=1_000_000)
    assert (
        Reader([AGENCY], AGENCY.hosts, starved).read(AGENCY.id, page).result.outcome
        is Outcome.EXTRACTION_FAILED
    )
    assert read_page(page, AGENCY).outcome is Outcome.INDEXED
