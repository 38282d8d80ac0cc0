"""Points out of the city: without a box in the profile the points of the file tell where the city lies, and a small file cannot.

The point that a larger file found out of the city stays out when a smaller one brings it again, in either order of loading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.canonical import CONTENT_COLUMNS
from ingest.history import ORDER

if TYPE_CHECKING:
    import duckdb

    from ingest.ledger import LoadRecord

_same = " and ".join(f"n.{c} is not distinct from b.{c}" for c in CONTENT_COLUMNS if c not in ("lat", "lon", "flags"))
DOUBTFUL = """
create or replace temp table doubtful as
select distinct ticket_id from raw.ticket_versions
where load_id = $load_id and (list_contains(flags, 'out_of_city') or ticket_id in (
    select ticket_id from raw.ticket_versions where source = $source and load_id <> $load_id and list_contains(flags, 'out_of_city')))
"""
# the state of each doubtful ticket as it was before this load
BEFORE = f"""
create or replace temp table states_before as
select * exclude (effective_at) from raw.ordered_versions
where source = $source and load_id <> $load_id and ticket_id in (from doubtful)
qualify row_number() over (partition by ticket_id order by {ORDER}) = 1
"""
NO_NEWS = f"""
create or replace temp table no_news as
select n.row_number from raw.ticket_versions n join states_before b on b.ticket_id = n.ticket_id
where n.load_id = $load_id and {_same}
    and list_contains(b.flags, 'out_of_city') and not list_contains(n.flags, 'out_of_city') and n.lat is not null
"""
TOLD_BETTER = f"""
insert into raw.superseded_versions
select distinct b.source, b.ticket_id, b.version_hash, $load_id, 'told_better' from states_before b
join raw.ticket_versions n on n.ticket_id = b.ticket_id and n.load_id = $load_id
where {_same}
    and list_contains(n.flags, 'out_of_city') and not list_contains(b.flags, 'out_of_city') and b.lat is not null
"""


def fold_points(con: duckdb.DuckDBPyConnection, record: LoadRecord) -> None:
    """Take out rows that differ from their ticket's state by no more than a point once found out of the city.

    For profiles without a box; called after the load's versions are written and before its rows are counted; corrects `judged`.
    """
    given = {"source": record.source, "load_id": record.load_id}
    con.execute(DOUBTFUL, given)
    if not con.execute("select exists (from doubtful)").fetchone()[0]:
        return
    con.execute(BEFORE, given)
    con.execute(TOLD_BETTER, {"load_id": record.load_id})
    con.execute(NO_NEWS, {"load_id": record.load_id})
    con.execute("delete from raw.ticket_versions where load_id = ? and row_number in (from no_news)", [record.load_id])
    con.execute("update judged set is_known_version = true where row_number in (from no_news)")
