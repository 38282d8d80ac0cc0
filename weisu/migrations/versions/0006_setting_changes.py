"""Who changed which setting or list, why, and what it was before."""

from __future__ import annotations

import sqlalchemy as sa

from weisu.migrations.append_only import create

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """Make the table."""
    create(
        "settings_changes",
        sa.Column("change_id", sa.String(length=24), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("undoes", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("change_id"),
        sa.UniqueConstraint("file", "position"),
    )
