"""Dated exports with unequal columns: whatever the order of loading, one current state; a replay gives it again."""

from __future__ import annotations

import csv
import datetime as dt
import random
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.load import load_files
from ingest.replay import replay_archive
from weisu.settings import Workspace

NOW = dt.datetime(2026, 11, 21, 12)
ALWAYS = ("工单编号", "诉求时间")
VALUES = {
    "诉求内容": ("路灯不亮", "路灯又不亮", ""), "承办单位": ("路灯所", "城管局", ""), "办结时间": ("", "2026-03-04 09:00:00", "2026-03-09 09:00:00"),
    "工单状态": ("处理中", "已办结", ""), "满意度": ("满意", "不满意", ""), "更新时间": ("", "2026-03-06 10:00:00"),
}  # fmt: skip
TICKETS = 24


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, tuple[str, ...], int]]:
    """Exports in order of their days: name, the columns it has, and the seed of its states."""
    days = draw(st.lists(st.integers(2, 28), min_size=3, max_size=5, unique=True))
    columns = st.sets(st.sampled_from(sorted(VALUES)), min_size=1, max_size=len(VALUES))
    kinds = draw(st.lists(columns, min_size=2, max_size=3))
    return [
        (f"202603{day:02d}", tuple(sorted(draw(st.sampled_from(kinds)))), draw(st.integers(0, 99)))
        for day in sorted(days)
    ]


def export(path: Path, columns: tuple[str, ...], seed: int) -> Path:
    """All tickets, each in a random state, as far as these columns tell it."""
    rnd = random.Random(seed)
    rows = [
        {"工单编号": f"GD{i:06d}", "诉求时间": "2026-03-01 08:00:00"} | {name: rnd.choice(VALUES[name]) for name in VALUES}
        for i in range(TICKETS)
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*ALWAYS, *columns], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def loaded(folder: Path, files: list[Path]) -> Workspace:
    folder.mkdir()
    (folder / "weisu.toml").write_text("", encoding="utf-8")
    city = Workspace(folder)
    for path in files:  # one call each: the clock of a load orders a replay
        load_files(city, [path], "hotline", now=NOW + dt.timedelta(minutes=files.index(path)), limit=1.0)
    return city


def current(city: Workspace) -> list[tuple]:
    with duckdb.connect(str(city.ledger), read_only=True) as con:
        return con.execute(
            "select * exclude (load_id, row_number) from raw.current_tickets order by source, ticket_id"
        ).fetchall()


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_of_exports_with_unequal_columns_gives_one_current_state(
    history: list[tuple[str, tuple[str, ...], int]], rnd: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [export(Path(folder) / f"{name}.csv", columns, seed) for name, columns, seed in history]
        cities = [loaded(Path(folder) / "0", files)]
        cities += [loaded(Path(folder) / str(n), rnd.sample(files, len(files))) for n in (1, 2)]
        states = [current(city) for city in cities]
        assert len(states[0]) == TICKETS
        assert states[1] == states[2] == states[0]
        assert replay_archive(cities[2]).differing == 0
        assert current(cities[2]) == states[0]
