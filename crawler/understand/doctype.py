"""What kind of page is it, and why? The rules of rules.py are weighed; the highest sum of a doctype wins."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from crawler.record import Doctype, Evidence
from crawler.registry import DoctypeHint
from crawler.understand.rules import RULES, Rule
from crawler.understand.view import Look, PageView

HINT_WEIGHT = 12.0
"""The agency's own word: it decides unless everything in the page speaks against it."""
_EVIDENCE_FOR = 10
_EVIDENCE_AGAINST = 6
_DETAIL_CHARS = 80
# Where two doctypes score the same, the one that stands first here is taken: what hides services must be
# sure.
_ORDER = (
    Doctype.FORM, Doctype.PLACE, Doctype.OTHER, Doctype.GUIDE, Doctype.CONTACT, Doctype.ESERVICE, Doctype.LAW,
    Doctype.JOB,
    Doctype.MINUTES, Doctype.EVENT, Doctype.DECISION, Doctype.STEERING, Doctype.REPORT, Doctype.NEWS,
)  # fmt: skip
_RANK = {doctype: -place for place, doctype in enumerate(_ORDER)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The doctype, the evidence (what speaks for it first, then the strongest against it), all scores."""

    doctype: Doctype
    evidence: tuple[Evidence, ...]
    scores: dict[Doctype, float]


_COMPILED = tuple((rule, re.compile(rule.pattern) if rule.pattern else None) for rule in RULES)
# Rules by the place they look at: most places of most pages are empty, and then none of them is tried.
_BY_LOOK = tuple(
    (
        look.value,
        tuple(
            (rule, pattern.search if pattern else None) for rule, pattern in _COMPILED if rule.look is look
        ),
    )
    for look in Look
)


def classify(view: PageView, hint: DoctypeHint | None = None) -> Verdict:
    """Weigh every rule against the page. A page that nothing speaks for is `other`."""
    scores: dict[Doctype, float] = defaultdict(float)
    seen: list[tuple[Rule, str]] = []
    for place, rules in _BY_LOOK:
        text = getattr(view, place)
        if not text:
            continue
        for rule, search in rules:
            if search is None:
                detail = _words_in(rule, text)
            elif found := search(text):
                detail = found.group().strip()[:_DETAIL_CHARS]
            else:
                continue
            if detail is not None:
                scores[rule.doctype] += rule.weight
                seen.append((rule, detail))
    evidence = []
    if hint is not None:
        scores[hint.doctype] += HINT_WEIGHT
        evidence.append(
            Evidence(rule="registry_hint", detail=hint.pattern, value=hint.doctype, weight=HINT_WEIGHT)
        )
    doctype = max(scores, key=lambda d: (scores[d], _RANK[d]), default=Doctype.OTHER)
    if not scores or scores[doctype] <= 0:
        doctype = Doctype.OTHER
    return Verdict(doctype, tuple(evidence + _evidence(seen, doctype)), dict(scores))


def _words_in(rule: Rule, text: str) -> str | None:
    """Which of the rule's words the text holds, or None where they are too few."""
    hits = []
    for word in rule.words:
        if word in text:
            hits.append(word.strip())
            if len(hits) == rule.at_least:
                return ", ".join(hits)[:_DETAIL_CHARS]
    return None


def _evidence(seen: Iterable[tuple[Rule, str]], doctype: Doctype) -> list[Evidence]:
    by_weight = sorted(seen, key=lambda pair: -abs(pair[0].weight))
    own = [pair for pair in by_weight if pair[0].doctype is doctype][:_EVIDENCE_FOR]
    others = [pair for pair in by_weight if pair[0].doctype is not doctype][:_EVIDENCE_AGAINST]
    return [
        Evidence(rule=rule.name, detail=detail or rule.reason, value=rule.doctype, weight=rule.weight)
        for rule, detail in own + others
    ]


_LINK_LOOKS = frozenset({Look.HOST, Look.PATH})
_URL_RULES = tuple(
    (rule, pattern)
    for rule, pattern in _COMPILED
    if rule.look in _LINK_LOOKS and rule.doctype in {Doctype.ESERVICE, Doctype.FORM, Doctype.CONTACT}
)


@lru_cache(maxsize=16_384)  # the pages of a site link to much the same places
def _scores_of_url(host: str, path: str) -> tuple[tuple[Doctype, float], ...]:
    scores: dict[Doctype, float] = defaultdict(float)
    for rule, pattern in _URL_RULES:
        assert pattern is not None
        if pattern.search(host if rule.look is Look.HOST else path):
            scores[rule.doctype] += rule.weight
    return tuple(scores.items())


def scores_of_url(host: str, path: str) -> dict[Doctype, float]:
    """What a URL alone says of e-service, form and contact.

    The same rules, for links that were never followed.
    """
    return dict(_scores_of_url(host, path))
