"""Which words go astray? The errors of the analysis table, and misspellings that do not arrive.

    .venv/bin/python -m tests.relevance.report_words [--demo-data-dir DIR] [--each 40] [--wrong 15]

The misspellings are made by rule from words that the thesaurus and the demo's titles have in common: one kind
of slip at a time, chosen by a fixed seed. A misspelling arrives where its first three hits have the hit that
the right word has first. Words of other languages, and words that become another word, are left out.
"""

import argparse
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from crawler.registry import load_registry
from indexer import open_engine
from indexer.analysis.compounds import split
from indexer.analysis.lexicon import swedish_lexicon
from indexer.analysis.tokens import fold
from searchapi.request import SearchRequest
from searchapi.search import SearchService
from searchapi.settings import Settings
from searchapi.thesaurus import load_thesaurus
from tests.unit.test_analysis_table import errors

SHORTEST = 6
SEED = 20261122
_SOUNDS = (
    ("sj", "sk"), ("skj", "sj"), ("stj", "sj"), ("tj", "k"), ("kö", "tjö"), ("kä", "tjä"), ("gj", "j"),
    ("ge", "je"), ("gä", "jä"), ("hj", "j"), ("ä", "e"), ("å", "o"), ("ck", "k"), ("x", "ks"), ("c", "s"),
    ("dj", "j"), ("lj", "j"), ("tion", "sjon"), ("sion", "tion"), ("ph", "f"), ("nd", "n"), ("rs", "sch"),
)  # fmt: skip
_NEIGHBOURS = dict(zip("qwertyuioasdfghjklzxcvbnm", "wertyuiopsdfghjklöxcvbnma", strict=True))


def _one_letter_lost(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _one_letter_twice(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at] + word[at:]


def _two_letters_swapped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _neighbour_key(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + _NEIGHBOURS.get(word[at], "e") + word[at + 1 :]


def _dots_lost(word: str, chance: random.Random) -> str:
    return fold(word)


def _double_lost(word: str, chance: random.Random) -> str:
    return re.sub(r"([bdfgklmnprst])\1", r"\1", word, count=1)


def _sound(word: str, chance: random.Random) -> str:
    fits = [(a, b) for a, b in _SOUNDS if a in word[1:]] + [(a, b) for a, b in _SOUNDS if word.startswith(a)]
    if not fits:
        return word
    a, b = chance.choice(fits)
    return word.replace(a, b, 1)


def _written_apart(word: str, chance: random.Random) -> str:
    parts = split(word)
    at = len(parts[0].surface) if len(parts) > 1 else 0
    return f"{word[:at]} {word[at:]}" if at else word


def _apart_and_folded(word: str, chance: random.Random) -> str:
    apart = _written_apart(word, chance)
    return fold(apart) if apart != word else word


SLIPS: dict[str, Callable[[str, random.Random], str]] = {
    "a letter lost": _one_letter_lost,
    "a letter twice": _one_letter_twice,
    "two letters swapped": _two_letters_swapped,
    "the key beside": _neighbour_key,
    "å ä ö lost": _dots_lost,
    "a double letter lost": _double_lost,
    "as it sounds": _sound,
    "written apart": _written_apart,
    "apart, å ä ö lost": _apart_and_folded,
}


def slips(words: Iterable[str], each: int) -> Iterator[tuple[str, str, str]]:
    """Kind of slip, word and misspelling: up to so many of each kind, always the same."""
    chance = random.Random(SEED)
    ordered = sorted(words)
    chance.shuffle(ordered)
    lexicon = swedish_lexicon()
    for kind, slip in SLIPS.items():
        found = 0
        for word in ordered:
            wrong = slip(word, chance)
            if wrong == word or (" " not in wrong and lexicon.lemma(wrong) is not None):
                continue
            yield kind, word, wrong
            found += 1
            if found == each:
                break


def matters(known: Callable[[str], int]) -> set[str]:
    """Single Swedish words of the thesaurus' names that some page has."""
    concepts = [one for one in load_thesaurus().concepts if not one.id.startswith(("title.", "law."))]
    names = {name.casefold() for one in concepts for name in (one.preferred, *one.official)}
    return {name for name in names if name.isalpha() and len(name) >= SHORTEST and known(name)}


def report_table(wrong: int) -> None:
    """Print how many words of the analysis table are analysed wrongly, and which."""
    for sheet in ("1", "2"):
        count, lemmas, parts = errors(sheet)
        wrongly = f"lemma wrong {len(lemmas)}, split wrong {len(parts)}"
        print(f"analysis table, sheet {sheet}: {count} words, {wrongly}")
        for line in [*lemmas, *parts][:wrong]:
            print(f"    {line}")


def report_slips(service: SearchService, kommun: str, each: int, wrong: int) -> None:
    """Print the share of made misspellings that arrive, by kind of slip."""
    words = matters(service.snapshot().document_frequency)
    right: dict[str, str] = {}
    counts: dict[str, list[int]] = {}
    lost: dict[str, list[str]] = {}
    for kind, word, misspelt in slips(words, each):
        if word not in right:
            right[word] = next(iter(_urls(service, word, kommun)), "")
        if not right[word]:
            continue
        found = right[word] in _urls(service, misspelt, kommun)
        counts.setdefault(kind, [0, 0])[0] += found
        counts[kind][1] += 1
        if not found:
            lost.setdefault(kind, []).append(f"{misspelt} ({word})")
    total = [sum(pair[n] for pair in counts.values()) for n in (0, 1)]
    for kind, (arrived, asked) in [*counts.items(), ("all", (total[0], total[1]))]:
        print(f"{kind:22} {arrived:4} of {asked:4} arrive ({arrived / max(asked, 1):.1%})")
        if lost.get(kind):
            print(f"    not: {', '.join(lost[kind][:wrong])}")


def _urls(service: SearchService, q: str, kommun: str) -> list[str]:
    response = service.search(SearchRequest(q=q, kommun=kommun))
    return [url for hit in response.hits[:3] for url in (hit.url, *(action.url for action in hit.actions))]


def main() -> None:
    """Print both reports; the second needs a crawled demo."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--demo-data-dir", type=Path, help="the data folder of a crawled demo")
    parser.add_argument("--kommun", default="norrvik", help="whose citizen asks")
    parser.add_argument("--each", type=int, default=40, help="misspellings of each kind")
    parser.add_argument("--wrong", type=int, default=15, help="how many of the errors to show of each kind")
    options = parser.parse_args()
    report_table(options.wrong)
    if options.demo_data_dir:
        data = options.demo_data_dir.resolve() / "demo"
        settings = Settings(data_dir=data, registry=data / "agencies.toml", database_url="")
        service = SearchService(open_engine(settings.index_dir), load_registry(settings.registry), settings)
        report_slips(service, options.kommun, options.each, options.wrong)


if __name__ == "__main__":
    main()
