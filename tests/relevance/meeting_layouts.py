"""How do municipalities publish minutes? Six made-up ones, each with another way of naming them.

Norrvik's and Sunnerby's looks are the demo's; these are others: the body in the title, the breadcrumb, the
address, a heading, the links or the text only, and days written in as many ways. In each, several bodies meet
in the same weeks, and there are committees, notices, news and a calendar that name them too. Every agency,
person and number is made up.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, Doctype, DocumentRecord, RequestedUrl
from crawler.registry import Agency, Registry, host_of
from crawler.store import PageStore, Visit
from demo.dates import swedish_date
from indexer import open_engine, rebuild
from searchapi.search import SearchService
from searchapi.settings import Settings

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LAYOUTS = ("titled", "trailed", "filed", "dated", "linked", "headed")


@dataclass(frozen=True, slots=True)
class Body:
    """A body: its short name, its name, the day of the month of its first meeting, its months."""

    code: str
    name: str
    first: int
    months: tuple[int, ...] = (2, 3, 5, 9, 11)


BODIES = (
    Body("KS", "Kommunstyrelsen", 5),
    Body("KSAU", "Kommunstyrelsens arbetsutskott", 2, (1, 2, 3, 4, 5, 9, 10, 11)),
    Body("KF", "Kommunfullmäktige", 20, (2, 4, 6, 11)),
    Body("MBN", "Miljö- och byggnadsnämnden", 12),
    Body("BUN", "Barn- och utbildningsnämnden", 13),
    Body("VON", "Vård- och omsorgsnämnden", 14, (3, 6, 10)),
)
YEARS = (2023, 2024, 2025, 2026)


def registry() -> Registry:
    """One municipality for each layout, named after it."""
    return Registry(
        Agency.model_validate(
            {
                "id": layout,
                "name": f"{layout.capitalize()}ö kommun",
                "short_name": f"{layout.capitalize()}ö",
                "kind": "municipality",
                "municipality_code": f"990{number}",
                "seeds": [f"https://www.{layout}.example/"],
            }
        )
        for number, layout in enumerate(LAYOUTS, 1)
    )


def day_of(body: Body, year: int, month: int) -> date:
    """The day a body meets in a month: the same weeks for all, on days that differ from year to year."""
    return date(year, month, body.first + (year + month) % 7)


def slug(name: str) -> str:
    """A name as addresses have it."""
    return name.lower().translate(str.maketrans("åäö ", "aao-")).replace("--", "-")


def url_of(layout: str, body: Body, day: date, sort: str) -> str:
    """The address of a meeting's minutes ("protokoll") or notice ("kallelse")."""
    host = f"https://www.{layout}.example"
    name = slug(body.name)
    return {
        "titled": f"{host}/download/18.{name}{day:%y%m%d}{sort}/1.pdf",
        "trailed": f"{host}/politik/handlingar/{body.code.lower()}-{day.toordinal()}-{sort}.pdf",
        "filed": f"{host}/media/{day.year}/{day.isoformat()}-{name}-{sort}.pdf",
        "dated": f"{host}/moten/{name}/{day.toordinal()}/{sort}",
        "linked": f"{host}/globalassets/{day.toordinal()}{body.code.lower()[0]}{len(name)}{sort[0]}.pdf",
        "headed": f"{host}/arkiv/{day:%Y/%m}/{sort[0]}{body.first}{len(name)}.pdf",
    }[layout]


def _title(layout: str, body: Body, day: date, sort: str) -> str:
    return {
        "titled": f"{body.code} {sort} {day:%y%m%d}",
        "trailed": f"{sort.capitalize()} {day.isoformat()}",
        "filed": f"{day.isoformat()} {body.name} {sort}.pdf",
        "dated": f"Sammanträde {swedish_date(day)}",
        "linked": "Sammanträdesprotokoll" if sort == "protokoll" else "Kallelse",
        "headed": f"{sort.capitalize()} {swedish_date(day)}",
    }[layout]


