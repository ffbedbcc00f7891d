"""What does the walk over a page's tree hand on? Blocks, links, forms and times, each in its zone."""

from dataclasses import dataclass, field
from typing import Any

from crawler.extract.vocabulary import Part
from crawler.page import BlockKind

NO_BLOCK = -1
"""The block of a link in a menu, whose texts are no blocks."""

Element = Any  # lxml.etree._Element, which has no types of its own


@dataclass(slots=True, eq=False)
class Zone:
    """A part of the page with one purpose. `inside_main` tells that it lies within the main landmark."""

    part: Part
    chrome: bool
    aside: bool
    inside_main: bool
    declared: bool = False  # by a landmark or a role, not by a mere word
    element: Element = None
    parent: "Zone | None" = None


@dataclass(slots=True, eq=False)
class RawBlock:
    """A block with what regions.py needs: its zone, the element that owns it, how much of it is link text."""

    text: str
    kind: BlockKind
    level: int
    zone: Zone
    owner: Element
    link_chars: int = 0
    anchor_chars: int = 0  # of links within the page

    @property
    def running(self) -> int:
        """Characters that are no link text."""
        return len(self.text) - self.link_chars


@dataclass(slots=True, eq=False)
class RawLink:
    """A link with its href as written. `block` is the index of the block that its text ends in."""

    href: str
    text: str
    zone: Zone
    block: int
    context: str
    rel: frozenset[str]
    current: bool


@dataclass(slots=True, eq=False)
class RawForm:
    """A form with the labels still to be found: `names` are (id, name or placeholder, type)."""

    action: str
    method: str
    zone: Zone
    block: int
    search: bool
    end: int = 0  # the number of blocks when it ended
    names: list[tuple[str, str, str]] = field(default_factory=list)
    submit: str = ""


@dataclass(slots=True, eq=False)
class RawTime:
    """A <time> element: its attribute or text, the index of its block, and what its names say."""

    value: str
    block: int
    names: str


@dataclass(slots=True)
class Walked:
    """Everything that one walk found. `labels` maps an input's id to its label's text."""

    blocks: list[RawBlock] = field(default_factory=list)
    links: list[RawLink] = field(default_factory=list)
    forms: list[RawForm] = field(default_factory=list)
    times: list[RawTime] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
