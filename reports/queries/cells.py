"""Counts and expectations of categories and areas within a window of days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from reports.marts import CITY, EVERYTHING, Marts, Row
from reports.periods import Period, Window

LEARNING_DAYS = 56  # after a registered break nothing is called a rise (flows/breaks.py)
FULL_SHARE = 0.95  # an expectation counts when the series it comes from hold at least this share of the reports


@dataclass(frozen=True)
class Cell:
    """One category or area in one period; null = not known."""

    key: str
    name: str
    reports: int
    previous: int
    year_ago: int | None  # null: no ticket at all was known then
    expected: float | None
    persons: int | None = None
    composite_score: float | None = None
    set_aside: int = 0  # of `reports`: tickets of suspected entry artefacts
    area_key: str = CITY
    category_key: str = EVERYTHING
    previous_break_on: dt.date | None = None  # registered days since which it is not comparable with before
    year_ago_break_on: dt.date | None = None
    is_learnt: bool = True  # the expectation stands on the level after the last registered break

    @property
    def genuine(self) -> int:
        return self.reports - self.set_aside

    @property
    def ratio(self) -> float | None:
        return self.reports / self.expected if self.expected else None

    @property
    def excess(self) -> float:
        return self.genuine - self.expected if self.expected is not None else 0.0


def total(marts: Marts, period: Period) -> Cell:
    """All categories together, the whole city."""
    windows = (period.window, period.previous, period.year_ago)
    counts = [_total_reports(marts, window) for window in windows]
    expected = _kpi_expected(marts, period) if period.is_complete else None
    if expected is None:
        expected = _series_total(marts, period.window, counts[0])
    breaks = registered_breaks(marts, period).get((CITY, EVERYTHING), {})
    return Cell(CITY, "", counts[0], counts[1], _if_known(marts, period.year_ago, counts[2]), expected, **breaks)


def categories(marts: Marts, period: Period) -> list[Cell]:
    """Every L2 category of the city that had a report in the period or the one before."""
    rows = marts.rows(_CATEGORY_COUNTS, _window_values(period), table="fct_daily")
    expected = _category_expected(marts, period)
    scores = {row["category_key"]: row for row in _month_scores(marts, period)}
    aside = set_aside(marts, period.window)
    breaks = registered_breaks(marts, period)
    return [
        Cell(
            row["category_key"], row["category_name"], row["now"], row["previous"], _if_known(marts, period.year_ago, row["year_ago"]),
            expected.get(row["category_key"]),
            scores.get(row["category_key"], {}).get("persons"), scores.get(row["category_key"], {}).get("composite_score"),
            aside.get(row["category_key"], 0), category_key=row["category_key"], **breaks.get((CITY, row["category_key"]), {}),
        )
        for row in rows
    ]  # fmt: skip


def registered_breaks(marts: Marts, period: Period) -> dict[tuple[str, str], dict[str, Any]]:
    """Cells (area, category) that a registered break touches: since when they are not comparable, and whether their new level is learnt."""
    rows = marts.rows(_BREAKS, [period.kind, period.start_on], table="mart_kpis")
    learning = dt.timedelta(days=LEARNING_DAYS)
    return {
        (row["area_key"], row["category_key"]): {
            "previous_break_on": row["previous_break_on"],
            "year_ago_break_on": row["year_ago_break_on"],
            "is_learnt": row["year_ago_break_on"] + learning <= period.start_on,
        }
        for row in rows
    }


def areas(marts: Marts, period: Period, level: str = "district") -> list[Cell]:
    """Areas of one level, all categories together."""
    rows = marts.rows(_AREA_COUNTS, [*_window_values(period), level], table="fct_daily")
    expected, breaks = _area_expected(marts, period, level), registered_breaks(marts, period)
    return [
        Cell(
            row["area_key"],
            row["area_name"],
            row["now"],
            row["previous"],
            _if_known(marts, period.year_ago, row["year_ago"]),
            expected.get(row["area_key"]),
            area_key=row["area_key"],
            **breaks.get((row["area_key"], EVERYTHING), {}),
        )
        for row in rows
    ]


def where_it_rose(marts: Marts, category_key: str, window: Window) -> list[Row]:
    """Districts of one category by excess: area_key, area_name, observed, expected."""
    return marts.rows(_DISTRICT_SERIES, [category_key, window.first_on, window.last_on], table="mart_series_days")


def set_aside(marts: Marts, window: Window) -> dict[str, int]:
    """Tickets of suspected entry artefacts per L2 category."""
    rows = marts.rows(_SET_ASIDE, [window.first_on, window.last_on], table="mart_alert_tickets")
    return {row["category_key"]: row["reports"] for row in rows}


def weekly_total(marts: Marts, window: Window) -> list[Row]:
    """Whole weeks of the city, all categories: date_on (Monday), observed, expected, lower, upper."""
    return marts.rows(
        _WEEKS.format(where="c.category_level = 1"), [window.first_on, window.last_on], table="mart_series_days"
    )


def weekly_category(marts: Marts, category_key: str, window: Window) -> list[Row]:
    """Whole weeks of one category in the city: date_on (Monday), observed, expected, lower, upper."""
    return marts.rows(
        _WEEKS.format(where="s.category_key = $3"),
        [window.first_on, window.last_on, category_key],
        table="mart_series_days",
    )


def _window_values(period: Period) -> list[dt.date]:
    return [day for w in (period.window, period.previous, period.year_ago) for day in (w.first_on, w.last_on)]


def _if_known(marts: Marts, window: Window, count: int | None) -> int | None:
    first = marts.facts.first_on
    return count if first is not None and first <= window.first_on else None


def _total_reports(marts: Marts, window: Window) -> int:
    row = marts.one(_TOTAL, [window.first_on, window.last_on], table="fct_daily")
    return int(row.get("reports") or 0)


def _kpi_expected(marts: Marts, period: Period) -> float | None:
    row = marts.one(_KPI_EXPECTED, [period.kind, period.start_on], table="mart_kpis")
    return row.get("value")


def _series_total(marts: Marts, window: Window, reports: int) -> float | None:
    row = marts.one(_CITY_SUM, [window.first_on, window.last_on], table="mart_series_days")
    is_full = row.get("days") == window.days and row["observed"] >= FULL_SHARE * reports
    return row["expected"] if is_full and row["expected"] else None


def _category_expected(marts: Marts, period: Period) -> dict[str, float]:
    found = {r["category_key"]: r["expected"] for r in _month_scores(marts, period) if r["expected"] is not None}
    window = period.window
    series = marts.rows(_SERIES_EXPECTED, [window.first_on, window.last_on, window.days], table="mart_series_days")
    return {row["category_key"]: row["expected"] for row in series} | (found if period.is_complete else {})


def _month_scores(marts: Marts, period: Period) -> list[Row]:
    return marts.rows(_SCORES, [period.kind, period.start_on], table="mart_degrees")


def _area_expected(marts: Marts, period: Period, level: str) -> dict[str, float]:
    if period.is_complete:
        rows = marts.rows(_AREA_EXPECTED, [period.kind, period.start_on, level, FULL_SHARE], table="mart_degrees")
    else:
        values = [period.window.first_on, period.window.last_on, level, period.window.days]
        rows = marts.rows(_AREA_SERIES, values, table="mart_series_days")
    return {row["area_key"]: row["expected"] for row in rows}


_SUMS = """coalesce(sum(d.reports) filter (where d.date_on between $1 and $2), 0)::bigint as now,
    coalesce(sum(d.reports) filter (where d.date_on between $3 and $4), 0)::bigint as previous,
    coalesce(sum(d.reports) filter (where d.date_on between $5 and $6), 0)::bigint as year_ago"""

_TOTAL = """
select sum(d.reports)::bigint as reports from marts.fct_daily d join marts.dim_category c using (category_key)
where d.area_key = '*' and c.category_level = 1 and d.date_on between $1 and $2"""

_KPI_EXPECTED = """
select value from marts.mart_kpis
where kpi_code = 'expected_reports' and period_type = $1 and period_start_on = $2 and area_key = '*' and category_key = '*' and unit is null"""

_CATEGORY_COUNTS = f"""
select category_key, any_value(c.category_name) as category_name, {_SUMS}
from marts.fct_daily d join marts.dim_category c using (category_key)
where d.area_key = '*' and c.category_level = 2 and d.date_on between least($1, $3, $5) and $2
group by category_key having now + previous > 0 order by now desc, category_key"""

_AREA_COUNTS = f"""
select d.area_key, any_value(a.area_name) as area_name, {_SUMS}
from marts.fct_daily d join marts.dim_category c using (category_key) join marts.dim_area a on a.area_key = d.area_key
where d.area_level = $7 and c.category_level = 1 and d.date_on between least($1, $3, $5) and $2
group by d.area_key having now + previous > 0 order by now desc, d.area_key"""

_BREAKS = """
select area_key, category_key, previous_break_on, year_ago_break_on from marts.mart_kpis
where kpi_code = 'reports' and period_type = $1 and period_start_on = $2 and (area_key = '*' or category_key = '*') and unit is null and year_ago_break_on is not null"""

_SCORES = """
select category_key, persons, expected, composite_score, level from marts.mart_degrees
where area_key = '*' and category_level = 2 and period_type = $1 and period_start_on = $2"""

_AREA_EXPECTED = """
select area_key, sum(expected) as expected from marts.mart_degrees
where period_type = $1 and period_start_on = $2 and area_level = $3 and category_level = 2
group by area_key having coalesce(sum(reports) filter (where expected is not null), 0) >= $4 * sum(reports) and sum(expected) > 0"""

_AREA_SERIES = """
select s.area_key, sum(s.expected) as expected
from marts.mart_series_days s join marts.dim_area a on a.area_key = s.area_key join marts.dim_category c on c.category_key = s.category_key
where a.area_level = $3 and c.category_level = 2 and s.date_on between $1 and $2
group by s.area_key having count(distinct s.date_on) = $4 and count(s.expected) = count(*)"""

_SERIES_EXPECTED = """
select category_key, sum(s.expected) as expected
from marts.mart_series_days s join marts.dim_category c using (category_key)
where s.area_key = '*' and c.category_level = 2 and s.date_on between $1 and $2
group by category_key having count(s.expected) = $3"""

_DISTRICT_SERIES = """
select s.area_key, any_value(a.area_name) as area_name, sum(s.observed)::bigint as observed, sum(s.expected) as expected
from marts.mart_series_days s join marts.dim_area a on a.area_key = s.area_key
where a.area_level = 'district' and s.category_key = $1 and s.date_on between $2 and $3
group by s.area_key having sum(s.expected) is not null order by sum(s.observed) - sum(s.expected) desc, s.area_key"""

_CITY_SUM = """
select count(distinct s.date_on) as days, coalesce(sum(s.observed) filter (where s.expected is not null), 0)::bigint as observed, sum(s.expected) as expected
from marts.mart_series_days s join marts.dim_category c using (category_key)
where s.area_key = '*' and c.category_level = 1 and s.date_on between $1 and $2"""

_WEEKS = """
select date_trunc('week', s.date_on)::date as date_on, sum(s.observed)::bigint as observed, sum(s.expected) as expected,
    greatest(sum(s.expected) - sqrt(sum((s.expected - s.lower) ** 2)), 0) as lower,
    sum(s.expected) + sqrt(sum((s.upper - s.expected) ** 2)) as upper
from marts.mart_series_days s join marts.dim_category c using (category_key)
where s.area_key = '*' and {where} and s.date_on between $1 and $2
group by 1 having count(distinct s.date_on) = 7 order by 1"""

_SET_ASIDE = """
select f.category_l2_key as category_key, count(distinct t.ticket_key) as reports
from marts.mart_alerts a join marts.mart_alert_tickets t using (alert_id) join marts.fct_tickets f on f.ticket_key = t.ticket_key
where a.signal_status = 'suspected_artefact' and f.is_demand and f.created_on between $1 and $2
group by 1"""
