"""Which way leads to a page? The breadcrumb, without the start page and without the page's own title."""

import re
from typing import Any

from crawler.extract.frame import is_crumb_line
from crawler.extract.raw_page import Walked
from crawler.extract.text import one_line, words
from crawler.extract.vocabulary import Part
from crawler.page import BlockKind

MAX_CRUMBS = 12
_MAX_CRUMB = 120
_WORD = re.compile(r"\w+")
_HOME = words(
    "start startsida startsidan hem home förstasidan förstasida huvudsida index hemsida startpage main"
) | {
    "till startsidan",
    "start page",
    "home page",
    "main page",
    "gå till startsidan",
    "tillbaka till startsidan",
}
_PREFIX = re.compile(
    r"^\s*(?:du (?:är|befinner dig) här|här är du|you are here|breadcrumbs?|brödsmulor|sökväg|länkstig)"
    r"\s*:?\s*",
    re.I,
)
_CURRENT = re.compile(
    r"^(?:current(?: page)?|nuvarande(?: sida)?|aktuell sida|denna sida|this page location is|you are here"
    r"|du är här)\s*:?\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:[>»›→•]|::|&gt;)+\s*|(?:^|\s+)[/|\\·–-]+(?:\s+|$)")


def breadcrumb(walked: Walked, items: tuple[dict[str, Any], ...], title: str, site: str) -> tuple[str, ...]:
    """The names on the way to the page. What is seen comes first, then schema.org's BreadcrumbList."""
    for names in (_seen(walked), _in_text(walked), _listed(items)):
        way = _clean(names, title, site)
        if way:
            return way
    return ()


def _seen(walked: Walked) -> list[str]:
    zone = next((b.zone for b in walked.blocks if b.zone.part is Part.CRUMBS), None)
    if zone is None:
        return []
    blocks = [b for b in walked.blocks if b.zone is zone]
    links = [link.text for link in walked.links if link.zone is zone]
    if len(blocks) == 1:
        return _split(blocks[0].text, links)
    names: list[str] = []
    for block in blocks:
        # A list's items are names already; "Post-9/11" is one.
        names.extend([block.text] if block.kind is BlockKind.LIST_ITEM else _split(block.text, []))
    return names


def _in_text(walked: Walked) -> list[str]:
    headed = False
    for number, block in enumerate(walked.blocks[:80]):
        headed = headed or (block.kind is BlockKind.HEADING and block.level == 1)
        match = _PREFIX.match(block.text) if len(block.text) < 400 else None
        if match and match.end() and ("här" in match.group().lower() or "here" in match.group().lower()):
            links = [link.text for link in walked.links if link.block == number]
            rest = block.text[match.end() :]
            if rest:
                return _split(rest, links)
            after = walked.blocks[number + 1 : number + 2]
            return (
                _split(after[0].text, [link.text for link in walked.links if link.block == number + 1])
                if after
                else []
            )
        if not headed and is_crumb_line(block):
            return _split(block.text, [link.text for link in walked.links if link.block == number])
    return []


def _split(text: str, links: list[str]) -> list[str]:
    """The names of one line: at its separators, or, where it has none, at its links' texts."""
    text = _PREFIX.sub("", one_line(text))
    if names := _between_links(text, links):
        return names
    parts = [part for part in _BETWEEN.split(text) if part]
    if len(parts) > 1 or not links:
        return parts
    names = [link for link in links if link]
    rest = text
    for name in names:
        rest = rest.replace(name, " ", 1)
    rest = one_line(rest)
    return [*names, rest] if len(rest) > 1 else names


def _between_links(text: str, links: list[str]) -> list[str]:
    """The links' texts and what follows the last of them; nothing where names stand between them unlinked.

    A name may hold what separates names elsewhere ("Bygglov – så går det till").
    """
    names: list[str] = []
    at = 0
    for link in links:
        place = text.find(link, at) if link else -1
        if place < 0 or any(map(str.isalnum, text[at:place])):
            return []
        names.append(link)
        at = place + len(link)
    rest = text[at:]
    if not names or not _BETWEEN.match(rest or "/ "):
        return []
    rest = _BETWEEN.sub("", rest, count=1)
    return [*names, *([rest] if rest else [])]


def _listed(items: tuple[dict[str, Any], ...]) -> list[str]:
    for item in items:
        kind = item.get("@type")
        if kind != "BreadcrumbList" and not (isinstance(kind, list) and "BreadcrumbList" in kind):
            continue
        elements = item.get("itemListElement")
        if isinstance(elements, dict):
            elements = [elements]
        if not isinstance(elements, list):
            continue
        placed: list[tuple[float, int, str]] = []
        for number, element in enumerate(elements[:50]):
            if not isinstance(element, dict):
                continue
            inner = element.get("item")
            name = element.get("name") or (inner.get("name") if isinstance(inner, dict) else "")
            if isinstance(name, list):
                name = name[0] if name else ""
            if isinstance(name, str) and name:
                placed.append((_position(element.get("position")), number, name))
        if placed:
            return [name for _, _, name in sorted(placed)]
    return []


def _position(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value.strip().isdecimal():
        return float(value.strip()[:9])
    return 0.0


def _clean(names: list[str], title: str, site: str) -> tuple[str, ...]:
    way: list[str] = []
    for number, name in enumerate(names[:50]):
        name = _CURRENT.sub("", one_line(name).strip(" /»›>|:·•"))[:_MAX_CRUMB]
        folded = name.lower()
        if not name or folded in _HOME or (number == 0 and site and folded == site.lower()):
            continue
        if not any(map(str.isalnum, name)) or name in {"…", "..."}:
            continue
        way.append(name)
    while way and _same(way[-1], title):
        way.pop()
    if _same(" ".join(way), title) or _same(", ".join(way), title):
        return ()
    return tuple(way[:MAX_CRUMBS])


def _same(name: str, title: str) -> bool:
    one, other = name.lower().rstrip("…. "), title.lower()
    if len(one) > 15 and sorted(_WORD.findall(one)) == sorted(_WORD.findall(other)):
        return True
    return one == other or (len(one) > 15 and (other.startswith(one) or one.startswith(other)))
