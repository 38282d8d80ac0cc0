"""The alerts of a publication and the evidence of one alert."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.queries.marts import Marts

ALERTS = """
select alert_id, raised_on, last_on, level, signals, classes, category_key, category, area_key, area, area_level, window_start_on, window_end_on,
    observed, expected, ratio, score, persons, places, composite_score, signal_status, artefact_reason, status, owner, sector_unit, territory_unit,
    legal_basis, review_due_hours, send_due_hours, feedback_due_hours, title_zh, title_en, why_zh, why_en, cast(evidence as varchar) as evidence, lat, lon, radius_m
from marts.mart_alerts order by raised_on desc, alert_id
"""

TICKETS = """
select t.ticket_id, t.created_on, t.channel, coalesce(t.category_l3_key, t.category_l2_key) as category_l3_key, t.street_key, t.place_key, t.status, t.title, t.text, t.lat, t.lon, t.person_hash, t.elapsed_hours, t.is_overdue
from marts.mart_alert_tickets a join marts.fct_tickets t using (ticket_key) where a.alert_id = ? order by t.created_at desc
"""

SERIES = """
select date_on, observed, expected, lower, upper from marts.mart_series_days
where area_key = ? and category_key = ? and date_on between ? and ? order by date_on
"""

SIMILAR = """
select alert_id, raised_on, level, area_key, area, observed, expected, ratio, status from marts.mart_alerts
where category_key = ? and alert_id <> ? and raised_on <= ? order by raised_on desc limit 10
"""


def alerts(marts: Marts) -> pl.DataFrame:
    """All alerts, newest first."""
    return marts.frame(ALERTS)


def published_acts(marts: Marts) -> pl.DataFrame:
    """Acts that the publication already knows."""
    return marts.frame("select * from marts.mart_alert_acts order by alert_id, position")


def tickets_of(marts: Marts, alert_id: str) -> pl.DataFrame:
    """The alert's tickets, masked, newest first."""
    return marts.frame(TICKETS, alert_id)


def series(marts: Marts, area_key: str, category_key: str, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Observed and expected per day of one area × category."""
    return marts.frame(SERIES, area_key, category_key, first, last)


def similar(marts: Marts, alert_id: str, category_key: str, raised_on: dt.date) -> pl.DataFrame:
    """Earlier alerts of the same category, newest first, at most ten."""
    return marts.frame(SIMILAR, category_key, alert_id, raised_on)


def changes(marts: Marts, area_key: str, category_key: str) -> pl.DataFrame:
    """Change points of one area × category."""
    return marts.frame(
        "select * from marts.mart_change_points where area_key = ? and category_key = ? order by changed_on",
        area_key,
        category_key,
    )


def background(marts: Marts) -> pl.DataFrame:
    """A spread of ticket places that shows the city's shape; lat, lon, at most 3,000."""
    return marts.frame(
        "select distinct round(lat, 3) as lat, round(lon, 3) as lon from marts.fct_tickets where lat is not null order by hash(round(lat, 3), round(lon, 3)) limit 3000"
    )


def area_labels(marts: Marts, level: str) -> pl.DataFrame:
    """Names at centroids, those with most tickets first: lat, lon, label."""
    return marts.frame(
        """select a.lat, a.lon, a.area_name as label from marts.dim_area a left join marts.fct_tickets t on a.area_key in (t.district_key, t.street_key)
        where a.area_level = ? and a.lat is not null group by all order by count(t.ticket_key) desc, 3""",
        level,
    )


def area_with_series(marts: Marts, area_key: str, category_key: str) -> str | None:
    """The area itself, or the nearest one above it, that has a daily series of the category; None when there is none."""
    parents = dict(marts.frame("select area_key, parent_area_key from marts.dim_area").iter_rows())
    known = set(
        marts.frame("select distinct area_key from marts.mart_series_days where category_key = ?", category_key)[
            "area_key"
        ]
    )
    at: str | None = area_key
    while at is not None and at not in known:
        at = parents.get(at) if at != "*" else None
    return at
