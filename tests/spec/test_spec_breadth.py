"""广度 B = 0.4·N(ln 人数) + 0.4·N(ln K_eff) + 0.1·N(ln 渠道有效数) + 0.1·N(ln 离散度)（breadth; DOMAIN 3.2）

K_eff = 1/ŝ，ŝ = (Σc(c−1) + m·s₀)/(n(n−1) + m)，m = 20 对；s₀ = 该类别全市近一年的值。
The effective number of child areas: Simpson without bias, drawn to the category's own value by 20 pairs.
下级：市→区县→街道→社区→小区。Child areas: city → district → street → community → estate.
"""

from __future__ import annotations

import math

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
FIFTY, SPREAD, TWO = "广度->五十个电话", "广度->五条街", "广度->两条街"
ONE_CALLER = """
| 受理 created | 件数 times | 来电人 person_hash | 说明 note                       |
|--------------|------------|--------------------|---------------------------------|
| 11-05 08:00  | 50         | 同一人             | 一人五十个电话 one caller, fifty calls |
"""
STREETS = """
| 受理 created | 件数 times | 街道 street | 来电人 person_hash | 渠道 channel | 纬度 lat | 经度 lon |
|--------------|------------|-------------|--------------------|--------------|----------|----------|
| 11-01 10:00  | 2          | 甲街        | g1                 | 电话         | 30.000   | 120.0    |
| 11-02 10:00  | 2          | 乙街        | g2                 | 电话         | 30.001   | 120.0    |
| 11-03 10:00  | 2          | 丙街        | g3                 | 电话         | 30.002   | 120.0    |
| 11-04 10:00  | 2          | 丁街        | g4                 | 微信         | 30.003   | 120.0    |
| 11-05 10:00  | 2          | 戊街        | g5                 | 微信         | 30.004   | 120.0    |
"""
TWO_STREETS = """
| 受理 created | 件数 times | 街道 street | 来电人 person_hash |
|--------------|------------|-------------|--------------------|
| 10-05 10:00  | 3          | 甲街        | h1                 |
| 10-05 11:00  | 3          | 乙街        | h2                 |
| 11-05 10:00  | 4          | 甲街        | h3                 |
"""


def given(city: City) -> None:
    city.add(*tickets(ONE_CALLER, category_l1="广度", category_l2="五十个电话", address="广度路1号"))
    city.add(*tickets(STREETS, category_l1="广度", category_l2="五条街", district="西区"))
    city.add(*tickets(TWO_STREETS, category_l1="广度", category_l2="两条街", district="西区"))


def test_one_caller_with_fifty_calls_is_one_person(components, scores) -> None:
    """人数 = 1，ln 1 = 0；频度仍是五十件。One person in breadth, fifty reports in frequency."""
    assert components(FIFTY, "breadth")["persons"] == pytest.approx(math.log(1))
    assert (scores(FIFTY)["persons"], scores(FIFTY)["reports"]) == (1, 50)


def test_effective_areas_of_five_streets_with_two_tickets_each(components) -> None:
    """Σc(c−1) = 5·2·1 = 10，n(n−1) = 90，该类别别无他处：s₀ = 1/9；ŝ = (10 + 20/9)/(90 + 20) = 1/9，K_eff = 9。"""
    assert components(SPREAD, "breadth", "西区")["areas"] == pytest.approx(math.log(9))


def test_concentration_is_drawn_to_what_the_category_usually_has(components) -> None:
    """10月：同街对 12、全部对 30；11月：12、12。s₀ = (12 + 12)/(30 + 12) = 0.571；ŝ = (12 + 20·0.571)/(12 + 20)。"""
    usual = (12 + 12) / (30 + 12)
    assert components(TWO, "breadth", "西区")["areas"] == pytest.approx(math.log((12 + 20) / (12 + 20 * usual)))


def test_channels_count_by_the_same_rule(components) -> None:
    """电话6、微信4：同渠道对 6·5 + 4·3 = 42，全部 90；ŝ = 42/90。Six by telephone, four by WeChat."""
    assert components(SPREAD, "breadth", "西区")["channels"] == pytest.approx(math.log(90 / 42))


def test_dispersion_is_the_root_mean_square_distance_in_metres(components) -> None:
    """五点南北相距各 0.001 度 ≈ 110.6 米：√2 × 110.574 = 156.4 米。"""
    assert components(SPREAD, "breadth", "西区")["dispersion"] == pytest.approx(
        math.log(math.sqrt(2) * 110.574), abs=1e-4
    )


def test_one_place_has_no_dispersion_and_no_points_have_none_either(components) -> None:
    """无坐标：该分量为空，权重由其余分担。Without points the component is missing."""
    assert "dispersion" not in components(FIFTY, "breadth")


def test_persons_are_not_known_when_no_caller_is(scores) -> None:
    """全部来电人未知：人数为空，不是零。All callers unknown: null, not zero."""
    found = scores("烈度单元->无文")
    assert (found["reports"], found["persons"]) == (5, None)
