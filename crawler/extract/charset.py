"""In which character set is a page written? Decided by evidence, because declarations are often wrong.

The order: byte-order mark; UTF-16 without one (every other byte is NUL); bytes that are valid UTF-8 and not
pure ASCII are UTF-8 whatever anyone says (text in another set is hardly ever valid UTF-8 by chance); then
the declared set (HTTP header before <meta>, as in the HTML standard, "Determining the character encoding");
then windows-1252. A page that says UTF-8 and has some bytes that are not gets these bytes read as
windows-1252, so that a page pasted together from two sets keeps its å ä ö. UTF-8 that was encoded twice
("Ã¤" for "ä") is mended.
"""

import codecs
import re
from functools import lru_cache

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:\-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_.:\-]{2,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:\-]{2,40})""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The WHATWG encoding standard reads these labels as windows-1252.
_AS_1252 = frozenset({"ascii", "iso8859-1", "latin-1", "us-ascii", "cp1252"})
# "ä", "å", "ö", "é" … in UTF-8, read as windows-1252 and encoded anew.
_TWICE = re.compile("[ÃÂ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")


def _bytes_as_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "ignore") or " ", error.end


codecs.register_error("medborgarsok-1252", _bytes_as_1252)


@lru_cache(maxsize=256)
def _known(label: str) -> str:
    """Python's name of a declared character set that is text, or an empty string."""
    try:
        info = codecs.lookup(label.strip().lower())
    except (LookupError, ValueError):
        return ""
    # (zip, hex, rot13 … are codecs too; undefined, idna and the escapes are no character sets of pages)
    if not info._is_text_encoding or info.name in {"undefined", "idna", "punycode", "raw_unicode_escape"}:
        return ""
    if "escape" in info.name or info.name in {"mbcs", "oem", "utf-7"}:
        return ""
    return info.name


def declared_charset(body: bytes, content_type: str) -> str:
    """The character set that the HTTP header, else the document's first kilobytes, declare; or ""."""
    header = _HEADER.search(content_type[:500])
    if header and (name := _known(header.group(1))):
        return name
    start = body[:4096]
    found = _META.search(start) or _XML.search(start)
    return _known(found.group(1).decode("ascii")) if found else ""


def decode(body: bytes, content_type: str = "") -> str:
    """The body as text. Never raises."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _mended(body[len(mark) :].decode(name, "replace"))
    if sixteen := _utf16_without_mark(body):
        return body.decode(sixteen, "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if text.isascii():
            declared = declared_charset(body, content_type)
            # ISO-2022 and the like write everything in ASCII bytes.
            if declared.startswith(("iso2022", "hz")):
                return body.decode(declared, "replace")
            return text
        return _mended(text)
    declared = declared_charset(body, content_type)
    if not declared or declared in _AS_1252 or declared.startswith(("utf-8", "utf_8", "utf-16", "utf-32")):
        # Most often all of it is windows-1252; a run of good UTF-8 within is kept as such.
        return _mended(body.decode("utf-8", "medborgarsok-1252"))
    return body.decode(declared, "replace")


def _utf16_without_mark(body: bytes) -> str:
    start = body[:512]
    if len(start) < 8 or 0 not in start:
        return ""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def _mended(text: str) -> str:
    """Text whose å ä ö were encoded to UTF-8 twice, mended; other text as it is."""
    if "Ã" not in text:
        return text
    wrong = len(_TWICE.findall(text))
    right = sum(text.count(letter) for letter in "åäöÅÄÖ")
    if wrong < 2 or wrong <= right:
        return text
    return _TWICE.sub(_once, text)


def _once(match: re.Match[str]) -> str:
    raw = b"".join(_byte(char) for char in match.group())
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match.group()


def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        # windows-1252 leaves five places empty (0x81, 0x8d, 0x8f, 0x90, 0x9d); such bytes stay C1 controls.
        return bytes([ord(char) & 0xFF])
