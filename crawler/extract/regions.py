"""To which region of the page does each block belong: main text, beside it, or the same on every page?

What elements say of themselves (walk.py) comes first. Then what only the page as a whole shows:
1. Without a main landmark, the smallest element that holds most of the running text is taken for the main one
   (running text: what is neither link nor in a menu, header or footer); link-heavy parts outside it are
   chrome.
2. Lists of links before the page's heading, lists that point out the page itself, and links within the page
   are menus.
3. Links below "Relaterad information", "Läs mer" and the like stand beside the text.
4. "Skriv ut", "Hjälpte informationen dig?", "Sidan uppdaterad …" are tools of the page.
5. A page whose content *is* links, or contact boxes, would be left without text: there they are the content.
"""

from collections import Counter
from itertools import groupby, pairwise

from crawler.extract import frame
from crawler.extract.raw_page import Element, RawBlock, RawLink, Walked
from crawler.extract.vocabulary import (
    Part,
    is_feedback_phrase,
    is_page_fact,
    is_related_heading,
    is_row_of_tools,
    is_tool_phrase,
)
from crawler.page import BlockKind, Region

_LINKED = 0.8  # share of link text from which a block is nothing but links
_SHARE = 0.7  # share of the running text that the main element must hold
_LITTLE = 160  # characters of main text below which boxes of contacts and services are counted as main text
_VERY_LITTLE = 80  # characters of main text below which lists of links are looked at again
_WIDER = 4  # elements around the running text that may belong to it
_BUTTONS = 2  # links that stand alone around the running text and are no menu yet
_FEEDBACK_REACH = 6  # blocks after "Hjälpte informationen dig?" that can belong to it


def regions(walked: Walked, *, has_main: bool, title_words: frozenset[str]) -> list[Region]:
    """The region of every block, in order. `title_words` are the words of <title>, in lower case."""
    blocks = walked.blocks
    if not blocks:
        return []
    found = [_declared(block, has_main=has_main) for block in blocks]
    named = next((n for n, b in enumerate(blocks) if _is_page_heading(b, title_words)), None)
    declared = list(found)
    frame.boxes(blocks, found, named, title_words)
    if not has_main:
        frame.footer(blocks, found, named)
    framed = {n for n, region in enumerate(found) if region is not declared[n]}
    if not has_main:
        _by_density(blocks, found, walked.links)
        _between_title_and_text(blocks, found, title_words)
    heading = _page_heading(blocks, found, title_words)
    if heading is not None and not blocks[heading].zone.chrome:
        found[heading] = Region.MAIN
    _menus(blocks, found, walked.links, heading)
    _related(blocks, found)
    _tools(blocks, found)
    _enough(blocks, found, heading, framed, has_main=has_main)
    _lone_headings(blocks, found)
    return found


def _declared(block: RawBlock, *, has_main: bool) -> Region:
    zone = block.zone
    if zone.chrome:
        return Region.CHROME
    if zone.aside:
        return Region.ASIDE
    if has_main and not zone.inside_main:
        # Outside the main landmark and no menu either: a box beside it, if it says anything.
        return Region.ASIDE if block.link_chars < len(block.text) * _LINKED else Region.CHROME
    return Region.MAIN


def _is_links(block: RawBlock) -> bool:
    return block.link_chars >= len(block.text) * _LINKED


def _ancestors(element: Element) -> list[Element]:
    chain = [element]
    chain.extend(element.iterancestors())
    return chain


def _by_density(blocks: list[RawBlock], found: list[Region], links: list[RawLink]) -> None:
    """Find the element that holds the running text, and judge what stands outside it."""
    weights: dict[Element, int] = {}
    chains: dict[Element, list[Element]] = {}
    whole = 0
    for block, region in zip(blocks, found, strict=True):
        if region is not Region.MAIN:
            continue
        running = len(block.text) - block.link_chars
        if running <= 0:
            continue
        # A long paragraph says more than many scraps of the same length together.
        weight = running if running >= 60 or block.kind is not BlockKind.PARAGRAPH else running // 2
        whole += weight
        chain = chains.get(block.owner)
        if chain is None:
            chain = chains[block.owner] = _ancestors(block.owner)
        for element in chain:
            weights[element] = weights.get(element, 0) + weight
    if not whole:
        return
    # The deepest element with enough of the text: weights only shrink on the way down, so the smallest is it.
    enough = [element for element, weight in weights.items() if weight >= whole * _SHARE]
    main = max(enough, key=lambda element: sum(1 for _ in element.iterancestors()))
    while main.tag in {
        "p",
        "span",
        "li",
        "ul",
        "ol",
        "tr",
        "tbody",
        "dl",
        "dd",
        "a",
        "b",
        "font",
        "h1",
        "h2",
    }:
        parent = main.getparent()
        if parent is None or parent.tag in {"body", "html"}:
            break
        main = parent
    main = _widened(main, blocks, found, links)
    within: dict[Element, bool] = {}
    for number, block in enumerate(blocks):
        if found[number] is not Region.MAIN:
            continue
        inside = within.get(block.owner)
        if inside is None:
            inside = within[block.owner] = main in (chains.get(block.owner) or _ancestors(block.owner))
        if not inside:
            found[number] = Region.CHROME if _is_links(block) else Region.ASIDE
    _menus_by_container(blocks, found)


