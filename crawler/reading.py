"""How does the visit of a fetched page end? Extraction and understanding in turn, and every way they can end.

`read_page` is pure: what it returns depends on its arguments alone. It runs in processes of its own
(crawler.fetch.reader_process), so arguments and results can be pickled.
"""

import logging
from urllib.parse import urlsplit

from crawler.errors import InvalidUrlError
from crawler.extract import DocumentLimits, extract
from crawler.outcomes import Outcome
from crawler.page import ExtractedPage, FetchedPage, PageLink, PageResult, UnreadablePage
from crawler.record import CanonicalUrl, RequestedUrl
from crawler.registry import Agency
from crawler.understand import understand

logger = logging.getLogger(__name__)

_DEFAULT_LIMITS = DocumentLimits()


def read_page(page: FetchedPage, agency: Agency, limits: DocumentLimits = _DEFAULT_LIMITS) -> PageResult:
    """Read and understand a page. Never raises; what goes wrong is the outcome, with its reason.

    `links` are the page's links that may be followed: none where meta robots says nofollow, and never those
    with rel=nofollow. With CANONICAL_ELSEWHERE the canonical page is `canonical_url` and is the first of the
    links; the record is given too, for the case that the canonical page turns out not to be there.
    `limits` are what reading a PDF or office document may cost.
    """
    own = RequestedUrl(page.url)
    try:
        url = agency.canonical(page.url)
    except InvalidUrlError as error:
        return PageResult(Outcome.INVALID_URL, str(error), CanonicalUrl(own))
    try:
        return _read(page, agency, url, limits)
    except UnreadablePage as verdict:
        return PageResult(verdict.outcome, verdict.reason, url)
    except RecursionError:
        return PageResult(Outcome.EXTRACTION_FAILED, "nested too deep to be read", url)
    except MemoryError:
        return PageResult(Outcome.EXTRACTION_FAILED, "too large for the memory that reading may use", url)
    except Exception as error:
        # The edge of the reading process: whatever a hostile page brings about costs that page only.
        logger.exception("agency %s: %s could not be read", agency.id, url)
        reason = f"{type(error).__name__}: {error}"[:500]
        return PageResult(Outcome.EXTRACTION_FAILED, reason, url)


def _read(page: FetchedPage, agency: Agency, url: CanonicalUrl, limits: DocumentLimits) -> PageResult:
    extracted = extract(page, limits)
    robots = extracted.robots
    links = () if robots & {"nofollow", "none"} else tuple(_followed(extracted.links))
    if robots & {"noindex", "none"}:
        where = "X-Robots-Tag" if "noindex" in page.headers.get("x-robots-tag", "").lower() else "meta robots"
        return PageResult(Outcome.NOINDEX, f"{where} says noindex", url, links=links)
    record = understand(page, extracted, agency, url)
    elsewhere = canonical_elsewhere(extracted, agency, url)
    if elsewhere is not None:
        links = (PageLink(elsewhere, ""), *links)
        reason = f"rel=canonical names {elsewhere}"
        return PageResult(Outcome.CANONICAL_ELSEWHERE, reason, elsewhere, record, links)
    return PageResult(Outcome.INDEXED, "", url, record, links)


def _followed(links: tuple[PageLink, ...]) -> list[PageLink]:
    return [link for link in links if "nofollow" not in link.rel]


def canonical_elsewhere(extracted: ExtractedPage, agency: Agency, url: CanonicalUrl) -> CanonicalUrl | None:
    """The other page of the same agency that the page says it is a copy of; None where there is none.

    A wrong rel=canonical is common (RFC 6596 calls it a hint), and following it blindly empties an index. One
    that leaves the agency's hosts or the registry's limits is ignored, and so is one from a page inside the
    site to the site's root, which is what templates with a fixed canonical write.
    """
    if not extracted.canonical:
        return None
    try:
        canonical = agency.canonical(extracted.canonical)
    except InvalidUrlError:
        return None
    if canonical == url or not agency.owns(canonical) or not agency.admits(canonical):
        return None
    if not _names_a_page(canonical) and _names_a_page(url):
        return None
    return canonical


def _names_a_page(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.query) or parts.path.rstrip("/") != ""
