"""Every published indicator counted once more, straight from the tickets of a publication: the second opinion behind `weisu explain`.

These definitions are written from DOMAIN.md §3.6, not from the dbt models, so that a slip in either shows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

TICKETS = "marts.fct_tickets"


@dataclass(frozen=True)
class Step:
    """A condition on a ticket; those that fail it are left out for the reason `code`."""

    code: str
    keeps: str  # SQL; null fails


@dataclass(frozen=True)
class Definition:
    """What a number counts: tickets whose deciding day lies in the period and that pass every step."""

    day: str  # SQL: the local day that decides the period
    steps: tuple[Step, ...]
    numerator: str = "1"  # SQL: what a counted ticket adds
    value: str = "share"  # share, count, median (of the numerator)
    tickets: str = TICKETS  # the relation that is counted
    is_stock: bool = False  # counted at the period's end, whatever the day before


@dataclass(frozen=True)
class Cell:
    """Where and when: the keys of a row of mart_kpis; the period's first and last local day."""

    first_on: dt.date
    last_on: dt.date
    area_key: str
    category_key: str
    unit: str | None = None


@dataclass(frozen=True)
class Recount:
    """What was counted: tickets of the cell and period, how many each step left out, and the result."""

    tickets: int
    left_out: dict[str, int]
    counted: int
    numerator: float
    value: float | None


DEMAND = Step("demand", "is_demand")
STANDING = Step("standing", "not is_removed")
SANE_END = Step("sane_end", "closed_at is null or elapsed_hours is not null")
BASE = (DEMAND, STANDING)
LIMIT_PASSED = Step("limit_passed", "due_at < $known_until")
ON_TIME = "case when closed_at <= due_at then 1 else 0 end"

CLOCKS = """(
    select t.*, c.date_on as limit_on
    from (
        select *, {limit} as limit_at,
            created_on >= min(case when is_demand and not is_removed and {done} is not null then created_on end) over (partition by source) as has_clock
        from marts.fct_tickets
    ) as t asof left join marts.dim_calendar as c on t.limit_at < c.ends_at
)"""
HOURS = "cast((select value from marts.mart_rules where rule = '{rule}' and key = '{key}') as double)"
DISPATCH_LIMIT = (
    f"coalesce(received_at, created_at) + interval 1 hour * case urgency_level when 1 then {HOURS.format(rule='dispatch_hours', key='urgent')} "
    f"when 0.5 then {HOURS.format(rule='dispatch_hours', key='quick')} else {HOURS.format(rule='dispatch_hours', key='ordinary')} end"
)
CONTACT_LIMIT = f"dispatched_at + interval 1 hour * {HOURS.format(rule='contact_hours', key='all')}"
CURE_DAYS = HOURS.format(rule="root_cure", key="days").replace("as double", "as integer")
ISSUES = f"""(
    with parts as (
        select t.*, i.matter_key, i.category_l3_key as finest, row_number() over (partition by issue_key order by t.created_at, t.ticket_key) as place
        from marts.fct_tickets as t join marts.fct_issues as i using (issue_key)
    ),
    settled as (
        select p.issue_key, min(p.closed_on) as settled_on from parts as p
        where not p.is_removed and p.closed_on is not null and not exists (
            from parts as o where o.issue_key = p.issue_key and not o.is_removed and o.created_on <= p.closed_on
                and (o.closed_on is null or o.closed_on > p.closed_on or (o.closed_on = p.closed_on and o.is_solved is false)))
        group by p.issue_key
    ),
    months as (select area_key, category_key, period_start_on, reports, expected from marts.mart_degrees where period_type = 'month' and is_complete)
    select p.*, s.settled_on + {CURE_DAYS} as watched_on,
        not exists (from parts as o where o.matter_key = p.matter_key and o.finest = p.finest
            and o.created_on > s.settled_on and o.created_on <= s.settled_on + {CURE_DAYS}) as is_lasting,
        (select case when count(m.expected) = {HOURS.format(rule="root_cure", key="whole_months")} then sum(m.reports) / sum(m.expected) end from months as m
            where m.area_key = coalesce(p.street_key, p.district_key, '*') and m.category_key = p.category_l2_key
            and datediff('month', s.settled_on, m.period_start_on) between 1 and {HOURS.format(rule="root_cure", key="whole_months")}) as cell_ratio
    from parts as p join settled as s using (issue_key) where p.place = 1
)"""
WATCH_OVER = Step("watch_over", "watched_on <= (select as_of_on from marts.mart_publication)")
PARTLY = (
    "cast((select value from marts.mart_rules where rule = 'setting' and key = 'partly_satisfied_weight') as double)"
)

