"""Whose request is it? The token in its Authorization header (RFC 6750), looked at before the body."""

from fastapi import HTTPException, Request

from crawler.store.tokens import Purpose, Token, Tokens
from searchapi.operations.opened import store_of

_CHALLENGE = 'Bearer realm="medborgarsok"'


def bearer(request: Request, purpose: Purpose) -> Token:
    """The request's token, which is for this purpose.

    Raise HTTPException: 401 where there is none, or one that is wrong or revoked; 403 where it is for another
    purpose.
    """
    scheme, _, secret = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise HTTPException(
            401,
            "this needs a token: send the header Authorization: Bearer <secret>; an administrator makes one "
            f"by medborgarsok token create NAME --purpose {purpose}",
            {"WWW-Authenticate": _CHALLENGE},
        )
    with store_of(request) as store:
        token = Tokens(store).bearer(secret.strip())
    if token is None:
        raise HTTPException(
            401,
            "the token is wrong or has been revoked; ask an administrator for a new one",
            {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'},
        )
    if token.purpose is not purpose:
        raise HTTPException(
            403,
            f"the token is for {token.purpose}, and this needs one for {purpose}",
            {"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope", scope="{purpose}"'},
        )
    return token


def refuse_other_agency(token: Token, agency: str) -> None:
    """Raise HTTPException with 403 where a token does not reach so far as an agency."""
    if not token.is_for(agency):
        raise HTTPException(403, f"the token is for {token.agency} alone, and this belongs to {agency}")
