"""What frames a page that marks no main part: the footer below it, and boxes that stand on every page?

Old sites place everything with tables and bare div elements. What they have in common is the order: rows (a
top row, a row with the page in it, a last row with the agency's address) and, in the middle one, columns with
boxes such as "Genvägar" or "Nytt" beside the text.
"""

import re
from collections.abc import Sequence

from crawler.extract.raw_page import Element, RawBlock
from crawler.page import BlockKind, Region

_ROWS = 3  # a frame has a row above the page and one below it
_DEEPER = 4  # wrappers within wrappers
_FOOTER = 700  # characters that a footer has at most, links left out
_BOX_HEAD = 45
_LINKED = 0.5  # share of link text from which a line of a box leads elsewhere

_BOX = re.compile(
    r"""(?:
    genvägar | snabb(?:länkar|val|ingångar) | (?:hitta|gå)\s(?:snabbt|direkt)(?:\still)?
    | (?:populära|populärt|vanliga|efterfrågade|mest\s\w{4,16})\b(?!\sfrågor).{0,25}
    | (?:senaste\s)?(?:nytt|nyheter(?:na)?|aktuellt|pressmeddelanden)
    | (?:det\shänder|på\sgång|just\snu).{0,20}
    | kalend(?:er|arium) | evenemang | följ\soss.{0,25} | sociala\smedier | (?:vårt\s)?nyhetsbrev
    | prenumerera.{0,25} | andra\swebbplatser | våra\s(?:andra\s)?webbplatser | på\sandra\sspråk
    | quick\s?links | shortcuts | popular\b.{0,25} | most\s\w{3,12}
    | (?:latest\s)?news | (?:upcoming\s)?events
    | follow\sus.{0,25} | social\smedia | newsletter
    )\s*[:!]?""",
    re.IGNORECASE | re.VERBOSE,
)
_SAYS_FOOTER = re.compile(
    r"©|copyright|\borg(?:anisations)?\.?\s?-?n(?:umme)?r|\bväxel|\btel(?:efon|\b)|\be-?post|\be-?mail|@"
    r"|\bkakor\b|\bcookies\b|tillgänglighets|om webbplatsen|web(?:b?ansvarig|master)|\bprivacy|accessibility",
    re.IGNORECASE,
)
_CONTACT_HEAD = re.compile(
    r"\W*(?:kontakt|frågor|har du|behöver du|vill du|contact|questions)", re.IGNORECASE
)
_CRUMBS = re.compile(
    r"(?:du är här|you are here|startsidan?|start|hem|home)\s{0,3}(?::|[>»›→|/\\·]{1,2})\s{0,3}\S.{0,200}",
    re.IGNORECASE,
)


def is_crumb_line(block: RawBlock) -> bool:
    """Whether a block is a breadcrumb that no name tells: "Start > Bygga och bo > Bygglov"."""
    if block.kind is BlockKind.HEADING or len(block.text) > 250 or not block.link_chars:
        return False
    return _CRUMBS.fullmatch(block.text) is not None and not block.text.endswith(".")


def boxes(
    blocks: Sequence[RawBlock], found: list[Region], heading: int | None, title_words: frozenset[str]
) -> None:
    """Put boxes of shortcuts and news that stand beside the page among what is the same on every page."""
    own = blocks[heading].owner.getparent() if heading is not None else None
    number = 0
    while number < len(blocks) - 1:
        head = blocks[number]
        number += 1
        if head.zone.inside_main or head.zone.chrome or not _is_box_head(head, title_words):
            continue
        end = number
        while end < len(blocks) and _leads_elsewhere(blocks[end]):
            end += 1
        if end == number or (own is not None and own in head.owner.iterancestors()):
            continue
        for place in range(number - 1, end):
            found[place] = Region.CHROME
        number = end


def _is_box_head(block: RawBlock, title_words: frozenset[str]) -> bool:
    text = block.text
    if (
        len(text) > _BOX_HEAD
        or block.kind not in {BlockKind.HEADING, BlockKind.PARAGRAPH}
        or block.level == 1
    ):
        return False
    return _BOX.fullmatch(text) is not None and not title_words.issuperset(text.lower().split())


def _leads_elsewhere(block: RawBlock) -> bool:
    return block.kind is not BlockKind.HEADING and block.link_chars >= len(block.text) * _LINKED


def footer(blocks: Sequence[RawBlock], found: list[Region], heading: int | None) -> None:
    """Find the last row of the page's frame, and put it among what is the same on every page.

    It is taken for the footer where it stands below the row with the page's heading, has no heading and no
    label of a contact box itself, is short, and says what footers say; a row must stand above the page too.
    """
    if heading is None:
        return
    first, last = 0, len(blocks) - 1
    middle = blocks[heading].owner
    for _ in range(_DEEPER):
        whole = _common(blocks[first].owner, blocks[last].owner)
        if whole is None:
            return
        above, row, below = (_child(whole, e) for e in (blocks[first].owner, middle, blocks[last].owner))
        if row is None or below is None or above is None:
            return
        if row is not below:
            if above is not row:
                _take_footer(blocks, found, below, last)
            return
        # All rows so far are in one wrapper, with a notice before it.
        while first < heading and row not in _chain(blocks[first].owner):
            first += 1
        if first == heading:
            return


def _take_footer(blocks: Sequence[RawBlock], found: list[Region], row: Element, last: int) -> None:
    start = last
    while start > 0 and row in _chain(blocks[start - 1].owner):
        start -= 1
    inside = blocks[start : last + 1]
    if any(block.kind is BlockKind.HEADING for block in inside) or _CONTACT_HEAD.match(inside[0].text):
        return
    if sum(block.running for block in inside) > _FOOTER:
        return
    if any(_SAYS_FOOTER.search(block.text[:_FOOTER]) for block in inside):
        for number in range(start, last + 1):
            found[number] = Region.CHROME


def _chain(element: Element) -> list[Element]:
    return [element, *element.iterancestors()]


def _common(one: Element, other: Element) -> Element | None:
    """The deepest element that holds both."""
    above = set(_chain(one))
    return next((element for element in _chain(other) if element in above), None)


def _child(whole: Element, element: Element) -> Element | None:
    """The child of an element that holds another one, or is it."""
    if element is whole:
        return None
    for ancestor in _chain(element):
        if ancestor.getparent() is whole:
            return ancestor
    return None
