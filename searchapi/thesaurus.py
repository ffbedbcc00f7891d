"""Which official words stand for a citizen's own? Concepts with lay, official, old and foreign words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from indexer.analysis.compounds import split
from indexer.analysis.lexicon import swedish_lexicon
from indexer.analysis.swedish import lemma
from indexer.analysis.tokens import fold
from searchapi.concepts import FOREIGN, KINDS, Concept, Kind, load_concepts
from searchapi.knowledge import word_set
from searchapi.query import Word, words_of

SURE = 0.7
"""From this sureness on, a match tells what the query is about; below it, it only adds words."""
_GAP = 2
"""Words that may stand between the words of a term: "hjälper min mamma hemma" is "hjälper hemma"."""
_WIDE_GAP = 7
_WIDE = 0.8
"""What a term is worth whose words stand farther apart, in the same sentence: less sure, but about it."""
_RARE = 5.2
"""Below this commonness (one word in six thousand) a word ties the others of its term to it."""
_PART = 0.6
"""What a term is worth that is only the first part of a compound."""
_COMMON, _SLOPE, _LEAST = 4.5, 0.35, 0.5
"""A lay word alone is worth less the commoner it is in Swedish (commonness as in the lexicon, 7 = one word in
a hundred): "buss" is said of school buses and fares alike, "sopkärl" of one thing only."""
_SHORTEST_PART = 4
_FEWEST, _FEW, _MANY = 1, 4, 7


@dataclass(frozen=True, slots=True)
class ConceptMatch:
    """A concept that a query names: by which words (positions), of which kind, and how surely (0 to 1).

    `written`: the term stands in the query as the thesaurus has it, and not as a part of a compound or split.
    """

    concept: Concept
    kind: Kind
    term: str
    places: frozenset[int]
    sureness: float
    written: bool = True

    @property
    def sure(self) -> bool:
        """Whether the match tells what the query is about."""
        return self.sureness >= SURE

    @property
    def foreign(self) -> bool:
        """Whether the query names the concept in another language than Swedish."""
        return self.kind in FOREIGN


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another word for the same, with the weight that it is searched with (0 to 1)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Term:
    """A term ready to be found.

    `strict`: none of its words tells anything alone, so that all must stand in their order, nearly together
    ("hjälp hemma", "få hjälp av någon"). `rare`: one of them is so rare, or so many tell, that other words
    may stand between.
    """

    concept: Concept
    kind: Kind
    text: str
    lemmas: tuple[str, ...]
    sureness: float
    strict: bool
    rare: bool


class Thesaurus:
    """Concepts, found in queries by the lemmas of their words."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = tuple(concepts)
        self._by_id = {concept.id: concept for concept in self.concepts}
        self._swedish: dict[str, list[_Term]] = {}
        self._foreign: dict[str, list[_Term]] = {}
        self._dotted: dict[str, str] = {}
        for concept in self.concepts:
            names = self._names(concept.broader)
            for kind in KINDS:
                table = self._foreign if kind in FOREIGN else self._swedish
                for text in concept.terms(kind):
                    term = _prepared(concept, kind, text)
                    if term.lemmas in names:
                        # Without its small words it would be the whole: "bli god man" is more than "god man".
                        term = _strictly(term)
                    if table is self._swedish:
                        self._dotted |= _without_dots(term)
                    if term.lemmas:
                        # One entry by the term's longest word: it is the rarest, and looked at the least.
                        table.setdefault(max(term.lemmas, key=len), []).append(term)

    def _written_key(self, word: str) -> str:
        """What a word of a query is compared by: as `_key`, or by the word that it is without its dots."""
        key = _key(word)
        if not word.isascii() or key in self._swedish or swedish_lexicon().lemma(word) is not None:
            return key
        return self._dotted.get(key, self._dotted.get(word, key))

    def _names(self, concept_id: str) -> frozenset[tuple[str, ...]]:
        """What agencies call a concept, ready to be compared; empty where there is none of that id."""
        concept = self._by_id.get(concept_id)
        names = (concept.preferred, *concept.official) if concept else ()
        return frozenset(_lemmas(name) for name in names)

    def match(self, words: Sequence[Word], language: str = "sv") -> tuple[ConceptMatch, ...]:
        """The concepts that words name, longest terms first; a term within a longer one is left out."""
        found: list[ConceptMatch] = []
        lemmas = [self._written_key(word.lower) for word in words]
        for at, key in enumerate(lemmas):
            found += _at(self._swedish.get(key, ()), words, lemmas, at)
            if len(words[at].lower) >= _SHORTEST_PART * 2:
                found += self._in_compound(words[at])
            if at + 1 < len(words):
                found += self._split(words[at], words[at + 1])
            if at + 2 < len(words) and words[at].lower in word_set("words", "heads"):
                # "bidrag till glasögon" is glasögonbidrag.
                found += self._split(words[at + 2], words[at], between=words[at + 1])
        keys = [_foreign_key(word.lower) for word in words]
        foreign = [
            match for at, key in enumerate(keys) for match in _at(self._foreign.get(key, ()), words, keys, at)
        ]
        # In a query that seems to be Swedish only a term that is the whole of it: "water bill".
        found += [match for match in foreign if language != "sv" or len(match.places) == len(words)]
        found = _explained(found, words)
        found.sort(key=lambda match: (-len(match.places), -match.sureness, KINDS.index(match.kind)))
        return tuple(_most_telling(found, {word.place: word.lower for word in words}))

    def _split(self, word: Word, next_word: Word, between: Word | None = None) -> list[ConceptMatch]:
        """Terms of one word that were written as two: "budget rådgivning", "hem tjänst".

        A word `between` must be a small one.
        """
        if between is not None and between.lower not in word_set("words", "stop"):
            return []
        places = frozenset({word.place, next_word.place})
        return [
            ConceptMatch(term.concept, term.kind, term.text, places, 1.0, written=False)
            for binding in ("", "s")
            for term in self._swedish.get(lemma(word.lower + binding + next_word.lower), ())
            if len(term.lemmas) == 1
        ]

    def named(self, concept_id: str, words: Sequence[Word], kind: Kind = "lay") -> tuple[ConceptMatch, ...]:
        """A match of one concept by words that the caller knows to mean it; empty where there is none."""
        concept = self._by_id.get(concept_id)
        if concept is None or not words:
            return ()
        places = frozenset(word.place for word in words)
        return (ConceptMatch(concept, kind, " ".join(word.lower for word in words), places, 1.0),)

    def _in_compound(self, word: Word) -> list[ConceptMatch]:
        """Terms as the first part of a compound: dagisplats means dagis, sophämtningstider sophämtning."""
        parts = split(word.lower)
        if len(parts) < 2:
            return []
        found = []
        places = frozenset({word.place})
        first = ""
        for part in parts[:-1]:
            first += part.surface
            for key in dict.fromkeys(
                (part.lemma if first == part.surface else first, first, first.rstrip("s"))
            ):
                for term in self._swedish.get(key, ()):
                    if len(term.lemmas) == 1 and len(key) >= _SHORTEST_PART:
                        sureness = _PART * term.sureness
                        found.append(
                            ConceptMatch(term.concept, term.kind, term.text, places, sureness, written=False)
                        )
        return found

    def synonyms(
        self, match: ConceptMatch, weights: Mapping[str, float], *, known: bool
    ) -> tuple[Synonym, ...]:
        """Other words for a matched concept. `weights`: "broader", "broader_known" (there are pages on the
        part) and the kinds, those of other languages as "foreign".

        `known`: the index has the query's own word. Then an official word needs no lay words beside it.
        """
        own = set(_lemmas(match.term)) if match.written else set()
        concept = match.concept
        official = match.kind in {"preferred", "official"}
        rows: list[tuple[str, str]] = [("preferred", concept.preferred)]
        if not match.written:
            rows.append(("preferred", match.term))
        several = _FEW if official and known and not _is_title(concept) else _MANY
        # What may mean something else brings in the name of the matter, and not all that is near to it.
        rows += [("official", text) for text in concept.official[: several if match.sure else _FEWEST]]
        if official and not known and not concept.one_way:
            rows += [("lay", text) for text in concept.lay[:_FEW]]
            rows += [("old", text) for text in concept.old[:_FEW]]
        if match.foreign:
            rows += [("foreign", text) for text in concept.terms(match.kind)[:_FEW]]
        broader = self._by_id.get(concept.broader)
        if broader is not None and match.sure:
            # Where there are pages on the part itself, those on the whole come after them.
            whole = "broader_known" if official and known else "broader"
            rows += [(whole, text) for text in (broader.preferred, *broader.official[:_FEWEST])]
        scale = match.concept.weight * match.sureness
        return tuple(
            Synonym(text, round(weights[kind] * scale, 4))
            for kind, text in rows
            # A longer term with the same words in it finds nothing that the words themselves do not.
            if weights[kind] > 0 and not (own and own.issubset(_lemmas(text)))
        )


