"""Who sits on the boards, and which names fill the matters? Fictional people, places and boards."""

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Board:
    """A board: `code` as in its case numbers, `matters` its key in matters.yaml, `week`, `day` its day."""

    slug: str
    name: str
    code: str
    matters: str
    week: int
    day: int
    months: tuple[int, ...]
    time: str = "13.00–16.20"


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """An agency whose boards keep minutes: where it publishes them, who sits and where."""

    agency: str
    name: str
    host: str
    root: str
    boards: tuple[Board, ...]
    politicians: tuple[str, ...]
    officers: tuple[str, ...]
    villages: tuple[str, ...]
    streets: tuple[str, ...]
    estates: tuple[str, ...]
    clubs: tuple[str, ...]
    schools: tuple[str, ...]
    room: str
    style: str
    chairs: dict[str, str] = field(default_factory=dict)


def _boards(social: str, building: str, school: str, culture: str, environment: str) -> tuple[Board, ...]:
    return (
        Board("kommunstyrelsen", "Kommunstyrelsen", "KS", "ks", 2, 1, (2, 4, 6, 9, 11), "08.30–12.10"),
        Board("kommunfullmaktige", "Kommunfullmäktige", "KF", "kf", 4, 0, (2, 6, 11), "17.00–20.45"),
        Board(_slug(building), building, "BN", "bn", 3, 2, (1, 3, 5, 8, 10)),
        Board(_slug(social), social, "SN", "sn", 3, 3, (2, 5, 9)),
        Board(_slug(school), school, "BUN", "bun", 2, 3, (1, 4, 9)),
        Board(_slug(culture), culture, "KFN", "kfn", 1, 1, (3, 10)),
        Board(_slug(environment), environment, "MN", "mn", 1, 3, (4, 10)),
    )


def _slug(name: str) -> str:
    table = str.maketrans({"å": "a", "ä": "a", "ö": "o", " ": "-"})
    return name.lower().translate(table).replace("barn--och", "barn-och").replace("kultur--och", "kultur-och")


NORRVIK = Body(
    agency="norrvik",
    name="Norrviks kommun",
    host="moten.norrvik.localhost",
    root="/",
    boards=_boards(
        "Socialnämnden",
        "Byggnadsnämnden",
        "Barn- och utbildningsnämnden",
        "Kultur- och fritidsnämnden",
        "Miljönämnden",
    ),
    politicians=(
        "Lars Wikström (S)",
        "Maria Isaksson (M)",
        "Gunvor Sundström (S)",
        "Nils-Erik Kuoljok (C)",
        "Birgitta Lövgren (V)",
        "Tommy Engström (M)",
        "Anne-Marie Pohjanen (S)",
        "Kjell Rönnbäck (C)",
        "Sara Huuva (MP)",
        "Håkan Stenlund (KD)",
        "Ulrika Bäckman (L)",
        "Roger Vikström (S)",
        "Ingela Niemi (V)",
        "Fredrik Åkerlund (M)",
        "Elsa Marakatt (S)",
    ),
    officers=(
        "Karin Lindmark, kommundirektör",
        "Helena Stenman, kommunsekreterare",
        "Eva Holmgren, förvaltningschef",
        "Johan Forsberg, förvaltningschef",
        "Per Nordin, samhällsbyggnadschef",
        "Sofia Lundqvist, kultur- och fritidschef",
        "Mats Öberg, ekonomichef",
        "Linnea Grahn, byggnadsinspektör",
        "Oskar Tano, nämndsekreterare",
        "Camilla Juntti, utredare",
    ),
    villages=("Tallnäs", "Kvarnforsen", "Norrvik", "Storbäcken", "Lillselet"),
    streets=("Storgatan", "Stationsgatan", "Älvgatan", "Kyrkogatan", "Sågverksvägen", "Skolgatan"),
    estates=(
        "Tallnäs 4:17",
        "Björken 3",
        "Kvarnforsen 2:48",
        "Lommen 11",
        "Storbäcken 1:9",
        "Renen 6",
        "Norrvik 8:31",
    ),
    clubs=("Norrviks IF", "Tallnäs hembygdsförening", "Kvarnforsens skoterklubb", "Norrviks ridklubb"),
    schools=("Björkskolan", "Tallnäs skola", "förskolan Norrskenet", "Älvskolan", "förskolan Hjortronet"),
    room="Kommunhuset, sammanträdesrum Älven",
    style="classic",
    chairs={
        "KF": "Kjell Rönnbäck (C)",
        "BN": "Håkan Stenlund (KD)",
        "SN": "Birgitta Lövgren (V)",
        "BUN": "Gunvor Sundström (S)",
        "KFN": "Tommy Engström (M)",
        "MN": "Sara Huuva (MP)",
    },
)

