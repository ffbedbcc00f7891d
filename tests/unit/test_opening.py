"""Do documents answer an errand only where no page about it does, and is it told that none is about it?"""

from crawler.record import Doctype
from indexer.engine import Candidate
from searchapi.opening import answered, documents_lead, only_mentioned


def candidate(
    doctype: Doctype, *, score: float = 10.0, matched: float = 1.0, title: float = 0.0
) -> Candidate:
    return Candidate(
        key=1, score=score, matched=matched, doctype=doctype, agency="norrvik", host="a.example",
        language="sv", needs_eid=None, depth=1, published=None, title_matched=title,
    )  # fmt: skip


def test_a_guide_that_names_the_matter_answers() -> None:
    assert answered([candidate(Doctype.GUIDE, title=1.0)], 0.75)
    assert not answered([candidate(Doctype.GUIDE)], 0.75)
    assert not answered([candidate(Doctype.GUIDE, matched=0.5, title=0.5)], 0.75)


def test_lists_and_start_pages_answer_nothing() -> None:
    assert not answered([candidate(Doctype.OTHER, title=1.0)], 0.75)


def test_documents_lead_where_there_are_only_lists() -> None:
    law = candidate(Doctype.LAW, score=5.0)
    assert documents_lead([law], [candidate(Doctype.OTHER, score=20.0)], 0.75)
    assert documents_lead([law], [], 0.75)
    assert not documents_lead([candidate(Doctype.GUIDE)], [], 0.75)


def test_documents_lead_where_their_text_is_far_more_about_it() -> None:
    guide = candidate(Doctype.GUIDE, score=10.0)
    assert documents_lead([candidate(Doctype.LAW, score=16.0)], [guide], 0.75)
    assert not documents_lead([candidate(Doctype.LAW, score=12.0)], [guide], 0.75)


def test_documents_that_meet_less_of_the_query_wait() -> None:
    guide = candidate(Doctype.GUIDE, score=1.0)
    assert not documents_lead([candidate(Doctype.LAW, matched=0.5)], [guide], 0.75)
    half = candidate(Doctype.GUIDE, score=1.0, matched=0.4)
    assert not documents_lead([candidate(Doctype.LAW, matched=0.5)], [half], 0.75)
    assert documents_lead([candidate(Doctype.LAW, matched=0.8)], [half], 0.75)


def test_what_is_only_mentioned_is_told() -> None:
    part = candidate(Doctype.GUIDE, matched=0.5)
    assert only_mentioned([part, part])
    assert not only_mentioned([])
    assert not only_mentioned([part, candidate(Doctype.GUIDE, matched=0.5, title=0.5)])
    assert not only_mentioned([part, candidate(Doctype.GUIDE, matched=1.0)])
    # What stands on the second page helps nobody who looks at the first.
    assert only_mentioned([*[part] * 10, candidate(Doctype.GUIDE, matched=1.0, title=1.0)])