def _is_title(concept: Concept) -> bool:
    """Whether a concept is an office: that one agency uses a title tells nothing of the others."""
    return concept.id.startswith("title.")


def _explained(found: Sequence[ConceptMatch], words: Sequence[Word]) -> list[ConceptMatch]:
    """The same matches, those sure that leave nothing of the query unexplained: "flytta" alone."""
    small = word_set("words", "stop") | word_set("words", "weak") | word_set("words", "stop_foreign")
    telling = {word.place for word in words if word.lower not in small}
    return [
        replace(match, sureness=1.0) if match.written and telling and telling <= match.places else match
        for match in found
    ]


def _most_telling(found: Sequence[ConceptMatch], words: Mapping[int, str]) -> list[ConceptMatch]:
    """Of matches in order, those that no better one stands for.

    A term within a longer one is no matter of its own; and where a word is the very name of one matter,
    others that it is said of too are not meant.
    """
    named = [match.places for match in found if match.kind == "preferred" and match.written]
    kept: list[ConceptMatch] = []
    for match in found:
        inside = any(
            match.places < other.places and not (match.foreign and _only_doing(other, match, words))
            for other in kept
            if other.sure or not match.sure
        )
        again = any(match.concept is other.concept and match.places <= other.places for other in kept)
        # A law's short name is often that of its matter as well, and both are meant.
        law = match.concept.id.startswith("law.")
        also = match.kind != "preferred" and match.places in named and not law
        if not (inside or again or also):
            kept.append(match)
    return kept


