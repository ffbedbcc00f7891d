"""What does only the whole site show? Blocks that stand on many pages, and what links call each page.

Run after an agency's crawl. Pages are streamed twice: once to count blocks, once to set what was found.
Counting is lossy (Manku and Motwani, "Approximate Frequency Counts over Data Streams", 2002): after every
thousand pages of a host the blocks that are too rare to ever matter are forgotten, so memory does not grow
with the site.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b

from crawler.extract.documents import link_title
from crawler.extract.text import one_line
from crawler.registry import Agency
from crawler.store import DocumentRow, PageStore

FEWEST_PAGES = 5
"""A block on fewer pages of a host is never a part of its template."""
SHARE = 0.3
"""A block on more than this share of a host's pages is a part of its template."""
LONG = 80
LONG_SHARE = 0.05
LONG_FEWEST = 8
"""A block of at least LONG characters is so on LONG_FEWEST pages and this share: nobody writes it twice."""
MAX_ANCHORS = 10
_MAX_ANCHOR = 120
_BUCKET = 1_000  # pages of a host after which rare blocks are forgotten
_LEAST_LEFT = 40  # characters that must be left of a page

_USELESS = re.compile(
    r"""(?:läs\s(?:mer|vidare)(?:\s(?:här|om\sdetta))?|mer(?:\sinformation|\sinfo)?|här|klicka\s(?:här|på\slänken)|klick|länk|
    visa(?:\s(?:mer|alla|sidan|allt))?|se\s(?:mer|alla|här|även)|till(?:\s(?:sidan|startsidan|e-tjänsten|tjänsten|innehåll))|gå\still(?:\ssidan)?|
    öppna|ladda\s(?:ner|ned|hem)|hämta|starta(?:\se-tjänsten)?|start(?:sida|sidan)?|hem|tillbaka|nästa|föregående|
    fler|alla|denna\ssida|den\shär\ssidan|pdf|word|dokument|blankett|e-tjänst|webbplats|hemsida|
    read\smore|more|here|click\shere|learn\smore|view|download|link|home|next|previous|back|details|show)
    [\s.:,!›»>→]*""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(r"https?://|^www\.|^\S+@\S+$|^\S+\.(?:se|nu|com|org|net|eu)(?:/\S*)?$", re.IGNORECASE)


def settle(store: PageStore, agency: Agency) -> int:
    """Set anchors and template blocks of every document of an agency. Return how many documents changed."""
    counts = _BlockCounts()
    for row in store.documents(agency.id):
        counts.add(row.record.host, _blocks(row))
    changed = 0
    texts: Mapping[str, Mapping[str, int]] = {}
    host = None
    for row in store.documents(agency.id):
        record = row.record
        if record.host != host:
            # Documents come by URL, so mostly host after host; only one host's link texts are held at a time.
            host = record.host
            texts = store.link_texts([host])
        names = anchors(texts.get(record.url, {}))
        template = tuple(_template(row, counts))
        if names == row.anchors and template == row.template_blocks:
            continue
        changed += store.settle(record.url, anchors=names, template_blocks=template)
    return changed


def anchors(texts: Mapping[str, int]) -> tuple[str, ...]:
    """The texts of links to a page that say something, the most frequent first, at most MAX_ANCHORS.

    `texts` maps a text to the number of pages that use it. File types and sizes fall away ("Avgifter (pdf,
    80 kB)"), and what differs only in case is one text.
    """
    merged: dict[str, tuple[int, str]] = {}
    for text, count in texts.items():
        name = _spoken(text)
        if not name:
            continue
        key = name.casefold()
        before = merged.get(key)
        # Of several writings the one used most is kept.
        merged[key] = (
            (count + before[0], before[1] if before[0] >= count else name) if before else (count, name)
        )
    ordered = sorted(merged.values(), key=lambda pair: (-pair[0], pair[1]))
    return tuple(name for _, name in ordered[:MAX_ANCHORS])


def _spoken(text: str) -> str:
    text = one_line(text)
    if not text or _ADDRESS.search(text) or _USELESS.fullmatch(text):
        return ""
    text = (link_title(text) or text).strip(" ›»>→-–:")
    if len(text) > _MAX_ANCHOR or not any(map(str.isalpha, text)) or len(text) < 2:
        return ""
    return "" if _USELESS.fullmatch(text) else text


def _blocks(row: DocumentRow) -> set[str]:
    return {block for block in row.record.text.split("\n") if block}


def _template(row: DocumentRow, counts: "_BlockCounts") -> Iterator[str]:
    """The blocks of a page that are the site's template, in order; none where too little would be left."""
    record = row.record
    title = record.title.casefold()
    found: dict[str, None] = {}
    left = 0
    for block in record.text.split("\n"):
        if block and block.casefold() != title and counts.is_template(record.host, block):
            found[block] = None
        else:
            left += len(block)
    if left >= _LEAST_LEFT:
        yield from found


class _BlockCounts:
    """On how many pages of each host does each block stand? Exact for all that matter, flat in memory."""

    def __init__(self) -> None:
        self._pages: dict[str, int] = {}
        self._counts: dict[str, dict[bytes, int]] = {}

    def add(self, host: str, blocks: Iterable[str]) -> None:
        """Count the blocks of one page."""
        pages = self._pages[host] = self._pages.get(host, 0) + 1
        counts = self._counts.setdefault(host, {})
        for block in blocks:
            key = _key(block)
            # A block first seen late may have been forgotten before, at most once in every bucket.
            counts[key] = counts.get(key, (pages - 1) // _BUCKET) + 1
        if pages % _BUCKET == 0:
            rare = pages // _BUCKET
            self._counts[host] = {key: count for key, count in counts.items() if count > rare}

    def is_template(self, host: str, block: str) -> bool:
        """Whether a block stands on so many of a host's pages that it tells nothing of any of them."""
        pages = self._pages.get(host, 0)
        count = self._counts.get(host, {}).get(_key(block), 0)
        if count >= FEWEST_PAGES and count > pages * SHARE:
            return True
        return len(block) >= LONG and count >= LONG_FEWEST and count > pages * LONG_SHARE


def _key(block: str) -> bytes:
    return blake2b(block.encode("utf-8", "surrogatepass"), digest_size=8).digest()
