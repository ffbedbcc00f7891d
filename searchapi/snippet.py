"""Which piece of a page shows why it answers? The best window of its text, in plain segments, no markup."""

import re
from collections.abc import Callable, Iterable, Sequence

from searchapi.models import SnippetSegment

MAX_LENGTH = 240
"""Characters of a snippet, ellipses aside."""
_SCANNED = 200_000
_MAX_FINDS = 400
_SHORTEST_BLOCK = 25
_SENTENCE_END = re.compile(r"[.!?…](?=\s)")
_STEM_END = 3

Highlight = Callable[[str], list[tuple[int, int]]]


def needles(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds words, their inflections and compounds roughly and fast; None without words.

    Each word gives its beginning (all of a short word, all but the ending of a long one) as a group.
    The engine's highlighter, which is exact, then looks at the chosen window only.
    """
    stems: list[str] = []
    for word in words:
        plain = word.strip().casefold()
        stem = plain if len(plain) <= 5 else plain[: max(5, len(plain) - _STEM_END)]
        if len(stem) >= 2 and stem not in stems:
            stems.append(stem)
    if not stems:
        return None
    return re.compile("|".join(f"({re.escape(stem)})" for stem in stems[:24]), re.IGNORECASE)


def snippet(
    title: str, description: str, text: str, finder: re.Pattern[str] | None, highlight: Highlight
) -> list[SnippetSegment]:
    """The segments to show: the part of the text where most of the query's words stand, else the description.

    The editor's own description is preferred where it has as many of the words.
    """
    window, found = _best_window(text, title, finder)
    described = description.strip()
    if described and described.casefold() != title.casefold():
        in_description = len({match.lastindex for match in finder.finditer(described)}) if finder else 0
        if in_description >= found or not window:
            window = _cut(described, 0)
    if not window:
        window = _cut(_first_block(text, title), 0)
    return segments(window, highlight(window) if finder else [])


def segments(text: str, spans: Sequence[tuple[int, int]]) -> list[SnippetSegment]:
    """Text cut at spans, in order. Joined, the segments are the text; spans that overlap are mended."""
    pieces: list[SnippetSegment] = []
    at = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            _append(pieces, text[at:start], match=False)
        _append(pieces, text[start:end], match=True)
        at = end
    if at < len(text):
        _append(pieces, text[at:], match=False)
    return pieces


def _append(pieces: list[SnippetSegment], text: str, *, match: bool) -> None:
    if pieces and pieces[-1].match == match:
        pieces[-1] = SnippetSegment(text=pieces[-1].text + text, match=match)
    else:
        pieces.append(SnippetSegment(text=text, match=match))


def _best_window(text: str, title: str, finder: re.Pattern[str] | None) -> tuple[str, int]:
    """The window with most different words, and how many they are; ("", 0) where none occurs."""
    if finder is None:
        return "", 0
    scanned = text[:_SCANNED]
    finds: list[tuple[int, int]] = []
    for match in finder.finditer(scanned):
        finds.append((match.start(), match.lastindex or 0))
        if len(finds) >= _MAX_FINDS:
            break
    best_start, best_key = -1, (0, 0.0)
    for number, (start, _) in enumerate(finds):
        within = [which for at, which in finds[number : number + 40] if at < start + MAX_LENGTH - 40]
        block = _block_around(scanned, start)
        if _is_title(block, title):
            continue
        # Running text before headings and list entries; of equals, the first.
        key = (len(set(within)), min(len(block), MAX_LENGTH) / MAX_LENGTH + 0.02 * min(len(within), 5))
        if key > best_key:
            best_start, best_key = start, key
    if best_start < 0:
        return "", 0
    return _cut(scanned, _beginning(scanned, best_start)), best_key[0]


def _block_around(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[start : end if end >= 0 else len(text)]


def _beginning(text: str, at: int) -> int:
    """Where to start so that the match is seen: at its sentence if that is near, else at a word before it."""
    block = text.rfind("\n", 0, at) + 1
    if at - block <= 60:
        return block
    sentences = [match.end() + 1 for match in _SENTENCE_END.finditer(text, max(block, at - 150), at)]
    if sentences:
        return sentences[-1]
    if at - block <= 120:
        return block
    space = text.find(" ", at - 70, at)
    return space + 1 if space >= 0 else at


def _cut(text: str, start: int) -> str:
    """Up to MAX_LENGTH characters from `start`, ended at a sentence or a word, … where text is left out."""
    window = text[start : start + MAX_LENGTH]
    whole = len(window) < MAX_LENGTH or start + MAX_LENGTH >= len(text)
    if not whole:
        ends = [match.end() for match in _SENTENCE_END.finditer(window, MAX_LENGTH // 2)]
        if ends:
            window = window[: ends[-1]]
        else:
            space = window.rfind(" ", MAX_LENGTH // 2)
            window = (window[:space] if space > 0 else window).rstrip(" ,;:–-\n") + " …"
    before = start > 0 and text[start - 1] not in "\n" and not _SENTENCE_END.match(text, max(0, start - 2))
    return ("… " if before else "") + _one_line(window)


def _one_line(text: str) -> str:
    """Blocks joined into running text, with a point between those that have none."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = ""
    for line in lines:
        if joined and joined[-1] not in ".!?:;,…":
            joined += " ·"
        joined = f"{joined} {line}" if joined else line
    return " ".join(joined.split())


def _is_title(block: str, title: str) -> bool:
    return block.strip().casefold() == title.strip().casefold()


def _first_block(text: str, title: str) -> str:
    """From the first block that is a sentence rather than a heading."""
    start = 0
    for block in text[:20_000].split("\n"):
        if len(block) >= _SHORTEST_BLOCK and not _is_title(block, title):
            return text[start : start + MAX_LENGTH * 2]
        start += len(block) + 1
    return text[: MAX_LENGTH * 2]
