"""Reading dense count matrices from a build, and writing frames back: the only I/O the detectors need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.series import Features, calendar_features
from weisu.settings import Settings

if TYPE_CHECKING:
    import duckdb

CELLS = """
with counted as (select created_on, category_l1_key, category_l2_key, district_key, street_key, count(*) as reports
                 from marts.fct_tickets anti join sense.artefacts using (ticket_key) where is_demand and created_on >= $since group by all),
     areas as (select created_on, category_l1_key, category_l2_key, unnest(list_distinct(['*', district_key, street_key])) as area_key, reports from counted),
     cells as (select area_key, created_on, unnest(list_distinct(['*', category_l1_key, category_l2_key])) as category_key, reports from areas)
select area_key, category_key, created_on, cast(sum(reports) as bigint) as reports from cells where area_key is not null and category_key is not null group by all
"""


HOLIDAYS = """
select date_on, 'holiday', holiday_name from marts.dim_calendar where holiday_name is not null
union all select date_on, 'makeup', '' from marts.dim_calendar where is_workday and isodow(date_on) > 5
order by 1
"""


@dataclass(frozen=True)
class Counts:
    """`values[series, day]` of the series `keys` (area_key, category_key) on consecutive days from `since`."""

    keys: pl.DataFrame  # area_key, category_key, area_level, category_level; row i is series i
    values: np.ndarray
    since: dt.date

    @property
    def days(self) -> list[dt.date]:
        return [self.since + dt.timedelta(days=i) for i in range(self.values.shape[1])]

    def index(self, on: dt.date) -> int:
        """Position of a day; days before the first are 0."""
        return max(0, (on - self.since).days)

    def pick(self, rows: pl.Expr) -> Counts:
        """The series that `rows` selects."""
        chosen = self.keys.with_row_index("series").filter(rows)
        return Counts(chosen.drop("series"), self.values[chosen["series"].to_numpy()], self.since)


def read_counts(con: duckdb.DuckDBPyConnection, keys: pl.DataFrame, *, since: dt.date, until: dt.date) -> Counts:
    """Demand per day of each key, artefacts left out, zeros filled; days before a category first occurs in the city are NaN (not covered).

    Args:
        keys: area_key, category_key and whatever else the caller wants kept beside a series.
    """
    cells = con.execute(CELLS, {"since": since}).pl().with_columns(day=(pl.col("created_on") - since).dt.total_days())
    values = np.zeros((keys.height, (until - since).days + 1), dtype=np.float64)
    own = cells.join(keys.with_row_index("series"), on=["area_key", "category_key"])
    values[own["series"].to_numpy(), own["day"].to_numpy()] = own["reports"].to_numpy()
    begins = keys.join(
        cells.group_by("category_key").agg(pl.col("day").min()), on="category_key", how="left", maintain_order="left"
    )["day"]
    values[np.arange(values.shape[1]) < begins.fill_null(0).to_numpy()[:, None]] = np.nan
    return Counts(keys, values, since)


def city_features(con: duckdb.DuckDBPyConnection, days: Sequence[dt.date], settings: Settings) -> Features:
    """Calendar features of the city: its own list and the built-in holidays, as marts.dim_calendar joins them."""
    return calendar_features(days, settings.city.region, con.execute(HOLIDAYS).fetchall())


def write_table(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Replace one table of schema `sense`."""
    con.register("frame_to_write", frame)
    con.execute(f"create or replace table sense.{name} as from frame_to_write")
    con.unregister("frame_to_write")
