"""Are PDFs and office documents read, named and dated, and do hostile ones stay harmless?"""

import io
import os
import signal
import zipfile
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission
from odf.opendocument import OpenDocumentText
from odf.text import H, P

from crawler.extract import DocumentLimits, extract
from crawler.extract.document_reader import READER, DocumentReader
from crawler.extract.documents import is_junk_title, link_title
from crawler.extract.kinds import Kind
from crawler.outcomes import Outcome
from crawler.page import BlockKind, ExtractedPage, FetchedPage, UnreadablePage
from crawler.record import RequestedUrl

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LINE = "Den som ska bygga en altan behöver i regel ett bygglov innan arbetet får påbörjas på tomten. "
REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real"


def read(
    body: bytes,
    url: str = "https://www.norrby.example/dokument/fil.pdf",
    link_texts: tuple[str, ...] = (),
    limits: DocumentLimits | None = None,
    **headers: str,
) -> ExtractedPage:
    page = FetchedPage(RequestedUrl(url), url, 200, headers, body, NOW, link_texts=link_texts)
    return extract(page, limits) if limits else extract(page)


def outcome(body: bytes, **more: object) -> Outcome:
    with pytest.raises(UnreadablePage) as caught:
        read(body, **more)  # type: ignore[arg-type]
    return caught.value.outcome


def new_pdf() -> FPDF:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.set_creation_date(datetime(2024, 5, 6, tzinfo=UTC))
    return pdf


def heading(pdf: FPDF, text: str, size: int = 20) -> None:
    pdf.set_font("Helvetica", size=size)
    pdf.multi_cell(0, 10, text, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=11)


def paragraph(pdf: FPDF, text: str) -> None:
    pdf.multi_cell(0, 5, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)


def plain_pdf(title: str = "Riktlinjer för altaner", meta: str = "") -> bytes:
    pdf = new_pdf()
    pdf.add_page()
    if meta:
        pdf.set_title(meta)
    heading(pdf, title)
    paragraph(pdf, LINE * 4)
    paragraph(pdf, "Ansökan lämnas till byggnadsnämnden i kommunen. " * 4)
    return bytes(pdf.output())


def raw_pdf(objects: list[bytes]) -> bytes:
    """A PDF of hand-written objects."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def stream(head: bytes, body: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(body), body)


def bomb() -> bytes:
    """A small PDF whose page draws a form that draws a form …, twelve of the next each time, nine deep."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X %d 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /X 5 0 R >> >> >>",
        stream(b"", b"/X Do"),
    ]
    objects += [stream(form % (number + 1), b"/X Do " * 12) for number in range(5, 14)]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    objects.append(stream(b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"0 0 m 9 9 l S"))
    return raw_pdf([*objects, font])


# --- PDF ---


def test_a_pdf_gives_paragraphs_title_date_and_language() -> None:
    page = read(plain_pdf())
    assert page.content_type == "application/pdf"
    assert page.title == "Riktlinjer för altaner"
    assert page.language == "sv"
    assert page.pages == 1
    assert page.published == date(2024, 5, 6)
    kinds = [block.kind for block in page.blocks]
    assert kinds == [BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.PARAGRAPH]
    assert page.blocks[1].text == (LINE * 4).strip()


def test_words_divided_at_a_lines_end_are_joined() -> None:
    pdf = new_pdf()
    pdf.add_page()
    for line in (
        "Ansökan om bygg-",
        "lov lämnas till nämnden för sam-",
        "hällsbyggnad. Det gäller för-",
        "och efteranmälan via e-",
        "post.",
    ):
        pdf.cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    expected = (
        "Ansökan om bygglov lämnas till nämnden för samhällsbyggnad. "
        "Det gäller för- och efteranmälan via e-post."
    )
    assert read(bytes(pdf.output())).text() == expected


