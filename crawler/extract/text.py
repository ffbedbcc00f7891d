"""What does a piece of text look like once it is clean? Of whitespace, control and invisible characters."""

import re
import unicodedata

# Everything below space but tab, LF, CR; DEL and C1; the noncharacters; lone surrogates.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
# Soft hyphen, zero-width marks, direction marks, byte-order mark, object replacement: seen by nobody.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]")
_SPLIT_LINES = re.compile("[\r\n\u0085\u2028\u2029]+")


def words(text: str) -> frozenset[str]:
    """The words of a string as a set: how this package writes its vocabularies."""
    return frozenset(text.split())


def strip_controls(text: str) -> str:
    """The text without NUL and other control characters (tab and line ends stay), in composed form (NFC)."""
    if _CONTROL.search(text):
        text = _CONTROL.sub(" ", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text


def one_line(text: str) -> str:
    """The text on one line: runs of whitespace are one space, invisible characters are gone."""
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join(_INVISIBLE.sub("", _CONTROL.sub(" ", text)).split())
    return text


def lines(text: str) -> str:
    """The text with its line breaks kept and every line clean; empty lines fall away."""
    if "\n" not in text and "\r" not in text and "\u2028" not in text:
        return one_line(text)
    return "\n".join(line for line in map(one_line, _SPLIT_LINES.split(text)) if line)


def shorten(text: str, limit: int) -> str:
    """The text, cut at a word's end where it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:-–") + "…"
