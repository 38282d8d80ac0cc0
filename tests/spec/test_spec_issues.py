"""An issue: the same finest category at the same site, with no silence longer than 90 days; a recurrence is a report 1 to 90 days after a solved closure."""

from __future__ import annotations

import pytest

from tests.dbt.city import City, ticket

pytestmark = pytest.mark.slow
HERE = {"category_l1": "事项", "category_l2": "电梯", "community": "一社区", "estate": "甲小区"}


def given(city: City) -> None:
    city.add(
        ticket("2025-03-01 08:00", ticket_id="s1", **HERE),
        ticket("2025-05-30 08:00", ticket_id="s2", **HERE),  # 90 days later: the same issue
        ticket("2025-08-29 08:00", ticket_id="s3", closed="2025-09-01 08:00", **HERE),  # 91 days later: a new issue
        ticket(
            "2025-09-01 20:00", ticket_id="s4", closed="2025-09-10 08:00", **HERE
        ),  # the day of the closure: no recurrence
        ticket("2025-10-01 08:00", ticket_id="s5", **HERE | {"estate": "乙小区"}),  # another estate
        ticket("2025-10-02 08:00", ticket_id="s6", **HERE | {"category_l3": "困人"}),  # a finer category
        ticket("2025-10-15 08:00", ticket_id="s7", **HERE | {"kind": "表扬"}),  # praise is no demand
        ticket("2025-10-20 08:00", ticket_id="s8", closed="2025-10-21 08:00", is_solved=False, **HERE),
        ticket("2025-10-22 08:00", ticket_id="s9", parent_ticket_id="s8", status="merged", **HERE),
    )


def test_silence_longer_than_90_days_begins_a_new_issue(rows) -> None:
    issues = dict(rows("select ticket_id, issue_key from marts.fct_tickets where ticket_id like 's_'"))
    assert issues["s1"] == issues["s2"]
    assert issues["s3"] == issues["s4"] == issues["s8"]
    assert len({issues[t] for t in ("s1", "s3", "s5", "s6")}) == 4
    assert issues["s7"] is None


def test_recurrence_is_the_next_report_after_a_solved_closure(rows) -> None:
    found = dict(
        rows(
            "select split_part(ticket_key, ':', 2), recurred_on::text from intermediate.int_ticket_recurrences where ticket_key like 't:s_'"
        )
    )
    # s3 was closed on 1 September: the report of that evening does not count, the one of 20 October does
    assert found == {"s3": "2025-10-20", "s4": "2025-10-20"}


def test_merged_ticket_belongs_to_the_case_of_its_parent(one) -> None:
    assert one("select reports from marts.fct_cases where case_key = 't:s8'") == 2


def test_spine_writes_silence_as_zero(one) -> None:
    assert one(
        "select reports, persons, places from marts.fct_daily where area_key = '*' and category_key = '事项->电梯' and date_on = date '2025-04-01'"
    ) == (0, 0, 0)


def test_grade_of_frequency_counts_the_issues_reports(rows) -> None:
    assert dict(
        rows("select ticket_id, grade_frequency from marts.fct_tickets where ticket_id in ('s1', 's2', 's3')")
    ) == {"s1": 1, "s2": 2, "s3": 1}
