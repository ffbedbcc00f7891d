"""What does a rule get to see of a page? Short, lower-cased, bounded texts, made once for all rules.

Every place that a rule can look at is a `Look`. Texts that a hostile page could make huge are cut here, so
that no rule needs to mind.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.page import BlockKind, ExtractedPage, PageForm, PageLink, Region


class Look(StrEnum):
    """Where a rule looks."""

    HOST = "host"
    PATH = "path"  # decoded path with query, in lower case
    NAME = "name"  # the page's title and its first heading
    HEADINGS = "headings"
    LEAD = "lead"  # the first 1,800 characters of the main text
    TEXT = "text"  # the first 12,000 characters of the main text
    LINKS = "links"  # link texts of main text and asides, one a line
    LINK_PATHS = "link_paths"  # paths of the same links, one a line
    TRAIL = "trail"  # breadcrumb
    SCHEMA = "schema"  # schema.org and microformat types, in lower case, between spaces
    META = "meta"  # what <meta> says of the kind of page: "name=value" a line
    INBOUND = "inbound"  # texts of the links that lead here
    SHAPE = "shape"  # what was counted: words such as "form:personal", "links:dense" (see `_shape`)


_TITLE_CHARS = 300
_LEAD_CHARS = 1_800
_TEXT_CHARS = 12_000
_LINKS = 250
_LINK_CHARS = 160
_META_KEYS = (
    *("og:type", "article:section", "pagetype", "page-type", "page_type", "dcterms.type", "dc.type"),
    *("dc.subject", "category", "contenttype", "content-type-name", "template", "epi.pagetype"),
    *("doctype", "subject"),
)

_PERSONAL = re.compile(
    r"person(?:nummer|nr)|samordningsnummer|förnamn|efternamn|\bnamn\b|adress|postnummer|mobil|telefon"
    r"|e-?post"
    r"|organisationsnummer|fastighetsbeteckning|vårdnadshavare|sökande"
    r"|first ?name|last ?name|full name|date of birth|social security|\bssn\b|address|phone|e-?mail"
)
_STRONG_PERSONAL = re.compile(
    r"person(?:nummer|nr)|samordningsnummer|fastighetsbeteckning|social security|\bssn\b|date of birth"
    r"|organisationsnummer|vårdnadshavare|sökande"
)
_FEEDBACK = re.compile(
    r"hjälpte (?:sidan|informationen|det här|den här)|var (?:sidan|informationen|det här)|nöjd med"
    r"|synpunkt på sidan"
    r"|hittade du (?:det )?(?:du|vad)|tyck till om (?:sidan|webb)|förbättra (?:sidan|webb)"
    r"|rapportera fel på sidan"
    r"|was this (?:page|helpful)|did you find|feedback|newsletter|nyhetsbrev|prenumerera|subscribe"
    r"|mailing list"
)
_SEARCH = re.compile(r"\bsök\b|sök på|sökord|search|fritext|\bq\b|\bquery\b|filter|filtrera")
_LOGIN = re.compile(r"lösenord|password|användarnamn|user ?name|logga in|log ?in|sign ?in")
_SEND = re.compile(
    r"skicka|nästa|fortsätt|starta|ansök|anmäl|boka|beställ|lämna in|signera|spara|submit|continue|next"
    r"|apply|send"
)
_BLANK = re.compile(r"_{5,}|\.{12,}|…{4,}|☐|□|❑|\[ \]|\( \)")
_PARAGRAPH_SIGN = re.compile(r"(?m)^\W{0,3}(?:§+ ?\d{1,4}\b|\d{1,4} ?[a-z]? ?§)")
_CHAPTER = re.compile(r"(?m)^\W{0,3}(?:\d{1,3} ?[a-z]? kap\.?(?:\s|$)|(?:section|article|part) \d{1,4}\b)")
_PHONE = re.compile(r"(?:\+46|\b0)[\d(][\d ()–-]{5,14}\d")
_WEEKDAY = re.compile(
    r"\b(?:mån|tis|ons|tors?|fre|lör|sön)(?:dag(?:ar)?)?\b|\bvardagar\b|\b(?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)day\b"
)
_CLOCK = re.compile(r"\b(?:kl\.? ?)?\d{1,2}(?:[.:]\d\d)? ?(?:[–—-]|till|to) ?\d{1,2}(?:[.:]\d\d)?\b")
_MEETING_LINK = re.compile(
    r"protokoll|kallelse|föredragningslista|dagordning|sammanträde|\bminutes\b|\bagendas?\b"
    r"|meeting (?:packet|notice)"
)
_MEETING_WORDS = ("minutes", "agenda", "protokoll", "kallelse")
_ESERVICE_LINK = re.compile(r"e-tjänst|^(?:ansök|anmäl|beställ|boka|begär|felanmäl|säg upp|registrera)\b")

_ERRAND_TITLE = re.compile(
    r"(?:ansök|anmäl|beställ|boka|sök|begär|felanmäl|säg upp|registrera|lämna|ändra|betala|apply|book"
    r"|request|order"
    r"|register|renew|download|track|check|opt out|declaration of|starta)\b|[^\n]{0,40}\be-tjänst\b"
)
_PROSE = 60
"""Characters from which a block is running text."""

OFFICE_TYPES = {
    "application/pdf": "pdf",
    "application/msword": "office",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "office",
    "application/vnd.oasis.opendocument.text": "office",
    "application/rtf": "office",
    "text/rtf": "office",
}


class PageView:
    """One page as rules see it: a text for every `Look`, made when first asked for."""

    def __init__(self, url: str, page: ExtractedPage, inbound: Iterable[str] = ()) -> None:
        self.page = page
        self._inbound = inbound
        self.host, self.path = split_url(url)
        self.is_document = page.content_type in OFFICE_TYPES

    @cached_property
    def name(self) -> str:
        first = self.page.headings()[:1]
        title = self.page.title[:_TITLE_CHARS].lower()
        heading = first[0][:_TITLE_CHARS].lower() if first else ""
        return title if heading in {"", title} else f"{title}\n{heading}"

    @cached_property
    def headings(self) -> str:
        return "\n".join(heading[:_LINK_CHARS] for heading in self.page.headings()[:60]).lower()

    @cached_property
    def text(self) -> str:
        parts: list[str] = []
        left = _TEXT_CHARS
        for block in self.page.blocks:
            if block.region is Region.MAIN:
                parts.append(block.text[:left])
                left -= len(block.text) + 1
                if left <= 0:
                    break
        return "\n".join(parts).lower()

    @cached_property
    def lead(self) -> str:
        return self.text[:_LEAD_CHARS]

    @cached_property
    def own_links(self) -> tuple[PageLink, ...]:
        """The links of the main text and the asides, bounded."""
        found: list[PageLink] = []
        for link in self.page.links:
            if link.region is not Region.CHROME:
                found.append(link)
                if len(found) == _LINKS:
                    break
        return tuple(found)

    @cached_property
    def links(self) -> str:
        return "\n".join(link.text[:_LINK_CHARS] for link in self.own_links).lower()

    @cached_property
    def link_paths(self) -> str:
        return "\n".join(link.url[-_LINK_CHARS:] for link in self.own_links).lower()

    @cached_property
    def trail(self) -> str:
        return " / ".join(step[:80] for step in self.page.breadcrumb[:12]).lower()

    @cached_property
    def schema(self) -> str:
        types: list[str] = []
        for item in self.page.schema_items[:40]:
            types += schema_types(item)
        return f" {' '.join(types).lower()} "

    @cached_property
    def meta(self) -> str:
        meta = self.page.meta
        return "\n".join(f"{key}={meta[key][:100]}" for key in _META_KEYS if key in meta).lower()

    @cached_property
    def inbound(self) -> str:
        return "\n".join(text[:_LINK_CHARS] for text in tuple(self._inbound)[:20]).lower()

    @cached_property
    def shape(self) -> str:
        return f" {' '.join(self._shape())} "

    def _shape(self) -> list[str]:
        page, words = self.page, []
        length = len(self.text)
        words.append(f"type:{OFFICE_TYPES.get(page.content_type, 'html')}")
        words.append("text:none" if length < 40 else "text:short" if length < 500 else "text:long")
        if length >= 1_500:
            words.append("text:ample")
        for form in page.forms[:20]:
            if form.region is not Region.CHROME:
                words += form_shape(form)
        words += self._density()
        words += self._counts()
        if _ERRAND_TITLE.match(self.name):
            words.append("title:errand")
        return words

    def _counts(self) -> list[str]:
        text = self.text
        words = []
        if len(_BLANK.findall(text)) >= 3:
            words.append("blanks:many")
        if "§" in text:
            signs = len(_PARAGRAPH_SIGN.findall(text))
            words += ["paragraphs:some"] if 2 <= signs < 6 else ["paragraphs:many"] if signs >= 6 else []
        if len(_CHAPTER.findall(text)) >= 3:
            words.append("chapters:some")
        often = sum(text.count(word) for word in _MEETING_WORDS)
        about_meetings = "meeting" in text or "sammanträd" in text or "protokoll" in text
        gathered = text.count("meeting")
        papers = about_meetings and often >= 5 and often * 450 >= len(text)
        if papers or (gathered >= 8 and gathered * 300 >= len(text)):
            words.append("meetings:often")
        facts = _facts(text)
        if facts and facts * 220 >= len(text):
            words.append("contacts:dense")
        if facts >= 6 and facts * 350 >= len(text):
            words.append("contacts:many")
        if facts or _facts(self._asides()):
            words.append("contacts:some")
        if (found := _WEEKDAY.search(text)) and _CLOCK.search(text, found.start()):
            words.append("hours:some")
        return words

    def _asides(self) -> str:
        return self.page.text(Region.ASIDE)[:3_000]

    def _density(self) -> list[str]:
        main = [link for link in self.own_links if link.region is Region.MAIN and link.text]
        words = []
        prose = sum(
            len(b.text)
            for b in self.page.blocks
            if b.region is Region.MAIN and b.kind is not BlockKind.HEADING and len(b.text) > _PROSE
        )
        linked = sum(len(link.text) for link in main)
        prose -= min(prose, linked)
        if prose < 120:
            words.append("prose:none")
        elif prose > 600:
            words.append("prose:ample")
        if len(main) >= 3 and linked * 2 >= len(self.text):
            words.append("links:dense")
        if len(main) >= 8 and linked * 5 >= len(self.text) * 3:
            words.append("links:listing")
        texts = {link.text for link in main}
        bodies = [
            b.text for b in self.page.blocks if b.region is Region.MAIN and b.kind is not BlockKind.HEADING
        ]
        pure = [text for text in bodies if text in texts]
        if len(pure) >= 3 and 2 * len(pure) >= len(bodies) and sum(map(len, bodies)) < 4_000:
            words.append("links:index")
        meetings = sum(1 for link in self.own_links if _MEETING_LINK.search(link.text.lower()))
        if meetings >= 4 and meetings * 3 >= len(main):
            words.append("links:meetings")
        services = sum(1 for link in main if _ESERVICE_LINK.search(link.text.lower()))
        if services >= 5 and services * 2 >= len(main):
            words.append("links:services")
        return words


def _facts(text: str) -> int:
    """How many phone numbers and e-mail addresses, roughly."""
    return len(_PHONE.findall(text)) + text.count("@") + text.count("(at)")


def form_shape(form: PageForm) -> list[str]:
    """What a form is for: "form:personal", "form:feedback", "form:search", "form:login"; "submit:send"."""
    fields = " | ".join(form.fields[:60]).lower()
    submit = form.submit[:100].lower()
    whole = f"{fields} | {submit} | {form.action[-120:].lower()}"
    if "password" in form.types or _LOGIN.search(fields):
        return ["form:login"]
    if _FEEDBACK.search(whole) and not _STRONG_PERSONAL.search(fields):
        return ["form:feedback"]
    if _SEARCH.search(whole) and len(form.fields) <= 4 and not _STRONG_PERSONAL.search(fields):
        return ["form:search"]
    words = []
    asked = len(_PERSONAL.findall(fields))
    if asked >= 2 or _STRONG_PERSONAL.search(fields) or (asked and len(form.fields) >= 3):
        words.append("form:personal")
    elif len(form.fields) >= 2:
        words.append("form:questions")
    if submit and _SEND.search(submit):
        words.append("submit:send")
    if "file" in form.types:
        words.append("form:upload")
    return words


def schema_types(item: dict[str, Any], depth: int = 0) -> list[str]:
    """The @type of an item and of those inside it, without the schema.org prefix; at most two levels down."""
    raw = item.get("@type", item.get("type", ""))
    values = raw if isinstance(raw, list) else [raw]
    types = [str(value).rsplit("/", 1)[-1][:60] for value in values[:5] if value]
    if depth < 2:
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            inner = item.get(key)
            for child in (inner if isinstance(inner, list) else [inner])[:20]:
                if isinstance(child, dict):
                    types += schema_types(child, depth + 1)
    return types


def split_url(url: str) -> tuple[str, str]:
    """Host and decoded path with query of a URL, both in lower case and bounded; empty where it is no URL."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "", ""
    path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
    return host[:253], path[:600].lower()
