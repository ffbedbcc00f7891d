"""How does a terminal's address answer? GET is its start page, POST the page that a button asks for."""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from crawler.registry import Registry
from searchapi.api import service_of
from searchapi.errors import (
    BadRequestError,
    NotReadyError,
    PageNotFoundError,
    QueryTooLongError,
    SearchApiError,
)
from searchapi.form_body import read_form
from searchapi.pages.errors import error_page
from searchapi.pages.language import address, language_of
from searchapi.pages.rendering import max_query, page
from searchapi.pages.terminal import views
from searchapi.pages.terminal.asked import Asked, View, look_of, read_asked
from searchapi.terminals import (
    ADDRESS_NAMES,
    Terminal,
    TerminalAddressError,
    TerminalsFile,
    UnknownTerminalError,
    address_parameters,
    municipality_of,
    terminal_from_address,
)
from searchapi.texts import Texts, languages

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
"""Nothing is kept, no other site learns where the reader was, nothing is framed."""

router = APIRouter(include_in_schema=False)


@router.get("/terminal")
@router.get("/terminal/{terminal_id}")
def start(request: Request, terminal_id: str = "") -> Response:
    """The start page, in the terminal's own language."""
    try:
        terminal = _terminal(request, terminal_id)
    except (TerminalAddressError, UnknownTerminalError) as error:
        return _not_set_up(request, error)
    except NotReadyError as error:
        response = error_page(request, error.status, error.code)
        response.headers["Refresh"] = "15"  # a screen that nobody looks after comes up by itself
        return response
    if terminal.language != language_of(request):
        return RedirectResponse(_address(terminal, terminal.language), 303, headers=HEADERS)
    return _shown(request, terminal, Asked(look_of(terminal)))


@router.post("/terminal")
@router.post("/terminal/{terminal_id}")
async def answer(request: Request, terminal_id: str = "") -> Response:
    """The page that a button asks for, or suggestions."""
    form = await read_form(request)
    return await run_in_threadpool(_answer, request, terminal_id, form)


def _answer(request: Request, terminal_id: str, form: dict[str, str]) -> Response:
    try:
        terminal = _terminal(request, terminal_id)
    except (TerminalAddressError, UnknownTerminalError) as error:
        return _not_set_up(request, error)
    asked = read_asked(form, terminal)
    if asked.view is View.SUGGESTIONS:
        found = service_of(request).suggest(asked.q, terminal.municipality, limit=views.SUGGESTIONS)
        texts = Texts.load(language_of(request))
        told = [{"text": one.text, "detail": texts(f"doctype.{one.doctype}")} for one in found]
        return JSONResponse(told, headers=HEADERS)
    return _shown(request, terminal, asked)


def _shown(request: Request, terminal: Terminal, asked: Asked) -> Response:
    """A page of the terminal, whatever becomes of what was asked."""
    status = 200
    try:
        template, values = views.view(request, terminal, asked)
    except (BadRequestError, NotReadyError, PageNotFoundError) as error:
        status = error.status
        template, values = "terminal/problem.html", {"problem": _problem(error)}
    return _rendered(request, template, terminal, asked, status=status, **values)


def _problem(error: SearchApiError) -> str:
    """The text that tells what went wrong, by its key."""
    match error:
        case PageNotFoundError():
            return "gone"
        case NotReadyError():
            return "not_ready"
        case QueryTooLongError():
            return "too_long"
        case _:
            return "bad_request"


def _rendered(
    request: Request, template: str, terminal: Terminal, asked: Asked, *, status: int = 200, **values: Any
) -> Response:
    language = language_of(request)
    home = municipality_of(terminal, _registry(request))
    response = page(
        request,
        template,
        status=status,
        terminal=terminal,
        asked=asked,
        home=home,
        start_address=_address(terminal, terminal.language),
        here=_address(terminal, language),
        tongues=[(code, Texts.load(code)("site.language"), _address(terminal, code)) for code in languages()],
        max_query=max_query(request),
        **values,
    )
    response.headers.update(HEADERS)
    return response


def _address(terminal: Terminal, language: str) -> str:
    """The terminal's address in a language: it never holds what a person asks for."""
    where: Callable[..., str] = partial(address, language, f"/terminal/{terminal.id}".rstrip("/"))
    own = {} if terminal.id or language == terminal.language else {"sprak": terminal.language}
    return where(**{**address_parameters(terminal), "sprak": "", **own})


def _terminal(request: Request, terminal_id: str) -> Terminal:
    """The terminal of an address. Raise TerminalAddressError, UnknownTerminalError, TerminalsError."""
    registry = _registry(request)
    if not terminal_id:
        return terminal_from_address(request.query_params, language_of(request), registry)
    if request.query_params:
        raise TerminalAddressError(dict(request.query_params))
    terminals: TerminalsFile = request.app.state.terminals
    return terminals.terminal(terminal_id, registry)


def _registry(request: Request) -> Registry:
    registry: Registry | None = request.app.state.registry
    if registry is None:
        raise NotReadyError("; ".join(request.app.state.missing))
    return registry


def _not_set_up(request: Request, error: TerminalAddressError | UnknownTerminalError) -> Response:
    """A page for whoever sets the terminal up: what is wrong with its address."""
    wrong = error.wrong if isinstance(error, TerminalAddressError) else {}
    response = page(
        request,
        "terminal/setup.html",
        status=error.status,
        wrong=wrong,
        names=list(ADDRESS_NAMES) if wrong else [],
        municipality_ids=[agency.id for agency in views.municipalities(_registry(request))],
    )
    response.headers.update(HEADERS)
    return response
