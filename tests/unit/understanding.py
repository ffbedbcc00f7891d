"""How do tests of understanding get a page? A sketch of HTML, set in the frame of a municipal site, read and understood."""

# ruff: noqa: E501 - sketches of pages read better whole

from datetime import UTC, datetime

from crawler.extract import extract
from crawler.page import ExtractedPage, FetchedPage
from crawler.record import DocumentRecord, RequestedUrl
from crawler.registry import Agency, AgencyKind
from crawler.understand import understand
from crawler.urls import canonicalise

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
AGENCY = Agency(
    id="ekdal",
    name="Ekdals kommun",
    kind=AgencyKind.MUNICIPALITY,
    seeds=("http://www.ekdal.localhost/",),
    hosts=("e-tjanster.ekdal.localhost", "moten.ekdal.localhost"),
)
FRAME = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} - Ekdals kommun</title>{head}</head><body>
<header class="header"><a href="/">Ekdals kommun</a><nav class="main-menu" aria-label="Huvudmeny"><ul>
<li><a href="/bygga-och-bo">Bygga och bo</a></li><li><a href="/omsorg">Omsorg och stöd</a></li><li><a href="/nyheter">Nyheter</a></li>
<li><a href="/kommun-och-politik/protokoll">Protokoll</a></li><li><a href="/e-tjanster">E-tjänster</a></li></ul></nav>
<form role="search" action="/sok"><input name="q" aria-label="Sök"><button>Sök</button></form></header>
{crumbs}<main>{main}</main>{aside}
<footer class="footer"><h2>Kontakta kommunen</h2><p>Ekdals kommun, Box 1, 987 65 Ekdal</p><p>Växel: 031-390 06 00</p>
<p>E-post: <a href="mailto:kommun@ekdal.example">kommun@ekdal.example</a></p></footer></body></html>"""


def read(
    url: str,
    main: str,
    *,
    title: str = "",
    aside: str = "",
    head: str = "",
    crumbs: str = "",
    lang: str = "sv",
) -> ExtractedPage:
    """The sketch as `extract` reads it. A path is taken to lie on www.ekdal.localhost; `crumbs` are "A / B"."""
    return extract(fetched(url, main, title=title, aside=aside, head=head, crumbs=crumbs, lang=lang))


def fetched(
    url: str,
    main: str,
    *,
    title: str = "",
    aside: str = "",
    head: str = "",
    crumbs: str = "",
    lang: str = "sv",
) -> FetchedPage:
    """The sketch as an answer of a server."""
    if url.startswith("/"):
        url = f"http://www.ekdal.localhost{url}"
    if not title and "<h1>" in main:
        title = main.split("<h1>", 1)[1].split("</h1>", 1)[0]
    trail = "".join(
        f'<li><a href="/{step.lower().replace(" ", "-")}">{step}</a></li>'
        for step in crumbs.split(" / ")
        if step
    )
    crumbed = f'<nav aria-label="Brödsmulor" class="breadcrumb"><ol>{trail}</ol></nav>' if trail else ""
    beside = f'<aside class="sidebar">{aside}</aside>' if aside else ""
    body = FRAME.format(lang=lang, title=title, head=head, crumbs=crumbed, main=main, aside=beside).encode()
    return FetchedPage(RequestedUrl(url), url, 200, {"content-type": "text/html; charset=utf-8"}, body, AT)


def record(url: str, main: str, *, agency: Agency = AGENCY, **parts: str) -> DocumentRecord:
    """The sketch's record."""
    page = fetched(url, main, **parts)
    return understand(page, extract(page), agency, canonicalise(page.url))
