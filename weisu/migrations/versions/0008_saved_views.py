"""Filters of pages that readers keep under a name."""

from __future__ import annotations

import sqlalchemy as sa

from weisu.migrations.append_only import create

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Make the table."""
    create(
        "saved_views",
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("page", sa.String(length=32), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("row_id"),
        sa.UniqueConstraint("view_id", "position"),
    )
