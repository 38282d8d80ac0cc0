"""烈度（单元）I = 0.7·N(均值，向类别均值收缩 m = 10) + 0.3·100·(x ≥ 60 的占比)（intensity of a cell; DOMAIN 3.2）

均值 = (Σx + 10·类别均值)/(n + 10)，类别均值取全市近一年。The category's mean is the city's over the year up to the period.
没有可评分的工单就没有烈度。Without a scored ticket there is none.
"""

from __future__ import annotations

import pytest

from tests.dbt.city import City
from tests.spec.test_spec_goalposts import clipped, posts
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
CALM, THREAT = "路灯不亮，请处理", "再不解决就扬言拉横幅"
TICKETS = f"""
| 区 district | 受理 created | 件数 times | 正文 text | 等级 priority | 说明 note                    |
|-------------|--------------|------------|-----------|---------------|------------------------------|
| 东区        | 11-05 10:00  | 6          | {CALM}    | 一般          | x = 0                        |
| 东区        | 11-05 11:00  | 2          | {THREAT}  | 一般          | x = 80                       |
| 西区        | 11-05 12:00  | 2          | {THREAT}  | 一般          | x = 80                       |
| 西区        | 11-06 12:00  | 3          |           |               | 无分值 no score              |
"""
WORDLESS = """
| 区 district | 受理 created | 件数 times |
|-------------|--------------|------------|
| 东区        | 11-05 10:00  | 5          |
"""
MEAN = "area_level = '{}' and category_level = 2 and period_type = 'month' and component = 'mean'"


def given(city: City) -> None:
    known = {"category_l1": "烈度单元", "is_solved": True, "satisfaction": "satisfied"}
    for number, row in enumerate(tickets(TICKETS, **known, category_l2="有文")):
        unknown = {"is_solved": None, "satisfaction": None} if row.get("text") is None else {}
        city.add(
            row | unknown | {"person_hash": f"c{number}" if row.get("text") else None, "address": f"单元路{number}号"}
        )
    city.add(*tickets(WORDLESS, category_l1="烈度单元", category_l2="无文"))


@pytest.mark.parametrize(
    ("area", "mean"),
    [
        ("*", (4 * 80 + 10 * 32) / 20),  # 全市 4·80/10 = 32，向自己收缩 drawn to itself: 32
        ("东区", (2 * 80 + 10 * 32) / 18),  # (160 + 320)/18 = 26.67
        ("西区", (2 * 80 + 10 * 32) / 12),  # (160 + 320)/12 = 40: 两件工单不足以说明 two tickets do not prove 80
    ],
)
def test_mean_is_drawn_to_the_category_by_ten_tickets(components, area: str, mean: float) -> None:
    assert components("烈度单元->有文", "intensity", area)["mean"] == pytest.approx(mean)


@pytest.mark.parametrize(("area", "share"), [("*", 4 / 10), ("东区", 2 / 8), ("西区", 1)])
def test_heated_tickets_are_those_from_sixty_points_on(components, area: str, share: float) -> None:
    """分母只含有分值的工单。Only scored tickets are in the denominator."""
    assert components("烈度单元->有文", "intensity", area)["high_share"] == pytest.approx(share)


def test_score_is_seven_tenths_mean_and_three_tenths_heated(scores, rows) -> None:
    """I = 0.7·N(32) + 0.3·40"""
    low, high, _ = posts(rows, MEAN.format("city"), 2025)
    worked = 0.3 * 40 if high <= low else 0.7 * clipped(32, low, high) + 0.3 * 40
    weight = 1 if high > low else 0.3
    assert scores("烈度单元->有文")["intensity_score"] == pytest.approx(worked / weight, abs=1e-3)


def test_without_a_scored_ticket_there_is_no_intensity(scores) -> None:
    """五件无正文、无回访：烈度为空，不是零。Five calls without words: not known, not calm."""
    found = scores("烈度单元->无文")
    assert (found["reports"], found["intensity_score"]) == (5, None)
    assert "intensity" in found["missing"]
