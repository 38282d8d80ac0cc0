"""The codes of a source (categories, areas, units, channels …) load by load, against earlier loads and the city's own lists."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.errors import ReferenceFileError
from ingest.reference import load_reference
from weisu.identity import files_digest
from weisu.settings import Workspace

if TYPE_CHECKING:
    import duckdb

CHANCE = 1e-8  # a code whose rows would all lie in the last load and none in this one with a smaller probability has vanished
# coded field -> how its columns are joined, and which they are
CODED = {
    "category": ("->", ("category_l1", "category_l2", "category_l3", "category_l4")), "area": ("/", ("district", "street")),
    "unit": ("", ("unit",)), "channel": ("", ("channel",)), "kind": ("", ("kind",)), "priority": ("", ("priority",)),
}  # fmt: skip
# reference list -> coded field it is the list of, and its codes
REFERENCE = {
    "areas": ("area", "select distinct concat_ws('/', district, street) from reference.areas"),
    "categories": ("category", "select distinct concat_ws('->', category_l1, category_l2, category_l3) from reference.categories"),
    "duties": ("unit", "select distinct unnest([sector_unit, territory_unit]) from reference.duties"),
}  # fmt: skip

# one row per load and code that its new versions carry
CODES = """
create table if not exists raw.codes (
    load_id varchar not null, source varchar not null, field varchar not null, value varchar not null, rows bigint not null)
"""
# the city's lists as they were at the last load
LISTED = "create table if not exists raw.reference_codes (list varchar not null, value varchar not null)"
# each field's columns are a set of their own: the rows of the others hold null in them
COUNT = """
insert into raw.codes
select load_id, source, field, value, sum(rows) from (
    select load_id, source, case {fields} end as field, case {values} end as value, count(*) as rows
    from raw.ticket_versions where {where} group by grouping sets ({sets})
) where value <> '' group by all
"""
NEW = """
select field, value, rows from raw.codes n where load_id = $load_id
    and field in (select field from raw.codes where source = $source and load_id <> $load_id)
    and not exists (from raw.codes o where o.source = $source and o.load_id <> $load_id and o.field = n.field and o.value = n.value)
order by field, rows desc, value
"""
# of the rows of both loads together, how likely is it that all of a code lie in the last load: (last / both) ** rows, at most
VANISHED = """
with last_load as (
    select load_id from raw.loads where source = $source and load_id in (select load_id from raw.codes) order by loaded_at desc, rowid desc limit 1
), before as (
    select field, value, rows, sum(rows) over (partition by field) as rows_before from raw.codes where load_id = (from last_load)
), now as (
    select field, sum(rows) as rows_now from raw.codes where load_id = $load_id group by field
)
select field, value, rows / rows_before as share from before join now using (field)
where pow(rows_before / (rows_before + rows_now), rows) < $chance
    and not exists (from raw.codes n where n.load_id = $load_id and n.field = before.field and n.value = before.value)
order by field, share desc
"""
FIRST_MET = """
select value, rows from raw.codes n where load_id = $load_id and field = $field
    and not exists (from raw.codes o where o.source = $source and o.load_id <> $load_id and o.field = n.field and o.value = n.value)
order by rows desc, value
"""

Found = tuple[str, str | None, str | None, str | None]  # kind, field, value, detail


def make_codes(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of codes; a ledger of an earlier release gets the codes of all its loads."""
    tables = {name for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()}  # fmt: skip
    con.execute(CODES)
    con.execute(LISTED)
    if "codes" not in tables and "ticket_versions" in tables:
        _count(con, "true")


def code_drift(con: duckdb.DuckDBPyConnection, workspace: Workspace, source: str, load_id: str) -> list[Found]:
    """Codes of this load that are new, gone, or not in the city's lists, and changes of those lists; reads only new versions."""
    _count(con, f"load_id = '{load_id}'")
    given = {"source": source, "load_id": load_id}
    found: list[Found] = [("new_code", f, v, str(n)) for f, v, n in con.execute(NEW, given).fetchall()]
    gone = con.execute(VANISHED, given | {"chance": CHANCE}).fetchall()
    found += [("vanished_code", f, v, f"{share:.1%}") for f, v, share in gone]
    return found + _against_lists(con, workspace, source, load_id)


def known_values(con: duckdb.DuckDBPyConnection, source: str, field: str) -> frozenset[str]:
    """The values that a canonical field had in earlier loads, where it is part of a code."""
    if not any(field in columns for _, columns in CODED.values()):
        return frozenset()
    rows = con.execute(f"select distinct {field} from raw.ticket_versions where source = ? and {field} is not null", [source]).fetchall()  # fmt: skip
    return frozenset(value for (value,) in rows)


def _count(con: duckdb.DuckDBPyConnection, where: str) -> None:
    """Count all codes in one pass over the versions."""
    fields, values, sets = [], [], []
    for field, (separator, names) in CODED.items():
        columns = ", ".join(names)
        own = f"when grouping({columns}) = 0 then"
        fields.append(f"{own} '{field}'")
        values.append(f"{own} concat_ws('{separator}', {columns})")
        sets.append(f"(load_id, source, {columns})")
    sql = COUNT.format(fields=" ".join(fields), values=" ".join(values), sets=", ".join(sets), where=where)
    con.execute(sql)


def _against_lists(con: duckdb.DuckDBPyConnection, workspace: Workspace, source: str, load_id: str) -> list[Found]:
    files = workspace.reference.glob("*.csv")
    try:
        lists = _lists(workspace, files_digest(workspace.root, files))
    except ReferenceFileError as error:
        return [("reference_unreadable", None, None, error.what)]
    found: list[Found] = []
    for name, codes in lists.items():
        field, separator = REFERENCE[name][0], CODED[REFERENCE[name][0]][0]
        found += _list_changes(con, name, codes)
        met = con.execute(FIRST_MET, {"source": source, "load_id": load_id, "field": field}).fetchall() if codes else ()
        found += [("not_in_reference", name, v, str(n)) for v, n in met if not _is_listed(v, codes, separator)]
    return found


@lru_cache(maxsize=1)  # the next file of a folder finds the same lists
def _lists(workspace: Workspace, _digest: str) -> dict[str, frozenset[str]]:
    import duckdb

    if not workspace.reference.is_dir():
        return dict.fromkeys(REFERENCE, frozenset())
    with duckdb.connect() as memory:
        load_reference(workspace, memory)
        return {
            name: frozenset(v for (v,) in memory.execute(sql).fetchall() if v) for name, (_, sql) in REFERENCE.items()
        }


def _list_changes(con: duckdb.DuckDBPyConnection, name: str, codes: frozenset[str]) -> list[Found]:
    before = {v for (v,) in con.execute("select value from raw.reference_codes where list = ?", [name]).fetchall()}
    if before == codes:
        return []
    con.execute("delete from raw.reference_codes where list = ?", [name])
    if codes:
        con.executemany("insert into raw.reference_codes values (?, ?)", [(name, v) for v in sorted(codes)])
    if not before:
        return []
    added: list[Found] = [("reference_added", name, v, None) for v in sorted(codes - before)]
    return [*added, *(("reference_removed", name, v, None) for v in sorted(before - codes))]


def _is_listed(value: str, codes: frozenset[str], separator: str) -> bool:
    """The code itself, one above it that the list does not divide further, or one below it."""
    if value in codes or not separator:
        return value in codes
    parts = value.split(separator)
    above = [separator.join(parts[:n]) for n in range(1, len(parts))]
    is_whole = any(a in codes and not any(c.startswith(a + separator) for c in codes) for a in above)
    return is_whole or any(c.startswith(value + separator) for c in codes)
