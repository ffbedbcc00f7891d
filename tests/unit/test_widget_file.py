"""Is the widget one small file with everything in it, and are released ones kept as they were?"""

import gzip
import re

import pytest

from searchapi.pages.static_files import FRONTEND
from searchapi.pages.widget import Options
from searchapi.pages.widget_file import RELEASED, assembled, hooks, newest, releases
from searchapi.pages.widget_release import MAX_GZIP
from searchapi.texts import Texts, languages


def test_a_released_file_is_small() -> None:
    for version, file in releases().items():
        assert len(gzip.compress(file.content, 9)) <= MAX_GZIP, version


def test_every_kept_file_is_listed_under_its_own_hash() -> None:
    assert {path.stem for path in RELEASED.glob("*.js")} == set(releases())
    for version, file in releases().items():
        assert file.version == version, "a released file was changed: tags on other sites are now broken"
        assert file.released is not None


def test_the_sources_become_one_module() -> None:
    text = assembled().content.decode("utf-8")
    assert not re.search(r"^\s*(import|export)\b", text, re.MULTILINE)
    assert not re.search(r"^\s*(//|/\*)", text, re.MULTILINE), "no comment is sent"
    for code in languages():
        assert Texts.load(code).raw("widget.box.silent") in text
        assert Texts.load(code).raw("widget.box.silent") in newest().content.decode("utf-8")


def test_nothing_foreign_is_named() -> None:
    for file in (assembled(), newest()):
        text = file.content.decode("utf-8")
        assert "http://" not in text
        assert "https://" not in text
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|cookie|Storage", text
        )


def test_its_colours_are_those_of_the_site() -> None:
    ours, site = (
        (FRONTEND / "static" / name).read_text("utf-8") for name in ("widget.css", "medborgarsok.css")
    )
    colours = set(re.findall(r"#[0-9a-f]{6}\b", ours))
    assert colours
    assert colours <= set(re.findall(r"#[0-9a-f]{6}\b", site))


def test_what_a_site_can_change_is_named() -> None:
    assert "--medborgarsok-accent" in hooks()["variables"]
    assert {"box", "input", "button"} <= set(hooks()["parts"].split(", "))
    told = (FRONTEND.parent / "docs" / "widget.md").read_text("utf-8")
    for name in ", ".join(hooks().values()).split(", "):
        assert f"`{name}`" in told, f"docs/widget.md doesn't name {name}"


@pytest.mark.parametrize(
    ("own", "good"),
    [
        ("/sok", True),
        ("https://www.norrvik.example/sok?a=1", True),
        ("", False),
        ("sok", False),
        ("javascript:alert(1)", False),
        ("https:/sok", False),
        ("https://[", False),
        ("/a\nb", False),
    ],
)
def test_the_address_of_an_own_page(own: str, good: bool) -> None:
    options = Options(kommun="", language="sv", theme="light", results="own", own=own)
    assert options.problem is not good
    assert ("results-url" in options.tag("https://sok.example", newest())) is good


def test_a_tag_is_ascii_and_escaped() -> None:
    options = Options(kommun="norrvik", language="fi", theme="dark", results="own", own='/x"><script>&ö')
    tag = options.tag("https://sok.example", newest())
    assert tag.isascii()
    assert "<script>" not in tag.replace('<script type="module"', "")
    assert 'results-url="/x&#34;&gt;&lt;script&gt;&amp;&#246;"' in tag
    assert 'action="https://sok.example/fi/sok"' in tag
    assert options.frame_tag("https://sok.example").isascii()
