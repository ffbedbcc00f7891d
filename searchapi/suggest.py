"""What may the citizen be about to type? Titles and errands by prefix, each of which leads to a good hit."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.record import Doctype
from crawler.registry import Agency
from indexer.engine import Alternative, Clause, Field, Filters, Form, IndexedDocument, Plan, Snapshot
from searchapi.place import PlaceFinder
from searchapi.query import parse

MAX_SUGGESTIONS = 8
_COMPLETIONS = 12
_CANDIDATES = 60
_LOOKED_AT = 24
_MAX_LENGTH = 80
_KINDS = frozenset({Doctype.ESERVICE, Doctype.GUIDE, Doctype.FORM, Doctype.CONTACT, Doctype.PLACE})
_WORTH = {
    Doctype.GUIDE: 1.3,
    Doctype.ESERVICE: 1.2,
    Doctype.PLACE: 1.1,
    Doctype.CONTACT: 1.0,
    Doctype.FORM: 0.9,
}


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion: the text to search for, and the kind and address of the page that it leads to."""

    text: str
    doctype: Doctype
    url: str


def suggest(
    snapshot: Snapshot, places: PlaceFinder, typed: str, home: Agency | None, *, limit: int
) -> list[Suggested]:
    """Suggestions for what was typed so far; the last word may be unfinished.

    They are titles of pages that do or explain something, from those who answer in `home`. Every word typed
    is the beginning of a word of the title or has its lemma there. Twice the same title is told once.
    """
    words = parse(typed).words
    if not words or len(words[-1].lower) < 2:
        return []
    scope = places.scope(home, ())
    last = words[-1].lower
    completions = [word.text for word in snapshot.words_with_prefix(last, _COMPLETIONS)]
    clauses = [Clause((Alternative(word.text),), required=True) for word in words[:-1]]
    clauses.append(
        Clause(tuple(Alternative(text) for text in dict.fromkeys([last, *completions])), required=True)
    )
    plan = Plan(
        clauses=tuple(clauses),
        filters=Filters(doctypes=_KINDS, agencies=scope.near if scope.far else None),
        field_weights={Field.TITLE: 1.0, Field.ANCHORS: 0.3},
        form_weights={Form.EXACT: 1.0, Form.LEMMA: 0.8},
        minimum_match=1.0,
        candidates=_CANDIDATES,
        facets=(),
    )
    # Short titles name whole errands; a title of ten words is about one case of them.
    candidates = sorted(
        (one for one in snapshot.match(plan).candidates if one.title_matched > 0),
        key=lambda one: -_WORTH[one.doctype] * one.title_matched / (2 + max(one.title_words, 1)),
    )
    documents = snapshot.fetch([one.key for one in candidates[:_LOOKED_AT]])
    first = words[0].lower
    documents.sort(key=lambda document: not document.record.title.casefold().startswith(first))
    return _distinct(documents, last, limit)


def _distinct(documents: Sequence[IndexedDocument], prefix: str, limit: int) -> list[Suggested]:
    found: dict[str, Suggested] = {}
    for document in documents:
        record = document.record
        title = " ".join(record.title.split())
        if not title or len(title) > _MAX_LENGTH or title.casefold() in found:
            continue
        if not _begins(title, prefix):
            continue
        found[title.casefold()] = Suggested(title, record.doctype, record.url)
        if len(found) >= min(limit, MAX_SUGGESTIONS):
            break
    return list(found.values())


def _begins(title: str, prefix: str) -> bool:
    return (
        any(word.startswith(prefix) for word in title.casefold().replace("-", " ").split())
        or prefix in title.casefold()
    )
