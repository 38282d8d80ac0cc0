"""The spatial models alone: hand-made facts in, clusters and local statistics out; dbt compiles them once, DuckDB runs them per city."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import h3.api.basic_int as h3

from flows.cells import write_cells
from tests.dbt.city import SENSE, SETTINGS, City, prepare, write_ledger
from weisu import transform
from weisu.variables import project_variables

AS_OF = dt.date(2025, 12, 31)  # a Wednesday
HOME = h3.latlng_to_cell(30.0, 120.0, 9)
RULES = transform.PROJECT / "seeds" / "rules.csv"
FACTS = """create schema staging; create schema intermediate; create schema marts; create schema rules; create schema sense;
create table marts.fct_tickets (ticket_key text, created_on date, created_at timestamp, is_demand boolean, category_l1_key text, category_l2_key text,
  district_key text, street_key text, community_key text, estate_key text, lat double, lon double, person_hash text, place_key text);
create table staging.stg_reference__areas (area_key text, estate text, population bigint, lat double, lon double);
create table marts.dim_area (area_key text, area_level text, population bigint, lat double, lon double)"""
CALENDAR = """create table marts.dim_calendar as select cast(day as date) as date_on, cast(date_trunc('week', day) as date) as week_start_on
from generate_series(date '2013-01-01', date '2026-12-31', interval 1 day) as days(day);
create table intermediate.int_calendar_periods as
select date_on, 'week' as period_type, week_start_on as period_start_on, cast(week_start_on + 6 as date) as period_end_on from marts.dim_calendar
union all select date_on, 'month', cast(date_trunc('month', date_on) as date), last_day(date_on) from marts.dim_calendar"""
Row = dict[str, Any]
_numbers = itertools.count(1)


def report(on: str, cell: int, category: str, **fields: Any) -> Row:
    """One demand ticket at noon in the middle of a cell; each from a person of its own."""
    number = next(_numbers)
    lat, lon = h3.cell_to_latlng(cell)
    day = dt.date.fromisoformat(on)
    row = {
        "ticket_key": f"t:{number:06d}", "created_on": day, "created_at": dt.datetime.combine(day, dt.time(12)), "is_demand": True,
        "category_l1_key": category.split("->")[0], "category_l2_key": category, "lat": lat, "lon": lon, "person_hash": f"p{number}",
        "place_key": f"place {number}",
    }  # fmt: skip
    return row | fields


def disk(cell: int = HOME, k: int = 1) -> list[int]:
    """The cell, then the cells around it, ring by ring."""
    return [near for ring in range(k + 1) for near in sorted(h3.grid_ring(cell, ring))]


def compile_models(folder: Path) -> dict[str, str]:
    """Spatial model -> SQL for a file called build.duckdb as of AS_OF, each after those it reads."""
    build, ledger = prepare(folder / "build.duckdb", City()), write_ledger(folder / "ledger.duckdb", [])
    variables = project_variables(SETTINGS, as_of=AS_OF, run_id="r", data_version="d")
    transform.write_profile(folder, build, {"ledger": ledger})
    named = {"--project-dir": transform.PROJECT, "--profiles-dir": folder, "--target-path": folder / "target", "--log-path": folder,
             "--log-level": "none", "--log-level-file": "none", "--vars": json.dumps(variables)}  # fmt: skip
    quiet = ["--no-send-anonymous-usage-stats", "--no-version-check", *map(str, sum(named.items(), ()))]
    for command, chosen in (
        ("seed", ["rules"]),
        ("compile", ["path:models/intermediate/spatial", "path:models/marts/spatial"]),
    ):
        result = transform.invoke([command, *quiet, "--select", *chosen])
        assert result.success, result.exception or [r.message for r in result.result if r.message]
    made = [r.node for r in result.result if str(r.node.resource_type) == "model"]
    return _ordered({node.relation_name.replace('"build".', ""): node.compiled_code for node in made})


def _ordered(models: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    while len(found) < len(models):
        for name, sql in models.items():
            needs = {n for n in re.findall(r'"build"\.("\w+"\."\w+")', sql) if n in models and n != name}
            if name not in found and needs <= set(found):
                found[name] = sql
    return found


def lay(folder: Path, models: dict[str, str], tickets: list[Row], *, areas: Iterable[Row] = (), listed: Iterable[Row] = (),
        scans: Iterable[Row] = (), artefacts: Iterable[Row] = (), as_of: dt.date = AS_OF) -> duckdb.DuckDBPyConnection:  # fmt: skip
    """A build file with these facts and all spatial models over them; the connection stays open."""
    con = duckdb.connect(str(folder / "build.duckdb"))
    con.execute(FACTS)
    con.execute(CALENDAR)
    con.execute(
        f"create table rules.rules as from read_csv('{RULES}', types={{'rule_value': 'double', 'version': 'varchar'}})"
    )
    for name in ("clusters", "artefacts"):
        con.execute(f"create table sense.{name} ({SENSE[name]})")
    for table, rows in (("marts.fct_tickets", tickets), ("marts.dim_area", areas), ("staging.stg_reference__areas", listed),
                        ("sense.clusters", scans), ("sense.artefacts", artefacts)):  # fmt: skip
        _insert(con, table, list(rows))
    views = [name for name in models if "int_grid_points" in name]
    for name in (*views, *(n for n in models if n not in views)):
        sql = models[name].replace(AS_OF.isoformat(), as_of.isoformat())
        con.execute(f"create {'view' if name in views else 'table'} {name} as {sql}")
        if name in views:
            write_cells(con)
    return con


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    import polars as pl

    if rows:
        frame = pl.DataFrame(rows, infer_schema_length=None)
        con.register("rows_to_write", frame)
        con.execute(f"insert into {table} by name from rows_to_write")
        con.unregister("rows_to_write")
