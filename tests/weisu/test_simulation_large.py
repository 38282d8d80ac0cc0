"""`weisu simulate --size large`: a city of the largest size, whatever the number of tickets; it loads and builds."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from weisu.cli import simulate as command
from weisu.simulation.catalogue import LIFE_SAFETY, load_catalogue
from weisu.simulation.city import build_city
from weisu.simulation.config import MOST_AT_ONCE, SimulationConfig, Size
from weisu.simulation.run import simulate
from weisu.warehouse import connect

LARGE = SimulationConfig(
    tickets=20_000, seed=3, size=Size.LARGE, first_on=dt.date(2025, 7, 1), last_on=dt.date(2025, 12, 31)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(LARGE, tmp_path_factory.mktemp("large") / "city").folder


def test_places_and_categories_when_large_then_as_many_as_in_the_largest_city(folder: Path) -> None:
    areas = pl.read_csv(folder / "reference" / "areas.csv")
    assert areas["district"].n_unique() == 16
    assert areas.select("district", "street").drop_nulls().n_unique() == 300
    assert areas.select("district", "street", "community").drop_nulls().n_unique() == 7000
    assert areas["street"].drop_nulls().n_unique() == 300  # no name twice
    whole = areas.filter(pl.col("street").is_null())["population"].sum()
    assert 2.0e7 < whole < 2.5e7
    assert areas["estate"].drop_nulls().n_unique() == areas["estate"].drop_nulls().len() > 25_000
    table = pl.read_csv(folder / "reference" / "categories.csv")
    levels = ("category_l1", "category_l2", "category_l3")
    assert [table.select(levels[:n]).n_unique() for n in (1, 2, 3)] == [12, 60, 400]
    duties = pl.read_csv(folder / "reference" / "duties.csv", infer_schema=False)
    assert duties.filter(pl.col("valid_to").is_null()).select("category_l2", "street").n_unique() == 60 * 300


def test_catalogue_when_large_then_each_share_is_split_and_life_safety_kept() -> None:
    usual, large = load_catalogue(), load_catalogue(Size.LARGE)
    assert large.weight.sum() == pytest.approx(1)
    assert len(large.phrases) == large.size == 400
    assert set(usual.table["l3"]) <= set(large.table["l3"])  # what is planted finds its category
    assert large.flag("l3", LIFE_SAFETY).sum() > usual.flag("l3", LIFE_SAFETY).sum() == len(LIFE_SAFETY)


def test_places_when_drawn_then_each_ticket_lies_in_a_community_of_its_street(folder: Path) -> None:
    rows = pl.concat([pl.read_csv(path, infer_schema=False) for path in sorted((folder / "exports").glob("*.csv"))])
    areas = pl.read_csv(folder / "reference" / "areas.csv").select("district", "street", "community").unique()
    named = rows.select(district="区县", street="街道", community="社区").drop_nulls()
    assert named.height > 0.9 * rows.height
    assert named.join(areas, on=["district", "street", "community"], how="anti").height == 0
    assert rows["工单编号"].n_unique() == rows.height
    assert 0.9 < rows.height / LARGE.tickets < 1.1


@pytest.mark.parametrize(("tickets", "weekly"), [(60_000, False), (6 * MOST_AT_ONCE, False), (24_000_000, True)])
def test_stretches_when_months_are_large_then_weeks_and_every_day_once(tickets: int, weekly: bool) -> None:
    config = replace(LARGE, tickets=tickets)
    stretches = config.stretches()
    days = [first + dt.timedelta(days=n) for first, last in stretches for n in range((last - first).days + 1)]
    assert days == config.all_days()
    assert (len(stretches) > 6) == weekly
    assert all(first.month == last.month for first, last in stretches)


def test_stretches_when_weekly_then_ids_are_unique_and_parents_are_earlier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same way of making as at 24 million, forced upon a small city."""
    monkeypatch.setattr("weisu.simulation.config.MOST_AT_ONCE", 100)
    made = simulate(LARGE, tmp_path / "city")
    assert [path.name for path in made.exports] == [f"hotline_2025-{month:02d}.csv" for month in range(7, 13)]
    rows = pl.concat([pl.read_csv(path, infer_schema=False) for path in made.exports])
    assert rows.height == made.tickets == rows["工单编号"].n_unique()
    assert "工单编号" not in set(rows["工单编号"])  # one header a file
    later = rows.filter(pl.col("关联工单").is_not_null())
    known = later.join(rows.select("工单编号", at="诉求时间"), left_on="关联工单", right_on="工单编号")
    assert known.height == later.height > 0
    assert (known["at"] < known["诉求时间"]).all()


def test_streets_when_usual_then_as_before() -> None:
    city = build_city(SimulationConfig())
    assert (len(city.district_names), city.streets, len(city.community_names)) == (6, 30, 180)


def test_option_size_when_large_then_the_large_city(tmp_path: Path) -> None:
    app = typer.Typer()
    command.register(app)
    ran = CliRunner().invoke(app, ["-o", str(tmp_path / "c"), "--size", "large", "--tickets", "5000", "--from", "2025-11-01", "--to", "2025-12-31", "--json"])  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert pl.read_csv(tmp_path / "c" / "reference" / "categories.csv").height == 400


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_large_city_when_loaded_and_built_then_published(tmp_path: Path) -> None:
    """A thin season: the days' scans take most of a build, and grow with the tickets of a day."""

    def weisu(*arguments: str) -> str:
        ran = subprocess.run(
            [str(Path(sys.executable).parent / "weisu"), *arguments], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    thin = replace(LARGE, tickets=5_000, first_on=dt.date(2025, 10, 1))
    folder, place = simulate(thin, tmp_path / "city").folder, tmp_path / "work"
    weisu("init", str(place), "--city", str(folder))
    weisu("load", str(folder / "exports"), "--source", "hotline", "--workspace", str(place))
    told = json.loads(weisu("build", "--json", "--workspace", str(place)).strip().splitlines()[-1])
    assert told
    (publication,) = (place / "var" / "publications").glob("*.duckdb")
    con = connect(publication, read_only=True)
    try:
        levels = dict(con.execute("select area_level, count(*) from marts.dim_area group by 1").fetchall())
        assert (levels["district"], levels["street"], levels["community"]) == (16, 300, 7000)
        third, scored = con.execute("select count(*) filter (where category_level = 3), (select count(*) from marts.mart_degrees) from marts.dim_category").fetchone()  # fmt: skip
        assert third == 400
        assert scored > 0
    finally:
        con.close()
