"""What stands on a page, in its order? One walk over the tree gives blocks, links and forms with their places.

The walk decides only what an element says of itself (landmark, role, class and id names). What needs the whole
page (link density, lists under "Relaterade länkar") is decided afterwards, in regions.py.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawler.extract.text import lines, one_line
from crawler.extract.vocabulary import (
    ASIDE_PARTS,
    CHROME_PARTS,
    Part,
    is_crumb_label,
    part_of_names,
    part_of_role,
)
from crawler.page import BlockKind

MAX_BLOCKS = 20_000
"""Blocks of one page. What stands after them is not read."""
MAX_TEXT = 2_000_000
"""Characters of one page. What stands after them is not read."""
MAX_LINKS = 5_000
"""Links of one page."""
_MAX_WALKS = 4
MAX_FORMS = 50
MAX_FIELDS = 200
_MAX_BLOCK = 20_000
_MAX_LABEL = 200

_LINE_END = re.compile(r"[\t\r\n\f\v]")

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
    """A form with the labels still to be found."""

    action: str
    method: str
    zone: Zone
    block: int
    search: bool
    names: list[tuple[str, str, str]] = field(default_factory=list)  # id, name or placeholder, type
    submit: str = ""


@dataclass(slots=True, eq=False)
class RawTime:
    """A <time> element: its attribute or text, the index of its block, and what its names say."""

    value: str
    block: int
    names: str
    zone: Zone


@dataclass(slots=True)
class Walked:
    """Everything that one walk found."""

    blocks: list[RawBlock] = field(default_factory=list)
    links: list[RawLink] = field(default_factory=list)
    forms: list[RawForm] = field(default_factory=list)
    times: list[RawTime] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)


_DROP = frozenset(
    ["script", "style", "template", "noscript", "svg", "iframe", "object", "embed", "video", "audio", "canvas", "head", "select", "datalist", "textarea", "map", "applet", "frame", "frameset"]
)
_BLOCK = frozenset(
    ["address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption", "dir", "marquee"]
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# Elements that can be a part of the page. Names on inline elements and on list items say too little.
_CONTAINERS = frozenset(
    ["div", "section", "article", "aside", "nav", "header", "footer", "main", "form", "table", "td", "ul", "ol", "dl", "body", "span", "p", "details", "menu", "center", "tbody", "tr", "fieldset", "search", "li"]
)
_INLINE_CONTAINERS = frozenset({"span", "p", "li"})
_KINDS = {
    "li": BlockKind.LIST_ITEM,
    "caption": BlockKind.CAPTION,
    "figcaption": BlockKind.CAPTION,
    "address": BlockKind.ADDRESS,
    "summary": BlockKind.HEADING,
}
_SEARCH_NAMES = frozenset(
    {"q", "query", "s", "sok", "sök", "search", "searchstring", "searchterm", "searchtext", "keyword"}
)
_SKIPPED_INPUTS = frozenset({"hidden", "submit", "button", "image", "reset"})


def walk_page(root: Element, main: Element | None) -> Walked:
    """Walk a tree, and walk it again where names proved wrong: what holds most of the page is no menu."""
    exempt: frozenset[Element] = frozenset()
    walked = Walker(root, main).walk()
    for _ in range(_MAX_WALKS):
        wrong = _misnamed(walked, main)
        if wrong is None:
            break
        exempt |= {wrong}
        walked = Walker(root, main, exempt).walk()
    return walked


def _misnamed(walked: Walked, main: Element | None) -> Element | None:
    """An element whose names would throw the page itself away: most of its running text, and its heading."""
    held: dict[Zone, int] = {}
    headed: set[Zone] = set()
    whole = 0
    heading = False
    for block in walked.blocks:
        zone = block.zone
        if main is not None and not zone.inside_main:
            continue
        running = len(block.text) - block.link_chars
        whole += running
        named = block.kind is BlockKind.HEADING and block.level == 1
        heading = heading or named
        if zone.part is Part.NONE:
            continue
        inner: Zone | None = zone
        while inner is not None:
            if inner.part is not Part.NONE and not inner.declared:
                held[inner] = held.get(inner, 0) + running
                if named:
                    headed.add(inner)
            inner = inner.parent
    for zone, size in held.items():
        share = 0.6 if zone.part not in {Part.FOOTER, Part.NOTICE} else 0.9
        if size > whole * share and size > 40 and (zone in headed or not heading):
            return zone.element
    return None


class Walker:
    """Walks one tree. `main` is the element that holds the page's main content, or None where none is marked.

    The names of `exempt` elements are not believed.
    """

    def __init__(self, root: Element, main: Element | None, exempt: frozenset[Element] = frozenset()) -> None:
        self._root = root
        self._main = main
        self._spine: set[Element] = set(exempt)
        if main is not None:
            self._spine |= {main, *main.iterancestors()}
        self.found = Walked()
        self._zone = Zone(Part.NONE, chrome=False, aside=False, inside_main=False)
        self._zones: list[tuple[Element, Zone, str]] = []
        self._pieces: list[str] = []
        self._owner: Element = root
        self._kinds: list[tuple[Element, BlockKind, int]] = []
        self._kind = BlockKind.PARAGRAPH
        self._level = 0
        self._joined: Element | None = None  # within it, block elements make lines, not blocks
        self._data_row = False
        self._link: Element | None = None
        self._link_pieces: list[str] = []
        self._link_heading = ""
        self._link_chars = 0
        self._anchor_chars = 0
        self._term = ""
        self._context = ""
        self._form: RawForm | None = None
        self._form_element: Element | None = None
        self._label: tuple[Element, str, list[str]] | None = None
        self._button: tuple[Element, list[str]] | None = None
        self._layout_tables: dict[Element, bool] = {}
        self._characters = 0

    def walk(self) -> Walked:
        """Everything of the tree, in document order."""
        context = etree.iterwalk(self._root, events=("start", "end"))
        for event, element in context:
            tag = element.tag
            if event == "start":
                if not isinstance(tag, str) or tag in _DROP or self._is_dropped(element, tag):
                    if tag == "textarea" or tag == "select":
                        self._field(element, tag)
                    context.skip_subtree()
                    continue
                self._start(element, tag)
                if element.text:
                    self._append(element.text, element)
            else:
                if isinstance(tag, str) and tag not in _DROP:
                    self._end(element, tag)
                if element.tail:
                    self._append(element.tail, None, element)
            if len(self.found.blocks) >= MAX_BLOCKS or self._characters > MAX_TEXT:
                break
        self._flush()
        return self.found

    # --- text ---

    def _append(self, text: str, owner: Element | None, before: Element | None = None) -> None:
        if self._label is not None:
            self._label[2].append(text)
            return
        if self._button is not None:
            self._button[1].append(text)
            return
        if not self._pieces:
            if text.isspace():
                return
            self._owner = (
                owner if owner is not None else before.getparent() if before is not None else self._root
            )
        if self._link is not None:
            self._link_pieces.append(text)
            size = len(text) if not text.isspace() else 0
            self._link_chars += size
            if self._link.get("href", "").startswith("#"):
                self._anchor_chars += size
        if "\n" in text or "\t" in text or "\r" in text:
            text = _LINE_END.sub(" ", text)
        self._pieces.append(text)

    def _line(self) -> None:
        if self._label is None and self._button is None and self._pieces:
            self._pieces.append("\n")
        if self._link is not None:
            self._link_pieces.append(" ")

    def _flush(self) -> None:
        if not self._pieces:
            self._link_chars = self._anchor_chars = 0
            return
        joined = "".join(self._pieces)
        text = _row(joined) if self._kind is BlockKind.TABLE_ROW else lines(joined)
        self._pieces.clear()
        links, anchors = self._link_chars, self._anchor_chars
        self._link_chars = self._anchor_chars = 0
        if not text or not any(map(str.isalnum, text)):
            return
        if len(text) > _MAX_BLOCK:
            text = text[:_MAX_BLOCK]
        kind, level = self._kind, self._level
        if kind is BlockKind.HEADING:
            text = text.replace("\n", " ")
            self._context = text[:_MAX_LABEL]
            if self._link is not None and not self._link_heading:
                self._link_heading = text
        if self._term and kind is BlockKind.DEFINITION:
            text, self._term = _defined(self._term, text), ""
        self._characters += len(text)
        self.found.blocks.append(
            RawBlock(
                text, kind, level, self._zone, self._owner, min(links, len(text)), min(anchors, len(text))
            )
        )

    # --- elements ---

    def _is_dropped(self, element: Element, tag: str) -> bool:
        """Whether nobody sees the element: icons, decoration, and what only repeats a neighbour."""
        attributes = element.attrib
        if attributes.get("aria-hidden") == "true":
            if tag in {"span", "i", "b", "em", "small", "strong", "img", "a", "svg", "use"}:
                return True
            # Tab panels and accordions are hidden until they are opened, and still content.
            return len(element) == 0 and len(element.text or "") < 40
        if tag == "span" or (tag == "div" and self._link is not None):
            names = attributes.get("class")
            if names and part_of_names(names) is Part.UNSEEN:
                return True
        if tag == "a" and "data-cfemail" not in attributes and attributes.get("role") == "button":
            return not ({"aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle"} & set(attributes))
        return False

    def _part(self, element: Element, tag: str) -> tuple[Part, bool]:
        """What the element is for, and whether it says so by tag or role rather than by a mere word."""
        attributes = element.attrib
        role = attributes.get("role")
        if role:
            role = role.strip().lower()
            if part := part_of_role(role):
                return part, True
        if tag == "nav" or tag == "search":
            label = attributes.get("aria-label", "") or attributes.get("id", "")
            names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
            if is_crumb_label(label) or part_of_names(names) is Part.CRUMBS:
                return Part.CRUMBS, True
            return (Part.NAV if tag == "nav" else Part.SEARCH), True
        if tag == "ol" and "BreadcrumbList" in attributes.get("itemtype", attributes.get("typeof", "")):
            return Part.CRUMBS, True
        if is_crumb_label(attributes.get("aria-label", "")):
            return Part.CRUMBS, True
        if tag == "aside":
            names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
            part = part_of_names(names)
            return (part if part in ASIDE_PARTS or part in CHROME_PARTS else Part.ASIDE), True
        if tag == "footer":
            return Part.FOOTER, True
        if tag == "header" and not self._zone.inside_main:
            return Part.HEADER, True
        names = attributes.get("class", "")
        if "-" in tag:  # a custom element's name is chosen to say what it is: <site-footer>
            names = f"{names} {tag}"
        if identity := attributes.get("id"):
            names = f"{names} {identity}"
        if names and not (tag in _INLINE_CONTAINERS and tag != "li"):
            part = part_of_names(names)
            if tag == "li" and part not in {Part.NOTICE, Part.TOOLS}:
                return Part.NONE, False
            return part, False
        if names and part_of_names(names) in {Part.CRUMBS, Part.UNSEEN}:
            return part_of_names(names), False
        return Part.NONE, False

    def _enter_zone(self, element: Element, tag: str) -> None:
        zone = self._zone
        if element is self._main:
            self._push_zone(
                element, Zone(Part.NONE, chrome=False, aside=False, inside_main=True, declared=True)
            )
            return
        if element in self._spine or tag in {"html", "body"}:
            return
        part, declared = self._part(element, tag)
        if part is Part.NONE or part is Part.UNSEEN:
            return
        if zone.chrome:
            # Chrome stays chrome; only a breadcrumb in the header is worth knowing apart.
            if part is Part.CRUMBS and zone.part is not Part.CRUMBS:
                self._push_zone(element, Zone(part, chrome=True, aside=False, inside_main=zone.inside_main))
            return
        if part is Part.HEADER and zone.inside_main and not declared:
            return
        if part is zone.part and zone.aside:
            return
        if part in {Part.HEADER, Part.FOOTER} and declared and self._is_inner(element, tag):
            if part is Part.HEADER:
                return
        chrome = part in CHROME_PARTS
        self._push_zone(
            element,
            Zone(part, chrome=chrome, aside=not chrome, inside_main=zone.inside_main, declared=declared),
        )

    def _is_inner(self, element: Element, tag: str) -> bool:
        """Whether a header or footer belongs to an article or section and not to the page."""
        if tag not in {"header", "footer"}:
            return False
        if self._zone.inside_main:
            return True
        parent = element.getparent()
        while parent is not None:
            if parent.tag in {"article", "section"}:
                return True
            parent = parent.getparent()
        return False

    def _push_zone(self, element: Element, zone: Zone) -> None:
        self._flush()
        zone.element, zone.parent = element, self._zone
        self._zones.append((element, self._zone, self._context))
        self._zone = zone
        if zone.chrome or zone.aside:
            self._context = ""

    def _start(self, element: Element, tag: str) -> None:
        if tag in _BLOCK or "-" in tag:
            if self._joined is None:
                self._flush()
            elif tag not in {"td", "th"}:
                self._line()
            if tag in _CONTAINERS or "-" in tag:
                self._enter_zone(element, tag)
            self._start_block(element, tag)
            return
        if tag == "a":
            self._start_link(element)
        elif tag == "br":
            self._line()
        elif tag == "input":
            self._field(element, tag)
        elif tag == "img":
            if self._link is not None and (text := element.get("alt")):
                self._link_pieces.append(f" {text} ")
        elif tag == "label":
            if self._label is None:
                self._label = (element, element.get("for", ""), [])
        elif tag == "button":
            self._start_button(element)
        elif tag == "span":
            if element.get("class") or element.get("role"):
                if element.get("role") == "heading" and self._joined is None:
                    self._start_heading(element, _aria_level(element))
                elif part_of_names(f"{element.get('class', '')} {element.get('id', '')}") is Part.CRUMBS:
                    self._enter_zone(element, tag)
        elif tag == "time":
            self.found.times.append(
                RawTime(
                    (element.get("datetime") or element.text or "")[:60],
                    len(self.found.blocks),
                    f"{element.get('itemprop', '')} {element.get('class', '')} {element.get('pubdate', '')}"[
                        :200
                    ],
                    self._zone,
                )
            )

    def _start_block(self, element: Element, tag: str) -> None:
        if tag in _HEADINGS or element.get("role") == "heading":
            if self._joined is None:
                self._start_heading(element, _HEADINGS.get(tag) or _aria_level(element))
        elif tag in _KINDS:
            if self._joined is None:
                self._push_kind(element, _KINDS[tag], 3 if tag == "summary" else 0)
                if tag in {"address", "caption", "figcaption", "summary"}:
                    self._joined = element
        elif tag == "tr":
            if self._joined is None and not self._is_layout(element):
                self._push_kind(element, BlockKind.TABLE_ROW, 0)
                self._joined = element
                self._data_row = True
        elif tag in {"td", "th"}:
            if self._data_row and self._pieces:
                self._pieces.append("\t")
        elif tag in {"dt", "dd"}:
            if self._joined is None:
                self._push_kind(element, BlockKind.DEFINITION, 0)
                if tag == "dt":
                    if self._term:
                        self._emit_term()
                    self._joined = element
        elif tag == "form":
            self._start_form(element)
        elif tag in {"p", "div"} and self._kind is BlockKind.PARAGRAPH:
            return

    def _start_heading(self, element: Element, level: int) -> None:
        self._flush()
        self._push_kind(element, BlockKind.HEADING, level)
        self._joined = element

    def _push_kind(self, element: Element, kind: BlockKind, level: int) -> None:
        self._kinds.append((element, self._kind, self._level))
        self._kind, self._level = kind, level

    def _end(self, element: Element, tag: str) -> None:
        if self._link is element:
            self._end_link(element)
        if self._label is not None and self._label[0] is element:
            _, target, pieces = self._label
            self._label = None
            text = one_line("".join(pieces))[:_MAX_LABEL]
            if text:
                self.found.labels[target or f"\x00{id(self._form)}-{len(self.found.labels)}"] = text
        if self._button is not None and self._button[0] is element:
            self._end_button(element)
        if tag in _BLOCK or "-" in tag or (self._kinds and self._kinds[-1][0] is element):
            if self._joined is element:
                self._joined = None
                if tag == "dt":
                    self._term = lines("".join(self._pieces)).replace("\n", " ")[:300]
                    self._pieces.clear()
                    self._link_chars = self._anchor_chars = 0
                self._data_row = False
            if self._joined is None:
                self._flush()
            elif tag not in {"td", "th"}:
                self._line()
            if tag == "dl" and self._term:
                self._emit_term()
            if self._kinds and self._kinds[-1][0] is element:
                _, self._kind, self._level = self._kinds.pop()
        if self._form_element is element:
            self._form = self._form_element = None
        if self._zones and self._zones[-1][0] is element:
            self._flush()
            _, self._zone, self._context = self._zones.pop()

    def _emit_term(self) -> None:
        term, self._term = self._term, ""
        self.found.blocks.append(RawBlock(term, BlockKind.DEFINITION, 0, self._zone, self._owner))

    # --- tables ---

    def _is_layout(self, row: Element) -> bool:
        """Whether a row's table only places things on the page. Old sites are built of such tables."""
        table = row.getparent()
        while table is not None and table.tag != "table":
            table = table.getparent()
        if table is None:
            return True
        if table not in self._layout_tables:
            self._layout_tables[table] = _is_layout_table(table)
        return self._layout_tables[table]

    # --- links ---

    def _start_link(self, element: Element) -> None:
        if "href" in element.attrib and self._link is None:
            if element.get("data-toggle") == "collapse" or element.get("data-bs-toggle") == "collapse":
                return
            self._link = element
            self._link_pieces = []
            self._link_heading = ""

    def _end_link(self, element: Element) -> None:
        self._link = None
        href = element.get("href", "").strip()
        if secret := element.get("data-cfemail"):
            address = _deciphered(secret)
            self._pieces = [piece for piece in self._pieces if "protected]" not in piece]
            if address:
                self._append(address, element)
            return
        text = self._link_heading or one_line("".join(self._link_pieces))
        lower = href[:7].lower()
        if lower.startswith(("mailto:", "tel:")):
            self._spell_out(href, text)
            return
        if not text:
            text = one_line(element.get("aria-label") or element.get("title") or "")
        if not href or href.startswith("#") or len(self.found.links) >= MAX_LINKS:
            return
        self.found.links.append(
            RawLink(
                href,
                text[:_MAX_LABEL],
                self._zone,
                len(self.found.blocks) if self._pieces else max(len(self.found.blocks) - 1, 0),
                self._context,
                frozenset((element.get("rel") or "").lower().split()[:8]),
                element.get("aria-current") == "page",
            )
        )

    def _spell_out(self, href: str, text: str) -> None:
        """An address that stands in the link only ("Mejla oss") is written out, for whoever reads the text."""
        address = one_line(href.partition(":")[2].partition("?")[0])[:120]
        address = address.replace("%40", "@").replace("%20", " ").strip()
        if not address or self._zone.chrome:
            return
        if href[:3].lower() == "tel":
            digits = "".join(filter(str.isdigit, address))
            said = "".join(filter(str.isdigit, text))
            known = len(digits) < 5 or (said and digits.endswith(said.lstrip("0")[-7:]))
        else:
            known = "@" not in address or "@" in text or "(at)" in text.lower() or "[at]" in text.lower()
        if not known and (self._pieces or text == ""):
            self._append(f" ({address})" if text else address, self._owner)

    # --- forms ---

    def _start_form(self, element: Element) -> None:
        if self._form is not None or len(self.found.forms) >= MAX_FORMS:
            return
        self._form = RawForm(
            element.get("action", "")[:2000],
            (element.get("method") or "get").lower()[:10],
            self._zone,
            len(self.found.blocks),
            search=element.get("role") == "search" or self._zone.part is Part.SEARCH,
        )
        self._form_element = element
        self.found.forms.append(self._form)

    def _field(self, element: Element, tag: str) -> None:
        if self._form is None:
            return
        kind = (element.get("type") or "text").lower()[:20] if tag == "input" else tag
        if kind in {"submit", "image"}:
            self._form.submit = (
                self._form.submit or one_line(element.get("value") or element.get("alt") or "")[:_MAX_LABEL]
            )
            return
        if kind in _SKIPPED_INPUTS or len(self._form.names) >= MAX_FIELDS:
            return
        name = element.get("name", "")[:_MAX_LABEL]
        if kind == "search" or name.lower().rpartition("$")[2] in _SEARCH_NAMES:
            self._form.search = self._form.search or len(self._form.names) == 0
        else:
            self._form.search = self._form.search and self._zone.part is Part.SEARCH
        identity = element.get("id", "")
        if self._label is not None and not self._label[1]:
            self._label = (self._label[0], identity or f"\x00{name}", self._label[2])
        shown = element.get("aria-label") or element.get("placeholder") or element.get("title") or name
        self._form.names.append((identity or f"\x00{name}", one_line(shown)[:_MAX_LABEL], kind))

    def _start_button(self, element: Element) -> None:
        opens = element.get("aria-expanded") is not None or element.get("aria-controls") is not None
        if self._kind is BlockKind.HEADING or self._button is not None or self._label is not None:
            return
        if opens and not self._zone.chrome and self._joined is None:
            # The head of an accordion: it stands where a heading would.
            self._start_heading(element, min(self._level + 1, 6) if self._level else 3)
            return
        self._button = (element, [])

    def _end_button(self, element: Element) -> None:
        pieces = self._button[1] if self._button else []
        self._button = None
        if self._form is not None and not self._form.submit and (element.get("type") or "submit") == "submit":
            self._form.submit = one_line("".join(pieces))[:_MAX_LABEL]


