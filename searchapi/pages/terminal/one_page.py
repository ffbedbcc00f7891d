"""What does a terminal tell of one page of an agency? Facts, what to do, its text in short, its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crawler.record import ActionKind, Doctype, DocumentRecord
from crawler.registry import Registry
from indexer.engine import IndexedDocument, Snapshot
from searchapi.models import AgencyRef, HitAction, HitContact
from searchapi.show import Targets, actions_of, agency_ref, contact_card, title_of

_MOST_TEXT = 1500
_MOST_CONTACTS = 4
_KINDS = {
    ActionKind.ESERVICE: Doctype.ESERVICE,
    ActionKind.FORM: Doctype.FORM,
    ActionKind.CONTACT: Doctype.CONTACT,
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a page's text, or one of its headings."""

    text: str
    heading: bool


@dataclass(frozen=True, slots=True)
class OnePage:
    """A page that was found. `known`: it is in the index; else it is only known as an action of one that is.

    `text` is the beginning of the page's text; `more`: there is more of it.
    """

    url: str
    title: str
    doctype: Doctype
    agency: AgencyRef
    language: str
    needs_eid: bool | None
    known: bool
    description: str = ""
    text: Sequence[Paragraph] = ()
    more: bool = False
    contacts: Sequence[HitContact] = ()
    actions: Sequence[HitAction] = ()
    content_type: str = "text/html"
    content_length: int = 0
    modified: date | None = None
    checked: datetime | None = None


def one_page(
    snapshot: Snapshot, registry: Registry, targets: Targets, url: str, source: str = ""
) -> OnePage | None:
    """The page at a URL that is in the index, or that a page of the index (`source`) has as its action.

    None for every other URL: whatever an address or a form holds, a terminal shows only what was crawled.
    """
    document = snapshot.by_url(url) if url else None
    if document is not None:
        return _indexed(document, snapshot, registry, targets)
    leading = snapshot.by_url(source) if source else None
    if leading is None:
        return None
    for action in leading.record.actions:
        if action.url == url:
            return OnePage(
                url=url,
                title=action.title or url,
                doctype=_KINDS[action.kind],
                agency=agency_ref(registry, leading.record.agency),
                language=leading.record.language,
                needs_eid=action.needs_eid,
                known=False,
            )
    return None


def _indexed(document: IndexedDocument, snapshot: Snapshot, registry: Registry, targets: Targets) -> OnePage:
    record = document.record
    actions, contact_below = actions_of(record, snapshot, targets)
    cards = [contact_card(contact) for contact in (record.contacts or (contact_below,))[:_MOST_CONTACTS]]
    text, more = _beginning(record, document.text)
    return OnePage(
        url=record.url,
        title=title_of(record),
        doctype=record.doctype,
        agency=agency_ref(registry, record.agency),
        language=record.language,
        needs_eid=record.needs_eid,
        known=True,
        description=record.description,
        text=text,
        more=more,
        contacts=[card for card in cards if card is not None],
        actions=actions,
        content_type=record.content_type,
        content_length=record.content_length,
        modified=record.modified or record.published,
        checked=record.checked,
    )


def _beginning(record: DocumentRecord, text: str) -> tuple[list[Paragraph], bool]:
    """The first paragraphs of a text, without title and description said again, and whether there is more."""
    said = {record.title.casefold(), record.description.casefold()}
    headings = {heading.casefold() for heading in record.headings}
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and line.casefold() not in said]
    taken: list[Paragraph] = []
    length = 0
    for line in lines:
        length += len(line)
        if length > _MOST_TEXT:
            break
        taken.append(Paragraph(line, line.casefold() in headings))
    if lines and not taken:
        taken.append(Paragraph(f"{lines[0][:_MOST_TEXT].rpartition(' ')[0]} …", heading=False))
    more = len(taken) < len(lines) or length > _MOST_TEXT
    while taken and taken[-1].heading:
        taken.pop()
    return taken, more
