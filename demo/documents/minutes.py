"""What do minutes and notices say? Meetings put together from matters, the same every time."""

import io
import random
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document as WordDocument

from demo.content import read_yaml
from demo.dates import MONTHS, swedish_date
from demo.documents.bank import YEARS, Board, Body, meetings
from demo.documents.pdf import Pdf

_MATTERS = Path(__file__).parent / "matters.yaml"
_DAYS = ("måndagen", "tisdagen", "onsdagen", "torsdagen", "fredagen", "lördagen", "söndagen")


@dataclass(frozen=True, slots=True)
class Item:
    """One matter of a meeting: its § number, case number and texts."""

    number: int
    case: str
    title: str
    decisions: tuple[str, ...]
    background: tuple[str, ...]
    extracts: tuple[str, ...]
    formal: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of a board, with its matters in order."""

    body: Body
    board: Board
    day: date
    items: tuple[Item, ...]
    present: tuple[str, ...]
    absent: str
    officers: tuple[str, ...]
    checker: str
    secretary: str


@cache
def _matters() -> dict[str, list[dict[str, Any]]]:
    loaded: dict[str, list[dict[str, Any]]] = read_yaml(_MATTERS, _MATTERS.read_text("utf-8"))
    return loaded


def _seeded(*parts: object) -> random.Random:
    return random.Random(zlib.crc32("/".join(map(str, parts)).encode()))


@cache
def year_of(body: Body, board: Board, year: int) -> tuple[Meeting, ...]:
    """The meetings of a board in a year; the § numbers run through the year and no matter comes twice."""
    chance = _seeded(body.agency, board.slug, year)
    own, common = list(_matters()[board.matters]), list(_matters()["alla"])
    chance.shuffle(own)
    chance.shuffle(common)
    number, case = chance.randint(1, 12), chance.randint(20, 60)
    held = []
    days = meetings(board, year)
    # The small boards meet so seldom that each meeting can take half of what they deal with.
    share = max(3, min(6, len(own) * 2 // len(days)))
    queue = own * (1 + share * len(days) // len(own))
    for place, day in enumerate(days):
        items = []
        drawn = (
            queue[place * share : (place + 1) * share] + common[place % len(common) : place % len(common) + 1]
        )
        for matter in [*_formal("opening", board), *drawn, *_formal("closing", board)]:
            case += chance.randint(1, 17)
            items.append(_item(body, board, matter, number, case, day, chance))
            number += 1
        held.append(_meeting(body, board, day, tuple(items), chance))
    return tuple(held)


def _formal(key: str, board: Board) -> list[dict[str, Any]]:
    """The matters that every meeting has ("opening" or "closing"), in the board's own wording."""
    return [
        {**matter, "b": matter.get(board.matters) or matter["b"], "formal": True}
        for matter in _matters()[key]
    ]


def _item(
    body: Body, board: Board, matter: dict[str, Any], number: int, case: int, day: date, chance: random.Random
) -> Item:
    slots = _slots(body, day, chance)

    def fill(text: str) -> str:
        for name, value in slots.items():
            text = text.replace("{" + name + "}", value)
        return text if board.matters != "kf" else text.replace("Nämnden ", "Kommunfullmäktige ")

    return Item(
        number=number,
        case=f"{board.code}/{day.year if case > 40 else day.year - 1}:{case}",
        title=fill(matter["t"]),
        decisions=tuple(fill(text).replace("Nämnden", board.name, 1) for text in matter["d"]),
        background=tuple(fill(text) for text in matter["b"]),
        extracts=tuple(matter.get("u") or ()),
        formal=bool(matter.get("formal")),
    )


def _slots(body: Body, day: date, chance: random.Random) -> dict[str, str]:
    later = day + timedelta(days=chance.randint(20, 120))
    return {
        "fastighet": chance.choice(body.estates),
        "ort": chance.choice(body.villages),
        "gata": chance.choice(body.streets),
        "belopp": f"{chance.randint(4, 68) * 250_000:,}".replace(",", " "),
        "tkr": f"{chance.randint(3, 89) * 100:,}".replace(",", " "),
        "avgift": f"{chance.randint(8, 240) * 250:,}".replace(",", " "),
        "tim": str(chance.randint(105, 138) * 10),
        "antal": str(chance.randint(11, 64)),
        "procent": str(chance.randint(3, 9)),
        "kvm": str(chance.randint(12, 48)),
        "langd": str(chance.randint(8, 31)),
        "nasta_kort": f"{(day.year + 1) % 100:02}",
        "ar": str(day.year),
        "nasta": str(day.year + 1),
        "manad": MONTHS[day.month - 2],
        "datum": swedish_date(later),
        "tidigare": swedish_date(day - timedelta(days=chance.randint(25, 80))),
        "person": chance.choice(body.politicians),
        "handlaggare": chance.choice(body.officers).partition(",")[0],
        "forening": chance.choice(body.clubs),
        "skola": chance.choice(body.schools),
    }


