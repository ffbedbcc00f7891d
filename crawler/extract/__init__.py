"""What does a page or document say? `extract` reads it, without understanding it yet."""

from crawler.extract.html import extract_html
from crawler.extract.kinds import Kind, kind_of
from crawler.outcomes import Outcome
from crawler.page import ExtractedPage, FetchedPage, UnreadablePage

__all__ = ["extract"]


def extract(page: FetchedPage) -> ExtractedPage:
    """Read a page or document. Raise UnreadablePage, with the outcome, where nothing can be read from it."""
    kind = kind_of(page.body, page.headers, page.url)
    if kind is Kind.HTML:
        return extract_html(page)
    raise UnreadablePage(Outcome.UNSUPPORTED_TYPE, f"{page.headers.get('content-type', 'unknown type')}")
