"""The casebook keeps what readers were shown, and gives it back in the codes of the next build."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace

import duckdb
import numpy as np
import polars as pl
import pytest

from flows.casebook import all_cases, keep, told_cases

DAY = dt.date(2026, 3, 1)
BUILD = """
create schema sense;
create table sense.alerts (alert_id text, signal_status text, category_key text, area_key text, raised_on date, last_on date, signals text,
  lat double, lon double, radius_m double, level integer, artefact_reason text, window_start_on date, window_end_on date, observed double,
  expected double, score double, evidence text);
create table sense.alert_tickets (alert_id text, ticket_key text);
"""
TABLE = SimpleNamespace(
    keys=pl.Series(["t:1", "t:2", "t:3"]), area={"东区": 1}.get, category=lambda key: {"噪声": 0}.get(key, -1)
)
TABLE.area = lambda key: {"东区": 1}.get(key, -1)


def build(folder: Path, name: str, *alerts: tuple[str, int, int]) -> Path:
    """A build file with alerts (id, first and last day after `DAY`)."""
    path = folder / f"{name}.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(BUILD)
        for alert, first, last in alerts:
            on = [DAY + dt.timedelta(days=n) for n in (first, last)]
            con.execute(
                "insert into sense.alerts values (?, 'active', '噪声', '东区', ?, ?, 'rise', null, null, null, 3, null, ?, ?, 9, 2, 4, ?)",
                [alert, *on, *on, json.dumps({"rule": "series", "signals": []})],
            )
            con.execute("insert into sense.alert_tickets values (?, 't:2'), (?, 't:gone')", [alert, alert])
    return path


@pytest.fixture
def acts() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema acts; create table acts.events as select 'b' as alert_id")
    return con


def test_cases_outlive_the_builds_that_told_them(tmp_path: Path, acts: duckdb.DuckDBPyConnection) -> None:
    book = tmp_path / "cases.duckdb"
    keep(book, build(tmp_path, "one", ("a", 0, 5), ("b", 2, 2)))
    keep(book, build(tmp_path, "two", ("a", 3, 9)))
    found = {c.alert_id: c for c in told_cases(book, acts, TABLE, since=DAY)}
    assert sorted(found) == ["a", "b"]
    first = (DAY - dt.date(1970, 1, 1)).days
    assert (found["a"].raised_on, found["a"].last_on) == (first, first + 9)
    assert found["a"].tickets.tolist() == [1]  # one of its tickets is no longer known
    assert (found["a"].has_acts, found["b"].has_acts) == (False, True)
    assert np.isnan(found["a"].radius_m)
    assert [c.alert_id for c in told_cases(book, acts, TABLE, since=DAY + dt.timedelta(days=5))] == ["a"]
    assert all_cases(book)["rule"].to_list() == ["series", "series"]


def test_without_or_with_a_damaged_casebook_nothing_is_known(tmp_path: Path, acts: duckdb.DuckDBPyConnection) -> None:
    assert told_cases(None, acts, TABLE, since=DAY) == []
    assert told_cases(tmp_path / "none.duckdb", acts, TABLE, since=DAY) == []
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"no database" * 1000)
    assert told_cases(broken, acts, TABLE, since=DAY) == []
    assert all_cases(broken).is_empty()
