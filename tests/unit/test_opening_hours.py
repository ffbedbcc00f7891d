"""Are opening hours read as they are meant, and left alone where they aren't sure?"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapi.holidays import easter_sunday, holidays, ordinary
from searchapi.opening_hours import Hours, Means, hours_on

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (
    date(2026, 11, day) for day in range(16, 23)
)


def _spans(written: str, day: date) -> str | None:
    """The hours as "9:00-12:00 13:00-15:00", "closed", or None where unsure."""
    hours = hours_on(written, day)
    if hours is None:
        return None
    shown = (f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for a, b in hours.spans)
    return " ".join(shown) or "closed"


@pytest.mark.parametrize(
    ("written", "day", "spans"),
    [
        ("Måndag–fredag 8–16", MONDAY, "8:00-16:00"),
        ("Måndag–fredag 8–16", SATURDAY, "closed"),
        ("måndag - fredag kl. 08.00 - 16:30", FRIDAY, "8:00-16:30"),
        ("Måndag till fredag klockan 8 till 16", WEDNESDAY, "8:00-16:00"),
        ("Öppet: mån-tors 10-19, fre 10-17, lör 11-15. Söndag stängt.", THURSDAY, "10:00-19:00"),
        ("Öppet: mån-tors 10-19, fre 10-17, lör 11-15. Söndag stängt.", SUNDAY, "closed"),
        ("Vardagar 8–12 och 13–15", TUESDAY, "8:00-12:00 13:00-15:00"),
        ("Vardagar 8-12, 13-15", TUESDAY, "8:00-12:00 13:00-15:00"),
        ("Helgfri vardag 8–16", TUESDAY, "8:00-16:00"),
        ("vardagar 8–18, fredagar till 16", FRIDAY, "8:00-16:00"),
        ("vardagar 8–18, fredagar till 16", THURSDAY, "8:00-18:00"),
        ("Vardagar 8–17, onsdag 8–18", WEDNESDAY, "8:00-18:00"),
        ("Måndag–torsdag 8.00–16.30, fredag 8.00–15.00. Lunchstängt 12.00–12.45.", FRIDAY,
         "8:00-12:00 12:45-15:00"),
        ("Telefontid måndag, onsdag, torsdag och fredag 9–10. Tisdag stängd telefon.", TUESDAY, "closed"),
        ("Telefontid tisdag 10–12 och torsdag 13–15", THURSDAY, "13:00-15:00"),
        ("Telefontid tisdag 10–12 och torsdag 13–15", WEDNESDAY, "closed"),
        ("Telefontid måndag, tisdag och torsdag 9.30–11.30. Besök efter tidsbokning.", MONDAY, "9:30-11:30"),
        ("Vardagar 8–16. Övrig tid socialjouren, 0980-319 235.", MONDAY, "8:00-16:00"),
        ("Expedition vardagar 8–15. Vid fara för liv eller egendom, ring 112.", MONDAY, "8:00-15:00"),
        ("Måndag 15–19\nOnsdag 10–14\nTorsdag 16–18", WEDNESDAY, "10:00-14:00"),
        ("Måndag\n15–19\nOnsdag\n10–14", WEDNESDAY, "10:00-14:00"),
        ("Måndag–fredag: 07–18. Lördag: 09–16. Söndag: 10–16. Röda dagar: 10–16.", SUNDAY, "10:00-16:00"),
        ("Måndag–lördag 9–16, sön- och helgdagar 11–15", SUNDAY, "11:00-15:00"),
        ("Måndag–fredag 8–16 utom röda dagar", MONDAY, "8:00-16:00"),
        ("Måndag–lördag 9–16. Stängt söndagar och röda dagar.", MONDAY, "9:00-16:00"),
        ("9–16 måndag–fredag", MONDAY, "9:00-16:00"),
        ("Alla dagar 7–21", SUNDAY, "7:00-21:00"),
        ("Dygnet runt", SUNDAY, "0:00-24:00"),
        ("dygnet runt, alla dagar", MONDAY, "0:00-24:00"),
        ("må, on 8.30–12.00", WEDNESDAY, "8:30-12:00"),
    ],
)  # fmt: skip
def test_hours_that_are_sure(written: str, day: date, spans: str) -> None:
    assert _spans(written, day) == spans


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Efter tidsbokning",
        "Öppet 9–16",
        "Vardagar 8–16 under sommaren",
        "Måndag–fredag 8–16. Avvikande tider runt jul.",
        "1 juni–31 augusti: måndag–fredag 8–15",
        "Udda veckor måndag 9–12",
        "Första måndagen i månaden 13–16",
        "Måndag–fredag 8–16 (ej onsdagar)",
        "Växel: vardagar 8–16. Reception: vardagar 9–15.",
        "Reception vardagar 8–16. Telefontid 9–11.",
        "Måndag–torsdag 9–15. Drop-in hos studie- och yrkesvägledare torsdag 13–15.",
        "Måndag 22–02",
        "Måndag 8–25",
        "fredag–måndag 8–12",
        "Måndag 8–12. Måndag 10–14.",
        "Måndag den 16 november 9–12",
        "Måndag",
        "Mon-Fri 9-17",
    ],
)
def test_hours_that_are_not_sure(written: str) -> None:
    assert hours_on(written, MONDAY) is None


def test_a_saturday_is_a_vardag_by_law_only() -> None:
    assert hours_on("Vardagar 8–16", SATURDAY) is None
    assert _spans("Vardagar 8–16", SUNDAY) == "closed"
    assert _spans("Vardagar 8–16, lördag stängt", SATURDAY) == "closed"


def test_what_the_hours_are_for() -> None:
    def means(written: str) -> Means | None:
        hours = hours_on(written, MONDAY)
        return hours and hours.means

    assert means("Telefontid vardagar 9–10") is Means.PHONE
    assert means("Expedition vardagar 9–10") is Means.VISIT
    assert means("Öppet vardagar 9–10") is Means.VISIT
    assert means("Vardagar 9–10") is Means.UNSAID


@pytest.mark.parametrize("day", ["2026-12-24", "2026-12-28", "2026-06-19", "2026-04-03", "2026-05-13"])
def test_holidays_and_the_days_before_are_never_sure(day: str) -> None:
    assert not ordinary(date.fromisoformat(day))
    assert hours_on("Alla dagar 8–16", date.fromisoformat(day)) is None
    assert hours_on("Dygnet runt", date.fromisoformat(day)) == Hours(((0, 1440),), Means.UNSAID)


def test_the_calendar() -> None:
    assert [easter_sunday(year) for year in (2024, 2025, 2026, 2038)] == [
        date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25),
    ]  # fmt: skip
    assert {date(2026, 6, 20), date(2026, 10, 31), date(2026, 5, 14), date(2026, 5, 24)} <= holidays(2026)
    assert ordinary(date(2026, 11, 22)), "an ordinary Sunday"
    assert not ordinary(date(2026, 12, 31))


@given(st.text(alphabet=st.sampled_from("måndagtisofrelör 0123456789.:–-,\n()stä"), max_size=60), st.dates())
def test_it_never_raises_and_never_overlaps(written: str, day: date) -> None:
    hours = hours_on(written, day)
    if hours is not None:
        edges = [edge for span in hours.spans for edge in span]
        assert edges == sorted(edges)
        assert all(0 <= edge <= 1440 for edge in edges)
