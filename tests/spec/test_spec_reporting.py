"""报告率 λ̂ = 首报之后的重复上报数/Σ可被上报天数，约 1/λ̂ 天才有人上报（reporting rate; DOMAIN 5; Liu & Garg 2023）

可被上报天数 = 首报 → min(工作人员到场上报, 办结, 30天, 截止日)。From the first report to the first of: staff on the spot, closure, 30 days, as-of.
向全市收缩：θ̂ = (O + α)/(E + α)，E = 全市速率 × 天数，1/α = (Σ(O − E)² − ΣE)/ΣE²；λ̂ = θ̂ × 全市速率。Drawn to the city's rate, α by moments.
同一人再报、工作人员上报不算他人上报；来源不提供并单则无从得知（无行）。The same person again and staff are no other reporter; a source without merged tickets tells nothing.
"""

from __future__ import annotations

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
CASES = """
| 编号 id | 并入 parent_ticket_id | 区 district | 受理 created | 办结 closed | 来电人 person_hash | 渠道 channel | 说明 note                                                     |
|---------|-----------------------|-------------|--------------|-------------|--------------------|--------------|---------------------------------------------------------------|
| q1      |                       | 报一区      | 11-01 08:00  | 11-11 08:00 | 甲                 | 电话         | 10天                                                          |
| q1a     | q1                    | 报一区      | 11-03 08:00  |             | 乙                 | 电话         | 他人 1                                                        |
| q1b     | q1                    | 报一区      | 11-05 08:00  |             |                    | 电话         | 未知来电人也算 unknown callers count: 2                       |
| q2      |                       | 报一区      | 11-01 08:00  |             | 丙                 | 电话         | 未办结：30天封顶 still open: cut at 30 days                   |
| q2a     | q2                    | 报一区      | 11-20 08:00  |             | 丁                 | 电话         | 他人 3                                                        |
| q2b     | q2                    | 报一区      | 12-10 08:00  |             | 戊                 | 电话         | 30天之后 after 30 days: no                                    |
| q3      |                       | 报二区      | 11-01 08:00  | 11-11 08:00 | 己                 | 电话         | 10天                                                          |
| q3a     | q3                    | 报二区      | 11-03 08:00  |             | 己                 | 电话         | 同一人 the same person: no                                    |
| q4      |                       | 报二区      | 11-01 08:00  |             | 庚                 | 电话         | 10天：网格员11-11到场 staff on the spot after 10 days         |
| q4a     | q4                    | 报二区      | 11-11 08:00  |             |                    | 网格巡查     | 工作人员 staff: no                                            |
| q4b     | q4                    | 报二区      | 11-15 08:00  |             | 辛                 | 电话         | 到场之后 after that: no                                       |
| q5      |                       | 报二区      | 11-01 08:00  | 11-11 08:00 | 壬                 | 电话         | 10天，无人再报 nobody else                                    |
| q6      |                       | 报二区      | 11-01 08:00  | 11-11 08:00 |                    | 网格巡查     | 工作人员首报 first told by staff: out                         |
| q6a     | q6                    | 报二区      | 11-02 08:00  |             | 癸                 | 电话         | out with its case                                             |
"""
ALONE = """
| 来源 source | 分类 category_l2 | 区 district | 受理 created | 办结 closed | 件数 times | 说明 note                                       |
|-------------|------------------|-------------|--------------|-------------|------------|-------------------------------------------------|
| t           | 无人再报         | 报一区      | 11-01 08:00  | 11-11 08:00 | 5          | 全市无重复 no duplicate in the city             |
| 无并单源    | 无并单           | 报一区      | 11-01 08:00  | 11-11 08:00 | 5          | 来源不提供并单 the source tells no merged ones  |
"""
ALPHA = 15.0  # O = 3, 0；E = 40·3/70, 30·3/70 = 1.714, 1.286；(3.306 − 3)/4.592 = 1/15
CITY = 3 / 70
SQL = "select cases, duplicates, watched_days, alpha, reports_per_day, delay_days from marts.mart_reporting_rates where category_key = ? and area_key = ?"


def given(city: City) -> None:
    made = tickets(CASES, category_l1="报告", category_l2="井盖")
    city.add(*(row | ({"status": "merged"} if row.get("parent_ticket_id") else {}) for row in made))
    city.add(*tickets(ALONE, category_l1="报告"))


@pytest.mark.parametrize(
    ("area", "cases", "duplicates", "days"),
    [("报一区", 2, 3, 10 + 30), ("报二区", 3, 0, 10 + 10 + 10), ("*", 5, 3, 70)],
)
def test_duplicates_and_days_are_as_in_the_table(one, area: str, cases: int, duplicates: int, days: float) -> None:
    assert one(SQL, "报告->井盖", area)[:3] == pytest.approx((cases, duplicates, days))


@pytest.mark.parametrize(("area", "duplicates", "days"), [("报一区", 3, 40), ("报二区", 0, 30)])
def test_rate_is_drawn_to_the_citys(one, area: str, duplicates: int, days: float) -> None:
    """报一 (3 + 15)/(1.714 + 15)·3/70 = 0.0462，21.7天；报二 (0 + 15)/(1.286 + 15)·3/70 = 0.0395，25.3天。"""
    rate = CITY * (duplicates + ALPHA) / (CITY * days + ALPHA)
    assert one(SQL, "报告->井盖", area)[3:] == pytest.approx((ALPHA, rate, 1 / rate), rel=1e-3)


def test_the_citys_own_rate_is_not_shrunk(one) -> None:
    """3/70 每天，23.3天。"""
    assert one(SQL, "报告->井盖", "*")[4:] == pytest.approx((CITY, 70 / 3), rel=1e-3)


def test_without_any_duplicate_no_rate_is_known(one) -> None:
    """零重复不等于无限慢。No duplicate in the whole city: not known, and not 'never'."""
    assert one(SQL, "报告->无人再报", "报一区")[4:] == (None, None)


def test_a_source_without_merged_tickets_has_no_row(rows) -> None:
    assert rows(SQL, "报告->无并单", "报一区") == []
