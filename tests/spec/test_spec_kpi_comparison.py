"""上报量：环比、同比、较预期；未知不当作零（reports compared; DOMAIN 3.6）

环比 = 上月，同比 = 去年同月，预期 = 该月的 E。The month before, the same month a year ago, and what was expected.
"""

from __future__ import annotations

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
MONTHS = """
| 受理 created     | 件数 times | 说明 note |
|------------------|------------|-----------|
| 2024-11-05 08:00 | 3          | 去年同月  |
| 10-05 08:00      | 2          | 上月      |
| 11-05 08:00      | 6          | 本月      |
"""


def given(city: City) -> None:
    city.add(*tickets(MONTHS, category_l1="指标", category_l2="比较"))


def test_reports_stand_beside_last_month_and_last_year(kpi) -> None:
    """6 件；环比 6/2，同比 6/3。"""
    found = kpi("reports", "指标->比较")
    assert (found["value"], found["previous_value"], found["year_ago_value"]) == (6, 2, 3)


def test_expected_reports_stand_beside_the_observed(kpi) -> None:
    """“频度->多”：预期 5，实际 12。"""
    found = kpi("expected_reports", "频度->多")
    assert (found["value"], found["numerator"]) == (pytest.approx(5), 12)


def test_districts_add_up_to_the_city(kpi) -> None:
    assert kpi("reports", "指标->比较")["value"] == kpi("reports", "指标->比较", area="东区")["value"]
