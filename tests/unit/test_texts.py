"""Are the texts whole, and written as Swedes write?"""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest

from crawler.record import Doctype
from crawler.registry import AgencyKind
from searchapi.texts import Texts, TextsError, languages

ROOT = Path(__file__).resolve().parents[2]
TEXTS = Texts.load("sv")


def test_every_doctype_and_kind_has_a_name() -> None:
    assert {f"doctype.{doctype}" for doctype in Doctype} <= TEXTS.names()
    assert {f"kind.{kind}" for kind in AgencyKind} | {f"start.{kind}" for kind in AgencyKind} <= TEXTS.names()


def test_every_text_that_the_templates_name_is_there() -> None:
    named = set()
    for path in _templates():
        text = path.read_text("utf-8")
        named |= set(re.findall(r"texts\(['\"]([a-z_.]+)['\"][,)]", text))
        named |= {f"{key}.other" for key in re.findall(r"texts\.count\(['\"]([a-z_.]+)['\"]", text)}
    assert named
    assert named <= TEXTS.names()


def test_no_text_lies_unused() -> None:
    sources = [
        *_templates(),
        *(ROOT / "searchapi").rglob("*.py"),
        *(ROOT / "frontend" / "static").glob("*.js"),
    ]
    source = "".join(path.read_text("utf-8") for path in sources)
    by_value = (
        *("doctype.", "kind.", "language.", "month.", "start.", "tabs.", "facets.", "hit.", "site."),
        *("hours.", "errand.", "terminal."),
    )
    by_value += tuple(re.findall(r"""["']([a-z_.]+\.)["'] ~""", source))
    for key in TEXTS.names():
        stem = key.removesuffix(".one").removesuffix(".other")
        assert stem in source or key.startswith(by_value), f"{key} is used nowhere"


def _templates() -> list[Path]:
    folder = ROOT / "frontend" / "templates"
    return [path for path in folder.rglob("*.html") if "admin" not in path.relative_to(folder).parts]


@pytest.mark.parametrize("language", languages()[1:])
def test_every_language_has_every_text_with_the_same_fields(language: str) -> None:
    other = Texts.load(language)
    assert other.names() == TEXTS.names()
    for key in TEXTS.names():
        theirs, ours = _fields(other, key), _fields(TEXTS, key)
        assert theirs == ours or (key.endswith(".one") and theirs <= ours), key


def _fields(texts: Texts, key: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(texts.raw(key)) if name}


def test_days_and_numbers_in_other_languages() -> None:
    assert languages()[0] == "sv"
    assert {"en", "fi"} <= set(languages())
    assert Texts.load("en").number(1204) == "1,204"
    assert Texts.load("fi").day(date(2026, 3, 2)) == "2. maaliskuuta 2026"


def test_numbers_days_and_sizes() -> None:
    assert TEXTS.number(1204) == "1\N{NO-BREAK SPACE}204"
    assert TEXTS.day(date(2026, 3, 2)) == "2 mars 2026"
    assert TEXTS.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 juli 2026", "the day it is in Sweden"
    assert TEXTS.size(900) == "1\N{NO-BREAK SPACE}kB"
    assert TEXTS.size(1_240_000) == "1,2\N{NO-BREAK SPACE}MB"
    assert TEXTS.count("results.heading", 1, query="x").startswith("1 träff ")
    assert TEXTS.count("results.heading", 0, query="x").startswith("0 träffar ")
    assert TEXTS.language_name("tlh") == TEXTS("language.other")


def test_a_missing_text_is_told() -> None:
    with pytest.raises(TextsError, match="nowhere"):
        TEXTS("nowhere.at_all")
    with pytest.raises(TextsError, match="query"):
        TEXTS("results.none")
    with pytest.raises(TextsError, match="sv"):
        Texts.load("../sv")
