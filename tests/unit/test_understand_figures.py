"""Do the figures hold? Floors for doctype, e-legitimation and contacts, on the demo and on real sites."""

import pytest

from tests.relevance.report_doctype import SHARED, measure_demo, measure_real


def test_the_demo_is_understood() -> None:
    figures = measure_demo()
    assert sum(figures.score.pairs.values()) > 500
    assert figures.score.macro_f1() >= 0.95, figures.score.wrong
    assert figures.eid[True] >= 0.97 * figures.eid.total() > 0
    assert figures.right_facts() >= 0.97


@pytest.mark.real
@pytest.mark.skipif(not (SHARED / "real").is_dir(), reason="the real pages are not beside the project")
def test_real_sites_are_understood() -> None:
    for half in measure_real():
        assert sum(half.pairs.values()) > 400
        assert half.macro_f1() >= 0.95, half.wrong
