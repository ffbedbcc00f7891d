"""What does a citizen read where something went wrong? Plain words, and the box to go on from."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from crawler.registry import Registry
from searchapi.pages.rendering import max_query, page, texts_for


def error_page(
    request: Request, status: int, code: str, *, query: str = "", kommun: str = ""
) -> HTMLResponse:
    """What went wrong, in words that a citizen understands, with the box to go on from."""
    texts = texts_for(request)
    limit = max_query(request)
    heading, message = {
        "not_found": (texts("error.not_found"), texts("error.not_found_text")),
        "not_ready": (texts("error.not_ready"), texts("error.not_ready_text")),
        "query_too_long": (texts("error.bad_request"), texts("error.too_long", count=limit)),
        "uri_too_long": (texts("error.bad_request"), texts("error.too_long", count=limit)),
        "unknown_agency": (texts("error.bad_request"), texts("error.unknown_agency")),
        "bad_request": (texts("error.bad_request"), texts("error.bad_parameter")),
    }.get(code, (texts("error.title"), texts("error.internal")))
    registry: Registry | None = getattr(request.app.state, "registry", None)
    known = kommun if registry is not None and kommun in registry else ""
    shown = query[:limit]
    response = page(
        request, "error.html", status=status, heading=heading, message=message, query=shown, kommun=known
    )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response
