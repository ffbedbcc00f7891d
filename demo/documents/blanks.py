"""What does a blank look like? Forms and single documents that authors wrote in Markdown, as PDF or DOCX."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

from docx import Document as WordDocument
from markdown_it import MarkdownIt
from markdown_it.token import Token

from demo.content import Contact, Page, Site
from demo.documents.pdf import Pdf

_UNDATED = date(2026, 1, 15)
Block = tuple[str, str]
"""Kind ("h2", "h3", "p", "li") and text."""


def blank(site: Site, page: Page) -> Callable[[], bytes]:
    """What makes the file of a page whose front matter says `format: pdf` or `docx`."""
    return partial(_pdf if page.format == "pdf" else _docx, site, page.path)


def blocks(markdown: str) -> list[Block]:
    """The blocks of a Markdown text, without markup; a table row becomes one paragraph."""
    found: list[Block] = []
    kind = "p"
    row: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.type == "heading_open":
            kind = "h2" if token.tag in ("h1", "h2") else "h3"
        elif token.type == "list_item_open":
            kind = "li"
        elif token.type in ("heading_close", "list_item_close"):
            kind = "p"
        elif token.type == "tr_open":
            kind, row = "row", []
        elif token.type == "tr_close":
            found.append(("p", "    ".join(row)))
            kind = "p"
        elif token.type == "inline" and kind == "row":
            row.append(_plain(token))
        elif token.type == "inline":
            found.append((kind, _plain(token)))
    return found


def _plain(token: Token) -> str:
    parts = (
        " " if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ()
    )
    return "".join(parts).strip()


def _sender(site: Site, page: Page) -> tuple[str, list[Contact]]:
    owner = str(site.settings.get("owner") or site.name)
    return owner, [site.contacts[key] for key in page.contacts if key in site.contacts]


def _sign_lines(contact: Contact) -> str:
    parts = [contact.name, contact.postal.replace("\n", ", "), contact.phone, contact.email]
    return ", ".join(part for part in parts if part)


def _pdf(site: Site, path: str) -> bytes:
    page = site.pages[path]
    owner, contacts = _sender(site, page)
    day = page.modified or page.published or _UNDATED
    pdf = Pdf(page.title, owner, day, header=owner, lang=page.lang)
    pdf.heading(page.title, 1)
    for kind, text in blocks(page.body):
        if kind in ("h2", "h3"):
            pdf.heading(text, int(kind[1]))
        elif kind == "li":
            pdf.bullet(text)
        else:
            pdf.text(text)
    if page.form_fields:
        pdf.space(6)
        for label in page.form_fields:
            pdf.box(label, 90 if _is_long(label) else 34)
        for label in _signature(page):
            pdf.box(label)
    if contacts:
        pdf.heading("Blanketten skickas till" if page.form_fields else "Kontakt", 3)
        for contact in contacts:
            pdf.text(_sign_lines(contact), 9.5)
    return pdf.output()


def _docx(site: Site, path: str) -> bytes:
    page = site.pages[path]
    owner, contacts = _sender(site, page)
    day = page.modified or page.published or _UNDATED
    document = WordDocument()
    properties = document.core_properties
    properties.title, properties.author, properties.language = page.title, owner, page.lang
    properties.created = properties.modified = datetime(day.year, day.month, day.day, 9, 15, tzinfo=UTC)
    document.add_paragraph(owner)
    document.add_heading(page.title, level=1)
    for kind, text in blocks(page.body):
        if kind in ("h2", "h3"):
            document.add_heading(text, level=int(kind[1]))
        else:
            document.add_paragraph(text, style="List Bullet" if kind == "li" else None)
    if page.form_fields:
        fields = [*page.form_fields, *_signature(page)]
        table = document.add_table(rows=0, cols=2, style="Table Grid")
        for label in fields:
            table.add_row().cells[0].text = label
    for contact in contacts:
        document.add_paragraph(
            ("Blanketten skickas till: " if page.form_fields else "Kontakt: ") + _sign_lines(contact)
        )
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _signature(page: Page) -> tuple[str, ...]:
    """The fields for signing, where the author has not written them."""
    labels = " ".join(page.form_fields).lower()
    if "underskrift" in labels or "namnteckning" in labels or page.lang != "sv":
        return ()
    return ("Ort och datum", "Namnteckning", "Namnförtydligande")


def _is_long(label: str) -> bool:
    words = ("beskriv", "motiver", "upplysning", "redogör", "skäl", "orsak", "meddelande")
    return any(word in label.lower() for word in words)
