"""What would a plain engine find? BM25 as the textbook has it, to measure the product against.

Tantivy's BM25 (Robertson and Zaragoza, 2009: k1 1.2, b 0.75), the Swedish Snowball stemmer, title weight 3,
body 1, and any word of the query may match. Nothing is known of errands, places, doctypes or spelling. It
lives in memory, for one evaluation; the product never searches it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import tantivy

from crawler.record import Doctype
from crawler.store import DocumentRow

_TITLE_WEIGHT = 3.0
_TITLE, _BODY, _AGENCY, _NUMBER = "title", "body", "agency", "number"
_ANALYZER = "snowball_sv"
_HEAP = 50_000_000
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class BaselineHit:
    """A page that plain BM25 found."""

    url: str
    title: str
    doctype: Doctype
    agency: str


class Baseline:
    """Plain BM25 over some documents."""

    def __init__(self, rows: Iterable[DocumentRow]) -> None:
        """Index the documents' titles and main texts, menus left out as in the product's own index."""
        builder = tantivy.SchemaBuilder()
        for field in (_TITLE, _BODY):
            builder.add_text_field(field, tokenizer_name=_ANALYZER, index_option="freq")
        builder.add_text_field(_AGENCY, tokenizer_name="raw", index_option="basic")
        builder.add_unsigned_field(_NUMBER, stored=True)
        self._schema = builder.build()
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.stemmer("swedish"))
            .build()
        )
        index = tantivy.Index(self._schema)
        index.register_tokenizer(_ANALYZER, self._analyzer)
        self._hits: list[BaselineHit] = []
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for row in rows:
            record = row.record
            document = tantivy.Document()
            document.add_text(_TITLE, record.title)
            document.add_text(_BODY, row.text())
            document.add_text(_AGENCY, record.agency)
            document.add_unsigned(_NUMBER, len(self._hits))
            writer.add_document(document)
            self._hits.append(BaselineHit(record.url, record.title, record.doctype, record.agency))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def search(self, query: str, limit: int, *, agencies: Collection[str] | None = None) -> list[BaselineHit]:
        """The best `limit` pages for any string, of the given agencies only where they are given."""
        words = dict.fromkeys(self._analyzer.analyze(query))
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, word), weight))
            for word in words
            for field, weight in ((_TITLE, _TITLE_WEIGHT), (_BODY, 1.0))
        ]
        if not clauses:
            return []
        asked = tantivy.Query.boolean_query(clauses)
        if agencies is not None:
            near = [(tantivy.Occur.Should, self._term(_AGENCY, agency)) for agency in sorted(agencies)]
            if not near:
                return []
            only = tantivy.Query.const_score_query(tantivy.Query.boolean_query(near), 0.0)
            asked = tantivy.Query.boolean_query([(tantivy.Occur.Must, asked), (tantivy.Occur.Must, only)])
        found = self._searcher.search(asked, limit).hits
        numbers = (self._searcher.doc(address).to_dict()[_NUMBER][0] for _, address in found)
        return [self._hits[int(number)] for number in numbers]

    def _term(self, field: str, word: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, word, index_option="freq")
