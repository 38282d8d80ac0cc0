"""The rows of one load on their way into raw.ticket_versions: hashed, judged against the ledger, written; inside one transaction.

Rows are written as they come, a few parts at a time, so that a load of millions holds a few hundred megabytes; what only the whole file
can tell (a ticket twice) is corrected at the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

import polars as pl

from ingest.canonical import DAYS, HASHED_COLUMNS, INSTANTS, POINT
from ingest.ranking import content_rank
from ingest.readers.table import ROW_NUMBER

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BATCH = 1 << 16  # rows written at a time, at least: for each batch the ledger is searched once
SEPARATOR = "\x1f"  # between the columns of a version's content
# what each row of the load is to the ledger
JUDGED = """
create or replace temp table judged (
    row_number bigint, ticket_id varchar, version_hash varchar, state_at timestamp, created_at timestamp,
    is_flagged boolean, is_known_ticket boolean, is_known_version boolean, copy bigint default 1)
"""
KNOWN = """
select distinct ticket_id, version_hash from raw.ticket_versions
where source = $source and load_id <> $load_id and ticket_id in (select ticket_id from keys)
"""
CONFLICTS = """
select row_number from judged semi join (
    select ticket_id, state_at from judged group by all having count(distinct version_hash) > 1
) using (ticket_id, state_at)
union  -- one id, two tickets: a spreadsheet has rounded it
select row_number from judged semi join (
    select ticket_id from judged group by all having count(distinct created_at) > 1
) using (ticket_id) order by row_number
"""
COPIES = """
update judged set copy = numbered.copy from (
    select row_number, row_number() over (partition by ticket_id, version_hash order by row_number) as copy
    from judged where ticket_id in (select ticket_id from judged group by all having count(*) > 1)
) numbered where numbered.row_number = judged.row_number and numbered.copy > 1
"""
WITHOUT_COPIES = """
delete from raw.ticket_versions where load_id = $load_id and row_number in (select row_number from judged where copy > 1)
"""
OUTCOMES = """
select count({ticket}) filter (not is_known_ticket) as rows_new,
    count(*) filter (copy = 1 and not is_known_version) - rows_new as rows_new_version,
    count(*) filter (copy > 1 or is_known_version) as rows_unchanged,
    count(*) filter (copy = 1 and not is_known_version and is_flagged) as rows_flagged
