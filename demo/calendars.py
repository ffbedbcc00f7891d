"""What is going on? A calendar that has a next month for ever, as event calendars do."""

from dataclasses import dataclass
from datetime import date, timedelta

from demo.content import Page
from demo.dates import MONTHS, swedish_date

FIRST_OWN, LAST_OWN = date(2026, 11, 1), date(2026, 12, 31)
"""Between these days an event has a page of its own; before and after, the calendar only lists it."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that happens every month: on the given week (1-4) and weekday (Monday is 0)."""

    title: str
    slug: str
    week: int
    weekday: int
    time: str
    place: str
    text: str


_EVENTS = (
    Recurring(
        "Sagostund på biblioteket",
        "sagostund",
        week=1,
        weekday=5,
        time="10.30-11.00",
        place="Stadsbiblioteket, barnavdelningen",
        text="Vi läser, sjunger och rimmar tillsammans. För barn 3–6 år i sällskap med en vuxen. Ingen "
        "anmälan.",
    ),
    Recurring(
        "Öppet hus på kulturskolan",
        "oppet-hus-kulturskolan",
        week=2,
        weekday=2,
        time="17.00-19.00",
        place="Kulturskolan, Skolgatan 4",
        text="Prova instrument, dans och teater och prata med lärarna. Alla barn och unga är välkomna.",
    ),
    Recurring(
        "Dialogkväll om ny detaljplan",
        "dialogkvall-detaljplan",
        week=2,
        weekday=3,
        time="18.00-20.00",
        place="Kommunhuset, sessionssalen",
        text="Planarkitekterna berättar om förslaget och svarar på frågor om bygglov, trafik och grönytor.",
    ),
    Recurring(
        "Seniorträff med kaffe",
        "seniortraff",
        week=3,
        weekday=1,
        time="14.00-16.00",
        place="Träffpunkten, Storgatan 11",
        text="Månadens tema är trygghet i vardagen. Anhörigkonsulenten medverkar. Kaffe och smörgås "
        "kostar 40 kronor.",
    ),
    Recurring(
        "Loppis och bytesdag på återbruket",
        "loppis-aterbruket",
        week=4,
        weekday=5,
        time="10.00-14.00",
        place="Återvinningscentralen, hall B",
        text="Lämna det du inte längre behöver och ta hem något nytt. Vi tar inte emot vitvaror eller "
        "farligt avfall.",
    ),
)


_REGIONAL = (
    Recurring(
        "Föräldrautbildning på nätet",
        "foraldrautbildning",
        week=1,
        weekday=1,
        time="18.00-19.30",
        place="Digitalt möte",
        text="Barnmorskor berättar om förlossning och amning. För dig som väntar barn. Ingen anmälan behövs.",
    ),
    Recurring(
        "Öppen föreläsning: sov bättre",
        "sov-battre",
        week=3,
        weekday=2,
        time="17.30-19.00",
        place="Lasarettet i Sunnerby, aulan",
        text="Överläkaren på sömnmottagningen föreläser och svarar på frågor. Fri entré i mån av plats.",
    ),
    Recurring(
        "Regiondag med resenärer",
        "resenarsdag",
        week=2,
        weekday=5,
        time="10.00-13.00",
        place="Resecentrum i Norrvik",
        text="Tyck till om tidtabeller, biljetter och hållplatser. Personal från trafikbolaget är på plats.",
    ),
)


class Calendar:
    """The calendar of one host at one path."""

    def __init__(self, host: str, path: str, town: str) -> None:
        self.host, self.path, self.town = host, path, town
        self._events = _REGIONAL if town.startswith("Region") else _EVENTS

    def month(self, wanted: str) -> tuple[Page, list[tuple[str, str, str]]]:
        """The page of a month ("2026-12"; the present one if unclear) and its (when, title, link)s."""
        first = _month(wanted)
        before, after = first - timedelta(days=1), first + timedelta(days=31)
        rows = []
        for event in self._events:
            day = _day(first, event)
            own = FIRST_OWN <= day <= LAST_OWN
            rows.append(
                (f"{day.isoformat()} {event.time}", event.title, self._path(event, day) if own else "")
            )
        page = Page(
            host=self.host,
            path=self.path,
            title=f"Kalender {MONTHS[first.month - 1]} {first.year}",
            description=f"Evenemang i {self.town}",
            body=f"[Föregående månad]({self.path}?manad={before:%Y-%m}) | "
            f"[Nästa månad]({self.path}?manad={after.replace(day=1):%Y-%m})",
        )
        return page, sorted(rows)

    def pages(self) -> list[Page]:
        """The event pages: those of the months that are planned in full."""
        pages = []
        first = FIRST_OWN
        while first <= LAST_OWN:
            for event in self._events:
                day = _day(first, event)
                pages.append(
                    Page(
                        host=self.host,
                        path=self._path(event, day),
                        title=event.title,
                        kind="event",
                        description=event.text.partition(". ")[0] + ".",
                        body=f"**När:** {swedish_date(day)} klockan {event.time}\n\n"
                        f"**Var:** {event.place}\n\n{event.text}\n\n**Arrangör:** {self.town}\n",
                        published=day - timedelta(days=40),
                        menu=False,
                    )
                )
            first = (first + timedelta(days=31)).replace(day=1)
        return pages

    def _path(self, event: Recurring, day: date) -> str:
        return f"{self.path}/{event.slug}-{day.isoformat()}"


def _month(wanted: str) -> date:
    year, _, month = wanted.partition("-")
    if not (year.isascii() and month.isascii() and year.isdigit() and month.isdigit()):
        return date(2026, 11, 1)
    known = len(year) == 4 and 1900 <= int(year) <= 9998 and len(month) <= 2 and 1 <= int(month) <= 12
    return date(int(year), int(month), 1) if known else date(2026, 11, 1)


def _day(first: date, event: Recurring) -> date:
    return first + timedelta(days=(event.weekday - first.weekday()) % 7 + 7 * (event.week - 1))
