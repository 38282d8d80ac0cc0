"""Which rows and columns of each published table a reader sees who does not see everything.  A table without a rule is not there at all.

Two kinds of sight: that of an area (a district officer: own area and what is below it, and the city's own row where figures are compared), and that
of a viewer (no texts, no lists of tickets, no count from 1 to 4, judged with all that follows from others by `weisu.withholding`).
The rules are SQL over `published.marts`; keys of areas come from the table `access.areas`, never into the text of a query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from weisu.access import Sight
from weisu.suppression import LEAST

if TYPE_CHECKING:
    import duckdb
    import polars as pl

SOURCE = "published"  # the catalog of the publication
ALL, NONE = "true", "false"
OWN = "area_key in (select area_key from access.areas)"
OWN_OR_CITY = f"({OWN} or area_key = '*')"
OWN_ALERT = "alert_id in (select alert_id from marts.mart_alerts)"
OWN_TICKET = "ticket_key in (select ticket_key from marts.fct_tickets)"
PLACED = " or ".join(
    f"{level}_key in (select area_key from access.areas)" for level in ("district", "street", "community", "estate")
)
OWN_CLUSTER = f"""not exists (select 1 from (select unnest(ticket_keys) as ticket_key) as k
    where k.ticket_key not in (select ticket_key from {SOURCE}.marts.fct_tickets where {PLACED}))"""
# an issue tells its place and its counts as a whole: to those who see all of its tickets
OWN_ISSUE = f"""issue_key not in (select issue_key from {SOURCE}.marts.fct_tickets where issue_key is not null and not coalesce({PLACED}, false))"""
ABOVE = "(area_key = '*' or area_key in (select above_key from access.above))"
RECENT_MONTHS, RECENT_WEEKS = (
    400,
    70,
)  # days of months (by category) and of weeks (all together) that a viewer sees: judged together
TOLD_CELLS = f"""
not contains(area_key, '/') and unit is null and (period_type = 'month' or category_key = '*') and length(category_key) - length(replace(category_key, '->', '')) <= 2
and period_start_on > (select max(as_of_on) from {{marts}}.mart_publication) - if(period_type = 'month', {RECENT_MONTHS}, {RECENT_WEEKS})
"""
JUDGED = ("mart_degrees", "mart_kpis")


@dataclass(frozen=True)
class Rule:
    """What is left of one table."""

    rows: str = NONE  # SQL condition
    columns: Mapping[str, str] = field(default_factory=dict)  # column -> SQL expression in its place


AREA = {
    "dim_area": Rule(f"({OWN} or {ABOVE})"),
    "dim_calendar": Rule(ALL),
    "dim_category": Rule(ALL),
    "fct_tickets": Rule(PLACED),
    "fct_issues": Rule(f"issue_key in (select issue_key from marts.fct_tickets) and {OWN_ISSUE}"),
    "fct_daily": Rule(OWN),
    "mart_alerts": Rule(OWN),
    "mart_alert_tickets": Rule(f"{OWN_ALERT} and {OWN_TICKET}"),
    "mart_alert_acts": Rule(OWN_ALERT),
    "mart_alert_effects": Rule(OWN),
    "mart_resolutions": Rule(OWN),
    "mart_held_alerts": Rule(OWN),
    "mart_similar_places": Rule(f"{OWN_ALERT} and {OWN}"),
    "mart_series_days": Rule(OWN_OR_CITY),
    "mart_change_points": Rule(OWN_OR_CITY),
    "mart_forecasts": Rule(OWN_OR_CITY),
    "mart_degrees": Rule(OWN_OR_CITY),
    "mart_degree_components": Rule(OWN_OR_CITY),
    "mart_kpis": Rule(f"{OWN_OR_CITY} and unit is null"),
    "mart_silence": Rule(OWN),
    "mart_reporting_rates": Rule(OWN),
    "mart_routine_gaps": Rule(OWN_OR_CITY),
    "mart_lead_lag": Rule(ALL),
    "mart_clusters": Rule(OWN_CLUSTER),
    "mart_category_suggestions": Rule(OWN_TICKET),
    "mart_ticket_words": Rule(OWN_TICKET),
    "mart_similar_cases": Rule(OWN_TICKET),
    "mart_similar_terms": Rule("case_no in (select case_no from marts.mart_similar_cases)"),
    "mart_freshness": Rule(ALL),
    "mart_rules": Rule(ALL),
    "mart_publication": Rule(ALL),
    # of the whole city, and no page of an officer reads them
    "mart_coverage": Rule(),
    "mart_drift": Rule(),
    "mart_loads": Rule(),
    "mart_quarantine": Rule(),
}
_UNTOLD = dict.fromkeys(("why_zh", "why_en", "artefact_reason"), "null::text") | dict.fromkeys(
    ("lat", "lon", "radius_m", "score"), "null::double"
)
_PEOPLE = {name: f"if({name} < {LEAST}, null, {name})" for name in ("persons", "places")}
VIEWER = {table: Rule() for table in AREA} | {
    "dim_area": Rule(ALL),
    "dim_calendar": Rule(ALL),
    "dim_category": Rule(ALL),
    "mart_alerts": Rule(f"observed >= {LEAST}", _UNTOLD | _PEOPLE | {"evidence": "null::json"}),
    "mart_alert_acts": Rule(OWN_ALERT, {"reason": "''", "actor": "''"}),
    "mart_degree_components": Rule(
        "exists (select 1 from marts.mart_degrees d where (d.area_key, d.category_key, d.period_type, d.period_start_on) = "
        "(t.area_key, t.category_key, t.period_type, t.period_start_on))"
    ),
    "mart_freshness": Rule(ALL),
    "mart_rules": Rule(ALL),
    "mart_publication": Rule(ALL),
}
# of single days a viewer sees the city as a whole, and nothing of weeks of which a day is small: the weeks' totals are told elsewhere
CITY_DAYS = f"""
with days as (
    select date_on, sum(observed) as observed, sum(expected) as expected, sum(expected) - sqrt(sum((expected - lower) ** 2)) as lower,
        sum(expected) + sqrt(sum((upper - expected) ** 2)) as upper
    from {SOURCE}.marts.mart_series_days join {SOURCE}.marts.dim_category using (category_key)
    where area_key = '*' and category_level = 1 group by date_on
),
judged as (select *, bool_and(observed = 0 or observed >= {LEAST}) over (partition by date_trunc('week', date_on)) as is_told from days)
select '*' as area_key, '*' as category_key, date_on, if(is_told, observed::bigint, null) as observed, if(is_told, expected, null) as expected,
    if(is_told, lower, null) as lower, if(is_told, upper, null) as upper, null::double as score, false as is_alarm, 'none' as state
