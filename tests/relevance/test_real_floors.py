"""Do the answers on real agencies' pages stay as good as they were? Floors under every set.

A crawl of the real pages takes ten minutes, so the floors are asked of the folder that
`python -m tests.relevance.real_sets` has filled: var/real, or the one that REAL_DATA_DIR names.
"""

import os
from pathlib import Path

import pytest

from searchapi.evaluate import SetReport, figures
from tests.relevance.real_sets import SETS, report
from tests.relevance.report_doctype import ROOT

FOLDER = Path(os.environ.get("REAL_DATA_DIR", ROOT / "var" / "real"))
FLOORS = {
    "va": (0.60, 0.69),
    "laws": (0.74, 0.76),
    "mlaw": (0.45, 0.63),
    "swefaq": (0.48, 0.60),
    "fresh-va": (0.35, 0.48),
    "fresh-laws": (0.68, 0.74),
}
"""Share of first hits right, and right within three, without meaning: what words alone reach."""


@pytest.fixture(scope="module")
def reports() -> dict[str, SetReport]:
    if not (FOLDER / "crawled").is_file():
        pytest.skip(f"{FOLDER} holds no crawled real pages: run python -m tests.relevance.real_sets")
    return {each.name: each for each in report(FOLDER, baseline=False)}


def test_every_set_has_its_floor() -> None:
    assert set(FLOORS) == {each.name for each in SETS}


@pytest.mark.real
@pytest.mark.parametrize("name", FLOORS)
def test_answers_do_not_get_worse(reports: dict[str, SetReport], name: str) -> None:
    each = reports[name]
    if each.skipped:
        pytest.skip(each.skipped)
    found = figures(each.judged)
    first, within_three = FLOORS[name]
    assert found.first >= first
    assert found.within_three >= within_three
