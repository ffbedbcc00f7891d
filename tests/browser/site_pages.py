"""Which pages does a citizen see? Every route of the pages' router, an example of each, and their states.

Taken from the router itself: a new page is looked at without anybody's remembering to.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from searchapi.pages import router

HOME = "norrvik"
NO_PAGES = {
    "/static/{digest}/{name}": "style sheets, scripts and pictures",
    "/widget.js": "the widget's script",
    "/widget/{version}/widget.js": "the widget's script, kept for ever",
    "/opensearch.xml": "a description for browsers",
    "/opensearch/suggest": "suggestions for browsers, as JSON",
    "/sok.atom": "an Atom feed",
}
"""Routes that answer with something other than a page."""
EXAMPLES = {
    "/": ("/", f"/?kommun={HOME}"),
    "/sok": (
        f"/sok?q=bygga+altan&kommun={HOME}",
        f"/sok?q=ring+byggenheten&kommun={HOME}",
        f"/sok?q=bygglov&kommun={HOME}&tab=documents",
        f"/sok?q=ansökan&kommun={HOME}&page=2",
        f"/sok?q=förskola&kommun={HOME}&doctype=eservice",
        f"/sok?q=hemtjänst&kommun={HOME}&explain=1",
        f"/sok?q=xyzzyqwrt&kommun={HOME}",
        "/sok?q=",
    ),
    "/aterkoppling/tack": (
        f"/aterkoppling/tack?svar=nej&q=simhall&kommun={HOME}",
        "/aterkoppling/tack?svar=nej&q=simhall",
        "/aterkoppling/tack?svar=ja&q=simhall",
        "/aterkoppling/tack?svar=text",
    ),
    "/e-tjanster": (
        f"/e-tjanster?kommun={HOME}",
        "/e-tjanster?kommun=sunnerby&ordning=myndighet&myndighet=sunnerby",
    ),
    "/kontakt": (f"/kontakt?kommun={HOME}", "/kontakt?kommun="),
    "/livshandelser/{name}": (
        f"/livshandelser/fa-barn?kommun={HOME}",
        "/livshandelser/forlora-jobbet?kommun=sunnerby",
    ),
    "/myndigheter/{agency_id}": (f"/myndigheter/{HOME}",),
    "/terminal": (f"/terminal?kommun={HOME}",),
    "/terminal/{terminal_id}": (),  # needs a file of terminals; the page is /terminal's
    "/widget/ruta": (f"/widget/ruta?kommun={HOME}",),
}
"""Addresses of a route: those with parameters in the path need one, others may have more than the usual."""
PROBLEMS = ("/finns-inte", "/sok?q=a&page=noll", "/sok?q=a&kommun=atlantis", "/myndigheter/atlantis")
"""Pages that say what went wrong."""


def routes() -> set[str]:
    """The patterns of all routes of the pages that answer GET."""
    return {route.path for route in _walk(router.routes) if "GET" in route.methods}


def pages(*, states: bool = True) -> list[str]:
    """An address of every page, without a language: with every state that it can be in, or of one."""
    found: list[str] = []
    for pattern in sorted(routes() - set(NO_PAGES)):
        if pattern in EXAMPLES:
            found += EXAMPLES[pattern] if states else EXAMPLES[pattern][:1]
        else:
            assert "{" not in pattern, f"{pattern}: give an example in tests/browser/site_pages.py"
            found.append(f"{pattern}?kommun={HOME}")
    return found


def in_language(path: str, language: str) -> str:
    """A page's address in a language ("sv" has no prefix)."""
    return path if language == "sv" else f"/{language}{path if path != '/' else ''}"


def name_of(path: str) -> str:
    """A name for a file about the page at an address."""
    return re.sub(r"[^a-zåäö0-9]+", "-", path.lower()).strip("-") or "start"


def _walk(found: Iterable[Any]) -> Iterator[Any]:
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _walk(inner.routes)
        elif getattr(route, "methods", None):
            yield route
