"""Which part of the page does an element open, by its tag, role and names? And when are these wrong?"""

from crawler.extract.raw_page import Element, Walked, Zone
from crawler.extract.text import words
from crawler.extract.vocabulary import (
    ASIDE_PARTS,
    CHROME_PARTS,
    Part,
    is_crumb_label,
    part_of_names,
    part_of_role,
)
from crawler.page import BlockKind

_NO_NAMES = words("p span li td tr tbody h1 h2 h3 h4 h5 h6")
"""Elements whose class names say too little of what they are for ("li.contact", "span.menu")."""


def part_of(element: Element, tag: str, *, inside_main: bool) -> tuple[Part, bool]:
    """What an element is for, and whether it says so by tag or role rather than by a mere word."""
    get = element.get
    role = get("role")
    if role and (part := part_of_role(role.strip().lower())) and not _is_accordion(element, role):
        return part, True
    names = get("class") or ""
    if identity := get("id"):
        names = f"{names} {identity}"
    if "-" in tag:  # a custom element's name is chosen to say what it is: <site-footer>
        names = f"{names} {tag}"
    label = get("aria-label")
    if label and is_crumb_label(label):
        return Part.CRUMBS, True
    part = part_of_names(names) if names else Part.NONE
    if tag == "nav" or tag == "search":
        return (part if part is Part.CRUMBS else Part.NAV if tag == "nav" else Part.SEARCH), True
    if (tag == "ol" or tag == "ul") and "BreadcrumbList" in (get("itemtype") or get("typeof") or ""):
        return Part.CRUMBS, True
    if tag == "aside":
        return (part if part in ASIDE_PARTS or part in CHROME_PARTS else Part.ASIDE), True
    if tag == "footer":
        return (Part.NONE, False) if _is_inner_footer(element) else (Part.FOOTER, True)
    if tag == "header":
        return (Part.NONE, False) if inside_main or _is_inner(element) else (Part.HEADER, True)
    if tag in _NO_NAMES and part is not Part.CRUMBS:
        # A table cell can be the whole column of an old layout; its name counts where it names a menu.
        column = tag == "td" and part in {Part.NAV, Part.FOOTER, Part.HEADER, Part.ASIDE}
        hidden = tag == "li" and part in {Part.NOTICE, Part.TOOLS}
        return (part, False) if column or hidden else (Part.NONE, False)
    if inside_main and part is Part.HEADER:
        return Part.NONE, False
    if tag == "article" and part in CHROME_PARTS:
        return Part.NONE, False
    return part, False


def _is_accordion(element: Element, role: str) -> bool:
    """Whether an element is marked as a list of tabs, but holds their text itself."""
    return role == "tablist" and next(element.iter("p", "table", "h2", "h3", "h4", "h5"), None) is not None


def _is_inner(element: Element) -> bool:
    """Whether a header belongs to an article or section and not to the page."""
    return next(element.iterancestors("article", "section"), None) is not None


def _is_inner_footer(element: Element) -> bool:
    """Whether a footer ends a box of the content, such as a quotation or a card."""
    inner = next(element.iterancestors("blockquote", "figure", "li", "form", "dialog"), None)
    return inner is not None


def misnamed(walked: Walked, main: Element | None) -> Element | None:
    """An element whose names would throw the page itself away: most of its running text, and its heading."""
    held: dict[Zone, int] = {}
    headed: set[Zone] = set()
    whole = 0
    heading = False
    for block in walked.blocks:
        zone: Zone | None = block.zone
        if main is not None and not block.zone.inside_main:
            continue
        running = block.running
        whole += running
        named = block.kind is BlockKind.HEADING and block.level == 1
        heading = heading or named
        while zone is not None and zone.part is not Part.NONE:
            if not zone.declared:
                held[zone] = held.get(zone, 0) + running
                if named:
                    headed.add(zone)
            zone = zone.parent
    for zone, size in held.items():
        share = 0.9 if zone.part in {Part.FOOTER, Part.NOTICE} else 0.6
        if size > whole * share and size > 40 and (zone in headed or not heading):
            return zone.element
    return None