def _aria_level(element: Element) -> int:
    level = (element.get("aria-level") or "2").strip()
    return min(max(int(level), 1), 6) if level in {"1", "2", "3", "4", "5", "6", "7", "8", "9"} else 2


def _row(text: str) -> str:
    """A row's cells, separated by " | "; lines within a cell are joined by commas."""
    cells = []
    for cell in text.replace("\n", "\r").split("\t"):
        parts = [part for part in (one_line(line) for line in cell.split("\r")) if part]
        joined = ""
        for part in parts:
            joined = (
                f"{joined}{' ' if not joined or joined[-1] in '.,:;!?-–' else ', '}{part}" if joined else part
            )
        cells.append(joined)
    return " | ".join(cell for cell in cells if cell)


def _defined(term: str, text: str) -> str:
    if term.endswith((":", "?", ".", "!")):
        return f"{term}\n{text}" if len(text) > 120 else f"{term} {text}"
    return f"{term}: {text}" if len(text) <= 300 else f"{term}\n{text}"


def _is_layout_table(table: Element) -> bool:
    if table.get("role") in {"presentation", "none"}:
        return True
    if next(table.iterdescendants("th", "caption"), None) is not None and table.get("border") is None:
        return next(table.iterdescendants("table"), None) is not None
    if next(table.iterdescendants("table", "h1", "h2", "nav", "main", "article"), None) is not None:
        return True
    rows = cells = long = 0
    for row in table.iterdescendants("tr"):
        rows += 1
        inside = [cell for cell in row if cell.tag in {"td", "th"}]
        cells = max(cells, len(inside))
        if rows <= 50:
            long = max(long, *(len(cell.xpath("string()")) for cell in inside), 0)
    return cells <= 1 or (rows <= 1 and long > 200) or long > 1500


def _deciphered(secret: str) -> str:
    """An e-mail address that Cloudflare wrote as hexadecimal digits, each byte XORed with the first."""
    try:
        raw = bytes.fromhex(secret[:400])
    except ValueError:
        return ""
    if len(raw) < 2:
        return ""
    return one_line(bytes(byte ^ raw[0] for byte in raw[1:]).decode("utf-8", "replace"))
