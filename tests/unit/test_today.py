"""Is it told whether a contact can be reached today, in words of the reader's language?"""

from datetime import UTC, datetime

import pytest

from searchapi.models import HitContact
from searchapi.pages.today import today
from searchapi.texts import Texts

THURSDAY = datetime(2026, 11, 19, 12, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIBRARY = HitContact(
    name="Biblioteket",
    address="Storgatan 1",
    opening_hours="Mån–tors 10–19, fre 10–16.30, lör 11–15. Söndag stängt.",
)
ON_THE_PHONE = HitContact(phone="+46980319210", opening_hours="Telefontid måndag–torsdag 9–10 och 13–14.30")
REACHED = HitContact(phone="+46980319210", opening_hours="Måndag–fredag 8–16")


@pytest.mark.parametrize(
    ("language", "contact", "now", "told"),
    [
        ("sv", LIBRARY, THURSDAY, (True, "Öppet i dag 10–19")),
        ("sv", LIBRARY, SUNDAY, (False, "Stängt i dag")),
        ("sv", ON_THE_PHONE, THURSDAY, (True, "Telefontid i dag 9–10 och 13–14.30")),
        ("sv", ON_THE_PHONE, SUNDAY, (False, "Ingen telefontid i dag")),
        ("sv", REACHED, THURSDAY, (True, "Nås i dag 8–16")),
        ("sv", REACHED, SUNDAY, (False, "Nås inte i dag")),
        ("en", ON_THE_PHONE, THURSDAY, (True, "Telephone hours today 9:00–10:00 and 13:00–14:30")),
        ("fi", LIBRARY, THURSDAY, (True, "Avoinna tänään klo 10–19")),
        ("fi", LIBRARY, SUNDAY, (False, "Suljettu tänään")),
    ],
)
def test_what_is_told(language: str, contact: HitContact, now: datetime, told: tuple[bool, str]) -> None:
    assert today(Texts.load(language), contact, now) == told


def test_the_day_is_that_of_sweden() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # Sunday, half past midnight, in Stockholm
    assert today(Texts.load("sv"), LIBRARY, late) == (False, "Stängt i dag")


def test_nothing_is_told_where_the_hours_are_not_sure() -> None:
    texts = Texts.load("sv")
    assert today(texts, HitContact(phone="+46980319210")) is None
    assert today(texts, HitContact(opening_hours="Efter överenskommelse"), THURSDAY) is None
    assert today(texts, LIBRARY, datetime(2026, 12, 24, 12, tzinfo=UTC)) is None
    never = HitContact(opening_hours="Dygnet runt", address="Storgatan 1")
    assert today(texts, never, datetime(2026, 12, 24, 12, tzinfo=UTC)) == (True, "Öppet dygnet runt")
