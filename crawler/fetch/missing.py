"""How does a host say that a page is not there? Asked by addresses that can't exist; so soft 404s are known.

Many sites answer 200 with a page that says "Sidan finns inte", or redirect every unknown address to one page.
Whoever wants to tell such pages from real ones has to ask for what can't be there and compare (Bar-Yossef,
Broder, Kumar, Tomkins, "Sic transit gloria telae", WWW 2004). A real page taken for a missing one leaves the
search, so every step here is a careful one:

- Two addresses are asked for, and what differs between their answers is not relied on.
- A host that answers as its start page does (an app that shows the same shell everywhere) is not judged by.
- A login is no missing page.
- A page is taken for missing only if its title is the one of the missing page (or says so too, naming the
  address), and its text is near to that page's: within SimHash's distance of three bits. Where the missing
  page's title doesn't say that something is missing, the text must be the very same, and short: it may be an
  ordinary page that the host shows for want of a better.
"""

import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from crawler.fetch.download import Answer, Failed
from crawler.fetch.host import Host
from crawler.fetch.login import looks_like_login
from crawler.urls import absolutise, canonicalise

PROBE_DAYS = 7
"""Days that what was found out about a host is used."""
NEAR = 3
"""Bits of 64 that may differ between near-copies (Manku, Jain, Das Sarma, WWW 2007)."""
_LENGTH_APART = 0.25
_SHORT = 1_500
_HOPS = 4
_LETTERS = "bcdfghjklmnpqrstvxz"
_SAYS_SO = re.compile(
    r"\b404\b|finns (?:inte|ej)|saknas|(?:hitta(?:de|s|r)?|finna) (?:inte|ej)|(?:inte|ej) (?:hitta|finnas)|"
    r"kunde inte hittas|tagits bort|not found|(?:doesn.?t|does not) exist|no longer exists?|"
    r"ei löy(?:dy|tynyt|detty)|ikke funnet|findes ikke|nicht gefunden|introuvable",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """How a host answers for a page that is not there."""

    STATUS = "status"
    """With 404 or 410, as it should."""
    PAGE = "page"
    """With 200 and a page that says so."""
    REDIRECT = "redirect"
    """By leading to another page."""
    UNKNOWN = "unknown"
    """In no way that pages can be judged by."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was read of a page: its title, the SimHash of its text (crawler.understand), the text's length."""

    title: str
    signature: str
    length: int = 0


@dataclass(frozen=True, slots=True)
class MissingPage:
    """How a host says that a page is not there. `target`: canonical URL that unknown addresses lead to."""

    kind: Kind = Kind.UNKNOWN
    title: str = ""
    signature: str = ""
    length: int = 0
    target: str = ""
    reason: str = ""

    def row(self) -> dict[str, Any]:
        """As host_state.missing_page keeps it."""
        return asdict(self) | {"kind": self.kind.value}


Read = Callable[[Answer, str], Awaitable[Look | None]]
"""Reads an answer that came from a URL; None where it is no page that can be read."""


def known(row: dict[str, Any], probed: datetime | None, now: datetime) -> MissingPage | None:
    """What an earlier run found out, where it is not too old (host_state.missing_page and probed)."""
    if probed is None or not timedelta() <= now - probed < timedelta(days=PROBE_DAYS):
        return None
    types = {field.name: type(field.default) for field in fields(MissingPage)}
    if any(not isinstance(row.get(name), str if kind is Kind else kind) for name, kind in types.items()):
        return None
    try:
        return MissingPage(**{**{name: row[name] for name in types}, "kind": Kind(row["kind"])})
    except ValueError:
        return None


async def probe(
    host: Host, origin: str, read: Read, *, chance: random.Random | None = None
) -> MissingPage | None:
    """Find out how a host says that a page is not there, with one to a few requests.

    `origin` is scheme, host and port without a slash. The result is kept in `host.state`. None where nothing
    was found out this time, as the host failed, rests, or its robots.txt or registry forbid the asking.
    """
    found = await _probe(host, origin, read, chance or random.SystemRandom())
    if found is not None:
        host.keep_missing_page(found.row())
    return found


async def _probe(host: Host, origin: str, read: Read, chance: random.Random) -> MissingPage | None:
    first = await _ask(host, origin, read, _slug(chance, 7, 5))
    if first is None or first.kind in {Kind.STATUS, Kind.UNKNOWN}:
        return first
    second = await _ask(host, origin, read, _slug(chance, 5, 9))
    if second is None:
        return None
    if second.kind is not first.kind:
        return MissingPage(reason="two addresses that can't exist are answered differently")
    if first.kind is Kind.REDIRECT:
        if first.target == second.target:
            return first
        return MissingPage(reason="addresses that can't exist lead to different pages")
    if not first.title or first.title != second.title:
        return MissingPage(reason="pages for addresses that can't exist have different titles")
    if distance(first.signature, second.signature) > NEAR:
        if not _SAYS_SO.search(first.title):
            return MissingPage(reason="pages for addresses that can't exist have different texts")
        first = MissingPage(Kind.PAGE, first.title)  # its text changes, its title says enough
    start = await _look(await host.get(f"{origin}/"), f"{origin}/", read)
    if start is None:
        return None
    if start.title == first.title or distance(start.signature, first.signature) <= NEAR:
        return MissingPage(reason="addresses that can't exist show what the start page shows")
    return first


async def _ask(host: Host, origin: str, read: Read, slug: str) -> MissingPage | None:
    url = f"{origin}/{slug}"
    for _ in range(_HOPS):
        if not host.may_ask(url) or not (await host.rules(url)).allows(url):
            return None
        answer = await host.get(url)
        if isinstance(answer, Failed):
            return None
        if answer.status in {404, 410}:
            return MissingPage(Kind.STATUS, reason=f"HTTP {answer.status}")
        if 300 <= answer.status < 400:
            target = absolutise(url, answer.headers.get("location", ""))
            if target is None or looks_like_login(target):
                return MissingPage(reason="addresses that can't exist lead to a login")
            if slug in urlsplit(target).path:  # to https, to www, to a language: still the page asked for
                url = target
                continue
            end = canonicalise(target.partition("?")[0] if slug in target else target)
            return MissingPage(Kind.REDIRECT, target=end, reason=f"HTTP {answer.status}")
        look = await _look(answer, url, read)
        if look is None:
            return None if answer.status >= 500 or answer.status == 429 else MissingPage(reason="no page")
        # What the address itself adds to the page is no part of how the host says it.
        title = _squeezed(look.title.replace(slug, ""))
        return MissingPage(Kind.PAGE, title[:300], look.signature, look.length, reason="HTTP 200")
    return MissingPage(reason="addresses that can't exist are redirected without end")


async def _look(answer: Answer | Failed, url: str, read: Read) -> Look | None:
    if isinstance(answer, Failed) or answer.status not in {200, 203} or answer.unread_type:
        return None
    look = await read(answer, url)
    return None if look is None else Look(_squeezed(look.title)[:300], look.signature, look.length)


def looks_missing(
    record_title: str, signature: str, missing: MissingPage | None, *, length: int | None = None
) -> str:
    """Why a page that was read is the host's missing page; empty where it is not, or nothing is known.

    `length` of the page's text, where it is known. Never ask this of seeds or the start page.
    """
    if missing is None or missing.kind is not Kind.PAGE or not missing.title:
        return ""
    title = _squeezed(record_title)[:300]
    says_so = _SAYS_SO.search(missing.title) is not None
    if title != missing.title and not (says_so and missing.signature and _SAYS_SO.search(title)):
        return ""
    if not missing.signature:
        alike = says_so
    elif says_so:
        alike = distance(signature, missing.signature) <= NEAR and _near(length, missing.length)
    else:
        alike = signature == missing.signature and missing.length <= _SHORT and _near(length, missing.length)
    if not alike:
        return ""
    return f"reads like the page that the host shows for addresses that can't exist: {missing.title[:100]!r}"


def redirects_to_missing(target: str, missing: MissingPage | None) -> str:
    """Why a redirect's target (canonical) means that the page is not there; empty where it doesn't.

    Never ask this of seeds or the start page.
    """
    if missing is None or missing.kind is not Kind.REDIRECT or not missing.target:
        return ""
    if missing.target not in {target, target.partition("?")[0]}:
        return ""
    return f"redirects to {missing.target[:300]}, as addresses that can't exist do"


def distance(one: str, other: str) -> int:
    """Bits that two SimHashes (hex) differ in; all 64 where one is empty or none."""
    try:
        return (int(one, 16) ^ int(other, 16)).bit_count()
    except ValueError:
        return 64


def _near(length: int | None, other: int) -> bool:
    return length is None or abs(length - other) <= max(80, _LENGTH_APART * other)


def _slug(chance: random.Random, first: int, second: int) -> str:
    """Like an address that an editor would choose, of letters that make no word in any language."""
    return "-".join("".join(chance.choice(_LETTERS) for _ in range(n)) for n in (first, second))


def _squeezed(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split())).strip(" -–|:")
