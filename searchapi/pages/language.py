"""In which language is a page wanted? /en/sok is /sok in English; without a prefix it is the default one."""

from urllib.parse import urlencode

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from searchapi.texts import DEFAULT_LANGUAGE, languages

_KEY = "medborgarsok.language"
_NOT_PAGES = ("/api/", "/admin", "/static/", "/healthz", "/readyz", "/metrics")
"""What has no language: asked for with a prefix, there is nothing."""


class LanguagePrefix:
    """ASGI middleware that takes the language off the path, so that every route answers in every language."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            code, slash, rest = scope["path"][1:].partition("/")
            path = slash + rest or "/"
            if code in languages()[1:] and not path.startswith(_NOT_PAGES):
                scope = {**scope, "path": path, "raw_path": path.encode(), _KEY: code}
        await self._app(scope, receive, send)


def language_of(request: Request) -> str:
    """The language that the request's address asks for."""
    code: str = request.scope.get(_KEY, DEFAULT_LANGUAGE)
    return code


def address(language: str, path: str, /, **parameters: object) -> str:
    """The address of a page of ours in a language; empty parameters are left out."""
    given = {name: str(value) for name, value in parameters.items() if value not in ("", None)}
    path = "/" + path.lstrip("/")  # (what was asked for may begin with two: to browsers, another host)
    where = path if language == DEFAULT_LANGUAGE else f"/{language}{path if path != '/' else ''}"
    return f"{where}?{urlencode(given)}" if given else where


def translations(request: Request) -> list[tuple[str, str]]:
    """This page in every language, the default one first: code and address, with the same query."""
    query = f"?{request.url.query}" if request.url.query else ""
    return [(code, address(code, request.url.path) + query) for code in languages()]