def test_headers_footers_and_page_numbers_stand_once_or_not_at_all() -> None:
    pdf = new_pdf()
    for number in range(1, 7):
        pdf.add_page()
        pdf.cell(0, 5, "Norrby kommun, kommunstyrelsen", new_x="LMARGIN", new_y="NEXT")
        pdf.cell(0, 5, f"Sida {number} (6)", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(10)
        paragraph(pdf, f"Ärende {'abcdef'[number - 1]} handlar om något annat. " + LINE * 3)
    text = read(bytes(pdf.output())).text()
    assert text.count("kommunstyrelsen") == 1
    assert "Sida 2" not in text
    assert text.count("handlar om något annat") == 6


@pytest.mark.parametrize(
    ("title", "meta", "links", "expected"),
    [
        ("Avfallsplan 2025-2030", "Microsoft Word - x.docx", (), "Avfallsplan 2025-2030"),
        ("Protokoll", "", ("Protokoll nämnden 1 maj 2024 (pdf, 120 kB)",), "Protokoll nämnden 1 maj 2024"),
        ("Ansökan", "Ansökan om skolskjuts", (), "Ansökan om skolskjuts"),
        ("Norrby kommun", "", ("Läs mer", "Taxa för bygglov"), "Taxa för bygglov"),
    ],
)  # fmt: skip
def test_the_title_that_a_person_would_give(
    title: str, meta: str, links: tuple[str, ...], expected: str
) -> None:
    assert read(plain_pdf(title, meta), link_texts=links).title == expected


def test_minutes_are_named_with_body_and_day() -> None:
    pdf = new_pdf()
    pdf.add_page()
    heading(pdf, "Protokoll")
    paragraph(pdf, "Kommunstyrelsen")
    paragraph(pdf, "Sammanträdesdatum 2024-03-12")
    paragraph(pdf, LINE * 3)
    page = read(bytes(pdf.output()))
    assert page.title == "Protokoll Kommunstyrelsen 2024-03-12"
    assert page.published == date(2024, 3, 12)


def test_a_document_without_any_title_is_called_after_its_file() -> None:
    pdf = new_pdf()
    pdf.add_page()
    paragraph(pdf, LINE * 6)
    url = "https://www.norrby.example/download/18.2f/Ansokan_om_fardtjanst.pdf"
    assert read(bytes(pdf.output()), url=url).title == "Ansokan om fardtjanst"


@pytest.mark.parametrize(
    "junk",
    [
        "untitled",
        "Microsoft Word - x.docx",
        "Dokument1",
        "",
        "PowerPoint-presentation",
        "A4_mall",
        "Skannat 2",
    ],
)
def test_junk_titles(junk: str) -> None:
    assert is_junk_title(junk)


@pytest.mark.parametrize(
    "good", ["Ansökan om bygglov", "Avfallsplan 2025", "Kommunstyrelsens protokoll 2024-03-12"]
)
def test_titles_that_are_no_junk(good: str) -> None:
    assert not is_junk_title(good)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Avgifter 2026 (pdf, 94 kB)", "Avgifter 2026"),
        ("Här", ""),
        ("Ladda ner", ""),
        ("https://a.example/x", ""),
        ("Protokoll", ""),
    ],
)
def test_link_texts_as_titles(text: str, expected: str) -> None:
    assert link_title(text) == expected


def test_encrypted_image_only_and_corrupt_pdfs() -> None:
    locked = new_pdf()
    locked.add_page()
    paragraph(locked, LINE)
    locked.set_encryption(owner_password="a", user_password="b", permissions=AccessPermission.none())
    assert outcome(bytes(locked.output())) is Outcome.ENCRYPTED

    pixel = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    )
    image = raw_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /XObject << /I 5 0 R >> >> >>",
            stream(b"", b"q 500 0 0 700 0 0 cm /I Do Q"),
            pixel + b" /Length 1 >>\nstream\n\x00\nendstream",
        ]
    )
    assert outcome(image) is Outcome.IMAGE_ONLY

    empty = new_pdf()
    empty.add_page()
    assert outcome(bytes(empty.output())) is Outcome.EMPTY
    assert outcome(b"%PDF-1.7\nnonsense") is Outcome.EXTRACTION_FAILED
    assert outcome(plain_pdf()[:400]) is Outcome.EXTRACTION_FAILED


