"""Sense: what the detectors say of the facts; reads matrices, calls, writes tables of schema `sense`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.judge.inputs import Context
from detectors.judge.window import index_tickets
from detectors.series import AlarmConfig, Features, attribute_change, change_points
from detectors.space.config import ScanConfig
from flows.breaks import Break, read_breaks, rebased, scored_days, without_outages
from flows.cells import write_cells
from flows.counts import Counts, city_features, read_counts, write_table
from flows.expectations import write_expectations
from flows.foresight import forecast_rows, pair_rows
from flows.scans import scan_clusters
from flows.standing import Standing
from flows.tickets import TicketTable, artefact_rows, day_number, read_tickets
from weisu.settings import Settings
from weisu.warehouse import connect

if TYPE_CHECKING:
    import duckdb

BURN_IN_DAYS = 42  # alert states and cool-downs start this long before the first day that is shown
SHOWN_DAYS = 730  # observed against expected in the app
LEARNED_YEARS = 6  # before this one: no detector looks further back; whole years, so that no day moves what stands
LEAST_REPORTS_A_YEAR = 12  # sparser street series are left to the scan
KEYS = "select area_key, category_key, area_level, category_level from intermediate.int_spine_pairs order by all"

FindStanding = Callable[["duckdb.DuckDBPyConnection"], Standing | None]


def run(
    build: Path,
    settings: Settings,
    *,
    as_of: dt.date,
    alert_from: dt.date,
    memory: Path | None = None,
    find_standing: FindStanding = lambda con: None,
) -> Standing | None:
    """Fill schema `sense` of a build file.

    Args:
        memory: holds the scans of earlier builds.
        find_standing: told once artefacts are marked; what stands of the last publication is not expected again, and returned.
    """
    con = connect(build)
    try:
        con.execute("create schema if not exists sense")
        first = con.execute("select min(created_on) from marts.fct_tickets").fetchone()[0]
        table = read_tickets(con, settings, since=first)
        write_table(con, "artefacts", artefact_rows(table))
        write_cells(con)
        stands = find_standing(con)
        breaks = read_breaks(con)
        counts, features = _counted(con, settings, breaks, as_of)
        start = alert_from - dt.timedelta(days=BURN_IN_DAYS)
        write_table(con, "series_days", _series_days(counts, breaks, features, settings, as_of, start))
        write_expectations(con, counts, features, breaks, until=stands.until if stands else None)
        level = rebased(counts, breaks, features, until=counts.values.shape[1])
        write_table(con, "forecasts", forecast_rows(con, level, settings))
        write_table(con, "lead_lag", pair_rows(counts, start=start, as_of=as_of))
        write_table(con, "clusters", _clusters(table, settings, start=max(first, start), as_of=as_of, memory=memory))
        write_table(con, "change_points", _change_points(con, settings, first, as_of))
        return stands
    finally:
        con.close()


def expect_all(build: Path, settings: Settings, *, as_of: dt.date) -> None:
    """Expect every period anew in a build that was sensed: nothing stands after all."""
    con = connect(build)
    try:
        breaks = read_breaks(con)
        write_expectations(con, *_counted(con, settings, breaks, as_of), breaks)
    finally:
        con.close()


def _counted(
    con: duckdb.DuckDBPyConnection, settings: Settings, breaks: list[Break], as_of: dt.date
) -> tuple[Counts, Features]:
    """Daily counts of every pair of area and category, and the calendar of the same days."""
    first = con.execute("select min(created_on) from marts.fct_tickets").fetchone()[0]
    since = max(first, dt.date(as_of.year - LEARNED_YEARS, 1, 1))
    counts = without_outages(read_counts(con, con.execute(KEYS).pl(), since=since, until=as_of), breaks)
    return counts, city_features(con, counts.days, settings)


def _series_days(
    counts: Counts, breaks: list[Break], features: Features, settings: Settings, as_of: dt.date, start: dt.date
) -> pl.DataFrame:
    wide = counts.pick(pl.col("area_level").is_in(["city", "district"]) & (pl.col("category_level") > 0))
    judged = counts.index(start)
    recent = np.nansum(counts.values[:, max(0, judged - 365) : judged], axis=1)  # known before the first judged day
    busy = counts.keys.with_columns(recent=pl.Series(recent))["recent"] >= LEAST_REPORTS_A_YEAR
    narrow = counts.pick((pl.col("area_level") == "street") & (pl.col("category_level") == 2) & pl.lit(busy))
    shown_from = min(start, as_of - dt.timedelta(days=SHOWN_DAYS))
    return pl.concat(
        [
            _scored(part, breaks, features, settings, part.index(begin))
            for part, begin in ((wide, shown_from), (narrow, start))
            if part.keys.height
        ]
    )


def _scored(counts: Counts, breaks: list[Break], features: Features, settings: Settings, first: int) -> pl.DataFrame:
    first = min(first, counts.values.shape[1] - 1)
    days = scored_days(counts, features, breaks, first, replace(AlarmConfig(), budget=settings.alerts.budget))
    series, shown = days.expected.shape
    columns = {
        name: getattr(days, name).ravel() for name in ("expected", "lower", "upper", "score", "is_alarm", "state")
    }
    frame = counts.keys.select("area_key", "category_key")
    return pl.DataFrame(
        {
            "area_key": frame["area_key"].gather(np.repeat(np.arange(series), shown)),
            "category_key": frame["category_key"].gather(np.repeat(np.arange(series), shown)),
            "date_on": counts.days[first:] * series,
            "observed": counts.values[:, first:].ravel(),
            **columns,
        }
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def _clusters(
    table: TicketTable, settings: Settings, *, start: dt.date, as_of: dt.date, memory: Path | None
) -> pl.DataFrame:
    radii = tuple(r for r in ScanConfig().radii_m if r <= settings.alerts.scan_radius_m)
    judged = range(day_number(start), day_number(as_of) + 1)
    index = index_tickets(table.arrays, Context(table.tree, table.names), table.marks)
    return scan_clusters(table, index, judged, replace(ScanConfig(), radii_m=radii), memory)


def _change_points(con: duckdb.DuckDBPyConnection, settings: Settings, first: dt.date, as_of: dt.date) -> pl.DataFrame:
    keys = con.execute(f"select * from ({KEYS}) where area_key = '*' and category_level > 0").pl()
    counts = read_counts(con, keys, since=first, until=as_of)
    found = change_points(counts.values, city_features(con, counts.days, settings)) if keys.height else []
    con.execute(PARTS)
    rows = []
    for change in found:
        category = keys["category_key"][change.series]
        told = attribute_change(_parts(con, category, counts), change.index)
        days = [counts.days[min(i, len(counts.days) - 1)] for i in (change.index, change.earliest, change.latest)]
        rows.append(
            ("*", category, *days, change.before_mean, change.after_mean, change.ratio, told.driver, told.verdict)
        )
    schema = {
        "area_key": pl.String,
        "category_key": pl.String,
        "changed_on": pl.Date,
        "earliest_on": pl.Date,
        "latest_on": pl.Date,
        "before_mean": pl.Float64,
        "after_mean": pl.Float64,
        "ratio": pl.Float64,
        "driver": pl.String,
        "verdict": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


PARTS = """
create or replace temp table part_cells as
select created_on, category_l1_key, category_l2_key, coalesce(channel, '?') as channel, coalesce(district_key, '?') as area, count(*) as n
from marts.fct_tickets anti join sense.artefacts using (ticket_key) where is_demand group by all
"""


def _parts(con: duckdb.DuckDBPyConnection, category: str, counts: Counts) -> dict[str, dict[str, np.ndarray]]:
    parts: dict[str, dict[str, np.ndarray]] = {}
    for dimension in ("channel", "area"):
        cells = con.execute(
            f"select {dimension} as part, created_on, cast(sum(n) as bigint) as n from part_cells "
            "where $category in (category_l1_key, category_l2_key) group by all",
            {"category": category},
        ).pl()
        parts[dimension] = {}
        for (part,), group in cells.group_by("part"):
            values = parts[dimension].setdefault(str(part), np.zeros(counts.values.shape[1]))
            values[(group["created_on"] - counts.since).dt.total_days().to_numpy()] = group["n"].to_numpy()
    return parts