def _text(body: Body, day: date, sort: str, number: int) -> str:
    matters = ("Budgetuppföljning", "Skolskjuts", "Detaljplan för Ekbacken 1:4", "Taxa för bygglov")
    lines = [
        body.name,
        "Sammanträdesprotokoll" if sort == "protokoll" else "Kallelse med föredragningslista",
        f"Plats och tid: Rådsalen den {swedish_date(day)}, kl. 13.00",
        f"Justeringens dag: {(day + timedelta(days=6)).isoformat()}" if sort == "protokoll" else "Ledamöter",
    ]
    for place, matter in enumerate(matters):
        case = f"{body.code}/{day.year}:{number * 10 + place}"
        lines += [f"§ {number + place} {matter}", f"Dnr {case}", f"Förslag från {body.name.lower()}."]
        # Others are named in everybody's minutes.
        lines += ["Ärendet går vidare till kommunstyrelsen och kommunfullmäktige.", "Beslut"]
    return "\n".join(lines)


def _record(agency: str, url: str, title: str, doctype: Doctype, text: str, **more: Any) -> DocumentRecord:
    values: dict[str, Any] = {
        "url": CanonicalUrl(url), "requested_url": RequestedUrl(url), "agency": agency, "host": host_of(url),
        "title": title, "text": text, "doctype": doctype, "fetched": NOW, "checked": NOW, "depth": 3,
        "content_hash": hashlib.sha256(f"{url}{title}{text}".encode()).hexdigest(), **more,
    }  # fmt: skip
    return DocumentRecord(**values)


def meetings(body: Body) -> Iterator[tuple[date, int]]:
    """The days a body met or is to meet, each with the number of its first paragraph."""
    for year in YEARS:
        for place, month in enumerate(body.months):
            day = day_of(body, year, month)
            if day <= NOW.date() + timedelta(days=30):
                yield day, 1 + place * 10 + body.first


def _papers(layout: str) -> Iterable[tuple[DocumentRecord, str]]:
    """The papers of a municipality, each with the text of the link that leads there."""
    for body in BODIES:
        for day, number in meetings(body):
            for sort in ("protokoll", "kallelse"):
                later = day > NOW.date() - timedelta(days=7)
                if (sort == "protokoll" and later) or (sort == "kallelse" and day.year < 2025):
                    continue
                kind = "text/html" if layout == "dated" else "application/pdf"
                more: dict[str, Any] = {"content_type": kind}
                # As it is read of a paper's first lines, a page's title, or the file: when it was put out.
                late = min(day + timedelta(days=9), NOW.date()) if layout in {"titled", "linked"} else day
                more["published"] = late if late <= NOW.date() else None
                if layout == "trailed":
                    more["breadcrumb"] = ("Kommun och politik", body.name, str(day.year))
                if layout == "headed":
                    more["headings"] = (body.name, "Närvarande", f"§ {number} Budgetuppföljning")
                url = url_of(layout, body, day, sort)
                title = _title(layout, body, day, sort)
                text = _text(body, day, sort, number)
                if layout in {"dated", "linked"}:
                    # The address or the link alone tells the body: the paper is a scanned one, say.
                    text = text.replace(body.name, "").replace(body.name.lower(), "nämnden")
                    text = text.replace("till kommunstyrelsen och kommunfullmäktige", "vidare")
                link = f"{body.name} {day.isoformat()} {sort}" if layout == "linked" else sort.capitalize()
                yield _record(layout, url, title, Doctype.MINUTES, text, **more), link


