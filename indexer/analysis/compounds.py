"""Which words is a Swedish compound made of? Parts that mean something, or none.

Every cut of the word into known words is weighed: common, long and few parts are good (the frequency criterion is
that of Koehn and Knight, "Empirical Methods for Compound Splitting", 2003: a word is cut only where its parts are
on the whole more common than itself). Modifiers may carry a binding letter or have lost their last vowel.
"""

from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis.lexicon import Lexicon, swedish_lexicon

MIN_LENGTH = 6
_MIN_PART = 3
_MAX_LENGTH = 60
_MAX_PARTS = 5
_PART_COST = 2.2  # what every further part costs, in powers of ten of frequency
_SHORT_COST = 1.4  # what a part of three letters costs
_MARGIN = 0.15  # how much more common than the whole the parts must be

# Particles, prepositions and endings look like words and are none inside another: till-stånd, med-borgare, -skap.
_NEVER_FIRST = frozenset(
    """av an be bort bi by en er ett för fram från ge ha hem he hos hän i in inne inom med mest min miss mot när ned
    ner ni o och om oss på per pro rå re se så sin till tro tu under undan upp ur ut utan utom vi vid å åt än är över
    efter före genom igen emot mellan sam kring kom som kan kon den det des dess der dig din du ens ert han hon hur
    jag lär man mig när nog nor nu sig ska var vem att man mån tal hel art par pri ser tar vad ind
    ank ans ord led ass ben bok ber lag""".split()
) - frozenset("hem bok ben lag tal ord led hel art mån par bil".split())
_NEVER_LAST = frozenset(
    """are are arens arna aren bar bara bart dom else elser eri erier erna er het heten heter heterna ing ingar ingen
    inge isk iska iskt lek lig liga ligt ning ningar ningen ninge nings or orna pro sam samt samma sel skap skapen
    skapet ska skt sta ste tion tioner ton tor tur turen ande ende ans ant ets ens nas nat net nen ner nde ell ella ler
    let lar las lare las rad rat rar ras res ren sen ser tan tar ten ter tera ven ver vis vist mans män mäns
    son sons per par mun era ers ena dens das dar del dels""".split()
) - frozenset("del rad par män".split())


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a compound: as it stands in the word, and its lemma."""

    surface: str
    lemma: str


@lru_cache(maxsize=65_536)
def split(word: str) -> tuple[Part, ...]:
    """The parts of a lower-case compound, in order; empty where the word is not one."""
    if not MIN_LENGTH <= len(word) <= _MAX_LENGTH or not word.isalpha():
        return ()
    best = _best_split(word, swedish_lexicon())
    return best


def _best_split(word: str, lexicon: Lexicon) -> tuple[Part, ...]:
    # best[i]: cheapest way to read word[:i] as modifiers: cost, sum of commonness, parts
    best: dict[int, tuple[float, float, tuple[Part, ...]]] = {0: (0.0, 0.0, ())}
    size = len(word)
    for end in range(_MIN_PART, size - _MIN_PART + 1):
        for start in [at for at in best if end - at >= _MIN_PART]:
            cost, common, parts = best[start]
            if len(parts) >= _MAX_PARTS - 1:
                continue
            modifier = _modifier(word[start:end], lexicon)
            if modifier is None:
                continue
            value = lexicon.commonness(modifier)
            total = cost + _cost(end - start, value)
            if end not in best or total < best[end][0]:
                best[end] = (total, common + value, (*parts, Part(word[start:end], modifier)))
    chosen: tuple[float, float, tuple[Part, ...]] | None = None
    for start, (cost, common, parts) in best.items():
        if start == 0:
            continue
        head = _head(word[start:], lexicon)
        if head is None:
            continue
        value = lexicon.commonness(head)
        total = cost + _cost(size - start, value)
        if chosen is None or total < chosen[0]:
            chosen = (total, common + value, (*parts, Part(word[start:], head)))
    if chosen is None:
        return ()
    parts = chosen[2]
    shortest = min(len(part.surface) for part in parts)
    itself = max(lexicon.commonness(word), lexicon.commonness(lexicon.lemma(word) or word))
    needed = itself + _MARGIN + (1.0 if shortest == _MIN_PART else 0.0)
    return parts if chosen[1] / len(parts) > needed else ()


def _cost(length: int, commonness: float) -> float:
    return _PART_COST + (9.0 - commonness) / 2 + (_SHORT_COST if length == _MIN_PART else 0.0)


def _usable(word: str, lexicon: Lexicon) -> bool:
    return lexicon.is_base(word) and lexicon.commonness(word) >= 1.3


def _modifier(form: str, lexicon: Lexicon) -> str | None:
    """The lemma of a word as it stands first or midmost in a compound, or None."""
    if form in _NEVER_FIRST:
        return None
    if _usable(form, lexicon) and (form[-1] != "a" or len(form) >= 5):
        return lexicon.lemma(form) or form
    if len(form) < _MIN_PART + 1 and form[-1] in "seou":
        return None
    candidates: list[str] = []
    if form[-1] == "s":
        candidates += [form[:-1], form[:-1] + "e"]  # tillstånds-, arbets-
    if form[-1] in "eou":
        candidates += [form[:-1] + "a", form[:-1]]  # förskole-, vecko-, gatu-; barne-
    elif form[-1] == "a":
        candidates.append(form[:-1])  # barna-
    candidates += [form + "a", form + "e"]  # skol-, bygg-; medborgar-
    for candidate in candidates:
        if len(candidate) >= _MIN_PART and candidate not in _NEVER_FIRST and _usable(candidate, lexicon):
            return lexicon.lemma(candidate) or candidate
    return None


def _head(form: str, lexicon: Lexicon) -> str | None:
    """The lemma of a word as it stands last in a compound, or None."""
    if form in _NEVER_LAST or len(form) < _MIN_PART:
        return None
    found = lexicon.lemma(form)
    if found is None or found in _NEVER_LAST or lexicon.commonness(found) < 1.3:
        return None
    return found
