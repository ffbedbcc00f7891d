"""The page store: the truth of what was crawled. The index is derived from it and can be thrown away."""

from crawler.store.page_store import PageStore
from crawler.store.rows import (
    Change,
    DocumentRow,
    RunSummary,
    UrlState,
    Visit,
    VisitedLink,
)

__all__ = ["Change", "DocumentRow", "PageStore", "RunSummary", "UrlState", "Visit", "VisitedLink"]
