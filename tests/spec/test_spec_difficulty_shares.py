"""难度（占比）：.15·转办 + .10·多单位 + .10·重办 + .15·未解决 + .10·复发（the shares of difficulty; DOMAIN 3.2）

转办 = min(1, 平均转办次数/3)。Transfers: the mean over three, at most 1.
占比 = (x + 20·类别比例)/(n + 20)，类别比例取全市近一年。Shares are drawn to the category's own by twenty tickets.
从未询问的不是零：该分量缺失，其余分担权重；已知权重不足四分之一则无难度。What was never asked is missing, not zero.
"""

from __future__ import annotations

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
ASKED = """
| 区 district | 受理 created | 办结 closed | 件数 times | 转办 transfer_count | 协办 co_units | 重办 redo_count | 解决 is_solved | 说明 note           |
|-------------|--------------|-------------|------------|---------------------|---------------|-----------------|----------------|---------------------|
| 东区        | 11-03 08:00  | 11-05 08:00 | 4          | 1                   | 乙局          | 1               | 否             |                     |
| 东区        | 11-03 08:00  | 11-05 08:00 | 6          | 2                   |               | 0               | 是             |                     |
| 西区        | 11-03 08:00  | 11-05 08:00 | 10         | 0                   |               | 0               | 是             |                     |
| 西区        | 11-03 08:00  |             | 2          | 9                   |               | 3               | 否             | 未办结 still open: what became of it is not known |
"""
MANY = """
| 受理 created | 办结 closed | 件数 times | 转办 transfer_count |
|--------------|-------------|------------|---------------------|
| 11-03 08:00  | 11-05 08:00 | 3          | 7                   |
"""
SOLVED_ONLY = """
| 受理 created | 办结 closed | 解决 is_solved |
|--------------|-------------|----------------|
| 11-03 08:00  | 11-05 08:00 | 否             |
"""


def given(city: City) -> None:
    usual = {"category_l1": "难度占比", "source": "协办源"}  # its own source: it tells second units, the others do not
    city.add(*tickets(ASKED, category_l2="问过", **usual), *tickets(MANY, category_l2="七次", **usual))
    city.add(*tickets(SOLVED_ONLY, category_l1="难度占比", category_l2="只问解决"))


@pytest.mark.parametrize(("area", "mean"), [("东区", (4 * 1 + 6 * 2) / 10), ("西区", 0), ("*", 16 / 20)])
def test_transfers_are_the_mean_over_three(components, area: str, mean: float) -> None:
    assert components("难度占比->问过", "difficulty", area)["transfers"] == pytest.approx(mean / 3)


def test_transfers_are_never_above_one(components) -> None:
    """7/3 → 1"""
    assert components("难度占比->七次", "difficulty")["transfers"] == pytest.approx(1)


@pytest.mark.parametrize("component", ["redo", "unsolved"])
def test_shares_are_drawn_to_the_category_by_twenty_tickets(components, component: str) -> None:
    """全市 4/20 = 0.2；东区 (4 + 20·0.2)/(10 + 20) = 0.2667；西区 (0 + 4)/(10 + 20) = 0.1333。未办结两件不计。"""
    found = {area: components("难度占比->问过", "difficulty", area)[component] for area in ("*", "东区", "西区")}
    assert found == pytest.approx({"*": 0.2, "东区": 8 / 30, "西区": 4 / 30})


def test_second_units_are_known_while_a_ticket_is_open(components) -> None:
    """协办在办理中已知：东区 4/10，全市 4/22。"""
    usual = 4 / 22
    found = components("难度占比->问过", "difficulty", "东区")["multi_unit"]
    assert found == pytest.approx((4 + 20 * usual) / (10 + 20))


def test_what_was_never_asked_is_missing_and_the_rest_too_little(components, scores) -> None:
    """只有“未解决”一项（0.15 < 0.25）：不公布难度。Only 0.15 of the weight is known."""
    assert set(components("难度占比->只问解决", "difficulty")) == {"unsolved"}
    assert scores("难度占比->只问解决")["difficulty_score"] is None
    assert "difficulty" in scores("难度占比->只问解决")["missing"]
