"""When is a query corrected, and when is a correction only offered?

A query with good hits is never replaced. Words that the index does not have are looked up in the speller;
only where the hits miss them (`poor.covered` in weights.toml) is the corrected query searched instead, and
said so.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.analysis.compounds import split
from indexer.analysis.tokens import fold
from indexer.engine import Candidate, Snapshot
from indexer.spelling import Speller
from searchapi.knowledge import word_set
from searchapi.query import Word
from searchapi.understand import Understanding
from searchapi.vocabulary import Vocabulary, right_as_it_is

_MAX_CORRECTED = 5
_SURE = 0.5
_ONE_WORD = 0.7
"""How far two words may be from one that they are, written apart and misspelt: "återvinings central"."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A query with its misspelt words mended.

    `sure`: the corrections are near enough to be offered beside good hits. `small`: one of the corrected
    words is a word of doing ("ansökann"), which decides nothing when it is spelt right.
    """

    text: str
    sure: bool
    small: bool


class SpellingPolicy:
    """Corrections for queries, with one speller that is kept while the index changes little."""

    def __init__(self, covered: float) -> None:
        """`covered`: hits that meet less than this share of the query's clauses are poor."""
        self._covered = covered
        self._speller: Speller | None = None
        self._lock = threading.Lock()

    def mended(self, snapshot: Snapshot, understanding: Understanding) -> Mended | None:
        """The query with its misspelt words mended, or None where nothing is to be mended."""
        known = {place for match in understanding.concepts if match.sure for place in match.places}
        changed: dict[str, str] = {}
        sure, small = True, False
        content = understanding.content
        speller = self._speller_for(snapshot)
        for number, word in enumerate(content):
            if word.place in known or len(changed) >= _MAX_CORRECTED:
                continue
            correction = speller.correct(word.lower)
            # Words written without å ä ö are found as they are: there is nothing to tell.
            if correction is None or fold(correction.text) == fold(word.lower):
                continue
            # A compound of known words may stand in no page and be right all the same.
            compound = correction.distance >= _SURE and len(split(word.lower)) > 1
            nowhere = not snapshot.surface_frequency(correction.text)
            if right_as_it_is(word.lower, understanding.language) or (compound and nowhere):
                continue
            joined = self._joined(snapshot, content[number : number + 2])
            if joined is not None:
                changed[f"{word.text} {content[number + 1].text}"] = joined
                continue
            changed[word.text] = correction.text
            small = small or correction.text in word_set("words", "weak")
            sure = sure and not compound
        if not changed:
            return None
        pattern = re.compile(
            r"\b(?:" + "|".join(re.escape(word) for word in sorted(changed, key=len, reverse=True)) + r")\b"
        )
        text = pattern.sub(lambda found: changed[found.group()], understanding.parsed.text)
        return Mended(text, sure, small) if text != understanding.parsed.text else None

    def poor(self, candidates: Sequence[Candidate]) -> bool:
        """Whether hits are so poor that a corrected query may be searched instead."""
        return max((candidate.matched for candidate in candidates[:20]), default=0.0) < self._covered

    def _speller_for(self, snapshot: Snapshot) -> Speller:
        vocabulary = Vocabulary(snapshot)
        with self._lock:
            speller = self._speller
            self._speller = speller.for_snapshot(vocabulary) if speller else Speller(vocabulary)
            return self._speller

    def _joined(self, snapshot: Snapshot, words: Sequence[Word]) -> str | None:
        """The known word that two neighbours are when they are written together and mended, or None."""
        if len(words) < 2 or words[1].place != words[0].place + 1:
            return None
        whole = self._speller_for(snapshot).correct(words[0].lower + words[1].lower)
        if whole is None or whole.distance > _ONE_WORD:
            return None
        return whole.text if Vocabulary(snapshot).surface_frequency(whole.text) else None
