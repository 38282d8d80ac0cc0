"""What the judgement knows beside the tickets: lists, events, scores, what was learnt; one `Context`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.judge.inputs import Context, Event, NewTerms
from flows.emerging import new_terms, unplaced
from flows.foresight import known_pairs
from flows.tickets import EPOCH, TicketTable, day_number
from weisu.settings import Settings

if TYPE_CHECKING:
    import duckdb

EVENTS = """
select c.date, c.kind, coalesce(c.name, c.kind), c.district, d.category_key
from reference.calendar c left join marts.dim_category d on d.category_l1 = c.category_l1 and d.category_level = 2
where c.kind in ('event', 'outage', 'policy', 'taxonomy') and c.date <= $until and coalesce(c.region, $region) = $region order by all
"""


def read_context(
    con: duckdb.DuckDBPyConnection, table: TicketTable, settings: Settings, days: range, as_of: dt.date
) -> Context:
    """All of it, as known on each of `days` (days since 1970)."""
    traits = con.execute(TRAITS).fetchall()
    months, hot = _hot_months(con, table)
    learnt: dict[int, tuple[NewTerms, ...]] = {}
    for found in new_terms(con, table, days):
        learnt[found.known_day] = (*learnt.get(found.known_day, ()), found)
    return Context(
        tree=table.tree,
        names=table.names,
        staff_channels=table.staff_channels,
        key_areas=frozenset(table.area(k) for k in settings.alerts.key_areas if table.area(k) >= 0),
        hot_months=hot,
        months=months,
        new_terms=learnt,
        unplaced=unplaced(con, table),
        events=_events(con, table, settings, as_of),
        composite=_composite(con, table),
        lead_lag=known_pairs(con, table),
        traits={table.area(k): frozenset(shared) for k, shared in traits if shared and table.area(k) >= 0},
    )


TRAITS = """
select area_key, list_filter([property_firm, equipment, built_year::text], x -> x is not null) as shared
from staging.stg_reference__areas where estate is not null
"""


HOT_MONTHS = """
with areas as (
  select area_level, area_key, period_end_on, sum(reports * composite_score) / sum(reports) as q
  from marts.mart_degrees
  where period_type = 'month' and category_level = 1 and area_level in ('district', 'street') and composite_score is not null and reports > 0
    and period_end_on <= (select as_of_on from marts.mart_publication)
  group by all
), ranked as (
  select *, rank() over (partition by area_level, period_end_on order by q desc) as place, count(*) over (partition by area_level, period_end_on) as areas
  from areas
)
select period_end_on, area_key, place <= $share * areas as is_hot from ranked order by all
"""
HOT_SHARE = 0.05  # of the areas of one level; with fewer than twenty, none


def _hot_months(
    con: duckdb.DuckDBPyConnection, table: TicketTable
) -> tuple[tuple[int, ...], dict[int, frozenset[int]]]:
    """Last days of all scored months, and per area those in which its Q (mean over its reports) was among the top 5 % of its level."""
    rows = con.execute(HOT_MONTHS, {"share": HOT_SHARE}).fetchall()
    hot: dict[int, set[int]] = defaultdict(set)
    for on, area, is_hot in rows:
        if is_hot:
            hot[table.area(area)].add(day_number(on))
    return tuple(sorted({day_number(on) for on, _, _ in rows})), {area: frozenset(days) for area, days in hot.items()}


def _events(
    con: duckdb.DuckDBPyConnection, table: TicketTable, settings: Settings, as_of: dt.date
) -> tuple[Event, ...]:
    rows = con.execute(EVENTS, {"until": as_of, "region": settings.city.region}).fetchall()
    placed = [
        (on, kind, name, -1 if district is None else table.area(district), category)
        for on, kind, name, district, category in rows
        if district is None or table.area(district) >= 0
    ]  # an unknown district is no place, least of all the whole city
    return tuple(
        Event(day_number(on), kind, area, table.category(category) if category else -1, name)
        for on, kind, name, area, category in placed
    )


def _composite(
    con: duckdb.DuckDBPyConnection, table: TicketTable
) -> dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]:
    rows = con.execute(
        "select area_key, category_key, period_end_on, composite_score from marts.mart_degrees where period_type = 'week' and category_level = 2 "
        "and area_level in ('city', 'district', 'street') "  # every week; finer cells only where enough met
        "and period_end_on <= (select as_of_on from marts.mart_publication) order by area_key, category_key, period_end_on"
    ).pl()
    return {
        (table.area(area), table.category(category)): (
            (group["period_end_on"] - EPOCH).dt.total_days().to_numpy(),
            group["composite_score"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        )
        for (area, category), group in rows.group_by(["area_key", "category_key"], maintain_order=True)
    }
