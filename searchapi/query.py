"""What did the citizen write? Any string becomes words, phrases and exclusions; nothing is refused here."""

import re
import unicodedata
from dataclasses import dataclass

MAX_WORDS = 32
"""Words beyond this are dropped: a longer query is a pasted text, and its first words carry the errand."""

_WORD = re.compile(r"§+|\w+(?:[-./:'’]\w+)*")
_SPLIT = re.compile(r"[./:]")
_FILE = re.compile(r"(?<=\w)\.(?:pdf|docx?|odt|rtf|html?|aspx)\b", re.I)
_SHORT_YEAR = re.compile(r"[-−–’']\d\d")
_OPERATOR_PREFIX = re.compile(r"(?<!\S)(?:site|filetype|inurl|intitle|intext|title|url|host):(?=\S)", re.I)
_QUOTED = re.compile(r'"([^"]*)"')
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))
_OPERATORS = frozenset({"AND", "OR", "NOT", "OCH", "ELLER", "INTE"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query: as written, and in lower case for comparing. `place` is its position from 0."""

    text: str
    lower: str
    place: int


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query in its parts. `text` is the whole, cleaned; `words` are those outside quotation marks."""

    text: str
    words: tuple[Word, ...]
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def all_words(self) -> tuple[Word, ...]:
        """The words in and outside quotation marks; the positions of quoted ones follow the others."""
        quoted = [word for phrase in self.phrases for word in words_of(phrase)]
        first = len(self.words)
        return self.words + tuple(
            Word(text, text.casefold(), first + number) for number, text in enumerate(quoted)
        )

    @property
    def unquoted(self) -> "ParsedQuery":
        """The same, as if the quotation marks were not there."""
        return ParsedQuery(self.text, self.all_words[:MAX_WORDS], (), self.excluded)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.words and not self.phrases


def clean(text: str) -> str:
    """Composed characters (NFC), no control or invisible characters, single spaces."""
    # Cheap bound before the costly steps; the service refuses longer queries with a message before this.
    composed = unicodedata.normalize("NFC", text[:20_000])
    kept = [
        character if unicodedata.category(character)[0] not in "CZ" else _blank(character)
        for character in composed
    ]
    return " ".join("".join(kept).split())


def _blank(character: str) -> str:
    # Soft hyphens and zero-width characters stand inside words; everything else invisible separates them.
    return "" if unicodedata.category(character) == "Cf" else " "


def parse(text: str) -> ParsedQuery:
    """Take a query apart: "…" is a phrase, a leading minus excludes. Never raises.

    A query of exclusions only is read as if the minus signs were not there, and other engines' operators
    (site:, AND, brackets, wildcards) are harmless, so that no sign empties a result by accident.
    """
    whole = clean(text)
    plain = _OPERATOR_PREFIX.sub("", whole.translate(_QUOTATION_MARKS))
    phrases: list[str] = []
    excluded: list[str] = []

    def take_phrase(found: re.Match[str]) -> str:
        words = words_of(found.group(1))
        negative = found.start() > 0 and plain[found.start() - 1] == "-"
        if words and not negative:
            phrases.append(" ".join(words[:MAX_WORDS]))
        elif words:
            excluded.extend(words[:MAX_WORDS])
        return " "

    rest = _QUOTED.sub(take_phrase, plain)
    wanted: list[str] = []
    for chunk in rest.split():
        if wanted and _SHORT_YEAR.fullmatch(chunk):  # (a year: "mars -24")
            wanted.append(chunk[1:])
        elif chunk[0] in "-−–" and len(chunk) > 1 and chunk[1].isalnum():
            excluded.extend(words_of(chunk))
        elif chunk not in _OPERATORS:
            wanted.extend(words_of(chunk))
    if not wanted and not phrases:
        wanted, excluded = (excluded or words_of(rest)), []
    words = tuple(
        Word(text=word, lower=word.casefold(), place=place) for place, word in enumerate(wanted[:MAX_WORDS])
    )
    return ParsedQuery(whole, words, tuple(phrases[:4]), tuple(dict.fromkeys(excluded[:MAX_WORDS])))


def words_of(text: str) -> list[str]:
    """The words of a text in order. Numbers keep their signs (KS/2024:261, 2024-03-12), words lose them.

    A file's name is words as well: "KS_protokoll_240312.pdf".
    """
    words: list[str] = []
    for found in _WORD.findall(_FILE.sub("", text).replace("_", " ")):
        if any(character.isdigit() for character in found):
            words.append(found)
        else:
            words.extend(part for part in _SPLIT.split(found) if part)
    return words
