"""Who of a page's contacts holds the office that is asked for? By every title that the office has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.record import Contact
from searchapi.highlight import lemmas_in, lemmas_of
from searchapi.query import words_of
from searchapi.thesaurus import ConceptMatch

_OWN, _FIRST, _STEP, _LEAST = 1.0, 0.95, 0.02, 0.5
"""What the reader's own title is worth, then the titles of the list, of which the nearest stand first."""
_LINE = 0.9
_DEPUTY = 0.8
_DEPUTIES = re.compile(r"\b(?:biträdande|vice|ställföreträdande|tillförordnad|sekreterare)\b", re.IGNORECASE)
_SHORTEST_NAME = 4
_SHORTEST_STEM = 5
_TEXT = 40_000
_LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class _Title:
    lemmas: frozenset[str]
    weight: float


class OfficeMatcher:
    """Finds the holder of an office among contacts.

    A title of several words ("förvaltningschef bildning") is met by words in the contact's name and role, on
    its line of the page, and by the page's own title: a list of "Avdelningschefer" has departments only.
    """

    def __init__(self, concepts: Sequence[ConceptMatch]) -> None:
        self._titles = _titles([one for one in concepts if one.concept.id.startswith("title.")])
        self._lemmas = frozenset(lemma for title in self._titles for lemma in title.lemmas)

    def __bool__(self) -> bool:
        return bool(self._titles)

    def best(self, contacts: Sequence[Contact], title: str, text: str) -> tuple[Contact | None, float]:
        """The contact that holds the office, and how surely (0 to 1); None and 0 where none does."""
        lines = _lines(contacts, text)
        of_page = lemmas_in(title)
        best, best_met = None, 0.0
        for contact in contacts:
            own = f"{contact.name} {contact.role or ''}"
            met = self._share(own, of_page)
            # Its line says no more than the contact itself where that has been met by the best of titles.
            if met < _LINE and (line := lines.get(contact.name)):
                met = max(met, _LINE * self._share(f"{own} {line}", of_page))
            if met and _DEPUTIES.search(own):
                met *= _DEPUTY
            if met > best_met:
                best, best_met = contact, met
        return best, best_met

    def _share(self, said: str, of_page: frozenset[str]) -> float:
        # "Samhällsbyggnadsförvaltningen" begins with samhällsbyggnad, which is no single part of it.
        own, begins = _said(said)
        met = {
            one for one in self._lemmas if one in own or (len(one) >= _SHORTEST_STEM and f" {one}" in begins)
        }
        if not met:
            return 0.0
        has = met | of_page
        return max(
            (one.weight for one in self._titles if one.lemmas <= has and not met.isdisjoint(one.lemmas)),
            default=0.0,
        )


@lru_cache(maxsize=8192)
def _said(text: str) -> tuple[frozenset[str], str]:
    """The lemmas of a text, and its words with a space before each: the same people lead year after year."""
    return lemmas_in(text), "".join(f" {word}" for word in words_of(text.casefold()))


def _titles(matches: Sequence[ConceptMatch]) -> tuple[_Title, ...]:
    found: dict[frozenset[str], float] = {}
    for match in matches:
        ways = [(match.term, _OWN)]
        others = (match.concept.preferred, *match.concept.official, *match.concept.old)
        ways += [(text, max(_LEAST, _FIRST - _STEP * at)) for at, text in enumerate(others)]
        for text, weight in ways:
            lemmas = lemmas_of(text)
            if lemmas:
                found[lemmas] = max(weight, found.get(lemmas, 0.0))
    return tuple(_Title(lemmas, weight) for lemmas, weight in found.items())


def _lines(contacts: Sequence[Contact], text: str) -> dict[str, str]:
    """The line of the page that each contact's name stands on, as rows of tables do."""
    found: dict[str, str] = {}
    names = [contact.name for contact in contacts if len(contact.name) >= _SHORTEST_NAME]
    for line in text[:_TEXT].splitlines():
        if len(line) > _LONGEST_LINE:
            continue
        for name in names:
            if name in line:
                found.setdefault(name, line)
    return found