RATED = {
    "satisfied_share": "satisfaction",
    "satisfied_speed_share": "rating_speed",
    "satisfied_effect_share": "rating_effect",
    "satisfied_attitude_share": "rating_attitude",
    "satisfied_feedback_share": "rating_feedback",
}
DISPATCH_WAIT = "(epoch(dispatched_at) - epoch(coalesce(received_at, created_at))) / 3600.0"
STEPPED = "(case when {x} < {day} then round(greatest({x}, 0) * 60 / {fine}) * {fine} else round({x} * 60 / {coarse}) * {coarse} end / 60.0)"


def _stepped(hours: str) -> str:
    """Hours rounded to the steps among which medians are found."""
    keys = {"day": "coarse_from_hours", "fine": "fine_minutes", "coarse": "coarse_minutes"}
    return STEPPED.format(x=f"({hours})", **{k: HOURS.format(rule="wait_step", key=key) for k, key in keys.items()})


def _closed_within(days: int) -> Definition:
    limit = f"created_at + interval '{days}' day"
    steps = (*BASE, SANE_END, Step("old_enough", f"{limit} <= $known_until"))
    return Definition("created_on", steps, f"case when closed_at <= {limit} then 1 else 0 end")


def _clock(done: str, limit: str) -> Definition:
    steps = (*BASE, Step("has_clock", "has_clock"), Step("limit_passed", "limit_at < $known_until"))
    numerator = f"case when {done} <= limit_at then 1 else 0 end"
    return Definition("limit_on", steps, numerator, tickets=CLOCKS.format(limit=limit, done=done))


def _answered(column: str, numerator: str) -> Definition:
    return Definition("closed_on", (DEMAND, Step("asked", f"{column} is not null")), numerator)


DEFINITIONS: dict[str, Definition] = {
    "reports": Definition("created_on", (DEMAND,), value="count"),
    "on_time_share": Definition("due_on", (*BASE, SANE_END, LIMIT_PASSED), ON_TIME),
    "joint_on_time_share": Definition("due_on", (*BASE, SANE_END, LIMIT_PASSED, Step("joint", "is_joint")), ON_TIME),
    "closed_1d_share": _closed_within(1),
    "closed_3d_share": _closed_within(3),
    "dispatch_in_time_share": _clock("dispatched_at", DISPATCH_LIMIT),
    "contacted_24h_share": _clock("contacted_at", CONTACT_LIMIT),
    **{
        code: _answered(
            column, f"case {column} when 'basically_satisfied' then {PARTLY} when 'unsatisfied' then 0 else 1 end"
        )
        for code, column in RATED.items()
    },
    "answered_share": Definition(
        "closed_on",
        (DEMAND, Step("followed_up", "satisfaction is not null or is_followed_up is not null")),
        "case when satisfaction is not null then 1 else 0 end",
    ),
    "lawfully_ended_share": _answered("is_lawfully_ended", "case when is_lawfully_ended then 1 else 0 end"),
    "returns_per_case": Definition("closed_on", (*BASE, Step("told", "return_count is not null")), "return_count"),
    "solved_share": _answered("is_solved", "case when is_solved then 1 else 0 end"),
    "contacted_share": _answered("is_contacted", "case when is_contacted then 1 else 0 end"),
    "redo_share": _answered("redo_count", "case when redo_count > 0 then 1 else 0 end"),
    "lasting_share": Definition("watched_on", (WATCH_OVER,), "case when is_lasting then 1 else 0 end", tickets=ISSUES),
    "root_cured_share": Definition(
        "watched_on",
        (WATCH_OVER, Step("cell_known", "cell_ratio is not null")),
        f"case when is_lasting and cell_ratio <= {HOURS.format(rule='root_cure', key='max_ratio')} then 1 else 0 end",
        tickets=ISSUES,
    ),
    "open_count": Definition(
        "created_on", (*BASE, Step("open", "closed_on is null or closed_on > $last_on")), value="count", is_stock=True
    ),
    "overdue_count": Definition(
        "due_on",
        (*BASE, Step("overdue", "is_overdue"), Step("open", "closed_on is null or closed_on > $last_on")),
        value="count",
        is_stock=True,
    ),
    "median_close_hours": Definition("closed_on", (*BASE, SANE_END), _stepped("elapsed_hours"), value="median"),
    "median_dispatch_hours": Definition(
        "limit_on",
        (*BASE, Step("timed", "received_at is not null or not coalesce(is_date_only, false)")),
        _stepped(DISPATCH_WAIT),
        value="median",
        tickets=CLOCKS.format(limit="dispatched_at", done="dispatched_at"),
    ),
}
RATES = {"satisfied_share": "satisfied_weight", "solved_share": "solved_weight", "contacted_share": "contact_weight"}
VALUES = {"share": "sum({x}) / count(*)", "count": "sum({x})", "median": "quantile_cont({x}, 0.5)"}