from judged
"""


class Staging:
    """Takes the rows of one load in file order.  Leaves the temporary table `judged`, one row per row that is not set aside."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, *, source: str, load_id: str, exported_at: dt.datetime | None
    ) -> None:
        self._con, self._source, self._load_id, self._exported_at = con, source, load_id, exported_at
        self._held: list[pl.DataFrame] = []
        self._hashed_ids: list[pl.Series] = []
        self._has_repeats = False
        con.execute("set threads = 1")  # two take twice the time of the processor, and whole row groups for each batch
        con.execute(JUDGED)
        earlier = con.execute("select exists (from raw.ticket_versions where source = ?)", [source]).fetchone()
        self._has_earlier = earlier[0]

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows: the columns of raw.ticket_versions that do not depend on the ledger."""
        self._held.append(rows)
        if sum(part.height for part in self._held) >= BATCH:
            self._write_held()

    def add_known(self, rows: pl.DataFrame) -> None:
        """Take rows that the ledger has read before: row_number, ticket_id, state_at, created_at, flags and the version they gave."""
        if rows.height:
            known = {"is_flagged": _is_flagged(), "is_known_ticket": True, "is_known_version": True}
            self._note(rows.with_columns(**known).drop("flags"))

    def finish(self) -> list[int]:
        """Write what is held back and take conflicting duplicates out.

        Returns:
            Their row numbers: one ticket twice in the file with two creations, or with different contents and no later state.  The caller quarantines them.
        """
        self._write_held()
        self._con.execute("reset threads")
        ids = pl.concat(self._hashed_ids) if self._hashed_ids else pl.Series([])
        self._has_repeats = ids.n_unique() < len(ids)
        if not self._has_repeats:
            return []
        conflicts = [number for (number,) in self._con.execute(CONFLICTS).fetchall()]
        if conflicts:
            self._take_out("raw.ticket_versions", conflicts)
            self._take_out("judged", conflicts)
        self._con.execute(COPIES)
        self._con.execute(WITHOUT_COPIES, {"load_id": self._load_id})
        return conflicts

    def count(self) -> dict[str, int]:
        """rows_new, rows_new_version, rows_unchanged, rows_flagged; after `finish`."""
        ticket = "distinct ticket_id" if self._has_repeats else "*"
        found = self._con.execute(OUTCOMES.format(ticket=ticket))
        return dict(zip([column[0] for column in found.description], found.fetchone(), strict=True))

    def _take_out(self, table: str, numbers: list[int]) -> None:
        mine = f"load_id = '{self._load_id}' and" if table != "judged" else ""
        self._con.execute(f"delete from {table} where {mine} row_number in (select unnest(?::bigint[]))", [numbers])

    # DuckDB reads the tables below by the names of their variables: a registered one would stay in memory until the transaction ends.

    def _write_held(self) -> None:
        """Hash the rows held back, note what they are to the ledger, and append what it does not know."""
        rows = pl.concat(self._held) if self._held else pl.DataFrame()
        self._held = []
        if not rows.height:
            return
        filled = _filled(rows)
        hashed = self._hash(filled, _as_arrow(rows.select(filled)))
        keys = rows.select(ROW_NUMBER, "ticket_id", "state_at", "created_at", is_flagged=_is_flagged())
        keys = self._judge(keys.with_columns(hashed["version_hash"]))
        fresh = rows.select(filled).with_columns(hashed).filter(~keys["is_known_version"])
        self._append(fresh.columns, _as_arrow(fresh))

    def _hash(self, filled: list[str], staged: pa.Table) -> pl.DataFrame:
        """version_hash and content_rank of rows; columns that `staged` lacks count as null."""
        hashed = f"{content_hash(filled)} as version_hash, {content_rank(filled)} as content_rank"
        return self._con.execute(f"select {hashed} from staged").pl()

    def _judge(self, keys: pl.DataFrame) -> pl.DataFrame:
        """Add what earlier loads brought of these tickets, and note it in `judged`."""
        known = (
            self._con.execute(KNOWN, {"source": self._source, "load_id": self._load_id}).pl()
            if self._has_earlier
            else None
        )
        keys = _compared(keys, known)
        self._note(keys)
        return keys

    def _note(self, keys: pl.DataFrame) -> None:
        self._hashed_ids.append(keys["ticket_id"].hash())
        self._con.execute("insert into judged by name from keys")

    def _append(self, columns: list[str], fresh: pa.Table) -> None:
        if not fresh.num_rows:
            return
        values = columns if "flags" in columns else [*columns, "[]::varchar[] as flags"]
        self._con.execute(
            f"insert into raw.ticket_versions by name select {', '.join(values)}, ? as load_id, ?::timestamp as exported_at from fresh",
            [self._load_id, self._exported_at],
        )


def _as_arrow(rows: pl.DataFrame) -> pa.Table:
    """The rows for DuckDB without a copy of their texts, which it makes of a frame that it reads itself."""
    return rows.to_arrow(compat_level=pl.CompatLevel.newest())


def _is_flagged() -> pl.Expr:
    return pl.col("flags").list.len() > 0


def _filled(rows: pl.DataFrame) -> list[str]:
    """Columns that hold anything at all."""
    flags = [] if rows["flags"].list.len().max() in (None, 0) else ["flags"]
    return [name for name in rows.columns if name != "flags" and rows[name].null_count() < rows.height] + flags


def _compared(keys: pl.DataFrame, known: pl.DataFrame | None) -> pl.DataFrame:
    if known is None or not known.height:
        return keys.with_columns(is_known_ticket=pl.lit(False), is_known_version=pl.lit(False))
    versions = known.with_columns(is_known_version=pl.lit(True))
    joined = keys.join(versions, on=["ticket_id", "version_hash"], how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("is_known_version").fill_null(False),
        is_known_ticket=pl.col("ticket_id").is_in(known["ticket_id"].unique().implode()),
    )


def content_hash(filled: Collection[str]) -> str:
    """SQL of the version hash: 16 hex digits of the MD5 of all content columns in their fixed order, blank where null.

    Instants count in microseconds, points in 1e-7 degrees, so the text does not depend on DuckDB's way of writing them; of columns without
    any value in a batch only the separators are left.  MD5 serves as a checksum of one ticket's states, not as a secret.
    """
    pieces, gap = [], ""
    for name in HASHED_COLUMNS:
        if name in filled:
            pieces += [f"'{gap}'", _text(name)]
            gap = ""
        gap += SEPARATOR
    return f"left(md5(concat({', '.join(pieces)}, '{gap[:-1]}')), 16)"  # concat skips nulls


def _text(name: str) -> str:
    if name in INSTANTS or name in DAYS or name == "state_at":
        return f"epoch_us({name})::varchar"
    if name in POINT:
        return f"round({name} * 1e7)::bigint::varchar"
    return f"array_to_string({name}, ' ')" if name == "flags" else f"{name}::varchar"
