"""What stands on a page, in its order? One walk over the tree gives blocks, links and forms with their zones.

The walk decides only what an element says of itself (landmark, role, class and id names, see zones.py).
What needs the whole page (link density, lists under "Relaterade länkar") is decided afterwards, in
regions.py.
"""

import re

from lxml import etree

from crawler.extract.raw_page import NO_BLOCK, Element, RawBlock, RawForm, RawLink, RawTime, Walked, Zone
from crawler.extract.tables import defined, is_layout, row_text
from crawler.extract.text import lines, one_line, words
from crawler.extract.vocabulary import CHROME_PARTS, Part, part_of_names
from crawler.extract.zones import misnamed, part_of
from crawler.page import BlockKind

MAX_BLOCKS = 20_000
"""Blocks of one page. What stands after them is not read."""
MAX_TEXT = 2_000_000
"""Characters of one page. What stands after them is not read."""
MAX_LINKS = 5_000
"""Links of one page."""
MAX_FORMS = 50
MAX_FIELDS = 200
_MAX_WALKS = 4
_MAX_BLOCK = 20_000
_MAX_LABEL = 200
_BETWEEN = 5  # characters of what stands between two links of a row

_LINE_END = re.compile(r"[\t\r\n\f\v]")

_DROP = words(
    "script style template noscript svg iframe object embed video audio canvas head select datalist "
    "textarea map applet frame frameset"
)
_BLOCK = words(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search "
    "section summary table tbody td tfoot th thead tr ul caption dir marquee dialog"
)
_ZONED = words(
    "div section article aside nav header footer main form table td ul ol dl p details menu center tr "
    "fieldset search li dialog"
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_KINDS = {
    "li": BlockKind.LIST_ITEM,
    "caption": BlockKind.CAPTION,
    "figcaption": BlockKind.CAPTION,
    "address": BlockKind.ADDRESS,
    "summary": BlockKind.HEADING,
}
_JOINED = words("address caption figcaption summary")
_ICONS = words("span i b em small strong img a svg use")
_MENU = 8  # links from which a <nav> is a menu and no breadcrumb
_MORE_THAN_MENU = etree.XPath(
    "boolean(.//h1 | .//main | .//article | .//*[@role='main'] | .//*[contains(@class, 'crumb')"
    " or contains(@class, 'brodsm') or contains(@itemtype, 'Breadcrumb') or contains(@aria-label, 'rödsmul')"
    " or contains(@aria-label, 'readcrumb')])"
)
_NO_REL: frozenset[str] = frozenset()
_OPENERS = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle")
_OPENS = ("onclick", "formaction", "data-href", "data-url")
_LOCATION = re.compile(
    r"(?:location(?:\.href)?\s?=\s?|open\(|assign\(|^)\s?['\"]?((?:https?://|/)[^'\"\s)]+)"
)
_SEARCH_NAMES = words("q query s sok sök search searchstring searchterm searchtext keyword")
_SKIPPED_INPUTS = words("hidden submit button image reset")


def walk_page(root: Element, main: Element | None) -> Walked:
    """Walk a tree, and walk it again where names proved wrong: what holds most of the page is no menu.

    `main` is the element that holds the page's main content, or None where none is marked.
    """
    exempt: set[Element] = set()
    if main is not None:
        exempt = {main, *main.iterancestors()}
    walked = _Walker(root, main, exempt).walk()
    for _ in range(_MAX_WALKS):
        wrong = misnamed(walked, main)
        if wrong is None:
            break
        exempt.add(wrong)
        walked = _Walker(root, main, exempt).walk()
    return walked


class _Walker:
    """Walks one tree once. The names of `exempt` elements are not believed."""

    def __init__(self, root: Element, main: Element | None, exempt: set[Element]) -> None:
        self._root = root
        self._main = main
        self._exempt = exempt
        self.found = Walked()
        self._blocks = self.found.blocks
        self._zone = Zone(Part.NONE, chrome=False, aside=False, inside_main=False)
        self._zones: list[tuple[Element, Zone, str]] = []
        self._pieces: list[str] = []
        self._owner: Element = root
        self._kinds: list[tuple[Element, BlockKind, int]] = []
        self._kind = BlockKind.PARAGRAPH
        self._level = 0
        self._joined: Element | None = None  # within it, block elements make lines, not blocks
        self._row = False  # within a row of a data table
        self._link: Element | None = None
        self._link_jumps = False  # to a place on the same page
        self._link_pieces: list[str] = []
        self._link_heading = ""
        self._link_chars = 0
        self._anchor_chars = 0
        self._between = 0  # characters that only set links apart: "|", "·"
        self._term = ""
        self._context = ""
        self._form: RawForm | None = None
        self._form_element: Element | None = None
        self._label: tuple[Element, str] | None = None
        self._button: Element | None = None
        self._unshown: list[str] = []  # the text of a label or button, which is no text of the page
        self._layout_tables: dict[Element, bool] = {}
        self._characters = 0

    def walk(self) -> Walked:
        """Everything of the tree, in document order."""
        context = etree.iterwalk(self._root, events=("start", "end"))
        blocks = self._blocks
        for event, element in context:
            tag = element.tag
            if event == "start":
                if tag in _BLOCK:
                    if tag == "nav" and self._take_menu(element):
                        context.skip_subtree()
                        continue
                    if element.get("aria-hidden") == "true" and self._is_empty_decoration(element):
                        context.skip_subtree()
                        continue
                    if self._link is not None and self._is_unseen(element):
                        context.skip_subtree()
                        continue
                    self._start_block(element, tag)
                elif tag in _DROP or not isinstance(tag, str) or self._is_dropped(element, tag):
                    if tag == "textarea" or tag == "select":
                        self._field(element, tag)
                    context.skip_subtree()
                    continue
                else:
                    self._start_inline(element, tag)
                if text := element.text:
                    self._append(text, element)
            else:
                if tag in _BLOCK:
                    self._end_block(element, tag)
                elif isinstance(tag, str):
                    self._end_inline(element, tag)
                if (text := element.tail) and (self._pieces or not text.isspace()):
                    self._append(text, None if self._pieces else element.getparent())
            if len(blocks) >= MAX_BLOCKS or self._characters > MAX_TEXT:
                break
        self._flush()
        return self.found

    # --- what nobody sees ---

    def _is_dropped(self, element: Element, tag: str) -> bool:
        """Whether nobody sees an inline element: icons, words for screen readers, sham links."""
        if tag in _ICONS:
            if element.get("aria-hidden") == "true":
                return True
            if tag == "span":
                return self._is_unseen(element)
            if tag == "a" and element.get("role") == "button" and element.get("data-cfemail") is None:
                return not any(element.get(name) is not None for name in _OPENERS)
        return False

    def _is_unseen(self, element: Element) -> bool:
        names = element.get("class")
        return bool(names) and part_of_names(names) is Part.UNSEEN

    def _is_empty_decoration(self, element: Element) -> bool:
        # Tab panels and accordions are hidden until they are opened, and still content.
        return len(element) == 0 and len(element.text or "") < 40

    # --- menus ---

    def _take_menu(self, element: Element) -> bool:
        """Take the links of a large <nav> at once: a menu has no text that anyone asks for.

        False where it must be walked: it is small, or may hold a breadcrumb or the page itself.
        """
        if self._zone.inside_main or self._link is not None or self._joined is not None:
            return False
        if element in self._exempt or part_of(element, "nav", inside_main=False)[0] is not Part.NAV:
            return False
        links = [link for link in element.iter("a") if link.get("href") is not None]
        if len(links) < _MENU or _MORE_THAN_MENU(element):
            return False
        if self._pieces:
            self._flush()
        zone = Zone(Part.NAV, True, False, inside_main=False, declared=True)
        zone.element, zone.parent = element, self._zone
        for link in links[: max(MAX_LINKS - len(self.found.links), 0)]:
            href = link.get("href").strip()
            if not href or href[0] == "#" or href[:7].lower() == "mailto:" or href[:4].lower() == "tel:":
                continue
            text = one_line(link.text or "") if len(link) == 0 else one_line(self._seen_text(link, 0))
            if not text:
                text = one_line(link.get("aria-label") or link.get("title") or "")
            rel = link.get("rel")
            words_of_rel = frozenset(rel.lower().split()[:8]) if rel else _NO_REL
            current = link.get("aria-current") == "page"
            self.found.links.append(
                RawLink(href, text[:_MAX_LABEL], zone, NO_BLOCK, "", words_of_rel, current)
            )
        return True

    def _seen_text(self, element: Element, depth: int) -> str:
        """The text of an element without icons and words for screen readers."""
        pieces = [element.text or ""]
        for child in element:
            tag = child.tag
            if tag == "img":
                pieces.append(f" {child.get('alt') or ''} ")
            elif (
                isinstance(tag, str) and tag not in _DROP and depth < 20 and not self._is_dropped(child, tag)
            ):
                inner = self._seen_text(child, depth + 1)
                pieces.append(f" {inner} " if tag in _BLOCK or tag == "br" else inner)
            pieces.append(child.tail or "")
        return "".join(pieces)

    # --- text ---

    def _append(self, text: str, owner: Element | None) -> None:
        if self._label is not None or self._button is not None:
            self._unshown.append(text)
            return
        if not self._pieces:
            if text.isspace():
                return
            self._owner = owner
        if self._link is not None:
            self._link_pieces.append(text)
            size = len(text.strip())
            self._link_chars += size
            if self._link_jumps:
                self._anchor_chars += size
        elif self._link_chars and len(text) <= _BETWEEN and not any(map(str.isalnum, text)):
            self._between += len(text)
        if "\n" in text or "\t" in text or "\r" in text:
            text = _LINE_END.sub(" ", text)
        self._pieces.append(text)

    def _line(self) -> None:
        if self._pieces and self._label is None and self._button is None:
            self._pieces.append("\n")
        if self._link is not None:
            self._link_pieces.append(" ")

    def _flush(self) -> None:
        if not self._pieces:
            return
        joined = "".join(self._pieces)
        self._pieces = []
        kind = self._kind
        text = row_text(joined) if kind is BlockKind.TABLE_ROW else lines(joined)
        links, anchors = self._link_chars, self._anchor_chars
        if links:
            links += self._between
        self._link_chars = self._anchor_chars = self._between = 0
        if not text or not (text[0].isalnum() or any(map(str.isalnum, text))):
            return
        text = text[:_MAX_BLOCK]
        if kind is BlockKind.HEADING:
            text = text.replace("\n", " ")
            self._context = text[:_MAX_LABEL]
            if self._link is not None and not self._link_heading:
                self._link_heading = text
        elif kind is BlockKind.DEFINITION and self._term:
            text, self._term = defined(self._term, text), ""
        size = len(text)
        self._characters += size
        self._blocks.append(
            RawBlock(text, kind, self._level, self._zone, self._owner, min(links, size), min(anchors, size))
        )

    # --- zones ---

    def _enter_zone(self, element: Element, tag: str) -> None:
        zone = self._zone
        if element is self._main:
            self._push_zone(element, Zone(Part.NONE, False, False, inside_main=True, declared=True))
            return
        part, declared = part_of(element, tag, inside_main=zone.inside_main)
        if part is Part.NONE or part is Part.UNSEEN or element in self._exempt:
            return
        if zone.chrome:
            # Chrome stays chrome; only a breadcrumb in the header is worth knowing apart.
            if part is Part.CRUMBS and zone.part is not Part.CRUMBS:
                self._push_zone(element, Zone(part, True, False, inside_main=zone.inside_main))
            return
        if part is zone.part:
            return
        chrome = part in CHROME_PARTS
        self._push_zone(
            element, Zone(part, chrome, not chrome, inside_main=zone.inside_main, declared=declared)
        )

    def _push_zone(self, element: Element, zone: Zone) -> None:
        self._flush()
        zone.element, zone.parent = element, self._zone
        self._zones.append((element, self._zone, self._context))
        self._zone = zone
        if zone.chrome or zone.aside:
            self._context = ""

    # --- elements ---

    def _start_block(self, element: Element, tag: str) -> None:
        if self._joined is not None:
            if tag == "td" or tag == "th":
                if self._row and self._pieces:
                    self._pieces.append("\t")
            else:
                self._line()
            if tag in _ZONED and self._row is False:
                self._enter_zone(element, tag)
            return
        if self._pieces:
            self._flush()
        if tag in _ZONED:
            self._enter_zone(element, tag)
        level = _HEADINGS.get(tag)
        if level is not None or (tag == "div" and element.get("role") == "heading"):
            self._push_kind(element, BlockKind.HEADING, level or _aria_level(element))
            self._joined = element
        elif tag in _KINDS:
            self._push_kind(element, _KINDS[tag], 3 if tag == "summary" else 0)
            if tag in _JOINED:
                self._joined = element
        elif tag == "tr":
            if not self._in_layout(element):
                self._push_kind(element, BlockKind.TABLE_ROW, 0)
                self._joined = element
                self._row = True
        elif tag == "dt" or tag == "dd":
            self._push_kind(element, BlockKind.DEFINITION, 0)
            if tag == "dt":
                self._emit_term()
                self._joined = element
        elif tag == "form":
            self._start_form(element)

    def _end_block(self, element: Element, tag: str) -> None:
        if self._joined is element:
            self._joined = None
            self._row = False
            if tag == "dt":
                self._term = lines("".join(self._pieces)).replace("\n", " ")[:300]
                self._pieces = []
                self._link_chars = self._anchor_chars = self._between = 0
        if self._joined is not None:
            if tag != "td" and tag != "th":
                self._line()
        elif self._pieces:
            self._flush()
        if self._term and tag == "dl":
            self._emit_term()
        self._leave(element)

    def _leave(self, element: Element) -> None:
        if self._kinds and self._kinds[-1][0] is element:
            _, self._kind, self._level = self._kinds.pop()
        if self._form_element is element and self._form is not None:
            self._form.end = len(self._blocks)
            self._form = self._form_element = None
        if self._zones and self._zones[-1][0] is element:
            self._flush()
            _, self._zone, self._context = self._zones.pop()

    def _start_inline(self, element: Element, tag: str) -> None:
        if tag == "a":
            if self._link is None and (href := element.get("href")) is not None:
                if "collapse" in (element.get("data-toggle") or element.get("data-bs-toggle") or ""):
                    return  # the head of an accordion, no link
                self._link = element
                self._link_jumps = href.startswith("#")
                self._link_pieces = []
                self._link_heading = ""
        elif tag == "br":
            self._line()
        elif tag == "span":
            if element.get("role") == "heading" and self._joined is None:
                self._start_heading(element, _aria_level(element))
            elif (names := element.get("class")) and part_of_names(names) is Part.CRUMBS:
                self._enter_zone(element, tag)
        elif tag == "input":
            self._field(element, tag)
        elif tag == "img":
            if self._link is not None and (text := element.get("alt")):
                self._link_pieces.append(f" {text} ")
        elif tag == "label":
            if self._label is None and self._button is None:
                self._label = (element, element.get("for") or "")
                self._unshown = []
        elif tag == "button":
            self._start_button(element)
        elif tag == "time":
            names = f"{element.get('itemprop', '')} {element.get('class', '')} {element.get('pubdate', '')}"
            value = element.get("datetime") or element.text or ""
            self.found.times.append(RawTime(value[:60], len(self._blocks), names[:200]))
        elif "-" in tag:
            self._flush()
            self._enter_zone(element, tag)

    def _end_inline(self, element: Element, tag: str) -> None:
        if tag == "a":
            if self._link is element:
                self._end_link(element)
        elif tag == "label":
            if self._label is not None and self._label[0] is element:
                self._end_label()
        elif tag == "button":
            if self._button is element:
                self._end_button(element)
            elif self._joined is element:
                self._end_block(element, tag)
        elif self._joined is element:
            self._end_block(element, tag)
        elif "-" in tag:
            self._flush()
            self._leave(element)
        elif self._zones and self._zones[-1][0] is element:
            self._leave(element)

    def _start_heading(self, element: Element, level: int) -> None:
        self._flush()
        self._push_kind(element, BlockKind.HEADING, level)
        self._joined = element

    def _push_kind(self, element: Element, kind: BlockKind, level: int) -> None:
        self._kinds.append((element, self._kind, self._level))
        self._kind, self._level = kind, level

    def _emit_term(self) -> None:
        if self._term:
            self._blocks.append(RawBlock(self._term, BlockKind.DEFINITION, 0, self._zone, self._owner))
            self._term = ""

    def _in_layout(self, row: Element) -> bool:
        table = next(row.iterancestors("table"), None)
        if table is None:
            return True
        known = self._layout_tables.get(table)
        if known is None:
            known = self._layout_tables[table] = is_layout(table)
        return known

    # --- links ---

    def _end_link(self, element: Element) -> None:
        self._link = None
        href = (element.get("href") or "").strip()
        if secret := element.get("data-cfemail"):
            self._pieces = [piece for piece in self._pieces if "protected]" not in piece]
            if address := _deciphered(secret):
                self._append(address, element)
            return
        text = self._link_heading or one_line("".join(self._link_pieces))
        if href[:7].lower() == "mailto:" or href[:4].lower() == "tel:":
            self._spell_out(href, text, element)
            return
        if not href or self._link_jumps or len(self.found.links) >= MAX_LINKS:
            return
        if not text:
            text = one_line(element.get("aria-label") or element.get("title") or "")
        rel = element.get("rel")
        self.found.links.append(
            RawLink(
                href,
                text[:_MAX_LABEL],
                self._zone,
                len(self._blocks) if self._pieces else max(len(self._blocks) - 1, 0),
                self._context,
                frozenset(rel.lower().split()[:8]) if rel else _NO_REL,
                element.get("aria-current") == "page",
            )
        )

    def _spell_out(self, href: str, text: str, element: Element) -> None:
        """An address that stands in the link only ("Mejla oss") is written out for those who read."""
        address = one_line(href.partition(":")[2].partition("?")[0])[:120]
        address = address.replace("%40", "@").replace("%20", " ").strip()
        if not address or self._zone.chrome:
            return
        if href[:3].lower() == "tel":
            digits = "".join(filter(str.isdigit, address))
            said = "".join(filter(str.isdigit, text))
            known = len(digits) < 5 or (bool(said) and digits.endswith(said.lstrip("0")[-7:]))
        else:
            known = "@" not in address or "@" in text or "(at)" in text.lower() or "[at]" in text.lower()
        if not known:
            self._append(f" ({address})" if self._pieces else address, element)

    # --- forms ---

    def _start_form(self, element: Element) -> None:
        if self._form is not None or len(self.found.forms) >= MAX_FORMS:
            return
        self._form = RawForm(
            (element.get("action") or "")[:2000],
            (element.get("method") or "get").lower()[:10],
            self._zone,
            len(self._blocks),
            search=element.get("role") == "search" or self._zone.part is Part.SEARCH,
        )
        self._form_element = element
        self.found.forms.append(self._form)

    def _field(self, element: Element, tag: str) -> None:
        form = self._form
        if form is None or (self._zone.chrome and not form.zone.chrome and not form.search):
            return  # (a form around the whole page holds the header's search field too)
        kind = (element.get("type") or "text").lower()[:20] if tag == "input" else tag
        if kind in {"submit", "image"}:
            form.submit = (
                form.submit or one_line(element.get("value") or element.get("alt") or "")[:_MAX_LABEL]
            )
            return
        if kind in _SKIPPED_INPUTS or len(form.names) >= MAX_FIELDS:
            return
        name = (element.get("name") or "")[:_MAX_LABEL]
        searches = kind == "search" or name.lower().rpartition("$")[2] in _SEARCH_NAMES
        form.search = (form.search or not form.names) if searches else form.search and self._zone.chrome
        identity = element.get("id") or f"\x00{len(self.found.forms)}-{len(form.names)}"
        if self._label is not None and not self._label[1]:
            self._label = (self._label[0], identity)
        shown = element.get("aria-label") or element.get("placeholder") or element.get("title") or name
        form.names.append((identity, one_line(shown)[:_MAX_LABEL], kind))

    def _end_label(self) -> None:
        target = self._label[1] if self._label else ""
        self._label = None
        text = one_line("".join(self._unshown))[:_MAX_LABEL]
        if text and target:
            self.found.labels[target] = text

    def _start_button(self, element: Element) -> None:
        if self._kind is BlockKind.HEADING or self._button is not None or self._label is not None:
            return
        opens = element.get("aria-expanded") is not None or element.get("aria-controls") is not None
        if opens and not self._zone.chrome and self._joined is None:
            # The head of an accordion: it stands where a heading would.
            self._start_heading(element, 3)
            return
        self._button = element
        self._unshown = []

    def _end_button(self, element: Element) -> None:
        self._button = None
        form, text = self._form, one_line("".join(self._unshown))[:_MAX_LABEL]
        if form is not None and not form.submit and (element.get("type") or "submit") == "submit":
            form.submit = text
        elif text and not self._zone.chrome and (form is None or not form.names):
            self._show_button(element, text)

    def _show_button(self, element: Element, text: str) -> None:
        """A button of no form says what can be done here ("Logga in med BankID"): a line of its own."""
        opened = next(
            (m.group(1) for name in _OPENS if (m := _LOCATION.search((element.get(name) or "")[:500]))), ""
        )
        self._line()
        if not self._pieces:
            self._owner = element
        self._pieces.append(text)
        self._link_chars += len(text)
        if opened and len(self.found.links) < MAX_LINKS:
            self.found.links.append(
                RawLink(
                    opened, text, self._zone, len(self._blocks), self._context, frozenset(), current=False
                )
            )
        self._line()


def _aria_level(element: Element) -> int:
    level = (element.get("aria-level") or "2").strip()
    return min(int(level), 6) if level in {"1", "2", "3", "4", "5", "6", "7", "8", "9"} else 2


def _deciphered(secret: str) -> str:
    """An e-mail address that Cloudflare wrote as hexadecimal digits, each byte XORed with the first."""
    try:
        raw = bytes.fromhex(secret[:400])
    except ValueError:
        return ""
    if len(raw) < 2:
        return ""
    return one_line(bytes(byte ^ raw[0] for byte in raw[1:]).decode("utf-8", "replace"))
