"""The tables of the acts store as queries name them; `weisu.migrations` makes them, and lets the database refuse to change or delete a row."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()
EVENTS = sa.Table(
    "acts_events",
    METADATA,
    sa.Column("act_id", sa.String(24), primary_key=True),
    sa.Column("alert_id", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("act", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("assignee", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("acted_at", sa.DateTime, nullable=False),
    sa.Column("until_on", sa.Date),
    sa.UniqueConstraint("alert_id", "position"),  # two people acting on the same sight: the second is refused
)
RESOLUTIONS = sa.Table(
    "acts_resolutions",
    METADATA,
    sa.Column("row_id", sa.Integer, primary_key=True),
    sa.Column("resolution_id", sa.String(24), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("period", sa.String(16), nullable=False),
    sa.Column("report", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("due_on", sa.Date),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("alert_id", sa.String(64)),
    sa.Column("issue_key", sa.String(64)),
    sa.Column("area_key", sa.Text),
    sa.Column("category_key", sa.Text),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("resolution_id", "position"),
)
WORD_REVIEWS = sa.Table(
    "acts_word_reviews",
    METADATA,
    sa.Column("review_id", sa.String(24), primary_key=True),
    sa.Column("text_hash", sa.String(32), nullable=False),
    sa.Column("term_kind", sa.String(16), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("ticket_key", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reviewed_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("text_hash", "term_kind", "position"),
)
CATEGORY_REVIEWS = sa.Table(
    "acts_category_reviews",
    METADATA,
    sa.Column("review_id", sa.String(24), primary_key=True),
    sa.Column("ticket_key", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("category_key", sa.Text, nullable=False),  # given by "assign"; else as it was seen
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reviewed_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("ticket_key", "position"),
)
REPORT_EDITS = sa.Table(
    "acts_report_edits",
    METADATA,
    sa.Column("revision_id", sa.String(24), primary_key=True),
    sa.Column("base_sha256", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("act", sa.String(16), nullable=False),
    sa.Column("changes", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("edited_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("base_sha256", "position"),
)
SUBSCRIPTIONS = sa.Table(
    "delivery_subscriptions",
    METADATA,
    sa.Column("row_id", sa.Integer, primary_key=True),
    sa.Column("subscription_id", sa.String(12), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("recipient", sa.String(64), nullable=False),
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("lang", sa.String(2), nullable=False),
    sa.Column("category_key", sa.Text),
    sa.Column("area_key", sa.Text),
    sa.Column("least_level", sa.Integer, nullable=False),
    sa.Column("pace", sa.String(8), nullable=False),
    sa.Column("quiet", sa.String(11), nullable=False),
    sa.Column("has_unreviewed", sa.Boolean, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("subscription_id", "position"),
)
ISSUES = sa.Table(
    "delivery_issues",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),  # a period of a kind in a language is issued once
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("period", sa.String(16), nullable=False),
    sa.Column("lang", sa.String(2), nullable=False),
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("is_complete", sa.Boolean, nullable=False),
    sa.Column("issued_at", sa.DateTime, nullable=False),
)
OUTBOX = sa.Table(
    "delivery_outbox",
    METADATA,
    sa.Column("row_id", sa.Integer, primary_key=True),
    sa.Column("delivery_id", sa.String(24), nullable=False, unique=True),  # a recipient gets a document once
    sa.Column("bundle_id", sa.String(24), nullable=False),
    sa.Column("recipient", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("document", sa.String(96), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("quiet", sa.String(11), nullable=False),
    sa.Column("not_before", sa.DateTime, nullable=False),
    sa.Column("queued_at", sa.DateTime, nullable=False),
)
ATTEMPTS = sa.Table(
    "delivery_attempts",
    METADATA,
    sa.Column("bundle_id", sa.String(24), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("detail", sa.String(64), nullable=False),
    sa.Column("noted_at", sa.DateTime, nullable=False),
)
SETTING_CHANGES = sa.Table(
    "settings_changes",
    METADATA,
    sa.Column("change_id", sa.String(24), primary_key=True),
    sa.Column("file", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("act", sa.String(8), nullable=False),  # set, undo, outside: by hand in the file; found: as it first was
    sa.Column("before", sa.Text, nullable=False),  # JSON
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),  # of the file from then on; "" where there is none
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.Column("undoes", sa.String(24)),
    sa.UniqueConstraint("file", "position"),  # two changes of the same sight: the second is refused
)
SAVED_VIEWS = sa.Table(
    "saved_views",
    METADATA,
    sa.Column("row_id", sa.Integer, primary_key=True),
    sa.Column("view_id", sa.String(16), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("page", sa.String(32), nullable=False),
    sa.Column("params", sa.Text, nullable=False),  # JSON
    sa.Column("is_shared", sa.Boolean, nullable=False),
    sa.Column("is_deleted", sa.Boolean, nullable=False),
    sa.Column("recorded_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("view_id", "position"),
)
