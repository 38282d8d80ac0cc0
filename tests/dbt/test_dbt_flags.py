"""Flags of the door downstream: impossible times make no negative duration and no good mark."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.dbt.city import City, run, ticket

pytestmark = pytest.mark.slow
LIMIT = {"due": "2025-11-10 08:00", "category_l1": "指标", "category_l2": "按期"}
BACKWARD = {"flags": ["closed_before_created", "dispatched_before_created"], "dispatched": "2025-11-04 08:00"}
KPI = "select kpi_code, numerator, denominator from marts.mart_kpis where period_type = 'month' and period_start_on = date '2025-11-01' and area_key = '*' and unit is null and category_key = '指标' and kpi_code in ('on_time_share', 'closed_1d_share', 'closed_3d_share', 'reports') order by 1"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    city = City()
    city.add(*[ticket(f"2025-{month:02}-15 08:00") for month in range(1, 13)])
    city.add(*[ticket("2025-11-05 08:00", closed="2025-11-07 08:00", **LIMIT) for _ in range(6)])
    city.add(*[ticket("2025-11-05 08:00", closed="2025-11-01 08:00", ticket_id=f"back{n}", **LIMIT, **BACKWARD) for n in range(4)])  # fmt: skip
    # within the clock slack of the source: no flag, and no time at all
    city.add(ticket("2025-11-05 08:00", closed="2025-11-05 07:00", ticket_id="slack", **LIMIT))
    return run(tmp_path_factory.mktemp("flags"), city, ("facts", "scores"))


def read(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_an_end_before_the_start_has_no_duration(built: Path) -> None:
    found = read(built, "select distinct status, closed_at = created_at, dispatched_at = created_at, elapsed_hours, is_overdue, grade_difficulty from marts.fct_tickets where ticket_id like 'back%'")  # fmt: skip
    assert found == [("closed", True, True, None, False, None)]
    assert read(built, "select elapsed_hours from marts.fct_tickets where ticket_id = 'slack'") == [(0.0,)]


def test_nothing_is_negative(built: Path) -> None:
    assert read(built, "select count(*) from marts.fct_tickets where elapsed_hours < 0") == [(0,)]
    assert read(built, "select count(*) from intermediate.int_cohort_tickets where limits_elapsed < 0") == [(0,)]
    assert read(built, "select value from marts.mart_kpis where kpi_code = 'median_close_hours' and period_type = 'month' and period_start_on = date '2025-11-01' and area_key = '*' and unit is null and category_key = '指标'") == [(48.0,)]  # fmt: skip


def test_it_is_in_no_share_of_time(built: Path) -> None:
    assert read(built, KPI) == [
        ("closed_1d_share", 1.0, 7.0), ("closed_3d_share", 7.0, 7.0), ("on_time_share", 7.0, 7.0), ("reports", 11.0, None),
    ]  # fmt: skip
