"""Handling of tickets, alerts and the acts of people on them."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from reports.marts import CITY, Marts, Row
from reports.periods import Period, Window
from weisu import withholding
from weisu.lifecycle import Act, standing

DONE = ("handled", "verified", "closed")
YEAR_RATES = ("on_time_share", "closed_3d_share", "contacted_share", "solved_share", "satisfied_share", "redo_share")


def kpis(marts: Marts, period: Period) -> dict[str, Row]:
    """City KPIs of the period by code; only those with a value that may be shown."""
    rows = marts.rows(_KPIS, [period.kind, period.start_on], table="mart_kpis")
    return {row["kpi_code"]: row for row in _told(marts, period, rows)}


def _told(marts: Marts, period: Period, rows: list[Row]) -> list[Row]:
    """The indicators without withheld ones, as in an export of the city's indicators alone."""
    import polars as pl

    if not rows:
        return []
    starts = ", ".join(f"date '{w.first_on}'" for w in (period.window, period.previous, period.year_ago))
    only = f"area_key = '*' and category_key = '*' and unit is null and period_type = '{period.kind}' and period_start_on in ({starts})"
    told = withholding.kpis(pl.DataFrame(rows, infer_schema_length=None), marts.withheld(only))
    return told.filter(pl.col("value").is_not_null()).to_dicts()


def year_rates(marts: Marts, year: int) -> list[Row]:
    """Rates of a year from its months' counts: kpi_code, denominator, value; those whose months are all there and told."""
    return marts.rows(_YEAR_RATES, [year, list(YEAR_RATES)], table="mart_kpis")


def alerts(marts: Marts, window: Window, *, status: str = "active") -> list[Row]:
    """Alerts raised in the window, most pressing first, those on a single report last; `status` is signal_status."""
    return marts.rows(_ALERTS, [window.first_on, window.last_on, status], table="mart_alerts")


def alert(marts: Marts, alert_id: str) -> Row:
    """One alert by its id; empty when there is none."""
    return marts.one("select * from marts.mart_alerts where alert_id = $1", [alert_id], table="mart_alerts")


def acts_on(marts: Marts, alert_id: str) -> list[Row]:
    """The standing acts of one alert in order, comments left out."""
    return _standing(marts.rows(_ACTS_ON, [alert_id], table="mart_alert_acts")).get(alert_id, [])


def acts(marts: Marts, window: Window) -> dict[str, list[Row]]:
    """What people did on alerts raised in the window: alert_id -> the standing acts in order, comments left out."""
    return _standing(marts.rows(_ACTS, [window.first_on, window.last_on], table="mart_alert_acts"))


def _standing(rows: list[Row]) -> dict[str, list[Row]]:
    by_id = {row["act_id"]: row for row in rows}
    found: dict[str, list[Row]] = {}
    for alert_id, mine in groupby(rows, key=itemgetter("alert_id")):
        done = [by_id[act.act_id] for act in standing(map(_act, mine)) if act.act != "comment"]
        if done:
            found[alert_id] = done
    return found


def _act(row: Row) -> Act:
    return Act(
        row["act_id"], row["alert_id"], row["position"], row["act"], row["reason"] or "", row["assignee"] or "",
        row["actor"] or "", row["acted_at"], row["until_on"],
    )  # fmt: skip


def reports_at(marts: Marts, alert: Row, window: Window) -> int:
    """Demands of an alert's category and area in the window, down to an estate."""
    values = [alert["category_key"], alert["area_key"] or CITY, window.first_on, window.last_on]
    return marts.one(_REPORTS_AT, values, table="fct_tickets").get("reports", 0)


def owner(marts: Marts, category_key: str, window: Window) -> Row:
    """Who answers for a category: named by an alert of the window (duty list), else the unit that took most tickets; `is_listed` says which."""
    listed = marts.one(_ALERT_OWNER, [category_key, window.first_on, window.last_on], table="mart_alerts")
    return listed or marts.one(_TICKET_UNIT, [category_key, window.first_on, window.last_on], table="fct_tickets")


def rows_refused(marts: Marts) -> list[Row]:
    """Refused rows by reason."""
    return marts.rows(
        "select reason_code, sum(rows)::bigint as rows from marts.mart_quarantine group by 1 order by 2 desc, 1",
        table="mart_quarantine",
    )


def rules(marts: Marts, names: tuple[str, ...]) -> list[Row]:
    """Rules in force whose name is in `names`."""
    return marts.rows(
        "select rule, key, value, version from marts.mart_rules where list_contains($1, rule) order by 1, 2",
        [list(names)],
        table="mart_rules",
    )


def coverage(marts: Marts, years: int) -> list[Row]:
    """Tickets and categories with any ticket, per year, the last `years` years."""
    return marts.rows(_COVERAGE, [years], table="mart_coverage")[::-1]


_YEAR_RATES = """
select kpi_code, sum(denominator)::bigint as denominator, sum(value * denominator) / sum(denominator) as value
from marts.mart_kpis
where area_key = '*' and category_key = '*' and unit is null and period_type = 'month' and year(period_start_on) = $1 and kpi_code in (select unnest($2::text[]))
group by kpi_code having count(*) = 12 and bool_and(value is not null and not is_suppressed) and sum(denominator) >= 20
order by list_position($2::text[], kpi_code)"""

_KPIS = """
select * from marts.mart_kpis
where period_type = $1 and period_start_on = $2 and area_key = '*' and category_key = '*' and unit is null
    and value is not null and not coalesce(is_suppressed, false)"""

_ALERTS = """
select * from marts.mart_alerts
where raised_on between $1 and $2 and signal_status = $3
order by coalesce(observed, 0) <= 1, level, observed - coalesce(expected, 0) desc, composite_score desc nulls last, alert_id"""

_ACTS = """
select a.* from marts.mart_alert_acts a join marts.mart_alerts m using (alert_id)
where m.raised_on between $1 and $2 and m.signal_status = 'active' order by a.alert_id, a.position"""

_ACTS_ON = "select * from marts.mart_alert_acts where alert_id = $1 order by position"

_REPORTS_AT = """
select count(*)::bigint as reports from marts.fct_tickets
where is_demand and $1 in (category_l1_key, category_l2_key) and $2 in ('*', district_key, street_key, community_key, estate_key)
    and created_on between $3 and $4"""

_ALERT_OWNER = """
select case when area_level = 'city' then owner else coalesce(sector_unit, owner) end as owner, legal_basis, true as is_listed from marts.mart_alerts
where category_key = $1 and raised_on between $2 and $3 and owner is not null and signal_status = 'active'
order by area_level <> 'city', level, raised_on desc, alert_id limit 1"""

_TICKET_UNIT = """
select unit as owner, null as legal_basis, false as is_listed from marts.fct_tickets
where category_l2_key = $1 and created_on between $2 and $3 and unit is not null
group by unit order by count(*) desc, unit limit 1"""

_COVERAGE = """
select year, sum(reports)::bigint as reports, count(distinct category_key) filter (where reports > 0) as categories,
    min(first_on) as first_on, max(last_on) as last_on
from marts.mart_coverage group by year order by year desc limit $1"""