SUNNERBY = Body(
    agency="sunnerby",
    name="Sunnerby kommun",
    host="www.sunnerby.localhost",
    root="/protokoll",
    boards=_boards(
        "Arbets- och socialnämnden",
        "Samhällsbyggnadsnämnden",
        "Utbildningsnämnden",
        "Kultur- och fritidsnämnden",
        "Miljönämnden",
    ),
    politicians=(
        "Annika Ljungdahl (S)",
        "Peter Rosencrantz (M)",
        "Mehdi Karimi (S)",
        "Gertrud Malm (C)",
        "Leif Hallgren (M)",
        "Zara Petersson (MP)",
        "Bo Thulin (L)",
        "Susanne Ekdahl (S)",
        "Ivan Marković (V)",
        "Carl-Johan Silver (KD)",
        "Monika Brandt (S)",
        "Jesper Falk (M)",
        "Amina Warsame (S)",
        "Torsten Hägg (C)",
        "Louise Winberg (L)",
    ),
    officers=(
        "Katarina Rydell, stadsdirektör",
        "Viktor Lönn, stadssekreterare",
        "Helén Strand, ekonomidirektör",
        "Abdi Hassan, socialdirektör",
        "Pernilla Kvist, utbildningsdirektör",
        "Marcus Ahlgren, stadsbyggnadsdirektör",
        "Ellinor Bergh, miljöchef",
        "Göran Sandell, nämndsekreterare",
        "Ronja Lindh, bygglovsarkitekt",
        "Emil Tran, utredare",
    ),
    villages=("Ljungaåsen", "Hamnstaden", "Östra Torp", "Sunnerby centrum", "Klockarbyn"),
    streets=("Hamngatan", "Kvarngatan", "Garvaregatan", "Idrottsvägen", "Norra Strandgatan", "Slottsgatan"),
    estates=(
        "Gripen 12",
        "Östra Torp 5:22",
        "Mården 4",
        "Klockarbyn 2:7",
        "Tärnan 9",
        "Ljungaåsen 1:64",
        "Skeppet 3",
    ),
    clubs=("Sunnerby BK", "Hamnstadens seglarklubb", "Sunnerby teaterförening", "IK Sundet"),
    schools=("Lindängsskolan", "förskolan Snäckan", "Klockarbyskolan", "förskolan Trädgården", "Hamnskolan"),
    room="Stadshuset, Hamntorget 1, Sundssalen",
    style="modern",
)

REGION = Body(
    agency="region-vastmark",
    name="Region Västmark",
    host="www.regionvastmark.localhost",
    root="/politik",
    boards=(
        Board("regionstyrelsen", "Regionstyrelsen", "RS", "rs", 3, 1, (2, 5, 9, 11), "09.30–14.40"),
        Board("regionfullmaktige", "Regionfullmäktige", "RF", "rs", 4, 2, (6,), "10.00–16.00"),
    ),
    politicians=(
        "Christina Alm (S)",
        "Henrik Wallentin (M)",
        "Fatima Nouri (S)",
        "Göran Bladh (C)",
        "Elisabet Ros (KD)",
        "Daniel Sjöholm (V)",
        "Yvonne Tegnér (L)",
        "Staffan Mörk (M)",
        "Lena Kristoffersson (S)",
        "Pär Ögren (MP)",
        "Sofie Hedin (M)",
    ),
    officers=(
        "Magnus Ternström, regiondirektör",
        "Ylva Kling, hälso- och sjukvårdsdirektör",
        "Tomas Bergfalk, ekonomidirektör",
        "Nadja Lundell, regionsekreterare",
        "Robert Hult, trafikdirektör",
        "Agneta Sköld, utredare",
    ),
    villages=("Norrvik", "Sunnerby", "Västmark", "Tallnäs", "Hamnstaden"),
    streets=("Lasarettsgatan", "Västra Allén"),
    estates=("Lasarettet 2", "Sanatoriet 1:4"),
    clubs=("Västmarks idrottsförbund", "Riksteatern Västmark"),
    schools=("Västmarks folkhögskola",),
    room="Regionens hus, Västra Allén 4, Fullmäktigesalen",
    style="modern",
)

BODIES = (NORRVIK, SUNNERBY, REGION)
YEARS = (2023, 2024, 2025, 2026)
TODAY = date(2026, 11, 20)
"""The day of the demo: later meetings have a notice and no minutes yet."""


def meetings(board: Board, year: int) -> list[date]:
    """The days on which a board meets in a year."""
    days = []
    for month in board.months:
        first = date(year, month, 1)
        days.append(first + timedelta(days=(board.day - first.weekday()) % 7 + 7 * (board.week - 1)))
    return days
