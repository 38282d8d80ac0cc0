"""频度 F = 0.5 · N(ln R̂) + 0.5 · S, with R̂ = θ̂ · E / people · 10,000 a week and θ̂ = (O + α) / (E + α)."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from tests.dbt.city import City, ticket

pytestmark = pytest.mark.slow
NOVEMBER = dt.date(2025, 11, 1)
FEW, MANY = "频度->少", "频度->多"

# category, area,  O,  E, alpha, mid-p                  theta = (O + a) / (E + a)
EXPECTED = [
    (MANY, "东区", 12, 5.0, 2.0, 0.001),  #             14 / 7 = 2
    (MANY, "*", 12, 5.0, 2.0, 0.001),  #                the city has people, too: the districts' sum
    (FEW, "东区", 2, 1.0, 2.0, 0.2),  #                  4 / 3
    (FEW, "东区/一街", 2, 1.0, 2.0, 0.2),  #             no people are listed for a street
]


def given(city: City) -> None:
    city.add(
        *[
            ticket(f"2025-11-{day:02d} 10:00", category_l1="频度", category_l2="多", person_hash=f"f{day}")
            for day in range(1, 13)
        ]
    )
    city.add(
        *[
            ticket(f"2025-11-{day:02d} 10:00", category_l1="频度", category_l2="少", person_hash=f"f{day}")
            for day in (3, 4)
        ]
    )
    city.sense["cell_expectations"] = [
        {"area_key": area, "category_key": category, "period_type": "month", "period_start_on": NOVEMBER, "observed": observed, "expected": expected,
         "dispersion": 1.0, "mid_p": mid_p, "history_weeks": 104, "is_low_confidence": False, "alpha": alpha}
        for category, area, observed, expected, alpha, mid_p in EXPECTED
    ]  # fmt: skip


def test_rate_is_shrunk_expectation_per_10000_people_and_week(one) -> None:
    rate = one(
        "select rate_per_10000 from intermediate.int_frequency_rates where area_key = '东区' and category_key = ? and period_type = 'month' and period_start_on = ?",
        MANY,
        NOVEMBER,
    )
    assert rate == pytest.approx(2 * 5 / 20_000 * 10_000 / (30 / 7))


def test_city_uses_the_sum_of_its_districts_people(one) -> None:
    rate = one(
        "select rate_per_10000 from intermediate.int_frequency_rates where area_key = '*' and category_key = ? and period_type = 'month' and period_start_on = ?",
        MANY,
        NOVEMBER,
    )
    assert rate == pytest.approx(2 * 5 / 50_000 * 10_000 / (30 / 7))


def test_without_people_the_rate_is_a_share_of_the_citys_reports_and_flagged(one) -> None:
    rate, is_share = one(
        "select rate_per_10000, is_share_of_city from intermediate.int_frequency_rates where area_key = '东区/一街' and category_key = ? and period_type = 'month' and period_start_on = ?",
        FEW,
        NOVEMBER,
    )
    city_reports = one(
        "select sum(reports) from intermediate.int_cell_periods where area_key = '*' and category_level = 1 and period_type = 'month' and period_start_on = ?",
        NOVEMBER,
    )
    assert is_share
    assert rate == pytest.approx(4 / 3 * 1 / int(city_reports) * 10_000)


def test_surprise_is_minus_log10_p_over_four(component) -> None:
    assert component(MANY, "frequency", "surprise") == pytest.approx(-math.log10(0.001) / 4)


def test_fewer_than_three_reports_have_no_surprise(rows) -> None:
    assert rows(
        "select component from marts.mart_degree_components where area_key = '*' and category_key = ? and degree = 'frequency' and period_type = 'month' and period_start_on = ?",
        FEW,
        NOVEMBER,
    ) == [("rate",)]


def test_score_is_half_normalised_rate_half_surprise(one) -> None:
    low, high = one(
        "select low_value, high_value from intermediate.int_goalposts where area_level = 'district' and category_level = 2 and period_type = 'month' and component = 'rate' and score_year = 2025"
    )
    normalised = 100 * min(max((math.log(2 * 5 / 20_000 * 10_000 / (30 / 7)) - low) / (high - low), 0), 1)
    score = one(
        "select frequency_score from marts.mart_degrees where area_key = '东区' and category_key = ? and period_type = 'month' and period_start_on = ?",
        MANY,
        NOVEMBER,
    )
    assert score == pytest.approx(0.5 * normalised + 0.5 * 75, abs=1e-3)


def test_goalposts_are_the_p10_and_p95_of_the_year_before(one, rows) -> None:
    family = "area_level = 'district' and category_level = 2 and period_type = 'month' and component = 'rate'"
    low, high, version = one(
        f"select low_value, high_value, goalposts_version from intermediate.int_goalposts where {family} and score_year = 2025"
    )
    values = [
        v
        for (v,) in rows(
            f"select raw_value from intermediate.int_component_values where {family} and extract(year from period_start_on) = 2024"
        )
    ]
    assert version == "2024"
    assert (low, high) == pytest.approx(np.quantile(values, [0.10, 0.95]))
