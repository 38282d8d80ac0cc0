"""难度（时间）：RMST/2 与 Ŝ(时限)，按受理批次的 Kaplan–Meier（the clock of difficulty; DOMAIN 3.2）

t = 用时/时限，τ = 2。Ŝ(t) = Π(1 − 办结数/在观察数)；RMST = Ŝ 从 0 到 2 的面积。Elapsed time over limit; the area under the curve up to two limits.
未办结者在期末截尾；并单、无效、撤诉剔除；退回不重新计时；依法终结另计。少于20件或10件办结不公布。
Open tickets are censored at the period's end; merged, void and withdrawn ones are out; a return restarts no clock; ended by law is counted apart; hidden below 20 tickets or 10 closures.
"""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
# 受理 11-01 08:00，时限 11-03 08:00 = 48 小时；月末 12-01 00:00
THIRTY = """
| 受理 created | 时限 due    | 办结 closed | 件数 times | 状态 status | 退回 return_count | 依法终结 is_lawfully_ended | 说明 note                                   |
|--------------|-------------|-------------|------------|-------------|-------------------|----------------------------|---------------------------------------------|
| 11-01 08:00  | 11-03 08:00 | 11-02 08:00 | 10         | closed      |                   |                            | t = 0.5                                     |
| 11-01 08:00  | 11-03 08:00 | 11-04 08:00 | 4          | closed      |                   |                            | t = 1.5                                     |
| 11-01 08:00  | 11-03 08:00 | 11-04 08:00 | 1          | closed      | 2                 |                            | 退回两次，仍自受理起算 t = 1.5              |
| 11-01 08:00  | 11-03 08:00 |             | 4          | open        |                   |                            | 未办结 open: censored at the month's end    |
| 11-01 08:00  | 11-03 08:00 | 12-05 08:00 | 1          | closed      |                   |                            | 12月才办结 not known in November: open      |
| 11-01 08:00  | 11-03 08:00 |             | 7          | merged      |                   |                            | 并单 merged: out                            |
| 11-01 08:00  | 11-03 08:00 |             | 3          | void        |                   |                            | 作废 void: out                              |
| 11-01 08:00  | 11-03 08:00 |             | 2          | withdrawn   |                   |                            | 撤诉 withdrawn: out                         |
| 11-01 08:00  | 11-03 08:00 | 11-02 08:00 | 5          | closed      |                   | 是                         | 依法终结 ended by law: counted apart        |
"""
SMALL = """
| 分类 category_l2 | 受理 created | 时限 due    | 办结 closed | 件数 times | 说明 note                                      |
|------------------|--------------|-------------|-------------|------------|------------------------------------------------|
| 十九件           | 11-01 08:00  | 11-03 08:00 | 11-02 08:00 | 19         | 少于20件 fewer than 20 tickets                 |
| 九件办结         | 11-01 08:00  | 11-03 08:00 | 11-02 08:00 | 9          | 少于10件办结 fewer than 10 closures            |
| 九件办结         | 11-01 08:00  | 11-03 08:00 |             | 30         |                                                |
| 全未办结         | 11-01 08:00  | 11-03 08:00 |             | 30         | all open: hidden, not zero                     |
| 无时限           | 11-01 08:00  |             | 11-02 08:00 | 30         | no limit, no clock                             |
"""
PROLONGED = """
| 受理 created | 时限 due    | 办结 closed | 件数 times | 延期 is_extended | 挂账 is_suspended | 说明 note                              |
|--------------|-------------|-------------|------------|------------------|-------------------|----------------------------------------|
| 11-01 08:00  | 11-03 08:00 | 11-02 08:00 | 18         |                  |                   | t = 0.5                                |
| 11-01 08:00  | 11-03 08:00 | 11-04 08:00 | 6          |                  |                   | t = 1.5                                |
| 11-01 08:00  | 11-03 08:00 | 11-04 08:00 | 4          | 是               |                   | 延期 extended, t = 1.5                 |
| 11-01 08:00  | 11-03 08:00 |             | 2          |                  | 是                | 挂账 suspended, open                   |
"""
SLOW = """
| 受理 created | 办结 closed | 件数 times | 说明 note                             |
|--------------|-------------|------------|---------------------------------------|
| 11-01 08:00  | 11-03 08:00 | 12         | 2天                                   |
| 11-01 08:00  |             | 18         | 未办结 open: 月末已观察29.7天         |
"""
SURVIVAL = "select restricted_mean_limits, open_at_limit_share, tickets from intermediate.int_survival where area_key = '*' and category_key = ? and period_type = 'month' and period_start_on = date '2025-11-01'"
CLOCK = {"restricted_mean", "open_at_limit"}


def mixed() -> list[tuple[int, int | None]]:
    """Day of creation in November and hours to closure (None = still open): 30 tickets, some censored early."""
    closures = [7, 12, 20, 30, 47, 48, 49, 60, 75, 90, 100, 130, 160, 200, None]
    return [(1 + (n * 13) % 30, closures[n % 15]) for n in range(30)]


