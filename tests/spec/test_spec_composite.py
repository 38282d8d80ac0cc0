"""诉求强度 Q = Σ weight · score over the degrees that are known; level 1 below 25, 2 below 50, 3 below 75, else 4; no reports, no Q."""

from __future__ import annotations

import pytest

from tests.dbt.city import City

pytestmark = pytest.mark.slow
CELL = "select frequency_score, intensity_score, breadth_score, difficulty_score, composite_score, level, coverage_share, missing from marts.mart_degrees where area_key = ? and category_key = ? and period_type = 'month' and period_start_on = date '2025-11-01'"


def given(city: City) -> None:
    """The other specs' tickets serve."""


@pytest.mark.parametrize(
    ("area", "category"), [("*", "频度->多"), ("*", "难度->三十天"), ("西区", "广度->五条街"), ("*", "烈度->全")]
)
def test_known_degrees_share_the_weight(one, area: str, category: str) -> None:
    *degrees, composite, level, coverage, missing = one(CELL, area, category)
    known = [d for d in degrees if d is not None]
    assert composite == pytest.approx(sum(known) / len(known), abs=1e-3)
    assert coverage == pytest.approx(len(known) / 4)
    assert len((missing or "").split(",")) == max(4 - len(known), 1)
    assert level == 1 + (composite >= 25) + (composite >= 50) + (composite >= 75)


def test_a_cell_without_reports_has_no_intensity_breadth_difficulty_or_composite(one) -> None:
    *degrees, composite, level, _, missing = one(CELL.replace("2025-11-01", "2025-10-01"), "*", "频度->多")
    assert degrees[1:] == [None, None, None]
    assert (composite, level) == (None, None)
    assert missing.endswith("intensity,breadth,difficulty")


def test_scores_know_nothing_later_than_their_period(rows) -> None:
    assert rows("select * from marts.mart_degrees where period_start_on > date '2025-12-31'") == []


def test_a_degree_that_rests_on_too_little_of_its_weight_is_missing(one, rows) -> None:
    # no limits, transfers or redo counts: of difficulty only one answer to "solved?" (0.15) is known
    key = "area_key = '*' and category_key = '事项->电梯' and period_type = 'month' and period_start_on = date '2025-10-01'"
    assert rows(f"select component from marts.mart_degree_components where degree = 'difficulty' and {key}") == [
        ("unsolved",)
    ]
    assert one(f"select difficulty_score from marts.mart_degrees where {key}") is None
