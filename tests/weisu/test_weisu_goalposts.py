"""Goalposts between builds: frozen ones hold for good, provisional ones for the month in which they were set."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from weisu import goalposts

NOW = dt.datetime(2026, 1, 2, 3, 4)
TENTH, TWENTIETH, NEXT_MONTH = dt.date(2026, 1, 10), dt.date(2026, 1, 20), dt.date(2026, 2, 1)
FAMILY = ("city", 1, "month", "breadth", "persons", 2026)
REFERENCE = ("2025", dt.date(2025, 1, 1), dt.date(2025, 12, 1), 12)


def publish(
    folder: Path, as_of: dt.date, high: float, *, is_frozen: bool, before: int = 1000, now: dt.datetime = NOW
) -> list[float]:
    """A build with one goalpost, unless it knows one, that is published: the one it used.

    Args:
        before: tickets known of the days before its month.
    """
    kept, build = folder / "rulebook.duckdb", folder / f"build-{as_of}-{now:%H%M}.duckdb"
    with duckdb.connect(str(build)) as con:
        con.execute("create schema rulebook; create schema intermediate; create schema marts")
        con.execute("create table marts.fct_tickets as select date '2025-06-01' as created_on from range(?)", [before])
        goalposts.copy_into(kept, con, as_of=as_of)
    goalposts.let_go(build, as_of=as_of)
    with duckdb.connect(str(build)) as con:
        con.execute(f"create table intermediate.int_goalposts as select {goalposts.COLUMNS} from rulebook.goalposts")
        if not con.execute("from intermediate.int_goalposts").fetchall():
            row = (*FAMILY, 0.0, high, *REFERENCE, as_of if is_frozen else None)
            con.execute(f"insert into intermediate.int_goalposts values ({', '.join('?' * len(row))})", row)
        used = con.execute("select high_value from intermediate.int_goalposts").fetchall()
    with duckdb.connect(str(kept)) as con:
        con.execute(f"attach '{build}' as made (read_only)")
        goalposts.make_tables(con)
        goalposts.keep(con, as_of=as_of, now=now)
    return [value for (value,) in used]


def later(hours: int) -> dt.datetime:
    return NOW + dt.timedelta(hours=hours)


def test_frozen_by_the_first_build_that_used_them(tmp_path: Path) -> None:
    assert publish(tmp_path, TENTH, 2.0, is_frozen=True) == [2.0]
    assert publish(tmp_path, NEXT_MONTH, 3.0, is_frozen=True) == [2.0]
    assert publish(tmp_path, TENTH, 3.0, is_frozen=True, now=later(1)) == [2.0]


@pytest.mark.parametrize("is_frozen", [True, False])
def test_a_build_of_an_earlier_day_does_not_know_what_was_set_later(tmp_path: Path, is_frozen: bool) -> None:
    publish(tmp_path, TWENTIETH, 2.0, is_frozen=is_frozen)
    assert publish(tmp_path, TENTH, 3.0, is_frozen=is_frozen) == [3.0]


def test_provisional_ones_hold_within_their_month(tmp_path: Path) -> None:
    publish(tmp_path, TENTH, 2.0, is_frozen=False)
    assert publish(tmp_path, TWENTIETH, 3.0, is_frozen=False, before=1010) == [2.0]
    assert publish(tmp_path, NEXT_MONTH, 3.0, is_frozen=False) == [3.0]


def test_one_that_freezes_takes_the_place_of_a_provisional_one(tmp_path: Path) -> None:
    publish(tmp_path, TENTH, 2.0, is_frozen=False)
    assert publish(tmp_path, NEXT_MONTH, 3.0, is_frozen=True) == [3.0]
    assert publish(tmp_path, TWENTIETH, 4.0, is_frozen=False, now=later(1)) == [2.0]
    assert publish(tmp_path, NEXT_MONTH, 4.0, is_frozen=False, now=later(2)) == [3.0]


@pytest.mark.parametrize("before", [900, 1500])
def test_provisional_ones_are_let_go_where_much_more_or_less_is_known(tmp_path: Path, before: int) -> None:
    publish(tmp_path, TENTH, 2.0, is_frozen=False)
    assert publish(tmp_path, TWENTIETH, 3.0, is_frozen=False, before=before) == [3.0]
    assert publish(tmp_path, TWENTIETH, 4.0, is_frozen=False, before=before, now=later(1)) == [3.0]


def test_a_file_of_an_earlier_release_has_no_provisional_ones(tmp_path: Path) -> None:
    publish(tmp_path, TENTH, 2.0, is_frozen=True)
    with duckdb.connect(str(tmp_path / "rulebook.duckdb")) as con:
        con.execute("drop table provisional")
    assert publish(tmp_path, TWENTIETH, 3.0, is_frozen=True) == [2.0]
