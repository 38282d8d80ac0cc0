"""Long series by week: which twelve to show first, and one of them at length."""

from __future__ import annotations

import datetime as dt
from statistics import NormalDist

import polars as pl

from dashboards.queries.marts import Marts

RECENT_WEEKS = 4
LEAST_PAST = 20  # past four-week sums needed to know how far they usually miss
LEAST_REPORTS = 10  # observed or expected: fewer in four weeks say little
ERROR_SHARE = 0.05  # chance that any of the series shown is called unusual though none is

# The lower half-width is the upper one: the daily lower limit is cut at zero and would make the sum's too narrow.
WEEKS = """
select s.category_key, c.category_name as series, date_trunc('week', s.date_on)::date as date_on, sum(s.observed) as observed, sum(s.expected) as expected,
    greatest(0, sum(s.expected) - sqrt(sum((s.upper - s.expected) ** 2))) as lower, sum(s.expected) + sqrt(sum((s.upper - s.expected) ** 2)) as upper
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


def recent_sums(frame: pl.DataFrame) -> pl.DataFrame:
    """The last four weeks of each category against what its earlier four-week sums missed by; most unusual first.

    A sum's miss is (observed - expected) / sqrt(expected + 1).  `distance` is the last miss over the root mean square of
    all earlier ones (at least 1, chance alone), so over-dispersion, correlation of days and a poor fit widen the range.
    `is_outside`: |distance| beyond the normal limit, shared out over the series judged (Bonferroni), on at least
    LEAST_REPORTS observed or expected and LEAST_PAST earlier sums.

    Returns:
        category_key, series, observed, expected, distance (null: too short a past), is_outside; small series last.
    """
    sums = frame.sort("category_key", "date_on").with_columns(
        pl.col("observed", "expected").cast(pl.Float64).rolling_sum(RECENT_WEEKS).over("category_key")
    )
    sums = sums.drop_nulls(["observed", "expected"]).with_columns(
        miss=(pl.col("observed") - pl.col("expected")) / (pl.col("expected") + 1).sqrt()
    )
    last = frame["date_on"].max()
    earlier = sums.filter(pl.col("date_on") <= last - dt.timedelta(weeks=RECENT_WEEKS))
    spread = earlier.group_by("category_key").agg((pl.col("miss") ** 2).mean().sqrt().clip(1).alias("spread"), pl.len())
    recent = sums.filter(pl.col("date_on") == last).join(
        spread.filter(pl.col("len") >= LEAST_PAST), on="category_key", how="left"
    )
    return _judged(recent)


def _judged(recent: pl.DataFrame) -> pl.DataFrame:
    is_large = pl.max_horizontal("observed", "expected") >= LEAST_REPORTS
    rows = recent.with_columns(distance=pl.col("miss") / pl.col("spread"), is_large=is_large)
    judged = rows.filter(pl.col("is_large") & pl.col("distance").is_not_null()).height
    limit = NormalDist().inv_cdf(1 - ERROR_SHARE / 2 / max(judged, 1))
    is_outside = (pl.col("is_large") & (pl.col("distance").abs() > limit)).fill_null(False)
    ranked = rows.with_columns(is_outside=is_outside, rank=pl.col("distance").abs().fill_null(-1)).sort(
        "is_large", "rank", "observed", "category_key", descending=[True, True, True, False]
    )
    return ranked.select("category_key", "series", "observed", "expected", "distance", "is_outside")


def forecast(marts: Marts, area_key: str, category_key: str) -> pl.DataFrame:
    """The next four weeks of one area × category."""
    return marts.frame(FORECASTS, area_key, category_key)


def events(marts: Marts, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Policies, events and breaks in the data that the city's calendar names."""
    return marts.frame(EVENTS, first, last)
