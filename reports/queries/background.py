"""The slower picture: long-standing issues, key areas, silence, what the season will bring, places on the map."""

from __future__ import annotations

import datetime as dt

from reports.marts import Marts, Row
from reports.periods import Window

HISTORIC_DAYS = 365  # DOMAIN.md §3.3 历史遗留
HISTORIC_REPORTS = 3
SURE = 0.05  # p of the log-rank test


def long_standing(marts: Marts, as_of: dt.date, window: Window) -> list[Row]:
    """Issues reported again in the window that are a year old with at least three reports, the most reported first."""
    values = [as_of - dt.timedelta(days=HISTORIC_DAYS), HISTORIC_REPORTS, window.first_on, window.last_on]
    return marts.rows(_LONG_STANDING, values, table="fct_issues")


def silent(marts: Marts) -> list[Row]:
    """Areas × categories that are quieter than their peers, the surest first."""
    return marts.rows(_SILENT, table="mart_silence")


def routine_gaps(marts: Marts) -> list[Row]:
    """Districts where seldom-heard demands wait longest behind the common ones, surely so: area_key, area_name, both median days."""
    return marts.rows(_ROUTINE, [SURE], table="mart_routine_gaps")


def routine_demand(marts: Marts, window: Window) -> Row:
    """A demand that seldom makes the news: of the low-volume half of categories the one with the most open tickets past their limit."""
    return marts.one(_ROUTINE_DEMAND, [window.first_on, window.last_on], table="fct_tickets")


def seasonal(marts: Marts, window: Window) -> list[Row]:
    """City categories whose forecast for the weeks of the window lies well above their usual week: expected, usual, lower, upper, weeks."""
    return marts.rows(_SEASONAL, [window.first_on - dt.timedelta(days=6), window.last_on], table="mart_forecasts")


def holidays(marts: Marts, window: Window) -> list[Row]:
    """Named days in the window."""
    return marts.rows(_HOLIDAYS, [window.first_on, window.last_on], table="dim_calendar")


def extent(marts: Marts, window: Window) -> Row:
    """The middle and the size (degrees) of where the window's tickets lie, strays left out; empty without coordinates."""
    row = marts.one(_EXTENT, [window.first_on, window.last_on], table="fct_tickets")
    return row if row.get("lat") is not None else {}


def squares(marts: Marts, window: Window, lat_step: float, lon_step: float) -> list[Row]:
    """Tickets of the window per square (steps in degrees): middle lat, lon, value."""
    return marts.rows(_SQUARES, [window.first_on, window.last_on, lat_step, lon_step], table="fct_tickets")


def centres(marts: Marts, window: Window) -> list[Row]:
    """Names of districts at their centroids (label, lat, lon), those with most reports in the window first."""
    return marts.rows(_CENTRES, [window.first_on, window.last_on], table="dim_area")


def quotes(marts: Marts, alert_id: str, limit: int) -> list[Row]:
    """Masked texts of one alert's tickets, the most telling first."""
    return marts.rows(_QUOTES, [alert_id, limit], table="mart_alert_tickets")


def area_names(marts: Marts) -> dict[str, Row]:
    """Area key -> its name and the name of the area above it (null below the city)."""
    return {row["area_key"]: row for row in marts.rows(_AREA_NAMES, table="dim_area")}


_CENTRES = """
select a.area_name as label, a.lat, a.lon from marts.dim_area a
left join marts.fct_tickets t on t.district_key = a.area_key and t.created_on between $1 and $2
where a.area_level = 'district' and a.lat is not null and a.lon is not null
group by all order by count(t.ticket_key) desc, a.area_name"""

_AREA_NAMES = """
select a.area_key, a.area_name, p.area_name as above
from marts.dim_area a left join marts.dim_area p on p.area_key = a.parent_area_key and p.area_level <> 'city'"""

_LONG_STANDING = """
select i.issue_key, i.first_on, i.last_on, i.reports, i.persons, c.category_name, c.category_l2, i.category_l3_key as category_key, t.area_key, a.area_name, t.unit
from marts.fct_issues i
left join marts.dim_category c on c.category_key = i.category_l3_key
left join (
    select issue_key, arg_max(coalesce(street_key, district_key), created_at) as area_key, arg_max(unit, created_at) as unit
    from marts.fct_tickets where issue_key is not null and is_demand and created_on between $3 and $4 group by 1) t using (issue_key)
left join marts.dim_area a on a.area_key = t.area_key
where i.is_open and i.first_on <= $1 and i.reports >= $2 and i.last_on between $3 and $4
order by i.reports desc, i.first_on, i.issue_key"""

_SILENT = """
select s.*, a.area_name, c.category_name
from marts.mart_silence s join marts.dim_area a using (area_key) join marts.dim_category c using (category_key)
where s.verdict in ('silent', 'maybe_quiet') and s.expected_13w >= 5
order by s.verdict desc, s.probability desc, s.expected_13w desc, s.area_key, s.category_key"""

_ROUTINE = """
select g.area_key, a.area_name, g.routine_median_days, g.hot_median_days
from marts.mart_routine_gaps g join marts.dim_area a using (area_key)
where g.area_level = 'district' and g.routine_gap_days > 0 and g.p_value < $1 order by g.routine_gap_days desc, 1 limit 3"""

_ROUTINE_DEMAND = """
with counted as (
    select category_l2_key as category_key, count(*) filter (where created_on between $1 and $2) as now,
        count(*) filter (where status = 'open') as waiting, count(*) filter (where status = 'open' and is_overdue) as overdue
    from marts.fct_tickets where is_demand and created_on between $2 - interval 365 day and $2 group by 1)
select counted.*, c.category_name from counted join marts.dim_category c using (category_key)
where now > 0 and now <= (select median(now) from counted where now > 0) and waiting > 0 order by overdue desc, waiting desc, category_key limit 1"""

_SEASONAL = """
select f.category_key, any_value(c.category_name) as category_name, sum(f.expected) as expected, sum(f.usual) as usual,
    greatest(sum(f.expected) - sqrt(sum((f.expected - f.lower) ** 2)), 0) as lower,
    sum(f.expected) + sqrt(sum((f.upper - f.expected) ** 2)) as upper, count(*) as weeks
from marts.mart_forecasts f join marts.dim_category c using (category_key)
where f.area_key = '*' and c.category_level = 2 and f.period_start_on between $1 and $2 and f.usual > 0
group by 1 having sum(f.expected) >= 1.2 * sum(f.usual) and sum(f.expected) >= 20
order by sum(f.expected) - sum(f.usual) desc, 1"""

_HOLIDAYS = """
select holiday_name, min(date_on) as date_on from marts.dim_calendar
where date_on between $1 and $2 and holiday_name is not null group by 1 order by 2"""

_EXTENT = """
select median(lat) as lat, median(lon) as lon, quantile_cont(lat, 0.995) - quantile_cont(lat, 0.005) as height, quantile_cont(lon, 0.995) - quantile_cont(lon, 0.005) as width
from marts.fct_tickets where is_demand and created_on between $1 and $2 and lat is not null and lon is not null"""

_SQUARES = """
select round(lat / $3) * $3 as lat, round(lon / $4) * $4 as lon, count(*) as value from marts.fct_tickets
where is_demand and created_on between $1 and $2 and lat is not null and lon is not null
group by 1, 2 order by 1, 2"""

_QUOTES = """
select f.text, f.title, f.created_on from marts.mart_alert_tickets t join marts.fct_tickets f using (ticket_key)
where t.alert_id = $1 and f.text is not null and length(f.text) >= 8 order by f.intensity_score desc nulls last, f.created_at, ticket_key limit $2"""
