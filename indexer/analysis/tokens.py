"""What is a word? Text cut into words, with codes, abbreviations and dates kept whole.

A chunk is a run of letters and digits, joined by single signs (- / : . ' @ &). What is kept together inside
a chunk and what is cut depends on what it looks like: "KS/2024:261", "10-10EZ", "e-tjänst", "1997:736" are
words, "och/eller" is two.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

MAX_WORD = 80
"""Longer words are cut: nobody types them, and an index must not hold them."""
MAX_CHUNK = 240

_IN = r"[^\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060]"
# Linear: the joining sign is in no other class, so there is one way only to match a run.
_CHUNK = re.compile(rf"§\s?\d{{1,4}}(?!\w)|(?:{_IN})+(?:[-‐‑–/:.'’@&](?:{_IN})+)*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060]")
_SIGN = re.compile(r"[-‐‑–/:.'’@&]")
_DASHES = str.maketrans({"‐": "-", "‑": "-", "–": "-", "’": "'"})
_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_CASE_ENDING = re.compile(r"(\w+):(?:s|n|en|t|et|ns|ens|ets|ar|er|or|na|arna|erna|arnas|ernas)")
_PLAIN_CODE = re.compile(r"[^\W_]+(?:[-/:][^\W_]+)+")
_DATE = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)")
_DOTTED_NUMBER = re.compile(r"\d+(?:\.\d+)+")
_MIXED = re.compile(r"[^\W\d_]+|\d+")
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti",
    "september", "oktober", "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a chunk: its text, its place in the chunk, and the pieces it is made of where it has any.

    `joined` is another way of writing it (without its hyphens; a date's month). `plain` is false for codes,
    numbers and dates, to which no grammar applies.
    """

    text: str
    start: int
    end: int
    pieces: tuple[str, ...] = ()
    joined: str = ""
    plain: bool = True


def normalise(text: str) -> str:
    """Return the text in NFC, lower-cased, without soft hyphens and zero-width signs."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = _INVISIBLE.sub("", text)
        return unicodedata.normalize("NFC", text.lower())
    return text.lower()


@lru_cache(maxsize=32_768)
def fold(word: str) -> str:
    """Return the word as a foreign keyboard writes it: å ä ö é ü -> a a o e u."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word.replace("ø", "o").replace("æ", "a"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def chunks(text: str) -> list[str]:
    """The normalised chunks of any text: the same as of chunk_spans, and faster where the text is tidy."""
    if text.isascii():
        return _CHUNK.findall(text.lower())
    if unicodedata.is_normalized("NFC", text) and not _INVISIBLE.search(text):
        return _CHUNK.findall(unicodedata.normalize("NFC", text.lower()))
    return [chunk for chunk, _, _ in chunk_spans(text)]


def chunk_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """The normalised chunks of any text, each with where it starts and ends in that text."""
    for match in _CHUNK.finditer(text):
        chunk = normalise(match.group())
        if chunk:
            yield chunk, match.start(), match.end()


def words(chunk: str) -> list[Word]:
    """Cut a normalised chunk into words. Offsets are in the chunk."""
    chunk = chunk[:MAX_CHUNK].translate(_DASHES)
    if chunk.isalpha():
        return [Word(chunk[:MAX_WORD], 0, len(chunk))]
    if chunk.startswith("§"):
        number = chunk[1:].strip()
        return [Word(f"§{number}", 0, len(chunk), plain=False)]
    whole = _whole(chunk)
    if whole is not None:
        return [whole]
    found: list[Word] = []
    at = 0
    for piece in _SIGN.split(chunk):
        if piece:
            found.append(_whole(piece) or Word(piece[:MAX_WORD], at, at + len(piece)))
            last = found[-1]
            found[-1] = replace(last, start=at, end=at + len(piece))
        at += len(piece) + 1
    return found


def _whole(chunk: str) -> Word | None:
    """The chunk as one word, or None where it is several."""
    end = len(chunk)
    if chunk.isdigit():
        return Word(chunk[:MAX_WORD], 0, end, plain=False)
    if end > MAX_WORD:
        return None
    if dated := _DATE.fullmatch(chunk):
        year, month, day = dated.groups()
        named = (MONTHS[int(month) - 1],) if 1 <= int(month) <= 12 else ()
        return Word(chunk, 0, end, (year, *named, day.lstrip("0")), f"{year}-{month}", plain=False)
    if "@" in chunk:
        return Word(chunk, 0, end, tuple(p for p in _SIGN.split(chunk) if p), plain=False)
    if _HYPHENATED.fullmatch(chunk):
        halves = chunk.split("-")
        return Word(chunk, 0, end, tuple(half for half in halves if len(half) > 1), "".join(halves))
    if cased := _CASE_ENDING.fullmatch(chunk):
        return Word(cased[1], 0, end)
    if _DOTTED_NUMBER.fullmatch(chunk):
        return Word(chunk, 0, end, plain=False)
    if any(sign.isdigit() for sign in chunk) and (chunk.isalnum() or _PLAIN_CODE.fullmatch(chunk)):
        pieces = tuple(p for p in _SIGN.split(chunk) if p)
        if len(pieces) == 1:
            mixed = tuple(_MIXED.findall(chunk))
            pieces = mixed if 1 < len(mixed) <= 4 else ()
        return Word(chunk, 0, end, pieces, plain=False)
    if chunk.startswith("www.") or chunk.count(".") >= 2:
        pieces = tuple(p for p in _SIGN.split(chunk) if len(p) > 1)
        return Word(chunk, 0, end, pieces, plain=False)
    if chunk.isalnum():
        return Word(chunk, 0, end)
    return None
