"""断点：渠道归并、分类调整、热线中断登记后，不再作不可比的同比、环比（structural breaks; DOMAIN 3.1）

渠道归并、热线中断影响件数；分类调整影响该类别的全部指标，而各类合计不变。点名类别或地区的，只影响其内。
A merger of channels or an outage disturbs counts; a new taxonomy every indicator of the category, and all categories together stay as they were. What names a category or district touches what lies in it.
可比与否写明自何日起。What is not comparable says since when. 点名类别的“outage”是停水停电之类的事件，不是热线中断。
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
MONTHS = """
| 受理 created     | 时限 due         | 办结 closed      | 件数 times | 说明 note |
|------------------|------------------|------------------|------------|-----------|
| 2024-11-05 08:00 | 2024-11-08 08:00 | 2024-11-06 08:00 | 3          | 去年同月  |
| 2025-10-05 08:00 | 2025-10-08 08:00 | 2025-10-06 08:00 | 2          | 上月      |
| 2025-11-05 08:00 | 2025-11-08 08:00 | 2025-11-06 08:00 | 6          | 本月      |
"""
BREAKS = [
    {"date": dt.date(2025, 3, 10), "kind": "channel_merger", "name": "渠道归并", "category_l1": "断点甲"},
    {"date": dt.date(2025, 10, 15), "kind": "taxonomy", "name": "分类调整", "category_l1": "断点乙"},
    {"date": dt.date(2025, 11, 7), "kind": "outage", "name": "停水", "category_l1": "断点丙"},
]  # fmt: skip
CASES = [
    # 类别, 指标, 环比断点, 同比断点
    ("断点甲", "reports", None, "2025-03-10"),  # 归并在去年与今年之间 between the two Novembers
    ("断点甲", "on_time_share", None, None),  # 归并不影响比率 a merger leaves shares
    ("断点乙", "reports", "2025-10-15", "2025-10-15"),
    ("断点乙", "on_time_share", "2025-10-15", "2025-10-15"),  # 分类调整影响全部指标
    ("断点丙", "reports", None, None),  # 停水是事件 an event, no break
]


def given(city: City) -> None:
    city.calendar.extend(BREAKS)
    for name in ("断点甲", "断点乙", "断点丙"):
        city.add(*tickets(MONTHS, category_l1=name, category_l2="断"))


@pytest.mark.parametrize(("category", "code", "previous", "year_ago"), CASES)
def test_what_is_not_comparable_says_since_when(
    one, category: str, code: str, previous: str | None, year_ago: str | None
) -> None:
    sql = "select previous_break_on::text, year_ago_break_on::text, previous_value is null, year_ago_value is null from marts.mart_kpis where kpi_code = ? and category_key = ? and period_type = 'month' and period_start_on = date '2025-11-01' and area_key = '*' and unit is null"
    assert one(sql, code, f"{category}->断") == (previous, year_ago, previous is not None, year_ago is not None)


def test_all_categories_together_stay_comparable(rows) -> None:
    sql = "select distinct year_ago_break_on from marts.mart_kpis where category_key = '*' and period_type = 'month' and unit is null"
    assert rows(sql) == [(None,)]


def test_a_year_later_the_break_lies_behind(rows) -> None:
    """10月对9月，归并早已过去：可比。October against September is not touched by a merger of March."""
    sql = "select previous_break_on from marts.mart_kpis where kpi_code = 'reports' and category_key = '断点甲->断' and period_type = 'month' and period_start_on = date '2025-10-01' and area_key = '*'"
    assert rows(sql) == [(None,)]