from judged
"""


def make_sight(con: duckdb.DuckDBPyConnection, sight: Sight, catalog: str) -> None:
    """Attach a catalog in memory whose schema `marts` holds what `sight` sees of `published`, and nothing else."""
    con.execute(f"attach ':memory:' as {catalog}")
    con.execute(f"use {catalog}")
    for schema in ("marts", "access"):
        con.execute(f"create schema {catalog}.{schema}")
    _make_areas(con, sight.area)
    found = "select table_name from duckdb_tables() where database_name = ? and schema_name = 'marts'"
    tables = {name for (name,) in con.execute(found, [SOURCE]).fetchall()}
    rules = AREA if sight.has_texts else VIEWER
    made = set() if sight.has_texts else _make_judged(con, tables)
    for table, rule in rules.items():  # in this order: a rule may lean on views before it
        if table in tables - made:
            con.execute(_view(table, rule))


def _make_areas(con: duckdb.DuckDBPyConnection, area: str | None) -> None:
    con.execute("create table access.areas as select distinct area_key from published.marts.dim_area where area_key = $area or starts_with(area_key, $area || '/')", {"area": area or ""})  # fmt: skip
    parts = (area or "").split("/")
    above = ["/".join(parts[:n]) for n in range(1, len(parts))]
    con.execute("create table access.above as select unnest($above::text[]) as above_key", {"above": above})


def _view(table: str, rule: Rule) -> str:
    replaced = ", ".join(f"{expression} as {column}" for column, expression in rule.columns.items())
    columns = f"* replace ({replaced})" if replaced else "rowid, *"
    return f"create view marts.{table} as select {columns} from {SOURCE}.marts.{table} as t where {rule.rows}"


def _make_judged(con: duckdb.DuckDBPyConnection, tables: set[str]) -> set[str]:
    """The tables of counts as a viewer sees them, made once: small cells and what must go with them are left out."""
    from weisu import withholding

    if not set(JUDGED) <= tables:
        return set()
    told = TOLD_CELLS.format(marts="marts")
    whole = con.cursor()
    whole.execute(f"use {SOURCE}")
    small = withholding.judge(whole, only=told)
    degrees = whole.execute(f"select * exclude (unit) from (select *, null as unit from marts.mart_degrees) where {told}").pl()  # fmt: skip
    kpis = whole.execute(f"from marts.mart_kpis where {told}").pl()
    _keep(con, "mart_degrees", "select * exclude (is_withheld) from judged where not is_withheld", withholding.scores(degrees, small))  # fmt: skip
    _keep(con, "mart_kpis", "select * exclude (is_withheld) replace (is_suppressed or is_withheld as is_suppressed) from judged", withholding.kpis(kpis, small))  # fmt: skip
    con.execute(f"create table marts.mart_series_days as {CITY_DAYS}")
    return {*JUDGED, "mart_series_days"}


def _keep(con: duckdb.DuckDBPyConnection, table: str, sql: str, judged: pl.DataFrame) -> None:
    con.register("judged", judged)
    con.execute(f"create table marts.{table} as {sql}")
    con.unregister("judged")
