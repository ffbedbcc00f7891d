"""How is a request to the administrators' pages answered? Door, form, login, token, page: in that order."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from crawler.errors import AssignmentError, StoreError
from crawler.registry import Registry
from crawler.store import PageStore
from searchapi.admin import address, agencies, feedback, login, overview, recrawls, runs, trail
from searchapi.admin.asked import Asked, go_to
from searchapi.admin.door import Door, is_own
from searchapi.admin.forms import is_token_of
from searchapi.compression import PLAIN
from searchapi.errors import SearchApiError
from searchapi.form_body import read_form
from searchapi.settings import Settings

_log = logging.getLogger(__name__)

ROOT = "/admin"
_Handler = Callable[[Asked], Response]
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    # No script runs on these pages at all, whatever a site's text might smuggle in.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    **PLAIN,
}


@dataclass(frozen=True, slots=True)
class _Page:
    """What answers GET and POST at paths of a pattern. `public`: also before the login."""

    pattern: re.Pattern[str]
    get: _Handler | None
    post: _Handler | None
    public: bool


_AGENCY = r"(?P<agency>[a-z0-9][a-z0-9-]{0,62})"
_NUMBER = r"(?P<number>[1-9][0-9]{0,8})"
_PATHS: tuple[tuple[str, _Handler | None, _Handler | None], ...] = (
    ("/?", overview.show, None),
    ("/logga-in", login.show, login.enter),
    ("/logga-ut", None, login.leave),
    ("/losenord", login.show_password, login.change_password),
    (f"/myndigheter/{_AGENCY}", agencies.show, None),
    ("/bestall", recrawls.confirm, recrawls.order),
    ("/bestallningar", recrawls.show_all, None),
    (f"/bestallningar/{_NUMBER}", recrawls.show, None),
    (f"/bestallningar/{_NUMBER}/avbryt", recrawls.confirm_cancel, recrawls.cancel),
    ("/korningar", runs.show_all, None),
    (f"/korningar/{_NUMBER}", runs.show, None),
    (f"/korningar/{_NUMBER}/slapp", runs.confirm_release, runs.release),
    (f"/korningar/{_NUMBER}/forkasta", runs.confirm_discard, runs.discard),
    ("/adress", address.show, None),
    ("/aterkoppling", feedback.show, None),
    (r"/aterkoppling\.csv", feedback.export, None),
    (f"/aterkoppling/{_NUMBER}", None, feedback.handle),
    ("/logg", trail.show, None),
)
_PAGES = tuple(
    _Page(re.compile(ROOT + path), get, post, public=path == "/logga-in") for path, get, post in _PATHS
)


def install(app: FastAPI, settings: Settings) -> None:
    """Serve the administrators' pages beneath /admin. Call it once, before the application answers."""
    app.router.routes.append(_Route(_Site(app, settings)))


class _Site:
    """The pages beneath /admin."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._door = Door(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Raise HTTPException 404, told as everywhere, to whoever may not know that there is more."""
        request = Request(scope, receive)
        if not self._door.opens(request):
            raise HTTPException(404)
        try:
            form = await read_form(request) if request.method == "POST" and is_own(request) else {}
            response = await run_in_threadpool(self._answer, request, form)
        except SearchApiError as error:
            response = PlainTextResponse(error.message, error.status)
        headers = MutableHeaders(raw=response.raw_headers)
        headers.update(_HEADERS)
        await response(scope, receive, send)

    def _answer(self, request: Request, form: dict[str, str]) -> Response:
        store: PageStore | None = self._app.state.store
        registry: Registry | None = self._app.state.registry
        if store is None or registry is None:
            return PlainTextResponse("; ".join(self._app.state.missing), HTTPStatus.SERVICE_UNAVAILABLE)
        asked = Asked(
            request=request,
            settings=self._settings,
            registry=registry,
            store=store,
            at=datetime.now(UTC),
            https=self._door.is_https(request),
            form=form,
            key=login.key_of(request),
        )
        try:
            return _answered(asked)
        except StoreError as error:
            _log.error("%s %s: %s", request.method, request.url.path[:200], error)
            return asked.problem(503, "store", str(error))
        except AssignmentError as error:
            return asked.problem(400, "assignment", str(error))


def _answered(asked: Asked) -> Response:
    request = asked.request
    posted = request.method == "POST"
    if posted and not is_own(request):
        return asked.problem(403, "foreign")
    # A page that renews itself is no sign that somebody still sits there.
    active = not asked.query("direkt")
    session = asked.accounts.session(asked.key, asked.at, active=active) if asked.key else None
    asked = replace(asked, session=session)
    page, path = _page_of(request.url.path)
    if session is None and (page is None or not page.public):
        return _to_login(asked)
    if page is None:
        return asked.problem(404, "not_found")
    asked = replace(asked, path=path)
    handler = {"GET": page.get, "POST": page.post}.get(request.method)
    if handler is None:
        response = asked.problem(405, "method")
        response.headers["Allow"] = ", ".join(n for n, h in (("GET", page.get), ("POST", page.post)) if h)
        return response
    if posted and not page.public and not is_token_of(asked.key, asked.form.get("token", "")):
        return asked.problem(403, "token")
    return handler(asked)


def _page_of(path: str) -> tuple[_Page | None, dict[str, str]]:
    for page in _PAGES:
        found = page.pattern.fullmatch(path)
        if found:
            return page, found.groupdict()
    return None, {}


def _to_login(asked: Asked) -> Response:
    url = asked.request.url
    if asked.request.method != "GET" or url.path.rstrip("/") == ROOT:
        return go_to(login.PATH)
    return go_to(login.PATH, till=f"{url.path}?{url.query}" if url.query else url.path)


class _Route(BaseRoute):
    """Takes every method at every path beneath /admin, so that nothing there is told from nothing at all."""

    def __init__(self, site: _Site) -> None:
        self._site = site
        self.path = ROOT

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for these pages."""
        path = scope.get("path", "")
        ours = scope["type"] == "http" and (path == ROOT or path.startswith(f"{ROOT}/"))
        return (Match.FULL if ours else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        """No page has a name to be found by."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._site(scope, receive, send)
