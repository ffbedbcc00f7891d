"""What is new for a query? An Atom feed (RFC 4287) of its hits, the newest first.

"New" is what the page itself says: its date of change or of publication. Where it says nothing, it is the day
on which the crawl found the page. The feed's address is all that there is: no query is kept here.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from lxml import etree

from crawler.store import PageStore
from crawler.store.found import first_found
from searchapi import api
from searchapi.errors import BadRequestError
from searchapi.models import Hit
from searchapi.pages.language import address, language_of
from searchapi.pages.public_address import public_address
from searchapi.pages.rendering import texts_for
from searchapi.pages.static_files import asset
from searchapi.pages.xml_text import xml_text
from searchapi.texts import STOCKHOLM, Texts

_NAMESPACE = "http://www.w3.org/2005/Atom"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PARAMETERS = ("q", "kommun", "tab", "agency", "doctype", "language", "eid")
_LOOKED_AT = 50
"""So many of the best hits, and so many of the newest, are put together."""
_ENTRIES = 30
_KEPT = "private, max-age=900"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

router = APIRouter(include_in_schema=False)


@router.get("/sok.atom")
def feed(request: Request) -> Response:
    """The feed, or 304 where the reader has it already."""
    given = {name: request.query_params.get(name, "").strip() for name in _PARAMETERS}
    if not given["q"]:
        raise BadRequestError("q is empty; a feed is of the hits of a query")
    hits = _hits(request, given)
    dated = sorted(_dated(request, hits), key=lambda pair: (-pair[0].timestamp(), pair[1].url))[:_ENTRIES]
    updated = dated[0][0] if dated else _NEVER
    body = _Writer(request, given).feed(dated, updated)
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {
        "Cache-Control": _KEPT,
        "ETag": tag,
        "Last-Modified": format_datetime(updated.astimezone(UTC), usegmt=True),
    }
    if _has(request, tag, updated):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/atom+xml", headers=headers)


def _hits(request: Request, given: Mapping[str, str]) -> list[Hit]:
    """The best hits and the newest, each once."""
    found: dict[str, Hit] = {}
    for sort in ("relevance", "date"):
        response = api.search(
            request,
            q=given["q"],
            kommun=given["kommun"],
            agency=given["agency"],
            doctype=[given["doctype"]],
            language=given["language"],
            eid=given["eid"],
            tab=given["tab"] or "main",
            limit=min(_LOOKED_AT, request.app.state.settings.max_limit),
            sort=sort,
        )
        for hit in response.hits:
            found.setdefault(hit.url, hit)
    return list(found.values())


def _dated(request: Request, hits: list[Hit]) -> list[tuple[datetime, Hit]]:
    """The hits with the moment that each is dated; one that nobody knows a date of is left out."""
    today = datetime.now(STOCKHOLM).date()
    dates = {hit.url: max(_past(hit, today), default=None) for hit in hits}
    undated = [url for url, day in dates.items() if day is None]
    store: PageStore | None = request.app.state.store
    found = first_found(store, undated) if store is not None and undated else {}
    rows = []
    for hit in hits:
        day = dates[hit.url]
        at = found.get(hit.url) if day is None else _moment(day)
        if at is not None:
            rows.append((at.replace(microsecond=0), hit))
    return rows


def _past(hit: Hit, today: date) -> list[date]:
    """What the page says of its age. A day to come is that of an event, not of the page."""
    return [day for day in (hit.published, hit.modified) if day is not None and day <= today]


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), STOCKHOLM)


def _has(request: Request, tag: str, updated: datetime) -> bool:
    """Whether the reader has it already; where it names a tag, that decides (RFC 9110, 13.2.2)."""
    known = request.headers.get("if-none-match")
    if known is not None:
        return tag in known or known.strip() == "*"
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except (ValueError, OverflowError):
        return False
    return (since if since.tzinfo else since.replace(tzinfo=UTC)) >= updated


class _Writer:
    """Writes the feed in the language of its address."""

    def __init__(self, request: Request, given: Mapping[str, str]) -> None:
        self._base = public_address(request)
        self._language = language_of(request)
        self._texts: Texts = texts_for(request)
        self._given = given
        service = api.service_of(request)
        self._webs = {agency.id: agency.contact.web or agency.seeds[0] for agency in service.registry}
        self._place = service.agency(given["kommun"]).name if given["kommun"] else ""

    def feed(self, dated: list[tuple[datetime, Hit]], updated: datetime) -> bytes:
        """The document, the same bytes for the same hits."""
        root = etree.Element(f"{{{_NAMESPACE}}}feed", nsmap={None: _NAMESPACE})
        root.set(_XML_LANG, self._language)
        itself = self._base + address(self._language, "/sok.atom", **self._given)
        query = self._given["q"]
        _add(root, "id", itself)
        if self._place:
            title = self._texts("feed.title_in_place", query=query, place=self._place)
        else:
            title = self._texts("feed.title", query=query)
        _add(root, "title", title)
        _add(root, "subtitle", self._texts("feed.subtitle"))
        _add(root, "updated", updated.isoformat())
        _add(root, "link", rel="self", type="application/atom+xml", href=itself)
        page = self._base + address(self._language, "/sok", **self._given)
        _add(root, "link", rel="alternate", type="text/html", href=page)
        _add(root, "icon", self._base + asset("icon.svg"))
        _add(_add(root, "author"), "name", self._texts("site.name"))
        for at, hit in dated:
            self._entry(root, at, hit)
        body: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
        return body

    def _entry(self, root: etree._Element, at: datetime, hit: Hit) -> None:
        entry = _add(root, "entry")
        if hit.language != self._language:
            entry.set(_XML_LANG, hit.language)
        _add(entry, "id", hit.url)
        _add(entry, "title", hit.title)
        _add(entry, "updated", at.isoformat())
        if hit.published is not None and hit.published <= at.astimezone(STOCKHOLM).date():
            _add(entry, "published", _moment(hit.published).isoformat())
        _add(entry, "link", rel="alternate", type=hit.content_type, hreflang=hit.language, href=hit.url)
        author = _add(entry, "author")
        _add(author, "name", hit.agency.name)
        if hit.agency.id in self._webs:
            _add(author, "uri", self._webs[hit.agency.id])
        kind = hit.doctype.value
        _add(entry, "category", term=kind, label=self._texts(f"doctype.{kind}"))
        _add(entry, "summary", "".join(piece.text for piece in hit.snippet))


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    clean = {key: xml_text(value) for key, value in attributes.items()}
    made = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", clean)
    made.text = xml_text(text) or None
    return made
