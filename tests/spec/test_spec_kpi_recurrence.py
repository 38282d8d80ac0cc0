"""矛盾复发率：“已解决”办结后1–90天内同一事项再有上报，1 − KM（recurrence; DOMAIN 3.6）；协同按期率（joint work）

观察期未满90天者截尾，不当作未复发。Closures not yet watched for 90 days are censored, not taken for lasting.
办结当天的上报不算复发；未解决的办结不入分母。A report on the day of the closure is no recurrence; unsolved closures are out.
"""

from __future__ import annotations

import math

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
# as-of 2025-12-31：11-20 办结者只观察41天 a closure of 20 November has been watched for 41 days
CLOSED = """
| 编号 id | 地址 address | 受理 created | 办结 closed | 解决 is_solved | 说明 note                                            |
|---------|--------------|--------------|-------------|----------------|------------------------------------------------------|
| r1      | 一号         | 11-01 08:00  | 11-20 08:00 | 是             | 12-10 再报 reported again after 20 days              |
| r1b     | 一号         | 12-10 08:00  |             |                |                                                      |
| r2      | 二号         | 11-01 08:00  | 11-20 08:00 |                | 未问也算办结 closed without being asked: lasting     |
| r3      | 三号         | 11-01 08:00  | 11-20 08:00 | 是             | 当天再报不算 the same day: no recurrence             |
| r3b     | 三号         | 11-20 18:00  |             |                |                                                      |
| r4      | 四号         | 11-01 08:00  | 11-20 08:00 | 否             | 未解决 unsolved: out, although reported again        |
| r4b     | 四号         | 11-25 08:00  |             |                |                                                      |
| r5      | 五号         | 11-01 08:00  | 11-30 08:00 | 是             | 只观察31天，12-31前未报 censored at 31 days          |
| r6      | 六号         | 11-01 08:00  | 11-30 08:00 | 是             | 12-30 再报 after 30 days                             |
| r6b     | 六号         | 12-30 08:00  |             |                |                                                      |
"""
JOINT = """
| 受理 created | 时限 due    | 办结 closed | 件数 times | 协办 co_units | 说明 note                       |
|--------------|-------------|-------------|------------|---------------|---------------------------------|
| 11-03 08:00  | 11-10 08:00 | 11-09 08:00 | 3          | 乙局          | 协办按期 joint, on time         |
| 11-03 08:00  | 11-10 08:00 | 11-12 08:00 | 1          | 乙局、丙局    | 协办逾期 joint, late            |
| 11-03 08:00  | 11-10 08:00 | 11-12 08:00 | 5          |               | 非协办不计 not joint            |
"""


def given(city: City) -> None:
    city.add(*tickets(CLOSED, category_l1="指标", category_l2="复发"))
    city.add(*tickets(JOINT, category_l1="指标", category_l2="协同", source="协办源"))


def test_recurrence_is_one_minus_kaplan_meier(kpi) -> None:
    """入列 r1 r2 r3 r5 r6 = 5 件。第20天 1/5 复发：Ŝ = 4/5；第30天 1/4：Ŝ = 4/5·3/4 = 0.6；其后截尾。复发率 40%，而 2/5 恰同；两件截尾者未满90天。"""
    found = kpi("recurrence_share", "指标->复发")
    assert found["value"] == pytest.approx(1 - 4 / 5 * 3 / 4)
    assert (found["numerator"], found["denominator"]) == (2, 5)


def test_interval_is_greenwoods(kpi) -> None:
    """se = Ŝ·√(1/(5·4) + 1/(4·3)) = 0.6·√(0.05 + 0.0833)"""
    error = 0.6 * math.sqrt(1 / (5 * 4) + 1 / (4 * 3))
    found = kpi("recurrence_share", "指标->复发")
    assert (found["lower"], found["upper"]) == pytest.approx((max(0.4 - 1.96 * error, 0), 0.4 + 1.96 * error), abs=1e-4)


def test_joint_work_on_time(kpi) -> None:
    """3/4"""
    found = kpi("joint_on_time_share", "指标->协同")
    assert (found["numerator"], found["denominator"]) == (3, 4)
