"""Where tickets are: a square grid of counts, single places, clusters."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.queries.marts import Marts

SCOPE = "created_on between ? and ? and is_demand and lat is not null and (? = '*' or ? in (category_l1_key, category_l2_key)) and (? = '*' or ? in (district_key, street_key))"

GRID = f"""
select round(lat / ?) * ? as lat, round(lon / ?) * ? as lon, count(*) as value from marts.fct_tickets where {SCOPE} group by 1, 2
"""

SPOTS = f"""
select round(lat, 4) as lat, round(lon, 4) as lon, max(place_key) as label, count(*) as value from marts.fct_tickets where {SCOPE} group by 1, 2 order by value desc limit 3000
"""

BY_AREA = """
select case when a.area_level = 'street' then a.area_key else a.area_name end as label, sum(d.reports) as value
from marts.fct_daily d join marts.dim_area a using (area_key) join marts.dim_category c using (category_key)
where d.area_level = ? and (d.category_key = ? or (? = '*' and c.category_level = 1)) and d.date_on between ? and ?
group by all having sum(d.reports) > 0 order by 2 desc, 1
"""

CLUSTERS = """
select k.cluster_id, k.category_key, c.category_name, k.start_on, k.end_on, k.lat, k.lon, k.radius_m, k.observed, k.expected, k.relative_risk, k.p_value, k.recurrence_days
from marts.mart_clusters k left join marts.dim_category c using (category_key) where k.end_on between ? and ? and (? = '*' or k.category_key = ?)
qualify row_number() over (partition by k.category_key, round(k.lat, 2), round(k.lon, 2) order by k.score desc) = 1 order by k.score desc limit 15
"""


def grid(
    marts: Marts, first: dt.date, last: dt.date, category: str, area: str, *, cell_km: float, at_lat: float
) -> pl.DataFrame:
    """Counts per square of `cell_km`: lat, lon (middle), value."""
    import math

    south = cell_km / 111.32
    east = south / math.cos(math.radians(at_lat))
    return marts.frame(GRID, south, south, east, east, first, last, category, category, area, area)


def spots(marts: Marts, first: dt.date, last: dt.date, category: str, area: str) -> pl.DataFrame:
    """Tickets per place (about 10 m): lat, lon, label, value; the 3,000 with most."""
    return marts.frame(SPOTS, first, last, category, category, area, area)


def by_area(marts: Marts, level: str, category: str, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Reports per area: label, value."""
    return marts.frame(BY_AREA, level, category, category, first, last)


def clusters(marts: Marts, first: dt.date, last: dt.date, category: str) -> pl.DataFrame:
    """Clusters that ended in the period, strongest first."""
    return marts.frame(CLUSTERS, first, last, category, category)


def located_share(marts: Marts, first: dt.date, last: dt.date) -> tuple[int, int]:
    """Tickets with a place, and all tickets, of the period."""
    rows = marts.frame(
        "select count(lat) as located, count(*) as tickets from marts.fct_tickets where created_on between ? and ? and is_demand",
        first,
        last,
    )
    return rows.row(0)
