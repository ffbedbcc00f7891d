"""Does no cell that others wrote begin as a formula, whichever sign a spreadsheet breaks lines at?"""

import csv

import pytest

from searchapi.spreadsheet import csv_line


def _read(written: str) -> str:
    (row,) = csv.reader([csv_line([written])])
    return row[0]


@pytest.mark.parametrize(
    "written",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\uff1d1+1",
        "bygglov;=1+1",
        "bygglov; =1+1",
        'bygglov;"=1+1',
        "a;b;@x;-y;+z",
        ";\t=1",
    ],
)
def test_a_formula_is_taken_for_text(written: str) -> None:
    made = _read(written)
    for piece in made.split(";"):
        assert not piece.lstrip(' "').startswith(("=", "+", "-", "@", "\t", "\uff1d"))
    assert made.replace("'", "") == written.replace("'", "")


@pytest.mark.parametrize(
    "plain", ["Bygglov; altan", "+46 8 465 004 00", "a=b", "1;2", "mån 10-12; tis 10-12", '"a", b']
)
def test_what_is_no_formula_stays(plain: str) -> None:
    assert _read(plain) == plain
