"""Can the demo's documents be read, do they stay the same, and are the broken ones broken?"""

import io
import re
from datetime import date

import pypdfium2
import pytest
from docx import Document as WordDocument
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.content import load_sites
from demo.documents import Document, library
from demo.documents.bank import BODIES, NORRVIK
from demo.documents.minutes import all_meetings, write_minutes, write_notice
from demo.documents.pdf import Pdf, width, wrap
from demo.federation import Federation

FEDERATION = Federation(8010)


def pdf_text(raw: bytes) -> str:
    document = pypdfium2.PdfDocument(raw)
    try:
        texts = []
        for page in document:
            text_page = page.get_textpage()
            texts.append(text_page.get_text_range())
            text_page.close()
            page.close()
        return "\n".join(texts)
    finally:
        document.close()


def of_fault(fault: str) -> list[Document]:
    return [document for document in FEDERATION.documents if document.fault == fault]


def test_sound_documents_are_read() -> None:
    for number, document in enumerate(FEDERATION.documents):
        if document.fault or (document.kind == "minutes" and number % 9):
            continue
        if document.suffix == "pdf":
            assert len(pdf_text(document.body())) > 100, document.path
        else:
            assert WordDocument(io.BytesIO(document.body())).paragraphs, document.path


def test_the_same_bytes_every_time() -> None:
    again = library(load_sites())
    for document in list(FEDERATION.documents)[::25]:
        other = again.find(document.host, document.path)
        assert other is not None
        if document.suffix == "pdf":
            assert other.make() == document.make(), document.path


def test_there_are_enough_minutes_and_they_mention_errands() -> None:
    minutes = [document for document in FEDERATION.documents if document.kind == "minutes"]
    assert len(minutes) >= 170
    text = pdf_text(next(d for d in minutes if "byggnadsnamnden" in d.path).body()).lower()
    assert text.count("bygglov") >= 8


def test_paragraph_numbers_run_through_the_year() -> None:
    for body in BODIES:
        for board in body.boards:
            numbers = [
                i.number
                for m in all_meetings(body)
                if m.board is board and m.day.year == 2025
                for i in m.items
            ]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_no_slot_is_left_unfilled() -> None:
    for body in BODIES:
        for meeting in all_meetings(body):
            for item in meeting.items:
                assert not re.search(r"[{}]", " ".join((item.title, *item.decisions, *item.background)))


def test_minutes_name_what_minutes_name() -> None:
    meeting = all_meetings(NORRVIK)[0]
    text = pdf_text(write_minutes(meeting))
    for word in ("Beslutande", "Justerare", "Paragrafer", "§", "Dnr KS/", "Anslag/bevis", meeting.checker):
        assert word in text
    assert "Föredragningslista" in pdf_text(write_notice(meeting))


def test_bad_documents_are_bad() -> None:
    for document in of_fault("encrypted"):
        with pytest.raises(pypdfium2.PdfiumError, match="assword"):
            pypdfium2.PdfDocument(document.body())
    for document in of_fault("corrupt"):
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(document.body())
    for document in of_fault("scanned"):
        assert pdf_text(document.body()).strip() == ""
    assert {document.fault for document in FEDERATION.documents} == {"", "encrypted", "corrupt", "scanned"}


@given(st.text(min_size=1, max_size=300), st.sampled_from([8.0, 10.5, 20.0]))
def test_wrapped_lines_keep_every_word_and_fit(text: str, size: float) -> None:
    lines = wrap(text, size, 300)
    assert " ".join(lines).split() == text.split()
    for line in lines:
        assert width(line, size) <= 300.01 or " " not in line


@settings(max_examples=25)
@given(st.text(alphabet="abcåäö()\\§–”“• \n", min_size=1, max_size=200))
def test_any_text_can_be_written(text: str) -> None:
    pdf = Pdf(text, "Ö", date(2026, 1, 1), header=text)
    pdf.text(text)
    pdf.bullet(text)
    written = pdf_text(pdf.output())
    assert "".join(re.findall("[abcåäö]", text)) in "".join(re.findall("[abcåäö]", written))
