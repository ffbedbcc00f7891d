"""Which piece of a page shows why it answers? The best window of its text, in plain segments, no markup."""

import re
from collections.abc import Callable, Iterable, Sequence

from searchapi.models import SnippetSegment

MAX_LENGTH = 240
"""Characters of a snippet, ellipses aside."""
_SCANNED = 200_000
_MAX_FINDS = 25
_MAX_STEMS = 24
_SHORTEST_BLOCK = 25
_SENTENCE_END = re.compile(r"[.!?…](?=\s)")
_STEM_END = 3

Highlight = Callable[[str], list[tuple[int, int]]]


def needles(words: Iterable[str]) -> tuple[str, ...]:
    """Beginnings of words, to find them, their inflections and compounds roughly and fast.

    All of a short word, all but the ending of a long one, in lower case. The engine's highlighter, which is
    exact, then looks at the chosen window only.
    """
    stems: list[str] = []
    for word in words:
        plain = word.strip().lower()
        stem = plain if len(plain) <= 5 else plain[: max(5, len(plain) - _STEM_END)]
        if len(stem) >= 2 and stem not in stems:
            stems.append(stem)
    return tuple(stems[:_MAX_STEMS])


def snippet(
    title: str, description: str, text: str, stems: Sequence[str], highlight: Highlight
) -> list[SnippetSegment]:
    """The segments to show: the part of the text where most of the query's words stand, else the description.

    The editor's own description is preferred where it has as many of the words.
    """
    window, found = _best_window(text, title, stems)
    described = description.strip()
    if described and described.casefold() != title.casefold():
        lowered = described.lower()
        in_description = sum(stem in lowered for stem in stems)
        if in_description >= found or not window:
            window = _cut(described, 0)
    if not window:
        window = _cut(_first_block(text, title), 0)
    return segments(window, highlight(window) if stems else [])


def segments(text: str, spans: Sequence[tuple[int, int]]) -> list[SnippetSegment]:
    """Text cut at spans, in order. Joined, the segments are the text; spans that overlap are mended."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            pieces.append((text[at:start], False))
        if pieces and pieces[-1][1]:
            pieces[-1] = (pieces[-1][0] + text[start:end], True)
        else:
            pieces.append((text[start:end], True))
        at = end
    if at < len(text):
        pieces.append((text[at:], False))
    return [SnippetSegment(text=piece, match=match) for piece, match in pieces]


def _best_window(text: str, title: str, stems: Sequence[str]) -> tuple[str, int]:
    """The window with most different words, and how many they are; ("", 0) where none occurs."""
    scanned = text[:_SCANNED]
    finds = _finds(scanned, stems)
    best_start, best_words, best_length = -1, 0, -1.0
    first = last = 0  # the block of the last find that was looked at
    width, is_title = 0, False
    counts: dict[int, int] = {}
    ahead = 0
    for number, (start, which) in enumerate(finds):
        while ahead < len(finds) and finds[ahead][0] < start + MAX_LENGTH - 40:
            counts[finds[ahead][1]] = counts.get(finds[ahead][1], 0) + 1
            ahead += 1
        words = len(counts)
        if words >= best_words:
            if not first <= start < last:
                first, last = _block_around(scanned, start)
                width = min(last - first, MAX_LENGTH)
                is_title = _is_title(scanned[first:last], title)
            # Running text before headings and list entries; of equals, the first.
            length = width / MAX_LENGTH + 0.02 * min(ahead - number, 5)
            if not is_title and (words, length) > (best_words, best_length):
                best_start, best_words, best_length = start, words, length
        counts[which] -= 1
        if not counts[which]:
            del counts[which]
    if best_start < 0:
        return "", 0
    return _cut(scanned, _beginning(scanned, best_start)), best_words


def _finds(text: str, stems: Sequence[str]) -> list[tuple[int, int]]:
    """Where stems stand, in the order of the text: position and number of the stem."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text  # a letter that grows when it is made small would shift all positions
    finds: list[tuple[int, int]] = []
    for number, stem in enumerate(stems):
        at = lowered.find(stem)
        for _ in range(_MAX_FINDS):
            if at < 0:
                break
            finds.append((at, number))
            at = lowered.find(stem, at + len(stem))
    finds.sort()
    return finds


def _block_around(text: str, at: int) -> tuple[int, int]:
    """Where the block begins and ends that a position is in."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


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
    if len(block) > 2 * len(title) + 100:
        return False
    return block.strip().casefold() == title.strip().casefold()


def _first_block(text: str, title: str) -> str:
    """From the first block that is a sentence rather than a heading."""
    start = 0
    for block in text[:20_000].split("\n"):
        if len(block) >= _SHORTEST_BLOCK and not _is_title(block, title):
            return text[start : start + MAX_LENGTH * 2]
        start += len(block) + 1
    return text[: MAX_LENGTH * 2]
