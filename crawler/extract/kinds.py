"""What kind of file is a body? Decided by its content first, then the header, then the URL's ending."""

import re
from enum import StrEnum
from urllib.parse import urlsplit


class Kind(StrEnum):
    """The kinds of file that are told apart; the value is the media type."""

    HTML = "text/html"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "application/vnd.oasis.opendocument.text"
    RTF = "application/rtf"
    TEXT = "text/plain"
    OTHER = "application/octet-stream"


_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/xhtml"})
_BINARY_TYPES = ("image/", "audio/", "video/", "font/")
_LOOKS_LIKE_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|main|article|section|div|table|h[1-6]|p|ul|form|nav|span"
    rb"|header|a\s)\b",
    re.IGNORECASE,
)
_MAGIC = (
    b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"RIFF", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\x7fELF",
    b"MZ", b"OggS", b"ID3", b"\x00\x00\x01\x00", b"wOFF", b"wOF2", b"\x00\x01\x00\x00", b"OTTO", b"%!PS",
    b"\xd0\xcf\x11\xe0", b"II*\x00", b"MM\x00*", b"8BPS", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"SQLite",
)  # fmt: skip


def media_type(headers: dict[str, str]) -> str:
    """The media type of the Content-Type header, without its parameters, in lower case."""
    return headers.get("content-type", "").split(";", 1)[0].strip().lower()


def kind_of(body: bytes, headers: dict[str, str], url: str) -> Kind:
    """The kind of a body. What nothing can be read from is OTHER."""
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    declared = media_type(headers)
    # ISO 32000-1, annex H: readers accept the header within the first 1024 bytes.
    if b"%PDF-" in body[:1024] and not start.startswith(b"<"):
        return Kind.PDF
    if start.startswith(b"{\\rtf"):
        return Kind.RTF
    if start.startswith(b"PK\x03\x04"):
        return _zipped(body)
    if start.startswith(_MAGIC) or declared.startswith(_BINARY_TYPES):
        return Kind.OTHER
    if declared in _HTML_TYPES:
        return Kind.HTML
    looks = _LOOKS_LIKE_HTML.search(body[:4096]) is not None
    ending = urlsplit(url).path.lower().rpartition(".")[2]
    if declared in {"", "application/octet-stream", "application/xml", "text/xml", "unknown/unknown"}:
        if looks:
            return Kind.HTML
        return Kind.TEXT if ending in {"txt", "md"} else Kind.OTHER
    if declared == "text/plain":
        return Kind.HTML if looks and start.startswith(b"<") else Kind.TEXT
    if declared == "application/pdf" or ending == "pdf":
        # A server that sends its error page under the document's type.
        return Kind.HTML if looks and start.startswith(b"<") else Kind.PDF
    if declared in {"application/rtf", "text/rtf"}:
        return Kind.HTML if looks and start.startswith(b"<") else Kind.RTF
    if declared in {Kind.DOCX, Kind.ODT}:
        return Kind.HTML if looks and start.startswith(b"<") else Kind(declared)
    return Kind.OTHER


def _zipped(body: bytes) -> Kind:
    # ODF 1.3 part 2, 3.3: an uncompressed entry "mimetype" comes first.
    if body[30:38] == b"mimetype" and body[38 : 38 + len(Kind.ODT)].startswith(b"application/vnd.oasis"):
        return Kind.ODT if b"opendocument.text" in body[38:100] else Kind.OTHER
    # The names stand in the directory at the end, and beside each entry: a damaged file still tells.
    names = body[:100_000] + body[-100_000:]
    if b"word/document" in names:
        return Kind.DOCX
    return Kind.ODT if b"content.xml" in names and b"styles.xml" in names else Kind.OTHER
