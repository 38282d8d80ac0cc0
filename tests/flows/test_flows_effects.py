"""Effects and reviews read from a small build: what came of alerts, and the weights that reviews lead to."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import duckdb
import numpy as np
import polars as pl
import pytest

from detectors.judge.inputs import AreaTree, Names, Series
from detectors.judge.outputs import Alert
from flows.casebook import keep
from flows.effects import effect_rows, review_rows, trust
from flows.tickets import EPOCH
from weisu.settings import Alerts, City, Settings

FIRST, SPAN, RAISED = (dt.date(2026, 1, 1) - EPOCH).days, 160, (dt.date(2026, 3, 1) - EPOCH).days
AREAS, CATEGORIES = ("*", "东区", "西区", "南区"), ("甲",)
TABLE = SimpleNamespace(
    names=Names(AREAS, CATEGORIES, (), ()), tree=AreaTree(np.array([-1, 0, 0, 0]), np.array([0, 1, 1, 1])),
    area=lambda key: AREAS.index(key) if key in AREAS else -1, category=lambda key: 0 if key == "甲" else -1,
)  # fmt: skip
SETTINGS = Settings(city=City(timezone="UTC"))


def series() -> Series:
    """Three districts expect one a day; all have four a day in February, the east none after its alert, the west and south one."""
    observed, expected = np.ones((3, SPAN)), np.ones((3, SPAN))
    observed[:, 31:59] = 4
    observed[0, 59:] = 0
    return Series(np.array([1, 2, 3]), np.zeros(3, int), FIRST, observed, expected, observed.copy(), observed > 2)


def alert(**changes: object) -> Alert:
    base = Alert(
        "a", RAISED - 25, RAISED - 1, 3, ("rise",), (), 0, 1, RAISED - 7, RAISED - 1, 28.0, 7.0, 4.0, 4.0, None, 0, float("nan"), "active", None,
        float("nan"), float("nan"), float("nan"), np.arange(0),
    )  # fmt: skip
    return replace(base, **changes)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute("create schema acts; create schema marts; create schema sense")
    made.execute(
        "create table acts.events (act_id text, alert_id text, position integer, act text, reason text, assignee text, actor text, acted_at timestamp, until_on date)"
    )
    made.execute(
        "create table marts.fct_tickets (category_l2_key text, district_key text, street_key text, created_on date, is_demand boolean, is_solved boolean)"
    )
    made.execute(
        "create table sense.cell_expectations as select '甲' as category_key, 'week' as period_type, 2.0 as alpha"
    )
    return made


def act(con: duckdb.DuckDBPyConnection, alert_id: str, position: int, name: str, at: str) -> None:
    con.execute(
        "insert into acts.events values (?, ?, ?, ?, '', '', 'x', ?::timestamp, null)",
        [f"{alert_id}{position}", alert_id, position, name, at],
    )


def test_effect_is_told_beside_controls_that_fell_back_by_themselves(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = effect_rows(con, [alert()], series(), TABLE, SETTINGS).to_dicts()
    assert (row["basis"], row["from_on"], row["observed"], row["expected"]) == ("ended", dt.date(2026, 3, 1), 0.0, 28.0)
    assert (row["controls"], row["control_ratio"], row["control_ratio_before"]) == (2, 1.0, 4.0)
    assert (row["verdict"], row["is_solved_worse"]) == ("lasting", None)
    assert row["better_probability"] > 0.99


def test_effect_counts_from_the_handling_and_only_when_its_days_are_over(con: duckdb.DuckDBPyConnection) -> None:
    act(con, "a", 1, "handle", "2026-04-01 08:00")
    (row,) = effect_rows(con, [alert()], series(), TABLE, SETTINGS).to_dicts()
    assert (row["basis"], row["from_on"]) == ("handled", dt.date(2026, 4, 2))
    act(con, "a", 2, "undo", "2026-04-01 09:00")
    assert effect_rows(con, [alert()], series(), TABLE, SETTINGS)["basis"].to_list() == ["ended"]
    late = alert(last_on=FIRST + SPAN - 28)
    assert effect_rows(con, [late, alert(signal_status="suspected_artefact")], series(), TABLE, SETTINGS).is_empty()


def casebook(folder: Path, *cases: tuple[str, str, str]) -> Path:
    """Cases (id, rule, status) of the east, raised on the first of February."""
    build, evidence = folder / "build.duckdb", {"signals": []}
    with duckdb.connect(str(build)) as con:
        con.execute(
            "create schema sense; create table sense.alert_tickets as select 'none' as alert_id, 'none' as ticket_key where false"
        )
        rows = [
            {"alert_id": a, "signal_status": status, "category_key": "甲", "area_key": "东区", "raised_on": dt.date(2026, 2, 1), "last_on": dt.date(2026, 2, 5),
             "signals": "cluster" if rule == "scan" else "rise", "lat": None, "lon": None, "radius_m": None, "level": 3, "artefact_reason": None,
             "window_start_on": dt.date(2026, 2, 1), "window_end_on": dt.date(2026, 2, 1), "observed": 4.0, "expected": 1.0, "score": 4.0,
             "evidence": json.dumps(evidence | {"rule": rule})} for a, rule, status in cases
        ]  # fmt: skip
        con.register("rows", pl.DataFrame(rows))
        con.execute("create table sense.alerts as from rows")
        con.execute("insert into sense.alert_tickets select alert_id, 't' from rows")
    keep(folder / "cases.duckdb", build)
    return folder / "cases.duckdb"


def test_reviews_are_counted_per_rule_and_weigh_from_the_next_month(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    cases = [(f"s{k}", "series", "active") for k in range(30)] + [(f"c{k}", "scan", "active") for k in range(30)]
    book = casebook(tmp_path, *cases, ("x", "bunch", "suspected_artefact"))
    for k in range(30):
        act(con, f"s{k}", 1, "confirm", "2026-02-02 06:00")
        act(con, f"c{k}", 1, "dismiss" if k else "confirm", "2026-02-02 06:00")
    act(con, "x", 1, "confirm", "2026-02-03 00:00")
    rows = review_rows(con, book, series(), TABLE, SETTINGS, dt.date(2026, 3, 9))
    assert rows["known_on"].unique().sort().to_list() == [dt.date(2026, 3, 1), dt.date(2026, 3, 10)]
    march = {r["rule"]: r for r in rows.filter(pl.col("known_on") == dt.date(2026, 3, 1)).to_dicts()}
    assert (march["series"]["confirmed"], march["scan"]["dismissed"], march["scan"]["missed"]) == (30, 29, 31)
    assert (march["series"]["precision"], march["series"]["review_hours"]) == (1.0, 6.0)
    assert march["series"]["lead_days"] == 1.0  # the week tells five or more, half more, a day later
    assert (march["artefact"]["missed"], march["artefact"]["weight"]) == (1, None)
    weights = {t.rule: t.weight for t in trust(rows, SETTINGS)}
    assert weights["series"] > 1 > weights["scan"]
    assert {t.known_day for t in trust(rows, SETTINGS)} == {(dt.date(2026, 3, 1) - EPOCH).days}
    assert trust(rows, replace(SETTINGS, alerts=Alerts(learn=False))) == ()


def test_a_review_taken_back_teaches_nothing(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    book = casebook(tmp_path, ("s", "series", "active"), ("c", "scan", "active"))
    act(con, "c", 1, "dismiss", "2026-02-02 06:00")
    act(con, "c", 2, "undo", "2026-02-02 07:00")
    rows = review_rows(con, book, series(), TABLE, SETTINGS, dt.date(2026, 3, 9))
    assert rows["dismissed"].sum() == 0
    assert rows["weight"].drop_nulls().to_list() == pytest.approx([1.0] * rows["weight"].drop_nulls().len())
