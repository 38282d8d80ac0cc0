"""What a file cannot tell is no change of what is known: a column it lacks, or whether a point lies in the city.

A file that lacks columns takes nothing from a ticket's state.  Without a box in the profile, where the city lies is told by the points of
the file; a small file cannot tell, so the point that a larger one found out of the city stays out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from ingest.canonical import CLOCKS, CONTENT_COLUMNS
from ingest.history import ORDER

if TYPE_CHECKING:
    import duckdb

    from ingest.ledger import LoadRecord

# canonical field -> stored columns that it fills, where they are not its own name
FILLS = {
    "created_at": ("created_at", "created_on", "is_date_only"), "closed_at": ("closed_at", "closed_on"), "due_at": ("due_at", "due_on"),
    "category_path": ("category_l1", "category_l2", "category_l3", "category_l4"), "updated_at": ("state_at",),
    "person_phone": ("person_hash",), "person_account": ("person_hash",), "person_name": ("person_hash",),
}  # fmt: skip
TOLD = """
select load_id, list(distinct field order by field) from raw.headers
where source = $source and load_id <> $load_id and field is not null group by load_id
"""
RIVALS = "select exists (from raw.loads where source = $source and file_sha256 = $sha and load_id <> $load_id)"
# the state of each ticket of this load as it was before
BEFORE = """
create or replace temp table states_before as
select * exclude (effective_at) from raw.ordered_versions
where source = $source and load_id <> $load_id and ticket_id in ({tickets})
qualify row_number() over (partition by ticket_id order by {order}) = 1
"""
OF_LOAD = "select ticket_id from raw.ticket_versions where load_id = $load_id"
DOUBTFUL = """
create or replace temp table doubtful as
select distinct ticket_id from raw.ticket_versions
where load_id = $load_id and (list_contains(flags, 'out_of_city') or ticket_id in (
    select ticket_id from raw.ticket_versions where source = $source and load_id <> $load_id and list_contains(flags, 'out_of_city')))
"""
STAYS_OUT = "list_contains(b.flags, 'out_of_city') and not list_contains(n.flags, 'out_of_city') and n.lat is not null"
IS_OUT = "list_contains(n.flags, 'out_of_city') and not list_contains(b.flags, 'out_of_city') and b.lat is not null"
NO_NEWS = """
create or replace temp table no_news as
select n.row_number from raw.ticket_versions n join states_before b on b.ticket_id = n.ticket_id
where n.load_id = $load_id and {agree}
"""
TOLD_BETTER = """
insert into raw.superseded_versions
select distinct b.source, b.ticket_id, b.version_hash, $load_id, 'told_better' from states_before b
join raw.ticket_versions n on n.ticket_id = b.ticket_id and n.load_id = $load_id
where {agree}
"""
LATER_AND_LESS = "list_contains($loads, b.load_id) and b.exported_at > $at"


def fold_partial(con: duckdb.DuckDBPyConnection, record: LoadRecord, fields: Collection[str]) -> None:
    """Take out rows that only lack columns beside the ticket's state; an older export that tells more replaces a later one that tells less.

    Called after the load's versions are written, before its rows are counted; reads and corrects the temporary table `judged`.

    Args:
        fields: canonical fields that have a column in this file.
    """
    given = {"source": record.source, "load_id": record.load_id}
    if con.execute(RIVALS, given | {"sha": record.file_sha256}).fetchone()[0]:
        return  # another reading of the same bytes: its profile says what is told
    told, now = con.execute(TOLD, given).fetchall(), columns_of(fields)
    fewer = {load: now - columns_of(names) for load, names in told if now - columns_of(names)}
    missing = columns_of(name for _, names in told for name in names) - now
    fewer = {} if record.exported_at is None else fewer
    if not missing and not fewer:
        return
    con.execute(BEFORE.format(tickets=OF_LOAD, order=ORDER), given)
    for unknown in {frozenset(columns) for columns in fewer.values()}:
        loads = [load for load, columns in fewer.items() if columns == unknown]
        told_better = {"load_id": record.load_id, "loads": loads, "at": record.exported_at}
        con.execute(TOLD_BETTER.format(agree=f"{LATER_AND_LESS} and {_agree(unknown)}"), told_better)
    if missing:
        _take_out(con, record.load_id, _agree(missing))


def fold_points(con: duckdb.DuckDBPyConnection, record: LoadRecord) -> None:
    """A row that differs from its ticket's state by no more than a point once found out of the city changes nothing, in either order.

    Called like `fold_partial`, for profiles without a box.
    """
    given = {"source": record.source, "load_id": record.load_id}
    con.execute(DOUBTFUL, given)
    if not con.execute("select exists (from doubtful)").fetchone()[0]:
        return
    con.execute(BEFORE.format(tickets="from doubtful", order=ORDER), given)
    agree = _agree(("lat", "lon"))
    con.execute(TOLD_BETTER.format(agree=f"{IS_OUT} and {agree}"), {"load_id": record.load_id})
    _take_out(con, record.load_id, f"{STAYS_OUT} and {agree}")


def _take_out(con: duckdb.DuckDBPyConnection, load_id: str, agree: str) -> None:
    """Rows that bring no news are not kept, and count as unchanged."""
    con.execute(NO_NEWS.format(agree=agree), {"load_id": load_id})
    con.execute("delete from raw.ticket_versions where load_id = ? and row_number in (from no_news)", [load_id])
    con.execute("update judged set is_known_version = true where row_number in (from no_news)")


def columns_of(fields: Iterable[str]) -> set[str]:
    """Stored columns that these canonical fields fill."""
    return {column for field in fields for column in FILLS.get(field, (field,))} & set(CONTENT_COLUMNS)


def _agree(missing: Collection[str]) -> str:
    """SQL: both rows say the same in all columns but the missing ones and those that follow from them."""
    ignored = {"flags", *missing}
    if ignored & set(CLOCKS):
        ignored |= {"state_at", "status"}
    return " and ".join(f"n.{c} is not distinct from b.{c}" for c in CONTENT_COLUMNS if c not in ignored)