def _only_doing(longer: ConceptMatch, shorter: ConceptMatch, words: Mapping[int, str]) -> bool:
    """Whether a longer foreign term has nothing but words of doing more: "apply for preschool"."""
    little = word_set("words", "weak_foreign") | word_set("words", "stop_foreign")
    return all(words[place] in little for place in longer.places - shorter.places)


def _prepared(concept: Concept, kind: Kind, text: str) -> _Term:
    if kind in FOREIGN:
        foreign = _foreign_lemmas(text)
        little = word_set("words", "weak_foreign") | word_set("words", "stop_foreign")
        strict = len(foreign) > 1 and all(one in little for one in foreign)
        return _Term(concept, kind, text, foreign, 1.0, strict, rare=False)
    little = word_set("words", "weak") | word_set("words", "stop")
    words = _telling(text)
    strict = len(words) > 1 and all(word in little or _key(word) in little for word in words)
    if strict:
        words = [word.casefold() for word in words_of(text)]
    lemmas = tuple(_key(word) for word in words)
    common = [_commonness(one) for one in lemmas]
    sureness = 1.0
    if len(lemmas) == 1 and kind in {"lay", "old"}:
        sureness = max(_LEAST, min(1.0, 1.0 - _SLOPE * (common[0] - _COMMON)))
    telling = [value for value, one in zip(common, lemmas, strict=True) if one not in little]
    rare = len(telling) > 2 or any(value < _RARE for value in telling)
    return _Term(concept, kind, text, lemmas, sureness, strict, rare)


def _without_dots(term: _Term) -> dict[str, str]:
    """A term's keys by what keyboards without å ä ö make of them, and of its words as they are written."""
    written = {word.casefold(): _key(word.casefold()) for word in words_of(term.text)}
    keys = {**{key: key for key in term.lemmas}, **written}
    return {
        fold(word): key for word, key in keys.items() if not word.isascii() and len(word) > _SHORTEST_PART
    }