def _others(layout: str) -> Iterable[DocumentRecord]:
    host = f"https://www.{layout}.example"
    for body in BODIES:
        name = body.name
        yield _record(
            layout, f"{host}/politik/{slug(name)}", name, Doctype.GUIDE,
            f"{name} ansvarar för sitt område. Här är ledamöterna. Protokoll och kallelser från "
            f"{name.lower()} finns under Möten.",
        )  # fmt: skip
        yield _record(
            layout, f"{host}/kalender/{slug(name)}", f"{name} sammanträder", Doctype.EVENT,
            f"{name} sammanträder {swedish_date(date(2026, 12, 8))}. Protokoll kommer efter mötet.",
            published=date(2026, 2, 1),
        )  # fmt: skip
        day = day_of(body, 2024, 3)
        yield _record(
            layout, f"{host}/nyheter/{slug(name)}", f"{name} mars 2024", Doctype.NEWS,
            f"Det här beslutade {name.lower()} i mars 2024.", published=day + timedelta(days=1),
        )  # fmt: skip
    yield _record(
        layout, f"{host}/moten", "Möten, kallelser och protokoll", Doctype.MINUTES,
        "Här finns kallelser och protokoll från alla nämnder. Nästa möte är 2026-12-08.",
    )  # fmt: skip
    for year in YEARS:
        yield _record(
            layout, f"{host}/styr/arsredovisning-{year}.pdf", f"Årsredovisning {year}", Doctype.REPORT,
            f"Årsredovisning för {year}. Kommunstyrelsen och kommunfullmäktige.",
        )  # fmt: skip
    yield _record(
        layout, f"{host}/styr/taxa-bygglov.pdf", "Taxa för bygglov och kart- och mätverksamhet",
        Doctype.STEERING, "Taxa antagen av kommunfullmäktige. Avgift för bygglov tas ut enligt tabell 1.",
    )  # fmt: skip
    yield _record(
        layout, f"{host}/bygga/bygglov", "Bygglov", Doctype.GUIDE,
        "Du behöver bygglov när du bygger. Vad kostar bygglov? Se vår taxa för bygglov.",
    )  # fmt: skip
    yield _record(
        layout, f"{host}/styr/delegationsordning-mbn.pdf", "Miljö- och byggnadsnämndens delegationsordning",
        Doctype.STEERING, "Delegationsordning. Vem som beslutar på nämndens vägnar.",
    )  # fmt: skip
    yield _record(
        layout, f"{host}/styr/delegationsordning-bun.pdf", "Barn- och utbildningsnämndens delegationsordning",
        Doctype.STEERING, "Delegationsordning. Vem som beslutar på nämndens vägnar.",
    )  # fmt: skip


def build(folder: Path) -> None:
    """Put everything into a store and an index under `folder`."""
    with PageStore(f"sqlite:///{folder / 'store.sqlite3'}") as store:
        for layout in LAYOUTS:
            papers = list(_papers(layout))
            run = store.begin_run(layout, NOW)
            visits = [
                Visit(url=one.url, agency=layout, outcome=Outcome.INDEXED, at=NOW, record=one)
                for one in [*(paper for paper, _ in papers), *_others(layout)]
            ]
            store.save_visits(run, visits)
            for paper, link in papers:
                store.settle(paper.url, anchors=[link], template_blocks=[])
            store.finish_run(run, "finished", NOW)
        rebuild(store, folder / "index")


def service(folder: Path) -> SearchService:
    """A search service over what `build` made."""
    settings = Settings(data_dir=folder)
    return SearchService(open_engine(settings.index_dir), registry(), settings)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query and what must stand first: a meeting's paper, or the address of another document."""

    query: str
    body: Body | None = None
    day: date | None = None
    sort: str = "protokoll"
    path: str = ""

    def url(self, layout: str) -> str:
        """The address of what is wanted, in a layout."""
        if self.body is None or self.day is None:
            return f"https://www.{layout}.example/styr/{self.path}"
        return url_of(layout, self.body, self.day, self.sort)


def wanted() -> list[Wanted]:
    """Queries that each layout must answer, written before anybody tried how they are answered."""
    return [*_by_day(), *_newest(), *_by_number(), *_by_name()]


