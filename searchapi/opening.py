"""Is there a page about an errand? Where there is none, documents may answer, or the reader is told."""

from collections.abc import Sequence

from crawler.record import Doctype
from indexer.engine import Candidate
from searchapi.intent import DOCUMENT_TYPES, IntentKind

OPENING = frozenset({IntentKind.ERRAND, IntentKind.FORM, IntentKind.PLACE})
"""What a query is after whose list has no documents in it from the start."""
_LOOKED_AT = 20
_SEEN = 10
_FAR_MORE = 1.5
_TOLD = DOCUMENT_TYPES | {Doctype.NEWS}


def answered(candidates: Sequence[Candidate], covered: float) -> bool:
    """Whether a page of the best ones is about the query.

    It meets `covered` (0 to 1) of the query, and a guide says so in its title: any guide's text may mention
    any matter. Start pages and lists are no answers, as they mention everything.
    """
    return any(
        one.matched >= covered
        and one.doctype is not Doctype.OTHER
        and (one.title_matched > 0.0 or one.doctype is not Doctype.GUIDE)
        for one in candidates[:_LOOKED_AT]
    )


def documents_lead(opened: Sequence[Candidate], before: Sequence[Candidate], covered: float) -> bool:
    """Whether documents answer where the pages `before` do not; lists are no pages here.

    They do where there are no pages, or where they meet `covered` (0 to 1) of the query, no less of it than
    the pages do, and their text is far more about it.
    """
    documents = [one for one in opened if one.doctype in _TOLD]
    pages = [one for one in before[:_LOOKED_AT] if one.doctype is not Doctype.OTHER]
    if not documents or not pages:
        return bool(documents)
    most = max(one.matched for one in documents)
    most_before = max(one.matched for one in pages)
    if most < covered or most < most_before:
        return False
    best = max(one.score for one in documents if one.matched == most)
    return best >= _FAR_MORE * max(one.score for one in pages)


def only_mentioned(candidates: Sequence[Candidate]) -> bool:
    """Whether nothing that leads is about the query: no title meets any of it, and no page has all of it."""
    first = candidates[:_SEEN]
    return bool(first) and all(one.title_matched == 0.0 and one.matched < 1.0 for one in first)
