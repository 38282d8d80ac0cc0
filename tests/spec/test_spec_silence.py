"""Silence: P(θ < 0.5 | peers) over 13 weeks, θ ~ Gamma(α + O, α + E), E from the city's rate and the area's people."""

from __future__ import annotations

import pytest
from scipy.stats import gamma

from tests.dbt.city import City, ticket

pytestmark = pytest.mark.slow


def given(city: City) -> None:
    days = [f"2025-{month}-{day:02d} 08:00" for month in ("10", "11", "12") for day in range(1, 27)]
    city.add(
        *[ticket(day, category_l1="静默", category_l2="全市", street=f"{n % 3}号街") for n, day in enumerate(days)]
    )
    city.add(*[ticket(day, category_l1="静默", category_l2="全市", district="西区", street="一街") for day in days[:3]])


def test_probability_agrees_with_the_gamma_distribution(rows) -> None:
    found = rows("select reports_13w, expected_13w, probability from marts.mart_silence where expected_13w > 0.5")
    assert len(found) > 5
    for reports, expected, probability in found:
        assert probability == pytest.approx(gamma.cdf(0.5, 1 + int(reports), scale=1 / (1 + expected)), abs=0.006)


def test_expectation_is_the_citys_rate_for_the_areas_people(one) -> None:
    city, west, expected = one("""
        select sum(reports_13w), max(case when area_key = '西区' then reports_13w end), max(case when area_key = '西区' then expected_13w end)
        from marts.mart_silence where category_key = '静默->全市' and area_key in ('东区', '西区')""")
    assert west == 3
    assert expected == pytest.approx(int(city) * 30_000 / 50_000, abs=1e-3)


def test_a_quiet_district_without_inspections_is_only_maybe_quiet(one) -> None:
    assert (
        one("select verdict from marts.mart_silence where category_key = '静默->全市' and area_key = '西区'")
        == "maybe_quiet"
    )


def test_a_district_that_reports_its_share_has_no_verdict(one) -> None:
    assert one("select verdict from marts.mart_silence where category_key = '静默->全市' and area_key = '东区'") is None
