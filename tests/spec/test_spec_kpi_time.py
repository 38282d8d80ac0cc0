"""办结类指标：按期办结率、≤1 d、≤3 d、在办与超期、办结中位时长（time KPIs; DOMAIN 3.6）

按期办结率 = 按期办结/时限落在本期的工单，未办结而超期者在分母。Closed by limit over tickets whose limit fell in the period; open overdue ones are in it.
≤k天 = k天内办结/本期受理且满k天。Closed within k days over tickets created in the period and at least k days old.
Wilson 95% 区间；分母小于20标注不公布。Wilson interval; percentages on fewer than 20 are flagged.
"""

from __future__ import annotations

import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
LIMITS = """
| 受理 created | 时限 due         | 办结 closed | 件数 times | 状态 status | 说明 note                                              |
|--------------|------------------|-------------|------------|-------------|--------------------------------------------------------|
| 11-05 08:00  | 11-10 08:00      | 11-05 20:00 | 12         | closed      | 按期，12小时 on time, within a day                     |
| 11-05 08:00  | 11-10 08:00      | 11-10 08:00 | 6          | closed      | 恰在时限 to the minute: on time                        |
| 11-05 08:00  | 11-10 08:00      | 11-10 08:01 | 2          | closed      | 晚一分钟 a minute late                                 |
| 11-05 08:00  | 11-10 08:00      |             | 5          | open        | 未办结且超期 open and overdue: in the denominator      |
| 11-05 08:00  | 11-10 08:00      |             | 1          | void        | 作废 void: nowhere                                     |
| 11-05 08:00  | 2026-01-10 08:00 |             | 1          | open        | 时限未到 limit not reached: not yet                    |
"""
DAYS = """
| 受理 created | 办结 closed | 说明 note                                                     |
|--------------|-------------|---------------------------------------------------------------|
| 12-10 08:00  | 12-11 08:00 | 恰24小时 exactly a day: ≤1 d                                  |
| 12-10 08:00  | 12-12 08:00 | ≤3 d                                                          |
| 12-10 08:00  | 12-20 08:00 | 都不是 neither                                                |
| 12-29 08:00  |             | 满1天未满3天 two days old: in ≤1 d only                       |
| 12-31 08:00  | 12-31 09:00 | 未满1天：已办结也不计 less than a day old: in neither         |
"""
MEDIAN = """
| 受理 created | 办结 closed | 说明 note |
|--------------|-------------|-----------|
| 10-31 08:00  | 11-01 08:00 | 24        |
| 11-01 08:00  | 11-03 08:00 | 48        |
| 11-01 08:00  | 11-11 08:00 | 240       |
| 11-01 08:00  |             | 未办结不在中位数内 open: no closure of this month |
"""


def given(city: City) -> None:
    city.add(*tickets(LIMITS, category_l1="指标", category_l2="按期"))
    city.add(*tickets(DAYS, category_l1="指标", category_l2="天数"))
    city.add(*tickets(MEDIAN, category_l1="指标", category_l2="中位"))


def test_on_time_counts_open_overdue_tickets(kpi) -> None:
    """(12 + 6)/(12 + 6 + 2 + 5) = 18/25 = 72%；若只看已办结会是 18/20 = 90%。"""
    found = kpi("on_time_share", "指标->按期")
    assert (found["numerator"], found["denominator"], found["value"]) == (18, 25, pytest.approx(0.72))


def test_interval_is_wilsons(kpi) -> None:
    found = kpi("on_time_share", "指标->按期")
    assert (found["lower"], found["upper"]) == pytest.approx(proportion_confint(18, 25, method="wilson"), abs=1e-5)


def test_small_denominators_are_flagged(kpi) -> None:
    """25 ≥ 20 可公布；3 < 20 标注。"""
    assert not kpi("on_time_share", "指标->按期")["is_suppressed"]
    assert kpi("closed_3d_share", "指标->天数", "2025-12-01")["is_suppressed"]


@pytest.mark.parametrize(("code", "counts"), [("closed_1d_share", (1, 4)), ("closed_3d_share", (2, 3))])
def test_closed_within_days_of_those_old_enough(kpi, code: str, counts: tuple[int, int]) -> None:
    found = kpi(code, "指标->天数", "2025-12-01")
    assert (found["numerator"], found["denominator"]) == counts


def test_stock_is_what_is_open_at_the_periods_end(kpi) -> None:
    """11月底：在办 5 + 1，超期 5；作废不计。"""
    assert kpi("open_count", "指标->按期")["value"] == 6
    assert kpi("overdue_count", "指标->按期")["value"] == 5


def test_median_hours_are_of_what_was_closed_in_the_month(kpi) -> None:
    """24、48、240 的中位数 = 48。"""
    assert kpi("median_close_hours", "指标->中位")["value"] == 48


def test_a_period_is_complete_once_it_has_ended(rows) -> None:
    """12月31日是周三：12月已结束，当周未结束。"""
    sql = "select distinct is_complete from marts.mart_kpis where period_type = ? and period_start_on = ?::date"
    assert rows(sql, "month", "2025-12-01") == [(True,)]
    assert rows(sql, "week", "2025-12-22") == [(True,)]
    assert rows(sql, "week", "2025-12-29") == [(False,)]


def test_no_tickets_means_no_row_and_never_a_zero_share(kpi) -> None:
    """没有分母就没有比率。Without a denominator there is no rate."""
    assert kpi("on_time_share", "指标->中位") == {}
