"""What did a form send? Its fields, within bounds of size and time."""

import asyncio
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

from searchapi.errors import BadRequestError, SearchApiError

MAX_BODY = 64 * 1024
MAX_SECONDS = 30.0
"""How long a form may take to come: whoever sends drops must not hold a place for ever."""
_MAX_FIELDS = 50
_TYPE = "application/x-www-form-urlencoded"


class FormError(BadRequestError):
    """A form that can't be read."""


class FormLateError(SearchApiError):
    """A form that did not come within MAX_SECONDS."""

    status = 408
    code = "request_timeout"


class FormTooLargeError(SearchApiError):
    """A form of more than MAX_BODY bytes."""

    status = 413
    code = "too_large"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, each once (the first). Raise FormError, FormLateError, FormTooLargeError."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != _TYPE:
        raise FormError(f"a form is sent as {_TYPE}")
    body = bytearray()
    try:
        async with asyncio.timeout(MAX_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    raise FormTooLargeError(f"a form has at most {MAX_BODY} bytes")
    except TimeoutError:
        raise FormLateError(f"the form did not come within {MAX_SECONDS:.0f} seconds") from None
    except ClientDisconnect:
        raise FormError("the form broke off") from None
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise FormError(f"the form can't be read: {error}") from error
    return {name: values[0].replace("\0", "") for name, values in fields.items()}
