"""The ledger: var/ledger.duckdb, schema raw, append-only.  One file is one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ingest.canonical import CONTENT_COLUMNS, VERSION_COLUMNS
from ingest.history import has_history, make_history
from ingest.ranking import CONTENT_RANK
from weisu.settings import Workspace
from weisu.warehouse import connect

if TYPE_CHECKING:
    import duckdb
    import polars as pl

LOADS = """
create table if not exists raw.loads (
    load_id varchar primary key, source varchar not null, file_sha256 varchar not null, file_label varchar not null, file_bytes bigint not null,
    profile_version varchar not null, exported_at timestamp, loaded_at timestamp not null,
    rows_read bigint not null, rows_new bigint not null, rows_new_version bigint not null, rows_unchanged bigint not null,
    rows_quarantined bigint not null, rows_flagged bigint not null,
    check (rows_read = rows_new + rows_new_version + rows_unchanged + rows_quarantined))
"""
QUARANTINE = """
create table if not exists raw.quarantine (
    load_id varchar not null, source varchar not null, row_number bigint not null, reason_code varchar not null,
    column_name varchar, value_masked varchar, row_masked varchar)
"""
# what each staged row is to the ledger; the winner among versions is left to business time and content, never to arrival
JUDGE = f"""
create or replace temp table judged as
with hashed as (
    select *, md5(concat_ws(chr(31), {", ".join(f"coalesce({c}::varchar, chr(30))" for c in CONTENT_COLUMNS)})) as version_hash from staged
), counted as (
    select *,
        row_number() over (partition by ticket_id, version_hash order by row_number) as copy,
        row_number() over (partition by ticket_id order by state_at, row_number) as place
    from hashed
)
select c.*, {CONTENT_RANK} as content_rank,
    exists (from raw.ticket_versions v where v.source = c.source and v.ticket_id = c.ticket_id and v.version_hash = c.version_hash) as is_known_version,
    exists (from raw.ticket_versions v where v.source = c.source and v.ticket_id = c.ticket_id) as is_known_ticket
from counted c
"""
CONFLICTS = """
select row_number from judged semi join (
    select ticket_id, state_at from judged group by all having count(distinct version_hash) > 1
) using (ticket_id, state_at) order by row_number
"""
OUTCOMES = """
select
    count(*) filter (copy = 1 and not is_known_version and not is_known_ticket and place = first_place) as new,
    count(*) filter (copy = 1 and not is_known_version and (is_known_ticket or place <> first_place)) as new_version,
    count(*) filter (copy > 1 or is_known_version) as unchanged,
    count(*) filter (copy = 1 and not is_known_version and len(flags) > 0) as flagged
from (select *, min(place) over (partition by ticket_id) as first_place from judged)
"""


@dataclass(frozen=True)
class LoadRecord:
    """One row of raw.loads."""

    load_id: str
    source: str
    file_sha256: str
    file_label: str
    file_bytes: int
    profile_version: str
    exported_at: dt.datetime | None
    loaded_at: dt.datetime
    rows_read: int = 0
    rows_new: int = 0
    rows_new_version: int = 0
    rows_unchanged: int = 0
    rows_quarantined: int = 0
    rows_flagged: int = 0


def open_ledger(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    """Open the ledger for writing and make its tables; the caller holds the writer lock.

    Raises:
        WarehouseError: it is locked, damaged or cannot be written.
    """
    is_new = not workspace.ledger.exists()
    con = connect(workspace.ledger)
    if is_new:
        workspace.ledger.chmod(0o600)
    con.execute("set preserve_insertion_order = true")
    con.execute("create schema if not exists raw")
    con.execute(LOADS)
    columns = ", ".join(f"{name} {kind}" for name, kind in VERSION_COLUMNS.items())
    con.execute(f"create table if not exists raw.ticket_versions ({columns})")
    con.execute(QUARANTINE)
    make_history(con)
    return con


def upgrade_ledger(workspace: Workspace) -> None:
    """Give a ledger of an earlier release the tables and views of this one; the caller holds the writer lock.

    Raises:
        WarehouseError: see `open_ledger`.
    """
    con = connect(workspace.ledger, read_only=True)
    try:
        is_current = has_history(con)
    finally:
        con.close()
    if not is_current:
        open_ledger(workspace).close()


def find_load(con: duckdb.DuckDBPyConnection, load_id: str) -> LoadRecord | None:
    """The record of a load, if these bytes were loaded under this profile before."""
    row = con.execute(
        f"select {', '.join(LoadRecord.__annotations__)} from raw.loads where load_id = ?", [load_id]
    ).fetchone()
    return LoadRecord(*row) if row else None


def stage(con: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> list[int]:
    """Judge rows against the ledger inside the open transaction.

    Returns:
        Row numbers of conflicting duplicates: one ticket twice in the file with different contents and no later state.
        They are taken out; the caller quarantines them.
    """
    con.register("staged", rows)
    con.execute(JUDGE)
    con.unregister("staged")
    conflicts = [row[0] for row in con.execute(CONFLICTS).fetchall()]
    if conflicts:
        con.execute("delete from judged where list_contains(?, row_number)", [conflicts])
    return conflicts


def count_outcomes(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Staged rows by what they are: rows_new, rows_new_version, rows_unchanged, rows_flagged."""
    counts = con.execute(OUTCOMES).fetchone()
    return dict(zip(("rows_new", "rows_new_version", "rows_unchanged", "rows_flagged"), counts, strict=True))


def write_versions(con: duckdb.DuckDBPyConnection, load_id: str, exported_at: dt.datetime | None) -> None:
    """Append the staged rows that the ledger does not know yet."""
    given = {"load_id": "?", "exported_at": "?::timestamp"}
    chosen = ", ".join(given.get(name, name) for name in VERSION_COLUMNS)
    order = [load_id if name == "load_id" else exported_at for name in VERSION_COLUMNS if name in given]
    con.execute(
        f"insert into raw.ticket_versions select {chosen} from judged where copy = 1 and not is_known_version order by row_number",
        order,
    )


def write_quarantine(con: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Append quarantined rows: columns of raw.quarantine in order."""
    con.register("refused", rows)
    con.execute("insert into raw.quarantine select * from refused")
    con.unregister("refused")


def write_load(con: duckdb.DuckDBPyConnection, record: LoadRecord) -> None:
    """Append the load record; the table's check holds the ledger's arithmetic."""
    values = asdict(record)
    con.execute(
        f"insert into raw.loads ({', '.join(values)}) values ({', '.join('?' * len(values))})", list(values.values())
    )