def recount(con: duckdb.DuckDBPyConnection, kpi_code: str, cell: Cell, known_until: dt.datetime) -> Recount | None:
    """Count the tickets of a cell once more; None for an indicator that does not rest on published tickets alone.

    Args:
        con: an open publication.
        known_until: UTC, the first instant that the publication does not know.
    """
    if kpi_code == "composite_rate":
        return _composite(con, cell, known_until)
    definition = DEFINITIONS.get(kpi_code)
    if definition is None:
        return None
    sql = f"""
        select {_reason(definition)} as left_out, count(*), coalesce(sum({definition.numerator}), 0), {VALUES[definition.value].format(x=definition.numerator)}
        from {definition.tickets} where {_where(definition, cell)} group by 1
    """
    rows = con.execute(sql, _given(sql, cell, known_until)).fetchall()
    left_out = {step.code: 0 for step in definition.steps} | {code: n for code, n, _, _ in rows if code}
    counted, numerator, value = next(((n, x, v) for code, n, x, v in rows if code is None), (0, 0.0, None))
    tickets = sum(n for _, n, _, _ in rows)
    if definition.value == "count":
        value = numerator
    return Recount(tickets, left_out, counted, float(numerator), None if value is None else float(value))


def collect_tickets(con: duckdb.DuckDBPyConnection, kpi_code: str, cell: Cell, known_until: dt.datetime) -> None:
    """Put the keys of all counted tickets into the temporary table `behind` (ticket_key); empty when none are known."""
    parts = [
        f"select ticket_key from {d.tickets} where {_where(d, cell)} and ({_reason(d)}) is null"
        for d in _definitions(kpi_code)
    ]
    sql = " union ".join(parts) or "select ticket_key from marts.fct_tickets where false"
    con.execute(f"create or replace temp table behind as {sql}", _given(sql, cell, known_until))


def _composite(con: duckdb.DuckDBPyConnection, cell: Cell, known_until: dt.datetime) -> Recount:
    """The weighted sum of the three rates; only where all three were asked."""
    parts = {code: recount(con, code, cell, known_until) for code in RATES}
    sql = "select cast(value as double) from marts.mart_rules where rule = 'setting' and key = ?"
    weights = {code: con.execute(sql, [key]).fetchone()[0] for code, key in RATES.items()}
    known = {code: part for code, part in parts.items() if part and part.value is not None}
    value = sum(weights[c] * part.value for c, part in known.items()) if len(known) == len(RATES) else None
    tickets = next(iter(parts.values())).tickets
    counted = {code: part.counted for code, part in parts.items()}
    return Recount(
        tickets, {f"{code}.asked": tickets - n for code, n in counted.items()}, min(counted.values()), 0.0, value
    )


def _definitions(kpi_code: str) -> tuple[Definition, ...]:
    """The definitions whose tickets stand behind an indicator; none when it does not rest on published tickets alone."""
    codes = tuple(RATES) if kpi_code == "composite_rate" else (kpi_code,)
    return tuple(DEFINITIONS[code] for code in codes if code in DEFINITIONS)


def _reason(definition: Definition) -> str:
    whens = " ".join(f"when not coalesce({step.keeps}, false) then '{step.code}'" for step in definition.steps)
    return f"case {whens} end"


def _where(definition: Definition, cell: Cell) -> str:
    parts = [
        f"{definition.day} <= $last_on" if definition.is_stock else f"{definition.day} between $first_on and $last_on"
    ]
    if cell.area_key != "*":
        parts.append("$area_key in (district_key, street_key, community_key, estate_key)")
    if cell.category_key != "*":
        parts.append("$category_key in (category_l1_key, category_l2_key, category_l3_key)")
    if cell.unit is not None:
        parts.append("unit = $unit")
    return " and ".join(parts)


def _given(sql: str, cell: Cell, known_until: dt.datetime) -> dict[str, object]:
    """The parameters that the statement names."""
    values = vars(cell) | {"known_until": known_until}
    return {name: value for name, value in values.items() if f"${name}" in sql}
