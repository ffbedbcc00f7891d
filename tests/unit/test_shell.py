"""Are pages that show nothing without their scripts told from those that say something?"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.shell import needs_rendering

TEXT = "<p>" + "Här står vad kommunen gör för den som vill bygga. " * 6 + "</p>"
MENU = "<nav><ul>" + "<li><a href=/x>Bygga, bo och miljö i kommunen</a></li>" * 20 + "</ul></nav>"


def html(body: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><title>Bygglov</title>{head}</head><body>{body}</body></html>".encode()
    )


@pytest.mark.parametrize(
    "page",
    [
        html('<div id="root"></div><script src="/app.js"></script>'),
        html('<noscript>Slå på JavaScript.</noscript><div id="app"></div><script>start()</script>'),
        html('<app-root></app-root><script type="module" src="main.js"></script>'),
        html(f'<header>Kommunen</header>{MENU}<div id="__next"></div><script src="/n.js"></script>'),
        html(f'<p>Sök bland våra tjänster nedan, du som bor eller verkar i vår kommun i dag.</p>'
             f'{MENU}<div data-cid="12.a"></div><script>AppRegistry.register("12.a", {{}})</script>'),
        html('<script>window.__NEXT_DATA__ = {}</script><div>Laddar innehållet på sidan, var god vänta ett '
             'ögonblick medan vi hämtar det</div>'),
    ],
)  # fmt: skip
def test_a_shell_is_rendered(page: bytes) -> None:
    assert needs_rendering(page, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "page",
    [
        html(f'{TEXT}<div id="root"></div><script src="/app.js"></script>'),
        html(f'<div id="app">{TEXT}</div><script src="/app.js"></script><noscript>JavaScript</noscript>'),
        html("<p>Kort.</p>"),
        html('<div id="root"></div>'),
        html('<p>Stängt.</p><script type="application/ld+json">{"@type": "Place"}</script>'),
        html("<p>Vi har öppet alla vardagar mellan klockan nio och sjutton, utom på klämdagar.</p>"
             '<script src="/matomo.js"></script>'),
        b"",
        b"%PDF-1.7 \x00\xff",
    ],
)  # fmt: skip
def test_a_page_that_says_something_is_read_as_it_is(page: bytes) -> None:
    assert not needs_rendering(page, "text/html; charset=utf-8")


def test_the_pages_of_the_golden_folder() -> None:
    folder = Path(__file__).parent / "golden_extraction"
    found = {path.parent.name for path in folder.glob("*/page.html") if needs_rendering(path.read_bytes())}
    assert found == {"script_shell"}


@given(st.binary(max_size=300) | st.text(alphabet="<>/ab=\"'-! script", max_size=200).map(str.encode))
def test_it_never_raises(body: bytes) -> None:
    assert needs_rendering(body) in {True, False}
