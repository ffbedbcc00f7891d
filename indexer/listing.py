"""Which documents are there at all? Every one within limits, one after another, for lists and catalogues."""

from collections.abc import Iterator

import tantivy

from indexer.documents import from_index
from indexer.engine import IndexedDocument


def listed(searcher: tantivy.Searcher, query: tantivy.Query) -> Iterator[IndexedDocument]:
    """The documents that a query finds, in the index's own order, each decoded when it is its turn.

    They pass by those kept for searches: a walk over all documents would push out what readers look at.
    """
    total: int = searcher.search(query, 1, count=True).count  # type: ignore[attr-defined]
    if not total:
        return
    hits = searcher.search(tantivy.Query.const_score_query(query, 1.0), total, count=False).hits
    addresses = sorted((address.segment_ord, address.doc) for _, address in hits)
    del hits
    for segment, number in addresses:
        yield from_index(searcher.doc(tantivy.DocAddress(segment, number)))
