"""Which category people gave a ticket, or left it in."""

from __future__ import annotations

import sqlalchemy as sa

from weisu.migrations.append_only import create

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """Make the table."""
    create(
        "acts_category_reviews",
        sa.Column("review_id", sa.String(length=24), nullable=False),
        sa.Column("ticket_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("category_key", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("review_id"),
        sa.UniqueConstraint("ticket_key", "position"),
    )
