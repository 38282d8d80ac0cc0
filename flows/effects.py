"""What came of alerts, and what people made of them: sense.alert_effects, sense.detector_reviews, and the trust that follows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.judge.effect import DAYS, below_limit, better_than, is_worse, nearest_cells, rule_weights, verdict
from detectors.judge.inputs import Series, Trust
from detectors.judge.outputs import SUSPECTED_ARTEFACT, Alert
from flows.casebook import all_cases
from flows.tickets import TicketTable, date_of, day_number
from weisu.lifecycle import Act, standing
from weisu.settings import Settings

if TYPE_CHECKING:
    import duckdb

ARTEFACT = "artefact"  # stands for all rules that set alerts apart
KINDS = {
    "series": "rise", "term": "rise", "scan": "cluster", "estate": "cluster", "ewma": "emotion", "life_safety": "emotion", "reports": "sensitive",
}  # fmt: skip
EFFECT_SCHEMA = {
    "alert_id": pl.String, "basis": pl.String, "area_key": pl.String, "category_key": pl.String, "from_on": pl.Date, "to_on": pl.Date,
    "observed": pl.Float64, "expected": pl.Float64, "ratio": pl.Float64, "ratio_before": pl.Float64, "below_limit_probability": pl.Float64,
    "solved_share": pl.Float64, "solved_before_share": pl.Float64, "is_solved_worse": pl.Boolean, "controls": pl.Int32,
    "control_ratio": pl.Float64, "control_ratio_before": pl.Float64, "better_probability": pl.Float64, "verdict": pl.String,
}  # fmt: skip
REVIEW_SCHEMA = {
    "known_on": pl.Date, "rule": pl.String, "alerts": pl.Int64, "confirmed": pl.Int64, "dismissed": pl.Int64, "missed": pl.Int64,
    "precision": pl.Float64, "review_hours": pl.Float64, "lead_days": pl.Float64, "weight": pl.Float64,
}  # fmt: skip
SOLVED = """
with answers as (
  select category_l2_key, unnest(['*', district_key, street_key]) as area_key, created_on, is_solved
  from marts.fct_tickets where is_demand and is_solved is not null and created_on >= $since
)
select category_l2_key, area_key, created_on, count(*) filter (is_solved) as solved, count(*) as asked
from answers where category_l2_key is not null and area_key is not null group by all order by all
"""
ALPHA = "select category_key, median(alpha) from sense.cell_expectations where period_type = 'week' and alpha is not null group by 1"
Verdict = tuple[str, str, dt.datetime]  # alert, confirm or dismiss, when


def read_acts(con: duckdb.DuckDBPyConnection) -> list[tuple[str, list[Act]]]:
    """Each alert's acts, oldest first."""
    rows = con.execute("select * from acts.events order by alert_id, position").pl().iter_rows(named=True)
    return [(alert, list(acts)) for alert, acts in groupby((Act(**row) for row in rows), key=lambda act: act.alert_id)]


def standing_verdicts(acts: Iterable[Act]) -> list[Act]:
    """The confirmations and dismissals of an alert that nobody took back, oldest first."""
    return [act for act in standing(acts) if act.act in ("confirm", "dismiss")]


def verdicts(acts: list[tuple[str, list[Act]]], until: dt.datetime) -> list[Verdict]:
    """The verdict that stood on each alert before an instant, with the instant of the first one."""
    found = []
    for alert, done in acts:
        kept = standing_verdicts(a for a in done if a.acted_at < until)
        if kept:
            found.append((alert, kept[-1].act, kept[0].acted_at))
    return found


def review_rows(
    con: duckdb.DuckDBPyConnection,
    casebook: Path | None,
    series: Series,
    table: TicketTable,
    settings: Settings,
    as_of: dt.date,
) -> pl.DataFrame:
    """What was known of each rule on the first of each month since the first verdict, and the weight it had from then on; the last row is of today."""
    acts, cases = read_acts(con), all_cases(casebook)
    if not acts or cases.is_empty():
        return pl.DataFrame(schema=REVIEW_SCHEMA)
    leads = _leads(cases, series, table)
    first = settings.local_day(min(act.acted_at for _, done in acts for act in done)).replace(day=1)
    days = [day for day in pl.date_range(first, as_of, "1mo", eager=True) if day > first] + [
        as_of + dt.timedelta(days=1)
    ]
    rows = [row for day in days for row in _reviewed(day, cases, acts, leads, settings)]
    return pl.DataFrame(rows, schema=REVIEW_SCHEMA, orient="row")


