"""Which language is a query written in? A guess from function words and scripts; Swedish without evidence."""

import unicodedata
from collections.abc import Sequence

from searchapi.knowledge import load, word_set

_SWEDISH_LETTERS = frozenset("åäö")


def guess_language(words: Sequence[str]) -> str:
    """The ISO 639-1 code of a query's language, from its lower-cased words.

    Two or three words tell a statistical detector nothing, so only words that Swedish does not have count: at
    least half of the words (those of a foreign script count as such), and more than there are Swedish ones.
    """
    if not words:
        return "sv"
    scripts = _scripts(words)
    if scripts:
        return max(scripts, key=lambda code: scripts[code])
    swedish = sum(word in word_set("words", "stop") or word in word_set("words", "weak") for word in words)
    languages = load("words")["language"]
    counts = {code: sum(word in word_set("words", "language", code) for word in words) for code in languages}
    best = max(counts, key=lambda code: counts[code])
    if not counts[best] or counts[best] * 2 < len(words):
        return "sv"
    if best != "fi" and any(_SWEDISH_LETTERS & set(word) for word in words) and best in {"en"}:
        return "sv"
    return best if counts[best] > swedish else "sv"


def _scripts(words: Sequence[str]) -> dict[str, int]:
    known: dict[str, str] = load("words")["script"]
    seen: dict[str, int] = {}
    for word in words:
        first = word[0]
        if first.isascii():
            continue
        script = unicodedata.name(first, "").split(" ", 1)[0]
        if script in known:
            seen[known[script]] = seen.get(known[script], 0) + 1
    return seen
