"""Which state of a ticket counts, and from when to when: by business time and content, never by arrival.

A version is ordered by the last instant at which it is known to have been true: its own last event or update, or the export that showed
it, whichever is later.  A version from a file without an export time is judged by its events; where they are those of the newest dated
version, by content.  `int_ticket_states` of the dbt project holds the same order.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ingest.partial import reads_otherwise
from ingest.sightings import make_sightings, note_sightings, settle_sightings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import duckdb

    from ingest.ledger import LoadRecord

# one row per version that counts no more: a later reading of the same bytes (a corrected profile) gave otherwise, or a file with more columns
SUPERSEDED = """
create table if not exists raw.superseded_versions (
    source varchar not null, ticket_id varchar not null, version_hash varchar not null, load_id varchar not null,
    reason varchar not null check (reason in ('read_otherwise', 'told_better')))
"""
KNOWN = """
create or replace view raw.known_versions as
select v.* exclude (reading), if(s.is_all, s.first_exported_at, least(s.first_exported_at, v.exported_at)) as first_exported_at,
    if(s.is_all, s.last_exported_at, greatest(s.last_exported_at, v.exported_at)) as last_exported_at
from raw.ticket_versions v
left join (
    select source, ticket_id, version_hash, min(first_exported_at) as first_exported_at, max(last_exported_at) as last_exported_at, bool_or(is_all) as is_all
    from raw.sightings group by all
) s using (source, ticket_id, version_hash)
anti join raw.superseded_versions x using (source, ticket_id, version_hash)
anti join raw.poorer_versions p using (source, ticket_id, version_hash)
"""
ORDER = "effective_at desc nulls last, state_at desc nulls last, content_rank desc nulls last, version_hash desc"
ORDERED = """
create or replace view raw.ordered_versions as
with undated as (
    select distinct source, ticket_id from raw.known_versions where last_exported_at is null
), dated as (
    select source, ticket_id, max({'until': greatest(state_at, last_exported_at), 'state_at': state_at}) as newest
    from raw.known_versions semi join undated using (source, ticket_id) where last_exported_at is not null group by all
)
select k.* exclude (first_exported_at, last_exported_at) replace (last_exported_at as exported_at),
    case
        when last_exported_at is not null then greatest(state_at, last_exported_at)
        when state_at = newest.state_at then newest.until
        else state_at
    end as effective_at
from raw.known_versions k left join dated using (source, ticket_id)
"""
CURRENT = f"""
create or replace view raw.current_tickets as
select * exclude (effective_at) from raw.ordered_versions
qualify row_number() over (partition by source, ticket_id order by {ORDER}) = 1
"""
HISTORY = f"""
create or replace view raw.version_history as
select source, ticket_id, version_hash, status, state_at, exported_at, content_rank,
    load_id as valid_from_load, effective_at as valid_from_at,
    lag(load_id) over later as valid_to_load, lag(effective_at) over later as valid_to_at,
    row_number() over later = 1 as is_current
from raw.ordered_versions
window later as (partition by source, ticket_id order by {ORDER})
"""
OTHER_READING = """
insert into raw.superseded_versions
select v.source, v.ticket_id, v.version_hash, $load_id, 'read_otherwise'
from raw.ticket_versions v
anti join (select ticket_id, version_hash from judged) j on j.ticket_id = v.ticket_id and j.version_hash = v.version_hash
anti join raw.superseded_versions x using (source, ticket_id, version_hash)
where v.source = $source and v.load_id in (select load_id from raw.loads where source = $source and file_sha256 = $sha and load_id <> $load_id)
"""
READ_AGAIN = """
delete from raw.superseded_versions x
where x.source = $source and x.reason = 'read_otherwise' and exists (from judged j where j.ticket_id = x.ticket_id and j.version_hash = x.version_hash)
"""
VIEWS = (KNOWN, ORDERED, CURRENT, HISTORY)


def make_history(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables and views that ticket versions are asked through; safe on a ledger of an earlier release."""
    make_sightings(con)
    for statement in (SUPERSEDED, *VIEWS):
        con.execute(statement)


def has_history(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the ledger was opened for writing by this release before."""
    views = {
        name for (name,) in con.execute("select view_name from duckdb_views() where schema_name = 'raw'").fetchall()
    }
    return "version_history" in views


def load_id_of(
    con: duckdb.DuckDBPyConnection, *, source: str, sha256: str, profile_version: str, exported_at: dt.datetime | None
) -> str:
    """The id of a load: bytes and profile; the same bytes exported before or after all that is known are a load of their own."""
    plain = _digest(sha256, source, profile_version)
    given = {"source": source, "sha": sha256, "version": profile_version}
    known = "from raw.loads where source = $source and file_sha256 = $sha and profile_version = $version"
    loads, first, last = con.execute(f"select count(*), min(exported_at), max(exported_at) {known}", given).fetchone()
    if not loads or exported_at is None or (first and first <= exported_at <= last):
        return plain
    return _digest(sha256, source, profile_version, exported_at)


def _digest(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:20]


def record_sightings(con: duckdb.DuckDBPyConnection, record: LoadRecord, told: Mapping[str, frozenset[str]]) -> None:
    """Note what this load says about versions the ledger holds, inside its transaction and before its own row of raw.loads.

    Reads the temporary tables `judged` (ticket_id, version_hash, is_known_version) and `telling`.

    Args:
        told: load -> the columns it told, this load among them.
    """
    given = {"source": record.source, "sha": record.file_sha256, "load_id": record.load_id}
    if con.execute("select exists (from raw.superseded_versions)").fetchone()[0]:
        con.execute(READ_AGAIN, {"source": record.source})
    if con.execute("select exists (from raw.loads where source = $source and file_sha256 = $sha and load_id <> $load_id)", given).fetchone()[0]:  # fmt: skip
        con.execute(OTHER_READING, given)
    now = told[record.load_id]
    note_sightings(con, source=record.source, load_id=record.load_id, exported_at=record.exported_at, told=now)
    if not reads_otherwise(con, record):
        settle_sightings(con, record.source, told)
