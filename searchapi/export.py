"""What does the open-data export say of a document?"""

from typing import Any

from pydantic import BaseModel

from crawler.record import Contact
from crawler.store import DocumentRow


class ContactFacts(BaseModel):
    """A contact as open data. `phone` is E.164, `address` the visiting address where there is one."""

    name: str | None = None
    role: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    opening_hours: str | None = None


def contact_facts(contact: Contact) -> ContactFacts:
    """What open data says of a contact: the same in the export and in the catalogue."""
    return ContactFacts(
        name=contact.name or None,
        role=contact.role or None,
        phone=contact.phone or None,
        email=contact.email or None,
        address=contact.visiting_address or contact.postal_address or None,
        opening_hours=contact.opening_hours or None,
    )


def exported(row: DocumentRow) -> dict[str, Any]:
    """A document as a JSON object. `contact` is the page's main contact or null; texts are the page's own."""
    record = row.record
    main = record.contacts[0] if record.contacts else None
    return {
        "url": record.url,
        "agency": record.agency,
        "title": record.title,
        "doctype": record.doctype,
        "needs_eid": record.needs_eid,
        "language": record.language,
        "contact": contact_facts(main).model_dump() if main else None,
        "contacts": [contact.model_dump(exclude_defaults=True) for contact in record.contacts],
        "actions": [action.model_dump(mode="json") for action in record.actions],
        "content_type": record.content_type,
        "published": record.published.isoformat() if record.published else None,
        "modified": record.modified.isoformat() if record.modified else None,
        "checked": record.checked.isoformat(),
        "evidence": {
            "doctype": [evidence.model_dump() for evidence in record.doctype_evidence],
            "needs_eid": [evidence.model_dump() for evidence in record.eid_evidence],
            "language": record.language_evidence,
        },
    }
