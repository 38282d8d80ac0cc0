"""The backtest on a small published history: detection, thresholds, and cards that keep what people wrote."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from flows.backtest import STEPS, backtest
from flows.planting import SHAPES, alerts_a_year, found_share, plant, recommended_threshold
from weisu.cli import run
from weisu.errors import WarehouseError
from weisu.publishing import Publication, point_to
from weisu.settings import Workspace

FIRST, DAYS = dt.date(2023, 1, 1), 800
MEANS = {"杂事->甲": 0.4, "杂事->乙": 2.0, "杂事->丙": 9.0}
DAILY = """
create schema marts;
create table marts.fct_daily as select * from daily;
create table marts.dim_category as select 'x' as category_key, 0 as category_level where false;
insert into marts.dim_category select distinct category_key, category_level from daily;
create table marts.dim_calendar as select distinct date_on, null::text as holiday_name, isodow(date_on) < 6 as is_workday from daily;
create table marts.mart_publication as select min(date_on) as first_on, max(date_on) as last_on, 5 as tickets, '1' as rules_version from daily;
create table marts.fct_tickets as
  select 't' || i as ticket_key, '东/' || (i % 2) as street_key, '电话' as channel, true as is_demand,
    max_on - (i * 7 % 500)::integer as created_on, '杂事->甲' as category_l2_key, 31.2 + (i * 37 % 101) * 3e-4 as lat, 121.4 + (i * 53 % 97) * 3e-4 as lon,
    'p' || i as place_key, 'h' || i as person_hash, '东/' || (i % 2) || '/' || (i * i % 60) as community_key, null::text as estate_key
  from range(400) r(i), (select max(date_on) as max_on from daily);
create table marts.mart_artefact_tickets as select 't0' as ticket_key;
create table marts.mart_alerts as select 'a' as alert_id, first_on as raised_on, 'active' as signal_status from marts.mart_publication;
create table marts.mart_alert_tickets as select 'a' as alert_id, 't' || (2 * i) as ticket_key from range(20) r(i);
"""


def published(folder: Path, days: int = DAYS) -> tuple[Workspace, Publication]:
    """A workspace whose current publication holds a city, two districts and two streets."""
    rng, dates = np.random.default_rng(4), [FIRST + dt.timedelta(days=i) for i in range(days)]
    rows = [
        pl.DataFrame({
            "area_key": area, "area_level": level, "category_key": category, "category_level": 2 if "->" in category else 1,
            "date_on": dates, "reports": rng.poisson(mean * size, days),
        })
        for area, level, size in (("*", "city", 1.0), ("东", "district", 0.6), ("西", "district", 0.4), ("东/0", "street", 0.3), ("东/1", "street", 0.3))
        for category, mean in (MEANS | {"杂事": 11.4}).items()
    ]  # fmt: skip
    folder.mkdir()
    (folder / "weisu.toml").write_text('[city]\nname = "试验市"\n', encoding="utf-8")
    workspace = Workspace(folder)
    workspace.publications.mkdir(parents=True)
    path = workspace.publications / "p.duckdb"
    with duckdb.connect(str(path)) as con:
        con.register("daily", pl.concat(rows))
        con.execute(DAILY)
    made = Publication("p", dates[-1], "2025-03-11T00:00:00", "v1", path)
    point_to(workspace, made)
    return workspace, made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Publication]:
    return published(tmp_path_factory.mktemp("backtest") / "ws")


def test_backtest_measures_and_writes_a_card_of_each_model(place: tuple[Workspace, Publication]) -> None:
    steps: list[str] = []
    outcome = backtest(*place, report=steps.append)
    assert tuple(steps) == STEPS
    by_shape = {r.shape: r for r in outcome.series if r.budget == "1/yr" and r.volume == "5–inf"}
    assert set(by_shape) == set(SHAPES)
    assert by_shape["shift"].detected_share >= 0.5
    assert all(r.false_alerts_per_series_year < 4 for r in outcome.series if r.budget == "1/yr")
    assert {p.suffix for p in outcome.cards} == {".json", ".md"}
    card = json.loads((place[0].var / "models" / "series.json").read_text())
    assert card["data"]["city"] == "试验市"
    assert [row["part"] for row in card["bias"]["street"]] == ["东/0", "东/1"]  # all alerts lie in the first
    assert [row["alert_ratio"] for row in card["bias"]["street"]] == [2.0, 0.0]
    assert "模型备案" in (place[0].var / "models" / "series.zh.md").read_text()
    assert {(r.budget, r.events) for r in outcome.scan} == {(b, n) for b in ("1/yr", "1/30d") for n in (4, 8)}
    share = {(r.budget, r.events): r.detected_share for r in outcome.scan}
    assert share["1/yr", 4] <= share["1/yr", 8] <= share["1/30d", 8]
    assert share["1/30d", 8] >= 0.5
    assert "空间聚集" in (place[0].var / "models" / "scan.zh.md").read_text()
    assert outcome.similar_places is None or outcome.similar_places["lists"] > 0
    assert "举一反三" in (place[0].var / "models" / "similar_places.zh.md").read_text()
    assert "Threshold" in (place[0].var / "models" / "series.en.md").read_text()


def test_cards_keep_the_owner_and_an_approval_of_the_same_version_only(place: tuple[Workspace, Publication]) -> None:
    backtest(*place)
    path = place[0].var / "models" / "forecast.json"
    card = json.loads(path.read_text())
    path.write_text(json.dumps(card | {"owner": "甲科", "approved_on": "2026-01-02"}))
    backtest(*place)
    assert json.loads(path.read_text())["approved_on"] == "2026-01-02"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": "older"}))
    backtest(*place)
    kept = json.loads(path.read_text())
    assert (kept["owner"], kept["approved_on"]) == ("甲科", None)


def test_a_damaged_card_is_refused_and_left_alone(tmp_path: Path) -> None:
    place = published(tmp_path / "ws")
    path = place[0].var / "models" / "series.json"
    path.parent.mkdir(parents=True)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(WarehouseError, match="is no model card"):
        backtest(*place)
    assert path.read_text() == "{"


def test_a_short_history_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="too short"):
        backtest(*published(tmp_path / "ws", days=300))


def test_a_recommended_threshold_keeps_the_budget_on_quiet_data() -> None:
    from detectors.series import calendar_features

    counts = np.random.default_rng(0).poisson(3.0, (30, DAYS)).astype(float)
    features = calendar_features([FIRST + dt.timedelta(days=i) for i in range(DAYS)], "CN")
    told: list[str] = []
    planted = plant(counts, DAYS - 365, features, np.random.default_rng(1), told.append)
    assert told == ["clean", *SHAPES]
    rare, often = (recommended_threshold(planted, budget) for budget in ("1/yr", "1/90d"))
    assert alerts_a_year(planted.clean, rare).mean() <= 1.0
    assert alerts_a_year(planted.clean, often).mean() <= 365.25 / 90
    assert often < rare
    assert found_share(planted, often) >= found_share(planted, rare) > 0.5


def test_the_command_prints_json_for_machines(
    place: tuple[Workspace, Publication], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["backtest", "--workspace", str(place[0].root), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"results", "thresholds", "forecast", "lead_lag", "scan", "similar_places", "cards"}
    assert all(Path(p).is_file() for p in told["cards"])
