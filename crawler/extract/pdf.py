"""What stands in a PDF? Lines joined to paragraphs, without what every page repeats. For the child process.

pdfium gives text line by line; where a line begins and ends on the paper tells headings, paragraphs and page
headers apart. Only the first and the last character of a line are asked for, so a page costs little.
"""

import ctypes
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawler.extract.raw_document import MAX_FIELDS, MAX_PAGES, RawDocument
from crawler.extract.text import one_line, strip_controls
from crawler.outcomes import Outcome
from crawler.page import BlockKind, UnreadablePage

_MAX_PAGE_CHARACTERS = 100_000
_MAX_LINES = 4_000
_FORM_PAGES = 20
_FEW_LETTERS = 20  # letters in a whole document up to which it counts as having no text
_EDGE = 4  # lines at the top and bottom of a page that can be its header or footer
_HYPHENS = "\x02\ufffe"  # what pdfium puts for a hyphen at a line's end

_PAGE_NUMBER = re.compile(
    r"(?:sida?n?|sid\.?|page|s\.)?\s*[-–(]?\s*\d{1,4}\s*(?:\(\s*\d{1,4}\s*\)|(?:av|of|/)\s*\d{1,4})?\s*[-–)]?",
    re.IGNORECASE,
)
_PAGE_AT_END = re.compile(
    r"(?<=\S)\s+(?:sida?n?|sid\.?|page)\s\d{1,4}(?:\s?\(\s?\d{1,4}\s?\)|\s(?:av|of)\s\d{1,4}|/\d{1,4})?$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(r"(?:[•●▪■○◦‣∙·\uf0b7\uf0a7\u2022*–—-]|\d{1,3}[.)]|[a-zåäö][.)]|\(\w{1,3}\)|§)\s")
_BULLET_MARK = re.compile(r"^(?:[•●▪■○◦‣∙·\uf0b7\uf0a7*]|[–—-](?=\s))\s*")
_DATE_WORDS = re.compile(
    r"\b(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)(?:uari|ruari|s|il|i|usti|tember|ober|ember|uary|ruary|ch|e|y|ust)?\b"
    r"|\d+(?:st|nd|rd|th)?",
    re.IGNORECASE,
)
_LINE = re.compile(f"([^\n{_HYPHENS}]+)([\n{_HYPHENS}]?)")
_ENDS_SHORT = re.compile(r"(?:^|\W)\w$|\d$")
_KEEP_HYPHEN = re.compile(r"(?:och|eller|samt|respektive|resp|men|and|or)\b")


@dataclass(slots=True)
class Line:
    """A line of a page. Places are in points from the lower left; the box is that of the whole font."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        """Height of the line, which grows with the font's size."""
        return self.top - self.bottom


def read_pdf(body: bytes) -> RawDocument:
    """Read a PDF. Raise UnreadablePage for encrypted, image-only and corrupt ones."""
    try:
        pdf = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        if error.err_code in {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}:
            raise UnreadablePage(Outcome.ENCRYPTED, "the PDF asks for a password") from error
        raise UnreadablePage(Outcome.EXTRACTION_FAILED, f"no readable PDF: {error}"[:300]) from error
    document = RawDocument(pages=len(pdf), language=_language(pdf))
    _metadata(pdf, document)
    fields = _fields(pdf)
    pages: list[list[Line]] = []
    images = broken = 0
    for number in range(min(len(pdf), MAX_PAGES)):
        try:
            page = pdf[number]
            lines = _lines(page)
            if not lines and number < 50:
                images += any(
                    True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)
                )
            page.close()
        except pdfium.PdfiumError:
            broken += 1
            continue
        pages.append(lines)
        if sum(len(line.text) for line in lines) > _MAX_PAGE_CHARACTERS * 10:
            break
    letters = sum(sum(map(str.isalpha, line.text)) for lines in pages for line in lines)
    document.fields = fields
    if letters < _FEW_LETTERS:
        if images:
            raise UnreadablePage(Outcome.IMAGE_ONLY, f"{len(pdf)} pages of images without text")
        if broken and not pages:
            raise UnreadablePage(Outcome.EXTRACTION_FAILED, "none of the PDF's pages can be read")
        if not fields:
            raise UnreadablePage(Outcome.EMPTY, "the PDF has no text")
    body_height = _body_height(pages)
    document.heading = _heading(pages, body_height)
    _without_repeats(pages)
    for lines in pages:
        if not _paragraphs(lines, body_height, document):
            break
    return document


def _metadata(pdf: Any, document: RawDocument) -> None:
    for key in ("Title", "Subject", "Author", "Keywords", "Creator", "Producer", "CreationDate", "ModDate"):
        value = one_line(strip_controls(pdf.get_metadata_value(key)))[:500]
        if value:
            document.meta[key.lower()] = value
    document.meta_title = document.meta.get("title", "")
    document.created = document.meta.get("creationdate", "")
    document.modified = document.meta.get("moddate", "")


