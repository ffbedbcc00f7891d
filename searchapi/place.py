"""Which place is the answer for? The home municipality or one named in the query, and who answers there."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.registry import Agency, AgencyKind, Registry
from searchapi.errors import UnknownAgencyError
from searchapi.knowledge import load, word_set
from searchapi.query import Word, words_of


@dataclass(frozen=True, slots=True)
class NamedAgency:
    """An agency that the query names, and the positions of the words that do so."""

    agency: Agency
    words: frozenset[int]


@dataclass(frozen=True, slots=True)
class Scope:
    """Who answers. `near` come first, `far` wait behind a link (empty where no municipality is known).

    `home` is the municipality or region that the answer is for, `source` "home" or "query"; `named` are all
    agencies that the query names.
    """

    near: frozenset[str]
    far: frozenset[str]
    home: Agency | None = None
    source: str = ""
    named: tuple[Agency, ...] = ()


class PlaceFinder:
    """Finds the registry's agencies in queries, by every form that their names take in writing."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._every = frozenset(agency.id for agency in registry)
        self._near: dict[str, frozenset[str]] = {}
        self._forms: dict[tuple[str, ...], Agency] = {}
        self._folded: dict[tuple[str, ...], Agency] = {}
        self._longest = 1
        for agency in sorted(registry, key=lambda agency: _KIND_ORDER[agency.kind]):
            for form in _name_forms(agency):
                self._forms.setdefault(form, agency)
                self._folded.setdefault(tuple(_fold(word) for word in form), agency)
                self._longest = max(self._longest, len(form))

    def resolve(self, given: str) -> Agency:
        """The agency of an id, a municipality code or a name; UnknownAgencyError where there is none."""
        wanted = given.strip()
        if wanted in self._registry:
            return self._registry[wanted]
        for agency in self._registry:
            if agency.municipality_code and agency.municipality_code == wanted:
                return agency
        form = tuple(word.casefold() for word in words_of(wanted[:200]))
        found = self._forms.get(form) or self._folded.get(tuple(_fold(word) for word in form))
        if found is not None:
            return found
        known = ", ".join(agency.id for agency in list(self._registry)[:20])
        raise UnknownAgencyError(
            f"{wanted[:80]!r} is not a participating agency; give an id, a municipality code or a name. "
            f"GET /api/v1/agencies lists them all; the first are: {known}"
        )

    def find(self, words: Sequence[Word]) -> tuple[NamedAgency, ...]:
        """The agencies named in a query, the longest names first taken, each once."""
        found: dict[str, NamedAgency] = {}
        position = 0
        while position < len(words):
            for length in range(min(self._longest, len(words) - position), 0, -1):
                span = words[position : position + length]
                agency = self._lookup(span)
                if agency is not None and self._meant(words, position, length):
                    places = _with_preposition(words, position, length)
                    known = found.get(agency.id)
                    taken = frozenset(places) | (known.words if known else frozenset())
                    found[agency.id] = NamedAgency(agency, taken)
                    position += length
                    break
            else:
                position += 1
        return tuple(found.values())

    def _lookup(self, span: Sequence[Word]) -> Agency | None:
        form = tuple(word.lower for word in span)
        return self._forms.get(form) or self._folded.get(form)

    def _meant(self, words: Sequence[Word], position: int, length: int) -> bool:
        """Whether a name that is a word too ("mark", "vara") is meant as a name."""
        if length > 1 or words[position].lower not in word_set("place", "ordinary_words"):
            return True
        if len(words) == 1 or words[position].text[:1].isupper():
            return True
        before = words[position - 1].lower if position else ""
        after = words[position + 1].lower if position + 1 < len(words) else ""
        return before in word_set("place", "prepositions") or after in word_set("place", "generic")

    def scope(
        self, home: Agency | None, named: Iterable[NamedAgency], *, region_named: bool = False
    ) -> Scope:
        """Who answers: a named municipality wins over home; its region and the state always answer too.

        `region_named`: the query says "regionen", which is that of the place.
        """
        named = tuple(named)
        agencies = tuple(one.agency for one in named)
        place = next((agency for agency in agencies if agency.kind is AgencyKind.MUNICIPALITY), None)
        source = "query"
        if place is None:
            regions = [agency for agency in agencies if agency.kind is AgencyKind.REGION]
            if home is not None:
                place, source = home, "home"
            elif regions:
                place = regions[0]
        if place is None:
            return Scope(self._every, frozenset(), named=agencies)
        if region_named and place.region in self._registry:
            agencies = (*agencies, self._registry[place.region])
        near = self._near_of(place).union(agency.id for agency in agencies)
        return Scope(near, self._every - near, place, source, agencies)

    def _near_of(self, place: Agency) -> frozenset[str]:
        """Who answers in a place: looked up once, as a country has hundreds of agencies."""
        near = self._near.get(place.id)
        if near is None:
            near = frozenset(agency.id for agency in self._registry if self._answers_in(agency, place))
            self._near[place.id] = near
        return near

    def _answers_in(self, agency: Agency, place: Agency) -> bool:
        if agency.id == place.id or agency.kind in {AgencyKind.STATE, AgencyKind.OTHER}:
            return True
        if place.kind is AgencyKind.REGION:
            return agency.kind is AgencyKind.MUNICIPALITY and agency.region == place.id
        # A municipality whose region the registry does not name may lie in any of them.
        return agency.kind is AgencyKind.REGION and (not place.region or agency.id == place.region)


