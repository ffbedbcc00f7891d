"""What is a page called? Its own name, without the site's; and what is the site called?"""

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from crawler.extract.head import Head, host_of, host_words
from crawler.extract.text import one_line, shorten, words

MAX_TITLE = 250

_SEPARATOR = re.compile(r"\s+[|–—·•»«:›/\\-]{1,2}\s+|\s*\|\s*|\s*[»›]\s*|\s::\s|:\s+")
_STRONG = re.compile(r"[|»›·•]|::")
_WORD = re.compile(r"\w+")
# Words that end or make up the name of a public body, and of its web site.
_AGENCY = re.compile(
    r"""\b(?:\w*kommuns?|\w*kommunförbund|region(?:en)?|landsting(?:et)?|stad|stads|\w+verket|\w*myndighet(?:en)?|\w+styrelsen
    |\w+inspektionen|\w+nämnden|\w*kassan|\w+rådet|universitet(?:et)?|högskola(?:n)?|polisen|e-?tjänster|e-?tjänsteportal(?:en)?
    |självservice|mina\ssidor|webbplats|startsida|hem|municipality|\w+\scounty|official\s(?:web)?site|city\sof\s\w+|\w+\.(?:se|nu|com|org|gov))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_EMPTY_NAMES = words(
    "start startsida startsidan hem home index välkommen welcome untitled default sök search meny menu logga "
    "logotyp innehåll content nyheter-lista untitled-document namnlös"
)
_FILE_ENDING = re.compile(r"\.(?:html?|aspx?|php|jsp|pdf|docx?|odt|rtf|txt|md)$", re.IGNORECASE)
_ID_IN_NAME = re.compile(r"\.\d+\.[0-9a-f]{8,}$|[-_.]?[0-9a-f]{16,}$|\.\d{3,}$")


def split_title(title: str) -> list[tuple[str, str]]:
    """The parts of a title, each with the separator before it."""
    parts: list[tuple[str, str]] = []
    start, separator = 0, ""
    for match in _SEPARATOR.finditer(title):
        parts.append((separator, title[start : match.start()].strip()))
        start, separator = match.end(), match.group().strip()
    parts.append((separator, title[start:].strip()))
    return [(mark, part) for mark, part in parts if part]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _alike(one: str, other: str) -> float:
    """How many of the words of both are common, 0 to 1."""
    first, second = _words(one), _words(other)
    if not first or not second:
        return 0.0
    return len(first & second) / max(len(first), len(second))


@lru_cache(maxsize=2048)
def _is_site(part: str, site: str, host: str) -> bool:
    """Whether a part of a title names the site and not the page."""
    folded = part.lower()
    if site and (folded == site.lower() or _alike(part, site) >= 0.75):
        return True
    found = _words(part)
    compact = "".join(sorted(found, key=folded.find))
    named = host_words(host)
    if any(
        word in compact.translate(_FOLD) or (len(word) > 4 and word.rstrip("s") in found)
        for word in named
        if len(word) > 3
    ):
        return len(found) <= 6
    return len(found) <= 4 and _AGENCY.search(part) is not None


_FOLD = str.maketrans("åäöé", "aaoe")


def name_page(head: Head, headings: Sequence[tuple[int, str, bool]], url: str) -> tuple[str, str]:
    """The page's title and the site's name. `headings` are (level, text, in the main region), in order."""
    host = host_of(url)
    site = head.meta.get("og:site_name") or head.meta.get("application-name") or ""
    whole = (
        head.title
        or head.meta.get("og:title")
        or head.meta.get("dcterms.title")
        or head.meta.get("dc.title")
        or ""
    )
    own, suffix = _own_part(whole, site, host, [text for _, text, _ in headings])
    site = site or suffix
    heading = _heading(headings, own, head.meta.get("og:title", ""), site)
    title = heading or own
    if not title or title.lower() in _EMPTY_NAMES:
        og = _own_part(head.meta.get("og:title", ""), site, host, [])[0]
        title = title if title and not og else og
    if not title:
        title = next((text for _, text, main in headings if main), "") or readable_name(url)
    return shorten(title, MAX_TITLE), shorten(site, 150)


def _own_part(whole: str, site: str, host: str, headings: Sequence[str]) -> tuple[str, str]:
    """A title's own part, and the site's name that stood beside it."""
    parts = split_title(whole)
    if not parts:
        return "", ""
    if len(parts) == 1:
        return parts[0][1], ""
    texts = [text for _, text in parts]
    for size in range(len(texts) - 1, 0, -1):
        # As much of the title as a heading repeats is the page's own name.
        for first in range(len(texts) - size + 1):
            joined = " ".join(texts[first : first + size])
            if any(_alike(joined, heading) >= 0.8 for heading in headings[:8] if len(heading) < 300):
                rest = texts[:first] + texts[first + size :]
                own = _between(whole, texts[first], texts[first + size - 1])
                named = [text for text in rest if _is_site(text, site, host)]
                if len(named) == len(rest) or _STRONG.search(whole):
                    return own, (named or rest)[-1]
    own_parts = list(texts)
    suffix = ""
    while len(own_parts) > 1 and _is_site(own_parts[-1], site, host):
        suffix = own_parts.pop()
    while len(own_parts) > 1 and _is_site(own_parts[0], site, host):
        suffix = suffix or own_parts[0]
        own_parts.pop(0)
    if not suffix and len(own_parts) > 1 and _STRONG.search(parts[-1][0]) and len(_words(own_parts[-1])) <= 6:
        suffix = own_parts.pop()
    own = _between(whole, own_parts[0], own_parts[-1])
    if suffix and len(own_parts) > 1 and _STRONG.search(own):
        own = own_parts[0]  # "Bygglov | Bygga och bo | Norrviks kommun": the way to the page, not its name
    return own, suffix


def _between(whole: str, first: str, last: str) -> str:
    start = whole.find(first)
    end = whole.find(last, start)
    return whole[start : end + len(last)] if start >= 0 and end >= 0 else first


def _heading(headings: Sequence[tuple[int, str, bool]], own: str, og: str, site: str) -> str:
    """The heading that names the page, or ""."""

    def usable(text: str) -> bool:
        folded = text.lower()
        return (
            sum(map(str.isalpha, text[:60])) > 2
            and len(text) <= MAX_TITLE
            and folded not in _EMPTY_NAMES
            and (not site or folded != site.lower() or not own)
        )

    firsts = [(text, main) for level, text, main in headings if level == 1 and usable(text)]
    if any(main and _adds_a_number(text, own) for text, main in firsts):
        return own
    meant = [name for name in (own, og) if name]
    best = max(
        firsts,
        key=lambda pair: (max((_alike(pair[0], name) for name in meant), default=0.0), pair[1]),
        default=None,
    )
    if best is not None and meant:
        likeness = max(_alike(best[0], name) for name in meant)
        if likeness >= 0.5:
            return best[0]
    for level, text, main in headings[:12]:
        # The h1 is the section's name or the site's, and the page's own stands below it.
        if main and 1 < level <= 3 and usable(text) and own and _alike(text, own) >= 0.8:
            return text
    main_first = next((text for text, main in firsts if main), "")
    if main_first:
        return main_first
    return "" if own else (firsts[0][0] if firsts else "")


def _adds_a_number(heading: str, own: str) -> bool:
    """Whether <title> is the heading and a number: "Skollag (2010:800)", "Detaljplan 1284". It tells more."""
    rest = own[len(heading) :]
    return own.casefold().startswith(heading.casefold()) and len(rest) <= 30 and any(map(str.isdigit, rest))


def readable_name(url: str) -> str:
    """A title made of the URL's last part, for what has no other."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    name = path.rstrip("/").rpartition("/")[2]
    return readable_file_name(name) or host_of(url)


def readable_file_name(name: str) -> str:
    """A file's name as a person would write it: "protokoll_KS-2024.pdf" gives "Protokoll KS 2024"."""
    name = _ID_IN_NAME.sub("", _FILE_ENDING.sub("", one_line(name)))
    name = re.sub(r"[_+]+|%20", " ", name)
    # A hyphen between digits is a date or a number; others join words.
    name = re.sub(r"(?<!\d)-|-(?!\d)", " ", name)
    name = one_line(name).strip(" .-")
    return name[:1].upper() + name[1:MAX_TITLE] if name else ""
