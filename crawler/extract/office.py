"""What stands in a DOCX, ODT, RTF or plain text file? Paragraphs, headings, rows. For the child process."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from crawler.extract import charset
from crawler.extract.raw_document import RawDocument
from crawler.extract.text import lines, one_line, strip_controls
from crawler.outcomes import Outcome
from crawler.page import BlockKind, UnreadablePage

MAX_UNPACKED = 150_000_000
"""Bytes that a zipped document may unpack to."""
_MAX_ENTRIES = 5_000
_MAX_XML = 60_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_STYLE = re.compile(r"^(?:heading|rubrik|överskrift|otsikko)\s?([1-6])\b", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"^(?:title|titel|rubrik|dokumenttitel|huvudrubrik)$", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list|lista|punkt|bullet", re.IGNORECASE)
_RTF_TITLE = re.compile(rb"\\info[^}]{0,400}?\{\\title ([^{}]{1,300})\}")


def _guard_zip(body: bytes) -> None:
    """Refuse archives that unpack to more than a document can be, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadablePage(Outcome.EXTRACTION_FAILED, f"a damaged archive: {error}"[:300]) from error
    if len(entries) > _MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise UnreadablePage(Outcome.EXTRACTION_FAILED, "the archive unpacks to more than a document can be")
    if any(entry.file_size > _MAX_XML for entry in entries if entry.filename.endswith(".xml")):
        raise UnreadablePage(Outcome.EXTRACTION_FAILED, "the document's text is too large")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadablePage(Outcome.ENCRYPTED, "the document asks for a password")


def _refuse_empty(document: RawDocument) -> RawDocument:
    if not document.blocks and not document.fields:
        raise UnreadablePage(Outcome.EMPTY, "the document has no text")
    return document


# --- DOCX ---


def read_docx(body: bytes) -> RawDocument:
    """Read a Word document (Office Open XML)."""
    import docx  # (imported here, for the child should start fast for PDFs)

    _guard_zip(body)
    source = docx.Document(io.BytesIO(body))
    document = RawDocument()
    properties = source.core_properties
    document.meta_title = one_line(properties.title or "")[:500]
    document.language = (properties.language or "")[:20]
    document.created = properties.created.date().isoformat() if properties.created else ""
    document.modified = properties.modified.date().isoformat() if properties.modified else ""
    names = {style.style_id: style.name or "" for style in source.styles}
    for element in _word_blocks(source.element.body):
        if element.tag == f"{_W}tbl":
            more = all(document.add(_word_row(row), BlockKind.TABLE_ROW) for row in element.iter(f"{_W}tr"))
        else:
            more = _word_paragraph(element, names, document)
        if not more:
            break
    return _refuse_empty(document)


