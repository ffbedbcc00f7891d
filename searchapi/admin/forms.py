"""What did a form send, and was it one of ours? Bodies of forms, and their tokens against forgery (CSRF)."""

import hashlib
import hmac
from urllib.parse import parse_qs

from starlette.requests import Request

from searchapi.errors import BadRequestError, SearchApiError

MAX_BODY = 64 * 1024
_MAX_FIELDS = 50
_TYPE = "application/x-www-form-urlencoded"


class FormError(BadRequestError):
    """A form that can't be read."""


class FormTooLargeError(SearchApiError):
    """A form of more than MAX_BODY bytes."""

    status = 413
    code = "too_large"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, each once (the first). Raise FormError, FormTooLargeError."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != _TYPE:
        raise FormError(f"a form is sent as {_TYPE}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise FormTooLargeError(f"a form has at most {MAX_BODY} bytes")
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise FormError(f"the form can't be read: {error}") from error
    return {name: values[0].replace("\0", "") for name, values in fields.items()}


def token_of(key: str) -> str:
    """The token that forms carry for a session: nobody has it who hasn't the key in the cookie."""
    return hmac.new(key.encode("utf-8", "replace"), b"medborgarsok form", hashlib.sha256).hexdigest()


def is_token_of(key: str, given: str) -> bool:
    """Whether a form's token belongs to the key. Takes as long whatever was given."""
    return bool(key) and hmac.compare_digest(token_of(key).encode(), given.encode("utf-8", "replace"))
