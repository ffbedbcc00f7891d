"""Which document lies at which address? The federation's documents by host and path."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from demo.content import Page, Site
from demo.documents.blanks import blank


@dataclass(frozen=True, slots=True)
class Document:
    """A file on a site. `make` writes it; the same bytes every time."""

    host: str
    path: str
    title: str
    kind: str
    make: Callable[[], bytes]
    content_type: str = "application/pdf"
    modified: date | None = None
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    listed_on: str = ""

    @property
    def suffix(self) -> str:
        """The file extension."""
        return self.path.rpartition(".")[2]

    def body(self) -> bytes:
        """The file's bytes."""
        return _made(self.make)


@lru_cache(maxsize=512)
def _made(make: Callable[[], bytes]) -> bytes:
    return make()


class Library:
    """All documents, and the pages that list them."""

    def __init__(self, documents: list[Document], pages: list[Page]) -> None:
        self._documents = {(document.host, document.path): document for document in documents}
        self._pages = pages
        self._listed: dict[tuple[str, str], list[Document]] = {}
        for document in documents:
            if document.listed_on:
                self._listed.setdefault((document.host, document.listed_on), []).append(document)

    def find(self, host: str, path: str) -> Document | None:
        """The document at an address."""
        return self._documents.get((host, path))

    def of_page(self, host: str, path: str) -> list[Document]:
        """The documents that a page lists, in order."""
        return self._listed.get((host, path), [])

    def pages(self) -> list[Page]:
        """The generated pages that lead to the documents."""
        return self._pages

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents.values())


def library(sites: dict[str, Site]) -> Library:
    """The documents of the federation whose hosts are there."""
    documents = [
        Document(
            host=page.host,
            path=page.url_path,
            title=page.title,
            kind=page.kind,
            make=blank(site, page),
            content_type=_TYPES[page.format],
            modified=page.modified or page.published,
        )
        for site in sites.values()
        for page in site.pages.values()
        if page.format in _TYPES
    ]
    return Library(documents, [])


_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
