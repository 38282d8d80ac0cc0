"""Judge: signals of the days become alerts with words; reads arrays, calls the judgement, writes sense.alerts."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.judge.identity import keep_ids
from detectors.judge.inputs import Context, FoundCluster, Series, ToldCase
from detectors.judge.judgement import gather_signals, index_tickets, judge_days
from detectors.judge.outputs import Alert, HeldBack, Judgement
from detectors.judge.rules import JudgeConfig, LifeRules
from detectors.space.config import Cluster
from flows import wording
from flows.casebook import told_cases
from flows.counts import write_table
from flows.effects import effect_rows, read_acts, review_rows, standing_verdicts, trust
from flows.sense import BURN_IN_DAYS
from flows.similar_places import similar_rows
from flows.surroundings import read_context
from flows.tickets import EPOCH, TicketTable, date_of, day_number, read_tickets
from weisu.identity import stable_id
from weisu.settings import Settings
from weisu.warehouse import connect

if TYPE_CHECKING:
    import duckdb

LONGEST_WINDOW_DAYS = 28  # series days before the first judged day that a rise may reach back to
ALERT_SCHEMA = {
    "alert_id": pl.String, "raised_on": pl.Date, "last_on": pl.Date, "level": pl.Int32, "signals": pl.String, "classes": pl.String,
    "category_key": pl.String, "category": pl.String, "area_key": pl.String, "area": pl.String, "area_level": pl.String,
    "window_start_on": pl.Date, "window_end_on": pl.Date, "observed": pl.Float64, "expected": pl.Float64, "ratio": pl.Float64, "score": pl.Float64,
    "persons": pl.Int64, "places": pl.Int64, "composite_score": pl.Float64, "signal_status": pl.String, "artefact_reason": pl.String,
    "title_zh": pl.String, "title_en": pl.String, "why_zh": pl.String, "why_en": pl.String, "evidence": pl.String,
    "lat": pl.Float64, "lon": pl.Float64, "radius_m": pl.Float64,
}  # fmt: skip
HELD_SCHEMA = {
    "held_id": pl.String, "first_on": pl.Date, "last_on": pl.Date, "days": pl.Int32, "reason": pl.String, "category_key": pl.String, "area_key": pl.String,
    "signals": pl.String, "rule": pl.String, "observed": pl.Float64, "expected": pl.Float64, "score": pl.Float64, "p_value": pl.Float64,
    "p_limit": pl.Float64, "alert_id": pl.String,
}  # fmt: skip


def run(build: Path, settings: Settings, *, as_of: dt.date, alert_from: dt.date, casebook: Path | None = None) -> None:
    """Write sense.alerts and what belongs to them: every alert that was alive between `alert_from` and `as_of`.

    Args:
        casebook: the alerts told so far; their cases keep their ids.
    """
    con = connect(build)
    try:
        first = con.execute("select min(created_on) from marts.fct_tickets").fetchone()[0]
        table = read_tickets(con, settings, since=first)
        days = range(day_number(max(alert_from - dt.timedelta(days=BURN_IN_DAYS), first)), day_number(as_of) + 1)
        told = told_cases(casebook, con, table, since=date_of(days.start - LifeRules().cooldown_days))
        series = _series(con, table, days)
        reviews = review_rows(con, casebook, series, table, settings, as_of)
        context = replace(
            read_context(con, table, settings, days, as_of), known=tuple(told), trust=trust(reviews, settings)
        )
        made = _judge(con, table, settings, days, series, context)
        alerts = [a for a in made.alerts if a.last_on >= day_number(alert_from)]
        held = [h for h in made.held if h.last_on >= day_number(alert_from)]
        write_table(con, "held_alerts", _held_rows(held, table))
        write_table(con, "alert_effects", effect_rows(con, alerts, series, table, settings))
        write_table(con, "detector_reviews", reviews)
        write_table(con, "alerts", _alert_rows(con, alerts, table, settings))
        write_table(con, "similar_places", similar_rows(con, alerts, table, day_number(as_of) + 1))
        pairs = [(a.alert_id, key) for a in alerts for key in table.keys.gather(np.asarray(a.tickets, dtype=np.int64))]
        write_table(
            con,
            "alert_tickets",
            pl.DataFrame(pairs, schema={"alert_id": pl.String, "ticket_key": pl.String}, orient="row"),
        )
    finally:
        con.close()


def _judge(
    con: duckdb.DuckDBPyConnection,
    table: TicketTable,
    settings: Settings,
    days: range,
    series: Series,
    context: Context,
) -> Judgement:
    index, told = index_tickets(table.arrays, context, table.marks), context.known
    life = replace(LifeRules(), weekly_budget_area=settings.alerts.weekly_budget, fdr=settings.alerts.fdr)
    config = JudgeConfig(life=life)
    signals = gather_signals(days, series, _clusters(con, table), index, config)
    made = _named(judge_days(days, signals, series, table.arrays, context, table.marks, config), told, table, life)
    if confirmed := _confirmed(con, made.alerts, settings):
        # places that share a confirmed one's conditions are told apart in a second round
        context = replace(context, confirmed=confirmed)
        again = judge_days(days, signals, series, table.arrays, context, table.marks, config)
        made = _named(again, told, table, life)
    return made


def _named(made: Judgement, told: Sequence[ToldCase], table: TicketTable, life: LifeRules) -> Judgement:
    """The judgement with the ids under which people know its cases."""
    alerts = keep_ids(made.alerts, told, table.tree, life)
    ids = {old.alert_id: new.alert_id for old, new in zip(made.alerts, alerts, strict=True)}
    held = [replace(h, alert_id=ids.get(h.alert_id)) for h in made.held]
    return Judgement(alerts, held)


def _series(con: duckdb.DuckDBPyConnection, table: TicketTable, days: range) -> Series:
    first = days.start - LONGEST_WINDOW_DAYS
    rows = con.execute(
        "select area_key, category_key, date_on, observed, expected, score, is_alarm from sense.series_days join marts.dim_category using (category_key) "
        "where category_level = 2 and date_on between $first and $last order by area_key, category_key, date_on",
        {"first": date_of(first), "last": date_of(days.stop - 1)},
    ).pl()
    keys = rows.select("area_key", "category_key").unique(maintain_order=True).with_row_index("series")
    at = rows.join(keys, on=["area_key", "category_key"], how="left", maintain_order="left")["series"].to_numpy()
    day = (rows["date_on"] - EPOCH).dt.total_days().to_numpy() - first
    shape = (keys.height, days.stop - first)
    values = {name: np.full(shape, np.nan) for name in ("observed", "expected", "score")}
    for name, matrix in values.items():
        matrix[at, day] = rows[name].fill_null(float("nan")).to_numpy()
    is_alarm = np.zeros(shape, bool)
    is_alarm[at, day] = rows["is_alarm"].to_numpy()
    area, category = (
        np.array([code(k) for k in keys[column]], dtype=np.int64)
        for column, code in (("area_key", table.area), ("category_key", table.category))
    )
    return Series(
        area, category, first, np.nan_to_num(values["observed"]), values["expected"], values["score"], is_alarm
    )


def _clusters(con: duckdb.DuckDBPyConnection, table: TicketTable) -> dict[int, list[FoundCluster]]:
    rows = con.execute("select * from sense.clusters order by as_of_on, category_key, score desc").pl()
    listed = rows["ticket_keys"].explode().drop_nulls().unique()
    held = np.flatnonzero(table.keys.is_in(listed.implode()).to_numpy())
    at = dict(zip(table.keys.gather(held), held.tolist(), strict=True))
    found: dict[int, list[FoundCluster]] = defaultdict(list)
    for r in rows.iter_rows(named=True):
        members = np.array(sorted(at[k] for k in r["ticket_keys"]), dtype=np.int64)
        cluster = Cluster(
            day_number(r["as_of_on"]),
            day_number(r["start_on"]),
            day_number(r["end_on"]),
            *(r[k] for k in CLUSTER_NUMBERS),
            members,
        )
        found[cluster.as_of].append(FoundCluster(table.category(r["category_key"]), cluster))
    return found


CLUSTER_NUMBERS = (
    "lat",
    "lon",
    "radius_m",
    "observed",
    "expected",
    "relative_risk",
    "score",
    "p_value",
    "recurrence_days",
)


def _confirmed(
    con: duckdb.DuckDBPyConnection, alerts: list[Alert], settings: Settings
) -> tuple[tuple[int, int, int], ...]:
    found = []
    by_alert = {a.alert_id: a for a in alerts}
    for alert_id, acts in read_acts(con):
        verdicts = standing_verdicts(acts)
        if alert_id in by_alert and verdicts and verdicts[-1].act == "confirm":
            alert = by_alert[alert_id]
            found.append((day_number(settings.local_day(verdicts[-1].acted_at)), alert.category, alert.area))
    return tuple(sorted(found))


def _alert_rows(
    con: duckdb.DuckDBPyConnection, alerts: list[Alert], table: TicketTable, settings: Settings
) -> pl.DataFrame:
    areas = dict(con.execute("select area_key, area_name from marts.dim_area").fetchall())
    categories = dict(con.execute("select category_key, category_name from marts.dim_category").fetchall())
    levels = dict(con.execute("select area_key, area_level from marts.dim_area").fetchall())
    parents = dict(
        con.execute("select area_key, parent_area_key from marts.dim_area where parent_area_key is not null").fetchall()
    )
    names = wording.Names(areas, parents, categories, {"zh": settings.city.name, "en": settings.city.name_en})
    rows = [_row(a, table, names, levels, settings.city.language) for a in alerts]
    return pl.DataFrame(rows, schema=ALERT_SCHEMA, orient="row").with_columns(pl.col(pl.Float64).fill_nan(None))


def _row(a: Alert, table: TicketTable, names: wording.Names, levels: dict[str, str], lang: str) -> tuple:
    area, category = table.names.areas[a.area], table.names.categories[a.category]
    on = [date_of(d) for d in (a.raised_on, a.last_on, a.window_start, a.window_end)]
    titles = [wording.title(a, area, category, names, x) for x in ("zh", "en")]
    whys = [wording.why(a, names, x) for x in ("zh", "en")]
    return (
        a.alert_id, on[0], on[1], a.level, ",".join(a.signals), ",".join(a.classes), category, names.category(category), area, names.place(area, lang),
        levels[area], on[2], on[3], a.observed, a.expected, a.ratio, a.score, a.persons, a.places, a.composite, a.signal_status, a.artefact_reason,
        *titles, *whys, json.dumps(a.evidence, ensure_ascii=False, sort_keys=True, default=int), a.lat, a.lon, a.radius_m,
    )  # fmt: skip


def _held_id(h: HeldBack, number: int, table: TicketTable) -> str:
    """Of its place, category, first day and rank among the day's."""
    return stable_id(table.names.categories[h.category], table.names.areas[h.area], h.first_on, number)


def _held_rows(held: list[HeldBack], table: TicketTable) -> pl.DataFrame:
    rows = [
        (
            _held_id(h, number, table), date_of(h.first_on), date_of(h.last_on), h.days, h.reason, table.names.categories[h.category],
            table.names.areas[h.area], ",".join(h.signals), h.rule, h.observed, h.expected, h.score, h.p, h.limit, h.alert_id,
        )
        for number, h in enumerate(held)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=HELD_SCHEMA, orient="row").with_columns(pl.col(pl.Float64).fill_nan(None))
