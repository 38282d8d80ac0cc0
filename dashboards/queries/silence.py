"""Where less is heard than from peers: silent cells, how readily people report, and how long routine demands wait."""

from __future__ import annotations

import polars as pl

from dashboards.queries.marts import Marts
from dashboards.queries.names import PATH

LEAST_EXPECTED = 5  # reports of 13 weeks; fewer say little
SHOWN = 100

NAME = f"case when a.area_level = 'street' then {PATH.format(key='a.area_key')} else a.area_name end as area"
SILENT = f"""
select a.area_key, {NAME}, c.category_key, c.category_name as category, s.reports_13w, s.expected_13w, s.probability, s.verdict, s.is_population_based,
    s.official_reports_13w, s.usual_official_reports_13w, s.phone_share_13w, s.usual_phone_share_13w
from marts.mart_silence s join marts.dim_area a using (area_key) join marts.dim_category c using (category_key)
where s.verdict is not null and s.expected_13w >= {LEAST_EXPECTED} and a.area_level = ? and c.category_level = ?
order by s.verdict = 'silent' desc, s.probability desc, s.expected_13w desc, a.area_key, c.category_key limit {SHOWN}
"""
JUDGED = """
select count(*) as n from marts.mart_silence s join marts.dim_area a using (area_key) join marts.dim_category c using (category_key)
where s.probability is not null and a.area_level = ? and c.category_level = ?
"""
RATES = f"""
select {NAME}, r.cases, r.duplicates, r.expected_duplicates, r.relative_rate, r.delay_days
from marts.mart_reporting_rates r join marts.dim_area a using (area_key) where r.category_key = '*' and a.area_level = ? order by r.relative_rate, a.area_key
"""
GAPS = f"""
select {NAME}, g.routine_tickets, g.hot_tickets, g.routine_median_days, g.routine_over_days, g.hot_median_days, g.hot_over_days, g.routine_gap_days, g.p_value
from marts.mart_routine_gaps g join marts.dim_area a using (area_key) where a.area_level = ? order by g.routine_gap_days desc nulls last, a.area_key
"""


def silent(marts: Marts, area_level: str, category_level: int) -> pl.DataFrame:
    """Cells with a verdict, confirmed ones first, then the surest; at most 100."""
    return marts.frame(SILENT, area_level, category_level)


def judged(marts: Marts, area_level: str, category_level: int) -> int:
    """How many cells were looked at."""
    return marts.frame(JUDGED, area_level, category_level)["n"].item()


def reporting_rates(marts: Marts, area_level: str) -> pl.DataFrame:
    """How readily the people of each area report what others have reported, the least ready first."""
    return marts.frame(RATES, area_level)


def routine_gaps(marts: Marts, area_level: str) -> pl.DataFrame:
    """Waiting days of seldom and of frequent categories, the widest gap first."""
    return marts.frame(GAPS, area_level)
