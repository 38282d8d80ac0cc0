"""标尺 N(x) = 100·clip((x − P10)/(P95 − P10), 0, 1)，分位数取上一自然年并冻结（goalposts; DOMAIN 3.1）

低于 P10 得 0，高于 P95 得 100；P95 = P10 时无分值（空），不是 0。Below P10 0, above P95 100; where both coincide there is no value, which is not 0.
同一年内各月用同一标尺，因此可比。All months of a year use the same goalposts, so they compare.
"""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.slow
COMPONENTS = "select {} from marts.mart_degree_components where area_key = '*' and period_type = 'month' and degree = 'frequency' and component = 'rate'"


def clipped(x: float, low: float, high: float) -> float:
    return 100 * min(max((x - low) / (high - low), 0), 1)


def posts(rows, family: str, year: int) -> tuple[float, float, str]:
    (found,) = rows(
        f"select low_value, high_value, goalposts_version from intermediate.int_goalposts where {family} and score_year = {year}"
    )
    return found


RATE = "area_level = 'city' and category_level = 2 and period_type = 'month' and component = 'rate'"


def test_every_published_value_is_the_raw_value_on_the_frozen_scale(rows) -> None:
    """逐行验算。Each row is worked again."""
    low, high, version = posts(rows, RATE, 2025)
    found = rows(COMPONENTS.format("raw_value, normalised_value, goalposts_version") + " and category_key like '%->%'")
    assert len(found) > 10
    assert {v for _, _, v in found} == {version}
    assert [n for _, n, _ in found] == pytest.approx([clipped(raw, low, high) for raw, _, _ in found], abs=1e-3)
    assert {0.0, 100.0} <= {n for _, n, _ in found}  # both ends are met


def test_the_scale_of_2025_is_the_p10_and_p95_of_2024(rows) -> None:
    """2025年的标尺 = 2024年十二个月的 P10 与 P95。"""
    low, high, version = posts(rows, RATE, 2025)
    year = rows(
        f"select raw_value from intermediate.int_component_values where {RATE} and extract(year from period_start_on) = 2024"
    )
    assert (low, high) == pytest.approx(np.quantile([v for (v,) in year], [0.10, 0.95]))
    assert "2024" in version


def test_where_p10_and_p95_coincide_there_is_no_value(rows) -> None:
    """2024年全部在东区：K_eff 恒为 1，ln 1 = 0，P95 = P10；该分量为空，其余分担权重。All of 2024 lies in one district: the component is missing and the others take its weight."""
    family = "area_level = 'city' and category_level = 2 and period_type = 'month' and component = 'areas'"
    low, high, _ = posts(rows, family, 2025)
    assert low == high
    sql = "select component, effective_weight from marts.mart_degree_components where area_key = '*' and degree = 'breadth' and category_key = '广度->两条街' and period_type = 'month' and period_start_on = date '2025-11-01'"
    weights = dict(rows(sql))
    assert "areas" not in weights
    assert sum(weights.values()) == pytest.approx(1)
