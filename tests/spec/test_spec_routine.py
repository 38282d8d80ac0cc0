"""常规诉求时差：低频一半类别的 KM 中位办结天数 ÷ 最高频一成类别的（the gap of routine complaints; DOMAIN 5）

类别按全市近一年工单数排序。Categories are ranked by the city's tickets of a year.
未办结者截尾；中位数未达到写作“>x天”。Open tickets are censored; a median that is not reached is '> x days'.
对数秩检验：两组是否同样对待。Log-rank: are both groups served alike?  任一组少于20件或10件办结不公布。Hidden below 20 tickets or 10 closures in a group.
"""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.duration.survfunc import survdiff

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
HOT = """
| 区 district | 受理 created | 办结 closed | 件数 times | 说明 note   |
|-------------|--------------|-------------|------------|-------------|
| 时一区      | 12-01 08:00  | 12-03 08:00 | 55         | 2天 2 days  |
| 时一区      | 12-01 08:00  |             | 5          | open        |
| 时二区      | 12-01 08:00  | 12-03 08:00 | 30         | 2天 2 days  |
| 时三区      | 12-01 08:00  | 12-03 08:00 | 30         | 2天 2 days  |
"""
# 七个少见类别各三件 three tickets in each of seven rare categories
SLOW = """
| 区 district | 受理 created | 办结 closed | 说明 note                               |
|-------------|--------------|-------------|-----------------------------------------|
| 时一区      | 12-01 08:00  | 12-05 08:00 | 4天 4 days                              |
| 时一区      | 12-01 08:00  | 12-09 08:00 | 8天 8 days                              |
| 时一区      | 12-01 08:00  |             | 未办结，观察30.7天 open: watched 30.7 d |
"""
QUICKER = """
| 区 district | 受理 created | 办结 closed |
|-------------|--------------|-------------|
| 时二区      | 12-01 08:00  | 12-05 08:00 |
| 时二区      | 12-01 08:00  | 12-05 08:00 |
| 时二区      | 12-01 08:00  |             |
"""
SLOWER = QUICKER.replace("12-05 08:00", "12-05 08:00", 1).replace(
    "| 时二区      | 12-01 08:00  | 12-05 08:00 |\n", "| 时二区      | 12-01 08:00  |             |\n", 1
)
WATCHED = 736 / 24  # 12-01 08:00 → 2026-01-01 00:00
SQL = "select routine_tickets, hot_tickets, routine_median_days, routine_over_days, hot_median_days, routine_gap_ratio, routine_gap_days, p_value from marts.mart_routine_gaps where area_key = ?"


def given(city: City) -> None:
    city.areas.append({"district": "时一区", "population": 10_000})
    city.add(*tickets(HOT, category_l1="时差", category_l2="热"))
    for number, name in enumerate("一二三四五六七"):
        city.add(*tickets(SLOW, category_l1="时差", category_l2=f"冷{name}"))
        # 三类各办结2件，四类各办结1件：21件办结10件 ten of 21 closed
        city.add(*tickets(QUICKER if number < 3 else SLOWER, category_l1="时差", category_l2=f"凉{name}"))


def test_medians_are_kaplan_meiers(one) -> None:
    """热：55/60 于2天办结，Ŝ = 1/12 → 2天。冷：7/21 于4天（Ŝ = 2/3），7/14 于8天（Ŝ = 1/3）→ 8天。比 4 倍，差 6 天。"""
    routine, hot, median, over, hot_median, ratio, days, p = one(SQL, "时一区")
    assert (routine, hot) == (21, 60)
    assert (median, over, hot_median) == (8, None, 2)
    assert (ratio, days) == (4, 6)
    assert p < 0.001


def test_a_median_that_is_not_reached_is_longer_than_the_watch(one) -> None:
    """21件办结10件：Ŝ = 11/21 > 1/2，写作“> 30.7天”，无比值。"""
    _, _, median, over, _, ratio, days, _ = one(SQL, "时二区")
    assert (median, ratio, days) == (None, None, None)
    assert over == pytest.approx(WATCHED, abs=1e-3)


def test_one_group_alone_gives_no_gap(one) -> None:
    """时三区没有常规诉求。"""
    assert one(SQL, "时三区")[2:] == (None,) * 6


def test_logrank_agrees_with_statsmodels(one) -> None:
    """与 statsmodels 的 survdiff 一致。"""
    times = [96] * 7 + [192] * 7 + [736] * 7 + [48] * 55 + [736] * 5
    closed = [1] * 14 + [0] * 7 + [1] * 55 + [0] * 5
    chi2, p = survdiff(np.array(times), np.array(closed), np.array([0] * 21 + [1] * 60))
    found = one("select logrank_chi2, p_value from marts.mart_routine_gaps where area_key = '时一区'")
    assert found == pytest.approx((chi2, p), abs=1e-4)


def test_silence_tells_the_gap_of_its_district(one) -> None:
    assert one("select distinct routine_gap_days from marts.mart_silence where area_key = '时一区'") == 6
