"""Spatial clusters: connected cells that are dense against their own past, worked by hand; as of Wednesday 2025-12-31, windows of 14 days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import h3.api.basic_int as h3
import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from tests.dbt.grid_city import AS_OF, HOME, Row, compile_models, disk, lay, report

pytestmark = pytest.mark.slow
MIDDLE, *RING = disk()
AWAY = h3.latlng_to_cell(30.2, 120.2, 9)  # the past of the city, far from all


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return compile_models(tmp_path_factory.mktemp("compiled"))


def past() -> list[Row]:
    """One old report, so that the city has a past of a year."""
    return [report("2024-10-01", AWAY, "背景->常规")]


def found(
    con: duckdb.DuckDBPyConnection, category: str, columns: str = "cells, reports", only: str = "is_current"
) -> list[tuple[Any, ...]]:
    return con.execute(
        f"select {columns} from marts.mart_grid_clusters where category_key = ? and {only} order by judged_on, reports desc",
        [category],
    ).fetchall()


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory, models: dict[str, str]) -> duckdb.DuckDBPyConnection:
    west, east = RING[0], h3.grid_ring(MIDDLE, 2)[0]
    lift = [report(f"2025-12-2{n}", MIDDLE, "设施->电梯", district_key="东区") for n in range(7)]
    usual = [report(str(AS_OF - dt.timedelta(days=14 + 7 * n)), MIDDLE, "环境->垃圾") for n in range(52)]
    tickets = [
        *past(), *lift, *usual, *[report("2025-12-30", MIDDLE, "环境->垃圾") for _ in range(4)],
        *[report("2025-12-30", MIDDLE, "环境->噪声", person_hash="same") for _ in range(50)],
        *[report("2025-12-30", MIDDLE, "环境->无名", person_hash=None, place_key=f"楼{n % 2}") for n in range(9)],
        *[report("2025-12-30", cell, "市政->停水") for cell in (MIDDLE, west, east) for _ in range(3)],
        *[report("2025-12-16", MIDDLE, "市政->增长") for _ in range(2)], *[report("2025-12-18", MIDDLE, "市政->增长") for _ in range(6)],
        *[report("2025-12-30", MIDDLE, "市政->录入") for _ in range(9)],
        *[report("2025-12-30", MIDDLE, "市政->无点", lat=None, lon=None) for _ in range(9)],
        *[report("2025-12-30", MIDDLE, "市政->咨询", is_demand=False) for _ in range(9)],
    ]  # fmt: skip
    artefacts = [
        {"ticket_key": t["ticket_key"], "reason": "batch"} for t in tickets if t["category_l2_key"] == "市政->录入"
    ]
    rows = [
        ("s1", "设施->电梯", 1e-5, lift[:5]),
        ("s2", "设施->电梯", 1e-9, lift[:1] + usual[:4]),
        ("s3", "环境->垃圾", 1e-9, lift),
    ]
    scans = [{"as_of_on": AS_OF, "cluster_id": name, "category_key": category, "p_value": p, "recurrence_days": 1 / p,
              "ticket_keys": [t["ticket_key"] for t in members]} for name, category, p, members in rows]  # fmt: skip
    return lay(tmp_path_factory.mktemp("clusters"), models, tickets, scans=scans, artefacts=artefacts)


def test_seven_persons_in_one_cell_are_a_cluster(city) -> None:
    assert found(city, "设施->电梯", "cells, reports, persons, reporters, previous_reports, growth_ratio") == [
        (1, 7, 7, 7, 0, None)
    ]


def test_one_caller_with_fifty_calls_is_none(city) -> None:
    assert found(city, "环境->噪声") == []


def test_unknown_callers_count_by_their_places_and_two_places_are_too_few(city) -> None:
    assert found(city, "环境->无名") == []


def test_expectation_is_the_cells_own_past_times_the_season(city) -> None:
    # all 52 weekly reports lie in the 364 days before the window (12-18 … 12-31), the last on the day before it; the window holds 4
    cells = city.execute("select count(*) from sense.cells").fetchone()[0]
    base = 52
    season = (4 + 20) / (base / 364 * 14 + 20)
    expected = 14 * season * (base + 28 * base / (cells * 364)) / (364 + 28)
    row = city.execute("select base_reports, base_days, season_ratio, mean_cell_day_reports from intermediate.int_category_windows where category_key = '环境->垃圾' and judged_on = ?", [AS_OF]).fetchone()  # fmt: skip
    assert row == pytest.approx((base, 364, season, base / (cells * 364)))
    assert expected + 2 * expected**0.5 > 4  # two weekly reports more are within chance
    assert found(city, "环境->垃圾") == []


def test_neighbours_join_and_a_cell_two_steps_away_does_not(city) -> None:
    assert found(city, "市政->停水") == [(2, 6)]


def test_growth_is_told_against_the_window_before(city) -> None:
    assert found(city, "市政->增长", "reports, previous_reports, growth_ratio") == [(6, 2, 3.0)]


@pytest.mark.parametrize("category", ["市政->录入", "市政->无点", "市政->咨询"])
def test_artefacts_inquiries_and_tickets_without_a_point_are_in_no_cluster(city, category: str) -> None:
    assert found(city, category, only="true") == []


def test_a_scan_confirms_when_it_shares_half_of_the_smaller(city) -> None:
    # s1 shares 5 of 5; s2 shares 1 of 5 and is of mixed categories; s3 is of another category
    assert found(city, "设施->电梯", "p_value, recurrence_days, scan_cluster_id, scan_shared_share") == [
        (1e-5, pytest.approx(1e5), "s1", 1.0)
    ]
    assert found(city, "市政->停水", "p_value, scan_cluster_id") == [(None, None)]


def test_reports_of_a_cluster_are_its_tickets(city) -> None:
    counts = "select cluster_id, judged_on, count(*) from marts.mart_grid_cluster_tickets group by all order by all"
    sums = "select cluster_id, judged_on, sum(reports) from marts.mart_grid_cluster_cells group by all order by all"
    marts = "select cluster_id, judged_on, reports from marts.mart_grid_clusters order by all"
    assert city.execute(counts).fetchall() == city.execute(sums).fetchall() == city.execute(marts).fetchall()


def test_shape_of_points_on_a_line_of_300_metres(tmp_path: Path, models) -> None:
    # five reports along a meridian, 75 m apart: radius 150 m, spread sqrt(2)·75 m; the metre of latitude is that of WGS-84 at 30°
    step = 75 / (111_132.954 - 559.822 * np.cos(np.pi / 3) + 1.175 * np.cos(2 * np.pi / 3))
    line = [report("2025-12-30", HOME, "甲->线") for _ in range(5)]
    lat, lon = h3.cell_to_latlng(HOME)
    tickets = [t | {"lat": lat + (n - 2) * step, "lon": lon} for n, t in enumerate(line)]
    with lay(tmp_path, models, past() + tickets) as con:
        assert found(con, "甲->线", "radius_m, spread_m, elongation_share") == [
            pytest.approx((150, 75 * 2**0.5, 1), rel=1e-5)
        ]


def test_a_cluster_at_one_point_has_no_elongation(city) -> None:
    assert found(city, "设施->电梯", "round(radius_m, 3), elongation_share") == [(0, None)]


def weeks(con: duckdb.DuckDBPyConnection, category: str) -> dict[str, list[tuple[Any, ...]]]:
    rows = found(
        con,
        category,
        "judged_on, cells, cluster_id, is_continued, split_from_cluster_id, merged_cluster_ids",
        only="judged_on >= date '2025-12-07'",
    )
    return {str(day): [row[1:] for row in rows if row[0] == day] for day in sorted({row[0] for row in rows})}


def test_a_moving_cluster_keeps_its_name_while_it_overlaps(tmp_path: Path, models) -> None:
    cells = [MIDDLE, RING[0], *h3.grid_path_cells(RING[0], h3.grid_ring(RING[0], 3)[0])[1:3]]
    tickets = [report(f"2025-12-{2 + 7 * n:02d}", cell, "甲->移动") for n, cell in enumerate(cells) for _ in range(6)]
    with lay(tmp_path, models, past() + tickets) as con:
        seen = weeks(con, "甲->移动")
    assert list(seen) == ["2025-12-07", "2025-12-14", "2025-12-21", "2025-12-28", "2025-12-31"]
    assert [rows[0][0] for rows in seen.values()] == [1, 2, 2, 2, 1]
    assert len({rows[0][1] for rows in seen.values()}) == 1
    assert [rows[0][2] for rows in seen.values()] == [False, True, True, True, True]


def test_split_and_merger_are_traced_and_the_larger_keeps_the_name(tmp_path: Path, models) -> None:
    left, middle, right = h3.grid_path_cells(RING[0], h3.grid_ring(RING[0], 2)[0])
    whole = [report("2025-12-10", c, "甲->分") for c in (left, middle, right) for _ in range(5)]
    parts = [report("2025-12-24", c, "甲->分") for c, n in ((left, 9), (right, 6)) for _ in range(n)]
    first = [report("2025-12-10", c, "甲->合") for c, n in ((left, 9), (right, 6)) for _ in range(n)]
    joined = [report("2025-12-20", c, "甲->合") for c in (left, middle, right) for _ in range(5)]
    with lay(tmp_path, models, past() + whole + parts + first + joined) as con:
        split, merged = weeks(con, "甲->分"), weeks(con, "甲->合")
    ((_, name, *_),) = split["2025-12-21"]
    larger, smaller = split["2025-12-28"]
    assert larger[1:] == (name, True, None, None)
    assert smaller[1] != name
    assert smaller[2:] == (False, name, None)
    large, small = merged["2025-12-14"]
    ((_, kept, *origin),) = merged["2025-12-21"]
    assert [kept, *origin] == [large[1], True, None, small[1]]


def test_the_name_stays_while_its_first_week_and_the_next_ones_go_on(tmp_path: Path, models) -> None:
    tickets = [
        report(f"2025-12-{day}", cell, "甲->新")
        for day in (22, 23, 23, 23, 24, 25, 26, 29)
        for cell in (MIDDLE, RING[1])
        for _ in range(2)
    ]
    names = set()
    for as_of in ("2025-12-24", "2025-12-26", "2025-12-28", "2025-12-30", "2025-12-31"):
        (tmp_path / as_of).mkdir()
        known = [t for t in tickets if str(t["created_on"]) <= as_of]
        with lay(tmp_path / as_of, models, past() + known, as_of=dt.date.fromisoformat(as_of)) as con:
            names.add(found(con, "甲->新", "cluster_id")[0])
    assert len(names) == 1


def test_a_young_city_has_no_past_and_no_cluster(tmp_path: Path, models) -> None:
    tickets = [report("2025-12-30", HOME, "甲->乙") for _ in range(9)] + [report("2025-12-01", HOME, "甲->丙")]
    with lay(tmp_path, models, tickets) as con:
        assert con.execute("select count(*) from marts.mart_grid_clusters").fetchone() == (0,)


def test_a_city_without_points_has_empty_tables(tmp_path: Path, models) -> None:
    tickets = [report("2025-12-30", HOME, "甲->乙", lat=None, lon=None) for _ in range(9)]
    with lay(tmp_path, models, tickets) as con:
        for table in (
            "dim_grid_cell",
            "mart_grid_clusters",
            "mart_grid_cluster_cells",
            "mart_grid_cluster_tickets",
            "mart_local_statistics",
        ):
            assert con.execute(f"select count(*) from marts.{table}").fetchone() == (0,)


def test_populations_are_known_only_where_every_reporting_estate_is_listed(tmp_path: Path, models) -> None:
    def place(cell: int, key: str, people: int | None) -> Row:
        lat, lon = h3.cell_to_latlng(cell)
        return {"area_key": key, "estate": key, "population": people, "lat": lat, "lon": lon}

    listed = [
        place(MIDDLE, "甲苑", 300),
        place(MIDDLE, "乙苑", 200),
        place(RING[0], "丙苑", 100),
        place(RING[1], "丁苑", None),
        place(RING[2], "戊苑", 50),
    ]
    tickets = [report("2025-12-30", MIDDLE, "甲->乙", estate_key="甲苑"), report("2025-12-30", RING[0], "甲->乙", estate_key="未列苑"),
               report("2025-12-30", RING[1], "甲->乙", estate_key="丁苑"), report("2025-12-30", RING[3], "甲->乙", community_key="社区")]  # fmt: skip
    with lay(tmp_path, models, past() + tickets, listed=listed) as con:
        known = dict(con.execute("select cell_id, population from marts.dim_grid_cell").fetchall())
    assert (known[MIDDLE], known[RING[0]], known[RING[1]], known[RING[2]], known[RING[3]]) == (
        500,
        None,
        None,
        50,
        None,
    )


def test_components_agree_with_scipy_on_random_and_winding_shapes(tmp_path: Path, models) -> None:
    rng = np.random.default_rng(4)
    field = np.array(disk(HOME, 25))
    shapes = {f"随机->{share}": field[rng.random(len(field)) < share] for share in (0.2, 0.4, 0.5, 0.6)}
    shapes["随机->蛇"] = np.array(
        [
            c
            for c in field.tolist()
            if h3.cell_to_local_ij(HOME, c)[0] % 2 or h3.cell_to_local_ij(HOME, c)[1] in (-20, 20)
        ]
    )
    tickets = [
        report("2025-12-30", cell, name) for name, cells in shapes.items() for cell in cells.tolist() for _ in range(2)
    ]
    with lay(tmp_path, models, past() + tickets) as con:
        rows = con.execute(
            "select category_key, cell_id, component from intermediate.int_cluster_components where judged_on = ?",
            [AS_OF],
        ).fetchall()
    for name, cells in shapes.items():
        at = {cell: i for i, cell in enumerate(cells.tolist())}
        edges = np.array([(i, at[n]) for c, i in at.items() for n in h3.grid_disk(c, 1) if n in at])
        count, label = connected_components(csr_matrix((np.ones(len(edges)), edges.T), shape=(len(at), len(at))))
        pairs = {(label[at[cell]], component) for category, cell, component in rows if category == name}
        assert len([r for r in rows if r[0] == name]) == len(at)
        assert len(pairs) == count == len({b for _, b in pairs})
