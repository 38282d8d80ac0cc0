"""Files that lack columns: what a file does not tell is no change of what is known, and a file that tells more says the same better."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from ingest.canonical import CONTENT_COLUMNS
from ingest.preparation import HAPPENED

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
RIVALS = "select exists (from raw.loads where source = $source and file_sha256 = $sha and profile_version <> $version)"
# the rows of this load (n) beside the versions (b) that loads with other columns gave of the same tickets and that say the same
BESIDE = """
from judged j
join raw.ticket_versions n on n.source = $source and n.ticket_id = j.ticket_id and n.version_hash = j.version_hash
join raw.{versions} b on b.source = $source and b.ticket_id = j.ticket_id and b.version_hash <> j.version_hash
where ({chosen}) and b.load_id <> $load_id and list_contains($loads, b.load_id) and {agree}
"""
FRESH = "n.load_id = $load_id"
FRESH_OR_POORER = f"{FRESH} or (n.source, n.ticket_id, n.version_hash) in (select (source, ticket_id, version_hash) from raw.superseded_versions)"
ALIKE = "create or replace temp table alike (row_number bigint, version_hash varchar, effective_at timestamp, state_at timestamp, content_rank integer)"
FULLER = f"insert into alike select j.row_number, b.version_hash, b.effective_at, b.state_at, b.content_rank {BESIDE}"
# of all fuller versions that say the same, whatever columns their files have, the one that was true last
TOLD_LESS = """
create or replace temp table told_less as select row_number, version_hash from alike
qualify row_number() over (partition by row_number order by effective_at desc nulls last, state_at desc, content_rank desc, version_hash desc) = 1
"""
TOLD_MORE = f"""
create or replace temp table told_more as
select distinct j.ticket_id, j.version_hash, b.version_hash as less_hash {BESIDE}
"""
# what showed the poorer version showed the fuller one
SHOWN = """
create or replace temp table shown as
select k.source, k.ticket_id, m.version_hash,
    least(min(f.first_exported_at), min(k.first_exported_at)) as first_exported_at,
    greatest(max(f.last_exported_at), max(k.last_exported_at)) as last_exported_at
from told_more m
join raw.known_versions k on k.source = $source and k.ticket_id = m.ticket_id and k.version_hash = m.less_hash
left join raw.known_versions f on f.source = $source and f.ticket_id = m.ticket_id and f.version_hash = m.version_hash
group by all having greatest(max(f.last_exported_at), max(k.last_exported_at)) is not null
"""


def fold_partial(con: duckdb.DuckDBPyConnection, record: LoadRecord, fields: Collection[str]) -> None:
    """Bring rows and versions together that differ only in columns which one of their files does not have.

    A row of this load that says the same as a fuller version is a sighting of that version; a poorer version that says the same as a row
    of this load counts no more.  Called after the load's versions are written and before its rows are counted; corrects `judged`.

    Args:
        fields: canonical fields that have a column in this file.
    """
    given = {"source": record.source, "load_id": record.load_id}
    read_before = {"source": record.source, "sha": record.file_sha256, "version": record.profile_version}
    if con.execute(RIVALS, read_before).fetchone()[0]:
        return  # another reading of the same bytes: its profile says what is told
    now = columns_of(fields)
    told = {load: columns_of(names) for load, names in con.execute(TOLD, given).fetchall()}
    con.execute(ALIKE)
    for columns, loads in _by_columns(told):
        if columns - now:
            agree = _agree(columns - now, "n", states_status="status" in now)
            sql = FULLER.format(versions="ordered_versions", chosen=FRESH_OR_POORER, agree=agree)
            con.execute(sql, given | {"loads": loads})
    con.execute(TOLD_LESS)
    take_for_known(con, record.load_id)
    for columns, loads in _by_columns(told):
        if now - columns:
            agree = _agree(now - columns, "b", states_status="status" in columns)
            con.execute(
                TOLD_MORE.format(versions="known_versions", chosen=FRESH, agree=agree), given | {"loads": loads}
            )
            replace_poorer(con, given)


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
    con.execute("insert into raw.sightings from shown")
    con.execute("insert into raw.superseded_versions select distinct $source, ticket_id, less_hash, $load_id, 'told_better' from told_more", given)  # fmt: skip


def columns_of(fields: Iterable[str]) -> set[str]:
    """Stored columns that these canonical fields fill."""
    return {column for field in fields for column in FILLS.get(field, (field,))} & set(CONTENT_COLUMNS)


def _by_columns(told: dict[str, set[str]]) -> list[tuple[frozenset[str], list[str]]]:
    """Loads by the columns they tell: a source has few kinds of export, and many loads of each."""
    kinds: dict[frozenset[str], list[str]] = {}
    for load, columns in told.items():
        kinds.setdefault(frozenset(columns), []).append(load)
    return list(kinds.items())


def _agree(missing: Collection[str], poorer: str, *, states_status: bool) -> str:
    """SQL: both rows say the same in all columns but the missing ones and those that follow from them.

    Args:
        missing: columns that the poorer row's file lacks and the other's has.
        poorer: alias of the row that tells less, `n` or `b`.
        states_status: whether the poorer row's file has a status of its own; without the end a row can only be taken for open.
    """
    ignored = {"flags", *missing}
    if ignored & set(HAPPENED):
        ignored.add("state_at")
    terms = [f"n.{c} is not distinct from b.{c}" for c in CONTENT_COLUMNS if c not in {*ignored, "status"}]
    if "status" not in missing and ("closed_at" not in missing or states_status):
        same = "n.status is not distinct from b.status"
        is_guess = f"list_contains({poorer}.flags, 'unknown_status')"
        terms.append(f"({same} or {is_guess})" if "closed_at" in missing else same)
    return " and ".join(terms)
