"""The casebook: every alert that readers were shown, by the id under which they know it; `var/cases.duckdb`, written when a publication is made."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.judge.inputs import ToldCase
from flows.tickets import TicketTable, day_number
from weisu.errors import WarehouseError
from weisu.warehouse import attach, connect, transaction

if TYPE_CHECKING:
    import duckdb

TABLE = """
create table if not exists cases (alert_id text primary key, signal_status text, category_key text, area_key text, raised_on date, last_on date,
  lat double, lon double, radius_m double, ticket_keys text[], level integer, artefact_reason text, rule text, signals text,
  window_start_on date, window_end_on date, observed double, expected double, score double, evidence text)
"""
KEEP = """
insert or replace into cases
select alert_id, signal_status, category_key, area_key, least(alerts.raised_on, coalesce(old.raised_on, alerts.raised_on)),
  greatest(alerts.last_on, coalesce(old.last_on, alerts.last_on)), lat, lon, radius_m, tickets.ticket_keys, level, artefact_reason,
  json_extract_string(evidence, '$.rule'), signals, window_start_on, window_end_on, observed, expected, score, evidence
from made.sense.alerts as alerts
join (select alert_id, list(ticket_key order by ticket_key) as ticket_keys from made.sense.alert_tickets group by alert_id) as tickets using (alert_id)
left join (select alert_id, raised_on, last_on from cases) as old using (alert_id)
"""
CASES = "select * from cases where last_on >= $since order by alert_id"
REVIEWED = (
    "select alert_id, signal_status, category_key, area_key, raised_on, rule, signals from cases order by alert_id"
)
REVIEW_SCHEMA = {
    "alert_id": pl.String, "signal_status": pl.String, "category_key": pl.String, "area_key": pl.String, "raised_on": pl.Date, "rule": pl.String,
    "signals": pl.String,
}  # fmt: skip


def keep(casebook: Path, build: Path) -> None:
    """Remember the alerts of a publication that readers see; what was told earlier stays."""
    con = connect(casebook)
    try:
        attach(con, build, "made")
        with transaction(con):
            con.execute(TABLE)
            con.execute(KEEP)
    finally:
        con.close()


def told_cases(
    casebook: Path | None, con: duckdb.DuckDBPyConnection, table: TicketTable, *, since: dt.date
) -> list[ToldCase]:
    """The cases told so far that lived on or after `since`, in the codes of `table`; those of unknown areas or categories are left out."""
    rows = _read(casebook, CASES, {"since": since})
    acted = {alert for (alert,) in con.execute("select distinct alert_id from acts.events").fetchall()}
    keys = pl.Series([key for row in rows for key in row[9]], dtype=pl.String).unique()
    held = np.flatnonzero(table.keys.is_in(keys.implode()).to_numpy()) if len(keys) else []
    at = dict(zip(table.keys.gather(held), held, strict=True))
    cases = (_case(row, table, at, acted) for row in rows)
    return [case for case in cases if case.area >= 0 and case.category >= 0]


def _case(row: tuple, table: TicketTable, at: dict[str, int], acted: set[str]) -> ToldCase:
    alert, status, category, area, first, last, lat, lon, radius, keys, level, reason, rule, signals, *window = row
    start, end, observed, expected, score, evidence = window
    told = json.loads(evidence)
    kind = next((s["signal"] for s in told["signals"] if s["rule"] == rule), "rise")
    place = (float("nan") if x is None else x for x in (lat, lon, radius))
    tickets = np.array(sorted(at[key] for key in keys if key in at), dtype=np.int64)
    return ToldCase(
        alert, status, table.category(category), table.area(area), day_number(first), day_number(last), *place, tickets, alert in acted, level, reason, kind, rule,
        tuple(signals.split(",")), day_number(start), day_number(end), observed, expected, score, told,
    )  # fmt: skip


def all_cases(casebook: Path | None) -> pl.DataFrame:
    """Every case ever told, without its tickets: what verdicts are about."""
    return pl.DataFrame(_read(casebook, REVIEWED, {}), schema=REVIEW_SCHEMA, orient="row")


def _read(casebook: Path | None, sql: str, given: dict[str, dt.date]) -> list[tuple]:
    if casebook is None or not casebook.is_file():
        return []
    try:
        con = connect(casebook, read_only=True)
    except WarehouseError:
        return []  # damaged: ids are then what their first day makes them
    try:
        return con.execute(sql, given or None).fetchall()
    finally:
        con.close()
