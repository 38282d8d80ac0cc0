"""What was scanned before is read back, and is what a scan would find."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from detectors.judge.inputs import AreaTree, Context, Names, Tickets
from detectors.judge.window import index_tickets
from detectors.space.config import ScanConfig
from flows import scans
from flows.tickets import TicketTable

CONFIG = ScanConfig(radii_m=(250.0, 500.0, 1000.0))
JUDGED = range(190, 201)  # days since 1970-01-01
NAMES = Names(("*",), ("噪声->施工", "市容->占道"), (), ())


def events(rng: np.random.Generator, size: int = 900) -> pl.DataFrame:
    """Two categories over 200 days in a square of 6 km; the first has a burst in one street from day 194."""
    quiet = pl.DataFrame(
        {"day": rng.integers(0, 200, size), "lat": 30 + rng.uniform(0, 0.054, size), "lon": 120 + rng.uniform(0, 0.062, size),
         "category": rng.integers(0, 2, size)}
    )  # fmt: skip
    burst = pl.DataFrame({"day": rng.integers(194, 198, 25), "lat": 30.02 + rng.normal(0, 0.001, 25), "lon": 120.02 + rng.normal(0, 0.001, 25),
                          "category": np.zeros(25, np.int64)})  # fmt: skip
    return pl.concat([quiet, burst]).with_row_index("number")


def scanned(rows: pl.DataFrame, memory: Path | None, judged: range = JUDGED) -> pl.DataFrame:
    rows = rows.sort("day", "number")
    none, no = np.full(rows.height, -1), np.zeros(rows.height, bool)
    arrays = Tickets(
        created=rows["day"].to_numpy() * 86_400, day=rows["day"].to_numpy(), has_time=~no, category=rows["category"].to_numpy(),
        areas=np.zeros((rows.height, 5), np.int64), place=none, person=none, channel=none, issue=none, intensity=np.full(rows.height, np.nan),
        is_life_safety=no, is_sensitive=no, closed_day=none, is_test_word=no, is_demand=~no, lat=rows["lat"].to_numpy(), lon=rows["lon"].to_numpy(),
    )  # fmt: skip
    tree, marks = AreaTree(np.array([-1]), np.array([0])), np.zeros(rows.height, np.int64)
    keys = rows.select(key=pl.format("t:{}", "number"))["key"]
    table = TicketTable(arrays, keys, NAMES, tree, frozenset(), marks)
    return scans.scan_clusters(table, index_tickets(arrays, Context(tree, NAMES), marks), judged, CONFIG, memory)


@pytest.fixture
def city() -> pl.DataFrame:
    return events(np.random.default_rng(7))


def test_clusters_with_a_memory_are_those_without(city: pl.DataFrame, tmp_path: Path) -> None:
    memory = tmp_path / "scans.duckdb"
    plain = scanned(city, None)
    assert plain.height > 0
    assert_frame_equal(scanned(city, memory), plain)
    assert_frame_equal(scanned(city, memory), plain)


def test_day_that_was_scanned_is_not_scanned_again(city: pl.DataFrame, tmp_path: Path, monkeypatch) -> None:
    memory, asked = tmp_path / "scans.duckdb", []
    scanned(city, memory, range(190, 200))
    scan = scans.scan_days
    monkeypatch.setattr(scans, "scan_days", lambda *a: asked.append(list(a[3])) or scan(*a))
    scanned(city, memory)
    assert asked == [[200], [200]]


@pytest.mark.parametrize("seed", range(4))
def test_late_changes_are_scanned_from_their_day_on(city: pl.DataFrame, tmp_path: Path, seed: int) -> None:
    """Tickets that come late, move, change their category or vanish: as if there had been no memory."""
    memory, rng = tmp_path / "scans.duckdb", np.random.default_rng(seed)
    scanned(city, memory)
    hit = pl.Series(rng.random(city.height) < 0.01)
    late = events(rng, 3).with_columns(pl.col("number") + 5000)
    changed = city.with_columns(
        category=pl.when(hit).then(1 - pl.col("category")).otherwise(pl.col("category")),
        lat=pl.when(hit.shift(1, fill_value=False)).then(pl.col("lat") + 0.01).otherwise(pl.col("lat")),
    ).filter(~hit.shift(2, fill_value=False))
    rows = pl.concat([changed, late])
    assert_frame_equal(scanned(rows, memory), scanned(rows, None))


def test_damaged_memory_is_no_memory(city: pl.DataFrame, tmp_path: Path) -> None:
    memory = tmp_path / "scans.duckdb"
    memory.write_bytes(b"no database")
    assert_frame_equal(scanned(city, memory), scanned(city, None))


def test_memory_whose_making_was_cut_off_is_no_memory(city: pl.DataFrame, tmp_path: Path) -> None:
    memory = tmp_path / "scans.duckdb"
    duckdb.connect(str(memory)).close()  # the file, and nothing in it yet
    assert_frame_equal(scanned(city, memory), scanned(city, None))