def _by_day() -> Iterable[Wanted]:
    ks, ksau, kf, mbn, bun, von = BODIES
    day = day_of(ks, 2024, 3)
    for query in (
        "protokoll kommunstyrelsen mars 2024",
        f"KS {day.isoformat()}",
        f"kommunstyrelsens protokoll {day.day} mars -24",
        f"ks protokoll {day:%y%m%d}",
        f"KS_protokoll_{day:%y%m%d}.pdf",
        f"protokoll ks {day.day}/3 2024",
        f"protokoll ks {day.day}/3-24",
        f"kommunstyrelsens sammanträde den {day.day}:e mars 2024 protokoll",
    ):
        yield Wanted(query, ks, day)
    # Of no year, the newest: the next meeting in March has a notice only.
    yield Wanted("kommunstyrelsens protokoll mars", ks, day_of(ks, 2025, 3))
    day = day_of(mbn, 2024, 3)
    for query in (
        "MBN mars 2024",
        "miljö och byggnadsnämnden protokoll mars 2024",
        f"byggnadsnämnden {swedish_date(day)}",
        "byggnadsnämndens protokoll mars 2024",
    ):
        yield Wanted(query, mbn, day)
    day = day_of(bun, 2025, 5)
    yield Wanted(f"BUN {day.day} maj 2025 protokoll", bun, day)
    yield Wanted("barn- och utbildningsnämndens protokoll maj 2025", bun, day)
    yield Wanted("kallelse barn- och utbildningsnämnden maj 2025", bun, day, "kallelse")
    yield Wanted("BUN kallelse maj 2025", bun, day, "kallelse")
    day = day_of(kf, 2024, 6)
    yield Wanted(f"fullmäktige protokoll {swedish_date(day)}", kf, day)
    yield Wanted("KF juni 2024", kf, day)
    yield Wanted("omsorgsnämnden oktober 2025 protokoll", von, day_of(von, 2025, 10))
    yield Wanted("arbetsutskottet mars 2024 protokoll", ksau, day_of(ksau, 2024, 3))
    yield Wanted(f"KSAU {day_of(ksau, 2024, 3).isoformat()}", ksau, day_of(ksau, 2024, 3))
    yield Wanted("dagordning kommunstyrelsen november 2025", ks, day_of(ks, 2025, 11), "kallelse")


def _newest() -> Iterable[Wanted]:
    ks, _, kf, mbn, bun, von = BODIES
    held = NOW.date() - timedelta(days=7)
    for query, body in (
        ("senaste protokollet kommunstyrelsen", ks),
        ("senaste protokollet från miljö- och byggnadsnämnden", mbn),
        ("senaste protokollet BUN", bun),
        ("kommunfullmäktige senaste mötet protokoll", kf),
        ("förra mötets protokoll vård- och omsorgsnämnden", von),
        ("nyaste protokollet från fullmäktige", kf),
    ):
        yield Wanted(query, body, max(day for day, _ in meetings(body) if day <= held))
    for query, body in (("senaste kallelsen kommunstyrelsen", ks), ("senaste kallelse MBN", mbn)):
        yield Wanted(query, body, max(day for day, _ in meetings(body)), "kallelse")


def _by_number() -> Iterable[Wanted]:
    ks, _, _, mbn, _, _ = BODIES
    for body, forms in (
        (mbn, ("MBN/2024:{case}", "mbn 2024-{case}", "dnr MBN 2024/{case}")),
        (ks, ("§ {paragraph} KS {day} mars 2024", "paragraf {paragraph} kommunstyrelsen mars 2024")),
    ):
        day = day_of(body, 2024, 3)
        number = next(number for met, number in meetings(body) if met == day)
        for form in forms:
            yield Wanted(form.format(case=number * 10 + 1, paragraph=number + 1, day=day.day), body, day)


def _by_name() -> Iterable[Wanted]:
    yield Wanted("årsredovisning 2023", path="arsredovisning-2023.pdf")
    yield Wanted("årsredovisning", path="arsredovisning-2026.pdf")
    yield Wanted("senaste årsredovisningen", path="arsredovisning-2026.pdf")
    yield Wanted("bygglovstaxa", path="taxa-bygglov.pdf")
    yield Wanted("taxa bygglov", path="taxa-bygglov.pdf")
    yield Wanted("delegationsordning miljö- och byggnadsnämnden", path="delegationsordning-mbn.pdf")
    yield Wanted("BUN delegationsordning", path="delegationsordning-bun.pdf")
