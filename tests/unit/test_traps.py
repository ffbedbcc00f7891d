"""Does the brake stop what never ends and let archives through? Series of URLs as Swedish sites have them."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest

from crawler.fetch.traps import TrapBrake

BASE = "https://www.norrvik.example"
TODAY = date(2026, 11, 21)
YEARS = range(2008, 2027)
MONTHS = [(y, m) for y in YEARS for m in range(1, 13)]
DAYS = [TODAY - timedelta(days=n * 9) for n in range(600)]
GUID = "{n:08x}-1c2d-4e5f-8a9b-{n:012x}"


def _numbers(pattern: str, count: int = 600) -> list[str]:
    return [pattern.format(n=n) for n in range(1, count + 1)]


def _ahead(pattern: str, count: int = 400) -> list[str]:
    """Months from this one on, without end."""
    return [_month(pattern, 2026 * 12 + 10 + n) for n in range(count)]


def _back(pattern: str, count: int = 400) -> list[str]:
    return [_month(pattern, 2026 * 12 + 10 - n) for n in range(count)]


_NAMES = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
    "november", "december",
)  # fmt: skip


def _month(pattern: str, months: int) -> str:
    y, m = months // 12, months % 12 + 1
    epoch = (date(min(y, 9000), m, 1) - date(1970, 1, 1)).days * 86_400
    return pattern.format(y=y, m=m, w=m * 4, name=_NAMES[m - 1], epoch=epoch)


def _all(pattern: str, **values: list[str]) -> list[str]:
    return [pattern.format(**dict(zip(values, one, strict=True))) for one in product(*values.values())]


def _dates(pattern: str) -> list[str]:
    return [pattern.format(d=day, y=day.year, m=day.month, dd=day.day) for day in DAYS]


WORDS = [f"ord{n}" for n in range(12)]

REAL: dict[str, list[str]] = {
    # Minutes, decisions, registers
    "minutes by day": _dates("/protokoll/{d}"),
    "minutes by date folders": _dates("/kommun-och-politik/protokoll/{y}/{m:02d}/{dd:02d}/protokoll.pdf"),
    "minutes by board and day": [f"/moten/{w}{u}" for w in WORDS for u in _dates("/{d}")],
    "minutes as files": _dates("/download/18.3f9c3e24/protokoll-kf-{d}.pdf"),
    "minutes in a calendar of meetings": _dates("/sammantradeskalender/{d}"),
    "meetings in a calendar of politics": _dates("/politik/moteskalender/{y}/{m:02d}/{dd:02d}"),
    "meetings of a committee": _dates("/committees/kommunstyrelsen/mote-{d}"),
    "meeting items": _all(
        "/committees/ks/mote-{d}/agenda/arende-{n}", d=[str(d) for d in DAYS[:60]], n=WORDS
    ),
    "archive of folders": _numbers("/protokoll.html?folder=19.{n:x}f9c3e&sv.url=12.4b05d4"),
    "diary by reference number": _numbers("/diarium?dnr=KS-2024-{n}"),
    "diary by year, number and board": _all(
        "/diarium/arende?ar={y}&nr={n}&namnd={w}",
        y=["2023", "2024"],
        n=[str(n) for n in range(60)],
        w=WORDS[:4],
    ),
    "diary by year and month": [f"/diarium?ar={y}&manad={m}" for y, m in MONTHS],
    "decisions by guid": _numbers("/beslut/" + GUID),
    "decisions by guid in a parameter": _numbers("/beslut.aspx?guid=" + GUID, 3000),
    "laws": [f"/lagar/sfs/{y}/{n}" for y in range(1960, 2027) for n in range(1, 20)],
    "statutes valid until": _dates("/styrdokument/riktlinje-{d}"),
    # E-services and forms
    "e-services by number": _numbers("/oversikt/overview/{n}", 1500),
    "e-services by id": _numbers("/Oversikt?id={n}", 1500),
    "e-service flows": _numbers("/etjanst/flow/{n}/start", 800),
    "forms by name": [f"/blanketter/{a}-{b}.pdf" for a in WORDS for b in WORDS],
    # Pages by number
    "EPiServer templates": _numbers("/templates/Page.aspx?id={n}", 3000),
    "EPiServer with language": _numbers("/templates/Page.aspx?id={n}&epslanguage=sv", 900),
    "Joomla": _numbers("/index.php?option=com_content&view=article&id={n}", 900),
    "Joomla with menu": _numbers("/index.php?option=com_content&view=article&id={n}&Itemid=7", 900),
    "a view of a page by number": _numbers("/sida.aspx?view=protokoll&id={n}"),
    "WordPress by number": _numbers("/?p={n}", 3000),
    "SharePoint items": _numbers("/Lists/Nyheter/DispForm.aspx?ID={n}", 900),
    "Drupal nodes": _numbers("/node/{n}", 4000),
    "SiteVision pages": _numbers("/4.{n:x}abc123.html", 2000),
    "file by path parameter": _numbers("/getfile.ashx?cid=12&cc=3&refid={n}", 900),
    # News, events, jobs
    "news by day": _dates("/nyheter/{d}-ny-tid"),
    "news by month": [f"/nyhetsarkiv/{y}/{m:02d}" for y, m in MONTHS],
    "news by year": [f"/nyheter?ar={y}" for y in YEARS],
    "news pages": _numbers("/nyheter?page={n}", 300),
    "news pages in the path": _numbers("/nyheter/page/{n}/", 300),
    "events with names": [f"/evenemang/{y}/{m:02d}/konsert-i-parken" for y, m in MONTHS],
    "events by id": _numbers("/evenemang?id={n}"),
    "events by number": _numbers("/evenemang/{n}/konsert", 900),
    "jobs": _numbers("/lediga-jobb?jobId={n}"),
    "schedules of the bus": _dates("/nyheter/{d}-nytt-schema-for-bussen"),
    "a year of the calendar": [_month("/kalender/{y}-{m:02d}", 2026 * 12 + 10 + n) for n in range(-11, 12)],
    "menus of the school weeks": [f"/matsedel?vecka={n}" for n in range(1, 54)],
    # Places, plans
    "plans to come": [f"/plan/{n}" for n in range(2027, 2101)],
    "detailed plans": _numbers("/detaljplaner/dp-{n}-kvarteret-{n}"),
    "a page with its own name twice": ["/skola/skola/", "/bygga/bygglov/bygglov", "/a/2001/01/01/01/01"],
    "deep menus": [f"/{'/'.join(f'niva{k}' for k in range(10))}/{w}" for w in WORDS],
    "services to choose among": [f"/hitta?typ={a}&omrade={b}" for a in WORDS for b in WORDS],
    "a facet or two": [f"/bibliotek?facet=amne-{n}" for n in range(12)],
    "sorted once or twice": ["/lista?sort=namn", "/lista?sort=datum", "/lista?sort=namn&order=desc"],
}

ENDLESS: dict[str, tuple[int, list[str]]] = {
    # How many may pass at most
    "months ahead in a path": (40, _ahead("/kalender/{y}/{m:02d}")),
    "months ahead in words": (40, _ahead("/kalender/{y}/{name}")),
    "months ahead, listed": (40, _ahead("/evenemang/manad/{y}-{m:02d}/")),
    "weeks ahead": (40, _ahead("/kalender/{y}-v{w:02d}")),
    "weeks ahead, ISO": (40, _ahead("/aktiviteter/{y}-W{w:02d}")),
    "next month by parameters": (40, _ahead("/evenemangskalender?year={y}&month={m}")),
    "next month in Swedish": (40, _ahead("/kalender?ar={y}&manad={m}")),
    "next month on any page": (40, _ahead("/bibliotek/program?manad={y}-{m:02d}")),
    "SiteVision's calendar": (40, _ahead("/kalender.html?sv.12.27b6.month={y}-{m:02d}")),
    "The Events Calendar": (40, _ahead("/event/?tribe-bar-date={y}-{m:02d}-01")),
    "seconds since 1970": (60, _ahead("/kalender?start={epoch}")),
    "months back in a calendar": (60, _back("/kalender/{y}/{m:02d}")),
    "months back by parameters": (60, _back("/evenemang?year={y}&month={m}")),
    "months counted from now": (120, _numbers("/kalender?monthoffset={n}")),
    "weeks counted back": (120, _numbers("/aktiviteter?week_offset=-{n}")),
    "days of a room to book": (120, _ahead("/boka/lokal/7/{y}-{m:02d}-01")),
    "days of a room by date folders": (120, _ahead("/idrottshallar/hall-7/{y}/{m:02d}/01")),
    "booking by date": (40, _ahead("/boka?date={y}-{m:02d}-01")),
    "three facets": (200, _all("/bibliotek?amne={a}&ort={b}&sprak={c}", a=WORDS, b=WORDS, c=WORDS)),
    "facets and order": (30, _all("/lista?facet={a}&sort={b}", a=WORDS, b=WORDS)),
    "facets by index": (30, _all("/sok?f[0]={a}&f[1]={b}", a=WORDS, b=WORDS)),
    "order of everything": (30, _numbers("/lista?sort={n}", 99)),
    "order of each page by number": (30, _all("/sida?id=7&sort={a}&dir={b}", a=WORDS, b=WORDS)),
    "ways back": (30, _numbers("/logga-in?returnUrl=%2Fsida{n}", 99)),
    "a spiral of relative links": (4, ["/bygga" + "/bygglov/altan" * n for n in range(1, 12)]),
    "a spiral of one name": (4, ["/nyheter" * n for n in range(1, 12)]),
    "a spiral with files": (5, ["/a" + "/sida.html" * n for n in range(1, 12)]),
    "a spiral that changes": (6, ["/" + "/".join(f"skola/s{k}" for k in range(n)) for n in range(1, 12)]),
    "a path without end": (26, ["/" + "/".join(f"s{k}" for k in range(n)) for n in range(1, 60)]),
}


def _passed(urls: list[str]) -> Iterator[str]:
    brake = TrapBrake(TODAY)
    return (url for url in urls if not brake.verdict(BASE + url))


@pytest.mark.parametrize("series", REAL)
def test_a_real_series_passes_whole(series: str) -> None:
    assert list(_passed(REAL[series])) == REAL[series]


@pytest.mark.parametrize("series", ENDLESS)
def test_an_endless_series_is_braked(series: str) -> None:
    most, urls = ENDLESS[series]
    assert len(urls) > most
    assert 0 < len(list(_passed(urls))) <= most


def test_the_table_is_wide_enough() -> None:
    assert len(REAL) + len(ENDLESS) >= 60


@pytest.mark.parametrize(
    ("fetched", "new", "braked"),
    [
        (39, 0, False),
        (40, 0, True),
        (40, 1, False),
        (80, 1, False),
        (100, 1, True),
        (149, 25, False),
        (150, 25, True),
        (150, 35, False),
        (3000, 2900, False),
    ],
)
def test_a_series_of_duplicates_is_braked_by_its_evidence(fetched: int, new: int, braked: bool) -> None:
    brake = TrapBrake(TODAY)
    for number in range(fetched):
        brake.learn(
            f"{BASE}/visa?nr={number}", is_new=number * new // fetched != (number + 1) * new // fetched
        )
    assert bool(brake.verdict(f"{BASE}/visa?nr=9999")) is braked
    assert not brake.verdict(f"{BASE}/annat?nr=9999")


def test_a_series_that_began_with_pages_is_braked_when_only_duplicates_follow() -> None:
    brake = TrapBrake(TODAY)
    for number in range(300):
        brake.learn(f"{BASE}/lista?sida={number}", is_new=number < 150)
    assert brake.verdict(f"{BASE}/lista?sida=301")
    for _ in range(20):
        brake.learn(f"{BASE}/lista?sida=302", is_new=True)
    assert not brake.verdict(f"{BASE}/lista?sida=303")
