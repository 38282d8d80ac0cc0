"""Indicators of units, districts, streets and categories, each beside what the city would make of the same tickets."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.queries.marts import Marts
from dashboards.queries.names import PATH

WORSE_WHEN_HIGH = ("redo_share", "recurrence_share")
SHARES = ("on_time_share", "solved_share", "satisfied_share", "contacted_share", "composite_rate", "closed_1d_share", "closed_3d_share",
          "dispatch_in_time_share", "contacted_24h_share", "joint_on_time_share", "redo_share", "recurrence_share")  # fmt: skip
GROUPS_OF_AREAS = ("district", "street", "category")
GROUPS = ("unit", *GROUPS_OF_AREAS)  # units are of the whole city

PERIODS = """
select distinct period_start_on, is_complete from marts.mart_kpis
where period_type = ? and area_key = '*' and category_key = '*' and unit is null order by 1 desc
"""

# exactly one of the four is what a group compares
IS_GROUP = """
case ? when 'unit' then k.unit is not null
    when 'category' then k.unit is null and k.area_key = '*' and c.category_level = 2
    else k.unit is null and k.category_key = '*' and a.area_level = ? end
"""
KEY = "case ? when 'unit' then k.unit when 'category' then k.category_key else k.area_key end"
ROWS = """
from marts.mart_kpis k left join marts.dim_area a using (area_key) left join marts.dim_category c using (category_key)
where k.period_type = ? and k.period_start_on = ?
"""
VALUES = "k.value, k.numerator, k.denominator, k.lower, k.upper, k.expected_value, k.previous_value, k.year_ago_value"

CODES = f"select distinct k.kpi_code {ROWS} and {IS_GROUP} and not k.is_suppressed"
COMPARED = f"""
select {KEY} as key, case ? when 'unit' then k.unit when 'category' then c.category_name when 'street' then {PATH.format(key="k.area_key")} else a.area_name end as name,
    {VALUES} {ROWS} and {IS_GROUP} and k.kpi_code = ? and not k.is_suppressed and k.value is not null
order by key
"""
SHEET = f"select k.kpi_code, {VALUES} {ROWS} and {IS_GROUP} and {KEY} = ? and not k.is_suppressed order by 1"
WITHHELD = f"select count(*) as n {ROWS} and {IS_GROUP} and k.kpi_code = ? and k.is_suppressed"
CITY = f"select k.kpi_code, {VALUES} {ROWS} and k.unit is null and k.area_key = '*' and k.category_key = '*' and not k.is_suppressed"


def periods(marts: Marts, period_type: str) -> dict[dt.date, bool]:
    """First day -> whether the period had ended, newest first."""
    return dict(marts.frame(PERIODS, period_type).iter_rows())


def codes(marts: Marts, period_type: str, start: dt.date, group: str) -> list[str]:
    """The shares that a group has, in the order of `SHARES`."""
    found = set(marts.frame(CODES, period_type, start, group, group)["kpi_code"])
    return [code for code in SHARES if code in found]


def compared(marts: Marts, period_type: str, start: dt.date, group: str, code: str) -> pl.DataFrame:
    """One share of every member of a group, what is furthest on the worse side of its expectation first.

    Returns:
        key, name, value, numerator, denominator, lower, upper (95 %), expected_value, previous_value, year_ago_value, and
        verdict: `worse` or `better` where the interval leaves out the expectation, `usual` where it holds it, null without one.
    """
    rows = marts.frame(COMPARED, group, group, period_type, start, group, group, code)
    sign = -1.0 if code in WORSE_WHEN_HIGH else 1.0
    distance = sign * (pl.col("value") - pl.col("expected_value")) / (pl.col("upper") - pl.col("lower"))
    is_apart = (pl.col("expected_value") < pl.col("lower")) | (pl.col("expected_value") > pl.col("upper"))
    verdict = pl.when(is_apart & (distance < 0)).then(pl.lit("worse")).when(is_apart).then(pl.lit("better"))
    known = rows.with_columns(distance=distance, verdict=verdict.when(is_apart.is_not_null()).then(pl.lit("usual")))
    return known.sort("distance", "key", nulls_last=True).drop("distance")


def withheld(marts: Marts, period_type: str, start: dt.date, group: str, code: str) -> int:
    """How many members have too few tickets for this share."""
    return marts.frame(WITHHELD, period_type, start, group, group, code)["n"].item()


def sheet(marts: Marts, period_type: str, start: dt.date, group: str, key: str) -> pl.DataFrame:
    """All indicators of one member of a group."""
    return marts.frame(SHEET, period_type, start, group, group, group, key)


def city(marts: Marts, period_type: str, start: dt.date) -> dict[str, dict]:
    """kpi_code -> its row of the whole city."""
    return {row["kpi_code"]: row for row in marts.frame(CITY, period_type, start).iter_rows(named=True)}
