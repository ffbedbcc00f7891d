"""How is an error told? In one shape: ours, the framework's, and those that nobody foresaw."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from searchapi.errors import SearchApiError
from searchapi.models import ErrorBody, ErrorResponse

_log = logging.getLogger(__name__)
_MAX_SHOWN = 60

ErrorPage = Callable[[Request, int, str], Response]
"""Makes the page for a reader of pages: request, status, code."""
Teller = Callable[[Request, int, str, str], Response]
"""Makes the answer that tells of an error, as the request wants it: request, status, code, message."""


def error_response(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error in the one shape."""
    body = ErrorResponse(error=ErrorBody(code=code, message=message))
    return JSONResponse(body.model_dump(), status_code=status, headers=headers)


def install(app: FastAPI, page: ErrorPage | None) -> Teller:
    """Let every error of the application be told so: as JSON, or by `page` to a browser outside the API.

    Return what tells an error, for those that arise around the application (searchapi.guard).
    """

    def told(
        request: Request, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> Response:
        if page is not None and _wants_page(request):
            response = page(request, status, code)
            response.headers.update(headers or {})
            return response
        return error_response(status, code, message, headers)

    def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, SearchApiError)
        if (
            error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            and error.status != HTTPStatus.SERVICE_UNAVAILABLE
        ):
            _log.error("%s %s: %s", request.method, request.url.path, error)
        retry = {"Retry-After": "5"} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return told(request, error.status, error.code, error.message, retry)

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return told(request, 400, "bad_request", "; ".join(_problem(one) for one in error.errors()))

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        code = status.phrase.lower().replace(" ", "_").replace("-", "_")
        message = {
            404: f"there is nothing at {request.url.path[:200]}",
            405: f"{request.method} is not possible at {request.url.path[:200]}",
        }.get(error.status_code, str(error.detail))
        return told(request, error.status_code, code, message, dict(error.headers or {}))

    app.add_exception_handler(SearchApiError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    return told


def _wants_page(request: Request) -> bool:
    path = request.url.path
    if path.startswith("/api/") or path in {"/healthz", "/readyz", "/metrics"}:
        return False
    return "text/html" in request.headers.get("accept", "")


def _problem(problem: Any) -> str:
    name = str(problem["loc"][-1]) if problem.get("loc") else "request"
    given = repr(problem.get("input"))
    shown = given if len(given) <= _MAX_SHOWN else given[:_MAX_SHOWN] + "…"
    return f"{name} is {shown}: {problem['msg']}"
