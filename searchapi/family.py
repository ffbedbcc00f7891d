"""Which words of the index belong to a word that it lacks? Its stem's, where nothing else was found."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from indexer.engine import Alternative, Clause, Plan, Word

_ENDINGS = (
    "ningarna", "ningens", "ningar", "ningen", "andet", "ades", "ande", "ning", "erna", "orna", "arna", "ade",
    "ats", "tes", "des", "its", "at", "ad", "as", "es", "ar", "er", "or", "en",
    "et", "de", "te", "a", "s", "t", "e", "n",
)  # fmt: skip
"""Endings of verbs, the passive's among them, and of nouns made of verbs; the longest first."""
_SHORTEST = 4
_LONGER = 10
"""How many letters a relative may have more than the stem: "avropsförfrågan", and no longer compounds."""
_MOST = 6
_WEIGHT = 0.4


def stem(word: str) -> str:
    """A word without its ending, where four letters remain: "avropas" and "avropar" are "avrop"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word


def relatives(word: str, beginning: Callable[[str, int], Sequence[Word]]) -> list[str]:
    """Words of the index that begin as a word's stem, the most frequent first.

    `beginning` tells the words of a prefix.
    """
    start = stem(word.casefold())
    if len(start) < _SHORTEST:
        return []
    found = [one.text for one in beginning(start, _MOST * 3)]
    return [text for text in found if len(text) <= len(start) + _LONGER][:_MOST]


def widened(plan: Plan, beginning: Callable[[str, int], Sequence[Word]]) -> Plan | None:
    """The same plan, each clause with its word's relatives too; None where there are none."""
    clauses = []
    for clause in plan.clauses:
        own = [one.text for one in clause.alternatives if " " not in one.text][:1]
        more = [text for word in own for text in relatives(word, beginning)]
        added = tuple(Alternative(text, _WEIGHT) for text in more if text not in own)
        clauses.append(Clause((*clause.alternatives, *added), required=clause.required))
    if tuple(clauses) == plan.clauses:
        return None
    return replace(plan, clauses=tuple(clauses))
