"""频度 F = 0.5·N(ln R̂) + 0.5·S（frequency; DOMAIN 3.2）

θ̂ = (O + α)/(E + α)           实际 O 与预期 E 之比，向 1 收缩 reports over expected, drawn to 1 by α
R̂ = θ̂·E / 人口 × 10,000 / 周数   每周每万人 per 10,000 people and week
S  = 100·clip(−log10 p / 4, 0, 1)，p = 负二项 mid-p；O < 3 时 S 为空 fewer than three reports say nothing about surprise
无人口：改用占全市上报之比，并注明。Without people: a share of the city's reports, and flagged.

11月30天 = 30/7 周。东区 20,000 人，全市 50,000 人。November has 30/7 weeks; 20,000 people in 东区, 50,000 in the city.
"""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from detectors.series.scores import mid_p
from tests.dbt.city import City
from tests.spec.test_spec_goalposts import RATE, clipped, posts
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
WEEKS = 30 / 7
TICKETS = """
| 分类 category_l2 | 受理 created | 件数 times | 说明 note                                     |
|------------------|--------------|------------|-----------------------------------------------|
| 多               | 11-05 10:00  | 12         | 预期5件 expected 5                            |
| 少               | 11-05 10:00  | 2          | 预期1件 expected 1                            |
| 奇               | 11-05 10:00  | 12         | 预期1件，极不寻常 expected 1, most unusual    |
| 平               | 11-05 10:00  | 5          | 如预期 as expected                            |
"""
#  category    area        O   E    α    p       θ̂                    R̂                                     S
EXPECTED = [
    ("频度->多", "*",       12, 5.0, 2.0, 0.001),  # 14/7 = 2       2·5/50,000·10,000/(30/7) = 0.4667   −log10(.001)/4 = 0.75 → 75
    ("频度->多", "东区",     12, 5.0, 2.0, 0.001),  # 14/7 = 2       2·5/20,000·10,000/(30/7) = 1.1667   75
    ("频度->少", "*",        2, 1.0, 2.0, 0.2),    # 4/3            O < 3: no S
    ("频度->少", "东区/一街", 2, 1.0, 2.0, 0.2),    # 4/3            no people are listed for a street
    ("频度->奇", "*",       12, 1.0, 2.0, 1e-9),   # 14/3           −log10 p/4 = 2.25 → clipped to 100
    ("频度->平", "*",        5, 5.0, 2.0, 0.5),    # 7/7 = 1        −log10(.5)/4 = 0.0753 → 7.5
]  # fmt: skip


def given(city: City) -> None:
    city.add(*tickets(TICKETS, category_l1="频度"))
    city.sense["cell_expectations"] = [
        {"area_key": area, "category_key": category, "period_type": "month", "period_start_on": dt.date(2025, 11, 1), "observed": observed, "expected": expected,
         "dispersion": 1.0, "mid_p": p, "history_weeks": 104, "is_low_confidence": False, "alpha": alpha}
        for category, area, observed, expected, alpha, p in EXPECTED
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("area", "category", "theta", "expected", "people"),
    [("*", "频度->多", 2, 5, 50_000), ("东区", "频度->多", 2, 5, 20_000), ("*", "频度->平", 1, 5, 50_000), ("*", "频度->奇", 14 / 3, 1, 50_000)],
)  # fmt: skip
def test_rate_is_the_shrunk_expectation_per_10000_people_and_week(
    components, area: str, category: str, theta: float, expected: float, people: int
) -> None:
    """R̂ 如上表所算；公布的是 ln R̂。As worked above; what is published is its logarithm."""
    rate = theta * expected / people * 10_000 / WEEKS
    assert components(category, "frequency", area)["rate"] == pytest.approx(math.log(rate))


@pytest.mark.parametrize(("category", "surprise"), [("频度->多", 0.75), ("频度->奇", 1.0), ("频度->平", 0.0753)])
def test_surprise_is_minus_log10_p_over_four_and_never_above_one(components, category: str, surprise: float) -> None:
    assert components(category, "frequency")["surprise"] == pytest.approx(surprise, abs=1e-4)


def test_fewer_than_three_reports_have_no_surprise(components) -> None:
    """O = 2：S 为空，频度只看率。"""
    assert set(components("频度->少", "frequency")) == {"rate"}


def test_score_is_half_normalised_rate_half_surprise(scores, rows) -> None:
    """F = 0.5·N(ln 0.4667) + 0.5·75"""
    low, high, _ = posts(rows, RATE, 2025)
    rate = clipped(math.log(2 * 5 / 50_000 * 10_000 / WEEKS), low, high)
    assert scores("频度->多")["frequency_score"] == pytest.approx(0.5 * rate + 0.5 * 75, abs=1e-3)


def test_without_people_the_rate_is_a_share_of_the_citys_reports_and_flagged(scores, components, one) -> None:
    """4/3·1 / 全市当月上报 × 10,000"""
    city = one(
        "select sum(reports) from marts.mart_degrees where area_key = '*' and category_level = 1 and period_type = 'month' and period_start_on = date '2025-11-01'"
    )
    assert scores("频度->少", "东区/一街")["is_share_of_city"]
    assert not scores("频度->少")["is_share_of_city"]
    rate = components("频度->少", "frequency", "东区/一街")["rate"]
    assert rate == pytest.approx(math.log(4 / 3 / int(city) * 10_000))


def test_no_reports_still_have_a_frequency(scores) -> None:
    """O = 0 是知道的零，不是缺失：θ̂ = α/(E + α) > 0。A known zero: F exists, the other degrees do not."""
    december = scores("频度->多", month="2025-12-01")
    assert december["reports"] == 0
    assert december["frequency_score"] is not None
    assert december["intensity_score"] is None


@pytest.mark.parametrize(
    ("observed", "mean", "variance"), [(12, 5.0, 8.0), (12, 5.0, 5.0), (3, 1.0, 1.4), (0, 4.0, 6.0), (40, 20.0, 50.0)]
)
def test_p_is_half_of_as_many_and_all_of_more(observed: int, mean: float, variance: float) -> None:
    """mid-p = P(Y > O) + P(Y = O)/2；方差大于均值时为负二项，否则泊松。Against scipy."""
    over = variance > mean
    law = nbinom(mean**2 / (variance - mean), mean / variance) if over else poisson(mean)
    worked = law.sf(observed) + law.pmf(observed) / 2
    assert mid_p(np.array(observed), np.array(mean), np.array(variance)) == pytest.approx(worked, rel=1e-5)
