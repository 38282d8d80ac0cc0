"""No row can be replaced and no table emptied; the audit log finds what an account did of late without reading it all."""

from __future__ import annotations

from alembic import op

from weisu.migrations.append_only import guard

revision, down_revision = "0009", "0008"

TABLES = (
    "acts_events", "acts_resolutions", "acts_word_reviews", "acts_report_edits", "access_accounts", "access_sessions", "audit_log",
    "delivery_subscriptions", "delivery_issues", "delivery_outbox", "delivery_attempts", "settings_changes", "acts_category_reviews", "saved_views",
)  # fmt: skip


def upgrade() -> None:
    """Make the triggers and the index."""
    for table in TABLES:
        guard(table)
    op.create_index("ix_audit_log_actor_what_at", "audit_log", ["actor", "what", "at"], if_not_exists=True)
