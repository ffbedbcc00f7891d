"""Does each golden page come out as its expected record? Differences are to be reviewed by a person.

A folder of golden_extraction/ holds page.html, request.json (url, headers) and expected.json. After a
change that was reviewed, MEDBORGARSOK_WRITE_GOLDEN=1 writes the expected files anew.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.extract import extract
from crawler.page import ExtractedPage, FetchedPage, Region, UnreadablePage
from crawler.record import RequestedUrl

FOLDER = Path(__file__).parent / "golden_extraction"
NAMES = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())


def fetched(name: str) -> FetchedPage:
    """The golden page as if it had been fetched."""
    request = json.loads((FOLDER / name / "request.json").read_text("utf-8"))
    body = (FOLDER / name / "page.html").read_bytes()
    fetched_at = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    return FetchedPage(
        RequestedUrl(request["url"]), request["url"], 200, request["headers"], body, fetched_at
    )


def shown(page: ExtractedPage) -> dict[str, Any]:
    """What a person wants to review of a page."""
    return {
        "title": page.title,
        "site_name": page.site_name,
        "description": page.description,
        "breadcrumb": list(page.breadcrumb),
        "language": page.language,
        "language_evidence": page.language_evidence,
        "easy_read": page.easy_read,
        "published": str(page.published),
        "modified": str(page.modified),
        "canonical": page.canonical,
        "robots": sorted(page.robots),
        "main": [f"{b.kind}{b.level or ''}: {b.text}" for b in page.blocks if b.region is Region.MAIN],
        "aside": [f"{b.kind}{b.level or ''}: {b.text}" for b in page.blocks if b.region is Region.ASIDE],
        "links": [
            f"{k.region}: {k.text} -> {k.url} (under {k.context!r})"
            for k in page.links
            if k.region is not Region.CHROME
        ],
        "forms": [
            {"fields": list(f.fields), "types": list(f.types), "submit": f.submit, "region": str(f.region)}
            for f in page.forms
        ],
        "schema_items": list(page.schema_items),
    }


@pytest.mark.parametrize("name", NAMES)
def test_golden_page(name: str) -> None:
    try:
        actual = shown(extract(fetched(name)))
    except UnreadablePage as verdict:
        actual = {"outcome": verdict.outcome.value}
    expected = FOLDER / name / "expected.json"
    if os.environ.get("MEDBORGARSOK_WRITE_GOLDEN"):
        expected.write_text(json.dumps(actual, ensure_ascii=False, indent=2) + "\n", "utf-8")
    assert actual == json.loads(expected.read_text("utf-8"))


def test_there_are_pages_of_every_look() -> None:
    assert len(NAMES) >= 12


@pytest.mark.parametrize("name", [n for n in NAMES if n not in {"soft_404", "script_shell"}])
def test_menus_never_reach_the_text(name: str) -> None:
    """The menu of these pages names errands that none of them is about."""
    page = extract(fetched(name))
    for errand in ("Kommun och politik", "Trafik och gator", "Bibliotek\n", "Hoppa till"):
        assert errand not in page.text() + "\n"
