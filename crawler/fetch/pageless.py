"""What does an answer that brings no page mean? The same for a fetched URL and for a record of an archive.

Knows nothing of Scrapy: crawler.importing asks it too.
"""

from collections.abc import Mapping
from dataclasses import replace

from crawler.errors import InvalidUrlError
from crawler.fetch.endings import BEHIND_LOGIN
from crawler.fetch.login import looks_like_login
from crawler.outcomes import Outcome
from crawler.record import CanonicalUrl, RequestedUrl
from crawler.registry import Agency
from crawler.store import Visit
from crawler.understand import behind_login
from crawler.urls import absolutise

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_NOW = frozenset({302, 303, 307})


def target_of(agency: Agency, url: str, location: str) -> RequestedUrl | None:
    """Where a redirect from `url` leads to; None where that is no address."""
    target = absolutise(url, location)
    try:
        if target is not None:
            agency.canonical(target)
    except InvalidUrlError:  # (too long, once the agency's rules have rewritten it)
        return None
    return target


def redirected(
    agency: Agency, visit: Visit, target: RequestedUrl | None, location: str, texts: tuple[str, ...]
) -> Visit:
    """The visit of a URL that was redirected to another one. `texts`: what links call the URL."""
    if target is None:
        return replace(visit, outcome=Outcome.INVALID_URL, reason=f"redirects to {location[:200]!r}")
    canonical = agency.canonical(target)
    own = agency.owns(canonical)
    if looks_like_login(canonical) and not (own and looks_like_login(visit.url)):
        return service(agency, visit, f"redirects to {canonical[:300]}", texts)
    visit = replace(visit, passing=visit.http_status in _FOR_NOW)
    if not own:
        reason = f"redirects to {canonical[:300]}, which is not on a host of {agency.id}"
        return replace(visit, outcome=Outcome.OFF_HOST, reason=reason)
    reason = f"HTTP {visit.http_status}"
    return replace(visit, outcome=Outcome.REDIRECTED, reason=reason, canonical_url=canonical)


def refused(agency: Agency, visit: Visit, headers: Mapping[str, str], texts: tuple[str, ...]) -> Visit:
    """The visit of a URL that got neither a page nor a redirect. `headers` by lower-case name."""
    status = visit.http_status
    reason = f"HTTP {status}"
    match status:
        case 404:
            return replace(visit, outcome=Outcome.NOT_FOUND, reason=reason)
        case 410:
            return replace(visit, outcome=Outcome.GONE, reason=reason)
        case 429:
            return replace(visit, outcome=Outcome.RATE_LIMITED, reason=reason)
        case 204 | 205:
            return replace(visit, outcome=Outcome.EMPTY, reason=reason)
        case 401:
            return service(agency, visit, reason, texts)
        case 403 if looks_like_login(visit.url) or "www-authenticate" in headers:
            return service(agency, visit, reason, texts)
        case _:
            return replace(visit, outcome=Outcome.HTTP_ERROR, reason=reason)


def service(agency: Agency, visit: Visit, reason: str, texts: tuple[str, ...]) -> Visit:
    """A URL behind a login. An e-service there is still to be found: by what the links to it say."""
    record = behind_login(CanonicalUrl(visit.url), texts, agency, visit.at)
    if record is None:
        return replace(visit, outcome=Outcome.LOGIN_REQUIRED, reason=reason)
    reason = f"{BEHIND_LOGIN}: {reason}"
    return replace(visit, outcome=Outcome.INDEXED, reason=reason, canonical_url=visit.url, record=record)
