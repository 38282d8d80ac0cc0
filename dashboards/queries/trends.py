"""Long series by week: which twelve to show first, and one of them at length."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.queries.marts import Marts

WEEKS = """
select s.category_key, c.category_name as series, date_trunc('week', s.date_on)::date as date_on, sum(s.observed) as observed, sum(s.expected) as expected,
    greatest(0, sum(s.expected) - sqrt(sum((s.expected - s.lower) ** 2))) as lower, sum(s.expected) + sqrt(sum((s.upper - s.expected) ** 2)) as upper
from marts.mart_series_days s join marts.dim_category c using (category_key)
where s.area_key = ? and c.category_level = ? and s.date_on >= ? group by all having count(*) = 7 order by 1, 3
"""

FORECASTS = """
select period_start_on as date_on, horizon_weeks, expected, lower, upper, usual from marts.mart_forecasts
where area_key = ? and category_key = ? order by 1
"""

EVENTS = "select date_on, event_name as name from marts.dim_calendar where event_name is not null and date_on between ? and ? order by 1"


def weeks(marts: Marts, area_key: str, category_level: int, first: dt.date) -> pl.DataFrame:
    """Observed and expected per whole week and category of one area."""
    return marts.frame(WEEKS, area_key, category_level, first)


def most_unusual(frame: pl.DataFrame, *, limit: int = 12, recent_weeks: int = 4) -> list[str]:
    """Category keys whose last weeks lie farthest from expectation, in units of its square root; larger series first in ties."""
    if frame.is_empty():
        return []
    last = frame["date_on"].max() - dt.timedelta(weeks=recent_weeks)
    excess = (pl.col("observed").sum() - pl.col("expected").sum()).abs() / (pl.col("expected").sum() + 1).sqrt()
    recent = (
        frame.filter(pl.col("date_on") > last)
        .group_by("category_key")
        .agg(excess.alias("excess"), pl.col("observed").sum())
    )
    return (
        recent.sort("excess", "observed", "category_key", descending=[True, True, False])
        .head(limit)["category_key"]
        .to_list()
    )


def recent_sums(frame: pl.DataFrame) -> pl.DataFrame:
    """Per category the sums of some weeks, and whether they lie outside the band of the sum (half-widths add as independent errors)."""
    up, down = pl.col("upper") - pl.col("expected"), pl.col("expected") - pl.col("lower")
    sums = frame.group_by("category_key", "series").agg(
        pl.col("observed").sum(),
        pl.col("expected").sum(),
        (up**2).sum().sqrt().alias("up"),
        (down**2).sum().sqrt().alias("down"),
    )
    above, below = (
        pl.col("observed") > pl.col("expected") + pl.col("up"),
        pl.col("observed") < pl.col("expected") - pl.col("down"),
    )
    return sums.with_columns(is_outside=above | below)


def forecast(marts: Marts, area_key: str, category_key: str) -> pl.DataFrame:
    """The next four weeks of one area × category."""
    return marts.frame(FORECASTS, area_key, category_key)


def events(marts: Marts, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Policies, events and breaks in the data that the city's calendar names."""
    return marts.frame(EVENTS, first, last)
