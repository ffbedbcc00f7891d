"""Which names of matters say what is done? "hämta sopor" is sophämtning, "vaccinera" vaccination."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from indexer.analysis.compounds import split
from indexer.analysis.lexicon import swedish_lexicon
from searchapi.knowledge import word_set
from searchapi.terms import SHORTEST_PART, Term

_ENDINGS = (
    ("ering", ("era",)), ("ation", ("era",)), ("ition", ("era",)), ("ption", ("ptera",)),
    ("mning", ("mma", "mna")), ("ning", ("na", "a")), ("ing", ("a",)),
    ("ande", ("a",)), ("else", ("a",)), ("tion", ("era",)), ("sel", ("a",)),
)  # fmt: skip
"""What nouns of doing end with, and the verbs that they are made of."""
_COMMONEST = 4.5
"""Verbs above this commonness (one word in thirty thousand) say little of a matter when they stand alone."""
_REACH = 3
"""How far from its verb that stands which something is done with: "hämta min gamla soffa"."""


@lru_cache(maxsize=4096)
def verb_of(noun: str) -> str:
    """The verb that a noun of doing is made of ("hämtning" is hämta), or nothing."""
    lexicon = swedish_lexicon()
    for ending, verbs in _ENDINGS:
        stem = noun.removesuffix(ending)
        if stem == noun or len(stem) < 2:
            continue
        for verb in verbs:
            if len(stem + verb) >= SHORTEST_PART and lexicon.lemma(stem + verb) == stem + verb:
                return stem + verb
    return ""


class Acts:
    """Terms that are nouns of doing, by their verbs: agencies' own names, and compounds with their object."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._alone: dict[str, list[Term]] = {}
        self._with: dict[str, list[tuple[str, Term]]] = {}
        little = word_set("words", "weak") | word_set("words", "stop")
        for term in terms:
            if len(term.lemmas) != 1:
                continue
            noun = term.lemmas[0]
            verb = verb_of(noun)
            named = term.kind in {"preferred", "official"}
            if named and verb not in little and 0.0 < swedish_lexicon().commonness(verb) < _COMMONEST:
                self._alone.setdefault(verb, []).append(term)
            parts = split(noun)
            verb = verb_of(parts[-1].lemma) if len(parts) == 2 else ""
            if verb:
                self._with.setdefault(verb, []).append((parts[0].lemma, term))

    def alone(self, verb: str) -> Sequence[Term]:
        """The terms that name what a verb does."""
        return self._alone.get(verb, ())

    def near(self, keys: Sequence[str], at: int) -> Iterator[tuple[Term, int]]:
        """The terms for what the verb at a position does with a thing near it, and where that stands."""
        for thing, term in self._with.get(keys[at], ()):
            for place in range(max(0, at - _REACH), min(len(keys), at + _REACH + 1)):
                if place != at and keys[place] == thing:
                    yield term, place
                    break
