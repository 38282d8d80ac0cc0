"""诉求强度 Q = Σ 权重·分值，默认各 ¼；缺失的度不算零（composite; DOMAIN 3.2）

Q = (已知各度之和)/(已知权重之和)，覆盖率一并公布。The known degrees share the weight; the coverage is published.
O = 0：烈度、广度、难度、Q 均为空（静默另见 test_spec_silence）。No reports: I, B, D and Q are null, never 0.
"""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow
DEGREES = ("frequency", "intensity", "breadth", "difficulty")
CELLS = [("频度->多", "*"), ("难度->二十件", "*"), ("难度占比->问过", "*"), ("广度->五条街", "西区"), ("烈度->全", "*")]


@pytest.mark.parametrize(("category", "area"), CELLS)
def test_composite_is_the_mean_of_the_degrees_that_are_known(scores, category: str, area: str) -> None:
    """权重相等时即已知各度的平均。With equal weights: their mean."""
    found = scores(category, area)
    known = [found[f"{d}_score"] for d in DEGREES if found[f"{d}_score"] is not None]
    assert found["composite_score"] == pytest.approx(sum(known) / len(known), abs=1e-3)
    assert found["coverage_share"] == pytest.approx(len(known) / 4)
    missing = {d for d in DEGREES if found[f"{d}_score"] is None}
    assert set((found["missing"] or "").split(",")) - {""} == missing


@pytest.mark.parametrize(("category", "area"), CELLS)
@pytest.mark.parametrize("degree", DEGREES)
def test_contributions_of_the_components_add_up_to_the_degree(
    scores, one, category: str, area: str, degree: str
) -> None:
    """各分量的贡献之和 = 该度。"""
    sql = "select sum(contribution) from marts.mart_degree_components where period_type = 'month' and period_start_on = date '2025-11-01' and category_key = ? and area_key = ? and degree = ?"
    score = scores(category, area)[f"{degree}_score"]
    if score is not None:
        assert one(sql, category, area, degree) == pytest.approx(score, abs=0.01)


def test_a_cell_without_reports_has_frequency_alone_and_no_composite(scores) -> None:
    """10月“频度->多”零上报。"""
    found = scores("频度->多", month="2025-10-01")
    assert [found[f"{d}_score"] for d in DEGREES[1:]] == [None, None, None]
    assert (found["composite_score"], found["level"]) == (None, None)


def test_scores_know_nothing_later_than_their_period(rows) -> None:
    assert rows("select * from marts.mart_degrees where period_start_on > date '2025-12-31'") == []