_KIND_ORDER = {
    AgencyKind.MUNICIPALITY: 0,
    AgencyKind.REGION: 1,
    AgencyKind.STATE: 2,
    AgencyKind.OTHER: 3,
}


def _name_forms(agency: Agency) -> set[tuple[str, ...]]:
    """Every way of writing an agency's name: whole, without "kommun", with and without genitive s."""
    generic = word_set("place", "generic")
    forms: set[tuple[str, ...]] = set()
    for name in (agency.name, agency.short_name, agency.id.replace("-", " ")):
        words = tuple(word.casefold() for word in words_of(name))
        if not words:
            continue
        forms |= {words, _genitive(words)}
        if agency.kind not in {AgencyKind.MUNICIPALITY, AgencyKind.REGION}:
            continue
        core = words
        while len(core) > 1 and core[-1] in generic:
            core = core[:-1]
        while len(core) > 1 and core[0] in generic:
            core = core[1:]
        if core == words and len(words) > 1:
            continue
        bare = (*core[:-1], core[-1].removesuffix("s")) if len(core[-1]) > 3 and core != words else core
        for form in {core, bare}:
            forms |= {form, _genitive(form)}
            if agency.kind is AgencyKind.MUNICIPALITY:
                kinds = load("place")["municipality_words"]
                forms |= {(*_genitive(form), kind) for kind in kinds} | {(*form, kind) for kind in kinds}
            else:
                forms |= {("region", *form), ("region", *_genitive(form)), (*_genitive(form), "region")}
    forms.discard(())
    return {form for form in forms if len("".join(form)) > 1 and not set(form) <= generic}


def _genitive(words: tuple[str, ...]) -> tuple[str, ...]:
    return words if words[-1].endswith(("s", "x", "z")) else (*words[:-1], words[-1] + "s")


def _with_preposition(words: Sequence[Word], position: int, length: int) -> list[int]:
    places = [word.place for word in words[position : position + length]]
    if position and words[position - 1].lower in word_set("place", "prepositions"):
        places.append(words[position - 1].place)
    after = position + length
    if after < len(words) and words[after].lower in word_set("place", "generic"):
        places.append(words[after].place)
    return places


def _fold(word: str) -> str:
    """Without diacritics, as from a foreign keyboard: Älvsby and Alvsby meet."""
    return "".join(
        character for character in unicodedata.normalize("NFD", word) if not unicodedata.combining(character)
    )
