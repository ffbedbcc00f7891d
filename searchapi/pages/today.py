"""How is a contact reached today? The day's hours in the reader's words, where its opening hours are sure."""

from datetime import datetime

from searchapi.models import HitContact
from searchapi.opening_hours import Means, Span, hours_on
from searchapi.texts import STOCKHOLM, Texts


def today(texts: Texts, contact: HitContact, now: datetime | None = None) -> tuple[bool, str] | None:
    """Whether it is open today, and that in words ("Öppet i dag 10–19"); None where it isn't sure."""
    moment = (now or datetime.now(STOCKHOLM)).astimezone(STOCKHOLM)
    hours = hours_on(contact.opening_hours or "", moment.date())
    if hours is None:
        return None
    if hours.means is Means.PHONE:
        kind = "phone"
    elif hours.means is Means.VISIT or contact.address:
        kind = "visit"
    else:
        kind = "reach"
    if hours.always:
        return True, texts(f"hours.{kind}_always")
    if not hours.spans:
        return False, texts(f"hours.{kind}_closed")
    spans = f" {texts('format.and')} ".join(_span(texts, span) for span in hours.spans)
    return True, texts(f"hours.{kind}_open", spans=spans)


def _span(texts: Texts, span: Span) -> str:
    start, end = (_clock(texts, minutes) for minutes in span)
    return f"{start}–{end}"


def _clock(texts: Texts, minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return (
        texts("format.clock", hour=hour, minute=f"{minute:02}") if minute else texts("format.hour", hour=hour)
    )
