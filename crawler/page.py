"""What is handed from fetching to extraction, and from extraction to understanding?

fetch  ── FetchedPage ──►  extract  ── ExtractedPage ──►  understand  ── DocumentRecord ──►  store
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, DocumentRecord, RequestedUrl


class Region(StrEnum):
    """In which part of the page something stands."""

    MAIN = "main"  # what the page is about
    ASIDE = "aside"  # beside or below it, and still of this page: contact box, "Självservice", documents
    CHROME = "chrome"  # the same on every page: header, menus, breadcrumb, cookie banner, footer


class BlockKind(StrEnum):
    """What kind of block a piece of text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    DEFINITION = "definition"
    ADDRESS = "address"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """An answer with status 200 and a body, whole and within the limits. Header names are in lower case."""

    requested_url: RequestedUrl
    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched: datetime
    depth: int = 0
    link_texts: tuple[str, ...] = ()  # texts of the links that led here, if known


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or table row. Its line breaks (<br>, address lines) are newlines."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    region: Region = Region.MAIN
    level: int = 0  # 1-6 for headings


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of a page, absolute. `context` is the nearest heading above it."""

    url: str
    text: str
    region: Region = Region.MAIN
    context: str = ""
    rel: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PageForm:
    """A form of a page. `fields` are the labels or names of visible fields, `types` their input types."""

    action: str
    method: str
    fields: tuple[str, ...]
    types: tuple[str, ...]
    submit: str = ""
    region: Region = Region.MAIN


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """A page or document, read but not yet understood. All texts are whitespace-normalised."""

    url: str
    content_type: str
    title: str
    site_name: str = ""
    blocks: tuple[Block, ...] = ()
    description: str = ""
    breadcrumb: tuple[str, ...] = ()
    language: str = "sv"
    language_evidence: str = ""
    easy_read: bool = False
    published: date | None = None
    modified: date | None = None
    links: tuple[PageLink, ...] = ()
    forms: tuple[PageForm, ...] = ()
    schema_items: tuple[dict[str, Any], ...] = ()  # JSON-LD objects and microdata items, as written
    meta: dict[str, str] = field(default_factory=dict)  # <meta name|property> in lower case
    canonical: str = ""  # rel=canonical, absolute; empty where there is none
    robots: frozenset[str] = frozenset()  # of meta robots and X-Robots-Tag: "noindex", "nofollow" …
    pages: int = 0  # of a paged document

    def text(self, *regions: Region) -> str:
        """The blocks of the given regions (MAIN by default), one a line."""
        wanted = regions or (Region.MAIN,)
        return "\n".join(block.text.replace("\n", " ") for block in self.blocks if block.region in wanted)

    def headings(self) -> tuple[str, ...]:
        """The headings of the main region, in order."""
        return tuple(b.text for b in self.blocks if b.kind is BlockKind.HEADING and b.region is Region.MAIN)


class UnreadablePage(Exception):  # noqa: N818 - it is a verdict on a page, not an error of ours
    """Nothing can be read from the body. Carries the outcome that the visit ends with, and why."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        self.outcome = outcome
        self.reason = reason
        super().__init__(f"{outcome}: {reason}")


@dataclass(frozen=True, slots=True)
class PageResult:
    """The end of a visit to a fetched page: the outcome, the record if there is one, and the links."""

    outcome: Outcome
    reason: str
    canonical_url: CanonicalUrl
    record: DocumentRecord | None = None
    links: tuple[PageLink, ...] = ()