def _between_title_and_text(blocks: list[RawBlock], found: list[Region], title_words: frozenset[str]) -> None:
    """What stands between the page's heading and the running text belongs to the text."""
    first = next((n for n, region in enumerate(found) if region is Region.MAIN), 0)
    named = next((n for n in range(first - 1, -1, -1) if _is_page_heading(blocks[n], title_words)), None)
    if named is None:
        return
    for number in range(named, first):
        if found[number] is Region.ASIDE and not blocks[number].zone.aside and not _is_links(blocks[number]):
            found[number] = Region.MAIN


def _is_page_heading(block: RawBlock, title_words: frozenset[str]) -> bool:
    if block.kind is not BlockKind.HEADING or block.zone.chrome or block.link_chars:
        return False
    return block.level == 1 or (block.level == 2 and not title_words.isdisjoint(block.text.lower().split()))


def _lone_headings(blocks: list[RawBlock], found: list[Region]) -> None:
    """Headings with nothing below them head what was put aside: at the end, and "På sidan" anywhere."""
    main = [number for number, region in enumerate(found) if region is Region.MAIN]
    for number, following in pairwise(main):
        heads = blocks[number].kind is blocks[following].kind is BlockKind.HEADING
        if heads and following > number + 1 and is_related_heading(blocks[number].text):
            found[number] = Region.CHROME
    for number in range(len(blocks) - 1, -1, -1):
        if found[number] is not Region.MAIN:
            continue
        if blocks[number].kind is not BlockKind.HEADING or blocks[number].level == 1:
            return
        found[number] = Region.CHROME


def _widened(main: Element, blocks: list[RawBlock], found: list[Region], links: list[RawLink]) -> Element:
    """The main element with what surrounds it closely: a lead, a button to start a service, but no menu."""
    menu_links: dict[Element, int] = {}
    for link in links:
        number = link.block
        if 0 <= number < len(blocks) and found[number] is Region.MAIN and _is_links(blocks[number]):
            for element in _ancestors(blocks[number].owner):
                menu_links[element] = menu_links.get(element, 0) + 1
    for _ in range(_WIDER):
        parent = main.getparent()
        if parent is None or parent.tag in {"body", "html", "form"}:
            break
        if menu_links.get(parent, 0) - menu_links.get(main, 0) > _BUTTONS:
            break
        main = parent
    return main


def _menus_by_container(blocks: list[RawBlock], found: list[Region]) -> None:
    """Without landmarks, a run of four or more link blocks before any paragraph is a menu."""
    seen_text = 0
    start = 0
    for linked, run in groupby(
        range(len(blocks)), key=lambda n: found[n] is Region.MAIN and _is_links(blocks[n])
    ):
        numbers = list(run)
        start = numbers[0]
        if linked and len(numbers) >= 4 and seen_text < 60 and start < len(blocks) // 2:
            for number in numbers:
                if blocks[number].kind is not BlockKind.HEADING:
                    found[number] = Region.CHROME
        elif not linked:
            seen_text += sum(
                len(blocks[n].text)
                for n in numbers
                if found[n] is Region.MAIN
                and (blocks[n].kind is BlockKind.HEADING or len(blocks[n].text) > 60)
            )


def _page_heading(blocks: list[RawBlock], found: list[Region], title_words: frozenset[str]) -> int | None:
    """The index of the heading that names the page: a main h1, else the h1 that <title> repeats."""
    candidates = [n for n, b in enumerate(blocks) if b.kind is BlockKind.HEADING and b.level == 1]
    for number in candidates:
        if found[number] is Region.MAIN:
            return number
    for number in candidates:
        if not blocks[number].zone.chrome and blocks[number].link_chars == 0:
            return number
    for number in candidates:
        words = set(blocks[number].text.lower().split())
        if words and len(words & title_words) >= len(words) * 0.6 and blocks[number].link_chars == 0:
            return number
    return None


