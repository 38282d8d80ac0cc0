"""The ledger: var/ledger.duckdb, schema raw, append-only.  One file is one transaction."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ingest.canonical import FREE_TEXTS, VERSION_COLUMNS
from ingest.drift import make_drift
from ingest.history import has_history, make_history
from ingest.purge import make_purges
from ingest.settlement import make_settlement
from ingest.staging import content_hash
from weisu.settings import Workspace
from weisu.warehouse import connect, disk_faults, transaction

if TYPE_CHECKING:
    import duckdb
    import polars as pl

MEMORY = "1500MB"  # of DuckDB; beyond it intermediate results go to disk beside the ledger
# Free texts are two thirds of a ledger: a third smaller and quicker than by DuckDB's own choice; hashes and ids, few alike, as small and quicker.
PACKED = dict.fromkeys((*FREE_TEXTS, "ticket_id", "version_hash", "person_hash"), " using compression zstd")
LOADED = ("ticket_versions", "quarantine")  # what a load writes in bulk, its row of raw.loads last
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
    con.execute(f"set memory_limit = '{MEMORY}'")
    con.execute("create schema if not exists raw")
    con.execute(LOADS)
    columns = ", ".join(f"{name} {kind}{PACKED.get(name, '')}" for name, kind in VERSION_COLUMNS.items())
    con.execute(f"create table if not exists raw.ticket_versions ({columns})")
    con.execute("alter table raw.ticket_versions add column if not exists reading ubigint")  # of an earlier release
    con.execute(QUARANTINE)
    if not is_new and not has_history(con):
        con.execute(f"update raw.ticket_versions set version_hash = {content_hash(list(VERSION_COLUMNS))}")
    make_history(con)
    make_settlement(con)
    make_purges(con)
    make_drift(con)
    _drop_torn_rows(con)
    return con


def _drop_torn_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Take out rows of a load that never ended: DuckDB 1.5 replays whole row groups of a log that a kill cut off, though not its commit."""
    if not _is_torn(con):
        return
    with transaction(con):
        for table in LOADED:
            con.execute(f"delete from raw.{table} where load_id not in (select load_id from raw.loads)")


def _is_torn(con: duckdb.DuckDBPyConnection) -> bool:
    kept = " union all ".join(f"select load_id from raw.{table}" for table in LOADED)
    return con.execute(f"select exists (from ({kept}) anti join raw.loads using (load_id))").fetchone()[0]


def is_current(workspace: Workspace) -> bool:
    """Whether the ledger has the tables and views of this release, and no rows of a load that was cut off.

    Raises:
        WarehouseError: it is locked or damaged.
    """
    with disk_faults(workspace.ledger), closing(connect(workspace.ledger, read_only=True)) as con:
        return has_history(con) and not _is_torn(con)


def upgrade_ledger(workspace: Workspace) -> None:
    """Give a ledger of an earlier release the tables, views and hashes of this one, and one that a kill tore its last whole state;
    the caller holds the writer lock.

    Raises:
        WarehouseError: see `open_ledger`.
    """
    if not is_current(workspace):
        open_ledger(workspace).close()


def find_load(con: duckdb.DuckDBPyConnection, load_id: str) -> LoadRecord | None:
    """The record of a load, if these bytes were loaded under this profile before."""
    row = con.execute(
        f"select {', '.join(LoadRecord.__annotations__)} from raw.loads where load_id = ?", [load_id]
    ).fetchone()
    return LoadRecord(*row) if row else None


def count_flags(con: duckdb.DuckDBPyConnection, load_id: str) -> dict[str, int]:
    """Flag -> versions of a load that carry it, the most frequent first."""
    rows = con.execute(
        """select flag, count(*) from (select unnest(flags) as flag from raw.ticket_versions where load_id = ?)
        group by flag order by count(*) desc, flag""",
        [load_id],
    ).fetchall()
    return dict(rows)


def write_quarantine(con: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Append quarantined rows: columns of raw.quarantine in order."""
    con.execute(
        "insert into raw.quarantine select * from rows"
    )  # by name: a registered frame would stay until the transaction ends


def write_load(con: duckdb.DuckDBPyConnection, record: LoadRecord) -> None:
    """Append the load record; the table's check holds the ledger's arithmetic."""
    values = asdict(record)
    con.execute(
        f"insert into raw.loads ({', '.join(values)}) values ({', '.join('?' * len(values))})", list(values.values())
    )