def _strictly(term: _Term) -> _Term:
    """The term with all its words, which must stand together in their order."""
    lemmas = tuple(_key(word.casefold()) for word in words_of(term.text))
    return term if lemmas == term.lemmas else replace(term, lemmas=lemmas, strict=True)


def _commonness(word: str) -> float:
    lexicon = swedish_lexicon()
    return max(lexicon.commonness(word), lexicon.family_commonness(word))


def _at(terms: Iterable[_Term], words: Sequence[Word], lemmas: Sequence[str], at: int) -> list[ConceptMatch]:
    """The terms of which one word stands at a position, where their other words stand near."""
    found = []
    for term in terms:
        reach = len(term.lemmas) - 1
        sureness = term.sureness
        places = _where(term, lemmas, at, reach + _GAP)
        if not places and term.rare and not term.strict:
            sureness *= _WIDE
            places = _where(term, lemmas, at, reach + _WIDE_GAP)
        if places:
            taken = frozenset(words[place].place for place in places)
            found.append(ConceptMatch(term.concept, term.kind, term.text, taken, sureness))
    return found


_NOT = "inte"


def _key(word: str) -> str:
    """What Swedish words are compared by: lemmas, but small words as they are, as "ska" is no school, and
    every word of denying as one."""
    if word in word_set("words", "not"):
        return _NOT
    return word if word in word_set("words", "stop") else lemma(word)


_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ـ": None, "ك": "ک", "ي": "ی"})
_ARTICLE = "ال"


def _foreign_key(word: str) -> str:
    """What foreign words are compared by: English without a plural s, which does Finnish no harm, and Arabic
    without its article and in one spelling of its letters."""
    if "\u0600" <= word[0] <= "\u06ff":
        word = word.translate(_ARABIC)
        return word.removeprefix(_ARTICLE) if len(word) > len(_ARTICLE) + 2 else word
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _telling(text: str) -> list[str]:
    """The words of a term, without small words where two others remain: "hål i vägen" is hål, vägen.

    What denies is no small word: "har inte hämtat soporna" asks something else than "när hämtas soporna".
    """
    words = [word.casefold() for word in words_of(text)]
    little = word_set("words", "stop") - word_set("words", "not")
    telling = [word for word in words if word not in little]
    return telling if len(telling) > 1 else words


def _lemmas(text: str) -> tuple[str, ...]:
    return tuple(_key(word) for word in _telling(text))


def _foreign_lemmas(text: str) -> tuple[str, ...]:
    words = [word.casefold() for word in words_of(text)]
    telling = [word for word in words if word not in word_set("words", "stop_foreign")]
    return tuple(_foreign_key(word) for word in telling or words)


def _where(term: _Term, lemmas: Sequence[str], at: int, reach: int) -> frozenset[int]:
    """The positions at which all of a term's words stand near position `at`, or none.

    In any order, but for a strict term, whose words stand together as in the term.
    """
    wanted = term.lemmas
    if len(wanted) == 1:
        return frozenset({at})
    first, last = max(0, at - reach), min(len(lemmas), at + reach + 1)
    if term.strict:
        return _in_order(wanted, lemmas[:last], first, reach)
    window = sorted(range(first, last), key=lambda place: abs(place - at))
    taken: set[int] = set()
    for one in wanted:
        place = next((near for near in window if lemmas[near] == one and near not in taken), None)
        if place is None:
            return frozenset()
        taken.add(place)
    return frozenset(taken) if max(taken) - min(taken) <= reach else frozenset()


def _in_order(wanted: Sequence[str], lemmas: Sequence[str], first: int, reach: int) -> frozenset[int]:
    for start in range(first, len(lemmas)):
        if lemmas[start] != wanted[0]:
            continue
        taken = [start]
        for one in wanted[1:]:
            place = next((at for at in range(taken[-1] + 1, len(lemmas)) if lemmas[at] == one), None)
            if place is None:
                return frozenset()
            taken.append(place)
        if taken[-1] - start <= reach:
            return frozenset(taken)
    return frozenset()


@cache
def load_thesaurus() -> Thesaurus:
    """The thesaurus that comes with the program. Raise ThesaurusError where a file of it is not right."""
    return Thesaurus(load_concepts())
