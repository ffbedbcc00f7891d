"""What does the open-data export say of a document?"""

from typing import Any

from crawler.store import DocumentRow


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
        "contact": {
            "name": main.name or None,
            "role": main.role or None,
            "phone": main.phone or None,
            "email": main.email or None,
            "address": main.visiting_address or main.postal_address or None,
            "opening_hours": main.opening_hours or None,
        }
        if main
        else None,
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
