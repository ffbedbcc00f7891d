"""What is the catalogue as open data? One row a service, form or contact page: as JSON, CSV and JSON-LD."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from crawler.record import Doctype
from crawler.registry import Agency, AgencyKind
from searchapi.catalogue.entries import Catalogue, Entry
from searchapi.export import ContactFacts, contact_facts
from searchapi.models import AgencyRef
from searchapi.show import named
from searchapi.spreadsheet import csv_line

KINDS = (Doctype.ESERVICE, Doctype.FORM, Doctype.CONTACT, Doctype.PLACE)
"""What the catalogue is of, in its order."""
COLUMNS = (
    *("kind", "url", "title", "agency", "agency_name", "agency_kind", "municipality_code", "subject"),
    *("language", "needs_eid", "content_type", "content_length", "checked"),
    *("contact_name", "contact_role", "phone", "email", "address", "opening_hours"),
)
_TYPE = {
    Doctype.ESERVICE: "GovernmentService",
    Doctype.FORM: "DigitalDocument",
    Doctype.CONTACT: "ContactPage",
    Doctype.PLACE: "Place",
}
_ORGANISATION = {AgencyKind.OTHER: "Organization"}


class CatalogueItem(BaseModel):
    """A page of the catalogue. `contacts` has the main contact first; `content_length` is in bytes."""

    model_config = ConfigDict(extra="forbid")

    kind: Doctype
    url: str
    title: str
    agency: AgencyRef
    municipality_code: str
    subject: str
    language: str
    needs_eid: bool | None
    content_type: str
    content_length: int
    checked: datetime | None
    contacts: list[ContactFacts]


class CatalogueResponse(BaseModel):
    """A page of the catalogue: `total` items in all, of which `items` begin at `offset`. `next` leads on."""

    model_config = ConfigDict(extra="forbid")

    total: int
    offset: int
    limit: int
    next: str | None
    built: datetime
    items: list[CatalogueItem]


def chosen(
    catalogue: Catalogue, agencies: Sequence[Agency], kinds: Sequence[Doctype]
) -> list[tuple[Agency, Entry]]:
    """The entries of some agencies and kinds, in an order that stays: agency, kind, address."""
    return [
        (agency, entry)
        for agency in agencies
        for kind in KINDS
        if kind in kinds
        for entry in sorted(catalogue.of(agency.id, kind), key=lambda one: one.url)
    ]


def item(agency: Agency, entry: Entry) -> CatalogueItem:
    """An entry as open data."""
    return CatalogueItem(
        kind=entry.doctype,
        url=entry.url,
        title=entry.title,
        agency=named(agency),
        municipality_code=agency.municipality_code,
        subject=entry.subject,
        language=entry.language,
        needs_eid=entry.needs_eid,
        content_type=entry.content_type,
        content_length=entry.content_length,
        checked=entry.checked,
        contacts=[contact_facts(contact) for contact in entry.contacts],
    )


def as_csv(rows: Iterable[tuple[Agency, Entry]]) -> Iterator[str]:
    """Comma-separated values (RFC 4180) with a heading. A contact page has a line for each of its contacts;
    the others have one line each, with their main contact.
    """
    yield csv_line(COLUMNS)
    for agency, entry in rows:
        found = item(agency, entry)
        contacts = found.contacts if found.kind in {Doctype.CONTACT, Doctype.PLACE} else found.contacts[:1]
        for contact in contacts or [ContactFacts()]:
            eid = {None: "", True: "true", False: "false"}[found.needs_eid]
            yield csv_line(
                (
                    *(found.kind.value, found.url, found.title, agency.id, agency.name, agency.kind.value),
                    *(agency.municipality_code, found.subject, found.language, eid, found.content_type),
                    str(found.content_length or ""),
                    found.checked.isoformat() if found.checked else "",
                    *(contact.name, contact.role, contact.phone, contact.email, contact.address),
                    contact.opening_hours,
                )
            )


def as_json_ld(rows: Iterable[tuple[Agency, Entry]]) -> Iterator[str]:
    """JSON-LD in the words of schema.org: organisations, services, documents, contact pages and places."""
    yield '{"@context": "https://schema.org", "@graph": [\n'
    told: set[str] = set()
    first = True
    for agency, entry in rows:
        nodes = [_node(agency, entry)]
        if agency.id not in told:
            told.add(agency.id)
            nodes.insert(0, _organisation(agency))
        for node in nodes:
            yield ("" if first else ",\n") + json.dumps(node, ensure_ascii=False)
            first = False
    yield "\n]}\n"


def as_json_lines(rows: Iterable[tuple[Agency, Entry]]) -> Iterator[str]:
    """An item a line."""
    for agency, entry in rows:
        yield item(agency, entry).model_dump_json() + "\n"


def _organisation(agency: Agency) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@type": _ORGANISATION.get(agency.kind, "GovernmentOrganization"),
        "@id": _id(agency),
        "name": agency.name,
        "url": agency.contact.web or agency.seeds[0],
        "telephone": agency.contact.switchboard,
        "email": agency.contact.email,
    }
    return {name: value for name, value in node.items() if value}


def _node(agency: Agency, entry: Entry) -> dict[str, Any]:
    found = item(agency, entry)
    node: dict[str, Any] = {
        "@type": _TYPE[entry.doctype],
        "@id": entry.url,
        "name": entry.title,
        "url": entry.url,
        "inLanguage": entry.language,
        "provider": {"@id": _id(agency)},
    }
    points = [
        {name: value for name, value in point.items() if value}
        for contact in found.contacts
        for point in [
            {
                "@type": "ContactPoint",
                "name": contact.name,
                "contactType": contact.role,
                "telephone": contact.phone,
                "email": contact.email,
                "description": contact.opening_hours,
            }
        ]
    ]
    if entry.doctype is Doctype.ESERVICE:
        node["availableChannel"] = {
            "@type": "ServiceChannel",
            "serviceUrl": entry.url,
            "availableLanguage": entry.language,
        }
    elif entry.doctype is Doctype.FORM:
        node["encodingFormat"] = entry.content_type
    if entry.doctype is Doctype.PLACE and found.contacts and found.contacts[0].address:
        node["address"] = found.contacts[0].address
    if points and entry.doctype is not Doctype.PLACE:
        node["mainEntity" if entry.doctype is Doctype.CONTACT else "contactPoint"] = points
    return node


def _id(agency: Agency) -> str:
    return f"urn:medborgarsok:agency:{agency.id}"
