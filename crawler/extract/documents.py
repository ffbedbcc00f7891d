"""What does a PDF or office document say? What the reader found, made a page: title, language, dates."""

import re
from datetime import date
from urllib.parse import unquote, urlsplit

from crawler.extract.dates import PageDates, http_date, parse_date
from crawler.extract.document_reader import READER, DocumentLimits
from crawler.extract.head import header_directives, language_code
from crawler.extract.html import is_easy_read
from crawler.extract.kinds import Kind
from crawler.extract.language import decide
from crawler.extract.raw_document import RawDocument
from crawler.extract.text import one_line, shorten
from crawler.extract.titles import MAX_TITLE, readable_file_name
from crawler.page import Block, BlockKind, ExtractedPage, FetchedPage, PageForm, Region

_FIRST_LINES = 25  # lines in which a document tells its own date

_FILE_NAME = re.compile(
    r"\.(?:docx?|dotx?|pdf|indd|xlsx?|pptx?|odt|rtf|txt|qxd|ai|eps|tif|jpe?g|png|msg|htm|html)\b|^[\w]{1,40}_[\w]+$|\\|^\S*\d{5,}\S*$",
    re.IGNORECASE,
)
_JUNK = re.compile(
    r"""^(?:microsoft\s(?:word|powerpoint|excel|publisher).*|untitled.*|namnlös.*|utan\stitel|dokument\s?\d*|document\s?\d*|word
    |powerpoint[-\s]presentation|presentation\s?\d*|bild\s\d+|slide\s\d+|layout\s\d+|rubrik\s?\d?|titel|title|mall\b.*|.*\bmall(?:en)?$
    |template.*|blad\s?\d*|print|scan.*|inskannat.*|skannat.*|img.*|page\s\d+|sida\s\d+|\W*|[0-9a-f\-{}]{16,}|no\sjob\sname|adobe.*
    |normal|brev|fax|pm|test|kopia\sav.*|copy\sof.*|\(?anonymous\)?|unspecified|none|null|default|tom)$""",
    re.IGNORECASE | re.VERBOSE,
)
# Words that many documents are headed with; alone they tell one from the other no more than "Document" does.
_GENERIC = re.compile(
    r"""^(?:(?:sammanträdes)?protokoll(?:sutdrag)?|kallelse|dagordning|föredragningslista|ärendelista|tjänsteskrivelse|tjänsteutlåtande
    |beslut|delegationsbeslut|bilaga\s?\w{0,3}|ansökan|anmälan|blankett|information|rapport|policy|riktlinjer?|reglemente|broschyr|avtal
    |sammanträdes(?:handlingar?|datum)|anslag(?:/bevis)?|minutes|agenda|annex\s?\w{0,3}|appendix\s?\w{0,3}|report|form|notice|press\srelease
    |fact\s?sheet|application|innehåll(?:sförteckning)?|contents|skrivelse|yttrande|remissvar|handlingar?|underrättelse)\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_BODY_NAME = re.compile(
    r"^[A-ZÅÄÖ][\w\-–, ]{2,60}"
    r"(?:nämnden?|styrelsen?|fullmäktige|utskottet?|beredningen|rådet|kommitté|committee|council|board)\b.{0,40}$"
)
_PROGRAM = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel|Publisher) - ", re.IGNORECASE)
_BODY_ONLY = re.compile(
    r"^(?:[\w\-]+\s(?:och\s)?){0,3}[\w\-]*(?:nämnden|styrelsen|fullmäktige|utskottet|beredningen|rådet)$",
    re.IGNORECASE,
)
_LINK_NOISE = re.compile(
    r"\s*[(\[,]?\s*(?:pdf|docx?|odt|rtf|word)?[-\s]?(?:dokument|fil|format)?[,:\s]*\d+(?:[.,]\d+)?\s*(?:kb|mb|kilobyte|megabyte)\b.*$|\s*[(\[](?:pdf|docx?|word|öppnas).*$"
    r"|\s*,?\s*(?:pdf|docx?)\.?$",
    re.IGNORECASE,
)
_USELESS_LINK = re.compile(
    r"^(?:här|läs mer|ladda n(?:er|ed).*|öppna|pdf|länk|klicka här|visa|download|here|read more|dokument|fil"
    r"|blankett)\W*$",
    re.I,
)
_PDF_DATE = re.compile(r"^D?:?(\d{4})(\d{2})(\d{2})")


def extract_document(page: FetchedPage, kind: Kind, limits: DocumentLimits) -> ExtractedPage:
    """Read a document in the child process. Raise UnreadablePage where it can't be read."""
    raw = READER.read(kind, page.body, limits)
    blocks = tuple(Block(text, BlockKind(name), Region.MAIN, level) for name, level, text in raw.blocks)
    title = document_title(raw, page.link_texts, page.url, page.headers)
    text = "\n".join(block.text for block in blocks)
    declared = language_code(raw.language) if raw.language else ""
    # Word processors write the language of the program; so a document's declaration only breaks a tie.
    language, evidence = decide(text or title, declared, "document")
    published, modified = _dates(raw, page)
    forms: tuple[PageForm, ...] = ()
    if raw.fields:
        forms = (
            PageForm(
                "", "print", tuple(name for name, _ in raw.fields), tuple(kind for _, kind in raw.fields)
            ),
        )
    return ExtractedPage(
        url=page.url,
        content_type=kind.value,
        title=title,
        blocks=blocks,
        description=_description(blocks),
        language=language,
        language_evidence=evidence,
        easy_read=is_easy_read(
            page.url, title, (), [b.text for b in blocks[:12] if b.kind is BlockKind.HEADING]
        ),
        published=published,
        modified=modified,
        forms=forms,
        meta=raw.meta,
        robots=header_directives(page.headers.get("x-robots-tag", "")),
        pages=raw.pages,
    )


def is_junk_title(title: str) -> bool:
    """Whether a document's metadata title was written by a program or left from a template."""
    title = title.strip()
    return len(title) < 4 or _JUNK.match(title) is not None or _FILE_NAME.search(title) is not None


def document_title(raw: RawDocument, link_texts: tuple[str, ...], url: str, headers: dict[str, str]) -> str:
    """The title that a person would give the document.

    The heading set largest on its first page; the metadata's title; the text of a link to it; its first
    line; its file name made readable. A heading such as "Protokoll" is completed by the name of the body
    below it.
    """
    heading = one_line(raw.heading)
    named = _PROGRAM.sub("", one_line(raw.meta_title))
    named = "" if is_junk_title(named) else named
    link = next((text for text in map(link_title, link_texts) if text), "")
    start = one_line(" ".join(text for _, _, text in raw.blocks[:12])).casefold()
    if len(named.split()) > 1 and not _needs_more(named) and named.casefold() in start:
        return shorten(named, MAX_TITLE)  # (what is set large may be a logotype or a table; this was meant)
    # One short word in large letters ("HELLO.") is rather a greeting than a name, if there is a better one.
    scrap = len(heading.split()) == 1 and len(heading) < 9 and len(named.split()) > 1
    if heading and not _needs_more(heading) and not scrap:
        return shorten(heading, MAX_TITLE)
    if named and not _needs_more(named):
        return shorten(named, MAX_TITLE)
    if link:
        return shorten(link, MAX_TITLE)
    if heading:
        return shorten(_completed(heading, raw), MAX_TITLE)
    first = next((one_line(text) for _, _, text in raw.blocks[:8] if _letters(text) > 3), "")
    if first and len(first) <= 120:
        return _completed(first, raw) if _needs_more(first) else first
    if named:
        return shorten(named, MAX_TITLE)
    file_name = readable_file_name(_file_name(url, headers))
    tells = len(file_name.split()) > 1 and _letters(file_name) > len(file_name) * 0.6
    return file_name if tells or not first else shorten(first, 120)


def _letters(text: str) -> int:
    """How many letters a line has, those of a date aside."""
    letters = sum(map(str.isalpha, text))
    return letters if parse_date(text) is None else letters - 12


def _needs_more(heading: str) -> bool:
    """Whether a heading alone does not tell which document it is."""
    return any(pattern.match(heading) for pattern in (_GENERIC, _BODY_ONLY)) or _is_agency_only(heading)


def link_title(text: str) -> str:
    """A link's text as a title: without file type and size; "" where it names nothing ("läs mer")."""
    text = one_line(_LINK_NOISE.sub("", one_line(text)[:400])).strip(" -–,")
    if len(text) < 5 or _USELESS_LINK.match(text) or "://" in text or not any(map(str.isalpha, text)):
        return ""
    return "" if _GENERIC.match(text) else text


def _is_agency_only(text: str) -> bool:
    words = text.lower().split()
    if len(words) <= 4 and words[:2] == ["city", "of"]:
        return True
    return (
        len(words) <= 3
        and bool(words)
        and words[-1] in {"kommun", "stad", "region", "kommuns", "municipality"}
    )


def _completed(heading: str, raw: RawDocument) -> str:
    """A generic heading with the body and the day that it is about."""
    lines = [one_line(line) for _, _, text in raw.blocks[:_FIRST_LINES] for line in text.split("\n")]
    pattern = _GENERIC if _BODY_ONLY.match(heading) else _BODY_NAME
    body = next((line for line in lines if line != heading and len(line) < 80 and pattern.match(line)), "")
    if not body:
        body = next(
            (
                line
                for line in lines[:8]
                if line != heading
                and 4 < len(line) <= 70
                and not _needs_more(line)
                and _letters(line) > len(line) * 0.45
            ),
            "",
        )
    day = next((found for line in lines[:15] if (found := parse_date(line))), None)
    title = f"{heading} {body}".strip()
    if day and day.isoformat() not in title:
        title = f"{title} {day.isoformat()}"
    return title


def _file_name(url: str, headers: dict[str, str]) -> str:
    disposition = headers.get("content-disposition", "")[:1000]
    match = re.search(
        r"filename\*\s*=\s*(?:utf-8|iso-8859-1)?'[^']{0,10}'([^;]{1,300})", disposition, re.I
    ) or re.search(r'filename\s*=\s*"?([^";]{1,300})', disposition, re.I)
    if match:
        return unquote(match.group(1)).strip()
    try:
        return unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""


def _pdf_date(value: str) -> date | None:
    match = _PDF_DATE.match(value)
    if not match:
        return parse_date(value)
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def _dates(raw: RawDocument, page: FetchedPage) -> tuple[date | None, date | None]:
    """Dates that the document's first lines tell, then its metadata, then the server's Last-Modified."""
    dates = PageDates(page.fetched)
    lines = [line for _, _, text in raw.blocks[:_FIRST_LINES] for line in text.split("\n")]
    dates.from_text(lines)
    for line in lines[:_FIRST_LINES]:
        if len(line) <= 120 and not dates.published and (found := parse_date(line)):
            dates.add(published=found)
    dates.add(modified=_pdf_date(raw.modified))
    dates.add(published=_pdf_date(raw.created))
    dates.add(modified=http_date(page.headers.get("last-modified", "")))
    return dates.result()


def _description(blocks: tuple[Block, ...]) -> str:
    for block in blocks[:60]:
        if block.kind is BlockKind.PARAGRAPH and len(block.text) > 80:
            return shorten(one_line(block.text), 400)
    return ""
