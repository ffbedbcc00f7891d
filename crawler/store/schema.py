"""Which tables does the page store have? One place for their shape; migrations/ brings older stores to it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

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
    Column("url", Text, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("host", String(255), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("http_status", Integer),
    Column("canonical_url", Text, nullable=False, default=""),
    Column("content_type", String(128), nullable=False, default=""),
    Column("etag", Text, nullable=False, default=""),
    Column("last_modified", String(64), nullable=False, default=""),
    Column("content_hash", String(64), nullable=False, default=""),
    Column("sitemap_lastmod", String(40), nullable=False, default=""),
    Column("depth", Integer, nullable=False, default=0),
    Column("found_on", Text, nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0),
    Column("first_visit", DateTime(timezone=True), nullable=False),
    Column("last_visit", DateTime(timezone=True), nullable=False),
    Column("run", Integer, nullable=False),
)
Index("url_state_by_agency", url_state.c.agency, url_state.c.outcome)
Index("url_state_by_canonical", url_state.c.canonical_url)

# The documents that are searchable (and tombstones of those that were, until the index has seen them go).
document = Table(
    "document",
    metadata,
    Column("url", Text, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("host", String(255), nullable=False),
    Column("doctype", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("signature", String(16), nullable=False),
    Column("record", Text, nullable=False),
    Column("anchors", JSON, nullable=False),
    Column("template_blocks", JSON, nullable=False),
    Column("revision", BigInteger, nullable=False, unique=True),
    Column("removed", Boolean, nullable=False, default=False),
    Column("removed_reason", Text, nullable=False, default=""),
)
Index("document_by_agency", document.c.agency, document.c.removed)
Index("document_by_hash", document.c.agency, document.c.content_hash)

# Texts of links, by their target. Links of a site's chrome are kept once for the host, not once a page.
link = Table(
    "link",
    metadata,
    Column("source", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("text", String(300), primary_key=True),
)
Index("link_by_target", link.c.target)

crawl_run = Table(
    "crawl_run",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("finished", DateTime(timezone=True)),
    Column("requests", Integer, nullable=False, default=0),
    Column("bytes", BigInteger, nullable=False, default=0),
    Column("outcomes", JSON, nullable=False),
    Column("seconds", Float, nullable=False, default=0.0),
)
Index("crawl_run_by_agency", crawl_run.c.agency, crawl_run.c.id)
