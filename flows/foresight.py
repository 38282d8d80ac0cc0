"""Foresight: the weeks ahead, and which category follows which; tables of schema `sense`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.foresight import forecast_outlook
from detectors.foresight.lead_lag import lead_lag
from detectors.foresight.rolling import HORIZON
from detectors.judge.inputs import KnownPair
from flows.counts import Counts, city_features
from flows.tickets import TicketTable, day_number
from weisu.settings import Settings

if TYPE_CHECKING:
    import duckdb

INTERVAL = np.array([0.025, 0.975])
FORECAST_SCHEMA = {
    "area_key": pl.String, "category_key": pl.String, "period_start_on": pl.Date, "horizon_weeks": pl.Int32,
    "expected": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "usual": pl.Float64,
}  # fmt: skip
PAIR_SCHEMA = {
    "known_on": pl.Date, "cause_category_key": pl.String, "effect_category_key": pl.String, "window_days": pl.Int32, "episodes": pl.Int64,
    "observed": pl.Float64, "expected": pl.Float64, "lift": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "lift_before": pl.Float64,
    "p_value": pl.Float64, "q_value": pl.Float64,
}  # fmt: skip
LEARNT_FROM_DAYS = 1461  # before a learning day; the same whenever the build is made
PAIRS_EVERY_DAYS = 84  # pairs are learnt anew on days fixed by the calendar, so that a replay agrees with daily builds


def forecast_rows(con: duckdb.DuckDBPyConnection, counts: Counts, settings: Settings) -> pl.DataFrame:
    """The four weeks after the last counted day, per category of the city and its districts; sense.forecasts."""
    chosen = counts.pick(pl.col("area_level").is_in(["city", "district"]) & (pl.col("category_level") > 0))
    weeks, first = whole_weeks(chosen)
    if not weeks.size:
        return pl.DataFrame(schema=FORECAST_SCHEMA)
    starts = [first + dt.timedelta(days=7 * i) for i in range(weeks.shape[1] + HORIZON)]
    known = np.isfinite(weeks).any(axis=1)
    chosen, weeks = chosen.pick(pl.lit(pl.Series(known))), weeks[known]
    found = forecast_outlook(weeks, city_features(con, starts, settings), city_parents(chosen.keys), INTERVAL)
    series = np.repeat(np.arange(len(weeks)), HORIZON)
    return pl.DataFrame(
        {
            "area_key": chosen.keys["area_key"].gather(series),
            "category_key": chosen.keys["category_key"].gather(series),
            "period_start_on": starts[-HORIZON:] * len(weeks),
            "horizon_weeks": np.tile(np.arange(1, HORIZON + 1), len(weeks)),
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


def pair_rows(counts: Counts, *, start: dt.date, as_of: dt.date) -> pl.DataFrame:
    """Which category follows which, as known on each learning day that counts between `start` and `as_of`; sense.lead_lag."""
    streets = counts.pick((pl.col("area_level") == "street") & (pl.col("category_level") == 2))
    areas, categories = (streets.keys[name].unique().sort() for name in ("area_key", "category_key"))
    cube = np.zeros((len(areas), len(categories), streets.values.shape[1]))
    area, category = (
        streets.keys[name].replace_strict(names, np.arange(len(names)), return_dtype=pl.Int64).to_numpy()
        for name, names in (("area_key", areas), ("category_key", categories))
    )
    cube[area, category] = np.nan_to_num(streets.values)
    frames = [pl.DataFrame(schema=PAIR_SCHEMA)]
    for known_on in learning_days(start, as_of):
        end = counts.index(known_on)
        past = cube[:, :, max(0, end - LEARNT_FROM_DAYS) : end]
        found = lead_lag(past) if past.size else None
        if found is None or not len(found):
            continue
        numbers = {name: getattr(found, name) for name in list(PAIR_SCHEMA)[3:]}
        named = {
            "cause_category_key": categories.gather(found.cause),
            "effect_category_key": categories.gather(found.effect),
        }
        frames.append(pl.DataFrame({"known_on": [known_on] * len(found), **named, **numbers}, schema=PAIR_SCHEMA))
    return pl.concat(frames)


def learning_days(start: dt.date, as_of: dt.date) -> list[dt.date]:
    """The days fixed by the calendar on which pairs are learnt: the last one before `start`, and those up to `as_of`."""
    first = start.toordinal() - start.toordinal() % PAIRS_EVERY_DAYS
    return [dt.date.fromordinal(n) for n in range(first, as_of.toordinal() + 1, PAIRS_EVERY_DAYS)]


def known_pairs(con: duckdb.DuckDBPyConnection, table: TicketTable) -> tuple[KnownPair, ...]:
    """The pairs of sense.lead_lag for the judgement."""
    rows = con.execute(
        "select known_on, cause_category_key, effect_category_key, window_days, lift from sense.lead_lag order by all"
    ).fetchall()
    return tuple(
        KnownPair(day_number(on), table.category(cause), table.category(effect), days, lift)
        for on, cause, effect, days, lift in rows
    )
