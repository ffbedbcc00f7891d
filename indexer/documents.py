"""What does a document of the store become in the index?"""

import json
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

import tantivy

from crawler.record import DocumentRecord
from crawler.store import DocumentRow
from indexer import schema
from indexer.analysis import Analyzer
from indexer.analysis.analyzer import EXACT_MARK, FOLDED_MARK, Analysed
from indexer.analysis.lexicon import swedish_lexicon
from indexer.analysis.tokens import fold
from indexer.engine import Field, IndexedDocument

MAX_TEXT = 400_000
"""Characters of a text that are indexed and kept: some 150 pages. What stands behind them finds nobody."""
_MAX_ANCHORS = 40
_MAX_PATH_WORDS = 60
_MAX_SHORT = 20_000
_EXTENSION = re.compile(r"\.(?:html?|aspx?|php|jsp|pdf|docx?|odt|rtf)$", re.IGNORECASE)
_PATH_SIGNS = re.compile(r"[-_+/.,;:~=&?%()]")
# Evidence is the webmaster's, who asks the store; reading it would take half of the time of reading a record.
_NOT_KEPT = {"doctype_evidence", "eid_evidence", "language_evidence"}

_analyzer = Analyzer()


def to_index(row: DocumentRow) -> tantivy.Document:
    """The document as Tantivy takes it."""
    record = row.record
    text = row.text()[:MAX_TEXT]
    document = tantivy.Document()
    terms: set[str] = set()
    title_words = 0
    for field, value in _texts(record, row.anchors, text):
        analysed = _analyzer.analyse(value, record.language)
        if field is Field.TRAIL:
            analysed = _with_path(analysed, record, terms)
        if not analysed.terms:
            continue
        document.add_text(schema.LEMMA_FIELD[field], analysed.lemmas)
        document.add_text(schema.EXTRA_FIELD[field], analysed.extras)
        terms |= analysed.terms
        if field is Field.TITLE:
            title_words = sum(not _analyzer.is_question_word(word) for word in analysed.lemmas.split())
    document.add_text(schema.ANY, " ".join(terms))
    document.add_text(schema.URL, record.url)
    document.add_unsigned(schema.ID, schema.number_of(record.url))
    for name, value in _facets(record):
        document.add_text(name, value)
    document.add_unsigned(schema.EID, schema.EID_CODES[record.needs_eid])
    origin = "\t".join((record.agency, record.language, record.host))
    document.add_text(schema.ORIGIN, origin)
    document.add_unsigned(schema.ORIGIN_NUMBER, schema.number_of(origin))
    traits = schema.pack_traits(record.doctype, record.needs_eid, record.depth, title_words, record.published)
    document.add_unsigned(schema.TRAITS, traits)
    if len(record.text) > MAX_TEXT:
        record = record.model_copy(update={"text": record.text[:MAX_TEXT]})
    document.add_bytes(
        schema.RECORD, record.model_dump_json(exclude=_NOT_KEPT, exclude_defaults=True).encode()
    )
    beside = {"anchors": row.anchors[:_MAX_ANCHORS], "template_blocks": row.template_blocks}
    document.add_bytes(schema.BESIDE, json.dumps(beside, ensure_ascii=False).encode())
    return document


def from_index(document: tantivy.Document) -> IndexedDocument:
    """The document as it is shown."""
    record = DocumentRecord.model_validate_json(bytes(document.get_first(schema.RECORD) or b""))
    beside = json.loads(bytes(document.get_first(schema.BESIDE) or b"{}"))
    row = DocumentRow(record, tuple(beside["anchors"]), tuple(beside["template_blocks"]), 0)
    text = row.text()
    return IndexedDocument(record, row.anchors, record.text if text == record.text else text)


def _texts(record: DocumentRecord, anchors: Iterable[str], text: str) -> Iterable[tuple[Field, str]]:
    yield Field.TITLE, record.title[:_MAX_SHORT]
    yield Field.HEADINGS, "\n".join(record.headings)[:_MAX_SHORT]
    yield Field.ANCHORS, "\n".join(list(anchors)[:_MAX_ANCHORS])[:_MAX_SHORT]
    yield Field.DESCRIPTION, record.description[:_MAX_SHORT]
    yield Field.CONTACT, "\n".join(_contact_texts(record))[:_MAX_SHORT]
    yield Field.BODY, text
    # Last, for its words are understood by those of the other fields.
    yield Field.TRAIL, "\n".join(record.breadcrumb)[:_MAX_SHORT]


def _contact_texts(record: DocumentRecord) -> Iterable[str]:
    for contact in record.contacts:
        yield from (contact.name, contact.role, contact.email)
        # A number is searched in any writing of it: as digits only, with and without the country.
        yield contact.phone.lstrip("+")
        yield "".join(sign for sign in contact.phone_written if sign.isdigit())


def _with_path(trail: Analysed, record: DocumentRecord, terms: set[str]) -> Analysed:
    """The breadcrumb's terms, and those of the URL's path.

    Paths are written without å ä ö: "forskola" is the förskola that the page speaks of. A word that neither
    the page nor the language knows stays folded: nobody writes it so, and it must not become vocabulary.
    """
    words = path_words(record.url).lower().split()[:_MAX_PATH_WORDS]
    if not words:
        return trail
    folded = {word for word in words if FOLDED_MARK + word in terms}
    lengths = {len(word) + 1 for word in folded}
    spoken = {
        plain: term[1:]
        for term in terms
        if len(term) in lengths and term[0] == EXACT_MARK and (plain := fold(term[1:])) in folded
    }
    known = " ".join(
        spoken.get(word, word) for word in words if word in spoken or _is_known(word, record.language, terms)
    )
    strange = [FOLDED_MARK + fold(word) for word in words if word not in spoken]
    path = _analyzer.analyse(known, record.language)
    return Analysed(
        f"{trail.lemmas} {path.lemmas}".strip(),
        " ".join([trail.extras, path.extras, *strange]).strip(),
        trail.terms | path.terms | set(strange),
    )


def _is_known(word: str, language: str, terms: set[str]) -> bool:
    return EXACT_MARK + word in terms or language != "sv" or swedish_lexicon().lemma(word) is not None


def path_words(url: str) -> str:
    """The words of a URL's path: "/bygga-och-bo/bygglov.html" -> "bygga och bo bygglov". Numbers and
    ids are left out.
    """
    path = _EXTENSION.sub("", unquote(urlsplit(url).path[:2000]))
    return " ".join(word for word in _PATH_SIGNS.sub(" ", path).split() if word.isalpha() and len(word) < 40)


def _facets(record: DocumentRecord) -> Iterable[tuple[str, str]]:
    yield schema.DOCTYPE, record.doctype.value
    yield schema.AGENCY, record.agency
    yield schema.LANGUAGE, record.language
    yield schema.HOST, record.host
