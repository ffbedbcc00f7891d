"""What search by meaning needs: a vector of each page that citizens do something with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of version 3."""
    op.create_table(
        "page_vector",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("model", sa.String(100), primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, unique=True),
        sa.Column("present", sa.Boolean, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_index("page_vector_by_model", "page_vector", ["model", "present", "number"])
    counter = op.create_table(
        "vector_counter",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(counter, [{"id": 1, "value": 0}])
    op.create_index("document_by_kind", "document", ["removed", "doctype", "revision"])
