"""The first shape of the store.

Written out, not taken from schema.py: a migration must make the same tables for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of version 1."""
    counter = op.create_table(
        "revision_counter",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(counter, [{"id": 1, "value": 0}])
    op.create_table(
        "url_state",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("http_status", sa.Integer),
        sa.Column("canonical_url", sa.Text, nullable=False),
        sa.Column("content_type", sa.String(128), nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.String(64), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("sitemap_lastmod", sa.String(40), nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("found_on", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("first_visit", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_visit", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
    )
    op.create_index("url_state_by_agency", "url_state", ["agency", "outcome"])
    op.create_index("url_state_by_canonical", "url_state", ["canonical_url"])
    op.create_table(
        "document",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("doctype", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(16), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("anchors", sa.JSON, nullable=False),
        sa.Column("template_blocks", sa.JSON, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, unique=True),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("removed_reason", sa.Text, nullable=False),
    )
    op.create_index("document_by_agency", "document", ["agency", "removed"])
    op.create_index("document_by_hash", "document", ["agency", "content_hash"])
    op.create_table(
        "link",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("text", sa.String(300), primary_key=True),
    )
    op.create_index("link_by_target", "link", ["target"])
    op.create_table(
        "crawl_run",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("outcomes", sa.JSON, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_index("crawl_run_by_agency", "crawl_run", ["agency", "id"])


def downgrade() -> None:
    """Remove everything."""
    for table in ("crawl_run", "link", "document", "url_state", "revision_counter"):
        op.drop_table(table)
