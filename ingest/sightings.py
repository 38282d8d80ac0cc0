"""Which dated exports showed which version, each through the columns that its file told; folded anew whenever a ticket is met.

A file that lacks columns shows every version that says the same in all that it tells.  What is kept of it (`raw.sightings`) is the class of
such rows: the columns told, the values in them, the first and the last export.  From the classes of a ticket follows, whatever the order of
loading, which versions count (those that no fuller one explains) and which of them each class showed (the one known to be true at its time).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from ingest.canonical import CONTENT_COLUMNS
from ingest.preparation import HAPPENED

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

SIGHTINGS = """
create table if not exists raw.sightings (
    source varchar not null, ticket_id varchar not null, version_hash varchar not null, told varchar,
    first_exported_at timestamp, last_exported_at timestamp, is_all boolean)
"""
GROWN = (  # of a ledger of an earlier release
    "alter table raw.sightings add column told varchar",
    "alter table raw.sightings add column is_all boolean",
    "alter table raw.sightings alter column first_exported_at drop not null",
    "alter table raw.sightings alter column last_exported_at drop not null",
)
POORER = "create table if not exists raw.poorer_versions (source varchar not null, ticket_id varchar not null, version_hash varchar not null)"
TOLD = "select load_id, list(distinct field) from raw.headers where source = ? and field is not null group by load_id"
# of rows from before sightings knew their columns
UNTOLD = """
update raw.sightings set told = t.told from raw.ticket_versions v join telling t using (load_id)
where raw.sightings.told is null and raw.sightings.source = $source and v.source = $source
    and v.ticket_id = raw.sightings.ticket_id and v.version_hash = raw.sightings.version_hash
"""
# versions of this load's rows that the ledger knew, met in an export earlier or later than those known of these columns
MET_AGAIN = """
create or replace temp table met_again as
with known as (
    select v.ticket_id, v.version_hash, case when t.told = $told then v.exported_at end as own_at
    from raw.ticket_versions v
    semi join (select ticket_id, version_hash from judged where is_known_version) j on j.ticket_id = v.ticket_id and j.version_hash = v.version_hash
    left join telling t on t.load_id = v.load_id
    where v.source = $source and v.load_id <> $load_id
)
select $source as source, v.ticket_id, v.version_hash, $told as told, least(s.first_exported_at, v.own_at, $at) as first_exported_at,
    greatest(s.last_exported_at, v.own_at, $at) as last_exported_at, s.is_all
from known v
left join (from raw.sightings where source = $source and told = $told) s on s.ticket_id = v.ticket_id and s.version_hash = v.version_hash
where not coalesce($at between least(s.first_exported_at, v.own_at) and greatest(s.last_exported_at, v.own_at), false)
"""
FORGET = """
delete from raw.sightings s where exists (
    from met_again m where m.source = s.source and m.ticket_id = s.ticket_id and m.version_hash = s.version_hash and m.told = s.told)
"""
CROWDED = """
create or replace temp table crowded as
select v.ticket_id from raw.ticket_versions v
anti join raw.superseded_versions x using (source, ticket_id, version_hash)
where v.source = $source and v.ticket_id in (select ticket_id from judged) group by all having count(*) > 1
"""
RIVALS = """
create or replace temp table rivals as
select v.ticket_id, v.version_hash, v.load_id, v.exported_at, v.state_at, v.content_rank, {filled} as filled, s.told, s.said, s.timed, s.is_bare
from raw.ticket_versions v semi join crowded using (ticket_id)
anti join raw.superseded_versions x using (source, ticket_id, version_hash),
lateral (select unnest([{readings}], recursive := true)) s
where v.source = $source
"""
READING = "{{'told': '{told}', 'said': {said}, 'timed': md5({said} || chr(31) || coalesce({state}, '')), 'is_bare': {is_bare}}}"
SHOWINGS = """
create or replace temp table showings as
select distinct r.ticket_id, r.version_hash, r.told, r.exported_at as first_at, r.exported_at as last_at
from rivals r join telling t on t.load_id = r.load_id and t.told = r.told
union all
select ticket_id, version_hash, told, first_exported_at, last_exported_at
from raw.sightings semi join crowded using (ticket_id) where source = $source
"""
# a class is timed where no other file of the ticket tells an event that its own does not
CLASSES = """
create or replace temp table classes as
with met as (select distinct ticket_id, told from showings),
timed as (
    select m.ticket_id, m.told, bool_and(c.is_covered) as is_timed
    from met m join met o using (ticket_id) join covering c on c.told = m.told and c.other = o.told group by all)
