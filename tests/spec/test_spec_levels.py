"""等级：< 25 一级，25–50 二级，50–75 三级，≥ 75 四级；工单四度各 1–4（levels and ticket grades; DOMAIN 3.1）

频度 = 该事项90天内上报数 2/4/10；烈度 = x 的等级；广度 = 90天内人数 2/5/20；难度 = 用时/时限 0.5/1/2。
Frequency: reports of the issue in 90 days; intensity: the level of x; breadth: its persons; difficulty: elapsed over limit. Where it is not known there is no grade.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
SAME_PLACE = """
| 编号 id | 受理 created | 来电人 person_hash | 说明 note                                       |
|---------|--------------|--------------------|-------------------------------------------------|
| g1      | 03-01 08:00  | 甲                 | 第1件，1人: 频度1 广度1                         |
| g2      | 11-01 08:00  | 甲                 | 90天前的不计 older than 90 days: 频度1 广度1    |
| g3      | 11-02 08:00  | 甲                 | 第2件，仍1人: 频度2 广度1                       |
| g4      | 11-03 08:00  | 乙                 | 第3件，2人: 频度2 广度2                         |
| g5      | 11-04 08:00  | 丙                 | 第4件，3人: 频度3 广度2                         |
| g6      | 11-05 08:00  | 丁                 | 第5件，4人: 频度3 广度2                         |
| g7      | 11-06 08:00  | 戊                 | 第6件，5人: 频度3 广度3                         |
| g8      | 11-07 08:00  |                    | 第7件，来电人未知: 频度3，广度未知 not known    |
"""
TIMES = """
| 编号 id | 受理 created | 时限 due    | 办结 closed | 说明 note              |
|---------|--------------|-------------|-------------|------------------------|
| d1      | 11-01 08:00  | 11-05 08:00 | 11-02 08:00 | 0.25 → 1               |
| d2      | 11-01 08:00  | 11-05 08:00 | 11-03 08:00 | 0.5 → 2                |
| d3      | 11-01 08:00  | 11-05 08:00 | 11-05 08:00 | 1 → 3                  |
| d4      | 11-01 08:00  | 11-05 08:00 | 11-09 08:00 | 2 → 4                  |
| d5      | 11-01 08:00  | 11-05 08:00 |             | 未办结，60天 open → 4  |
| d6      | 11-01 08:00  |             | 11-02 08:00 | 无时限 no limit → none |
"""
GRADE = "select ticket_id, grade_{} from marts.fct_tickets where regexp_matches(ticket_id, '^{}[0-9]$')"


# 自12月15日起四级起点改为70：此前评判的时段与受理的工单不变
LATER = {"rule_name": "level", "rule_key": "4", "rule_value": 70.0, "valid_from": dt.date(2025, 12, 15), "version": "2", "author": "市委", "decided_on": dt.date(2025, 12, 1), "reason": "例题 example"}  # fmt: skip

# 同日起难度四级起点改为1.5倍时限，紧急的分值改为50 from that day difficulty 4 begins at 1.5 limits, urgency has 50 points
GRADED = [
    LATER | {"rule_name": "grade_difficulty", "rule_key": "4", "rule_value": 1.5},
    LATER | {"rule_name": "intensity_points", "rule_key": "urgency", "rule_value": 50.0},
]
AROUND = """
| 编号 id | 受理 created | 时限 due    | 办结 closed | 说明 note                                  |
|---------|--------------|-------------|-------------|--------------------------------------------|
| c1      | 12-14 08:00  | 12-18 08:00 | 12-20 20:00 | 1.625 倍，按前一日的规则 by the old rule 3 |
| c2      | 12-15 08:00  | 12-19 08:00 | 12-21 20:00 | 1.625 倍，按当日的规则 by the new rule 4   |
"""


def given(city: City) -> None:
    city.weights.extend([LATER, *GRADED])
    city.add(*tickets(AROUND, category_l1="等级", category_l2="前后", priority="特急", text="路灯不亮"))
    city.add(*tickets(SAME_PLACE, category_l1="等级", category_l2="同处", address="等级路1号"))
    city.add(*tickets(TIMES, category_l1="等级", category_l2="时间"))


def top(day: dt.date) -> float:
    """Where level 4 begins for a period judged on, or a ticket of, this day."""
    return 70 if min(day, dt.date(2025, 12, 31)) >= LATER["valid_from"] else 75


def test_level_follows_the_composite(rows) -> None:
    """所有单元逐一核对。Every cell of the city."""
    found = rows(
        "select composite_score, level, period_end_on from marts.mart_degrees where composite_score is not null"
    )
    assert len(found) > 100
    assert [level for _, level, _ in found] == [1 + (q >= 25) + (q >= 50) + (q >= top(end)) for q, _, end in found]
    assert rows("select * from marts.mart_degrees where (composite_score is null) <> (level is null)") == []


def test_new_thresholds_leave_what_was_judged_before(rows) -> None:
    """12月15日前结束的时段、前一日及以前受理的工单仍按75分。Periods that ended and tickets that came before keep the 75."""
    found = rows("select intensity_score, grade_intensity, created_on from marts.fct_tickets where intensity_score is not null")  # fmt: skip
    assert all(grade == 1 + (x >= 25) + (x >= 50) + (x >= top(day)) for x, grade, day in found)
    sql = "select weight, valid_from::text, valid_to::text from marts.mart_weights where rule = 'level' and key = '4' order by valid_from"
    assert rows(sql) == [(75, "1900-01-01", "2025-12-14"), (70, "2025-12-15", None)]


def test_grade_of_frequency_counts_the_issues_reports_in_90_days(pairs) -> None:
    assert pairs(GRADE.format("frequency", "g")) == {"g1": 1, "g2": 1, "g3": 2, "g4": 2, "g5": 3, "g6": 3, "g7": 3, "g8": 3}  # fmt: skip


def test_grade_of_breadth_counts_the_issues_persons_in_90_days(pairs) -> None:
    assert pairs(GRADE.format("breadth", "g")) == {"g1": 1, "g2": 1, "g3": 1, "g4": 2, "g5": 2, "g6": 2, "g7": 3, "g8": None}  # fmt: skip


def test_grade_of_difficulty_is_elapsed_over_limit(pairs) -> None:
    assert pairs(GRADE.format("difficulty", "d")) == {"d1": 1, "d2": 2, "d3": 3, "d4": 4, "d5": 4, "d6": None}


def test_a_ticket_is_graded_by_the_rules_of_its_day(pairs) -> None:
    assert pairs(GRADE.format("difficulty", "c")) == {"c1": 3, "c2": 4}


def test_a_ticket_has_the_points_of_its_day(pairs) -> None:
    """紧急 1 × 25 分，自12月15日起 1 × 50 分，其余各项为零；已知各项满分 85 与 110 → 100·25/85、100·50/110（按已知项折算）。"""
    found = pairs("select ticket_id, intensity_score / nullif(intensity_coverage_share, 0) from marts.fct_tickets where regexp_matches(ticket_id, '^c[0-9]$')")  # fmt: skip
    assert found["c2"] > found["c1"] > 0


@pytest.mark.parametrize(("name", "grade"), [("x1", 1), ("x2", 2), ("x9", 2), ("x10", 4), ("x12", None)])
def test_grade_of_intensity_is_the_level_of_the_ticket_score(one, name: str, grade: int | None) -> None:
    """x 见 test_spec_intensity_ticket。"""
    assert one("select grade_intensity from marts.fct_tickets where ticket_id = ?", name) == grade
