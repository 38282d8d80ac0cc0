"""Goalposts that publications used, kept beside the rulebook: frozen ones for good, provisional ones for their month.

A provisional goalpost rests on the months before the one in which it was set.  It is let go before that month ends only where so much more has
become known of those months (a city that loads its history file by file) that it no longer says what is usual.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from weisu.warehouse import connect

if TYPE_CHECKING:
    import duckdb

FAMILY = "area_level text, category_level integer, period_type text, degree text, component text, score_year integer"
GOALPOSTS = f"{FAMILY}, low_value double, high_value double, goalposts_version text, reference_first_on date, reference_last_on date, cells bigint, frozen_as_of date"
KNOWN = f"{GOALPOSTS}, tickets_before bigint"  # provisional: how many tickets were known of the days before its month
KEY = ", ".join(column.split()[0] for column in FAMILY.split(", "))
COLUMNS = ", ".join(column.split()[0] for column in GOALPOSTS.split(", "))
LEAST_CHANGE = 0.02  # of those tickets, more or fewer: the provisional ones are set anew
FROZEN = f"""
select {COLUMNS}, null::bigint as tickets_before from goalposts where frozen_as_of <= $as_of
qualify row_number() over (partition by {KEY} order by kept_at) = 1
"""
OF_THIS_MONTH = f"""
select {COLUMNS}, tickets_before from provisional anti join ({FROZEN}) using ({KEY})
where set_as_of <= $as_of and date_trunc('month', set_as_of) = date_trunc('month', $as_of)
qualify row_number() over (partition by {KEY} order by set_as_of desc, kept_at desc) = 1
"""
NEW = f"from made.intermediate.int_goalposts anti join made.rulebook.goalposts using ({KEY})"
TICKETS_BEFORE = "select count(*) from {database}marts.fct_tickets where created_on < date_trunc('month', $as_of)"


def make_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of the file that keeps them."""
    con.execute(f"create table if not exists goalposts ({GOALPOSTS}, kept_at timestamp)")
    con.execute(f"create table if not exists provisional ({KNOWN}, set_as_of date, kept_at timestamp)")


def copy_into(kept: Path, con: duckdb.DuckDBPyConnection, *, as_of: dt.date) -> None:
    """Write `rulebook.goalposts` of a build file: those frozen by `as_of`, and the provisional ones set by then in its month."""
    con.execute(f"create or replace table rulebook.goalposts ({KNOWN})")
    if rows := _kept(kept, as_of):
        con.executemany(f"insert into rulebook.goalposts values ({', '.join('?' * len(rows[0]))})", rows)


def let_go(build: Path, *, as_of: dt.date) -> None:
    """Forget the provisional ones in a build whose facts are made, where LEAST_CHANGE of what they rest on is new."""
    con = connect(build)
    try:
        con.execute(
            f"delete from rulebook.goalposts where abs(tickets_before - ({TICKETS_BEFORE.format(database='')})) > {LEAST_CHANGE} * tickets_before",
            {"as_of": as_of},
        )
    finally:
        con.close()


def keep(con: duckdb.DuckDBPyConnection, *, as_of: dt.date, now: dt.datetime) -> None:
    """Remember what the build attached as `made` froze, or set for this month; nothing is ever replaced."""
    told = {"now": now, "as_of": as_of}
    con.execute(f"insert into goalposts select {COLUMNS}, $now {NEW} where frozen_as_of = $as_of", told)
    before = TICKETS_BEFORE.format(database="made.")
    con.execute(
        f"insert into provisional select {COLUMNS}, ({before}), $as_of, $now {NEW} where frozen_as_of is null", told
    )


def _kept(path: Path, as_of: dt.date) -> list[tuple]:
    if not path.is_file():
        return []
    con = connect(path, read_only=True)
    try:
        has_provisional = con.execute("from duckdb_tables() where table_name = 'provisional'").fetchone()
        known = f"{FROZEN} union all ({OF_THIS_MONTH})" if has_provisional else FROZEN  # not in an earlier release's
        return con.execute(known, {"as_of": as_of}).fetchall()
    finally:
        con.close()