select s.ticket_id, s.told, if(is_timed, r.timed, r.said) as class, is_timed, min(first_at) as first_at, max(last_at) as last_at
from showings s join rivals r using (ticket_id, version_hash, told) join timed using (ticket_id, told) group by all
"""
MEMBERS = """
create or replace temp table members as
select c.ticket_id, c.told, c.class, r.version_hash, r.is_bare, r.filled
from classes c join rivals r on r.ticket_id = c.ticket_id and r.told = c.told and c.class = if(c.is_timed, r.timed, r.said)
"""
FATES = (
    "create or replace temp table fates as select distinct ticket_id, version_hash, null::boolean as lives from rivals"
)
# a version lives where, for some class that is its own, every fuller version of the class is explained by another
EXPLAINED = """
create or replace temp table explained as
select m.ticket_id, m.version_hash, m.told, m.class, coalesce(bool_or(f.lives), false) as is_explained, count(*) filter (f.ticket_id is not null and f.lives is null) as open
from members m
left join members u on u.ticket_id = m.ticket_id and u.told = m.told and u.class = m.class and u.filled > m.filled
left join fates f on f.ticket_id = u.ticket_id and f.version_hash = u.version_hash
where m.is_bare group by all
"""
DECIDED = """
update fates set lives = d.lives from (
    select ticket_id, version_hash, bool_or(not is_explained and open = 0) as lives, bool_and(is_explained) as dies from explained group by all
) d where fates.lives is null and fates.ticket_id = d.ticket_id and fates.version_hash = d.version_hash and (d.lives or d.dies)
"""
UNDECIDED = "select count(*) from fates where lives is null"
ASSIGNED = """
create or replace temp table assigned as
with living as (select m.* from members m join fates f on f.ticket_id = m.ticket_id and f.version_hash = m.version_hash and f.lives),
spots as (  -- exports that can have shown one version alone
    select ticket_id, version_hash, unnest([first_at, last_at]) as seen_at from classes c
    join (select ticket_id, told, class, any_value(version_hash) as version_hash from living group by all having count(*) = 1) using (ticket_id, told, class)
), points as (
    select distinct ticket_id, told, class, seen_at from (select ticket_id, told, class, unnest([first_at, last_at]) as seen_at from classes) where seen_at is not null
), rated as (
    select p.ticket_id, p.told, p.class, p.seen_at, l.version_hash, any_value(r.state_at) as state_at, any_value(r.content_rank) as content_rank,
        greatest(max(s.seen_at) filter (s.seen_at <= p.seen_at), any_value(r.state_at) filter (r.state_at <= p.seen_at)) as before, min(s.seen_at) filter (s.seen_at > p.seen_at) as after
    from points p join living l using (ticket_id, told, class)
    join (select distinct ticket_id, version_hash, state_at, content_rank from rivals) r on r.ticket_id = l.ticket_id and r.version_hash = l.version_hash
    left join spots s on s.ticket_id = l.ticket_id and s.version_hash = l.version_hash
    group by all
), chosen as (
    from rated qualify row_number() over (partition by ticket_id, told, class, seen_at
        order by before desc nulls last, after asc nulls last, state_at desc nulls last, content_rank desc, version_hash desc) = 1
)
select $source as source, ticket_id, version_hash, told, min(seen_at) as first_exported_at, max(seen_at) as last_exported_at, true as is_all from chosen group by all
"""
UNSEEN = """
insert into assigned
select distinct $source, r.ticket_id, r.version_hash, t.told, null::timestamp, null::timestamp, true
from rivals r join telling t on t.load_id = r.load_id join fates f on f.ticket_id = r.ticket_id and f.version_hash = r.version_hash and f.lives
anti join assigned a on a.ticket_id = r.ticket_id and a.version_hash = r.version_hash where r.exported_at is not null
"""
SETTLED = (
    "delete from raw.sightings where source = $source and ticket_id in (from crowded)",
    "delete from raw.poorer_versions where source = $source and ticket_id in (from crowded)",
    "insert into raw.poorer_versions select $source, ticket_id, version_hash from fates where not lives",
)
# canonical field -> stored columns that it fills, where they are not its own name
FILLS = {
    "created_at": ("created_at", "created_on", "is_date_only"), "closed_at": ("closed_at", "closed_on"), "due_at": ("due_at", "due_on"),
    "category_path": ("category_l1", "category_l2", "category_l3", "category_l4"), "updated_at": ("state_at",),
    "person_phone": ("person_hash",), "person_account": ("person_hash",), "person_name": ("person_hash",),
}  # fmt: skip
FOLLOWING = ("flags", "state_at", "status")  # also said where no column tells them
EVENTS = {*HAPPENED, "state_at"}
BEFORE = [event for event in HAPPENED if event != "updated_at"]
FOLLOWS = {
    "state_at": f"state_at is distinct from greatest({', '.join(BEFORE)})",
    "status": "status is distinct from if(closed_at is null, 'open', 'closed')",
}


def make_sightings(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables; safe on a ledger of an earlier release."""
    con.execute(SIGHTINGS)
    con.execute(POORER)
    columns = con.execute("select name from pragma_table_info('raw.sightings')").fetchall()
    for statement in () if ("told",) in columns else GROWN:
        con.execute(statement)


def columns_of(fields: Iterable[str]) -> frozenset[str]:
    """Stored columns that these canonical fields fill."""
    return frozenset(column for field in fields for column in FILLS.get(field, (field,))) & frozenset(CONTENT_COLUMNS)


