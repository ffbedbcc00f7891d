"""What comes of a page with nothing on it, of an error page, and of one that means harm?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.kinds import Kind, kind_of
from crawler.outcomes import Outcome
from crawler.page import UnreadablePage
from tests.unit.html_pages import PARAGRAPH, outcome, read, whole


def test_pages_with_nothing_on_them() -> None:
    assert outcome("") is Outcome.EMPTY
    assert outcome("   \n ") is Outcome.EMPTY
    assert outcome("<html><body><script>x</script></body></html>") is Outcome.EMPTY
    assert outcome(bytes(range(256)) * 40) is Outcome.EXTRACTION_FAILED
    assert outcome(b"\x89PNG\r\n\x1a\n" + bytes(100)) is Outcome.UNSUPPORTED_TYPE


def test_a_form_is_something() -> None:
    page = read(
        "<title>Logga in</title><form action=/in method=post><input name=pnr id=p>"
        "<label for=p>Personnummer</label><button>Logga in</button></form>"
    )
    assert page.forms[0].fields == ("Personnummer",)
    assert (page.forms[0].submit, page.forms[0].method, page.forms[0].action) == (
        "Logga in",
        "post",
        "https://www.norrby.example/in",
    )


@pytest.mark.parametrize(
    "title",
    [
        "Sidan finns inte",
        "404",
        "Sidan kunde inte hittas | Norrviks kommun",
        "Page not found",
        "Sidan du söker finns inte längre",
        "404 – Norrviks kommun",
        "Ojdå! Fel 404",
        "Något gick fel (404)",
    ],
)
def test_error_pages_with_status_200(title: str) -> None:
    assert (
        outcome(whole(f"<main><h1>{title}</h1><p>Prova att söka.</p></main>", f"<title>{title}</title>"))
        is Outcome.SOFT_404
    )


@pytest.mark.parametrize(
    "title", ["Bidraget som inte finns kvar", "Rum 404", "När hjälpen inte hittas i tid"]
)
def test_pages_that_only_sound_like_errors(title: str) -> None:
    body = f"<main><h1>{title}</h1>" + f"<p>{PARAGRAPH}</p>" * 4 + "</main>"
    assert read(whole(body)).title == title


@pytest.mark.parametrize("title", ["Väg 404", "Förordning (1998:410)", "Blankett nr 404", "410 § är upphävd"])
def test_short_pages_with_a_number_are_no_errors(title: str) -> None:
    assert read(whole(f"<main><h1>{title}</h1><p>Vägen är avstängd.</p></main>")).title == title


def test_nesting_bombs_survive() -> None:
    deep = read("<html><body>" + "<div>" * 900 + f"<p>{PARAGRAPH}</p>")
    assert PARAGRAPH in deep.text()
    deeper = read("<html><body>" + "<b>" * 100_000 + PARAGRAPH)
    assert "altan" in deeper.text()


def test_a_page_without_end_is_read_within_bounds() -> None:
    page = read("<main>" + f"<p>{PARAGRAPH}</p><a href='/a'>Länk hit</a>" * 30_000)
    assert len(page.blocks) <= 20_000
    assert len(page.links) <= 5_000


def test_structured_data_that_is_broken_or_endless() -> None:
    deep = '{"@type":"A","b":' * 500 + "1" + "}" * 500
    head = (
        f'<script type="application/ld+json">{deep}</script><script type="application/ld+json">{{nej</script>'
    )
    assert isinstance(read(whole("<p>" + PARAGRAPH, head)).schema_items, tuple)


def test_control_characters_are_gone() -> None:
    page = read(whole("<main><h1>Bygg\x00lov\x07</h1><p>Text&#1;\x0b med\x85 tecken</p></main>"))
    assert page.text().replace("\n", "").isprintable()


_TAGS = st.sampled_from(
    ["<p>", "</p>", "<div class='menu'>", "</div>", "<table>", "<tr>",
     "<td>", "</table>", "<a href='/x'>", "</a>", "<h1>", "</h1>",
     "<ul>", "<li>", "<form>", "<input name=q>", "<label>",
     "<button aria-expanded=false>", "<main>", "</main>", "<dl>", "<dt>",
     "<dd>", "<br>", "<nav aria-label='Brödsmulor'>",
     "</nav>", "<summary>", "<time datetime=2020-01-01>", "<x-footer>",
     "<span role=heading aria-level=9>", "<!--", "-->", "&#0;", "\x00"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_TAGS, st.text(max_size=12)), max_size=60))
def test_no_page_raises_anything_but_a_verdict(pieces: list[str]) -> None:
    try:
        page = read("".join(pieces))
    except UnreadablePage:
        return
    assert len(page.title) <= 300
    assert all(block.text.strip() for block in page.blocks)
    assert all(link.url.startswith("http") for link in page.links)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_a_verdict(body: bytes) -> None:
    try:
        read(body)
    except UnreadablePage:
        return


@pytest.mark.parametrize(
    ("body", "content_type", "url", "expected"),
    [
        (b"%PDF-1.7", "text/html", "https://a.example/x", Kind.PDF),
        (b"\n\n%PDF-1.4", "application/octet-stream", "https://a.example/x.bin", Kind.PDF),
        (b"<html><body>fel", "application/pdf", "https://a.example/x.pdf", Kind.HTML),
        (b"{\\rtf1 hej}", "application/msword", "https://a.example/x.doc", Kind.RTF),
        (b"hej", "text/plain; charset=utf-8", "https://a.example/robots", Kind.TEXT),
        (b"<html>", "", "https://a.example/", Kind.HTML),
        (b"{}", "application/json", "https://a.example/api", Kind.OTHER),
        (b"PK\x03\x04word/document.xml", "application/zip", "https://a.example/x", Kind.DOCX),
    ],
)
def test_the_kind_of_a_body(body: bytes, content_type: str, url: str, expected: Kind) -> None:
    assert kind_of(body, {"content-type": content_type}, url) is expected
