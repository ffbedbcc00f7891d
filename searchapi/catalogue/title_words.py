"""Under which words does a page stand in an index? What its title names: the whole, and its parts."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from crawler.record import Doctype
from indexer.analysis.compounds import split
from indexer.analysis.lexicon import swedish_lexicon
from indexer.analysis.swedish import lemma
from searchapi.knowledge import load, word_set

_MOST_WORDS, _LONGEST, _SHORTEST = 4, 40, 2
_TO_DO = frozenset({Doctype.ESERVICE, Doctype.FORM})
_REST = re.compile(
    r"\s+[–—-]\s+.*|:\s.*|\s*\(.*|,\s+(?:kontakt|kundservice|adresser|så|för dig)\b.*", re.IGNORECASE
)
_YEARS = re.compile(r"\s+(?:19|20)\d\d(?:\s*[-–/]\s*(?:19|20)?\d\d)?$")
_BETWEEN = re.compile(r",\s+|\s+och\s+|\s+eller\s+|\s+samt\s+")
_WORDS = re.compile(r"[^\W\d_][\w-]*(?:\s[\w-]+)*")


def heads(title: str, doctype: Doctype, names: frozenset[str]) -> list[str]:
    """The words of the index that a title gives, the first for the whole of it; none where it names nothing.

    `names`: the agency's own names, which every page could bear ("Biblioteken i Norrvik" are Biblioteken).
    """
    if "?" in title or "!" in title:
        return []
    text = _without_names(_YEARS.sub("", _REST.sub("", " ".join(title.split()))), names)
    led = _without_lead(text)
    if led is None and doctype in _TO_DO and not _begins_with_noun(text):
        return []
    text = led if led is not None else text
    text = text[:1].upper() + text[1:]
    parts = _parts(text)
    if doctype in _TO_DO and not all(_begins_with_noun(part) for part in parts):
        return [part for part in parts if _stands(part) and _is_name(part)]
    whole = [text] if _stands(text) else []
    if not whole and len(parts) < 2:
        return []
    others = [part for part in (parts[1:] if whole else parts) if _stands(part) and _is_name(part)]
    return [*whole, *others]


def _without_names(text: str, names: frozenset[str]) -> str:
    """The title without the agency's name where it tells only whose page it is."""
    words = text.split()
    while len(words) > 1 and words[-1].casefold().strip(",") in names:
        words.pop()
        if len(words) > 1 and words[-1].casefold() in word_set("headwords", "prepositions"):
            words.pop()
    if len(words) > 1 and words[0].casefold() in names:
        words.pop(0)
    shown = " ".join(words)
    return shown[:1].upper() + shown[1:]


def _without_lead(text: str) -> str | None:
    """What a title is about that begins with doing it; None where it does not."""
    lower = text.casefold()
    for lead in _leads():
        if lower.startswith(f"{lead} "):
            rest = text[len(lead) + 1 :]
            return rest if _begins_with_noun(rest) else ""
    return None


@cache
def _leads() -> Sequence[str]:
    return sorted(load("headwords")["leads"], key=len, reverse=True)


def _parts(text: str) -> list[str]:
    """The several things that a title names: "Motionsspår, skidspår och badplatser". One where it is one."""
    words = {word.casefold() for word in text.split()}
    if words & word_set("headwords", "prepositions"):
        return [text]
    parts = [part.strip() for part in _BETWEEN.split(text)]
    if not all(parts) or any(part.startswith("-") or part.endswith("-") for part in parts[1:]):
        return [text]
    # "Kultur- och fritidsnämnden" is one board, "Budget- och skuldrådgivning" two things; of such a pair
    # only the second is whole, and only what is not a proper name stands alone.
    if parts[0].endswith("-"):
        one = parts[-1].endswith(("nämnden", "enheten", "förvaltningen", "kontoret", "arna"))
        parts = [text] if one else [text, *parts[1:]]
    return [part[:1].upper() + part[1:] for part in parts]


def _stands(text: str) -> bool:
    """Whether a text can stand in an index: short, whole, and no page that every agency has."""
    lower = text.casefold()
    words = lower.split()
    return (
        0 < len(words) <= _MOST_WORDS
        and _SHORTEST <= len(text) <= _LONGEST
        and _WORDS.fullmatch(text.replace(", ", " ").replace(" – ", " ")) is not None
        and lower not in word_set("headwords", "generic")
        and words[0] not in word_set("words", "stop") | word_set("headwords", "never_first")
        and not (len(words) == 1 and is_verb(words[0]) and lower.endswith(("t", "v", "s")))
        and words[-1] not in word_set("headwords", "prepositions")
        and lemma(words[-1]) not in {"vi", "du", "sig"} | word_set("words", "stop")
    )


def _is_name(text: str) -> bool:
    """Whether a part of a title is a thing, maybe with an adjective before it, and nothing that one does."""
    words = text.casefold().split()
    return 0 < len(words) <= 2 and not any(
        is_verb(word) or word in word_set("words", "weak") for word in words
    )


def _begins_with_noun(text: str) -> bool:
    words = text.casefold().replace(",", " ").split()
    small = word_set("words", "stop") | word_set("words", "weak")
    return bool(words) and words[0] not in small and not is_verb(words[0])


@lru_cache(maxsize=20_000)
def is_verb(word: str) -> bool:
    """Whether a word is a verb, by the other forms that the lexicon has of it. Compounds go by their last
    part: "momsregistrera". What is a noun as well ("skola"), and imperatives, stand in
    knowledge/headwords.toml.
    """
    parts = split(word)
    last = parts[-1].surface if parts else word
    nouns = word_set("headwords", "nouns")
    if word in nouns or last in nouns:
        return False
    return word in word_set("headwords", "verbs") or _bends_as_verb(word) or _bends_as_verb(last)


def _bends_as_verb(word: str) -> bool:
    """Whether the lexicon has forms that only a verb has: grillade, ansöker, köpte."""
    if not word.endswith("a"):
        return False
    lexicon = swedish_lexicon()
    forms = (f"{word}de", f"{word}r", f"{word[:-1]}er", f"{word[:-1]}te")
    return any(form in lexicon and lemma(form) == lemma(word) for form in forms)