def told_columns(
    con: duckdb.DuckDBPyConnection, source: str, load_id: str, fields: Collection[str]
) -> dict[str, frozenset[str]]:
    """Load -> the columns it told, this load among them.  Leaves the temporary table `telling` (load_id, told)."""
    loads = {load: columns_of(names) for load, names in con.execute(TOLD, [source]).fetchall()}
    loads[load_id] = columns_of(fields)
    con.execute("create or replace temp table telling (load_id varchar, told varchar)")
    con.executemany("insert into telling values (?, ?)", [(load, _mark(columns)) for load, columns in loads.items()])
    return loads


def _mark(columns: Collection[str]) -> str:
    """A short name of a set of columns."""
    return hashlib.md5(",".join(sorted(columns)).encode(), usedforsecurity=False).hexdigest()[:8]


def note_sightings(
    con: duckdb.DuckDBPyConnection, *, source: str, load_id: str, exported_at: dt.datetime | None, told: frozenset[str]
) -> None:
    """Note that this export showed the known versions among its rows.  Reads the temporary tables `judged` and `telling`."""
    if exported_at is None:
        return
    if con.execute("select exists (from raw.sightings where told is null)").fetchone()[0]:
        con.execute(UNTOLD, {"source": source})
    given = {"source": source, "at": exported_at, "load_id": load_id, "told": _mark(told)}
    con.execute(MET_AGAIN, given)
    if con.execute("select exists (from raw.sightings)").fetchone()[0]:
        con.execute(FORGET)
    con.execute("insert into raw.sightings by name select * from met_again")
    con.execute("drop table met_again")


def settle_sightings(con: duckdb.DuckDBPyConnection, source: str, told: Mapping[str, frozenset[str]]) -> None:
    """Say anew, for the tickets of this load with several versions, which of them count and what each export showed of them.

    Where all files of a source tell the same columns there is nothing to do.  Called after the load's versions and sightings are written.
    """
    sets = {_mark(columns): columns for columns in told.values()}
    if len(sets) < 2:
        return
    given = {"source": source}
    con.execute(CROWDED, given)
    if not con.execute("select exists (from crowded)").fetchone()[0]:
        return
    _compare(con, sets, given)
    _judge_versions(con)
    con.execute(ASSIGNED, given)
    con.execute(UNSEEN, given)
    for statement in SETTLED:
        con.execute(statement, given)
    con.execute("insert into raw.sightings by name from assigned")


def _judge_versions(con: duckdb.DuckDBPyConnection) -> None:
    """Say of each version whether it lives: the fullest ones first, so each round decides some."""
    con.execute(FATES)
    left = 0
    while (count := con.execute(UNDECIDED).fetchone()[0]) not in (0, left):
        left = count
        con.execute(EXPLAINED)
        con.execute(DECIDED)
    con.execute("update fates set lives = true where lives is null")  # of loads whose columns nobody noted


def _compare(con: duckdb.DuckDBPyConnection, sets: Mapping[str, frozenset[str]], given: Mapping[str, str]) -> None:
    """Fill the temporary tables `rivals`, `showings`, `classes` and `members`."""
    everything = frozenset().union(*sets.values())
    filled = " + ".join(f"({_says(c)})::int" for c in sorted(everything - {"flags"}))
    readings = ", ".join(_reading(mark, columns, everything) for mark, columns in sets.items())
    con.execute("create or replace temp table covering (told varchar, other varchar, is_covered boolean)")
    pairs = [(one, other, sets[other] & EVENTS <= sets[one]) for one in sets for other in sets]
    con.executemany("insert into covering values (?, ?, ?)", pairs)
    con.execute(RIVALS.format(filled=filled, readings=readings), given)
    con.execute(SHOWINGS, given)
    con.execute(CLASSES)
    con.execute(MEMBERS)


def update_of(row: str = "") -> str:
    """SQL: the time of the last update, of a row (`n.`) that tells one behind its events; else null."""
    return f"nullif({row}state_at, greatest({', '.join(row + event for event in BEFORE)}))"


def _says(column: str) -> str:
    """SQL: a version has more in this column than follows from the others."""
    return FOLLOWS.get(column, f"{column} is not null")


def _reading(mark: str, columns: frozenset[str], everything: frozenset[str]) -> str:
    """SQL: what a version says through a set of columns, and whether it says nothing outside of them."""
    cells = [f"coalesce({c}::varchar, '')" for c in sorted(columns.difference(FOLLOWING))]
    if "status" in columns:
        guessed = "list_contains(flags, 'unknown_status')" if "closed_at" not in columns else "false"
        cells.append(f"case when {guessed} then '?' else coalesce(status, '') end")
    if "state_at" in columns:
        cells.append(f"coalesce({update_of()}::varchar, '')")
    outside = [f"not ({_says(c)})" for c in sorted(everything - columns - {"flags"})]
    said = f"md5(concat_ws(chr(31), {', '.join(cells)}))"
    return READING.format(told=mark, said=said, state="state_at::varchar", is_bare=" and ".join(outside) or "true")