def _word_blocks(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those inside content controls and text boxes too."""
    stack = list(reversed(list(body)))
    while stack:
        element = stack.pop()
        if element.tag in {f"{_W}p", f"{_W}tbl"}:
            yield element
        elif isinstance(element.tag, str) and element.tag != f"{_W}sectPr":
            stack.extend(reversed(list(element)))


def _word_text(element: Any) -> str:
    pieces: list[str] = []
    for node in element.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        if node.tag == f"{_W}t":
            pieces.append(node.text or "")
        else:
            pieces.append(
                "\n" if node.tag in {f"{_W}br", f"{_W}cr"} else "-" if node.tag.endswith("Hyphen") else " "
            )
    return lines(strip_controls("".join(pieces)))


def _word_paragraph(element: Any, names: dict[str, str], document: RawDocument) -> bool:
    text = _word_text(element)
    style = element.find(f"{_W}pPr/{_W}pStyle")
    name = names.get(style.get(f"{_W}val"), "") if style is not None else ""
    numbered = element.find(f"{_W}pPr/{_W}numPr") is not None
    if heading := _HEADING_STYLE.match(name):
        document.heading = document.heading or one_line(text)[:250]
        return document.add(one_line(text), BlockKind.HEADING, int(heading.group(1)))
    if _TITLE_STYLE.match(name):
        document.heading = document.heading or one_line(text)[:250]
        return document.add(one_line(text), BlockKind.HEADING, 1)
    if numbered or _LIST_STYLE.search(name):
        return document.add(text, BlockKind.LIST_ITEM)
    return document.add(text)


def _word_row(row: Any) -> str:
    cells = [_word_text(cell).replace("\n", ", ") for cell in row.iterchildren(f"{_W}tc", f"{_W}sdt")]
    return " | ".join(cell for cell in cells if cell)


# --- ODT ---


def read_odt(body: bytes) -> RawDocument:
    """Read an OpenDocument text."""
    from odf import opendocument, teletype
    from odf.table import TableCell
    from odf.text import P

    _guard_zip(body)
    source = opendocument.load(io.BytesIO(body))
    document = RawDocument()
    for child in source.meta.childNodes:
        name, value = child.qname[1], one_line(teletype.extractText(child))[:500]
        if name == "title":
            document.meta_title = value
        elif name == "language":
            document.language = value
        elif name == "creation-date":
            document.created = value
        elif name == "date":
            document.modified = value
    stack = list(reversed(source.text.childNodes))
    while stack:
        node = stack.pop()
        if node.nodeType != node.ELEMENT_NODE:
            continue
        name = node.qname[1]
        if name == "h":
            text = one_line(strip_controls(teletype.extractText(node)))
            document.heading = document.heading or text[:250]
            level = node.getAttribute("outlinelevel")
            more = document.add(text, BlockKind.HEADING, min(max(int(level or 1), 1), 6))
        elif name == "p":
            style = str(node.getAttribute("stylename") or "")
            text = lines(strip_controls(teletype.extractText(node)))
            inside_list = node.parentNode is not None and node.parentNode.qname[1] == "list-item"
            if _TITLE_STYLE.match(style):
                document.heading = document.heading or one_line(text)[:250]
                more = document.add(one_line(text), BlockKind.HEADING, 1)
            else:
                more = document.add(text, BlockKind.LIST_ITEM if inside_list else BlockKind.PARAGRAPH)
        elif name == "table-row":
            cells = [
                ", ".join(
                    one_line(strip_controls(teletype.extractText(p))) for p in cell.getElementsByType(P)
                )
                for cell in node.getElementsByType(TableCell)
            ]
            more = document.add(" | ".join(cell for cell in cells if cell), BlockKind.TABLE_ROW)
        else:
            stack.extend(reversed(node.childNodes))
            more = True
        if not more:
            break
    return _refuse_empty(document)


# --- RTF and plain text ---


def read_rtf(body: bytes) -> RawDocument:
    """Read a Rich Text file."""
    from striprtf import striprtf

    rtf_to_text: Callable[..., str] = striprtf.rtf_to_text

    document = RawDocument()
    if title := _RTF_TITLE.search(body[:20_000]):
        document.meta_title = one_line(
            strip_controls(rtf_to_text("{\\rtf1 " + title.group(1).decode("cp1252", "replace") + "}"))
        )
    text = rtf_to_text(body[:20_000_000].decode("cp1252", "replace"), errors="replace")
    for part in strip_controls(text).split("\n"):
        cells = [one_line(cell) for cell in part.split("|")]
        row = " | ".join(cell for cell in cells if cell)
        if not document.add(row, BlockKind.TABLE_ROW if len(cells) > 2 else BlockKind.PARAGRAPH):
            break
    return _refuse_empty(document)


def read_text(body: bytes) -> RawDocument:
    """Read a plain text file: paragraphs are separated by empty lines."""
    document = RawDocument()
    text = strip_controls(charset.decode(body[:4_000_000]))
    for part in re.split(r"\n[ \t\r]*\n", text.replace("\r\n", "\n")):
        if not document.add(lines(part)):
            break
    return _refuse_empty(document)
