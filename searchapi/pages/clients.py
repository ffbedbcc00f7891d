"""How does a browser's own search bar ask us? An OpenSearch description, and suggestions that it reads."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from lxml import etree

from crawler.registry import Agency
from searchapi.api import service_of
from searchapi.pages.language import address, language_of
from searchapi.pages.public_address import public_address
from searchapi.pages.rendering import texts_for
from searchapi.pages.static_files import asset
from searchapi.pages.xml_text import xml_text

_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_MOZILLA = "http://www.mozilla.org/2006/browser/search/"
_MAX_SHORT_NAME = 16
_SUGGESTIONS = 8
_LOCALES = {"sv": "sv-SE", "en": "en", "fi": "fi"}

router = APIRouter(include_in_schema=False)


@router.get("/opensearch.xml")
def description(request: Request, kommun: str = "") -> Response:
    """The OpenSearch 1.1 description, in the language of its address, for one municipality or for all.

    https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md
    """
    home = service_of(request).agency(kommun) if kommun.strip() else None
    texts, language, base = texts_for(request), language_of(request), public_address(request)
    place = home.id if home else ""

    def where(path: str) -> str:
        """The address of a page, with what the browser fills in at its end."""
        joined = base + address(language, path, kommun=place)
        return f"{joined}{'&' if '?' in joined else '?'}q={{searchTerms}}"

    root = etree.Element(f"{{{_NAMESPACE}}}OpenSearchDescription", nsmap={None: _NAMESPACE, "moz": _MOZILLA})

    def add(name: str, text: str = "", **attributes: str) -> None:
        made = etree.SubElement(root, name if name.startswith("{") else f"{{{_NAMESPACE}}}{name}", attributes)
        made.text = xml_text(text) or None

    add("ShortName", _short_name(texts("site.name"), home))
    add(
        "Description",
        texts("opensearch.in_place", place=home.name) if home else texts("opensearch.everywhere"),
    )
    add("InputEncoding", "UTF-8")
    add("Language", _LOCALES.get(language, language))
    add("Image", base + asset("icon.svg"), width="16", height="16", type="image/svg+xml")
    add("Url", type="text/html", method="get", template=where("/sok"))
    add("Url", type="application/x-suggestions+json", method="get", template=where("/opensearch/suggest"))
    add("Url", type="application/atom+xml", method="get", template=where("/sok.atom"))
    itself = base + address(language, "/opensearch.xml", kommun=place)
    add("Url", type="application/opensearchdescription+xml", rel="self", template=itself)
    add(f"{{{_MOZILLA}}}SearchForm", base + address(language, "/", kommun=place))
    return Response(
        etree.tostring(root, xml_declaration=True, encoding="utf-8"),
        media_type="application/opensearchdescription+xml",
        headers={"Cache-Control": "public, max-age=86400"},
    )


def _short_name(name: str, home: Agency | None) -> str:
    """What the browser's list shows: 16 characters at most, and not the same for two municipalities."""
    return (name if home is None else home.short_name or home.name)[:_MAX_SHORT_NAME]


@router.get("/opensearch/suggest")
def suggestions(request: Request, q: str = "", kommun: str = "") -> Response:
    """[query, [texts], [what they are]], as search bars read it (OpenSearch Suggestions 1.1)."""
    service, texts = service_of(request), texts_for(request)
    found = service.suggest(q, kommun or None, limit=_SUGGESTIONS)
    return JSONResponse(
        [q, [one.text for one in found], [texts(f"doctype.{one.doctype.value}") for one in found]],
        media_type="application/x-suggestions+json",
        headers={"Cache-Control": "no-store"},
    )
