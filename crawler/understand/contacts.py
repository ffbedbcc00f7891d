"""Whom can a citizen call, write to or visit?

Only what belongs to this page counts: its main part, its asides and its markup. The footer's switchboard
stands on every page, so it counts only where the page itself is the agency's contact page and says nothing
else.
"""

from collections.abc import Iterable

from crawler.page import ExtractedPage, Region
from crawler.record import Contact, Doctype
from crawler.registry import Agency
from crawler.understand.contact_reader import MAX_CONTACTS, ContactReader
from crawler.understand.structured import structured_contacts

_MAX_BLOCKS = 1_500
_NO_CONTACTS = frozenset({Doctype.MINUTES, Doctype.LAW, Doctype.STEERING, Doctype.REPORT})
_NAMED_BY_HEADINGS = frozenset({Doctype.CONTACT, Doctype.PLACE})
_FOOTER_COUNTS = frozenset({Doctype.CONTACT})


def find_contacts(page: ExtractedPage, doctype: Doctype, agency: Agency) -> tuple[Contact, ...]:
    """The contacts of a page, its main one first; empty for documents that only carry a letterhead."""
    if doctype in _NO_CONTACTS:
        return ()
    reader = ContactReader(page.title, named=doctype in _NAMED_BY_HEADINGS)
    for region in (Region.MAIN, Region.ASIDE):
        reader.read(block for block in page.blocks[:_MAX_BLOCKS] if block.region is region)
    found = reader.finished()
    marked = structured_contacts(page, agency, whole_agency=doctype in {Doctype.CONTACT, Doctype.PLACE})
    found = _merged([*found, *marked])
    if not found and doctype in _FOOTER_COUNTS:
        footer = ContactReader(page.title, named=False)
        footer.read(block for block in page.blocks[-_MAX_BLOCKS:] if block.region is Region.CHROME)
        found = _merged(footer.finished()[:3])
    return tuple(found[:MAX_CONTACTS])


def _merged(contacts: Iterable[Contact]) -> list[Contact]:
    """Contacts that are the same one, said twice (in markup and in text, in the box and in the text).

    Made one.
    """
    merged: list[Contact] = []
    for contact in contacts:
        for place, known in enumerate(merged):
            if _same(known, contact):
                gaps = {
                    key: value
                    for key, value in contact.model_dump().items()
                    if value and not getattr(known, key)
                }
                merged[place] = known.model_copy(update=gaps)
                break
        else:
            merged.append(contact)
    return merged


def _same(a: Contact, b: Contact) -> bool:
    one, other = a.name.lower(), b.name.lower()
    if a.phone and a.email and a.phone == b.phone and a.email == b.email:
        return True
    if one and other and one not in other and other not in one:
        return False
    if (a.phone and b.phone and a.phone != b.phone) or (a.email and b.email and a.email != b.email):
        return False
    return bool(
        (a.phone and a.phone == b.phone) or (a.email and a.email == b.email) or (one and one == other)
    )
