"""Is a page read with the right letters, whatever character set it declares?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import charset
from tests.unit.html_pages import PARAGRAPH, read, whole


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", "windows-1252"),
        ("utf-8-sig", "iso-8859-1", ""),
        ("windows-1252", "", ""),
        ("windows-1252", "utf-8", "utf-8"),
        ("iso-8859-1", "iso-8859-1", ""),
        ("utf-16", "", ""),
        ("utf-16-le", "utf-16", ""),
        ("iso-8859-15", "iso-8859-15", "utf-8"),
    ],
)
def test_swedish_letters_survive_every_declaration(encoding: str, header: str, meta: str) -> None:
    declared = f"<meta charset='{meta}'>" if meta else ""
    html = whole(
        f"<main><h1>Sök bygglov för växthus</h1><p>{PARAGRAPH} Åtta överåriga älgar.</p></main>", declared
    )
    page = read(html.encode(encoding), content_type=f"text/html; charset={header}" if header else "text/html")
    assert page.title == "Sök bygglov för växthus"
    assert "Åtta överåriga älgar" in page.text()


def test_other_declared_sets_are_believed() -> None:
    html = (
        "<html lang=ru><main><p>Добро пожаловать на сайт муниципалитета, здесь вы найдёте помощь</p></main>"
    )
    page = read(html.encode("windows-1251"), content_type="text/html; charset=windows-1251")
    assert "Добро пожаловать" in page.text()
    assert page.language == "ru"


def test_a_page_pasted_together_from_two_sets() -> None:
    raw = "<main><p>Förskola och vård</p>".encode() + "<p>Ängelholm åker</p></main>".encode("cp1252")
    assert read(raw, content_type="text/html; charset=utf-8").text() == "Förskola och vård\nÄngelholm åker"


def test_letters_encoded_twice_are_mended() -> None:
    twice = "Förskolan på Ängsvägen är öppen".encode().decode("cp1252").encode()
    assert read(b"<main><p>" + twice + b"</p></main>").text() == "Förskolan på Ängsvägen är öppen"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_decoding_never_raises(body: bytes, declared: str) -> None:
    assert isinstance(charset.decode(body, f"text/html; charset={declared}"), str)


@pytest.mark.parametrize(
    "label", ["rot13", "zip", "undefined", "unicode_escape", "punycode", "base64", "no-such"]
)
def test_codecs_that_are_no_character_sets(label: str) -> None:
    assert (
        "Höst"
        in read(
            "<main><p>Höst och vår i parken</p></main>".encode("cp1252"),
            content_type=f"text/html; charset={label}",
        ).text()
    )
