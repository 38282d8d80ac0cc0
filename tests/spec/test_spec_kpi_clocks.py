"""分拨及时率、24小时联系率（dispatch and contact; DOMAIN 3.6）

分拨：自接收起，紧急 0.5 h、较急 2 h、一般 8 h。From receipt: urgent half an hour, quick two, ordinary eight.
联系：自分拨起 24 h。Contact: 24 hours from dispatch.
时限已过者全部入分母，无论做没做；时限落在哪一期算哪一期；来源首次记录该时钟之前不算。
Every ticket whose limit has passed counts, done or not, in the period in which it passed; before a source's first record of the clock, nothing counts.
"""

from __future__ import annotations

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
CLOCKS = """
| 来源 source | 受理 created | 接收 received | 分拨 dispatched | 联系 contacted | 状态 status | 等级 priority | 说明 note                                                        |
|-------------|--------------|---------------|-----------------|----------------|-------------|---------------|------------------------------------------------------------------|
| 甲          | 11-04 08:00  |               |                 |                | open        | 一般          | 来源首次分拨之前 before the first dispatch: not recorded         |
| 甲          | 11-05 08:00  |               | 11-05 12:00     | 11-06 11:00    | open        | 一般          | 4 h ≤ 8 h 及时；23 h ≤ 24 h 及时 both in time                    |
| 甲          | 11-05 08:00  |               | 11-05 17:00     |                | open        | 一般          | 9 h 迟；从未联系 late; never called                              |
| 甲          | 11-05 08:00  |               |                 |                | open        | 一般          | 从未分拨 never sent: late; no clock of contact                   |
| 甲          | 11-05 08:00  |               |                 |                | void        | 一般          | 作废 void: nowhere                                               |
| 甲          | 11-05 08:00  | 11-05 10:00   | 11-05 17:30     | 11-06 17:30    | open        | 一般          | 自接收7.5 h 及时；恰24 h 及时 from receipt; exactly a day        |
| 甲          | 11-30 20:00  |               |                 |                | open        | 一般          | 时限落在12月 the limit passes in December                        |
| 甲          | 12-31 20:00  |               |                 |                | open        | 一般          | 时限未过 not passed yet: nowhere                                 |
| 乙          | 11-05 08:00  |               |                 |                | open        | 一般          | 来源无此时钟 a source without the clocks                         |
| 丙          | 11-05 08:00  |               | 11-05 08:30     |                | open        | 紧急          | 恰0.5 h 及时 exactly half an hour                                |
| 丙          | 11-05 08:00  |               | 11-05 09:00     |                | open        | 紧急          | 1 h 迟 late for an urgent one                                    |
"""


def given(city: City) -> None:
    city.add(*tickets(CLOCKS, category_l1="指标", category_l2="时钟"))


def test_dispatch_counts_late_and_never_sent(kpi) -> None:
    """甲：及时 2（4 h、7.5 h）/ 4；丙：1/2；合计 3/6。"""
    found = kpi("dispatch_in_time_share", "指标->时钟")
    assert (found["numerator"], found["denominator"]) == (3, 6)


def test_contact_runs_from_dispatch(kpi) -> None:
    """甲：23 h、24 h 及时，一件从未联系：2/3；丙从未记录联系，不入分母。"""
    found = kpi("contacted_24h_share", "指标->时钟")
    assert (found["numerator"], found["denominator"]) == (2, 3)


def test_a_limit_counts_in_the_period_in_which_it_passes(kpi) -> None:
    """11-30 20:00 + 8 h = 12-01 04:00：算12月。"""
    found = kpi("dispatch_in_time_share", "指标->时钟", "2025-12-01")
    assert (found["numerator"], found["denominator"]) == (0, 1)
