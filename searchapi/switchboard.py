"""Where does somebody who asks for an office that nobody holds call? The agency's own contact page."""

from collections.abc import Sequence

from crawler.record import Doctype
from crawler.registry import Agency
from searchapi.refine import Answer

_FIRST = 3
"""So many hits are seen without scrolling."""
_HOLDS = 0.7
"""From this share on, a contact's title is the office's own, or one very near to it."""


def names_holder(answers: Sequence[Answer], home: Agency | None) -> bool:
    """Whether one of the first answers names, with a phone number, who holds the office there."""
    return any(
        answer.contact is not None
        and bool(answer.contact.phone)
        and answer.contact_share >= _HOLDS
        and (home is None or answer.document.record.agency == home.id)
        for answer in answers[:_FIRST]
    )


def place_switchboard(answers: list[Answer], reached: Sequence[Answer], home: Agency) -> None:
    """Put the agency's contact page last of the first three. `reached`: the answers to "växel"."""
    found = next((one for one in reached if _is_switchboard(one, home)), None)
    if found is None:
        return
    url = found.document.record.url
    if any(answer.document.record.url == url for answer in answers[:_FIRST]):
        return
    answers[:] = [answer for answer in answers if answer.document.record.url != url]
    answers.insert(min(_FIRST - 1, len(answers)), found)


def _is_switchboard(answer: Answer, home: Agency) -> bool:
    record, contact = answer.document.record, answer.contact
    return (
        record.agency == home.id
        and record.doctype in {Doctype.CONTACT, Doctype.PLACE}
        and contact is not None
        and bool(contact.phone)
    )
