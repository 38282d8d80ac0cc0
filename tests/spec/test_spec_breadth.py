"""广度 B = 0.4·N(ln persons) + 0.4·N(ln K_eff) + 0.1·N(ln channels_eff) + 0.1·N(ln dispersion); K_eff is Simpson without bias, drawn to the category by 20 pairs."""

from __future__ import annotations

import math

import pytest

from tests.dbt.city import City, ticket

pytestmark = pytest.mark.slow
FIFTY, SPREAD = "广度->五十个电话", "广度->五条街"


def given(city: City) -> None:
    city.add(
        *[
            ticket(
                f"2025-11-05 {n // 10 + 8:02d}:{n % 10:02d}",
                category_l1="广度",
                category_l2="五十个电话",
                person_hash="same",
                address="广度路1号",
            )
            for n in range(50)
        ]
    )
    # ten persons, two in each of five streets of one district
    city.add(*[
        ticket(f"2025-11-{n + 1:02d} 10:00", category_l1="广度", category_l2="五条街", district="西区", street=f"{n // 2}号街", person_hash=f"g{n}",
               channel="电话" if n < 5 else "微信", lat=30.0 + 0.001 * n, lon=120.0)
        for n in range(10)
    ])  # fmt: skip


def test_one_caller_with_fifty_calls_is_one_person(component) -> None:
    assert component(FIFTY, "breadth", "persons") == pytest.approx(math.log(1))


def test_effective_areas_of_five_streets_with_two_tickets_each(one) -> None:
    # sum c(c-1) = 5·2·1 = 10 of n(n-1) = 90 pairs: s = 1/9; the category has no other cell, so s0 = 1/9, too
    found = one(
        "select same_pairs, pairs, effective_parts from intermediate.int_cell_pairs where area_key = '西区' and category_key = ? and period_type = 'month' and dimension = 'areas'",
        SPREAD,
    )
    assert found == pytest.approx((10, 90, 9))


def test_raw_concentration_is_drawn_to_the_categorys_by_twenty_pairs(one) -> None:
    # weeks of the same category differ from each other: (same + 20·s0) / (pairs + 20)
    same, pairs, usual, effective = one(
        "select same_pairs, pairs, usual_concentration, effective_parts from intermediate.int_cell_pairs where area_key = '西区' and category_key = ? and period_type = 'week' and dimension = 'areas' order by period_start_on limit 1 offset 1",
        SPREAD,
    )
    assert effective == pytest.approx(1 / ((same + 20 * usual) / (pairs + 20)))


def test_dispersion_is_the_root_mean_square_distance_in_metres(one) -> None:
    spread = math.sqrt(sum((n - 4.5) ** 2 for n in range(10)) / 10) * 0.001 * 110_574
    assert one(
        "select dispersion_m from intermediate.int_cell_sums where area_key = '西区' and category_key = ? and period_type = 'month'",
        SPREAD,
    ) == pytest.approx(spread, rel=1e-6)


def test_persons_are_null_when_no_caller_is_known(one) -> None:
    assert (
        one(
            "select persons from marts.mart_degrees where area_key = '*' and category_key = '难度->三十天' and period_type = 'month' and period_start_on = date '2025-11-01'"
        )
        is None
    )
