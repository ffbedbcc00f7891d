"""Which document lies at which address? The federation's documents by host and path."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache, partial

from demo.content import Page, Site
from demo.documents.bank import BODIES, NORRVIK, TODAY, YEARS, Board, Body
from demo.documents.blanks import blank
from demo.documents.faults import corrupt, encrypted, scanned
from demo.documents.minutes import (
    Meeting,
    minutes_title,
    notice_title,
    write_minutes,
    write_notice,
    write_notice_docx,
    year_of,
)
from demo.documents.papers import papers, write_paper

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_FAULTS: dict[tuple[str, str, int, int], Callable[[Meeting], bytes]] = {
    # (agency, board, year, place in the year): what went wrong when it was published
    ("norrvik", "socialnamnden", 2023, 2): encrypted,
    ("norrvik", "kommunfullmaktige", 2023, 0): scanned,
    ("sunnerby", "miljonamnden", 2023, 0): scanned,
    ("sunnerby", "utbildningsnamnden", 2024, 1): corrupt,
    ("region-vastmark", "regionstyrelsen", 2023, 1): encrypted,
}
_FIRST_YEAR = YEARS[0]
_FIRST_NOTICE = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Document:
    """A file on a site. `make` writes it; the same bytes every time. `fault` names what is wrong with it."""

    host: str
    path: str
    title: str
    kind: str
    make: Callable[[], bytes]
    content_type: str = "application/pdf"
    modified: date | None = None
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    listed_on: str = ""

    @property
    def suffix(self) -> str:
        """The file extension."""
        return self.path.rpartition(".")[2]

    def body(self) -> bytes:
        """The file's bytes."""
        return _made(self.make)


@lru_cache(maxsize=512)
def _made(make: Callable[[], bytes]) -> bytes:
    return make()


class Library:
    """All documents, and the pages that list them."""

    def __init__(self, documents: list[Document], pages: list[Page]) -> None:
        self._documents = {(document.host, document.path): document for document in documents}
        self._pages = pages
        self._listed: dict[tuple[str, str], list[Document]] = {}
        for document in documents:
            if document.listed_on:
                self._listed.setdefault((document.host, document.listed_on), []).append(document)

    def find(self, host: str, path: str) -> Document | None:
        """The document at an address."""
        return self._documents.get((host, path))

    def of_page(self, host: str, path: str) -> list[Document]:
        """The documents that a page lists, the newest first."""
        found = self._listed.get((host, path), [])
        return sorted(found, key=lambda d: d.modified or date.min, reverse=True)

    def pages(self) -> list[Page]:
        """The generated pages that lead to the documents."""
        return self._pages

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents.values())


def library(sites: dict[str, Site]) -> Library:
    """The documents of those hosts that are there."""
    documents = [
        Document(
            host=page.host,
            path=page.url_path,
            title=page.title,
            kind=page.kind,
            make=blank(site, page),
            content_type=_TYPES[page.format],
            modified=page.modified or page.published,
        )
        for site in sites.values()
        for page in site.pages.values()
        if page.format in _TYPES
    ]
    pages: list[Page] = []
    for body in BODIES:
        if body.host in sites:
            documents += _meeting_documents(body)
            pages += _meeting_pages(body)
        www = f"www.{body.host.partition('.')[2]}"
        if www in sites:
            shelf, shelf_title = _SHELVES[body.agency]
            documents += _papers(body, www, shelf)
            pages.append(
                Page(
                    host=www,
                    path=shelf,
                    title=shelf_title,
                    body=f"Här finns {body.name}s planer, riktlinjer, taxor, reglementen och rapporter.",
                    published=date(2023, 1, 9),
                    modified=date(2026, 10, 14),
                    folder=True,
                )
            )
    return Library(documents, pages)


_SHELVES = {
    "norrvik": ("/kommun-och-politik/styrdokument", "Styrdokument, planer och taxor"),
    "sunnerby": ("/Kommun-och-politik/Styrdokument", "Styrdokument"),
    "region-vastmark": ("/politik/styrdokument", "Styrdokument och årsredovisningar"),
}


def _papers(body: Body, host: str, shelf: str) -> list[Document]:
    return [
        Document(
            host=host,
            path=f"{shelf}/{paper.slug}.pdf",
            title=paper.title,
            kind=paper.kind,
            make=partial(write_paper, paper, body),
            modified=paper.day,
            listed_on=shelf,
        )
        for paper in papers()
        if body.agency in paper.agencies
    ]


