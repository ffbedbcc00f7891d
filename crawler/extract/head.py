"""What does a page say of itself in its head? Meta elements, canonical URL, robots directives, language."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.extract.raw_page import Element
from crawler.extract.text import one_line
from crawler.urls import absolutise

OUR_NAMES = frozenset({"medborgarsok", "robots"})
"""Names of <meta> elements whose robots directives are meant for us."""

_MAX_META = 120
_MAX_VALUE = 2_000
_DIRECTIVES = re.compile(r"[a-z][a-z_\-]{2,40}")
_AGENT = re.compile(r"^\s*([a-z0-9_\-*]{2,40})\s*:\s*(.*)$", re.IGNORECASE | re.DOTALL)
_WITH_VALUE = frozenset(
    {"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after", "unavailable-after"}
)
_LANGUAGE = re.compile(r"^\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9\-_]{1,30})?\s*$")


@dataclass(slots=True)
class Head:
    """What the head says. `title` is the whole of <title>; `robots` are lower-case directives."""

    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    canonical: str = ""
    base: str = ""
    robots: frozenset[str] = frozenset()
    language: str = ""
    language_source: str = ""


def read_head(root: Element, url: str, headers: dict[str, str]) -> Head:
    """The head of a parsed page. `url` is the page's own, for relative addresses."""
    head = Head(base=url)
    directives: set[str] = set(header_directives(headers.get("x-robots-tag", "")))
    canonicals: list[str] = []
    for element in root.iter("meta", "title", "link", "base"):
        tag = element.tag
        if tag == "meta":
            name = (
                (element.get("name") or element.get("property") or element.get("http-equiv") or "")
                .strip()
                .lower()
            )
            content = element.get("content")
            if not name or content is None:
                continue
            value = one_line(content[:_MAX_VALUE])
            if name in OUR_NAMES:
                directives |= _directives(value)
            if len(head.meta) < _MAX_META:
                head.meta.setdefault(name[:80], value)
        elif tag == "title":
            # (an <svg> has titles too)
            if not head.title and (parent := element.getparent()) is not None and parent.tag != "svg":
                head.title = one_line("".join(element.itertext())[:_MAX_VALUE])
        elif tag == "link":
            if "canonical" in (element.get("rel") or "").lower().split() and element.get("href"):
                canonicals.append(element.get("href"))
        elif head.base == url and element.get("href"):
            head.base = absolutise(url, element.get("href")) or url
    if link := headers.get("link", ""):
        canonicals.extend(_link_header(link))
    head.canonical = _canonical(head.base, canonicals)
    if "none" in directives:
        directives |= {"noindex", "nofollow"}
    head.robots = frozenset(directives)
    head.language, head.language_source = _language(root, head.meta, headers)
    return head


def header_directives(value: str) -> frozenset[str]:
    """Robots directives of an X-Robots-Tag header that are meant for us.

    Directives may be addressed to one robot ("otherbot: noindex, nofollow"); they then go on until the next
    name (as search engines document the header; several headers arrive joined by commas).
    """
    found: set[str] = set()
    for_us = True
    for part in value[:_MAX_VALUE].lower().split(","):
        named = _AGENT.match(part)
        if named and named.group(1) not in _WITH_VALUE:
            for_us = named.group(1) in {"medborgarsok", "robots", "*"}
            part = named.group(2)
        if for_us:
            found |= _directives(part)
    return frozenset(found)


def _directives(value: str) -> set[str]:
    return {
        match.group()
        for part in value.lower().split(",")
        if (match := _DIRECTIVES.match(part.strip())) and match.group() not in _WITH_VALUE
    }


def _link_header(value: str) -> list[str]:
    """Targets with rel=canonical of a Link header (RFC 8288)."""
    targets = []
    for part in value[:8000].split(","):
        target, _, parameters = part.partition(">")
        if "canonical" in parameters.lower() and "rel" in parameters.lower() and "<" in target:
            targets.append(target.partition("<")[2])
    return targets


def _canonical(base: str, hrefs: list[str]) -> str:
    """The one canonical URL, absolute; nothing where a page names several (RFC 6596 allows one)."""
    targets = {target for href in hrefs[:5] if (target := absolutise(base, href))}
    return targets.pop() if len(targets) == 1 else ""


def _language(root: Element, meta: dict[str, str], headers: dict[str, str]) -> tuple[str, str]:
    main = next(root.iter("main"), None)
    body = next(root.iter("body"), None)
    sources = (
        (
            "html lang",
            root.get("lang")
            or root.get("{http://www.w3.org/XML/1998/namespace}lang")
            or root.get("xml:lang"),
        ),
        ("main lang", main.get("lang") if main is not None else None),
        ("body lang", body.get("lang") if body is not None else None),
        ("meta", meta.get("content-language") or meta.get("dc.language") or meta.get("dcterms.language")),
        ("og:locale", meta.get("og:locale")),
        ("Content-Language", headers.get("content-language")),
    )
    for source, value in sources:
        if value and (code := language_code(value)):
            return code, source
    return "", ""


@lru_cache(maxsize=512)
def language_code(tag: str) -> str:
    """The ISO 639-1 code of a language tag ("sv-SE", "sv_SE", "nb"), or "" where it is none."""
    match = _LANGUAGE.match(tag.split(",")[0][:40])
    if not match:
        return ""
    code = match.group(1).lower()
    code = {"nb": "no", "nn": "no", "swe": "sv", "eng": "en", "fin": "fi", "nor": "no", "dan": "da"}.get(
        code, code
    )
    return code if len(code) == 2 else ""


@lru_cache(maxsize=4096)
def host_words(host: str) -> frozenset[str]:
    """The words of a host name that can be a name: "www.norrviks-kommun.example" gives norrviks, kommun."""
    labels = host.lower().split(".")
    return frozenset(
        word
        for label in labels[:-1] or labels
        for word in re.split(r"[-_]", label)
        if len(word) > 2 and word != "www"
    )


def host_of(url: str) -> str:
    """The host name of a URL, or ""."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
