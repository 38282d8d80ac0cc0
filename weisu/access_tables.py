"""Tables of who may enter and of what was done, in the same database as the acts and append-only like them; no build reads them."""

from __future__ import annotations

import sqlalchemy as sa

from weisu.store_tables import METADATA

ACCOUNTS = sa.Table(
    "access_accounts",
    METADATA,
    sa.Column("row_id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("role", sa.String(24), nullable=False),
    sa.Column("area_key", sa.Text),
    sa.Column("password_hash", sa.Text),  # argon2id; null: known to a gateway or an identity provider
    sa.Column("password_at", sa.DateTime),
    sa.Column("is_disabled", sa.Boolean, nullable=False),
    sa.Column("changed_by", sa.String(64), nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("name", "position"),  # two changes of the same sight: the second is refused
)
SESSIONS = sa.Table(
    "access_sessions",
    METADATA,
    sa.Column("row_id", sa.Integer, primary_key=True),
    sa.Column("session_hash", sa.String(64), nullable=False),  # SHA-256 of what the browser holds
    sa.Column("act", sa.String(8), nullable=False),  # open, close
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("session_hash", "act"),
)
AUDIT = sa.Table(
    "audit_log",
    METADATA,
    sa.Column("row_id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False, index=True),
    sa.Column("role", sa.String(24), nullable=False),
    sa.Column("what", sa.String(24), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),  # JSON
    sa.Column("row_count", sa.Integer),
    sa.Index("ix_audit_log_actor_what_at", "actor", "what", "at"),  # each sign-in asks it
)
