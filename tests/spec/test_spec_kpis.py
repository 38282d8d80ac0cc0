"""KPIs: each share with the tickets behind it and a Wilson interval; what was not asked is in no denominator."""

from __future__ import annotations

import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.dbt.city import City, ticket

pytestmark = pytest.mark.slow
SQL = "select value, numerator, denominator, lower, upper, is_suppressed from marts.mart_kpis where period_type = 'month' and period_start_on = date '2025-11-01' and area_key = '*' and unit is null and category_key = ? and kpi_code = ?"


def given(city: City) -> None:
    limit = {"category_l1": "指标", "category_l2": "按期", "due": "2025-11-10 08:00"}
    city.add(
        *[ticket("2025-11-05 08:00", closed="2025-11-05 20:00", **limit) for _ in range(12)]
    )  # on time, within a day
    city.add(
        *[ticket("2025-11-05 08:00", closed="2025-11-10 08:00", **limit) for _ in range(6)]
    )  # to the minute: on time
    city.add(*[ticket("2025-11-05 08:00", closed="2025-11-10 08:01", **limit) for _ in range(2)])  # a minute late
    city.add(*[ticket("2025-11-05 08:00", **limit) for _ in range(5)])  # open and overdue: in the denominator
    city.add(ticket("2025-11-05 08:00", **limit | {"status": "void"}))  # void: nowhere
    city.add(ticket("2025-11-05 08:00", **limit | {"due": "2026-01-10 08:00"}))  # limit not reached yet
    rated = {"category_l1": "指标", "category_l2": "满意", "closed": "2025-11-20 08:00"}
    answers = [
        ("very_satisfied", True, True),
        ("satisfied", True, True),
        ("basically_satisfied", True, True),
        ("unsatisfied", False, True),
        (None, None, False),
        (None, None, None),
    ]
    city.add(
        *[
            ticket("2025-11-18 08:00", satisfaction=s, is_solved=solved, is_contacted=contacted, **rated)
            for s, solved, contacted in answers
        ]
    )
    city.add(
        ticket(
            "2025-11-05 08:00",
            received="2025-11-05 08:00",
            dispatched="2025-11-05 12:00",
            contacted="2025-11-06 11:00",
            category_l1="指标",
            category_l2="分拨",
        )
    )
    city.add(
        ticket(
            "2025-11-05 08:00",
            received="2025-11-05 08:00",
            dispatched="2025-11-05 17:00",
            contacted="2025-11-06 18:00",
            category_l1="指标",
            category_l2="分拨",
        )
    )
    city.add(ticket("2025-10-05 08:00", category_l1="指标", category_l2="分拨"))
    slow = {"source": "u", "category_l1": "指标", "category_l2": "时限"}
    city.add(
        ticket("2025-11-05 08:00", dispatched="2025-11-05 12:00", contacted="2025-11-06 11:00", **slow),  # both in time
        ticket("2025-11-05 08:00", dispatched="2025-11-05 17:00", **slow),  # sent late, never called
        ticket("2025-11-05 08:00", **slow),  # never sent
        ticket("2025-11-05 08:00", **slow | {"status": "void"}),  # void: nowhere
        ticket("2025-11-30 20:00", **slow),  # the limit passes in December
        ticket("2025-12-31 20:00", **slow),  # the limit has not passed yet
        ticket("2025-11-04 08:00", **slow),  # before the source's first dispatch: not recorded
        ticket("2025-11-05 08:00", **slow | {"source": "w"}),  # a source without the clocks
    )


def test_on_time_counts_open_overdue_tickets(one) -> None:
    value, numerator, denominator, lower, upper, is_suppressed = one(SQL, "指标->按期", "on_time_share")
    assert (numerator, denominator) == (18, 25)
    assert value == pytest.approx(0.72)
    assert (lower, upper) == pytest.approx(proportion_confint(18, 25, method="wilson"), abs=1e-5)
    assert not is_suppressed


def test_closed_within_a_day_of_those_a_day_old(one) -> None:
    assert one(SQL, "指标->按期", "closed_1d_share")[1:3] == (12, 26)


def test_satisfied_is_full_and_partly_satisfied_lambda_over_answers(one) -> None:
    # (1 + 1 + 0.6 + 0) of 4 answers; two tickets gave none
    assert one(SQL, "指标->满意", "satisfied_share")[:3] == pytest.approx((0.65, 2.6, 4))


def test_percentages_below_twenty_tickets_are_flagged(one) -> None:
    assert one(SQL, "指标->满意", "satisfied_share")[5]


def test_composite_rate_weighs_contact_solution_and_satisfaction(one) -> None:
    assert one(SQL, "指标->满意", "composite_rate")[0] == pytest.approx(0.1 * 4 / 5 + 0.5 * 3 / 4 + 0.4 * 0.65)


def test_late_and_still_open_count_once_their_limit_has_passed(one) -> None:
    assert one(SQL, "指标->时限", "dispatch_in_time_share")[1:3] == (1, 3)
    assert one(SQL, "指标->时限", "contacted_24h_share")[1:3] == (1, 2)
    december = SQL.replace("2025-11-01", "2025-12-01")
    assert one(december, "指标->时限", "dispatch_in_time_share")[1:3] == (0, 1)


def test_a_period_is_complete_once_it_has_ended(rows) -> None:
    sql = "select distinct is_complete from marts.mart_kpis where period_type = ? and period_start_on = ?::date"
    assert rows(sql, "month", "2025-12-01") == [(True,)]
    assert rows(sql, "week", "2025-12-22") == [(True,)]
    assert rows(sql, "week", "2025-12-29") == [(False,)]  # 31 December is a Wednesday


def test_dispatch_and_contact_clocks_run_from_receipt_and_dispatch(one) -> None:
    assert one(SQL, "指标->分拨", "dispatch_in_time_share")[1:3] == (1, 2)  # 4 h and 9 h against 8 h
    assert one(SQL, "指标->分拨", "contacted_24h_share")[1:3] == (1, 2)  # 23 h and 25 h against 24 h


def test_reports_are_compared_with_the_month_before(one) -> None:
    sql = SQL.replace("value, numerator, denominator, lower, upper, is_suppressed", "value, previous_value")
    assert one(sql, "指标->分拨", "reports") == (2, 1)


def test_stock_is_what_is_open_at_the_periods_end(one) -> None:
    assert one(SQL, "指标->按期", "open_count")[0] == 6
    assert one(SQL, "指标->按期", "overdue_count")[0] == 5
