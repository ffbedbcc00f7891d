"""Which contacts does a page state in markup: schema.org (JSON-LD, microdata) and hCard?

Many sites put the whole agency's name and switchboard into every page; that says nothing of this page, so
an item that is the agency itself counts only where the page is about the agency's contacts.
"""

import re
from collections.abc import Iterator
from typing import Any

from crawler.page import ExtractedPage
from crawler.record import Contact
from crawler.registry import Agency
from crawler.understand.facts import Fact, e164, emails_in, phones_in

_ITEMS = 60
_DEPTH = 4
_CHARS = 300
_NOT_OF_IT = frozenset(
    {"newsarticle", "article", "blogposting", "imageobject", "breadcrumblist", "webpage", "website"}
)
# "Byggnadsnämnden, 171 80 Norrvik": a letter finds its way there, a visitor doesn't.
_NO_STREET = re.compile(r"[^\d\n]{3,120}\d{3} ?\d\d [A-ZÅÄÖ][^\d]{1,40}\Z")
_DAYS = {
    "monday": "måndag", "tuesday": "tisdag", "wednesday": "onsdag", "thursday": "torsdag", "friday": "fredag",
    "saturday": "lördag", "sunday": "söndag", "publicholidays": "helgdag",
    "mo": "måndag", "tu": "tisdag", "we": "onsdag", "th": "torsdag", "fr": "fredag",
    "sa": "lördag", "su": "söndag",
}  # fmt: skip


def structured_contacts(page: ExtractedPage, agency: Agency, *, whole_agency: bool) -> list[Contact]:
    """The contacts of the page's items, in order; the agency itself only where `whole_agency`."""
    found: list[Contact] = []
    own_names = {agency.name.lower(), agency.short_name.lower(), page.site_name.lower()} - {""}
    for item in page.schema_items[:_ITEMS]:
        for candidate in _items(item, 0):
            contact = _contact(candidate)
            if contact is None or (contact.name.lower() in own_names and not whole_agency):
                continue
            found.append(contact)
            if len(found) >= _ITEMS:
                return found
    return found


def _items(item: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    """The item and those within it, except who wrote or published the page."""
    kinds = _types(item)
    if not kinds & _NOT_OF_IT:
        yield item
    if depth >= _DEPTH:
        return
    for key, value in list(item.items())[:40]:
        if key in {
            "author",
            "publisher",
            "creator",
            "copyrightHolder",
            "sourceOrganization",
            "parentOrganization",
        }:
            continue
        for child in value[:40] if isinstance(value, list) else [value]:
            if isinstance(child, dict):
                yield from _items(child, depth + 1)


def _contact(item: dict[str, Any]) -> Contact | None:
    properties = item.get("properties") if isinstance(item.get("properties"), dict) else item
    assert isinstance(properties, dict)
    written = _text(properties, "telephone", "tel", "phone")
    phone = e164(written)
    if not phone and written:
        numbers = phones_in(written)
        written = numbers[0].value if numbers else ""
        phone = e164(written)
    mails = emails_in(_text(properties, "email").removeprefix("mailto:"))
    visiting, postal = _addresses(properties)
    hours = _hours(properties)
    if not (phone or mails or ((visiting or postal) and hours)):
        return None
    name = _text(properties, "name", "fn", "contactType", "legalName")
    return Contact(
        name=name[:120],
        role=_text(properties, "jobTitle", "job-title", "title", "role")[:120],
        phone=phone,
        phone_written=written if phone else "",
        email=mails[0].value if mails and mails[0].kind is Fact.EMAIL else "",
        visiting_address=visiting,
        postal_address=postal,
        opening_hours=hours,
    )


def _types(item: dict[str, Any]) -> set[str]:
    raw = item.get("@type", item.get("type", ""))
    return {str(kind).rsplit("/", 1)[-1].lower() for kind in (raw if isinstance(raw, list) else [raw])[:5]}


def _text(item: dict[str, Any], *keys: str) -> str:
    """The first of the properties that is a text, or the first text of a list."""
    for key in keys:
        value = item.get(key)
        for one in value[:3] if isinstance(value, list) else [value]:
            if isinstance(one, str | int) and str(one).strip():
                return " ".join(str(one).split())[:_CHARS]
    return ""


def _addresses(item: dict[str, Any]) -> tuple[str, str]:
    """Visiting and postal address: a box number makes an address a postal one."""
    visiting = postal = ""
    value = item.get("address", item.get("adr"))
    for one in value[:3] if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            inner = one.get("properties") if isinstance(one.get("properties"), dict) else one
            assert isinstance(inner, dict)
            box = _text(inner, "postOfficeBoxNumber", "post-office-box")
            street = _text(inner, "streetAddress", "street-address")
            place = (
                f"{_text(inner, 'postalCode', 'postal-code')} {_text(inner, 'addressLocality', 'locality')}"
            )
            text = ", ".join(
                part for part in (street or (f"Box {box}" if box.isdigit() else box), place.strip()) if part
            )
        else:
            text = " ".join(one.split())[:_CHARS] if isinstance(one, str) else ""
        if text.lower().startswith(("box ", "fe ")) or _NO_STREET.match(text):
            postal = postal or text
        else:
            visiting = visiting or text
    return visiting, postal


def _hours(item: dict[str, Any]) -> str:
    plain = item.get("openingHours", item.get("hoursAvailable"))
    parts = [str(one) for one in (plain if isinstance(plain, list) else [plain])[:14] if isinstance(one, str)]
    specs = item.get("openingHoursSpecification")
    for spec in (specs if isinstance(specs, list) else [specs])[:14]:
        if isinstance(spec, dict):
            days = spec.get("dayOfWeek", "")
            named = [
                _DAYS.get(str(day).rsplit("/", 1)[-1].lower(), str(day)[:20])
                for day in (days if isinstance(days, list) else [days])[:7]
            ]
            times = f"{_text(spec, 'opens')[:5]}–{_text(spec, 'closes')[:5]}"
            if len(times) > 3:
                parts.append(f"{', '.join(named)} {times}".strip())
    return "; ".join(parts)[:_CHARS]