def trust(reviews: pl.DataFrame, settings: Settings) -> tuple[Trust, ...]:
    """The weights for the judgement; none where the setting `alerts.learn` is off."""
    if not settings.alerts.learn:
        return ()
    months = reviews.filter((pl.col("known_on").dt.day() == 1) & pl.col("weight").is_not_null())
    return tuple(
        Trust(day_number(on), rule, weight)
        for on, rule, weight in months.select("known_on", "rule", "weight").iter_rows()
    )


def _reviewed(
    day: dt.date, cases: pl.DataFrame, acts: list[tuple[str, list[Act]]], leads: dict[str, float], settings: Settings
) -> list[tuple]:
    until = settings.end_of_day(day - dt.timedelta(days=1))
    told = {alert: (said, at) for alert, said, at in verdicts(acts, until)}
    by_rule: dict[str, list[dict]] = defaultdict(list)
    for case in cases.filter(pl.col("raised_on") < day).iter_rows(named=True):
        by_rule[ARTEFACT if case["signal_status"] == SUSPECTED_ARTEFACT else case["rule"]].append(case)
    counts = {rule: _counts(mine, told) for rule, mine in by_rule.items()}
    weights = rule_weights({rule: counts[rule] for rule in counts if rule in KINDS and rule != "life_safety"})
    confirmed = [c for mine in by_rule.values() for c in mine if told.get(c["alert_id"], ("",))[0] == "confirm"]
    rows = []
    for rule, mine in sorted(by_rule.items()):
        good, bad = counts[rule]
        hours = [_hours(c, told, settings) for c in mine if c["alert_id"] in told]
        early = [
            leads[c["alert_id"]]
            for c in mine
            if told.get(c["alert_id"], ("",))[0] == "confirm" and c["alert_id"] in leads
        ]
        missed = sum(KINDS[rule] not in c["signals"].split(",") for c in confirmed) if rule in KINDS else good
        rows.append(
            (day, rule, len(mine), good, bad, missed, good / (good + bad) if good + bad else None, _median(hours), _median(early), weights.get(rule))
        )  # fmt: skip
    return rows


def _counts(mine: list[dict], told: dict[str, tuple[str, dt.datetime]]) -> tuple[int, int]:
    said = [told[c["alert_id"]][0] for c in mine if c["alert_id"] in told]
    return said.count("confirm"), said.count("dismiss")


def _hours(case: dict, told: dict[str, tuple[str, dt.datetime]], settings: Settings) -> float:
    """From the end of the day on which it was raised to the first verdict."""
    return max((told[case["alert_id"]][1] - settings.end_of_day(case["raised_on"])).total_seconds() / 3600, 0.0)


def _median(values: list[float]) -> float | None:
    return float(np.median(values)) if values else None


def _leads(cases: pl.DataFrame, series: Series, table: TicketTable) -> dict[str, float]:
    """Days by which an alert came before the usual comparison with last week (five or more, half more); what that never tells has none."""
    row = {cell: k for k, cell in enumerate(zip(series.area.tolist(), series.category.tolist(), strict=True))}
    total = np.cumsum(np.pad(series.observed, ((0, 0), (1, 0))), axis=1)
    found = {}
    for case in cases.filter(pl.col("signal_status") != SUSPECTED_ARTEFACT).iter_rows(named=True):
        at, raised = (
            row.get((table.area(case["area_key"]), table.category(case["category_key"]))),
            day_number(case["raised_on"]),
        )
        start = raised - series.first_day
        if at is None or start < 28 or start >= series.observed.shape[1]:
            continue
        ends = np.arange(start - 14 + 1, min(start + 29, series.observed.shape[1]) + 1)
        week, before = total[at][ends] - total[at][ends - 7], total[at][ends - 7] - total[at][ends - 14]
        if len(told := np.flatnonzero((week >= 5) & (week >= 1.5 * before))):
            found[case["alert_id"]] = float(ends[told[0]] - 1 - start)
    return found


def effect_rows(
    con: duckdb.DuckDBPyConnection, alerts: list[Alert], series: Series, table: TicketTable, settings: Settings
) -> pl.DataFrame:
    """The 28 days after each alert was handled, or after its last signal where nobody did, once they are over."""
    handled = {
        alert: day_number(settings.local_day(done[-1].acted_at))
        for alert, acts in read_acts(con)
        if (done := [a for a in standing(acts) if a.act == "handle"])
    }
    cells, solved, alpha = _Cells(series, table, alerts), _solved(con, table, series.first_day), _alphas(con, table)
    rows = [
        _effect(alert, handled.get(alert.alert_id), cells, solved, alpha, table)
        for alert in alerts
        if alert.signal_status != SUSPECTED_ARTEFACT
    ]
    return pl.DataFrame([row for row in rows if row], schema=EFFECT_SCHEMA, orient="row").with_columns(
        pl.col(pl.Float64).fill_nan(None)
    )


