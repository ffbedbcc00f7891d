"""Why does a hit stand where it does? Reasons in plain words, from knowledge/explain.toml."""

from collections.abc import Iterable

from searchapi.knowledge import load
from searchapi.rank import Factor
from searchapi.refine import Answer

_NOTEWORTHY = 0.03


def reasons(answer: Answer, factors: Iterable[Factor], label: str, synonyms: Iterable[str]) -> list[str]:
    """The reasons for a hit's place, those that weigh most first. `label` is the doctype's name."""
    texts = load("explain")
    candidate = answer.ranked.candidate
    told: list[tuple[float, str]] = []
    for factor in factors:
        change = factor.value - 1.0
        rules = texts["factor"][factor.name]
        by_meaning_alone = candidate.meant > 0.0 and candidate.matched == 0.0
        if factor.name == "meaning" and by_meaning_alone:
            told.append((10.0, rules["alone"]))
        elif factor.name == "coverage" and by_meaning_alone:
            continue
        elif factor.name == "coverage":
            share = round(candidate.matched * 100)
            text = rules["all"] if share >= 99 else rules["some"].format(share=share)
            told.append((10.0, text))
        elif abs(change) >= _NOTEWORTHY:
            text = rules.get("up" if change > 0 else "down", "")
            if text:
                told.append((abs(change), text.format(label=label.lower(), told=factor.told)))
    told.sort(key=lambda one: -one[0])
    lines = [text for _, text in told]
    words = list(synonyms)
    if words:
        lines.append(texts["synonym"]["text"].format(words=", ".join(words)))
    if answer.absorbed:
        lines.append(texts["absorbed"]["text"])
    if answer.copies:
        count = len(answer.copies)
        lines.append(texts["copies"]["one" if count == 1 else "other"].format(count=count))
    return lines
