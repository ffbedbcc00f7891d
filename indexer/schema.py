"""Which fields does the index have? One place for their shape, for writing and for reading.

Every Field of a document has two text fields: its lemmas in their order (positions, for phrases) and its
marked terms (words as written, parts, folded forms; see analysis/analyzer.py). `any` holds every term of
the document once: what a document is about at all is asked there, cheaply, for counts, facets and document
frequencies.
"""

import hashlib
from datetime import date
from pathlib import Path

import tantivy

from crawler.record import RECORD_VERSION, Doctype
from indexer.analysis import ANALYSIS_VERSION
from indexer.engine import Field

SCHEMA_VERSION = 4
"""Raised when the fields change: an index of another version is rebuilt from the store."""
FORMAT = f"{SCHEMA_VERSION}.{ANALYSIS_VERSION}.{RECORD_VERSION}"

ANY = "any"
URL = "url"
ID = "id"
DOCTYPE, AGENCY, LANGUAGE, HOST = "doctype", "agency", "language", "host"
FACETS = (DOCTYPE, AGENCY, LANGUAGE, HOST)
EID = "eid"
RECORD, BESIDE = "record", "beside"  # stored: the record, and what the store keeps beside it

LEMMA_FIELD = {field: field.value for field in Field}
EXTRA_FIELD = {field: f"{field.value}_x" for field in Field}
EID_CODES = {None: 0, False: 1, True: 2}
ORIGIN = "origin"  # agency, language and host in one: every candidate needs them, each column costs time
ORIGIN_NUMBER, TRAITS = "origin_number", "traits"
FEATURES = (ORIGIN_NUMBER, TRAITS)
"""What ranking needs to know of every candidate, in columns of unsigned numbers."""
DOCTYPES = tuple(Doctype)

_TERMS = "terms"


def build() -> tantivy.Schema:
    """The schema."""
    builder = tantivy.SchemaBuilder()
    for field in Field:
        builder.add_text_field(LEMMA_FIELD[field], tokenizer_name=_TERMS, index_option="position")
        builder.add_text_field(EXTRA_FIELD[field], tokenizer_name=_TERMS, index_option="freq")
    builder.add_text_field(ANY, tokenizer_name=_TERMS, index_option="basic")
    builder.add_text_field(URL, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field(ID, indexed=True, fast=True)
    builder.add_text_field(ORIGIN, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(EID, indexed=True)
    for name in FEATURES:
        builder.add_unsigned_field(name, fast=True)
    for name in (RECORD, BESIDE):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def create(path: Path) -> tantivy.Index:
    """A new, empty index in a folder that exists."""
    return _prepared(tantivy.Index(build(), str(path), reuse=True))


def open_existing(path: Path) -> tantivy.Index:
    """The index in a folder. Raises ValueError where it is not one."""
    return _prepared(tantivy.Index.open(str(path)))


def _prepared(index: tantivy.Index) -> tantivy.Index:
    terms = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TERMS, terms)
    return index


def number_of(text: str) -> int:
    """A stable 63-bit number for a text: fast fields hold numbers only."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") >> 1


def pack_traits(
    doctype: Doctype, needs_eid: bool | None, depth: int, title_words: int, published: date | None
) -> int:
    """Small features in one number: doctype 6 bits, eid 2, depth 8, words of the title 8, publishing day."""
    day = published.toordinal() if published else 0
    return (
        DOCTYPES.index(doctype)
        | EID_CODES[needs_eid] << 6
        | min(max(depth, 0), 255) << 8
        | min(title_words, 255) << 16
        | day << 24
    )
