"""Does an address choose the language of its page, and of every link on it?"""

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from searchapi.pages.language import LanguagePrefix, address, language_of, translations


def _asked(path: str, query: str = "") -> Request:
    """The request that a route meets where `path` was asked for."""
    met: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        met.append(scope)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        return None

    scope: Scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": [],
        "query_string": query.encode(), "scheme": "http", "server": ("127.0.0.1", 80),
    }  # fmt: skip
    asyncio.run(LanguagePrefix(app)(scope, receive, send))
    return Request(met[0])


@pytest.mark.parametrize(
    ("asked", "language", "path"),
    [
        ("/", "sv", "/"),
        ("/sok", "sv", "/sok"),
        ("/en", "en", "/"),
        ("/en/", "en", "/"),
        ("/en/sok", "en", "/sok"),
        ("/fi/myndigheter/norrvik", "fi", "/myndigheter/norrvik"),
        ("/sv/sok", "sv", "/sv/sok"),
        ("/de/sok", "sv", "/de/sok"),
        ("/english", "sv", "/english"),
    ],
)
def test_the_prefix_is_the_language(asked: str, language: str, path: str) -> None:
    request = _asked(asked)
    assert language_of(request) == language
    assert request.url.path == path


@pytest.mark.parametrize("path", ["/en/api/v1/search", "/en/admin", "/fi/static/x/y.css", "/en/healthz"])
def test_what_is_no_page_has_no_language(path: str) -> None:
    assert _asked(path).url.path == path


def test_links_keep_the_language() -> None:
    assert address("sv", "/sok", q="å & ä", page="") == "/sok?q=%C3%A5+%26+%C3%A4"
    assert address("en", "/sok", q="x") == "/en/sok?q=x"
    assert address("en", "/sok", language="fi") == "/en/sok?language=fi", "a facet of the same name"
    assert address("fi", "/") == "/fi"
    assert address("en", "/", kommun="norrvik") == "/en?kommun=norrvik"


def test_the_same_page_in_every_language() -> None:
    found = dict(translations(_asked("/en/sok", "q=bygglov")))
    assert found["sv"] == "/sok?q=bygglov"
    assert found["fi"] == "/fi/sok?q=bygglov"
    assert found["en"] == "/en/sok?q=bygglov"
    assert next(iter(found)) == "sv"