def _meeting_documents(body: Body) -> list[Document]:
    documents = []
    for board in body.boards:
        for year in YEARS:
            for place, meeting in enumerate(year_of(body, board, year)):
                fault = _FAULTS.get((body.agency, board.slug, year, place))
                listed = _list_path(body, board, year)
                if meeting.day + timedelta(days=10) <= TODAY:
                    documents.append(
                        Document(
                            host=body.host,
                            path=_file(body, board, meeting.day, "protokoll"),
                            title=minutes_title(meeting),
                            kind="minutes",
                            make=partial(fault or write_minutes, meeting),
                            modified=meeting.day + timedelta(days=7),
                            fault=fault.__name__ if fault else "",
                            listed_on=listed,
                            headers=_headers(body, board),
                        )
                    )
                if meeting.day >= _FIRST_NOTICE:
                    word = body.agency == "sunnerby" and board.code == "KFN"
                    documents.append(
                        Document(
                            host=body.host,
                            path=_file(body, board, meeting.day, "kallelse", "docx" if word else "pdf"),
                            title=notice_title(meeting),
                            kind="minutes",
                            make=partial(write_notice_docx if word else write_notice, meeting),
                            content_type=_TYPES["docx" if word else "pdf"],
                            modified=meeting.day - timedelta(days=7),
                            listed_on=listed,
                        )
                    )
    return documents


def _headers(body: Body, board: Board) -> dict[str, str]:
    """Some document stores send every file as a download."""
    return {"content-disposition": "attachment"} if body is NORRVIK and board.code == "KF" else {}


def _list_path(body: Body, board: Board, year: int) -> str:
    root = body.root.rstrip("/")
    return f"{root}/{board.slug}/{year}" if body is NORRVIK else f"{root}/{board.slug}"


def _file(body: Body, board: Board, day: date, what: str, suffix: str = "pdf") -> str:
    """The address of a file, as the body's publishing system forms it."""
    if body is NORRVIK:
        return f"/{board.slug}/{day.year}/{what}-{day.isoformat()}.{suffix}"
    if body.agency == "sunnerby":
        return (
            f"/globalassets/politik/{board.code.lower()}/{day.year}/{board.code}_{what}_{day:%y%m%d}.{suffix}"
        )
    return f"/wp-content/uploads/{day:%Y/%m}/{what.capitalize()}-{board.code}-{day:%Y%m%d}.{suffix}"


def _meeting_pages(body: Body) -> list[Page]:
    """The pages that list the files; Norrvik's document host has pages for years and large meetings, too."""
    root = body.root
    if body is NORRVIK:
        welcome = (
            "Här publiceras kallelser och protokoll för kommunens nämnder, kommunstyrelsen och fullmäktige."
        )
        pages = [_list_page(body, "/", "Möten och protokoll", welcome)]
    else:
        title = "Kallelser och protokoll" if body.agency == "sunnerby" else "Politik och möten"
        welcome = "Välj nämnd eller styrelse för att läsa kallelser, föredragningslistor och protokoll."
        pages = [_list_page(body, root, title, welcome)]
    for board in body.boards:
        base = f"{root.rstrip('/')}/{board.slug}"
        about = f"Kallelser och protokoll från {board.name.lower()}."
        pages.append(_list_page(body, base, board.name, about))
        if body is not NORRVIK:
            continue
        for year in YEARS:
            pages.append(_list_page(body, f"{base}/{year}", f"{board.name} {year}", about))
            if board.code in ("KS", "KF"):
                pages += [_agenda_page(body, base, meeting) for meeting in year_of(body, board, year)]
    return pages


def _list_page(body: Body, path: str, title: str, text: str) -> Page:
    return Page(host=body.host, path=path, title=title, body=text, folder=True, modified=date(2026, 11, 16))


def _agenda_page(body: Body, base: str, meeting: Meeting) -> Page:
    day = meeting.day
    rows = "\n".join(f"| {item.number} | {item.title} | {item.case} |" for item in meeting.items)
    files = [f"[Kallelse]({_file(body, meeting.board, day, 'kallelse')})"] if day >= _FIRST_NOTICE else []
    if day + timedelta(days=10) <= TODAY:
        files.append(f"[Protokoll]({_file(body, meeting.board, day, 'protokoll')})")
    if day.year == _FIRST_YEAR:
        # The attachments of the first year were never moved to the new document host.
        files.append(f"[Bilagor]({base}/{day.year}/bilagor-{day.isoformat()}.zip)")
    return Page(
        host=body.host,
        path=f"{base}/{day.year}/{day.isoformat()}",
        title=f"{meeting.board.name} {day.isoformat()}",
        kind="minutes",
        body=f"Plats: {body.room}. Tid: {meeting.board.time}. Ordförande: {meeting.present[0]}.\n\n"
        f"{' · '.join(files)}\n\n## Ärenden\n\n| § | Ärende | Dnr |\n|---|---|---|\n{rows}\n",
        published=day - timedelta(days=7),
        modified=day + timedelta(days=7),
    )
