"""What each cell expected of each period.  Periods of which something new is known are expected anew; of the others the last publication tells."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.series import Features, PeriodConfig, shrinkage_alpha
from detectors.series.periods import PeriodExpectations
from detectors.series.sequential import SeriesConfig
from flows.breaks import Break, period_expectations
from flows.counts import Counts, write_table

if TYPE_CHECKING:
    import duckdb

CONFIG = PeriodConfig(
    series=replace(SeriesConfig(), refit_every=84)
)  # the shape of a year moves slowly: four fits a year do
PERIODS = "select distinct period_type, period_start_on, period_end_on from intermediate.int_cell_periods order by all"
MET = "select area_key, category_key, first_on from intermediate.int_spine_pairs"
VALUES = tuple(field.name for field in fields(PeriodExpectations))  # observed, expected, …: [series, period] each
STANDING = f"select area_key, category_key, period_type, period_start_on, {', '.join(VALUES)} from published.marts.mart_expectations"


def write_expectations(
    con: duckdb.DuckDBPyConnection,
    counts: Counts,
    features: Features,
    breaks: list[Break],
    *,
    until: dt.date | None = None,
) -> None:
    """Write `sense.cell_expectations`: one row per cell and period from the one in which area and category met.

    Args:
        until: the first day of which something new is known; periods that ended before it are read from the attached `published`.
    """
    periods = con.execute(PERIODS).pl().filter(pl.col("period_start_on") > counts.since)
    met = counts.keys.join(con.execute(MET).pl(), on=["area_key", "category_key"], how="left", maintain_order="left")
    # no area expects a category before it met it
    is_met = periods["period_end_on"].to_numpy() >= met["first_on"].to_numpy()[:, None]
    stands = (periods["period_end_on"] < until).to_numpy() if until else np.zeros(periods.height, dtype=bool)
    found = _published(con, counts, periods, is_met & stands) if stands.any() else None
    if found is None:
        stands[:], found = False, {name: np.full(is_met.shape, np.nan) for name in VALUES}
    new = period_expectations(counts, features, _spans(counts, periods.filter(~stands)), breaks, CONFIG)
    for name in VALUES:
        found[name][:, ~stands] = getattr(new, name)
        found[name][~is_met] = np.nan
    write_table(con, "cell_expectations", _rows(counts, periods, is_met, found))


def _published(
    con: duckdb.DuckDBPyConnection, counts: Counts, periods: pl.DataFrame, wanted: np.ndarray
) -> dict[str, np.ndarray] | None:
    """What was published of the wanted cells and periods; None when it does not hold all of them."""
    rows = (
        con.execute(STANDING)
        .pl()
        .join(counts.keys.with_row_index("series"), on=["area_key", "category_key"])
        .join(periods.with_row_index("period"), on=["period_type", "period_start_on"])
    )
    at = rows["series"].to_numpy(), rows["period"].to_numpy()
    is_told = np.zeros(wanted.shape, dtype=bool)
    is_told[at] = True
    if not is_told[wanted].all():
        return None
    found = {name: np.full(wanted.shape, np.nan) for name in VALUES}
    for name in VALUES:
        found[name][at] = rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return found


def _spans(counts: Counts, periods: pl.DataFrame) -> np.ndarray:
    """Half-open ranges of steps; a period that is not over ends with the last day."""
    ends = [(counts.index(first), counts.index(last) + 1) for _, first, last in periods.iter_rows()]
    return np.minimum(np.array(ends, dtype=np.int64).reshape(-1, 2), counts.values.shape[1])


def _rows(counts: Counts, periods: pl.DataFrame, is_met: np.ndarray, found: dict[str, np.ndarray]) -> pl.DataFrame:
    group = counts.keys["category_key"].rank("dense").to_numpy().astype(np.int64) - 1
    alpha = np.empty(is_met.shape)
    for kind in periods["period_type"].unique():
        columns = (periods["period_type"] == kind).to_numpy()
        alpha[:, columns] = shrinkage_alpha(found["observed"][:, columns], found["expected"][:, columns], group)[group]
    series, shown = np.nonzero(is_met)
    return (
        pl.DataFrame(
            {
                **{name: counts.keys[name].gather(series) for name in ("area_key", "category_key")},
                **{name: periods[name].gather(shown) for name in ("period_type", "period_start_on")},
                **{name: values[series, shown] for name, values in found.items()},
                "alpha": alpha[series, shown],
            }
        )
        .with_columns(pl.col(pl.Float64).fill_nan(None))
        .cast({"is_low_confidence": pl.Boolean})
    )
