"""Was a form one of ours? Tokens against forgery (CSRF)."""

import hashlib
import hmac


def token_of(key: str) -> str:
    """The token that forms carry for a session: nobody has it who hasn't the key in the cookie."""
    return hmac.new(key.encode("utf-8", "replace"), b"medborgarsok form", hashlib.sha256).hexdigest()


def is_token_of(key: str, given: str) -> bool:
    """Whether a form's token belongs to the key. Takes as long whatever was given."""
    return bool(key) and hmac.compare_digest(token_of(key).encode(), given.encode("utf-8", "replace"))
