"""问题根治率：平息后180天内同一事由未再报，且所在街道、类别的上报量不高于预期（root cure; DOMAIN 3.6）

平息 = 事项首次全部办结，且当日办结未被称未解决。Settled: the first day at whose end all of the issue is closed and nobody said unsolved.
观察期满之日定月；期未满者不计。The month is that in which the 180 days ended; issues still watched are not counted yet.
所在单元 = 街道 × 二级类别，看平息之月以后的五个整月：O/E ≤ 1。The cell is judged on the five whole months after the month of settlement.
未复发率单列，使两个条件的作用可见。The share that lasts is published beside it.
"""

from __future__ import annotations

import datetime as dt

import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
# 05-20 + 180天 = 11-16
SETTLED = """
| 编号 id | 地址 address | 街道 street | 受理 created | 办结 closed | 解决 is_solved | 说明 note                                                     |
|---------|--------------|-------------|--------------|-------------|----------------|---------------------------------------------------------------|
| rc1      | 根一         | 一街        | 05-10 08:00  | 05-20 08:00 | 是             | 未复发、单元不超预期 cured                                    |
| rc2      | 根二         | 一街        | 05-10 08:00  | 05-20 08:00 |                | 07-01 再报 came back                                          |
| rc2b     | 根二         | 一街        | 07-01 08:00  |             |                |                                                               |
| rc3      | 根三         | 一街        | 05-10 08:00  | 05-20 08:00 | 否             | 称未解决：未平息 never settled                                |
| rc4      | 根四         | 一街        | 05-10 08:00  | 05-20 08:00 | 是             | 另一件05-25才办结：当日平息 settled on 25 May; cured          |
| rc4b     | 根四         | 一街        | 05-15 08:00  | 05-25 08:00 | 是             |                                                               |
| rc5      | 根五         | 一街        | 05-10 08:00  | 05-20 08:00 | 是             | 184天后再报：不算复发 back after 184 days: cured              |
| rc5b     | 根五         | 一街        | 11-20 08:00  |             |                |                                                               |
| rc6      | 根六         | 二街        | 05-10 08:00  | 05-20 08:00 | 是             | 未复发，但二街超预期 lasts, but its street has more than expected |
| rc7      | 根七         | 一街        | 06-20 08:00  | 06-25 08:00 | 是             | 12月才满180天 not in November                                 |
| rc8      | 根八         | 二街        | 06-10 08:00  |             |                | 二街6月的上报 reports of the street in June                   |
| rc9      | 根九         | 二街        | 06-11 08:00  |             |                |                                                               |
"""


def given(city: City) -> None:
    city.add(*tickets(SETTLED, category_l1="指标", category_l2="根治"))
    flat = {"observed": 0, "dispersion": 1.0, "mid_p": 0.5, "history_weeks": 104, "is_low_confidence": False, "alpha": 2.0}  # fmt: skip
    city.sense.setdefault("cell_expectations", []).extend(
        {"area_key": "东区/二街", "category_key": "指标->根治", "period_type": "month", "period_start_on": dt.date(2025, month, 1), "expected": 0.3, **flat}
        for month in range(6, 11)
    )  # fmt: skip


def test_lasting_is_no_new_report_of_the_matter_in_180_days(kpi) -> None:
    """rc1 rc4 rc5 rc6 / (rc1 rc2 rc4 rc5 rc6) = 4/5；rc3 未平息、rc7 未满。"""
    found = kpi("lasting_share", "指标->根治")
    assert (found["numerator"], found["denominator"]) == (4, 5)


def test_cured_asks_also_that_the_cell_came_to_rest(kpi) -> None:
    """二街：6–10月实际 2，预期 5×0.3 = 1.5，O/E > 1，rc6 不算根治：3/5。"""
    found = kpi("root_cured_share", "指标->根治")
    assert (found["numerator"], found["denominator"]) == (3, 5)
    assert (found["lower"], found["upper"]) == pytest.approx(proportion_confint(3, 5, method="wilson"), abs=1e-5)


def test_an_issue_settles_when_its_last_ticket_is_closed(one) -> None:
    """根四：05-25；观察至 11-21。"""
    sql = "select settled_on::text, watched_on::text from intermediate.int_issue_outcomes where issue_key = (select issue_key from marts.fct_tickets where ticket_id = 'rc4')"
    assert one(sql) == ("2025-05-25", "2025-11-21")


def test_the_month_is_that_in_which_the_watch_ended(kpi) -> None:
    """rc7：06-25 + 180天 = 12-22。"""
    assert kpi("lasting_share", "指标->根治", "2025-12-01")["denominator"] == 1
