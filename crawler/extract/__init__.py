"""What does a page or document say? `extract` reads it, without understanding it yet."""

from crawler.extract.document_reader import DocumentLimits
from crawler.extract.documents import extract_document
from crawler.extract.html import extract_html
from crawler.extract.kinds import Kind, kind_of
from crawler.outcomes import Outcome
from crawler.page import ExtractedPage, FetchedPage, UnreadablePage

__all__ = ["DocumentLimits", "extract"]

_DEFAULT_LIMITS = DocumentLimits()


def extract(page: FetchedPage, limits: DocumentLimits = _DEFAULT_LIMITS) -> ExtractedPage:
    """Read a page or document. Raise UnreadablePage, with the outcome, where nothing can be read from it.

    `limits` hold for documents, which a child process reads; HTML is bounded by its size alone.
    """
    kind = kind_of(page.body, page.headers, page.url)
    if kind is Kind.HTML:
        return extract_html(page)
    if kind is Kind.OTHER:
        declared = page.headers.get("content-type", "") or "no type"
        raise UnreadablePage(
            Outcome.UNSUPPORTED_TYPE, f"no text is read from this kind of file ({declared[:100]})"
        )
    return extract_document(page, kind, limits)
