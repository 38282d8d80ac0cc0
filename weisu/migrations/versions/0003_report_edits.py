"""Who changed what in a report's draft."""

from __future__ import annotations

import sqlalchemy as sa

from weisu.migrations.append_only import create

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Make the tables."""
    create(
        "acts_report_edits",
        sa.Column("revision_id", sa.String(length=24), nullable=False),
        sa.Column("base_sha256", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id"),
        sa.UniqueConstraint("base_sha256", "position"),
    )