def _meeting(body: Body, board: Board, day: date, items: tuple[Item, ...], chance: random.Random) -> Meeting:
    # The chair and the members stay the same over the years; only who is away changes.
    members = list(body.politicians)
    if board.code not in ("KS", "RS", "KF", "RF"):
        members = members[2:]
        _seeded(body.agency, board.slug, "members").shuffle(members)
    seats = members[: 11 if board.code in ("KS", "KF", "RS", "RF") else 9]
    chair = body.chairs.get(board.code, seats[0])
    seats = [chair, *(name for name in seats if name != chair)]
    absent = chance.choice(seats[1:])
    secretary = next(
        name
        for name in body.officers
        if "sekreterare" in name and ("nämnd" not in name or len(board.code) > 1)
    )
    return Meeting(
        body=body,
        board=board,
        day=day,
        items=items,
        present=tuple(name for name in seats if name != absent),
        absent=absent,
        officers=tuple(chance.sample([name for name in body.officers if name != secretary], 4)),
        checker=chance.choice([name for name in seats[1:] if name != absent]),
        secretary=secretary,
    )


def minutes_title(meeting: Meeting) -> str:
    """The title of the minutes, as a list names them."""
    return f"Protokoll {meeting.board.name.lower()} {meeting.day.isoformat()}"


def notice_title(meeting: Meeting) -> str:
    """The title of the notice."""
    return f"Kallelse {meeting.board.name.lower()} {meeting.day.isoformat()}"


def all_meetings(body: Body) -> list[Meeting]:
    """Every meeting of an agency's boards, board by board, in order of time."""
    return [meeting for board in body.boards for year in YEARS for meeting in year_of(body, board, year)]


def write_minutes(meeting: Meeting) -> bytes:
    """The minutes as a PDF."""
    return render_minutes(meeting).output()


def render_minutes(meeting: Meeting) -> Pdf:
    """The minutes, ready to be put out."""
    body, board, day = meeting.body, meeting.board, meeting.day
    # The metadata of real minutes is often that of the template.
    untitled = body.style == "modern" and day.month % 2 == 0
    title = "Mall sammanträdesprotokoll" if untitled else minutes_title(meeting)
    pdf = Pdf(
        title,
        body.name,
        day + timedelta(days=7),
        f"{body.name}    Sammanträdesprotokoll    {day.isoformat()}",
    )
    first, last = meeting.items[0].number, meeting.items[-1].number
    chance = _seeded(body.agency, board.slug, day)
    pdf.heading(board.name, 1)
    pdf.text(
        "Sammanträdesprotokoll"
        if body.style == "classic"
        else f"Protokoll från sammanträde {day.isoformat()}",
        13,
    )
    rows = [
        ("Plats och tid", f"{body.room}, {_DAYS[day.weekday()]} den {swedish_date(day)}, kl. {board.time}"),
        ("Beslutande", f"{meeting.present[0]}, ordförande"),
        *(("", name) for name in meeting.present[1:]),
        ("Frånvarande", meeting.absent),
        ("Övriga närvarande", meeting.officers[0]),
        *(("", name) for name in meeting.officers[1:]),
        ("Justerare", meeting.checker),
        ("Justeringens tid", f"Digital justering {swedish_date(day + timedelta(days=5))}"),
        ("Paragrafer", f"§§ {first}–{last}"),
    ]
    for label, value in rows:
        pdf.row([(0, label), (120, value)])
    pdf.space(10)
    for role, name in (
        ("Sekreterare", meeting.secretary.partition(",")[0]),
        ("Ordförande", meeting.present[0]),
        ("Justerare", meeting.checker),
    ):
        pdf.space(12)
        pdf.rule(120, 380)
        pdf.row([(0, role), (120, name)])
    pdf.space(14)
    pdf.heading("Anslag/bevis", 3)
    pdf.text(
        f"Justeringen har tillkännagivits på {body.name}s digitala anslagstavla.",
        after=2,
    )
    pdf.row([(0, "Anslaget sätts upp"), (130, (day + timedelta(days=7)).isoformat())])
    pdf.row([(0, "Anslaget tas ned"), (130, (day + timedelta(days=29)).isoformat())])
    pdf.space(10)
    pdf.heading("Innehåll", 3)
    for item in meeting.items:
        pdf.row([(0, f"§ {item.number}"), (40, item.title)])
    for item in meeting.items:
        _write_item(pdf, meeting, item, chance)
    return pdf


