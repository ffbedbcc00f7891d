"""Which hits are the same page or document, and which one stands for all?

Within an agency, near-copies are one hit: the page and its view for printing, one page in two places of the
menu. Between agencies more is asked for. A policy, a law or an agreement that three hosts carry is one hit;
but two municipalities' pages about the same matter are often written from the same template and differ in
just what the reader came for: the place, the phone number, the fee, the own e-service. Those stay two hits.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.record import Doctype, DocumentRecord
from crawler.registry import AgencyKind

if TYPE_CHECKING:
    from searchapi.refine import Answer

_NEAR = 3
"""Bits of 64 within an agency (Manku, Jain, Das Sarma, WWW 2007)."""
_NEAR_ELSEWHERE = 1
_ALIKE = 12
"""Bits up to which a page and its view (?print=1) with the same title may differ, chrome and all."""
_LONG = 400
"""Characters below which a signature says little, as every e-service's log-in page has the same few words."""
_COMPARED = 40_000
"""Characters up to which two texts are compared word by word; longer ones are copies if they are the same."""
# What one does or whom one reaches is each agency's own, however alike the words are.
_OWN = frozenset({Doctype.ESERVICE, Doctype.CONTACT, Doctype.PLACE, Doctype.NEWS, Doctype.EVENT, Doctype.JOB})
_DIGITS = re.compile(r"\d+")
_KIND_ORDER = {AgencyKind.STATE: 0, AgencyKind.REGION: 1}


def fold_copies(
    answers: Sequence["Answer"],
    *,
    first: Sequence[str] = (),
    kinds: Mapping[str, AgencyKind] | None = None,
) -> list["Answer"]:
    """One answer for each page and its copies, in the order of the best of each.

    For copies at several agencies stands that of the agency that comes earliest in `first` (those that the
    query names, the home municipality); then the state's before a region's before all others', by `kinds`:
    rules, forms and guidance are issued upwards and copied downwards, and the issuer's copy is the one kept
    up to date. Else the best ranked stands.
    """
    kept: list[Answer] = []
    signatures: list[int] = []
    pages: dict[tuple[str, str], int] = {}
    order = {agency: place for place, agency in enumerate(dict.fromkeys(first))}

    def precedence(answer: "Answer") -> tuple[int, int]:
        agency = answer.document.record.agency
        kind = kinds.get(agency) if kinds else None
        return order.get(agency, len(order)), _KIND_ORDER.get(kind, 2) if kind else 2

    for answer in answers:
        record = answer.document.record
        signature = _signature(record)
        # A view for printing differs from its page in the address's query only.
        page = (record.url.partition("?")[0], record.title)
        place = pages.get(page, -1)
        if place >= 0 and signature and signatures[place]:
            place = place if (signature ^ signatures[place]).bit_count() <= _ALIKE else -1
        if place < 0:
            place = _place_of_copy(record, signature, kept, signatures)
        if place < 0:
            pages.setdefault(page, len(kept))
            kept.append(answer)
            signatures.append(signature)
            continue
        original = kept[place]
        if original.document.record.agency == record.agency:
            leads = _plainer(record, original.document.record)
        else:
            leads = precedence(answer) < precedence(original)
        if leads:
            answer.score, original.score = original.score, answer.score
            answer.copies = [original, *original.copies]
            original.copies = []
            kept[place] = answer
        else:
            original.copies.append(answer)
    return kept


def _place_of_copy(
    record: DocumentRecord, signature: int, kept: Sequence["Answer"], signatures: Sequence[int]
) -> int:
    """Where in `kept` the first copy of a record stands; -1 where there is none."""
    if not signature:
        return -1
    for place, known in enumerate(signatures):
        if known and (signature ^ known).bit_count() <= _NEAR:
            # What stands for several need not be the nearest of them.
            for one in (kept[place], *kept[place].copies):
                there = one.document.record
                if are_copies(record, there, (signature ^ _signature(there)).bit_count()):
                    return place
    return -1


def are_copies(here: DocumentRecord, there: DocumentRecord, distance: int) -> bool:
    """Whether two pages whose signatures lie `distance` bits apart are copies of each other."""
    if here.language != there.language:
        return False
    if here.doctype is not there.doctype and (
        # The same document may be taken for a plan on one host and for a report on another.
        not _same_content(here, there) or here.doctype in _OWN or there.doctype in _OWN
    ):
        return False
    long = min(len(here.text), len(there.text)) >= _LONG
    if here.agency == there.agency:
        # Two years' budgets share most words; the year stands in the title.
        same_numbers = _DIGITS.findall(here.title) == _DIGITS.findall(there.title)
        return distance <= _NEAR and same_numbers and (long or _same_title(here, there))
    return long and distance <= _NEAR_ELSEWHERE and here.doctype not in _OWN and _same_facts(here, there)


def _same_title(here: DocumentRecord, there: DocumentRecord) -> bool:
    return here.title == there.title and here.host == there.host


def _same_facts(here: DocumentRecord, there: DocumentRecord) -> bool:
    """Whether two agencies' texts differ in nothing that a reader could have come for.

    The same contacts, the same links to e-services and forms, the same kind of file; and of the words that
    only one of the texts has, none has a digit (a fee, a year, a phone number) or a capital letter (a place,
    a name, a board).
    """
    if here.content_type != there.content_type:
        return False
    if {action.url for action in here.actions} != {action.url for action in there.actions}:
        return False
    if _ways(here) != _ways(there) or _DIGITS.findall(here.title) != _DIGITS.findall(there.title):
        return False
    if _same_content(here, there):
        return True
    if max(len(here.text), len(there.text)) > _COMPARED:
        return False
    differing = _words(here.text) ^ _words(there.text)
    return not any(_DIGITS.search(word) or word != word.lower() for word in differing)


@lru_cache(maxsize=64)
def _words(text: str) -> frozenset[str]:
    """The words of a text; kept, as one answer is compared with several."""
    return frozenset(text.split())


def _same_content(here: DocumentRecord, there: DocumentRecord) -> bool:
    return bool(here.content_hash) and here.content_hash == there.content_hash


def _ways(record: DocumentRecord) -> set[str]:
    return {
        way
        for contact in record.contacts
        for way in (contact.phone, contact.email, contact.visiting_address, contact.name)
        if way
    }


def _plainer(here: DocumentRecord, there: DocumentRecord) -> bool:
    """Whether an address is the page's own and the other a view of it (?print=1, ?page=2)."""
    return "?" not in here.url and "?" in there.url


def _signature(record: DocumentRecord) -> int:
    try:
        return int(record.signature, 16) if record.signature else 0
    except ValueError:
        return 0
