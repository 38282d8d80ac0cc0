"""What the first page needs: figures with their previous values, freshness, what rises."""

from __future__ import annotations

import polars as pl

from dashboards.queries.marts import Marts

LATEST = """
with complete as (
    select max(k.period_start_on) as period_start_on from marts.mart_kpis k, marts.mart_publication p where k.period_type = ? and k.category_key = '*'
        and case k.period_type when 'week' then k.period_start_on + 6 else last_day(k.period_start_on) end <= p.as_of_on
)
select kpi_code, value, numerator, denominator, lower, upper, previous_value, year_ago_value, is_suppressed, period_start_on
from marts.mart_kpis join complete using (period_start_on) where period_type = ? and area_key = ? and category_key = '*' and unit is null
"""

RISING = """
with weeks as (
    select area_key, category_key, sum(observed) as observed, sum(expected) as expected, max(score) as score from marts.mart_series_days
    where date_on > (select max(date_on) from marts.mart_series_days) - 7 group by all
)
select w.*, a.area_name, c.category_name, w.observed / nullif(w.expected, 0) as ratio from weeks w
join marts.dim_area a using (area_key) join marts.dim_category c using (category_key)
where c.category_level = 2 and w.score is not null and w.observed >= 5 and w.observed > 1.3 * w.expected and a.area_level = ? order by (w.observed - w.expected) / sqrt(w.expected + 1) desc limit ?
"""


def latest_kpis(marts: Marts, area_key: str = "*", period_type: str = "week") -> dict[str, dict[str, object]]:
    """kpi_code -> its row of the newest complete period, all categories together."""
    return {
        row["kpi_code"]: row for row in marts.frame(LATEST, period_type, period_type, area_key).iter_rows(named=True)
    }


def rising(marts: Marts, *, area_level: str = "district", limit: int = 6) -> pl.DataFrame:
    """Area × category above expectation in the last seven days, most unusual first."""
    return marts.frame(RISING, area_level, limit)


def last_week(marts: Marts) -> pl.DataFrame:
    """The city's reports by day of the last 90 days against expectation, summed over the highest categories that the reader sees."""
    return marts.frame(
        """select date_on, sum(observed) as observed, sum(expected) as expected, sum(expected) - sqrt(sum((expected - lower) ** 2)) as lower,
        sum(expected) + sqrt(sum((upper - expected) ** 2)) as upper from marts.mart_series_days s join marts.dim_category c using (category_key)
        where area_key = '*' and c.category_level = (select min(category_level) from marts.mart_series_days join marts.dim_category using (category_key) where area_key = '*') and date_on > (select max(date_on) from marts.mart_series_days) - 90 group by 1 order by 1"""
    )
