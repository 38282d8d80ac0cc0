"""Foresight: the weeks ahead, written as tables of schema `sense`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.foresight import forecast_outlook
from flows.counts import Counts, city_features
from weisu.settings import Settings

if TYPE_CHECKING:
    import duckdb

HORIZON_WEEKS = 4
INTERVAL = np.array([0.025, 0.975])
FORECAST_SCHEMA = {
    "area_key": pl.String, "category_key": pl.String, "period_start_on": pl.Date, "horizon_weeks": pl.Int32,
    "expected": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "usual": pl.Float64,
}  # fmt: skip


def forecast_rows(con: duckdb.DuckDBPyConnection, counts: Counts, settings: Settings) -> pl.DataFrame:
    """The four weeks after the last counted day, per category of the city and its districts; sense.forecasts."""
    chosen = counts.pick(pl.col("area_level").is_in(["city", "district"]) & (pl.col("category_level") > 0))
    weeks, first = whole_weeks(chosen)
    if not weeks.size:
        return pl.DataFrame(schema=FORECAST_SCHEMA)
    starts = [first + dt.timedelta(days=7 * i) for i in range(weeks.shape[1] + HORIZON_WEEKS)]
    known = np.isfinite(weeks).any(axis=1)
    chosen, weeks = chosen.pick(pl.lit(pl.Series(known))), weeks[known]
    found = forecast_outlook(weeks, city_features(con, starts, settings), city_parents(chosen.keys), INTERVAL)
    series = np.repeat(np.arange(len(weeks)), HORIZON_WEEKS)
    return pl.DataFrame(
        {
            "area_key": chosen.keys["area_key"].gather(series),
            "category_key": chosen.keys["category_key"].gather(series),
            "period_start_on": starts[-HORIZON_WEEKS:] * len(weeks),
            "horizon_weeks": np.tile(np.arange(1, HORIZON_WEEKS + 1), len(weeks)),
            "expected": found.expected.ravel(),
            "lower": found.quantiles[:, :, 0].ravel(),
            "upper": found.quantiles[:, :, 1].ravel(),
            "usual": found.usual[series],
        },
        schema=FORECAST_SCHEMA,
    )


def whole_weeks(counts: Counts) -> tuple[np.ndarray, dt.date]:
    """Sums over the whole weeks that end with the last day [series, week] (NaN where a day was not observed), and their first day."""
    many = counts.values.shape[1] // 7
    skipped = counts.values.shape[1] - 7 * many
    sums = counts.values[:, skipped:].reshape(len(counts.values), many, 7).sum(axis=2)
    return sums, counts.since + dt.timedelta(days=skipped)


def city_parents(keys: pl.DataFrame) -> np.ndarray:
    """Index of the city's series of the same category for each series of a part, -1 for the city's own."""
    city = {
        category: row
        for row, (area, category) in enumerate(keys.select("area_key", "category_key").iter_rows())
        if area == "*"
    }
    pairs = keys.select("area_key", "category_key").iter_rows()
    return np.array([-1 if area == "*" else city.get(category, -1) for area, category in pairs], dtype=np.int64)
