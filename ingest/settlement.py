"""What became of quarantined rows: each entry stays for ever; another reading of the same bytes settles it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

RESOLUTIONS = """
create table if not exists raw.quarantine_resolutions (
    load_id varchar not null, row_number bigint not null, reason_code varchar not null,
    outcome varchar not null check (outcome in ('entered', 'set_aside_again')),
    resolved_by_load_id varchar not null, resolved_at timestamp not null)
"""
OPEN = """
create or replace view raw.open_quarantine as
from raw.quarantine anti join raw.quarantine_resolutions using (load_id, row_number, reason_code)
"""
SETTLE = """
insert into raw.quarantine_resolutions
select q.load_id, q.row_number, q.reason_code,
    case when exists (from raw.quarantine n where n.load_id = $load_id and n.row_number = q.row_number) then 'set_aside_again' else 'entered' end,
    $load_id, $at
from raw.open_quarantine q
where q.load_id in (select load_id from raw.loads where source = $source and file_sha256 = $sha and load_id <> $load_id)
"""


def make_settlement(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table of resolutions and the view of what is still set aside; safe on a ledger of an earlier release."""
    con.execute(RESOLUTIONS)
    con.execute(OPEN)


def settle(con: duckdb.DuckDBPyConnection, *, source: str, sha256: str, load_id: str, at: dt.datetime) -> None:
    """Settle what earlier readings of these bytes set aside, inside the load's transaction, after its own quarantine is written."""
    con.execute(SETTLE, {"source": source, "sha": sha256, "load_id": load_id, "at": at})
