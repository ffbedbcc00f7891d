"""What citizens say of the answers that they got."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of version 4."""
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("found", sa.Boolean),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("handled", sa.DateTime(timezone=True)),
        sa.Column("handled_by", sa.String(100), nullable=False),
    )
    op.create_index("feedback_by_day", "feedback", ["day"])
    op.create_index("feedback_by_agency", "feedback", ["agency", "day"])
