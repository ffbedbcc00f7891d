"""Which words is a Swedish compound made of? Parts that mean something, or none.

Every cut of the word into known words is weighed: common, long and few parts are good (the frequency
criterion is that of Koehn and Knight, "Empirical Methods for Compound Splitting", 2003: a word is cut only
where its parts are on the whole more common than itself). Modifiers may carry a binding letter or have lost
their last vowel.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from indexer.analysis.lexicon import Lexicon, swedish_lexicon

MIN_LENGTH = 6
_MIN_PART = 3
_MAX_LENGTH = 60
_MAX_PARTS = 5
_PART_COST = 2.2  # what every further part costs, in powers of ten of frequency
_SHORT_COST = 1.4  # what a part of three letters costs
_BINDING_S_COST = 0.5  # what a binding s costs where it is not to be expected: jobb-sökande, not jobbs-ökande
_BINDING_S_AFTER = ("ing", "het", "tion", "skap", "dom", "nad", "else", "ment", "sion", "tet", "ande", "ende")
_BINDING_S_WORDS = (
    "skydd",
    "vård",
    "rätt",
    "avtal",
    "arbet",
    "brott",
    "bruk",
    "stånd",
    "medel",
    "arv",
    "land",
    "liv",
)
_MARGIN = 0.15  # how much more common than the whole the parts must be
_SHORT_MARGIN = 0.5  # and where a part has three letters
_LONG_PART, _LONG_SLACK = 5, 1.0  # what parts of so many letters may be rarer than the whole
_CLEARLY = 1.0  # ten times as common
_RAREST = 1.5  # commonness below which a word is no part
_SHORT_HEADS = frozenset({"kö"})
_IRREGULAR = {
    "data": "data", "el": "el", "föräldra": "förälder", "is": "is", "kläd": "kläder", "läke": "läka",
    "mödra": "mor", "tim": "timme", "års": "år",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a compound: as it stands in the word, and its lemma."""

    surface: str
    lemma: str


class _Stops(NamedTuple):
    first: frozenset[str]
    last: frozenset[str]


@lru_cache(maxsize=1)
def _stops() -> _Stops:
    """What looks like a word and is none inside another (data/compound_stops.txt)."""
    text = (resources.files("indexer.analysis") / "data" / "compound_stops.txt").read_text(encoding="utf-8")
    listed: dict[str, set[str]] = {"first": set(), "last": set()}
    for line in text.splitlines():
        place, _, words = line.partition("#")[0].partition(":")
        if words:
            listed[place.strip()].update(words.split())
    return _Stops(frozenset(listed["first"]), frozenset(listed["last"]))


@lru_cache(maxsize=65_536)
def split(word: str) -> tuple[Part, ...]:
    """The parts of a lower-case compound, in order; empty where the word is not one."""
    if not MIN_LENGTH <= len(word) <= _MAX_LENGTH or not word.isalpha():
        return ()
    best = _best_split(word, swedish_lexicon())
    return best


def known_modifier(form: str) -> bool:
    """Whether a form can stand first in a compound: a word, with or without a binding letter."""
    return _modifier(form) is not None


def known_head(form: str) -> bool:
    """Whether a form can stand last in a compound."""
    return _head(form, "", swedish_lexicon()) is not None


def _best_split(word: str, lexicon: Lexicon) -> tuple[Part, ...]:
    size = len(word)
    itself = lexicon.lemma(word)
    heads: dict[int, str] = {}
    for start in range(_MIN_PART - 1, size - 1):
        head = _head(word[start:], word[start - 1], lexicon)
        # The whole word's lemma ends in its head's: nämnden is nämnd, so it does not end in den.
        if head is not None and (itself is None or itself.endswith(head)):
            heads[start] = head
    if not heads:
        return ()
    # The cheapest way to read word[:end] as modifiers
    best: dict[int, _Reading] = {0: _Reading(0.0, 0.0, (), _MAX_LENGTH)}
    for end in range(_MIN_PART - 1, max(heads) + 1):
        for start in [at for at in best if end - at >= _MIN_PART - 1]:
            before = best[start]
            if len(before.parts) >= _MAX_PARTS - 1:
                continue
            found = _modifier(word[start:end])
            if found is None:
                continue
            reading = before.and_part(word[start:end], found[0], found[1], lexicon)
            if end not in best or reading.cost < best[end].cost:
                best[end] = reading
    chosen: _Reading | None = None
    for start, head in heads.items():
        if start not in best or (start + 1 in heads and _binds(best[start], word[start])):
            continue
        reading = best[start].and_part(word[start:], head, len(head), lexicon)
        if chosen is None or reading.cost < chosen.cost:
            chosen = reading
    if chosen is None:
        return ()
    whole = max(lexicon.commonness(word), lexicon.family_commonness(itself or word))
    if chosen.shortest <= _MIN_PART:
        needed = whole + _MARGIN + _SHORT_MARGIN
    else:
        # Long parts are hardly ever there by chance: arbets-givare is commoner than givare.
        needed = whole + (_MARGIN if chosen.shortest < _LONG_PART else -_LONG_SLACK)
    return chosen.parts if chosen.common / len(chosen.parts) > needed else ()


