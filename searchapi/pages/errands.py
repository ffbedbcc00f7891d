"""Which common errands does the start page offer? Those of the texts to which the index has an answer now."""

import time
from collections.abc import MutableMapping
from dataclasses import dataclass

from fastapi import Request

from crawler.record import Doctype
from crawler.registry import AgencyKind
from searchapi.api import service_of
from searchapi.errors import NotReadyError
from searchapi.models import Hit
from searchapi.request import SearchRequest
from searchapi.texts import Texts

_ANSWERS = frozenset({Doctype.ESERVICE, Doctype.GUIDE, Doctype.FORM, Doctype.CONTACT, Doctype.PLACE})
_KEPT_SECONDS = 300.0
_PREFIX = "errand."


@dataclass(frozen=True, slots=True)
class Errand:
    """An errand: the words to search for, which are its name too, and who answers ("" where many would)."""

    words: str
    agency: str


_Kept = MutableMapping[tuple[str, str], tuple[float, list[Errand]]]


def errands(request: Request, texts: Texts, kommun: str) -> list[Errand]:
    """The errands that have an answer for a municipality ("" for all), looked up anew every few minutes."""
    kept: _Kept = request.app.state.errands
    now = time.monotonic()
    until, found = kept.get((texts.language, kommun), (0.0, []))
    if now >= until:
        found = _look_up(request, texts, kommun)
        kept[texts.language, kommun] = now + _KEPT_SECONDS, found
    return found


def _look_up(request: Request, texts: Texts, kommun: str) -> list[Errand]:
    service = service_of(request)
    found: list[Errand] = []
    for key in sorted(name for name in texts.names() if name.startswith(_PREFIX)):
        words = texts(key)
        try:
            hits = service.search(SearchRequest(q=words, kommun=kommun or None, limit=1)).hits
        except NotReadyError:
            return []  # nothing is crawled yet: the start page has its box all the same
        if hits and hits[0].doctype in _ANSWERS:
            found.append(Errand(words, _who(hits[0], kommun)))
    return found


def _who(hit: Hit, kommun: str) -> str:
    """The agency that answers, unless it is only one of many municipalities that would."""
    many = not kommun and hit.agency.kind is AgencyKind.MUNICIPALITY
    return "" if many else hit.agency.name
