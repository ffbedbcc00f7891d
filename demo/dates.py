"""How do Swedes write a day?"""

from datetime import date

MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)


def swedish_date(day: date | None) -> str:
    """A date as in running text ("2 mars 2026"); empty for None."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else ""
