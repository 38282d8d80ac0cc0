"""计量单位：上报、案件、事项、人（reports, cases, issues, persons; DOMAIN 3.1）

上报 report  = 每一次反映，含被并单者，不含重办单、咨询、表扬、无效、作废。Every contact, merged ones too; no redo order, inquiry, praise, invalid or void.
案件 case    = 并单之后：子单归入主单。After merging: children belong to the ticket they were merged into.
事项 issue   = 同一最细类别、同一小区（或100米内）、文字相近、间隔不超过90天。Same finest category, same estate (or within 100 m), similar text (test_spec_issues.py), no silence longer than 90 days.
人 person    = 加密后的来电人；未知不等于零。The caller's hash; unknown is not zero.
"""

from __future__ import annotations

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
COUNTED = """
| 编号 id | 受理 created | 性质 kind   | 状态 status | 并入 parent_ticket_id | 来电人 person_hash | 说明 note                                  |
|---------|--------------|-------------|-------------|-----------------------|--------------------|--------------------------------------------|
| u1      | 11-03 08:00  | 投诉        | open        |                       | 甲                 | report 1, person 1                         |
| u2      | 11-03 09:00  | 投诉        | merged      | u1                    | 乙                 | 被并单仍是上报: report 2, person 2         |
| u3      | 11-03 10:00  | 求助        | merged      | u2                    | 甲                 | 并单的并单: report 3, the person of u1     |
| u4      | 11-04 08:00  | 投诉        | withdrawn   |                       |                    | 撤诉也曾上报: report 4, caller not known   |
| u5      | 11-05 08:00  | 重办单      | open        |                       | 甲                 | 重办单不是新上报: no report                |
| u6      | 11-05 09:00  | 咨询        | open        |                       | 丙                 | no report                                  |
| u7      | 11-05 10:00  | 表扬        | open        |                       | 丙                 | no report                                  |
| u8      | 11-05 11:00  | 无效        | open        |                       | 丙                 | no report                                  |
| u9      | 11-05 12:00  | 投诉        | void        |                       | 丙                 | 作废: no report                            |
"""
ISSUES = """
| 编号 id | 受理 created | 小区 estate | 细类 category_l3 | 纬度 lat | 经度 lon | 说明 note                                    |
|---------|--------------|-------------|------------------|----------|----------|----------------------------------------------|
| s1      | 03-01 08:00  | 甲小区      |                  |          |          | 事项一 issue 1                               |
| s2      | 05-30 08:00  | 甲小区      |                  |          |          | 90天后: still issue 1                        |
| s3      | 08-29 08:00  | 甲小区      |                  |          |          | 91天后: issue 2                              |
| s4      | 08-29 09:00  | 乙小区      |                  |          |          | another estate: issue 3                      |
| s5      | 08-29 10:00  | 甲小区      | 困人             |          |          | a finer category: issue 4                    |
| s6      | 08-29 11:00  |             |                  | 30.00000 | 120.0000 | no estate, a point: issue 5                  |
| s7      | 08-30 11:00  |             |                  | 30.00050 | 120.0000 | 56 m north: issue 5                          |
| s8      | 08-30 12:00  |             |                  | 30.00500 | 120.0000 | 556 m north: issue 6                         |
"""
LIFT = {"category_l1": "单位", "category_l2": "电梯", "community": "一社区"}


def given(city: City) -> None:
    city.add(*tickets(COUNTED, category_l1="单位", category_l2="计数"), *tickets(ISSUES, **LIFT))


def test_reports_are_contacts_and_merging_hides_none(scores) -> None:
    """u1-u4 = 4 件上报 4 reports."""
    assert scores("单位->计数")["reports"] == 4


def test_persons_are_different_known_callers(scores) -> None:
    """甲、乙 = 2 人；u4 来电人未知，不另计。Two persons; the unknown caller of u4 adds none."""
    assert scores("单位->计数")["persons"] == 2


def test_nothing_is_thrown_away(one) -> None:
    """九件工单都在，只是不都计数。All nine tickets are kept; not all of them count."""
    found = one("select count(*), count(*) filter (where is_demand) from marts.fct_tickets where ticket_id like 'u_'")
    assert found == (9, 4)


def test_merged_tickets_are_one_case_also_in_a_chain(one) -> None:
    """u3 → u2 → u1：一案三单，两人。One case of three tickets and two persons."""
    found = one("select tickets, reports, persons from marts.fct_cases where case_key = 't:u1'")
    assert found == (3, 3, 2)


@pytest.mark.parametrize(
    ("ticket", "same_as", "is_same"),
    [("s2", "s1", True), ("s3", "s2", False), ("s4", "s3", False), ("s5", "s3", False), ("s6", "s3", False), ("s7", "s6", True), ("s8", "s6", False)],
)  # fmt: skip
def test_tickets_are_one_issue_when_thing_place_and_time_agree(one, ticket: str, same_as: str, is_same: bool) -> None:
    """见表中说明。See the notes of the table."""
    sql = "select count(distinct issue_key) from marts.fct_tickets where ticket_id in (?, ?)"
    assert one(sql, ticket, same_as) == (1 if is_same else 2)


def test_a_day_without_reports_is_a_zero_and_not_a_gap(one) -> None:
    """静默写成零。Silence is written as zero."""
    sql = "select reports, persons, places from marts.fct_daily where area_key = '*' and category_key = '单位->电梯' and date_on = date '2025-04-01'"
    assert one(sql) == (0, 0, 0)
