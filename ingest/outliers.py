"""Points out of the city: without a box in the profile the points of the file tell where the city lies, and a small file cannot.

The point that a larger file found out of the city stays out when a smaller one brings it again, in any order of loading.  A point inside
the city is a correction, and news.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.canonical import CONTENT_COLUMNS
from ingest.coordinates import SPAN_DEGREES
from ingest.partial import FRESH, FRESH_OR_POORER, replace_poorer, take_for_known

if TYPE_CHECKING:
    import duckdb

    from ingest.ledger import LoadRecord

DOUBTFUL = """
create or replace temp table doubtful as
select distinct ticket_id from judged where ticket_id in (
    select ticket_id from raw.ticket_versions where source = $source and list_contains(flags, 'out_of_city'))
"""
MIDDLE = "select median(lat), median(lon) from raw.ticket_versions where source = ? and lat is not null"
_same = " and ".join(f"n.{c} is not distinct from b.{c}" for c in CONTENT_COLUMNS if c not in ("lat", "lon", "flags"))
# the doubtful rows of this load (n) beside the versions (b) of other loads that differ by no more than a point out of the city
BESIDE = f"""
from judged j
join raw.ticket_versions n on n.source = $source and n.ticket_id = j.ticket_id and n.version_hash = j.version_hash
join raw.known_versions b on b.source = $source and b.ticket_id = j.ticket_id and b.version_hash <> j.version_hash
where j.ticket_id in (from doubtful) and ({{chosen}}) and b.load_id <> $load_id and {_same}
    and greatest(abs({{poorer}}.lat - $lat), abs({{poorer}}.lon - $lon)) > {SPAN_DEGREES}
    and not list_contains({{poorer}}.flags, 'out_of_city') and list_contains({{fuller}}.flags, 'out_of_city')
"""
TOLD_LESS = f"""
create or replace temp table told_less as
select j.row_number, min(b.version_hash) as version_hash
{BESIDE.format(chosen=FRESH_OR_POORER, poorer="n", fuller="b")}
group by all
"""
TOLD_MORE = f"""
create or replace temp table told_more as
select distinct j.ticket_id, j.version_hash, b.version_hash as less_hash
{BESIDE.format(chosen=FRESH, poorer="b", fuller="n")}
"""


def fold_points(con: duckdb.DuckDBPyConnection, record: LoadRecord) -> None:
    """Bring rows and versions together that differ by no more than a point once found out of the city.

    For profiles without a box; called after the load's versions are written and before its rows are counted; corrects `judged`.
    """
    given = {"source": record.source, "load_id": record.load_id}
    con.execute(DOUBTFUL, {"source": record.source})
    if not con.execute("select exists (from doubtful)").fetchone()[0]:
        return
    lat, lon = con.execute(MIDDLE, [record.source]).fetchone()
    con.execute(TOLD_LESS, given | {"lat": lat, "lon": lon})
    take_for_known(con, record.load_id)
    con.execute(TOLD_MORE, given | {"lat": lat, "lon": lon})
    replace_poorer(con, given)
