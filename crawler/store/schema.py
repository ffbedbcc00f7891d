"""Which tables does the page store have? One place for their shape; migrations/ brings older stores to it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    text,
)

from crawler.store.columns import LongText, ShortText

metadata = MetaData()

# One row: the number of the newest change. A writer locks it, so revisions are committed in their order.
revision_counter = Table(
    "revision_counter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# Every URL that was ever visited or named, and how its last visit ended.
url_state = Table(
    "url_state",
    metadata,
    Column("url", LongText, primary_key=True),
    Column("agency", ShortText(64), nullable=False),
    Column("host", ShortText(255), nullable=False),
    Column("outcome", ShortText(32), nullable=False),
    Column("reason", LongText, nullable=False, default=""),
    Column("http_status", Integer),
    Column("canonical_url", LongText, nullable=False, default=""),
    Column("content_type", ShortText(128), nullable=False, default=""),
    Column("etag", LongText, nullable=False, default=""),
    Column("last_modified", ShortText(64), nullable=False, default=""),
    Column("content_hash", ShortText(64), nullable=False, default=""),
    Column("sitemap_lastmod", ShortText(40), nullable=False, default=""),
    Column("depth", Integer, nullable=False, default=0),
    Column("found_on", LongText, nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0),
    Column("first_visit", DateTime(timezone=True), nullable=False),
    Column("last_visit", DateTime(timezone=True), nullable=False),
    Column("run", Integer, nullable=False),
    # When the page is to be visited again (crawler/revisit.py); null: with the next run.
    Column("next_visit", DateTime(timezone=True)),
    Column("interval", Float, nullable=False, default=0.0),
    Column("changed_at", DateTime(timezone=True)),
    Column("in_sitemap", Boolean, nullable=False, default=False),
    # Sent by the agency itself (PUT /api/v1/documents): no crawl visits it.
    Column("pushed", Boolean, nullable=False, default=False),
    # The last visits, newest first, as rows of [time, run, outcome, HTTP status, seconds, changed].
    Column("history", JSON, nullable=False, default=list),
)
Index("url_state_by_agency", url_state.c.agency, url_state.c.outcome)
Index("url_state_by_canonical", url_state.c.canonical_url)

# The documents that are searchable (and tombstones of those that were, until the index has seen them go).
document = Table(
    "document",
    metadata,
    Column("url", LongText, primary_key=True),
    Column("agency", ShortText(64), nullable=False),
    Column("host", ShortText(255), nullable=False),
    Column("doctype", ShortText(16), nullable=False),
    Column("language", ShortText(8), nullable=False),
    Column("content_hash", ShortText(64), nullable=False),
    Column("signature", ShortText(16), nullable=False),
    Column("record", LongText, nullable=False),
    Column("anchors", JSON, nullable=False),
    Column("template_blocks", JSON, nullable=False),
    Column("revision", BigInteger, nullable=False, unique=True),
    Column("removed", Boolean, nullable=False, default=False),
    Column("removed_reason", LongText, nullable=False, default=""),
    # The run that found it gone. It stays searchable until the wipe guard has judged that run.
    Column("lost_run", Integer),
    Column("lost_reason", LongText, nullable=False, default=""),
)
Index("document_by_agency", document.c.agency, document.c.removed)
Index("document_by_hash", document.c.agency, document.c.content_hash)
Index("document_by_lost_run", document.c.lost_run)
Index("document_by_kind", document.c.removed, document.c.doctype, document.c.revision)

# What a page means to a model (indexer/meaning), for the revision of the document that was looked at last.
# Without a vector (`present` false) are pages that left, and pages that the model can make nothing of.
page_vector = Table(
    "page_vector",
    metadata,
    Column("url", LongText, primary_key=True),
    Column("model", ShortText(100), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    # SHA-256 of the text that the vector was made of: the same text is never computed again.
    Column("text_hash", ShortText(64), nullable=False),
    # Taken from vector_counter, as a document's revision from revision_counter.
    Column("number", BigInteger, nullable=False, unique=True),
    Column("present", Boolean, nullable=False),
    # 16-bit floats, little-endian, of length 1.
    Column("vector", LargeBinary, nullable=False),
)
Index("page_vector_by_model", page_vector.c.model, page_vector.c.present, page_vector.c.number)

# One row: the number of the newest vector. A writer locks it, so numbers are committed in their order.
vector_counter = Table(
    "vector_counter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# Texts of links, by their target. Links of a site's chrome are kept once for the host, not once a page.
link = Table(
    "link",
    metadata,
    Column("source", LongText, primary_key=True),
    Column("target", LongText, primary_key=True),
    Column("text", ShortText(300), primary_key=True),
)
Index("link_by_target", link.c.target)

crawl_run = Table(
    "crawl_run",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", ShortText(64), nullable=False),
    Column("status", ShortText(16), nullable=False),
    Column("reason", LongText, nullable=False, default=""),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("finished", DateTime(timezone=True)),
    Column("requests", Integer, nullable=False, default=0),
    Column("bytes", BigInteger, nullable=False, default=0),
    Column("outcomes", JSON, nullable=False),
    Column("seconds", Float, nullable=False, default=0.0),
    # What it was to crawl (crawler/assignment.py), who asked for it, and which process works at it.
    Column("scope", ShortText(16), nullable=False, default="agency"),
    Column("target", LongText, nullable=False, default=""),
    Column("origin", ShortText(16), nullable=False, default="command"),
    Column("request", Integer),
    Column("continues", Integer),
    Column("worker", ShortText(200), nullable=False, default=""),
    # What came of it: new, changed, unchanged, not_due, removed, held; figures by host; warnings.
    Column("documents_before", Integer, nullable=False, default=0),
    Column("changes", JSON, nullable=False, default=dict),
    Column("hosts", JSON, nullable=False, default=dict),
    Column("warnings", JSON, nullable=False, default=list),
)
Index("crawl_run_by_status", crawl_run.c.status)
Index("crawl_run_by_agency", crawl_run.c.agency, crawl_run.c.id)

# Somebody wants something crawled now. One pending row for a scope and target: asking again changes nothing.
recrawl_request = Table(
    "recrawl_request",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", ShortText(64), nullable=False),
    Column("scope", ShortText(16), nullable=False),
    Column("target", LongText, nullable=False),
    Column("status", ShortText(16), nullable=False),
    Column("origin", ShortText(16), nullable=False),
    Column("requester", ShortText(200), nullable=False),
    Column("reason", LongText, nullable=False, default=""),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("not_before", DateTime(timezone=True)),
    Column("started", DateTime(timezone=True)),
    Column("finished", DateTime(timezone=True)),
    Column("worker", ShortText(200), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("run", Integer),
    Column("progress", JSON, nullable=False, default=dict),
    Column("result", LongText, nullable=False, default=""),
)
Index(
    "recrawl_request_pending",
    recrawl_request.c.scope,
    recrawl_request.c.target,
    unique=True,
    sqlite_where=text("status = 'pending'"),
    postgresql_where=text("status = 'pending'"),
)
Index("recrawl_request_by_status", recrawl_request.c.status, recrawl_request.c.id)

# Which process crawls an agency. A lease that was not renewed until `until` is nobody's.
agency_lease = Table(
    "agency_lease",
    metadata,
    Column("agency", ShortText(64), primary_key=True),
    Column("worker", ShortText(200), nullable=False),
    Column("taken", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)

# The processes that crawl, each with its last sign of life.
worker = Table(
    "worker",
    metadata,
    Column("worker", ShortText(200), primary_key=True),
    Column("kind", ShortText(16), nullable=False),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),
    Column("crawling", JSON, nullable=False, default=list),
)

# What is known of a host between runs: today's requests, how it says that a page is not there, its sitemap.
host_state = Table(
    "host_state",
    metadata,
    Column("host", ShortText(255), primary_key=True),
    Column("agency", ShortText(64), nullable=False),
    Column("day", ShortText(10), nullable=False, default=""),
    Column("requests", Integer, nullable=False, default=0),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("probed", DateTime(timezone=True)),
    Column("missing_page", JSON, nullable=False, default=dict),
    Column("sitemap", JSON, nullable=False, default=dict),
)

# A document that an agency sends or takes back itself; a worker reads it as it reads a fetched page.
pushed_document = Table(
    "pushed_document",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", ShortText(64), nullable=False),
    Column("url", LongText, nullable=False),
    Column("action", ShortText(8), nullable=False),
    Column("content_type", ShortText(128), nullable=False, default=""),
    Column("body", LargeBinary, nullable=False, default=b""),
    Column("status", ShortText(16), nullable=False),
    Column("received", DateTime(timezone=True), nullable=False),
    Column("finished", DateTime(timezone=True)),
    Column("worker", ShortText(200), nullable=False, default=""),
    Column("outcome", ShortText(32), nullable=False, default=""),
    Column("reason", LongText, nullable=False, default=""),
)
Index("pushed_document_by_status", pushed_document.c.status, pushed_document.c.id)

# Administrators. The password is kept as its argon2id hash only.
account = Table(
    "account",
    metadata,
    Column("name", ShortText(100), primary_key=True),
    Column("password_hash", LongText, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", DateTime(timezone=True)),
)

# Logins. The cookie's value is kept as its SHA-256 only.
login_session = Table(
    "login_session",
    metadata,
    Column("key_hash", ShortText(64), primary_key=True),
    Column("account", ShortText(100), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
)

# Keys of programs, each for one purpose ("recrawl", "push") and, unless empty, one agency; kept as SHA-256.
api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", ShortText(100), nullable=False),
    Column("purpose", ShortText(16), nullable=False),
    Column("agency", ShortText(64), nullable=False, default=""),
    Column("key_hash", ShortText(64), nullable=False, unique=True),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("revoked", DateTime(timezone=True)),
)

# Who did what, for administrators to look up. Never a citizen, never a query.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("who", ShortText(200), nullable=False),
    Column("action", ShortText(64), nullable=False),
    Column("target", LongText, nullable=False, default=""),
    Column("detail", LongText, nullable=False, default=""),
)

# What citizens say of the answers they got: redacted before it comes here, by day, and of nobody.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    # SHA-256 of what was said and of its day: the same again is counted, not kept twice.
    Column("key_hash", ShortText(64), nullable=False, unique=True),
    Column("day", Date, nullable=False),
    Column("agency", ShortText(64), nullable=False, default=""),
    Column("language", ShortText(8), nullable=False),
    # Whether the reader found it; null where that was answered before, and this adds what was looked for.
    Column("found", Boolean),
    Column("query", LongText, nullable=False, default=""),
    Column("comment", LongText, nullable=False, default=""),
    Column("count", Integer, nullable=False, default=1),
    Column("handled", DateTime(timezone=True)),
    Column("handled_by", ShortText(100), nullable=False, default=""),
)
Index("feedback_by_day", feedback.c.day)
Index("feedback_by_agency", feedback.c.agency, feedback.c.day)
