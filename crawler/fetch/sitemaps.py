"""Which pages does a sitemap name? https://www.sitemaps.org/protocol.html, read as hostile XML."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

MAX_ENTRIES = 50_000
"""Entries of one sitemap (the protocol's own limit)."""
MAX_SITEMAPS = 200
"""Sitemap files that are read of one host."""
MAX_NESTING = 3
"""Index files in index files."""
_MAX_INFLATED = 60_000_000  # (the protocol allows 50 MB)


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A page of a sitemap; `lastmod` as written, or empty."""

    url: str
    lastmod: str = ""


@dataclass(slots=True)
class Sitemap:
    """What a sitemap file names: pages, further sitemap files, and what is wrong with it.

    `problem`: why it could not be read, or not whole. `beyond`: entries that were left out by our limits.
    """

    pages: list[SitemapEntry] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    problem: str = ""
    beyond: int = 0


def parse_sitemap(body: bytes) -> Sitemap:
    """Read a sitemap, a sitemap index or a list of addresses, gzipped or not. Never raises.

    A file with a document type is refused: no sitemap needs one, and entities are how XML is turned into a
    bomb. A file broken off in the middle gives what stands before the break.
    """
    found = Sitemap()
    if body[:2] == b"\x1f\x8b":
        try:
            body, found.problem = _inflated(body)
        except zlib.error as error:
            found.problem = f"not gzip: {error}"
            return found
    head = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<") and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        lines = list(_lines(body))
        found.pages = lines[:MAX_ENTRIES]
        found.beyond = len(lines) - len(found.pages)
        if not lines and body.strip():
            found.problem = "neither XML nor a list of addresses"
        return found
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        found.problem = "has a document type, which no sitemap needs; not read"
        return found
    try:
        for kind, location, lastmod in _elements(body):
            if kind == "sitemap" and len(found.sitemaps) < MAX_SITEMAPS:
                found.sitemaps.append(location)
            elif kind == "url" and len(found.pages) < MAX_ENTRIES:
                found.pages.append(SitemapEntry(location, lastmod))
            else:
                found.beyond += 1
    except etree.XMLSyntaxError as error:
        found.problem = found.problem or f"not well-formed: {error.msg}"[:300]
    return found


def _elements(body: bytes) -> Iterator[tuple[str, str, str]]:
    events = etree.iterparse(
        BytesIO(body),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    location = lastmod = ""
    for _, element in events:
        name = etree.QName(element.tag).localname if isinstance(element.tag, str) else ""
        if name == "loc" and _parent(element) in {"url", "sitemap"}:
            location = (element.text or "").strip()[:4000]
        elif name == "lastmod":
            lastmod = (element.text or "").strip()[:40]
        elif name in {"url", "sitemap"}:
            if location:
                yield name, location, lastmod
            location = lastmod = ""
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return etree.QName(parent.tag).localname if parent is not None and isinstance(parent.tag, str) else ""


def _lines(body: bytes) -> Iterator[SitemapEntry]:
    for number, line in enumerate(body[:_MAX_INFLATED].splitlines()):
        if number >= MAX_ENTRIES * 2:
            return
        text = line.strip().decode("utf-8", "replace")
        if text.startswith(("http://", "https://")):
            yield SitemapEntry(text[:4000])


def _inflated(body: bytes) -> tuple[bytes, str]:
    """What gzip held, and what is wrong with it."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    inflated = inflater.decompress(body, _MAX_INFLATED)
    if inflater.unconsumed_tail:
        return inflated, f"larger than {_MAX_INFLATED // 1_000_000} MB when decompressed"
    return inflated, "" if inflater.eof else "its gzip is broken off"
