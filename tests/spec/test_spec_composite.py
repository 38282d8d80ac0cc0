"""诉求强度 Q = Σ 权重·分值，默认各 ¼；缺失的度不算零（composite; DOMAIN 3.2）

Q = (已知各度之和)/(已知权重之和)，覆盖率一并公布。The known degrees share the weight; the coverage is published.
稳定性：权重各变 ±50%，仍在前十的比例；任一度 ≥ 90 必列。Stability under weights changed by half; a degree of 90 is listed regardless.
O = 0：烈度、广度、难度、Q 均为空（静默另见 test_spec_silence）。No reports: I, B, D and Q are null, never 0.
"""

from __future__ import annotations

import numpy as np
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
    """12月“频度->多”零上报。"""
    found = scores("频度->多", month="2025-12-01")
    assert [found[f"{d}_score"] for d in DEGREES[1:]] == [None, None, None]
    assert (found["composite_score"], found["level"]) == (None, None)


def test_scores_know_nothing_later_than_their_period(rows) -> None:
    assert rows("select * from marts.mart_degrees where period_start_on > date '2025-12-31'") == []


NOVEMBER = "area_level = 'city' and category_level = 2 and period_type = 'month' and period_start_on = date '2025-11-01' and composite_score is not null"


def test_rank_is_by_composite_within_level_and_period(rows) -> None:
    """名次：同级、同期、由高到低。"""
    found = rows(
        f"select composite_rank, composite_score from marts.mart_degrees where {NOVEMBER} order by composite_rank"
    )
    assert [rank for rank, _ in found] == list(range(1, len(found) + 1))
    assert [q for _, q in found] == sorted((q for _, q in found), reverse=True)


def test_stability_is_the_share_of_other_weights_that_leave_it_in_the_first_ten(rows) -> None:
    """每个权重在 0.5–1.5 倍之间变动200次，仍在前十的比例；逐次重排核对，同分者上报多的在前。Ranked again under each of 200 weight vectors."""
    columns = ", ".join(f"{d}_score" for d in DEGREES)
    cells = rows(
        f"select top_share, reports, {columns} from marts.mart_degrees where {NOVEMBER} order by reports desc, category_key"
    )
    scores = np.array([cell[2:] for cell in cells], float)
    designs = np.array(rows("select * exclude (design) from intermediate.int_weight_designs order by design"), float)
    assert (designs.shape, designs.min() >= 0.5, designs.max() <= 1.5) == ((200, 4), True, True)
    composites = np.nan_to_num(scores) @ designs.T / (np.isfinite(scores) @ designs.T)
    ranks = np.argsort(np.argsort(-composites.round(6), axis=0, kind="stable"), axis=0)
    assert [float(cell[0]) for cell in cells] == pytest.approx(list((ranks < 10).mean(axis=1)))


def test_a_degree_of_ninety_is_listed_whatever_the_composite(rows) -> None:
    """任一度 ≥ 90 必列。"""
    columns = ", ".join(f"{d}_score" for d in DEGREES)
    found = rows(f"select is_listed_regardless, {columns} from marts.mart_degrees where composite_score is not null")
    worked = [any(score is not None and score >= 90 for score in scores) for _, *scores in found]
    assert [listed for listed, *_ in found] == worked
    assert len(set(worked)) == 2