def given(city: City) -> None:
    city.add(*tickets(THIRTY, category_l1="难度", category_l2="二十件"), *tickets(SMALL, category_l1="难度"))
    city.add(
        *tickets(PROLONGED, category_l1="难度", category_l2="延期"),
        *tickets(SLOW, category_l1="难度", category_l2="慢"),
    )
    lines = ["| created | closed | due |", "|-|-|-|"]
    for day, hours in mixed():
        created = np.datetime64(f"2025-11-{day:02d}T08:00")
        closed = created + np.timedelta64(hours, "h") if hours else ""
        lines.append(f"| {created} | {closed} | {created + np.timedelta64(48, 'h')} |")
    city.add(*tickets("\n".join(lines), category_l1="难度", category_l2="混合"))


def test_twenty_tickets_worked_by_hand(one) -> None:
    """Ŝ = 1 到 0.5，10/20 到 1.5，其后 10/20·5/10 = 0.25；面积 0.5·1 + 1.0·0.5 + 0.5·0.25 = 1.125，Ŝ(时限) = 0.5。"""
    assert one(SURVIVAL, "难度->二十件") == pytest.approx((1.125, 0.5, 20))


def test_interval_at_the_limit_worked_by_hand(one) -> None:
    """Greenwood：10/(20·10) = 0.05，Ŝ ± 1.96·0.5·√0.05 = 0.5 ± 0.2191。"""
    sql = "select open_at_limit_lower_share, open_at_limit_upper_share from marts.mart_difficulty where area_key = '*' and category_key = '难度->二十件' and period_type = 'month' and period_start_on = date '2025-11-01'"
    assert one(sql) == pytest.approx((0.5 - 0.21913, 0.5 + 0.21913), abs=1e-5)


def test_published_component_is_half_the_restricted_mean(components) -> None:
    """RMST/2 = 0.5625"""
    found = components("难度->二十件", "difficulty")
    assert (found["restricted_mean"], found["open_at_limit"]) == pytest.approx((1.125 / 2, 0.5))


@pytest.mark.parametrize("category", ["难度->十九件", "难度->九件办结", "难度->全未办结", "难度->无时限"])
def test_too_few_to_say_is_hidden_and_not_zero(components, category: str) -> None:
    assert not CLOCK & set(components(category, "difficulty"))


def test_agrees_with_statsmodels_on_censored_tickets(one) -> None:
    """与 statsmodels 的 SurvfuncRight 一致。"""
    end = np.datetime64("2025-12-01T00:00")
    watched = [(end - np.datetime64(f"2025-11-{d:02d}T08:00")) / np.timedelta64(1, "h") for d, _ in mixed()]
    closed = [bool(c) and c < w for (_, c), w in zip(mixed(), watched, strict=True)]
    hours = [min(c or 1e9, w) for (_, c), w in zip(mixed(), watched, strict=True)]
    curve = SurvfuncRight(np.array(hours) / 48, np.array(closed, int))
    steps = np.concatenate([[0], np.minimum(curve.surv_times, 2), [2]])
    mean = float(np.sum(np.diff(steps) * np.concatenate([[1], curve.surv_prob])))
    at_limit = float(curve.surv_prob[curve.surv_times <= 1][-1])
    assert one(SURVIVAL, "难度->混合") == pytest.approx((mean, at_limit, 30))


def test_extensions_are_shown_with_and_without(one) -> None:
    """含延期挂账：到限未办结 12/30 = 40%；不含：6/24 = 25%。With and without tickets whose limit was extended or suspended."""
    sql = "select open_at_limit_share, open_at_limit_share_not_extended, tickets, tickets_not_extended from marts.mart_difficulty where area_key = '*' and category_key = '难度->延期' and period_type = 'month'"
    assert one(sql) == pytest.approx((12 / 30, 6 / 24, 30, 24))


def test_cases_ended_by_law_are_counted_apart(one) -> None:
    """依法终结5件，不入曲线。Five, in no curve."""
    sql = "select lawfully_ended_count, tickets from marts.mart_difficulty where area_key = '*' and category_key = '难度->二十件' and period_type = 'month' and period_start_on = date '2025-11-01'"
    assert one(sql) == (5, 20)


WAITED = "select median_days, over_days from marts.mart_waiting_days where area_key = '*' and category_key = ? and period_start_on = date '2025-11-01'"


def test_median_days_count_the_open_ones(one) -> None:
    """20件：10件1天办结，Ŝ = 1/2 → 中位1天。"""
    assert one(WAITED, "难度->二十件") == (1, None)


def test_a_median_that_is_not_reached_is_longer_than_the_watch(one) -> None:
    """30件仅12件办结：> 29.7天（11-01 08:00 → 12-01 00:00 = 712小时）；若只看已办结件，会说“2天”。"""
    median, over = one(WAITED, "难度->慢")
    assert (median, over) == (None, pytest.approx(712 / 24, abs=1e-3))


def test_median_days_need_no_limit(one) -> None:
    assert one(WAITED, "难度->无时限") == (1, None)
