"""What a report does not tell: small counts of its period, of the periods it compares with and of its alerts, and what would give them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.marts import CITY, EVERYTHING, Marts, Row
from reports.periods import Period, Window
from reports.queries import handling
from weisu.told_counts import Told, Tree, withheld_counts

if TYPE_CHECKING:
    from weisu.suppression import Group


@dataclass(frozen=True)
class Discretion:
    """The counts that are withheld."""

    cells: frozenset[Told]

    def hides(self, area_key: str | None, category_key: str | None, window: Window) -> bool:
        """Whether a count is not told."""
        return (area_key or CITY, category_key or EVERYTHING, window.first_on, window.last_on) in self.cells

    def hides_alert(self, alert: Row) -> bool:
        """Whether the reports of an alert are not told."""
        return _alert_key(alert) in self.cells


def judge(marts: Marts, period: Period) -> Discretion:
    """Judge together what the report of a period may tell."""
    values = _cells(marts, period) | _followed(marts, period)
    for window in (period.window, period.previous):
        for status in ("active", "suspected_artefact"):
            for alert in handling.alerts(marts, window, status=status):
                values.setdefault(_alert_key(alert), alert["observed"] or 0)
    weeks = _weeks(marts, period)
    values = weeks | values
    windows = (period.window, period.previous, period.year_ago)
    whole = {(CITY, EVERYTHING, window.first_on, window.last_on) for window in windows}  # what every report begins with
    groups = _groups(period, weeks, values)
    return Discretion(withheld_counts(values, _tree(marts, "area"), _tree(marts, "category"), groups, always=whole))


def _alert_key(alert: Row) -> Told:
    return (
        alert["area_key"] or CITY,
        alert["category_key"] or EVERYTHING,
        alert["window_start_on"],
        alert["window_end_on"],
    )


def _cells(marts: Marts, period: Period) -> dict[Told, float]:
    """City and districts × all, first and second categories, in the period and those it is compared with."""
    found: dict[Told, float] = {}
    for window in (period.window, period.previous, period.year_ago):
        days = (window.first_on, window.last_on)
        for row in marts.rows(_CELLS, days, table="fct_daily"):
            found[row["area_key"], row["category_key"], *days] = row["reports"]
    return found


def _followed(marts: Marts, period: Period) -> dict[Told, float]:
    """Places and categories of the alerts of the period before, in both periods."""
    found: dict[Told, float] = {}
    for window in (period.window, period.previous):
        days = (window.first_on, window.last_on)
        for row in marts.rows(
            _FOLLOWED, [*days, period.previous.first_on, period.previous.last_on], table="fct_tickets"
        ):
            found[row["area_key"], row["category_key"], *days] = row["reports"]
    return found


def _weeks(marts: Marts, period: Period) -> dict[Told, float]:
    """The weeks of the charts: city × all and second categories, a year back."""
    rows = marts.rows(_WEEKS, [period.cut_on], table="fct_daily")
    return {(CITY, row["category_key"], row["first_on"], row["last_on"]): row["reports"] for row in rows}


def _groups(period: Period, weeks: dict[Told, float], values: dict[Told, float]) -> list[Group]:
    """A period is the weeks within it and its other days."""
    found: list[Group] = []
    for window in (period.window, period.previous, period.year_ago):
        inside: dict[str, list[Told]] = {}
        for week in weeks:
            if (
                window.first_on <= week[2]
                and week[3] <= window.last_on
                and (week[2], week[3]) != (window.first_on, window.last_on)
            ):
                inside.setdefault(week[1], []).append(week)
        wholes = ((CITY, category, window.first_on, window.last_on) for category in inside)
        found += [([whole], inside[whole[1]]) for whole in wholes if whole in values]
    return found


def _tree(marts: Marts, name: str) -> Tree:
    rows = marts.rows(
        f"select {name}_key as key, parent_{name}_key as above from marts.dim_{name}", table=f"dim_{name}"
    )
    return {row["key"]: row["above"] for row in rows}


_CELLS = """
with counted as (
    select d.area_key, d.category_key, c.category_level, sum(d.reports)::bigint as reports
    from marts.fct_daily d join marts.dim_category c using (category_key)
    where d.area_level in ('city', 'district') and c.category_level in (1, 2) and d.date_on between $1 and $2 group by all)
select area_key, category_key, reports from counted where reports > 0
union all select area_key, '*', sum(reports)::bigint from counted where category_level = 1 group by all having sum(reports) > 0"""

_FOLLOWED = """
with followed as (
    select distinct coalesce(area_key, '*') as area_key, category_key from marts.mart_alerts where raised_on between $3 and $4)
select a.area_key, a.category_key, count(t.ticket_key)::bigint as reports
from followed a left join marts.fct_tickets t
    on t.is_demand and t.created_on between $1 and $2 and a.category_key in (t.category_l1_key, t.category_l2_key)
    and (a.area_key = '*' or a.area_key in (t.district_key, t.street_key, t.community_key, t.estate_key))
group by all"""

_WEEKS = """
with counted as (
    select d.category_key, c.category_level, date_trunc('week', d.date_on)::date as first_on, sum(d.reports)::bigint as reports
    from marts.fct_daily d join marts.dim_category c using (category_key)
    where d.area_key = '*' and c.category_level in (1, 2) and d.date_on between $1::date - 378 and $1 group by all)
select category_key, first_on, first_on + 6 as last_on, reports from counted where category_level = 2 and reports > 0
union all select '*', first_on, first_on + 6, sum(reports)::bigint from counted where category_level = 1 group by all"""
