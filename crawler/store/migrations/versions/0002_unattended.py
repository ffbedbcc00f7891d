"""What a crawl that runs unattended needs: requests, leases, workers, revisits, lost documents, accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON_OBJECT = sa.text("'{}'")
_JSON_LIST = sa.text("'[]'")


def upgrade() -> None:
    """Add the columns and tables of version 2."""
    with op.batch_alter_table("url_state") as table:
        table.add_column(sa.Column("next_visit", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("interval", sa.Float, nullable=False, server_default="0"))
        table.add_column(sa.Column("changed_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("in_sitemap", sa.Boolean, nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("pushed", sa.Boolean, nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("history", sa.JSON, nullable=False, server_default=_JSON_LIST))
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("lost_run", sa.Integer))
        table.add_column(sa.Column("lost_reason", sa.Text, nullable=False, server_default=""))
    op.create_index("document_by_lost_run", "document", ["lost_run"])
    with op.batch_alter_table("crawl_run") as table:
        table.add_column(sa.Column("scope", sa.String(16), nullable=False, server_default="agency"))
        table.add_column(sa.Column("target", sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("origin", sa.String(16), nullable=False, server_default="command"))
        table.add_column(sa.Column("request", sa.Integer))
        table.add_column(sa.Column("continues", sa.Integer))
        table.add_column(sa.Column("worker", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("documents_before", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("changes", sa.JSON, nullable=False, server_default=_JSON_OBJECT))
        table.add_column(sa.Column("hosts", sa.JSON, nullable=False, server_default=_JSON_OBJECT))
        table.add_column(sa.Column("warnings", sa.JSON, nullable=False, server_default=_JSON_LIST))
    op.create_index("crawl_run_by_status", "crawl_run", ["status"])
    op.create_table(
        "recrawl_request",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("requester", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("started", sa.DateTime(timezone=True)),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("worker", sa.String(200), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("run", sa.Integer),
        sa.Column("progress", sa.JSON, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
    )
    op.create_table(
        "agency_lease",
        sa.Column("agency", sa.String(64), primary_key=True),
        sa.Column("worker", sa.String(200), nullable=False),
        sa.Column("taken", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "worker",
        sa.Column("worker", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("crawling", sa.JSON, nullable=False),
    )
    op.create_table(
        "host_state",
        sa.Column("host", sa.String(255), primary_key=True),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("probed", sa.DateTime(timezone=True)),
        sa.Column("missing_page", sa.JSON, nullable=False),
        sa.Column("sitemap", sa.JSON, nullable=False),
    )
    op.create_table(
        "pushed_document",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("content_type", sa.String(128), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("worker", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "login_session",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    pending = sa.text("status = 'pending'")
    op.create_index(
        "recrawl_request_pending",
        "recrawl_request",
        ["scope", "target"],
        unique=True,
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_index("recrawl_request_by_status", "recrawl_request", ["status", "id"])
    op.create_index("pushed_document_by_status", "pushed_document", ["status", "id"])