def _binds(before: "_Reading", letter: str) -> bool:
    """Whether an s belongs to what stands before it: smittskydd-s-lag is no slag. Compounds and words for
    what one does or is take one before a head."""
    if letter != "s" or not before.parts:
        return False
    last = before.parts[-1].surface
    return last.endswith(_BINDING_S_AFTER) or last.endswith(_BINDING_S_WORDS) or len(split(last)) > 1


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way to read the beginning of a word: what it costs, and the sum of its parts' commonness."""

    cost: float
    common: float
    parts: tuple[Part, ...]
    shortest: int

    def and_part(self, surface: str, lemma: str, stem: int, lexicon: Lexicon) -> "_Reading":
        common = lexicon.family_commonness(lemma)
        cost = _PART_COST + (9.0 - common) / 2 + (_SHORT_COST if stem <= _MIN_PART else 0.0)
        if surface.endswith("s") and stem == len(surface) - 1 and not surface[:-1].endswith(_BINDING_S_AFTER):
            cost += _BINDING_S_COST
        return _Reading(
            self.cost + cost,
            self.common + common,
            (*self.parts, Part(surface, lemma)),
            min(self.shortest, stem),
        )


@lru_cache(maxsize=65_536)
def _modifier(form: str) -> tuple[str, int] | None:
    """What a form may be first or midmost in a compound: its lemma and the letters of its stem; or None."""
    lexicon = swedish_lexicon()
    if form in _stops().first:
        return None
    if form in _IRREGULAR:
        return _IRREGULAR[form], len(form)
    if len(form) < _MIN_PART:
        return None
    size = len(form)
    candidates: list[tuple[str, int]] = []
    if lexicon.base_commonness(form) >= _RAREST and (
        form[-1] != "a" or (size >= 6 and lexicon.is_noun(form))
    ):
        # Kart- is of karta and grann- of granne, though kart and grann are words too.
        own = lexicon.family_commonness(form) + _CLEARLY
        longer = [word for word in (form + "a", form + "e") if lexicon.is_noun(word)]
        if not any(lexicon.family_commonness(word) > own for word in longer):
            return lexicon.lemma(form) or form, size
    last = form[-1]
    if size > _MIN_PART:
        if last == "s":
            candidates += [(form[:-1], size - 1), (form[:-1] + "e", size - 1)]  # tillstånds-, arbets-
            if form[-2] == "e":
                candidates.append((form[:-2] + "a", size - 2))  # hyres-
        elif last in "eou":
            candidates += [(form[:-1] + "a", size - 1), (form[:-1], size - 1)]  # förskole-, vecko-; skatte-
            if form.endswith("ie"):
                candidates.append((form[:-1] + "um", size))  # gymnasie-
        elif last == "a":
            candidates.append((form[:-1], size - 1))  # barna-
    candidates += [
        (form + "a", size),
        (form + "e", size),
        (form + last + "a", size),
    ]  # skol-, medborgar-, sim-
    known = [
        (candidate, stem)
        for candidate, stem in candidates
        if stem >= _MIN_PART
        and lexicon.base_commonness(candidate) >= _RAREST
        and candidate not in _stops().first
    ]
    if not known:
        return None
    best, stem = max(
        known, key=lambda found: lexicon.family_commonness(found[0]) + 2.0 * lexicon.is_noun(found[0])
    )
    return lexicon.lemma(best) or best, stem


def _head(form: str, before: str, lexicon: Lexicon) -> str | None:
    """The lemma of a word as it stands last in a compound, after the letter `before`, or None."""
    if form in _stops().last or (len(form) < _MIN_PART and form not in _SHORT_HEADS):
        return None
    # The suffixes -ering, -skap and -ning are cut nowhere: parkering has no ring, medlemskap no kap.
    if (before == "e" and form.startswith("ring")) or (before == "s" and form.startswith("kap")):
        return None
    found = lexicon.lemma(form)
    if found is None or found in _stops().last or lexicon.family_commonness(found) < _RAREST:
        return None
    return found