def _language(pdf: Any) -> str:
    size = pdfium_c.FPDFCatalog_GetLanguage(pdf, None, 0)
    if not 2 < size < 200:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFCatalog_GetLanguage(pdf, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "ignore").strip("\x00 ")


def _lines(page: Any) -> list[Line]:
    """The lines of a page, in pdfium's reading order."""
    textpage = page.get_textpage()
    count = textpage.count_chars()
    if count <= 0:
        return []
    text = textpage.get_text_range(0, min(count, _MAX_PAGE_CHARACTERS))
    same = len(text) == count
    lines: list[Line] = []
    # Where a word is divided at a line's end, pdfium puts one mark for the hyphen and the line's end.
    for match in _LINE.finditer(text):
        raw = match.group(1)
        clean = one_line(strip_controls(raw))
        if not clean:
            continue
        first = match.start() + len(raw) - len(raw.lstrip())
        last = match.start() + len(raw.rstrip()) - 1
        boxes = [box for at in (first, (first + last) // 2, last) if (box := _box(textpage, at, same))]
        if match.group(2) and match.group(2) in _HYPHENS:
            clean += "\u00ad"
        if boxes:
            # Of three characters the middle one in height: a footnote's mark or a large initial is no size.
            _, bottom, _, top = sorted(boxes, key=lambda box: box[3] - box[1])[len(boxes) // 2]
            lines.append(Line(clean, boxes[0][0], boxes[-1][2], bottom, top))
        elif lines:
            previous = lines[-1]
            lines.append(Line(clean, previous.left, previous.right, previous.bottom, previous.top))
        if len(lines) >= _MAX_LINES:
            break
    textpage.close()
    return lines


def _box(textpage: Any, index: int, same: bool) -> tuple[float, float, float, float] | None:
    """Left, bottom, right, top of a character, with the height of its whole font."""
    if not same:
        index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, index)
        if index < 0:
            return None
    rect = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(textpage, index, rect):
        return None
    return rect.left, rect.bottom, rect.right, rect.top


def _body_height(pages: list[list[Line]]) -> float:
    """The height that most of the letters have."""
    weights: Counter[float] = Counter()
    for lines in pages[:60]:
        for line in lines:
            weights[round(line.height * 2) / 2] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _heading(pages: list[list[Line]], body: float) -> str:
    """The largest text of the first pages, if it is larger than the rest and reads like a title."""
    for lines in pages[:2]:
        groups: list[tuple[float, str]] = []
        previous: Line | None = None
        for line in lines[: max(len(lines) // 2, 12)]:
            near = previous is not None and abs(previous.height - line.height) < 0.08 * max(line.height, 1)
            close = previous is not None and 0 <= previous.bottom - line.bottom < 2.2 * max(line.height, 1)
            if near and close and groups:
                groups[-1] = (groups[-1][0], _joined(groups[-1][1], line.text))
            else:
                groups.append((line.height, line.text))
            previous = line
        good = [(height, text) for height, text in groups if height > body * 1.12 and _names_something(text)]
        if good:
            largest = max(height for height, _ in good)
            parts = [text for height, text in good if height > largest * 0.92]
            return one_line(parts[0].replace("\u00ad", ""))
    return ""


def _names_something(text: str) -> bool:
    """Whether a line can be a title: no date, no scrap of a sentence, no row of numbers."""
    bare = _DATE_WORDS.sub(" ", text)
    letters = sum(map(str.isalpha, bare))
    if not 3 < len(text) <= 200 or letters < 4 or letters < len(text) * 0.5 or text[0].islower():
        return False
    return text.count(". ") < 2 and not text.endswith((",", ";"))


def _without_repeats(pages: list[list[Line]]) -> None:
    """Take out what stands at the edge of most pages, but for its first time (a committee's name, say)."""
    edges: Counter[str] = Counter()
    for lines in pages:
        for key in {_key(line) for line in (*lines[:_EDGE], *lines[-_EDGE:])}:
            edges[key] += 1
    often = {key for key, count in edges.items() if count >= 3 and count >= len(pages) * 0.4}
    seen: set[str] = set()
    for lines in pages:
        last = len(lines) - _EDGE
        kept = []
        for number, line in enumerate(lines):
            key = _key(line)
            at_edge = number < _EDGE or number >= last
            if at_edge:
                line.text = _PAGE_AT_END.sub("", line.text)
                if _PAGE_NUMBER.fullmatch(line.text):
                    continue
            if at_edge and key in often:
                if key in seen:
                    continue
                seen.add(key)
            kept.append(line)
        lines[:] = kept


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text.lower())


def _paragraphs(lines: list[Line], body: float, document: RawDocument) -> bool:
    """Join the lines of a page to paragraphs. Return False when the document is full."""
    if not lines:
        return True
    steps = [
        a.bottom - b.bottom for a, b in pairwise(lines) if 0 < a.bottom - b.bottom < 4 * max(a.height, 1)
    ]
    step = median(steps) if steps else 0.0
    widest = sorted(line.right for line in lines)[int(len(lines) * 0.9)] if len(lines) > 3 else lines[0].right
    text = ""
    previous: Line | None = None
    for line in lines:
        if previous is not None and _breaks(previous, line, step, widest):
            if not _emit(text, previous, body, document):
                return False
            text = ""
        text = _joined(text, line.text) if text else line.text
        previous = line
    return _emit(text, previous, body, document) if previous is not None else True


def _breaks(previous: Line, line: Line, step: float, widest: float) -> bool:
    """Whether a new paragraph begins with a line."""
    down = previous.bottom - line.bottom
    if abs(previous.height - line.height) > 0.15 * max(previous.height, line.height, 1):
        return True
    if previous.text.endswith("\u00ad"):
        return False
    if down < -2 or (step and down > step * 1.35):
        return True
    if abs(down) <= 2:  # the same line, in two columns or cells
        return line.left - previous.right > 3 * max(line.height, 1)
    if _BULLET.match(line.text):
        return True
    short = previous.right < line.left + (widest - line.left) * 0.72
    if short and not line.text[:1].islower():
        return True
    return previous.text.endswith((".", ":", "?", "!")) and line.left > previous.left + 8


def _joined(text: str, line: str) -> str:
    """A paragraph and its next line. "bygg-" + "lov" is one word; "för-" + "och nackdelar" is not."""
    divided = text.endswith("\u00ad")
    if not divided and not (text.endswith("-") and len(text) > 3 and text[-2].isalpha()):
        return f"{text} {line}"
    before = text[:-1]
    if _KEEP_HYPHEN.match(line):
        return f"{before}- {line}"
    # "e-post", "16-" + "18", "Nord-" + "Sverige": the hyphen is a part of the word.
    if _ENDS_SHORT.search(before) or not line[:1].islower():
        return f"{before}-{line}" if divided else f"{text} {line}"
    return before + line


def _emit(text: str, line: Line, body: float, document: RawDocument) -> bool:
    text = one_line(text.replace("\u00ad", ""))
    kind, level = BlockKind.PARAGRAPH, 0
    if body and line.height > body * 1.12 and len(text) <= 160 and not text.endswith((".", ",")):
        kind, level = (
            BlockKind.HEADING,
            (1 if line.height > body * 1.7 else 2 if line.height > body * 1.3 else 3),
        )
    elif _BULLET.match(text):
        kind, text = BlockKind.LIST_ITEM, _BULLET_MARK.sub("", text)
    return document.add(text, kind, level)


_FIELD_TYPES = {
    pdfium_c.FPDF_FORMFIELD_CHECKBOX: "checkbox",
    pdfium_c.FPDF_FORMFIELD_RADIOBUTTON: "radio",
    pdfium_c.FPDF_FORMFIELD_COMBOBOX: "select",
    pdfium_c.FPDF_FORMFIELD_LISTBOX: "select",
    pdfium_c.FPDF_FORMFIELD_TEXTFIELD: "text",
    pdfium_c.FPDF_FORMFIELD_SIGNATURE: "signature",
}


def _fields(pdf: Any) -> list[tuple[str, str]]:
    """The form fields of the first pages: (label or name, type)."""
    if pdf.get_formtype() != pdfium_c.FORMTYPE_ACRO_FORM:
        return []
    pdf.init_forms()
    found: dict[tuple[str, str], None] = {}
    for number in range(min(len(pdf), _FORM_PAGES)):
        page = pdf[number]
        for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), 1_000)):
            annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
            if not annotation:
                continue
            if pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_WIDGET:
                kind = _FIELD_TYPES.get(pdfium_c.FPDFAnnot_GetFormFieldType(pdf.formenv, annotation))
                name = _name(pdfium_c.FPDFAnnot_GetFormFieldAlternateName, pdf.formenv, annotation) or _name(
                    pdfium_c.FPDFAnnot_GetFormFieldName, pdf.formenv, annotation
                )
                if kind and name:
                    found[(name, kind)] = None
            pdfium_c.FPDFPage_CloseAnnot(annotation)
            if len(found) >= MAX_FIELDS:
                return list(found)
    return list(found)


def _name(getter: Any, environment: Any, annotation: Any) -> str:
    size = getter(environment, annotation, None, 0)
    if not 2 < size < 4_000:
        return ""
    buffer = ctypes.create_string_buffer(size)
    getter(environment, annotation, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return one_line(strip_controls(buffer.raw[: size - 2].decode("utf-16-le", "ignore")))[:200]
