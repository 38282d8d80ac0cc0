"""Files that lack columns: what a file does not tell is no change of what is known, and a file that tells more says the same better."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ingest.canonical import CONTENT_COLUMNS
from ingest.preparation import HAPPENED
from ingest.sightings import update_of

if TYPE_CHECKING:
    import duckdb

    from ingest.ledger import LoadRecord

RIVALS = "select exists (from raw.loads where source = $source and file_sha256 = $sha and profile_version <> $version)"
# the rows of this load (n) beside the versions (b) that loads with other columns gave of the same tickets and that say the same
BESIDE = """
from judged j
join raw.ticket_versions n on n.source = $source and n.ticket_id = j.ticket_id and n.version_hash = j.version_hash
join raw.ordered_versions b on b.source = $source and b.ticket_id = j.ticket_id and b.version_hash <> j.version_hash
where ({chosen}) and b.load_id <> $load_id and list_contains($loads, b.load_id) and {agree}
"""
FRESH = "n.load_id = $load_id"
POORER = "select (source, ticket_id, version_hash) from raw.superseded_versions union all select (source, ticket_id, version_hash) from raw.poorer_versions"
FRESH_OR_POORER = f"{FRESH} or (n.source, n.ticket_id, n.version_hash) in ({POORER})"
ALIKE = "create or replace temp table alike (row_number bigint, version_hash varchar, effective_at timestamp, state_at timestamp, content_rank integer)"
FULLER = "insert into alike select j.row_number, b.version_hash, b.effective_at, b.state_at, b.content_rank" + BESIDE
# of all fuller versions that say the same, whatever columns their files have, the one that was true last
TOLD_LESS = """
create or replace temp table told_less as select row_number, version_hash from alike
qualify row_number() over (partition by row_number order by effective_at desc nulls last, state_at desc, content_rank desc, version_hash desc) = 1
"""
# what showed the poorer version showed the fuller one, through the same columns
SHOWN = """
create or replace temp table shown as
with moved as (
    select s.ticket_id, m.version_hash, s.told, s.first_exported_at, s.last_exported_at
    from told_more m join raw.sightings s on s.source = $source and s.ticket_id = m.ticket_id and s.version_hash in (m.less_hash, m.version_hash)
    union all
    select v.ticket_id, m.version_hash, t.told, v.exported_at, v.exported_at
    from told_more m join raw.ticket_versions v on v.source = $source and v.ticket_id = m.ticket_id and v.version_hash in (m.less_hash, m.version_hash)
    join telling t using (load_id)
)
select $source as source, ticket_id, version_hash, told, min(first_exported_at) as first_exported_at, max(last_exported_at) as last_exported_at
from moved group by all having max(last_exported_at) is not null
"""


def fold_partial(con: duckdb.DuckDBPyConnection, record: LoadRecord, told: Mapping[str, frozenset[str]]) -> None:
    """Take rows that say the same as a fuller version, in all that their file tells, for sightings of that version.

    Called after the load's versions are written and before its rows are counted; corrects `judged`.  `settle_sightings` says later which
    versions the fuller ones of this load explain.

    Args:
        told: load -> the columns it told, this load among them.
    """
    given = {"source": record.source, "load_id": record.load_id}
    if reads_otherwise(con, record):
        return
    now = told[record.load_id]
    con.execute(ALIKE)
    for columns, loads in _by_columns({load: columns for load, columns in told.items() if load != record.load_id}):
        if columns - now:
            agree = _agree(columns - now, now)
            con.execute(FULLER.format(chosen=FRESH_OR_POORER, agree=agree), given | {"loads": loads})
    con.execute(TOLD_LESS)
    take_for_known(con, record.load_id)


def reads_otherwise(con: duckdb.DuckDBPyConnection, record: LoadRecord) -> bool:
    """Whether this is another reading of bytes that were loaded before: its profile says what is told."""
    read_before = {"source": record.source, "sha": record.file_sha256, "version": record.profile_version}
    return con.execute(RIVALS, read_before).fetchone()[0]


def take_for_known(con: duckdb.DuckDBPyConnection, load_id: str) -> None:
    """Rows of the temporary table `told_less` (row_number, version_hash) are sightings of that version, no versions of their own."""
    con.execute("delete from raw.ticket_versions where load_id = ? and row_number in (select row_number from told_less)", [load_id])  # fmt: skip
    con.execute("update judged set is_known_version = true, version_hash = t.version_hash from told_less t where t.row_number = judged.row_number")  # fmt: skip


def replace_poorer(con: duckdb.DuckDBPyConnection, given: dict[str, str]) -> None:
    """Versions of the temporary table `told_more` (ticket_id, version_hash, less_hash) count no more; their sightings go to the fuller ones.

    Args:
        given: source and load_id of this load.
    """
    con.execute(SHOWN, {"source": given["source"]})
    con.execute("delete from raw.sightings s where exists (from shown w where w.source = s.source and w.ticket_id = s.ticket_id and w.version_hash = s.version_hash)")  # fmt: skip
    con.execute("insert into raw.sightings by name from shown")
    con.execute("insert into raw.superseded_versions select distinct $source, ticket_id, less_hash, $load_id, 'told_better' from told_more", given)  # fmt: skip


def _by_columns(told: Mapping[str, frozenset[str]]) -> list[tuple[frozenset[str], list[str]]]:
    """Loads by the columns they tell: a source has few kinds of export, and many loads of each."""
    kinds: dict[frozenset[str], list[str]] = {}
    for load, columns in told.items():
        kinds.setdefault(columns, []).append(load)
    return list(kinds.items())


def _agree(missing: Collection[str], told: Collection[str]) -> str:
    """SQL: the row (n) and the version (b) say the same in all columns but the missing ones and those that follow from them.

    Without the end a row can only be taken for open, unless its file has a status of its own.

    Args:
        missing: columns that the row's file lacks and the version's has.
        told: columns that the row's file has.
    """
    ignored = {"flags", *missing}
    terms = []
    if ignored & set(HAPPENED):
        ignored.add("state_at")
        terms += [f"{update_of('n.')} is not distinct from {update_of('b.')}"] if "state_at" in told else []
    terms += [f"n.{c} is not distinct from b.{c}" for c in CONTENT_COLUMNS if c not in {*ignored, "status"}]
    if "status" not in missing and ("closed_at" not in missing or "status" in told):
        same = "n.status is not distinct from b.status"
        is_guess = "list_contains(n.flags, 'unknown_status')"
        terms.append(f"({same} or {is_guess})" if "closed_at" in missing else same)
    return " and ".join(terms)
