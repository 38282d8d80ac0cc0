"""The canonical ticket: every field a source profile may fill, and what kind of value it holds."""

from __future__ import annotations

INSTANTS = ("created_at", "received_at", "dispatched_at", "contacted_at", "closed_at", "due_at")
CLOCKS = (*INSTANTS, "updated_at")  # updated_at, the source's own time of the state, is read into state_at
DAYS = ("created_on", "closed_on", "due_on")
PLAIN_TEXTS = ("channel", "kind", "status", "priority", "category_l1", "category_l2", "category_l3", "category_l4",
               "district", "street", "community", "estate", "unit", "co_units", "parent_ticket_id")  # fmt: skip
FREE_TEXTS = ("title", "text", "reply", "labels", "address", "company")  # masked before they are written
RATINGS = ("satisfaction", "rating_speed", "rating_effect", "rating_attitude", "rating_feedback")
BOOLEANS = ("is_solved", "is_contacted", "is_followed_up", "is_extended", "is_suspended", "is_lawfully_ended")
COUNTS = ("redo_count", "return_count", "transfer_count", "likes")
POINT = ("lat", "lon")
PERSONAL = ("person_phone", "person_account", "person_name")
INPUTS = ("category_path", *PERSONAL)  # read, never stored
FIELDS = frozenset(("ticket_id", *CLOCKS, *PLAIN_TEXTS, *FREE_TEXTS, *RATINGS, *BOOLEANS, *COUNTS, *POINT, *INPUTS))
REQUIRED = ("ticket_id", "created_at")

# column -> DuckDB type, in the order of docs/architecture/tables.md §1
VERSION_COLUMNS: dict[str, str] = {
    "source": "varchar not null", "ticket_id": "varchar not null", "version_hash": "varchar not null",
    "load_id": "varchar not null", "row_number": "bigint not null",
    "state_at": "timestamp", "exported_at": "timestamp", "content_rank": "integer",
    **dict.fromkeys(INSTANTS, "timestamp"),
    **dict.fromkeys(DAYS, "date"),
    "is_date_only": "boolean",
    "channel": "varchar", "kind": "varchar", "status": "varchar", "priority": "varchar",
    "category_l1": "varchar", "category_l2": "varchar", "category_l3": "varchar", "category_l4": "varchar",
    "title": "varchar", "text": "varchar", "reply": "varchar", "labels": "varchar",
    "district": "varchar", "street": "varchar", "community": "varchar", "estate": "varchar", "address": "varchar",
    "lat": "double", "lon": "double",
    "unit": "varchar", "co_units": "varchar",
    "is_solved": "boolean", "is_contacted": "boolean", "is_followed_up": "boolean",
    **dict.fromkeys(RATINGS, "varchar"),
    "redo_count": "integer", "return_count": "integer", "transfer_count": "integer",
    "is_extended": "boolean", "is_suspended": "boolean", "is_lawfully_ended": "boolean",
    "parent_ticket_id": "varchar", "person_hash": "varchar", "company": "varchar", "likes": "integer",
    "flags": "varchar[]", "reading": "ubigint",
}  # fmt: skip
CONTENT_COLUMNS = tuple(
    c
    for c in VERSION_COLUMNS
    if c not in ("source", "version_hash", "load_id", "row_number", "exported_at", "content_rank", "reading")
)
HASHED_COLUMNS = tuple(c for c in CONTENT_COLUMNS if c not in DAYS)  # a day says what its instant says
