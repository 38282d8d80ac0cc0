"""满意率、解决率、联系率（三率）与重办率（answers; DOMAIN 2 and 3.6）

满意率 = (满意 + λ·基本满意)/有效回访，λ = 0.6；未答不算满意，也不在分母。No answer is no satisfaction, and in no denominator.
三率综合 = 0.1·响应 + 0.5·解决 + 0.4·满意，三者都问过才有。Only where all three were asked. λ 与权重是设置。λ and the weights are settings.
重办率 = 重办/办结（来源记录重办时）。Redo over closed, where the source tells it.
"""

from __future__ import annotations

import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
RATED = """
| 受理 created | 办结 closed | 满意 satisfaction   | 解决 is_solved | 联系 is_contacted | 说明 note                           |
|--------------|-------------|---------------------|----------------|-------------------|-------------------------------------|
| 11-18 08:00  | 11-20 08:00 | very_satisfied      | 是             | 是                | 1                                   |
| 11-18 08:00  | 11-20 08:00 | satisfied           | 是             | 是                | 1                                   |
| 11-18 08:00  | 11-20 08:00 | basically_satisfied | 是             | 是                | λ = 0.6                             |
| 11-18 08:00  | 11-20 08:00 | unsatisfied         | 否             | 是                | 0                                   |
| 11-18 08:00  | 11-20 08:00 |                     |                | 否                | 联系不上：问过联系 not reached      |
| 11-18 08:00  | 11-20 08:00 |                     |                |                   | 未回访 not asked: in no denominator |
"""
SOLVED = """
| 受理 created | 办结 closed | 件数 times | 解决 is_solved |
|--------------|-------------|------------|----------------|
| 11-18 08:00  | 11-20 08:00 | 24         | 是             |
| 11-18 08:00  | 11-20 08:00 | 6          | 否             |
"""
REDONE = """
| 受理 created | 办结 closed | 件数 times | 重办 redo_count | 说明 note                      |
|--------------|-------------|------------|-----------------|--------------------------------|
| 11-18 08:00  | 11-20 08:00 | 3          | 0               |                                |
| 11-18 08:00  | 11-20 08:00 | 1          | 2               | 重办两次算一件 one ticket      |
| 11-18 08:00  |             | 2          | 1               | 未办结 not closed: not counted |
| 11-18 08:00  | 11-20 08:00 | 5          |                 | 来源未说 not told              |
"""


def given(city: City) -> None:
    city.add(*tickets(RATED, category_l1="指标", category_l2="三率"))
    city.add(*tickets(SOLVED, category_l1="指标", category_l2="只问解决"))
    city.add(*tickets(REDONE, category_l1="指标", category_l2="重办"))


@pytest.mark.parametrize(
    ("code", "numerator", "denominator"),
    [("satisfied_share", 1 + 1 + 0.6 + 0, 4), ("solved_share", 3, 4), ("contacted_share", 4, 5)],
)
def test_three_rates_are_over_those_who_answered(kpi, code: str, numerator: float, denominator: int) -> None:
    """满意 2.6/4，解决 3/4，响应 4/5。"""
    found = kpi(code, "指标->三率")
    assert (found["numerator"], found["denominator"]) == pytest.approx((numerator, denominator))
    assert found["value"] == pytest.approx(numerator / denominator)


def test_composite_weighs_response_solution_and_satisfaction(kpi) -> None:
    """0.1·0.8 + 0.5·0.75 + 0.4·0.65 = 0.715"""
    assert kpi("composite_rate", "指标->三率")["value"] == pytest.approx(0.1 * 4 / 5 + 0.5 * 3 / 4 + 0.4 * 2.6 / 4)


def test_composite_needs_all_three(kpi) -> None:
    """只问解决：有解决率，无综合。"""
    assert kpi("solved_share", "指标->只问解决")["value"] == pytest.approx(0.8)
    assert kpi("composite_rate", "指标->只问解决") == {}


def test_interval_of_answers_is_wilsons(kpi) -> None:
    """24/30：[62.7%, 90.5%]"""
    found = kpi("solved_share", "指标->只问解决")
    assert (found["lower"], found["upper"]) == pytest.approx(proportion_confint(24, 30, method="wilson"), abs=1e-5)


def test_redo_counts_tickets_and_not_orders(kpi) -> None:
    """1/4：重办两次仍是一件；未办结、未说者不计。"""
    found = kpi("redo_share", "指标->重办")
    assert (found["numerator"], found["denominator"]) == (1, 4)
