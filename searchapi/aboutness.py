"""Is what was asked for named by any of the pages shown, or only mentioned in passing?

A page is about a matter where its title, headings, description, place in the site or the links to it name it,
or where its text comes back to it. Told of short queries in Swedish only: a sentence tells a story around its
matter, in words that no heading has.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from indexer.analysis import Analyzer, Term
from indexer.analysis.compounds import split
from indexer.analysis.lexicon import swedish_lexicon
from indexer.analysis.swedish import lemma
from indexer.engine import Clause, IndexedDocument, Plan
from searchapi.concepts import Concept
from searchapi.knowledge import word_set
from searchapi.refine import Answer
from searchapi.thesaurus import Thesaurus
from searchapi.understand import Understanding

_SEEN = 10
_SENTENCE = 6
"""From so many words on, small ones too, a query is a sentence."""
_RETURNS = 2
"""How often a text must have everything that was asked for to be about it."""
_LONGEST = 12_000
"""Characters of a text that are looked at: what a longer one is about, it says by then."""
_HALF = 0.5
_HEAD = 60
"""Words of anchors and headings that are looked at: long lists of links name everything."""

_analyzer = Analyzer()


class _Text:
    """The words of a text, and the parts that they are made of."""

    def __init__(self, texts: Iterable[str], language: str) -> None:
        chunks = (chunk for text in texts for chunk in text.split())
        self._lemmas: list[str] = []
        self._forms: dict[str, set[int]] = {}
        self._parts: dict[str, set[int]] = {}
        for at, term in enumerate(term for chunk in chunks for term in _chunk(chunk, language)):
            self._lemmas.append(term.lemma)
            for form in (term.lemma, term.surface, term.folded):
                self._forms.setdefault(form, set()).add(at)
            for part in term.parts:
                self._parts.setdefault(part, set()).add(at)

    def count(self, wanted: Sequence[Term]) -> int:
        """How often a word, or words in their order, stand in the text.

        A word is met by itself, by a compound that has it as a part, and by one that is made of its parts.
        """
        lemmas = [term.lemma for term in wanted]
        if len(wanted) > 1:
            places = self._forms.get(lemmas[0], ())
            return sum(self._lemmas[at : at + len(lemmas)] == lemmas for at in places)
        one = wanted[0]
        found = self._parts.get(one.lemma, set()).union(
            *(self._forms.get(form, ()) for form in (one.lemma, one.surface, one.folded))
        )
        if one.parts:
            found |= set.intersection(*(self._parts.get(part, set()) for part in one.parts))
        return len(found)


@lru_cache(maxsize=32_768)
def _chunk(written: str, language: str) -> tuple[Term, ...]:
    """The terms of what stands between two spaces. Pages repeat their words: most are looked up."""
    return tuple(_analyzer.terms(written, language))


def unheard_of(
    understanding: Understanding,
    plan: Plan,
    answers: Sequence[Answer],
    frequency: Callable[[str], int],
    documents: int,
    thesaurus: Thesaurus,
) -> bool:
    """Whether no page of the best ones is about what a short query asks for.

    `frequency` tells in how many of the index's `documents` a word stands.
    """
    words = understanding.parsed.all_words
    asked = [clause for clause in plan.clauses if not _generic(clause)]
    if understanding.language != "sv" or len(words) >= _SENTENCE or not asked or not answers:
        return False
    if not all(_thing(clause.alternatives[0].text) for clause in asked):
        return False
    seen = answers[:_SEEN]
    if any(one.ranked.candidate.meant > 0.0 and not one.ranked.candidate.matched for one in seen):
        return False  # what is said in other words may be about it
    if _strange(asked, frequency, documents):
        # Pages that meet a compound by its parts are about it where they name what it begins with.
        return not any(one.ranked.candidate.matched >= 1.0 for one in seen) or not _named_in_part(asked, seen)
    if any(one.ranked.candidate.title_matched > 0.0 for one in seen) and not _whole(understanding):
        return False
    return _unnamed(understanding, asked, seen, thesaurus)


def _unnamed(
    understanding: Understanding, asked: Sequence[Clause], seen: Sequence[Answer], thesaurus: Thesaurus
) -> bool:
    """Whether no page names what is asked for, nor the matter that it is, and none comes back to it."""
    matters = [match.concept for match in understanding.concepts if match.sure]
    wanted = [_terms(one.text for one in clause.alternatives) for clause in asked]
    named = [*wanted, *(_terms(_names(one, thesaurus)) for one in matters)]
    for one in seen:
        candidate = one.ranked.candidate
        if candidate.matched >= 1.0 and candidate.title_matched > 0.0:
            return False
        head = _Text(_head(one.document), one.document.record.language)
        if any(head.count(words) for terms in named for words in terms):
            return False
    for one in seen:
        if one.ranked.candidate.matched < 1.0:
            continue
        text = _Text([one.document.text[:_LONGEST]], one.document.record.language)
        if min(sum(text.count(words) for words in terms) for terms in wanted) >= _RETURNS:
            return False
    return True


def _named_in_part(asked: Sequence[Clause], seen: Sequence[Answer]) -> bool:
    """Whether a page names the first part of what is asked for."""
    first = [terms[0].parts[0] if terms[0].parts else terms[0].lemma for terms in _terms(_own(asked))]
    heads = [_Text(_head(one.document), one.document.record.language) for one in seen]
    return any(head.count(words) for head in heads for words in _terms(first))


def _own(asked: Sequence[Clause]) -> list[str]:
    return [clause.alternatives[0].text for clause in asked]


def _strange(asked: Sequence[Clause], frequency: Callable[[str], int], documents: int) -> bool:
    """Whether half of what is asked for, by how much it tells, stands on no page in any word."""
    worth = [
        (most, math.log((documents + 1) / (1 + most)))
        for clause in asked
        for most in [max(frequency(one.text) if " " not in one.text else 0 for one in clause.alternatives)]
    ]
    total = sum(one for _, one in worth)
    return total > 0.0 and sum(one for most, one in worth if not most) >= _HALF * total


def _whole(understanding: Understanding) -> bool:
    """Whether one matter is all that is asked for."""
    places = {word.place for word in understanding.content}
    return any(match.sure and places <= match.places for match in understanding.concepts)


def _generic(clause: Clause) -> bool:
    """Whether a clause only says what is wanted of the matter: "ansökan", "pris"."""
    word = clause.alternatives[0].text.casefold()
    return any(word in one for one in (word_set("words", "heads"), word_set("words", "weak"))) or (
        word in word_set("intent", "errand", "verbs")
    )


def _thing(text: str) -> bool:
    """Whether a word names a thing: a noun or a compound, and no code or verb."""
    word = text.casefold()
    if not word.isalpha():
        return len(word.split()) > 1
    return swedish_lexicon().is_noun(lemma(word)) or len(split(word)) > 1


def _names(concept: Concept, thesaurus: Thesaurus) -> list[str]:
    """What a matter is called, and the whole that it is a part of."""
    names = [concept.preferred, *concept.official, *concept.lay, *concept.old]
    for whole in thesaurus.concepts:
        if whole.id == concept.broader:
            names += [whole.preferred, *whole.official]
    return names


def _terms(texts: Iterable[str]) -> list[list[Term]]:
    return [list(terms) for text in texts if (terms := _phrase(text))]


@lru_cache(maxsize=8192)
def _phrase(text: str) -> tuple[Term, ...]:
    return tuple(_analyzer.terms(text))


def _head(document: IndexedDocument) -> list[str]:
    record = document.record
    few = [*document.anchors[:_HEAD], *record.headings[:_HEAD]]
    return [record.title, record.description, *record.breadcrumb, *few]
