"""职责清单随日期变化：时限与责任单位均以工单（预警）当日有效者为准（duty list as of the date; DOMAIN 1 and 3.1）

清单每条有起止日（含首尾）。同日有多条时，最具体者生效：先看类别，再看地区。工单自带时限者从其时限。
Each row of the list holds from one day to another, both included. Of several the most specific holds: the finer category before the finer place. A ticket that names its own limit keeps it.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
DUTIES = [
    # 噪声：6月30日前3天，其后7天；东区7月起专门5天
    {"category_l1": "职责", "sector_unit": "甲局", "limit_days": 3.0, "valid_from": None, "valid_to": dt.date(2025, 6, 30), "legal_basis": "旧办法"},
    {"category_l1": "职责", "sector_unit": "乙局", "limit_days": 7.0, "valid_from": dt.date(2025, 7, 1), "valid_to": None, "legal_basis": "新办法"},
    {"category_l1": "职责", "district": "东区", "sector_unit": "丙局", "limit_days": 5.0, "valid_from": dt.date(2025, 8, 1), "valid_to": dt.date(2025, 8, 31), "legal_basis": "专项"},
    {"category_l1": "职责", "category_l2": "急", "sector_unit": "丁局", "limit_days": 1.0, "valid_from": dt.date(2025, 8, 15), "valid_to": None, "legal_basis": "急件"},
]  # fmt: skip
DATED = """
| 编号 id | 受理 created | 区 district | 二级 category_l2 | 时限 due    | 说明 note                                        |
|---------|--------------|-------------|------------------|-------------|--------------------------------------------------|
| du1     | 06-30 08:00  | 东区        | 缓               |             | 旧清单最后一日 last day of the old list: 3 天    |
| du2     | 07-01 08:00  | 东区        | 缓               |             | 新清单首日 first day of the new: 7 天            |
| du3     | 08-01 08:00  | 东区        | 缓               |             | 东区专项 the district's own: 5 天                |
| du4     | 08-01 08:00  | 西区        | 缓               |             | 西区不受专项影响: 7 天                           |
| du5     | 08-20 08:00  | 东区        | 急               |             | 类别先于地区 category before place: 1 天         |
| du6     | 09-01 08:00  | 东区        | 缓               |             | 专项已过 the district's row has ended: 7 天      |
| du7     | 08-20 08:00  | 东区        | 急               | 08-30 08:00 | 工单自带时限 its own limit: 10 天                |
"""
OWNERS = {"2025-06-30": "甲局", "2025-07-01": "乙局", "2025-08-01": "丙局", "2025-09-01": "乙局"}


def given(city: City) -> None:
    city.duties.extend(DUTIES)
    city.add(*tickets(DATED, category_l1="职责"))
    city.sense.setdefault("alerts", []).extend(alerts())


def alerts() -> list[dict]:
    """One alert of the east district on each of the days."""
    shared = {"area_key": "东区", "category_key": "职责->缓", "level": 3, "signals": "rise", "classes": "", "signal_status": "active", "category": "缓", "area": "东区", "area_level": "district", "observed": 9, "expected": 3.0}  # fmt: skip
    return [
        shared
        | {"alert_id": f"duty {day}", "raised_on": dt.date.fromisoformat(day), "last_on": dt.date.fromisoformat(day)}
        for day in OWNERS
    ]


def test_the_limit_is_that_of_the_tickets_day(pairs) -> None:
    found = pairs("select ticket_id, limit_hours / 24 from marts.fct_tickets where ticket_id like 'du_'")
    assert found == {"du1": 3, "du2": 7, "du3": 5, "du4": 7, "du5": 1, "du6": 7, "du7": 10}


def test_the_owner_is_that_of_the_alerts_day(pairs) -> None:
    """同一地区、类别，责任单位随清单改变。The same place and category, another unit as the list changes."""
    found = pairs("select raised_on::text, owner from marts.mart_alerts where alert_id like 'duty %'")
    assert found == OWNERS


def test_the_legal_basis_is_that_of_the_day(pairs) -> None:
    found = pairs("select raised_on::text, legal_basis from marts.mart_alerts where alert_id like 'duty %'")
    assert (found["2025-06-30"], found["2025-08-01"]) == ("旧办法", "专项")
