"""What people say of words that the lexicon counted."""

from __future__ import annotations

import sqlalchemy as sa

from weisu.migrations.append_only import create

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Make the tables."""
    create(
        "acts_word_reviews",
        sa.Column("review_id", sa.String(length=24), nullable=False),
        sa.Column("text_hash", sa.String(length=32), nullable=False),
        sa.Column("term_kind", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("ticket_key", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("review_id"),
        sa.UniqueConstraint("text_hash", "term_kind", "position"),
    )
