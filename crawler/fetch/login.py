"""Does a redirect or an answer lead to a login? Then a service lies behind it, and not a fault."""

import re
from urllib.parse import urlsplit

# Words that are a whole label of a host or a whole segment of a path (ending aside) on the login pages of
# Swedish public e-services: of the identity providers, and of SAML, OpenID Connect and WS-Federation.
_WORDS = frozenset(
    {
        "adfs", "auth", "authenticate", "authentication", "authn", "authorize", "bankid", "bank-id", "cas",
        "discovery", "ds", "eid", "e-id", "eidas", "elegitimation", "e-legitimation", "freja", "grandid",
        "grp", "idp", "idp2", "idp3", "identity", "identityserver", "inlogg", "inloggning", "legitimera",
        "logga-in", "loggain", "login", "loginservice", "logon", "oauth", "oauth2", "oidc", "openid",
        "openid-connect", "saml", "saml2", "shibboleth", "sign-in", "signin", "single-sign-on", "sso",
        "sts", "wayf",
    }
)  # fmt: skip
_QUERY = re.compile(r"(?:^|&)(?:SAMLRequest|wa=wsignin|response_type|client_id)(?:=|1|&|$)")
_TRAILER = re.compile(r"\.(aspx|php|jsp|jsf|do|html?|sso|action)\Z")


def looks_like_login(url: str) -> bool:
    """Whether an address is one where people prove who they are."""
    try:
        parts = urlsplit(url)
        labels = (parts.hostname or "").lower().split(".")
    except ValueError:
        return False
    segments = [_TRAILER.sub("", segment) for segment in parts.path.lower().split("/") if segment]
    words = [*labels[:-2], *labels[0].split("-")[:1], *segments[:6], *segments[-1:]]
    return any(word in _WORDS for word in words) or bool(_QUERY.search(parts.query))
