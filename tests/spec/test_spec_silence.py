"""静默指数：P(θ < 0.5 | 可比地区) > 0.95，近13周（silence; DOMAIN 5）

E = 可比地区人均上报 × 本地人口（不含本地自身）；θ ~ Gamma(1 + O, 1 + E)。E = what the peers report per person, for the people of the area; the area is not its own peer.
可比 = 房屋建成年份同为老旧或同为新建（至少5个地区），否则同级全部。Peers have houses of one age where at least five areas do.
确认：巡查、网格发现不低于同级中位数 → silent，否则 maybe_quiet（可能平稳）。Confirmed only where staff found at least the median of the level.
E < 5 不下结论；无人口时按本地此前占比。Below 5 expected no verdict; without people, the area's own earlier part. 诉求少从来不是目标。Low counts are never a target.
"""

from __future__ import annotations

import pytest
from scipy.stats import gamma

from tests.dbt.city import City
from tests.spec.worksheet import rows as sheet
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
# 七个老旧区，各10,000人 seven districts of old houses with 10,000 people each
REPORTS = """
| 区 district | 受理 created | 渠道 channel | 件数 times | 说明 note                                                   |
|-------------|--------------|--------------|------------|-------------------------------------------------------------|
| 静甲区      | 11-05 08:00  | 电话         | 18         |                                                             |
| 静甲区      | 11-05 08:00  | 微信         | 6          | 甲 24                                                       |
| 静乙区      | 11-05 08:00  | 电话         | 20         | 乙 20                                                       |
| 静丙区      | 11-05 08:00  | 电话         | 20         | 丙 20                                                       |
| 静丁区      | 11-05 08:00  | 电话         | 16         | 丁 16                                                       |
| 静戊区      | 11-05 08:00  | 电话         | 1          | 戊 1                                                        |
| 静戊区      | 10-01 08:00  | 电话         | 30         | 13周之前，不计 before the 13 weeks, which begin on 2 October |
| 静己区      | 11-05 08:00  | 电话         | 1          | 己 1；庚区一件也没有 none at all in 静庚区                  |
"""
FOUND_BY_STAFF = """
| 区 district | 受理 created | 件数 times | 说明 note                                           |
|-------------|--------------|------------|-----------------------------------------------------|
| 静甲区      | 11-06 08:00  | 2          |                                                     |
| 静乙区      | 11-06 08:00  | 2          |                                                     |
| 静丙区      | 11-06 08:00  | 2          |                                                     |
| 静丁区      | 11-06 08:00  | 2          |                                                     |
| 东区        | 11-06 08:00  | 2          |                                                     |
| 西区        | 11-06 08:00  | 2          |                                                     |
| 南区        | 11-06 08:00  | 2          |                                                     |
| 报一区      | 11-06 08:00  | 2          |                                                     |
| 报二区      | 11-06 08:00  | 2          |                                                     |
| 时二区      | 11-06 08:00  | 2          |                                                     |
| 时三区      | 11-06 08:00  | 2          | 全市各区的中位数为2 the median of all districts     |
| 静戊区      | 11-06 08:00  | 3          | ≥ 2: 静默 silent                                    |
| 静己区      | 11-06 08:00  | 1          | < 2: 可能平稳 maybe quiet                           |
"""
NO_PEOPLE = """
| 区 district | 受理 created | 件数 times | 说明 note                        |
|-------------|--------------|------------|----------------------------------|
| 静辛区      | 06-05 08:00  | 20         | 此前20件，近13周0件 earlier 20, now none |
| 静壬区      | 06-05 08:00  | 20         |                                  |
| 静壬区      | 11-05 08:00  | 10         | 此前20件，近13周10件             |
"""
SELDOM = """
| 区 district | 受理 created | 件数 times |
|-------------|--------------|------------|
| 静甲区      | 11-05 08:00  | 8          |
| 静乙区      | 11-05 08:00  | 8          |
"""
# 区       O    E = 其余六区之和/6      结论
WORKED = {
    "静甲区": (24, (82 - 24) / 6, None),
    "静丁区": (16, (82 - 16) / 6, None),
    "静戊区": (1, (82 - 1) / 6, "silent"),
    "静己区": (1, (82 - 1) / 6, "maybe_quiet"),
    "静庚区": (0, 82 / 6, "maybe_quiet"),
}
SQL = "select reports_13w, expected_13w, probability, verdict from marts.mart_silence where category_key = ? and area_key = ?"