def _menus(blocks: list[RawBlock], found: list[Region], links: list[RawLink], heading: int | None) -> None:
    current = {link.block for link in links if link.current}
    owners: set[Element] = set()
    for number in current:
        if 0 <= number < len(blocks) and blocks[number].kind is not BlockKind.HEADING:
            owners.add(_list_of(blocks[number].owner))
    for number, block in enumerate(blocks):
        if found[number] is Region.CHROME or block.kind is BlockKind.HEADING:
            continue
        jumps = block.anchor_chars >= len(block.text) * _LINKED
        in_menu = bool(owners) and _is_links(block) and _list_of(block.owner) in owners
        if jumps or in_menu:
            found[number] = Region.CHROME
    if heading is None:
        return
    named = blocks[heading].text
    for number in range(max(heading - 5, 0), heading):
        if blocks[number].text == named and blocks[number].kind is not BlockKind.HEADING:
            found[number] = (
                Region.CHROME
            )  # the last step of the way to the page, or its name over its picture
    before = [n for n in range(heading) if found[n] is Region.MAIN and _is_links(blocks[n])]
    if len(before) >= 3 or (before and _links_in(links, before) >= 3):
        for number in before:
            found[number] = Region.CHROME


def _links_in(links: list[RawLink], numbers: list[int]) -> int:
    within = Counter(link.block for link in links)
    return sum(within[number] for number in numbers)


def _list_of(element: Element) -> Element:
    """The outermost list that an element stands in, or the element itself."""
    outer = element
    for ancestor in element.iterancestors():
        if ancestor.tag in {"ul", "ol"}:
            outer = ancestor
        elif ancestor.tag in {"body", "main", "article", "section", "table"}:
            break
    return outer


def _related(blocks: list[RawBlock], found: list[Region]) -> None:
    under = 0  # level of the heading that leads to other pages
    leader = -1
    for number, block in enumerate(blocks):
        if found[number] is not Region.MAIN:
            continue
        if block.kind is BlockKind.HEADING:
            if under and block.level > under and _is_links(block):
                found[number] = Region.ASIDE
                continue
            under = 0
            if is_related_heading(block.text):
                under, leader = block.level, number
            continue
        if not under:
            continue
        if block.link_chars >= len(block.text) * 0.6:
            found[number] = found[leader] = Region.ASIDE
        elif found[leader] is Region.MAIN or len(block.text) > 200:
            under = 0
        else:
            found[number] = Region.ASIDE  # a line about the link above it


def _tools(blocks: list[RawBlock], found: list[Region]) -> None:
    reach = 0
    for number, block in enumerate(blocks):
        if found[number] is Region.CHROME:
            continue
        text = block.text
        if reach:
            reach -= 1
            if block.kind is BlockKind.HEADING or len(text) > 120:
                reach = 0
            else:
                found[number] = Region.CHROME
                continue
        if len(text) > 160:
            continue
        if is_feedback_phrase(text):
            # A question that the page goes on to answer at length is content.
            if (
                number + 1 < len(blocks)
                and len(blocks[number + 1].text) > 200
                and found[number + 1] is Region.MAIN
            ):
                continue
            found[number] = Region.CHROME
            reach = _FEEDBACK_REACH
        elif block.kind is not BlockKind.TABLE_ROW and (
            is_tool_phrase(text) or is_page_fact(text) or is_row_of_tools(text) or frame.is_crumb_line(block)
        ):
            if block.kind is BlockKind.HEADING and block.level == 1:
                continue
            found[number] = Region.CHROME


def _enough(
    blocks: list[RawBlock], found: list[Region], heading: int | None, framed: set[int], *, has_main: bool
) -> None:
    """A page without main text has its content in what was put aside; give it back, the likeliest first.

    What is `framed` stands on every page, and stays where it is.
    """

    def size() -> int:
        return sum(
            len(b.text)
            for b, r in zip(blocks, found, strict=True)
            if r is Region.MAIN and b.kind is not BlockKind.HEADING
        )

    start = heading if heading is not None else -1
    main = size()
    weak = [
        n
        for n, b in enumerate(blocks)
        if found[n] is Region.ASIDE
        and b.zone.part in {Part.CONTACT, Part.SERVICE}
        and _near(b, has_main)
        and n > start
    ]
    if weak and main < max(_LITTLE, sum(len(blocks[n].text) for n in weak) // 2):
        _give_back(found, weak)
        main = size()
    little = _VERY_LITTLE if heading is not None or has_main else 1
    if main >= little:
        return
    for part in (Part.RELATED, Part.ASIDE, Part.NONE, Part.NAV):
        back = [
            n
            for n, b in enumerate(blocks)
            if found[n] is not Region.MAIN
            and n not in framed
            and b.zone.part is part
            and (part is not Part.NAV or b.zone.inside_main)
            and _near(b, has_main)
            and n > start
            and b.anchor_chars == 0
            and not is_tool_phrase(b.text)
            and not is_page_fact(b.text)
            and not is_feedback_phrase(b.text)
        ]
        if back:
            _give_back(found, back)
            main = size()
        if main >= little:
            return


def _near(block: RawBlock, has_main: bool) -> bool:
    return block.zone.inside_main or not has_main


def _give_back(found: list[Region], numbers: list[int]) -> None:
    for number in numbers:
        found[number] = Region.MAIN
