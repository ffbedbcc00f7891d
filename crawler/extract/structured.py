"""Which facts does a page give in a form for machines? JSON-LD, microdata and h-card/vCard, as dicts.

JSON-LD objects are taken as written, @graph flattened. Microdata items and microformats become dicts of the
same form: "@type" and properties, a list where a property stands several times. Everything is bounded: what
a page repeats a thousand times is no fact.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.extract.raw_page import Element
from crawler.extract.text import lines, one_line

MAX_ITEMS = 200
_MAX_SCRIPT = 400_000
_MAX_SCRIPTS = 20
_MAX_DEPTH = 8
_MAX_VALUES = 400
_MAX_STRING = 5_000
_CDATA = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\]\]>|/\*\]\]>\*/)\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")

Item = dict[str, Any]


def schema_items(root: Element, source: str) -> tuple[Item, ...]:
    """All items of a page, at most MAX_ITEMS. `source` is the page's HTML: what is worth looking for?"""
    found: list[Item] = []
    for item in _all(root, source):
        found.append(item)
        if len(found) >= MAX_ITEMS:
            break
    return tuple(found)


def _all(root: Element, source: str) -> Iterator[Item]:
    if "ld+json" in source:
        yield from _json_ld(root)
    if "itemscope" in source:
        for element in root.xpath("//*[@itemscope][not(@itemprop)]")[:MAX_ITEMS]:
            item = _microdata(element, 0, [_MAX_VALUES])
            if len(item) > 1:
                yield item
    if "vcard" in source or "h-card" in source:
        yield from _cards(root)


# --- JSON-LD ---


def _json_ld(root: Element) -> Iterator[Item]:
    scripts = [script for script in root.iter("script") if "ld+json" in (script.get("type") or "").lower()]
    for script in scripts[:_MAX_SCRIPTS]:
        text = "".join(script.itertext())
        if not text or len(text) > _MAX_SCRIPT:
            continue
        yield from _objects(_parse(text), 0)


def _parse(text: str) -> Any:
    text = _CDATA.sub("", text).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: Any, depth: int) -> Iterator[Item]:
    if depth > 3:
        return
    if isinstance(value, list):
        for part in value[:MAX_ITEMS]:
            yield from _objects(part, depth + 1)
    elif isinstance(value, dict):
        graph = value.get("@graph")
        if isinstance(graph, list):
            yield from _objects(graph, depth + 1)
        if "@type" in value or len(value) > 2:
            bounded = _bounded({k: v for k, v in value.items() if k != "@graph"}, 0, [_MAX_VALUES])
            if isinstance(bounded, dict) and bounded:
                yield bounded


def _bounded(value: Any, depth: int, budget: list[int]) -> Any:
    """The value without what is too deep, too long or too much."""
    budget[0] -= 1
    if budget[0] < 0 or depth > _MAX_DEPTH:
        return None
    if isinstance(value, str):
        return lines(value[:_MAX_STRING])
    if isinstance(value, (bool, int, float)) or value is None:
        return value if not isinstance(value, int) or abs(value) < 10**18 else None
    if isinstance(value, list):
        return [b for v in value[:_MAX_VALUES] if (b := _bounded(v, depth + 1, budget)) is not None]
    if isinstance(value, dict):
        return {
            str(k)[:100]: b
            for k, v in list(value.items())[:_MAX_VALUES]
            if (b := _bounded(v, depth + 1, budget)) is not None
        }
    return None


# --- microdata (HTML standard, "Microdata") ---


def _type(value: str) -> str:
    return one_line(value)[:200].rstrip("/").rpartition("/")[2].rpartition("#")[2]


def _microdata(scope: Element, depth: int, budget: list[int]) -> Item:
    item: Item = {"@type": _type(scope.get("itemtype") or "")}
    if depth > _MAX_DEPTH:
        return item
    stack = list(reversed(list(scope)))
    while stack and budget[0] > 0:
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        names = (element.get("itemprop") or "").split()[:4]
        nested = element.get("itemscope") is not None
        if names:
            budget[0] -= 1
            value: Any = _microdata(element, depth + 1, budget) if nested else _property(element)
            for name in names:
                _put(item, name[:100], value)
        if not nested:
            stack.extend(reversed(list(element)))
    return item


def _property(element: Element) -> str:
    tag = element.tag
    if tag == "meta":
        value = element.get("content")
    elif tag in {"a", "area", "link"}:
        href = element.get("href") or ""
        text = _text(element)
        # A phone or an e-mail address is what the link says, unless it says "Ring oss".
        if href[:4].lower() == "tel:" or href[:7].lower() == "mailto:":
            target = href.partition(":")[2].partition("?")[0]
            value = text if any(map(str.isdigit, text)) or "@" in text else target
        else:
            value = href
    elif tag == "time":
        value = element.get("datetime") or _text(element)
    elif tag in {"data", "meter"}:
        value = element.get("value") or _text(element)
    elif tag in {"img", "audio", "video", "source", "embed", "iframe"}:
        value = element.get("src")
    else:
        value = element.get("content") or _text(element)
    return lines((value or "")[:_MAX_STRING])


def _text(element: Element) -> str:
    pieces: list[str] = []
    size = 0
    for node in element.iter():
        if not isinstance(node.tag, str) or node.tag in {"script", "style"}:
            continue
        if node.tag in {"br", "p", "div", "li"}:
            pieces.append("\n")
        pieces.append((node.text or "").replace("\n", " "))
        if node is not element:
            pieces.append((node.tail or "").replace("\n", " "))
        size += len(pieces[-1])
        if size > _MAX_STRING:
            break
    return lines("".join(pieces))


def _put(item: Item, name: str, value: Any) -> None:
    if value in ("", None):
        return
    if name not in item:
        item[name] = value
    elif isinstance(item[name], list):
        item[name].append(value)
    else:
        item[name] = [item[name], value]


# --- microformats (h-card, vCard) ---

_CARD_NAMES = {
    "p-name": "name", "fn": "name", "p-tel": "telephone",
    "tel": "telephone", "p-email": "email", "u-email": "email",
    "email": "email", "p-job-title": "jobTitle",
    "title": "jobTitle", "role": "jobTitle", "p-role": "jobTitle",
    "p-org": "organization", "org": "organization",
    "p-adr": "address", "adr": "address", "p-street-address": "streetAddress",
    "street-address": "streetAddress", "p-postal-code": "postalCode", "postal-code": "postalCode",
    "p-locality": "addressLocality", "locality": "addressLocality", "u-url": "url", "h-adr": "address",
}  # fmt: skip


def _cards(root: Element) -> Iterator[Item]:
    cards = root.xpath(
        "//*[contains(concat(' ', normalize-space(@class), ' '), ' vcard ')"
        " or contains(concat(' ', normalize-space(@class), ' '), ' h-card ')]"
    )
    for card in cards[:MAX_ITEMS]:
        item: Item = {"@type": "h-card"}
        for element in card.iterdescendants():
            if not isinstance(element.tag, str) or not (names := element.get("class")):
                continue
            for name in names.split()[:8]:
                if key := _CARD_NAMES.get(name):
                    _put(item, key, _card_value(element, key))
        if len(item) > 1:
            yield item


def _card_value(element: Element, key: str) -> str:
    href = element.get("href") or ""
    if key == "email" and href[:7].lower() == "mailto:":
        return one_line(href[7:].partition("?")[0])[:200]
    if key == "url":
        return one_line(href)[:2000]
    return _text(element)
