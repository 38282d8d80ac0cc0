"""Getis-Ord G* and local Moran: worked by hand on nineteen cells, and against esda on the bundled and the synthetic city."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import itertools
import math
from pathlib import Path

import duckdb
import h3.api.basic_int as h3
import numpy as np
import pytest
from esda import G_Local, Moran_Local
from libpysal.weights import W
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from tests.dbt.grid_city import HOME, Row, compile_models, disk, lay, report
from weisu.cities import bundled_exports
from weisu.simulation.config import Layout, SimulationConfig
from weisu.simulation.run import simulate

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::UserWarning")]
CELLS = disk(HOME, 2)  # 19 cells: the middle has six neighbours, the six corners of the rim three, the others four
COUNTS = [8, 4, 4, 4, 0, 0, 0]  # of the middle and the six cells around it; the twelve beyond have none


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return compile_models(tmp_path_factory.mktemp("compiled"))


def study() -> list[Row]:
    """One old report in each cell: all nineteen are compared."""
    return [report("2025-01-01", cell, "背景->常规") for cell in CELLS]


@pytest.fixture(scope="session")
def nineteen(tmp_path_factory: pytest.TempPathFactory, models: dict[str, str]) -> duckdb.DuckDBPyConnection:
    hill = [report("2025-12-10", cell, "甲->丘") for cell, n in zip(CELLS, COUNTS, strict=False) for _ in range(n)]
    flat = [report("2025-12-10", cell, "乙->平") for cell in CELLS for _ in range(3)]
    few = [report("2025-12-10", HOME, "丙->少") for _ in range(19)]
    areas = [
        {
            "area_key": f"区/街/社{n:02d}",
            "area_level": "community",
            "population": 1000 * (n + 1),
            "lat": 30 + 0.01 * n,
            "lon": 120.0,
        }
        for n in range(12)
    ]
    named = [
        report("2025-12-10", HOME, "丁->率", street_key="区/街", community_key=f"区/街/社{n:02d}")
        for n in range(12)
        for _ in range(n + 1 + 10 * (n == 0))
    ]
    return lay(tmp_path_factory.mktemp("nineteen"), models, study() + hill + flat + few + named, areas=areas)


def middle(con: duckdb.DuckDBPyConnection, columns: str, category: str = "甲->丘") -> tuple:
    sql = f"select {columns} from marts.mart_local_statistics where unit_key = ? and category_key = ? and period_type = 'month' and period_start_on = date '2025-12-01'"
    (row,) = con.execute(sql, [h3.int_to_str(HOME), category]).fetchall()
    return row


def test_g_star_of_the_middle_is_worked_by_hand(nineteen) -> None:
    # mean 20/19; variance (64 + 3·16)/19 − mean²; seven cells hold 20, so their mean is 20/7
    mean, variance = 20 / 19, 112 / 19 - (20 / 19) ** 2
    z = (20 / 7 - mean) / math.sqrt(variance * (19 / 7 - 1) / 18)
    assert middle(nineteen, "g_star_z, g_star_p, mean_value, units, neighbours") == pytest.approx(
        (z, 2 * norm.sf(z), mean, 19, 6)
    )


def test_moran_of_the_middle_is_worked_by_hand(nineteen) -> None:
    # own 8, neighbours (4+4+4)/6 = 2: high beside high
    mean, variance = 20 / 19, 112 / 19 - (20 / 19) ** 2
    own, lag = 8 - mean, 2 - mean
    z = (lag + own / 18) / math.sqrt(19 / 17 * (1 / 6 - 1 / 18) * (variance - own**2 / 18))
    assert middle(nineteen, "moran_i, moran_z, neighbour_value") == pytest.approx(
        (18 * own * lag / (19 * variance), z, 2)
    )
    assert middle(nineteen, "quadrant") == ("HH",)


def test_moran_z_has_the_moments_of_all_rearrangements_of_the_others(nineteen) -> None:
    # the six neighbours are six draws without replacement from the other eighteen values
    others = np.array(COUNTS[1:] + [0] * 12, float)
    means = [np.mean(others[list(six)]) for six in itertools.combinations(range(18), 6)]
    assert middle(nineteen, "moran_z")[0] == pytest.approx((2 - np.mean(means)) / np.std(means))


def test_equal_cells_and_few_reports_have_no_score(nineteen) -> None:
    sql = "select count(*) from marts.mart_local_statistics where category_key in ('乙->平', '丙->少')"
    assert nineteen.execute(sql).fetchone() == (0,)


def test_one_cell_has_no_score(tmp_path: Path, models) -> None:
    with lay(tmp_path, models, [report("2025-12-10", HOME, "甲->乙") for _ in range(30)]) as con:
        assert con.execute("select count(*) from marts.mart_local_statistics").fetchone() == (0,)


def test_communities_with_people_are_compared_by_rate(nineteen) -> None:
    sql = "select unit_key, measure, value, neighbours from marts.mart_local_statistics where unit_type = 'community' and category_key = '丁' and period_type = 'month' order by 1"
    first, second, *rest = nineteen.execute(sql).fetchall()
    assert first == ("区/街/社00", "rate", pytest.approx(110), 6)
    assert second[2] == pytest.approx(10)
    assert len(rest) == 10


def boston() -> tuple[list[Row], dt.date]:
    (path,) = [p for p in bundled_exports("boston311") if "2015" in p.name]
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["latitude"] and r["open_dt"] < "2015-07-01"]
    made = [
        _seen(
            r["open_dt"],
            r["latitude"],
            r["longitude"],
            r["reason"],
            r["type"],
            (r["neighborhood"], r["ward"], r["precinct"]),
        )
        for r in rows
    ]
    return made, dt.date(2015, 6, 30)


def synthetic(folder: Path) -> tuple[list[Row], dt.date]:
    config = SimulationConfig(
        tickets=6000, seed=3, first_on=dt.date(2026, 4, 1), last_on=dt.date(2026, 6, 30), layout=Layout.CORE
    )
    rows = []
    for path in simulate(config, folder / "synthetic").exports:
        with path.open(encoding="utf-8-sig") as file:
            rows += [r for r in csv.DictReader(file) if r["经度"] and r["诉求时间"] < "2026-07-01"]
    return [
        _seen(r["诉求时间"], r["纬度"], r["经度"], r["一级分类"], r["二级分类"], (r["区县"], r["街道"], r["社区"]))
        for r in rows
    ], config.last_on


def _seen(at: str, lat: str, lon: str, first: str, second: str, place: tuple[str, str, str]) -> Row:
    district, street, community = place
    keys = {
        "district_key": district,
        "street_key": f"{district}/{street}",
        "community_key": f"{district}/{street}/{community}",
    }
    return report(at[:10], HOME, f"{first}->{second}", lat=float(lat), lon=float(lon), **keys)


@pytest.fixture(scope="session", params=["boston", "synthetic"])
def real(request, tmp_path_factory: pytest.TempPathFactory, models: dict[str, str]) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp(request.param)
    tickets, as_of = boston() if request.param == "boston" else synthetic(folder)
    areas = [
        {"area_key": key, "area_level": "community", "lat": float(np.mean([t["lat"] for t in tickets if t["community_key"] == key])),
         "lon": float(np.mean([t["lon"] for t in tickets if t["community_key"] == key]))}
        for key in sorted({t["community_key"] for t in tickets})
    ]  # fmt: skip
    return lay(folder, models, tickets, areas=areas, as_of=as_of)


@pytest.mark.parametrize("unit_type", ["grid", "community"])
def test_both_agree_with_esda_and_the_false_discovery_rate_with_statsmodels(real, unit_type: str) -> None:
    units = [
        u
        for (u,) in real.execute(
            "select unit_id from intermediate.int_spatial_units where unit_type = ? order by 1", [unit_type]
        ).fetchall()
    ]
    at = {unit: i for i, unit in enumerate(units)}
    near: dict[int, list[int]] = {i: [] for i in range(len(units))}
    for unit, other in real.execute(
        "select unit_id, neighbour_id from intermediate.int_spatial_neighbours where unit_type = ?", [unit_type]
    ).fetchall():
        near[at[unit]].append(at[other])
    groups = real.execute(
        "select group_id from intermediate.int_local_groups where unit_type = ? and period_type = 'month' order by reports desc, 1 limit 5",
        [unit_type],
    ).fetchall()
    assert len(groups) == 5
    for (group,) in groups:
        _compare(real, group, at, near)


def _compare(con: duckdb.DuckDBPyConnection, group: int, at: dict[int, int], near: dict[int, list[int]]) -> None:
    columns = "unit_id, value, g_star_z, g_star_p, is_g_star_discovery, moran_i, moran_z, moran_p, is_moran_discovery, deviation > 0, lag_deviation > 0, is_testable"
    rows = con.execute(
        f"select {columns} from intermediate.int_local_scores where group_id = ? and unit_id is not null", [group]
    ).fetchall()
    y = np.zeros(len(at))
    y[[at[row[0]] for row in rows]] = [row[1] for row in rows]
    # esda's analytic variance holds for binary weights; the z of G* is the same for row-standardised ones
    star = G_Local(
        y, W({i: [*n, i] for i, n in near.items()}, silence_warnings=True), transform="B", star=True, permutations=0
    )
    moran = Moran_Local(y, W(near, silence_warnings=True), transformation="r", permutations=0)
    has_near = np.array([bool(near[i]) for i in range(len(y))])
    scale = np.where(has_near, np.sqrt(moran.VIc), 1.0)
    moran_z = (moran.Is * len(y) / (len(y) - 1) - moran.EIc) / scale
    p_star, p_moran = 2 * norm.sf(np.abs(star.Zs)), 2 * norm.sf(np.abs(moran_z))
    for unit, *_, is_testable in rows:  # too few reports: counted as a test, never a discovery
        p_star[at[unit]] = p_star[at[unit]] if is_testable else 1.0
        p_moran[at[unit]] = p_moran[at[unit]] if is_testable else 1.0
    found_star = multipletests(p_star, 0.05, "fdr_bh")[0]
    found_moran = np.zeros(len(y), bool)
    found_moran[has_near] = multipletests(p_moran[has_near], 0.05, "fdr_bh")[0]
    for unit, _, z, p, is_star, i, mz, mp, is_moran, is_high, is_high_near, _ in rows:
        k = at[unit]
        assert z == pytest.approx(star.Zs[k], abs=1e-9)
        assert p == pytest.approx(2 * norm.sf(abs(z)), rel=3e-7)
        assert is_star == found_star[k]
        if has_near[k]:
            assert (i, mz) == pytest.approx((moran.Is[k], moran_z[k]), abs=1e-9)
            assert mp == pytest.approx(2 * norm.sf(abs(mz)), rel=3e-7)
            assert is_moran == found_moran[k]
            assert {1: (True, True), 2: (False, True), 3: (False, False), 4: (True, False)}[moran.q[k]] == (
                is_high,
                is_high_near,
            )
        else:
            assert (i, mz, is_moran) == (None, None, None)