def given(city: City) -> None:
    city.areas += [{"district": f"静{n}区", "population": 10_000} for n in "甲乙丙丁戊己庚"]
    city.areas += [
        {"district": f"静{n}区", "street": "老街", "estate": "老小区", "built_year": 1985} for n in "甲乙丙丁戊己庚"
    ]
    city.add(*tickets(REPORTS, category_l1="静默", category_l2="有人口"))
    city.add(*tickets(FOUND_BY_STAFF, category_l1="静默", category_l2="有人口", channel="网格巡查"))
    city.add(*tickets(NO_PEOPLE, category_l1="静默", category_l2="无人口"))
    city.add(*tickets(SELDOM, category_l1="静默", category_l2="少见"))


@pytest.mark.parametrize("area", WORKED)
def test_expectation_and_verdict_are_as_worked(one, area: str) -> None:
    observed, expected, verdict = WORKED[area]
    found = one(SQL, "静默->有人口", area)
    assert (found[0], found[3]) == (observed, verdict)
    assert found[1] == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("area", WORKED)
def test_probability_is_the_gamma_distributions(one, area: str) -> None:
    """戊：Gamma(2, 14.5)，P(θ < 0.5) = 1 − e^(−7.25)·(1 + 7.25) = 0.994。"""
    observed, expected, _ = WORKED[area]
    worked = gamma.cdf(0.5, 1 + observed, scale=1 / (1 + expected))
    assert one(SQL, "静默->有人口", area)[2] == pytest.approx(worked, abs=0.006)


def test_probability_agrees_with_scipy_everywhere(rows) -> None:
    found = rows("select reports_13w, expected_13w, probability from marts.mart_silence where expected_13w > 0.5")
    assert len(found) > 50
    for observed, expected, probability in found:
        assert probability == pytest.approx(gamma.cdf(0.5, 1 + observed, scale=1 / (1 + expected)), abs=0.006)


def test_an_area_that_never_reported_is_not_overlooked(one) -> None:
    """静庚区没有任何工单，仍有一行。It has no ticket at all, and a row."""
    assert one("select count(*) from marts.fct_tickets where district_key = '静庚区'") == 0
    assert one(SQL, "静默->有人口", "静庚区")[0] == 0


def test_reports_by_staff_do_not_break_the_silence(one) -> None:
    """戊区巡查3件另计，不算群众上报。"""
    sql = "select reports_13w, official_reports_13w, usual_official_reports_13w from marts.mart_silence where category_key = '静默->有人口' and area_key = '静戊区'"
    assert one(sql) == (1, 3, 2)


def test_peers_are_districts_of_old_houses(one) -> None:
    sql = "select peer_group from marts.mart_silence where category_key = '静默->有人口' and area_key = ?"
    assert (one(sql, "静戊区"), one(sql, "东区")) == ("old", "*")


def test_without_people_the_areas_own_earlier_part_is_expected(one) -> None:
    """辛：其余10件 × 此前20/20 = 10，实际0 → 可能平稳；壬：其余0件 → 无预期可言。"""
    observed, expected, _, verdict = one(SQL, "静默->无人口", "静辛区")
    assert (observed, expected, verdict) == (0, pytest.approx(10), "maybe_quiet")
    sql = "select is_population_based, peer_group from marts.mart_silence where category_key = '静默->无人口' and area_key = '静辛区'"
    assert one(sql) == (False, None)


def test_where_little_is_expected_no_verdict_is_given(one) -> None:
    """少见：戊区预期 16/6 = 2.7 < 5。"""
    observed, expected, _, verdict = one(SQL, "静默->少见", "静戊区")
    assert (observed, verdict) == (0, None)
    assert expected == pytest.approx(16 / 6, abs=1e-3)


def test_telephone_share_stands_beside_the_levels(one) -> None:
    """甲 18/24 = 75%；同级 (18 + 20 + 20 + 16 + 1 + 1)/82。"""
    sql = "select phone_share_13w, usual_phone_share_13w from marts.mart_silence where category_key = '静默->有人口' and area_key = '静甲区'"
    assert one(sql) == pytest.approx((18 / 24, 76 / 82), abs=1e-6)


def test_the_tables_add_up() -> None:
    assert sum(row["times"] for row in sheet(REPORTS) if row["created"] > "2025-10-01 08:00:00") == 82
