"""协同效率：每件退回次数、交办中位时长；回访四项评价、回访有效率、依法终结率（DOMAIN 3.6）

每件退回次数 = 退回次数合计/办结件数（来源记录退回时），并入他单者不计；区间按样本方差。Returns over closed cases, where the source tells them; the interval from their own variance.
交办中位时长 = 收到至派单的小时数的中位数，以派单日定月；区间为次序统计量。Median hours from receipt to dispatch, by the day of dispatch; interval by order statistics.
四项评价各按满意率计：(满意 + λ·基本满意)/该项有效回答。Each of the four ratings as the satisfied share of its own answers.
回访有效率 = 有满意度答复/已回访（valid/asked）。依法终结率 = 依法终结/办结（来源记录时）。
"""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
RETURNED = """
| 受理 created | 办结 closed | 件数 times | 退回 return_count | 状态 status | 说明 note                         |
|--------------|-------------|------------|-------------------|-------------|-----------------------------------|
| 11-03 08:00  | 11-20 08:00 | 6          | 0                 | closed      |                                   |
| 11-03 08:00  | 11-20 08:00 | 2          | 1                 | closed      |                                   |
| 11-03 08:00  | 11-20 08:00 | 1          | 4                 | closed      | 推诿 passed around                |
| 11-03 08:00  | 11-20 08:00 | 1          | 9                 | merged      | 被并单 no case of its own         |
| 11-03 08:00  |             | 1          | 2                 | open        | 未办结 open: not yet              |
| 11-03 08:00  | 11-20 08:00 | 3          |                   | closed      | 来源未说 not told                 |
"""
HANDED = """
| 受理 created | 收到 received | 派单 dispatched | 件数 times | 说明 note                                            |
|--------------|---------------|-----------------|------------|------------------------------------------------------|
| 11-03 08:00  |               | 11-03 08:30     | 3          | 0.5 小时                                             |
| 11-03 08:00  | 11-03 09:00   | 11-03 10:00     | 3          | 自收到起 from receipt: 1 小时                        |
| 11-03 08:00  |               | 11-03 12:00     | 3          | 4 小时                                               |
| 10-31 08:00  |               | 11-02 08:00     | 1          | 10月受理、11月派单 counted in November: 48 小时      |
| 11-03 08:00  |               |                 | 5          | 未派单 not dispatched: not in the median             |
"""
RATED = """
| 受理 created | 办结 closed | 件数 times | 速度 rating_speed | 效果 rating_effect  | 态度 rating_attitude | 反馈 rating_feedback | 回访 is_followed_up | 满意 satisfaction | 依法终结 is_lawfully_ended |
|--------------|-------------|------------|-------------------|---------------------|----------------------|----------------------|---------------------|-------------------|----------------------------|
| 11-18 08:00  | 11-20 08:00 | 3          | satisfied         | basically_satisfied | satisfied            |                      | 是                  | satisfied         | 否                         |
| 11-18 08:00  | 11-20 08:00 | 1          | unsatisfied       | unsatisfied         | very_satisfied       | unsatisfied          | 是                  | unsatisfied       | 是                         |
| 11-18 08:00  | 11-20 08:00 | 4          |                   |                     |                      |                      | 否                  |                   | 否                         |
| 11-18 08:00  | 11-20 08:00 | 2          |                   |                     |                      |                      |                     |                   |                            |
"""


def given(city: City) -> None:
    city.add(*tickets(RETURNED, category_l1="指标", category_l2="退回", unit="退回局"))
    city.add(*tickets(HANDED, category_l1="指标", category_l2="交办", source="交办源"))
    city.add(*tickets(RATED, category_l1="指标", category_l2="四项"))


def test_returns_per_case(kpi) -> None:
    """(6·0 + 2·1 + 1·4)/9 = 6/9"""
    found = kpi("returns_per_case", "指标->退回")
    assert (found["numerator"], found["denominator"], found["value"]) == (6, 9, pytest.approx(6 / 9, abs=1e-6))


def test_interval_of_returns_is_from_their_own_variance(kpi) -> None:
    """s² = (2·1² + 4² − 9·(6/9)²)/8；均值 ± 1.96·s/√9，不低于 0。"""
    error = math.sqrt((2 * 1 + 16 - 9 * (6 / 9) ** 2) / 8 / 9)
    found = kpi("returns_per_case", "指标->退回")
    assert (found["lower"], found["upper"]) == pytest.approx((max(6 / 9 - 1.96 * error, 0), 6 / 9 + 1.96 * error), abs=1e-4)  # fmt: skip


def test_median_hours_to_hand_over(kpi) -> None:
    """0.5×3、1×3、4×3、48：十件的中位数 = (第5 + 第6)/2 = 1。"""
    found = kpi("median_dispatch_hours", "指标->交办")
    assert (found["value"], found["denominator"]) == (1, 10)


def test_interval_of_a_median_is_by_order_statistics(kpi) -> None:
    """n = 10：P(B < 2) = 1.1% ≤ 2.5% < P(B < 3)，故取第 2 与第 9 个：0.5 与 4。"""
    assert binom.cdf(1, 10, 0.5) <= 0.025 < binom.cdf(2, 10, 0.5)
    found = kpi("median_dispatch_hours", "指标->交办")
    assert (found["lower"], found["upper"]) == (0.5, 4)


def test_a_median_of_few_has_no_interval(kpi) -> None:
    """不足六件，95%区间不存在。"""
    assert kpi("median_close_hours", "指标->中位")["lower"] is None


@pytest.mark.parametrize(
    ("code", "counts"),
    [("satisfied_speed_share", (3, 4)), ("satisfied_effect_share", (3 * 0.6, 4)), ("satisfied_attitude_share", (4, 4)), ("satisfied_feedback_share", (0, 1))],
)  # fmt: skip
def test_each_rating_has_its_own_denominator(kpi, code: str, counts: tuple[float, int]) -> None:
    """速度 3/4；效果 3·λ/4；态度 4/4；反馈只有一人回答 0/1。"""
    found = kpi(code, "指标->四项")
    assert (found["numerator"], found["denominator"]) == pytest.approx(counts)
    assert (found["lower"], found["upper"]) == pytest.approx(proportion_confint(*counts, method="wilson"), abs=1e-5)


def test_valid_answers_over_those_asked(kpi) -> None:
    """答 4/问 8；未问的 2 件不在分母。"""
    found = kpi("answered_share", "指标->四项")
    assert (found["numerator"], found["denominator"]) == (4, 8)


def test_lawfully_ended_over_closed(kpi) -> None:
    """1/8；来源未说的不计。"""
    found = kpi("lawfully_ended_share", "指标->四项")
    assert (found["numerator"], found["denominator"]) == (1, 8)


def test_streets_and_units_have_tables_of_their_own(rows) -> None:
    sql = "select area_key, unit, numerator from marts.mart_kpis where kpi_code = 'returns_per_case' and period_type = 'month' and period_start_on = date '2025-11-01' and category_key = '*' and (unit = '退回局' or area_key = '东区/一街') order by all"
    found = rows(sql)
    assert ("*", "退回局", 6) in found
    assert any(area == "东区/一街" and unit is None for area, unit, _ in found)
