"""Words and meaning: who leads? Candidates found by words, told how near their meaning is, and others by it.

Scores are added, not ranks: a rank says nothing of how well the first page answers, and fusing both as equals
loses where one of them has no evidence at all. What meaning adds is weighed by how little the words found.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from indexer.engine import Candidate, FacetCount, Matches, Plan, Snapshot
from indexer.meaning import MEANT
from searchapi.intent import IntentKind
from searchapi.language import any_is_a_word
from searchapi.meaning import Meant
from searchapi.understand import Understanding
from searchapi.weights import Weights

BY_MEANING = frozenset({IntentKind.ERRAND, IntentKind.FORM, IntentKind.PLACE})
"""What meaning helps with. Documents, persons, contacts and agencies are asked for by their names."""
_BEST = 10
_ADDED = 12
_KEY_WORDS = 2
"""Up to so many words are key words, which say by themselves what is meant …"""
_SENTENCE = 6
"""… and so many are a sentence."""


def fuse(
    snapshot: Snapshot, plan: Plan, matches: Matches, understanding: Understanding, meant: Meant,
    weights: Weights,
) -> Matches:  # fmt: skip
    """Tell how near the candidates' meaning is (`meant`), and add pages that only meaning finds."""
    parsed = understanding.parsed
    if understanding.intent.kind not in BY_MEANING or parsed.phrases or parsed.excluded:
        return matches
    lead = lead_of(matches.candidates, understanding, weights)
    if lead <= 0.0 or not (matches.candidates or _says_something(understanding)):
        return matches
    doctypes = plan.filters.doctypes
    near = meant.near(
        parsed.text,
        plan.filters.agencies,
        frozenset(one.value for one in doctypes) if doctypes is not None else None,
    )
    if near is None or not near.nearest:
        return matches
    best, floor = max(near.nearest.values()), weights["meaning.floor"]
    if best < weights["meaning.least"]:
        return matches

    def share(value: float) -> float:
        return lead * max(0.0, (value - floor) / (best - floor))

    numbers = snapshot.numbers(matches.candidates)
    known = near.of(numbers)
    candidates = [
        one._replace(meant=share(known[number])) if number in known else one
        for one, number in zip(matches.candidates, numbers, strict=True)
    ]
    there, enters = set(numbers), lead * weights["meaning.enters"]
    missing = [number for number, value in near.nearest.items() if number not in there]
    alone = weights["meaning.alone"] if _key_words(understanding) else 0.0
    missing = [
        number
        for number in missing
        if share(near.nearest[number]) >= enters and near.nearest[number] >= alone
    ][:_ADDED]
    added = snapshot.named(plan, missing)
    entered = [
        one._replace(meant=share(near.nearest[number]))
        for one, number in zip(added, snapshot.numbers(added), strict=True)
    ]
    # What words found beyond the candidates is counted, and not to be counted twice.
    new = [one for one in entered if one.matched == 0.0]
    return Matches(matches.total + len(new), [*candidates, *entered], counted_in(matches.facets, new))


def met_by_meaning(matches: Matches) -> list[Candidate]:
    """The candidates that no word of the plan meets: what the index counts lacks them."""
    return [one for one in matches.candidates if one.meant > 0.0 and one.matched == 0.0]


def lead_of(candidates: Sequence[Candidate], understanding: Understanding, weights: Weights) -> float:
    """How much meaning leads: little where a page has all of the words, much where words don't meet."""
    best = candidates[:_BEST]
    covered = max((one.matched * one.title_matched for one in best), default=0.0)
    words = len(understanding.parsed.all_words)
    sentence = min(1.0, max(0.0, (words - _KEY_WORDS) / (_SENTENCE - _KEY_WORDS)))
    lead = weights["meaning.always"]
    lead += weights["meaning.sentence"] * sentence
    lead += weights["meaning.uncovered"] * (1.0 - covered)
    if understanding.language != "sv":
        lead += weights["meaning.foreign"]
    # Laws and minutes have no vectors: one that is named by the query must not fall behind pages that have.
    named = max((one.matched * one.title_matched for one in best if one.doctype not in MEANT), default=0.0)
    return lead * (1.0 - named)


def _key_words(understanding: Understanding) -> bool:
    """Whether a query is Swedish key words, whose few letters are near many pages that have none of them."""
    return understanding.language == "sv" and len(understanding.parsed.all_words) <= _KEY_WORDS


def _says_something(understanding: Understanding) -> bool:
    """Whether a query that no page meets has a word at all: the nearest pages to "qwrtzp" mean nothing."""
    words = [word.lower for word in understanding.parsed.all_words]
    return any_is_a_word(words, understanding.language)


def counted_in(
    facets: Mapping[str, Sequence[FacetCount]], added: Sequence[Candidate]
) -> Mapping[str, Sequence[FacetCount]]:
    """The facets with some more candidates counted in."""
    if not added:
        return facets
    counted = {}
    for name, counts in facets.items():
        values = Counter({one.value: one.count for one in counts})
        values.update(str(getattr(one, name)) for one in added)
        counted[name] = [FacetCount(value, count) for value, count in values.most_common()]
    return counted