def test_a_pdf_without_end_is_stopped_and_the_next_is_read() -> None:
    assert outcome(bomb(), limits=DocumentLimits(seconds=1)) is Outcome.EXTRACTION_FAILED
    assert read(plain_pdf()).title == "Riktlinjer för altaner"


def test_a_reader_that_was_killed_is_started_anew() -> None:
    reader = DocumentReader()
    assert reader.read(Kind.PDF, plain_pdf(), DocumentLimits()).blocks
    child = reader._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert reader.read(Kind.PDF, plain_pdf(), DocumentLimits()).blocks
    reader.close()
    assert reader._child is None


def _title_in_worker(body: bytes) -> str:
    return read(body).title


def test_it_works_in_a_pools_daemonic_worker() -> None:
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(_title_in_worker, (plain_pdf(),)) == "Riktlinjer för altaner"


def test_one_child_serves_many_documents() -> None:
    read(plain_pdf())
    first = READER._child
    read(plain_pdf("En annan rubrik"))
    assert READER._child is first


# --- office documents ---


def word() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Mall"
    document.core_properties.modified = datetime(2025, 2, 3, tzinfo=UTC)
    document.add_heading("Ansökan om skolskjuts", level=1)
    document.add_paragraph(LINE * 2)
    document.add_paragraph("Elevens namn", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Namn", "Personnummer", "Skola", "Klass"), strict=True):
        cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_word_document() -> None:
    page = read(word(), url="https://www.norrby.example/x.docx")
    assert page.content_type == Kind.DOCX
    assert page.title == "Ansökan om skolskjuts"
    assert page.modified == date(2025, 2, 3)
    assert [b.text for b in page.blocks if b.kind is BlockKind.TABLE_ROW] == [
        "Namn | Personnummer",
        "Skola | Klass",
    ]
    assert [b.text for b in page.blocks if b.kind is BlockKind.LIST_ITEM] == ["Elevens namn"]


def test_an_opendocument_text() -> None:
    document = OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text="Ansökan om färdtjänst"))
    document.text.addElement(P(text=LINE * 2))
    out = io.BytesIO()
    document.save(out)
    page = read(out.getvalue(), url="https://www.norrby.example/x.odt")
    assert page.content_type == Kind.ODT
    assert page.title == "Ansökan om färdtjänst"
    assert page.language == "sv"


def test_a_rich_text_file_and_a_plain_one() -> None:
    rtf = (
        rb"{\rtf1\ansi{\info{\title Anm\'e4lan om eldning}}Anm\'e4lan om eldning\par "
        rb"Du som vill elda ska f\'f6rst anm\'e4la det.\par}"
    )
    page = read(rtf, url="https://www.norrby.example/x.rtf")
    assert page.title == "Anmälan om eldning"
    assert "Du som vill elda ska först anmäla det." in page.text()
    plain = read(
        "Öppettider\n\nMåndag 9-12\nTisdag 9-12".encode("cp1252"),
        url="https://www.norrby.example/x.txt",
        **{"content-type": "text/plain"},
    )
    assert [b.text for b in plain.blocks] == ["Öppettider", "Måndag 9-12\nTisdag 9-12"]


def test_archives_that_unpack_without_end() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 80_000_000)
    assert outcome(out.getvalue()) is Outcome.EXTRACTION_FAILED
    assert outcome(word()[:5000], url="https://a.example/x.docx") is Outcome.EXTRACTION_FAILED


def test_spreadsheets_and_old_word_files_are_not_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    assert outcome(out.getvalue()) is Outcome.UNSUPPORTED_TYPE
    assert outcome(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) is Outcome.UNSUPPORTED_TYPE


# --- real documents ---


@pytest.mark.real
@pytest.mark.skipif(not (REAL / "mlaw").is_dir(), reason="the real agency pages are not beside the project")
def test_real_documents_come_out_with_a_title_and_text() -> None:
    files = sorted(REAL.glob("mlaw/**/*.pdf"))
    assert files
    for path in files:
        page = read(path.read_bytes(), url=f"https://a.example/{path.name.replace(' ', '%20')}")
        assert len(page.title) > 2
        assert len(page.text()) > 100
        assert page.language == "en"
