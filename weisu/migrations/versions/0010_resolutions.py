"""Items for decision know what they are about, which report asked for them and who said what of them; the old table never held a row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from weisu.migrations.append_only import create

revision, down_revision = "0010", "0009"


def upgrade() -> None:
    """Make the table anew."""
    op.drop_table("acts_resolutions")
    create(
        "acts_resolutions",
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("report", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=True),
        sa.Column("issue_key", sa.String(length=64), nullable=True),
        sa.Column("area_key", sa.Text(), nullable=True),
        sa.Column("category_key", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("row_id"),
        sa.UniqueConstraint("resolution_id", "position"),
    )