def _write_item(pdf: Pdf, meeting: Meeting, item: Item, chance: random.Random) -> None:
    pdf.space(12)
    dnr = f"Dnr {item.case}"
    pdf.heading(f"§ {item.number}    {dnr}" if not item.formal else f"§ {item.number}", 3)
    pdf.heading(item.title, 2)
    if item.formal and "justerare" in item.title:
        pdf.text(f"{meeting.checker} utses att jämte ordföranden justera protokollet.")
    pdf.heading(f"{meeting.board.name}s beslut".replace("ss beslut", "s beslut"), 3)
    for decision in item.decisions:
        pdf.text(decision, after=3)
    if item.background:
        pdf.heading("Sammanfattning av ärendet" if meeting.body.style == "modern" else "Bakgrund", 3)
        for paragraph in item.background:
            pdf.text(paragraph)
    if item.formal:
        return
    if chance.random() < 0.45:
        mover, other = chance.sample(meeting.present, 2)
        pdf.heading("Yrkanden", 3)
        pdf.text(
            f"{mover} yrkar bifall till förvaltningens förslag. {other} yrkar att ärendet återremitteras."
        )
        pdf.heading("Beslutsgång", 3)
        pdf.text(
            "Ordföranden frågar först om ärendet ska avgöras i dag och finner att så ska ske. Därefter "
            f"frågar ordföranden om {meeting.board.name.lower()} bifaller förslaget och finner att så sker."
        )
        if chance.random() < 0.4:
            pdf.text(f"{other} reserverar sig mot beslutet.")
    pdf.heading("Beslutsunderlag", 3)
    days = meeting.day - timedelta(days=chance.randint(12, 30))
    pdf.text(f"Tjänsteskrivelse {days.isoformat()}, {chance.choice(meeting.officers)}\n{item.title}, {dnr}")
    if item.extracts:
        pdf.heading("Beslutet skickas till", 3)
        pdf.text(", ".join(item.extracts))


def write_notice(meeting: Meeting) -> bytes:
    """The notice with its agenda as a PDF."""
    body, board, day = meeting.body, meeting.board, meeting.day
    pdf = Pdf(
        notice_title(meeting),
        body.name,
        day - timedelta(days=7),
        f"{body.name}    Kallelse    {day.isoformat()}",
    )
    pdf.heading(f"Kallelse till sammanträde med {board.name.lower()}", 1)
    pdf.row(
        [
            (0, "Tid"),
            (90, f"{_DAYS[day.weekday()].capitalize()} den {swedish_date(day)}, kl. {board.time[:5]}"),
        ]
    )
    pdf.row([(0, "Plats"), (90, body.room)])
    pdf.row([(0, "Ordförande"), (90, meeting.present[0])])
    pdf.row([(0, "Sekreterare"), (90, meeting.secretary.partition(",")[0])])
    pdf.space(8)
    pdf.heading("Föredragningslista", 2)
    for place, item in enumerate(meeting.items, 1):
        pdf.row([(0, f"{place}."), (24, item.title), (370, "" if item.formal else item.case)])
        if item.background and not item.formal:
            pdf.text(item.background[0], 9.5, indent=24, after=4)
    pdf.text("Den som inte kan närvara meddelar sekreteraren snarast, som kallar ersättare.")
    return pdf.output()


def write_notice_docx(meeting: Meeting) -> bytes:
    """The notice with its agenda as a DOCX."""
    body, board, day = meeting.body, meeting.board, meeting.day
    word = WordDocument()
    stamp = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC) - timedelta(days=7)
    word.core_properties.title, word.core_properties.author = notice_title(meeting), body.name
    word.core_properties.created = word.core_properties.modified = stamp
    word.add_heading(f"Kallelse till sammanträde med {board.name.lower()}", level=1)
    word.add_paragraph(
        f"{_DAYS[day.weekday()].capitalize()} den {swedish_date(day)}, kl. {board.time[:5]}, {body.room}"
    )
    word.add_heading("Föredragningslista", level=2)
    for item in meeting.items:
        word.add_paragraph(
            f"{item.title}" + ("" if item.formal else f" (Dnr {item.case})"), style="List Number"
        )
    word.add_paragraph(f"{meeting.present[0]}, ordförande. {meeting.secretary}.")
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()