class _Cells:
    """Sums of the scored series, and which of them had an alert when."""

    def __init__(self, series: Series, table: TicketTable, alerts: list[Alert]) -> None:
        self.series, self.tree = series, table.tree
        self.row = {cell: k for k, cell in enumerate(zip(series.area.tolist(), series.category.tolist(), strict=True))}
        both = np.stack([series.observed, np.nan_to_num(series.expected)], axis=-1)
        self.total = np.concatenate([np.zeros((len(both), 1, 2)), np.cumsum(both, axis=1)], axis=1)
        self.level = table.tree.level[series.area]
        self.told: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for alert in alerts:
            for area in table.tree.ancestors(alert.area)[:-1] or [alert.area]:
                if (at := self.row.get((area, alert.category))) is not None:
                    self.told[at].append((alert.raised_on, alert.last_on))

    def home(self, alert: Alert) -> int | None:
        """The series of the alert's area, else of the next one around it."""
        chain = (self.row.get((area, alert.category)) for area in self.tree.ancestors(alert.area))
        return next((at for at in chain if at is not None), None)

    def sums(self, first: int, last: int) -> np.ndarray:
        """[series, 2] observed and expected of days `first` to `last`."""
        start, stop = first - self.series.first_day, last - self.series.first_day + 1
        return self.total[:, stop] - self.total[:, start]

    def holds(self, first: int, last: int) -> bool:
        return self.series.first_day <= first and last < self.series.first_day + self.series.observed.shape[1]

    def untold(self, first: int, last: int) -> np.ndarray:
        """Series without an alert that touches the days."""
        hit = [at for at, spans in self.told.items() if any(a <= last and b >= first for a, b in spans)]
        free = np.ones(len(self.series.area), bool)
        free[hit] = False
        return free


def _effect(
    alert: Alert,
    handled: int | None,
    cells: _Cells,
    solved: dict[tuple[int, int], np.ndarray],
    alpha: dict[int, float],
    table: TicketTable,
) -> tuple | None:
    start = (alert.last_on if handled is None else handled) + 1
    before, after = (start - DAYS, start - 1), (start, start + DAYS - 1)
    at = cells.home(alert)
    if at is None or not cells.holds(before[0], after[1]):
        return None
    was, now, prior = cells.sums(*before), cells.sums(*after), alpha.get(alert.category, 1.0)
    pool = np.flatnonzero(cells.untold(before[0], after[1]) & (cells.level == cells.level[at]) & (was[:, 1] > 0))
    alike = pool[nearest_cells(was[at], was[pool])] if len(pool) else pool
    control, control_was = now[alike].sum(axis=0), was[alike].sum(axis=0)
    area = int(cells.series.area[at])
    answers = solved.get((area, alert.category), np.empty((0, 3)))
    (good, asked), (good_was, asked_was) = (
        answers[(answers[:, 0] >= a) & (answers[:, 0] <= b), 1:].sum(axis=0).astype(int) for a, b in (after, before)
    )
    worse, chance = is_worse(good, asked, good_was, asked_was), below_limit(*now[at], prior)
    return (
        alert.alert_id, "ended" if handled is None else "handled", table.names.areas[area], table.names.categories[alert.category],
        *(date_of(day) for day in after), *now[at].tolist(), _over(now[at]), _over(was[at]), chance,
        good / asked if asked else None, good_was / asked_was if asked_was else None, worse, len(alike), _over(control), _over(control_was),
        better_than(*now[at], *control, prior) if len(alike) else None, verdict(chance, worse),
    )  # fmt: skip


def _over(sums: np.ndarray) -> float | None:
    return float(sums[0] / sums[1]) if sums[1] > 0 else None


def _solved(con: duckdb.DuckDBPyConnection, table: TicketTable, first: int) -> dict[tuple[int, int], np.ndarray]:
    """(area, category) -> [day, solved, asked]."""
    rows = con.execute(SOLVED, {"since": date_of(first)}).pl()
    found: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for category, area, on, good, asked in rows.iter_rows():
        found[table.area(area), table.category(category)].append((day_number(on), good, asked))
    return {cell: np.array(days) for cell, days in found.items()}


def _alphas(con: duckdb.DuckDBPyConnection, table: TicketTable) -> dict[int, float]:
    return {table.category(key): float(alpha) for key, alpha in con.execute(ALPHA).fetchall()}
