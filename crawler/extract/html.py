"""What does an HTML page say? Parsed once, walked once; every part is read by the module that knows it."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from lxml import etree

from crawler.extract import charset
from crawler.extract.breadcrumbs import breadcrumb
from crawler.extract.dates import PageDates
from crawler.extract.head import Head, read_head
from crawler.extract.kinds import Kind
from crawler.extract.language import decide
from crawler.extract.raw_page import Element, RawForm, Walked
from crawler.extract.regions import regions
from crawler.extract.structured import schema_items
from crawler.extract.text import one_line, shorten
from crawler.extract.titles import name_page
from crawler.extract.walk import walk_page
from crawler.outcomes import Outcome
from crawler.page import (
    Block,
    BlockKind,
    ExtractedPage,
    FetchedPage,
    PageForm,
    PageLink,
    Region,
    UnreadablePage,
)
from crawler.urls import absolutise

MAX_HTML = 6_000_000
"""Bytes of a page that are parsed; what comes after them is not read."""
_MAX_DESCRIPTION = 400
_LITTLE_TEXT = 600  # characters up to which a page called "not found" is an error page

_NO_CONTROLS = bytes(code if code >= 32 or code in b"\t\n\r" else 32 for code in range(256))
_TAG = re.compile(r"<[^>]{0,2000}>")
_WORD = re.compile(r"\w+")
_ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_NEW_WINDOW_HINT = re.compile("fönster|flik|window|new tab|webbplats|extern", re.IGNORECASE)
_NEW_WINDOW = re.compile(
    r"\s*[(\[]?\s*(?:(?:länk till annan webbplats|extern länk|länken)[.,]?\s*)?"
    r"(?:öppnas? i (?:ett )?(?:nytt|ny) (?:fönster|flik)|opens in (?:a )?new (?:window|tab)"
    r"|länk till annan webbplats|extern länk)"
    r"\.?\s*[)\]]?\s*$",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"""(?:
    (?:sidan|sida|innehållet|dokumentet|adressen)\s(?:du\s(?:söker|letar\sefter|försöker\snå)\s)?
      (?:finns\s(?:tyvärr\s)?(?:inte|ej)|saknas|(?:kunde|kan|gick)\s(?:tyvärr\s)?(?:inte|ej)\s(?:att\s)?(?:hittas|visas|hitta)|hittades\s(?:inte|ej)
      |är\sborttagen|har\s(?:tagits\sbort|flyttats)|existerar\sinte)
    | (?:vi\s)?(?:hittar|hittade|kan)\s(?:tyvärr\s)?inte\s(?:hitta\s)?(?:sidan|den\ssida)
    | (?:page|file|content|document)\s(?:(?:you\srequested\s)?(?:could\s|can)\s?not\sbe\sfound
      |not\sfound|does\snot\sexist|no\slonger\sexists)
    | page\scannot\sbe\sfound | not\sfound | ^\W*(?:404|410)\b(?!\s?§)
    # A number at the end may be a road's, a law's or a room's.
    | \b(?:fel|felkod|error|http|status|kod)\s?:?\s?(?:404|410)\b | (?:\s[-–—|·]\s|\s[(])(?:404|410)\W*$
    | ogiltig\s(?:sida|länk|adress) | the\srequested\surl\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_EASY = re.compile(
    r"l[äa]tt[\s_-]?l[äa]st?a?\b|lätt\satt\släsa|lätt\ssvenska|\bLL-?version|easy[\s-]to[\s-]read|easy[\s-]read",
    re.IGNORECASE,
)


_OF_HEAD = frozenset({"title", "meta", "link", "base", "style", "script", "noscript", "template"})


def parse(text: str) -> Element | None:
    """The tree of a page, or None where there is no element in it. Survives any depth of nesting."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    raw = text.encode("utf-8", "replace").translate(_NO_CONTROLS)
    root = _parsed(raw, huge=False)
    if root is not None and len(raw) > 2_000 and not _has_text(root):
        # libxml2 drops everything below 256 levels; with huge_tree it goes to 2048.
        deeper = _parsed(raw, huge=True)
        if deeper is not None and _has_text(deeper):
            return deeper
        flat = one_line(_TAG.sub(" ", text[:MAX_HTML]))
        if len(flat) > 40 and "<script" not in text[:MAX_HTML].lower():
            paragraph = etree.SubElement(etree.SubElement(etree.Element("html"), "body"), "p")
            paragraph.text = flat
            return paragraph.getroottree().getroot()
    return root


def _has_text(root: Element) -> bool:
    """Whether the body holds a line of text at least."""
    body = root.find("body")
    size = 0
    for text in () if body is None else body.itertext():
        size += len(text)
        if size >= 40:
            return True
    return False


def _parsed(raw: bytes, *, huge: bool) -> Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, recover=True, huge_tree=huge
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if root is not None:
        _empty_head(root)
    return root


def _empty_head(root: Element) -> None:
    """Put what no head can hold into the body.

    HTML lets </head> and <body> be left out, and minifiers do so. libxml2 knows no element later than HTML 4,
    so a <main> that follows leaves it in the head.
    """
    head = root.find("head")
    strays = [] if head is None else [element for element in head if element.tag not in _OF_HEAD]
    if not strays:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    before, body.text = body.text, None
    for place, element in enumerate(strays):
        body.insert(place, element)
    strays[-1].tail = (strays[-1].tail or "") + (before or "")


def extract_html(page: FetchedPage) -> ExtractedPage:
    """Read an HTML page. Raise UnreadablePage where there is nothing to read."""
    body = page.body[:MAX_HTML]
    if not body.strip():
        raise UnreadablePage(Outcome.EMPTY, "the body is empty")
    text = charset.decode(body, page.headers.get("content-type", ""))
    if _is_garbage(text):
        raise UnreadablePage(Outcome.EXTRACTION_FAILED, "the body is no text, though it is sent as HTML")
    root = parse(text)
    if root is None:
        raise UnreadablePage(Outcome.EMPTY, "there is no element in the page")
    head = read_head(root, page.url, page.headers)
    main = _main_landmark(root, text)
    walked = walk_page(root, main)
    if main is not None and _main_is_elsewhere(walked):
        main = None
        walked = walk_page(root, None)
    title_words = frozenset(_WORD.findall(f"{head.title} {head.meta.get('og:title', '')}".lower()))
    places = regions(walked, has_main=main is not None, title_words=title_words)
    items = schema_items(root, text)
    return _assemble(page, head, walked, places, items, has_main=main is not None)


def _is_garbage(text: str) -> bool:
    start = text[:4000]
    odd = len(_ODD.findall(start))
    return odd > max(20, len(start) // 10)


def _main_landmark(root: Element, source: str) -> Element | None:
    """The <main> or role=main element with the most text; None where there is none worth the name."""
    marked = list(root.iter("main"))[:20]
    if not marked or "role" in source:
        marked += [element for element in root.xpath("//*[@role='main']")[:20] if element.tag != "main"]
    if not marked:
        return None
    best = marked[0] if len(marked) == 1 else max(marked, key=lambda element: len(element.xpath("string()")))
    if (
        next(best.iter("p", "form", "input", "h1", "h2"), None) is None
        and len(one_line(best.xpath("string()"))) < 20
    ):
        return None
    return best


def _main_is_elsewhere(walked: Walked) -> bool:
    """Whether the landmark was put around next to nothing, while the text stands outside it."""
    inside = outside = 0
    for block in walked.blocks:
        if block.zone.inside_main:
            inside += block.running
        elif not block.zone.chrome and not block.zone.aside:
            outside += block.running
    return inside < 150 and outside > 300 and outside > inside * 5


def _assemble(
    page: FetchedPage,
    head: Head,
    walked: Walked,
    places: list[Region],
    items: tuple[dict[str, object], ...],
    *,
    has_main: bool,
) -> ExtractedPage:
    raw = walked.blocks
    blocks = tuple(
        Block(
            _without_window_note(block.text) if block.link_chars else block.text,
            block.kind,
            place,
            block.level,
        )
        for block, place in zip(raw, places, strict=True)
    )
    headings = [
        (b.level, b.text, b.region is Region.MAIN)
        for b in blocks
        if b.kind is BlockKind.HEADING and b.region is not Region.ASIDE
    ]
    title, site = name_page(head, headings, page.url)
    main_texts = [b.text for b in blocks if b.region is Region.MAIN]
    running = sum(len(b.text) for b in blocks if b.region is Region.MAIN and b.kind is not BlockKind.HEADING)
    _refuse_error_page(title, head.title, headings, running)
    forms = tuple(_form(form, head.base, walked, places, has_main=has_main) for form in walked.forms)
    if not main_texts and not any(form.fields and form.region is Region.MAIN for form in forms):
        beside = [b for b in blocks if b.region is Region.ASIDE]
        if not beside:
            raise UnreadablePage(Outcome.EMPTY, "the page has neither text nor a form")
    language, evidence = decide("\n".join(main_texts) or title, head.language, head.language_source)
    way = breadcrumb(walked, items, title, site)
    published, modified = _dates(page, head, walked, places, items)
    return ExtractedPage(
        url=page.url,
        content_type=Kind.HTML.value,
        title=title,
        site_name=site,
        blocks=blocks,
        description=_description(head, blocks, title),
        breadcrumb=way,
        language=language,
        language_evidence=evidence,
        easy_read=is_easy_read(
            page.url, title, way, [text for level, text, main in headings if main and level <= 2]
        ),
        published=published,
        modified=modified,
        links=_links(head.base, walked, places),
        forms=forms,
        schema_items=items,
        meta=head.meta,
        canonical=head.canonical,
        robots=head.robots,
    )


def _refuse_error_page(title: str, whole: str, headings: list[tuple[int, str, bool]], running: int) -> None:
    if running > _LITTLE_TEXT:
        return
    first = next((text for level, text, _ in headings if level <= 2), "")
    for name in (title, first, whole):
        if name and len(name) < 150 and (match := _NOT_FOUND.search(name)):
            raise UnreadablePage(Outcome.SOFT_404, f"status 200, but it says {match.group().strip()!r}")


def is_easy_read(url: str, title: str, way: tuple[str, ...], headings: list[str]) -> bool:
    """Whether a page is written in easy Swedish ("lättläst"), as its address, title, way or headings say."""
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    folded = path.lower().replace("%c3%a4", "ä")
    return any(_EASY.search(part[:300]) for part in (folded, title, *way, *headings[:6]))


def _description(head: Head, blocks: tuple[Block, ...], title: str) -> str:
    for name in (
        "description",
        "og:description",
        "dcterms.description",
        "dc.description",
        "twitter:description",
    ):
        found = head.meta.get(name, "")
        if len(found) > 20 and found.lower() != title.lower():
            return shorten(found, _MAX_DESCRIPTION)
    for block in blocks:
        if block.region is Region.MAIN and block.kind is BlockKind.PARAGRAPH and len(block.text) > 60:
            return shorten(block.text.replace("\n", " "), _MAX_DESCRIPTION)
    return ""


def _dates(
    page: FetchedPage, head: Head, walked: Walked, places: list[Region], items: tuple[dict[str, object], ...]
) -> tuple[date | None, date | None]:
    dates = PageDates(page.fetched)
    dates.from_meta(head.meta)
    dates.from_items(items)
    blocks = walked.blocks
    if walked.times and not (dates.published and dates.modified):
        near = []
        for time in walked.times[:40]:
            around = blocks[time.block].text if time.block < len(blocks) else ""
            near.append((time.value, time.names, around))
        dates.from_times(near)
    if not (dates.published and dates.modified):
        dates.from_text(line for block in blocks for line in block.text.split("\n"))
    return dates.result()


@lru_cache(maxsize=16_384)
def _absolute_from_root(origin: str, href: str) -> str:
    return absolutise(origin, href) or ""


def _absolute(base: str, origin: str, href: str) -> str:
    # Menus repeat the same links on every page; these do not depend on which page it is.
    if href.startswith("/") or href[:7].lower() in {"http://", "https:/"}:
        return _absolute_from_root(origin, href) if len(href) < 500 else absolutise(base, href) or ""
    return absolutise(base, href) or ""


def _origin(base: str) -> str:
    try:
        parts = urlsplit(base)
    except ValueError:
        return base
    return f"{parts.scheme}://{parts.netloc}/"


def _links(base: str, walked: Walked, places: list[Region]) -> tuple[PageLink, ...]:
    origin = _origin(base)
    links = []
    for raw in walked.links:
        url = _absolute(base, origin, raw.href)
        if not url:
            continue
        known = 0 <= raw.block < len(places)
        if raw.zone.chrome and not (known and walked.blocks[raw.block].zone is raw.zone):
            place = Region.CHROME
        else:
            place = places[raw.block] if known else places[-1] if places else Region.MAIN
        links.append(PageLink(url, _without_window_note(raw.text), place, raw.context, raw.rel))
    return tuple(links)


@lru_cache(maxsize=16_384)
def _without_window_note(text: str) -> str:
    """A link's text without "öppnas i nytt fönster"."""
    if not _NEW_WINDOW_HINT.search(text, max(len(text) - 70, 0)):
        return text
    return _NEW_WINDOW.sub("", text).rstrip(" ,;") or text


def _region_of_form(raw: RawForm, places: list[Region], *, has_main: bool) -> Region:
    """Where a form stands: where its text does; one of labels and fields only, where it says itself."""
    inside = places[raw.block : raw.end]
    for region in (Region.MAIN, Region.ASIDE):
        if region in inside:
            return region
    if raw.zone.aside or (has_main and not raw.zone.inside_main):
        return Region.ASIDE
    return Region.MAIN


def _form(raw: RawForm, base: str, walked: Walked, places: list[Region], *, has_main: bool) -> PageForm:
    if raw.search or raw.zone.chrome:
        region = Region.CHROME
    else:
        region = _region_of_form(raw, places, has_main=has_main)
    return PageForm(
        action=absolutise(base, raw.action) or base,
        method=raw.method if raw.method in {"get", "post"} else "get",
        fields=tuple(walked.labels.get(identity, shown) for identity, shown, _ in raw.names),
        types=tuple(kind for _, _, kind in raw.names),
        submit=raw.submit,
        region=region,
    )
