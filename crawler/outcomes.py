"""How can the visit of a URL end? Every URL that the crawler knows carries exactly one of these."""

from enum import StrEnum


class Outcome(StrEnum):
    """The typed end of a visit. What a site does wrong is an outcome, never an exception."""

    # The page is in the store
    INDEXED = "indexed"
    UNCHANGED = "unchanged"
    # The page says that it is not to be shown, or that another page stands for it
    NOINDEX = "noindex"
    ROBOTS_DENIED = "robots_denied"
    REDIRECTED = "redirected"
    CANONICAL_ELSEWHERE = "canonical_elsewhere"
    DUPLICATE = "duplicate"
    LOGIN_REQUIRED = "login_required"
    # Limits of the registry
    DENIED_BY_REGISTRY = "denied_by_registry"
    TOO_DEEP = "too_deep"
    PAGE_LIMIT = "page_limit"
    OFF_HOST = "off_host"
    PRIVATE_ADDRESS = "private_address"
    TRAP = "trap"
    # The page is not there
    NOT_FOUND = "not_found"
    GONE = "gone"
    SOFT_404 = "soft_404"
    # The site failed
    HTTP_ERROR = "http_error"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    DNS_ERROR = "dns_error"
    CONNECTION_FAILED = "connection_failed"
    TLS_ERROR = "tls_error"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    REDIRECT_LOOP = "redirect_loop"
    INVALID_URL = "invalid_url"
    # The page came, and nothing could be read from it
    UNSUPPORTED_TYPE = "unsupported_type"
    EXTRACTION_FAILED = "extraction_failed"
    ENCRYPTED = "encrypted"
    IMAGE_ONLY = "image_only"
    EMPTY = "empty"
    # It was not visited, and what an earlier visit knew of it stays
    NOT_VISITED = "not_visited"
    NOT_DUE = "not_due"

    @property
    def kept(self) -> bool:
        """Whether the URL's document stands in the store after this visit."""
        return self in {Outcome.INDEXED, Outcome.UNCHANGED}

    @property
    def is_failure(self) -> bool:
        """Whether an administrator would want to look at it."""
        return self in _FAILURES


_FAILURES = frozenset(
    {
        Outcome.NOT_FOUND,
        Outcome.SOFT_404,
        Outcome.HTTP_ERROR,
        Outcome.RATE_LIMITED,
        Outcome.TIMEOUT,
        Outcome.DNS_ERROR,
        Outcome.CONNECTION_FAILED,
        Outcome.TLS_ERROR,
        Outcome.TRUNCATED,
        Outcome.TOO_LARGE,
        Outcome.REDIRECT_LOOP,
        Outcome.INVALID_URL,
        Outcome.EXTRACTION_FAILED,
        Outcome.ENCRYPTED,
        Outcome.IMAGE_ONLY,
        Outcome.EMPTY,
        Outcome.PRIVATE_ADDRESS,
    }
)
