"""Are the judged queries of the real pages fit to measure with, and do their pages exist?"""

from urllib.parse import unquote, urlsplit

import pytest

from searchapi.evaluate import load_queries
from tests.relevance.real_sets import SETS, RealSet
from tests.relevance.report_doctype import ROOT, SHARED

OURS = [each for each in SETS if each.queries.is_relative_to(ROOT)]
LEAST = 100


def test_there_are_enough_and_each_once() -> None:
    queries = [query for each in OURS for query in load_queries(each.queries)]
    assert len(queries) >= LEAST
    assert len({query.q for query in queries}) == len(queries)
    assert {query.kind for query in queries} >= {"errand", "lay", "law", "number", "misspelt", "sentence"}
    assert all(3 in query.relevant.values() for query in queries)
    assert {query.half for query in queries} == {"fit", "held", "fresh"}


@pytest.mark.real
@pytest.mark.parametrize("each", OURS, ids=lambda each: each.name)
def test_every_judged_page_is_there(each: RealSet) -> None:
    if each.missing():
        pytest.skip(each.missing())
    missing = []
    for query in load_queries(each.queries):
        for url in query.relevant:
            parts = urlsplit(url)
            place = SHARED / "real" / each.trees[0] / str(parts.hostname) / unquote(parts.path).strip("/")
            if not (place.is_file() or place.with_name(f"{place.name}.md").is_file() or place.is_dir()):
                missing.append(url)
    assert missing == []


def test_a_set_that_is_not_there_says_why() -> None:
    absent = RealSet("x", "", SHARED / "no-such-file.toml", ("no-such-tree",), ())
    assert "no-such-file.toml" in absent.missing()
    assert "no-such-tree" in absent.missing()
