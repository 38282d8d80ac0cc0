"""Issues: one matter at one place, however many reported it."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.queries.marts import Marts

LEAST_REPORTS = 3  # within the span; fewer are no hot issue
SHOWN = 200

# hotter with more persons, with growth from one week to the next, and with intensity; copies alone count little
HOT = f"""
with given as (select ?::date as as_of, ?::integer as days, ? as area),
recent as (
    select issue_key, count(*) as reports, nullif(count(distinct person_hash), 0) as persons, avg(intensity_score) as intensity,
        count(*) filter (created_on > as_of - 7) as last_week, count(*) filter (created_on between as_of - 13 and as_of - 7) as week_before
    from marts.fct_tickets cross join given
    where is_demand and issue_key is not null and created_on > as_of - days and created_on <= as_of and area in ('*', district_key, street_key)
    group by issue_key having count(*) >= {LEAST_REPORTS}
)
select i.issue_key, coalesce(c.category_name, i.category_l3_key) as category, replace(i.place_key, '/', ' / ') as place, i.first_on, i.last_on,
    i.is_open, r.reports, r.persons, r.intensity, r.last_week, r.week_before,
    ln(1 + coalesce(r.persons, r.reports)) + ln((r.last_week + 1) / (r.week_before + 1)) + coalesce(r.intensity, 0) / 100 as heat
from recent r join marts.fct_issues i using (issue_key) left join marts.dim_category c on c.category_key = i.category_l3_key
order by heat desc, i.issue_key limit {SHOWN}
"""

TICKETS = """
select ticket_id, created_on, channel, status, title, text, case when person_hash is null then null else
    dense_rank() over (order by person_hash) end as person, elapsed_hours
from marts.fct_tickets where issue_key = ? order by created_at desc
"""

DAYS = """
select created_on as date_on, count(*) as reports, count(distinct person_hash) as persons from marts.fct_tickets
where issue_key = ? group by all order by 1
"""


def hot(marts: Marts, as_of: dt.date, *, days: int, area: str) -> pl.DataFrame:
    """Issues with at least LEAST_REPORTS reports in the days up to `as_of`, hottest first.

    Returns:
        issue_key, category, place, first_on, last_on, is_open, reports, persons (null: the source names no callers), intensity (0-100),
        last_week, week_before, heat (log persons + log growth + intensity / 100).
    """
    return marts.frame(HOT, as_of, days, area)


def tickets_of(marts: Marts, issue_key: str) -> pl.DataFrame:
    """The issue's tickets, masked, newest first; persons are numbers within the issue."""
    return marts.frame(TICKETS, issue_key)


def days_of(marts: Marts, issue_key: str) -> pl.DataFrame:
    """Reports and persons per day with any."""
    return marts.frame(DAYS, issue_key)
