"""What is likely next: the four weeks ahead, places like those of an alert, categories that follow each other."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.queries.marts import Marts
from dashboards.queries.names import PATH

RISE = 1.2  # times its usual weeks: what is shown as a risk
LEAST_EXPECTED = 10  # reports in four weeks; fewer say little
HISTORY_WEEKS = 52

# The bounds of a sum are the sums of the bounds: weeks err together, so independent errors would promise too much.
OUTLOOK = """
with ahead as (
    select area_key, category_key, min(period_start_on) as first_on, sum(expected) as expected, sum(lower) as lower, sum(upper) as upper,
        sum(usual) as usual
    from marts.mart_forecasts group by all
),
recent as (
    select area_key, category_key, sum(observed) as recent from marts.mart_series_days
    where date_on > ?::date - 28 group by all
)
select a.area_key, n.area_name as area, a.category_key, c.category_name as category, a.first_on, a.expected, a.lower, a.upper, a.usual,
    r.recent, a.expected / nullif(a.usual, 0) as ratio
from ahead a join marts.dim_area n using (area_key) join marts.dim_category c using (category_key)
    left join recent r on r.area_key = a.area_key and r.category_key = a.category_key
where c.category_level = ? and n.area_level = ?
"""

AHEAD = """
select period_start_on as date_on, null::double as observed, expected, lower, upper from marts.mart_forecasts
where area_key = ? and category_key = ? order by 1
"""

PAST = """
select ?::date - 7 * (1 + (?::date - date_on) // 7)::integer + 1 as date_on, sum(observed)::double as observed, sum(expected) as expected,
    greatest(0, sum(expected) - sqrt(sum((upper - expected) ** 2))) as lower, sum(expected) + sqrt(sum((upper - expected) ** 2)) as upper
from marts.mart_series_days where area_key = ? and category_key = ? and date_on > ?::date - 7 * ? and date_on <= ? group by 1 having count(*) = 7 order by 1
"""

PLACES = f"""
select position, {PATH.format(key="area_key")} as area, shared, tickets from marts.mart_similar_places where alert_id = ? order by position
"""

LISTED = """
select a.alert_id, a.raised_on, a.level, a.category, a.area_key, a.area, count(*) as places
from marts.mart_similar_places s join marts.mart_alerts a using (alert_id)
where a.signal_status is distinct from 'suspected_artefact' group by all order by a.level, a.raised_on desc, a.alert_id
"""

PAIRS = """
select l.known_on, a.category_name as cause, b.category_name as effect, l.window_days, l.episodes, l.observed, l.expected, l.lift, l.lower, l.upper,
    l.lift_before, l.q_value
from marts.mart_lead_lag l join marts.dim_category a on a.category_key = l.cause_category_key
    join marts.dim_category b on b.category_key = l.effect_category_key
where l.is_current order by l.lift desc, 2, 3
"""


def outlook(marts: Marts, as_of: dt.date, category_level: int, area_level: str) -> pl.DataFrame:
    """The next four weeks of each area × category beside four usual weeks and the last four; risks first, then the larger ones.

    Returns:
        area_key, area, category_key, category, first_on, expected, lower, upper, usual, recent, ratio (expected / usual), is_risk.
    """
    rows = marts.frame(OUTLOOK, as_of, category_level, area_level)
    is_risk = (pl.col("ratio") >= RISE) & (pl.col("expected") >= LEAST_EXPECTED)
    weight = pl.when(is_risk).then((pl.col("expected") - pl.col("usual")) / (pl.col("expected") + 1).sqrt())
    rows = rows.with_columns(is_risk=is_risk.fill_null(False), weight=weight.fill_null(-1.0))
    order = rows.sort("weight", "expected", "area_key", "category_key", descending=[True, True, False, False])
    return order.drop("weight")


def weeks_around(marts: Marts, as_of: dt.date, area_key: str, category_key: str) -> pl.DataFrame:
    """A year of weeks that end with the as-of day, then the four ahead (observed null): date_on, observed, expected, lower, upper."""
    past = marts.frame(PAST, as_of, as_of, area_key, category_key, as_of, HISTORY_WEEKS, as_of)
    return pl.concat([past, marts.frame(AHEAD, area_key, category_key)], how="vertical_relaxed")


def alerts_with_places(marts: Marts) -> pl.DataFrame:
    """Alerts for which similar places are known: alert_id, raised_on, level, category, area, places; the gravest first."""
    return marts.frame(LISTED)


def similar_places(marts: Marts, alert_id: str) -> pl.DataFrame:
    """Places like an alert's own that reported nothing of it for a year, likeliest first."""
    return marts.frame(PLACES, alert_id)


def pairs(marts: Marts) -> pl.DataFrame:
    """Categories of which one follows the other in the same street, as learnt last; strongest first."""
    return marts.frame(PAIRS)
