"""事项：同最细类别、同地点、文字相近、间隔不超过90天（issues; DOMAIN 3.1）

同地点 = 同一小区，或距该地同类首次诉求不超过100米（与网格边界无关）。The same estate, or within 100 m of the category's first report there, whatever grid cell it lies in.
文字相近 = 去掉地名与套话后，有相同的字对或词（每段文字取若干个作比较）；没有文字的归入该地首个事由。Alike when they share a pair of characters or a word, place names and set phrases apart; who says nothing belongs to the first matter of the place.
间隔按链计算：每次与上一次比。The silence is counted from one report to the next.
"""

from __future__ import annotations

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
WORDED = """
| 编号 id | 受理 created | 小区 estate | 正文 text                    | 说明 note                                        |
|---------|--------------|-------------|------------------------------|--------------------------------------------------|
| wd1      | 09-01 08:00  | 丙小区      | 电梯困人，老人被关在里面     | 事项一 issue 1                                   |
| wd2      | 09-05 08:00  | 丙小区      | 丙小区电梯又停了，有人被困   | 说的是同一件事 similar words: issue 1            |
| wd3      | 09-06 08:00  | 丙小区      | 楼道照明灯熄灭，看不清台阶   | 同地点、另一件事 same place, other text: issue 2 |
| wd4      | 09-07 08:00  | 丙小区      | 楼道照明灯还是熄灭           | issue 2                                          |
| wd5      | 09-08 08:00  | 丁小区      | 电梯困人，老人被关在里面     | 同样的话、另一地点 same text, other place: 3     |
| wd6      | 09-09 08:00  | 丙小区      |                              | 没有文字 no words: the place's first matter      |
| wd7      | 09-10 08:00  | 丙小区      | 恳请有关部门尽快解决         | 只有套话 set phrases alone say nothing: issue 1  |
"""
PLACED = """
| 编号 id | 受理 created | 纬度 lat | 经度 lon  | 说明 note                                              |
|---------|--------------|----------|-----------|--------------------------------------------------------|
| pt1      | 09-01 08:00  | 31.00088 | 121.0000  | 首次诉求 the first report                              |
| pt2      | 09-02 08:00  | 31.00092 | 121.0000  | 北4米，隔一条旧网格线 4 m away across a cell edge: same |
| pt3      | 09-03 08:00  | 31.00088 | 120.9990  | 西95米 95 m west: same                                 |
| pt4      | 09-04 08:00  | 31.00180 | 121.0000  | 北102米 102 m north: another place                     |
| pt5      | 09-05 08:00  | 31.00130 | 121.0000  | pt1 与 pt4 之间，归先者 between both: the earlier one    |
"""
CHAINED = """
| 编号 id | 受理 created | 地址 address | 说明 note                                                  |
|---------|--------------|--------------|------------------------------------------------------------|
| ch1      | 01-10 08:00  | 链号         |                                                            |
| ch2      | 04-05 08:00  | 链号         | 85天后 85 days later                                       |
| ch3      | 07-04 08:00  | 链号         | 又90天：距首次175天仍是同一事项 175 days after the first   |
| ch4      | 10-03 08:00  | 链号         | 又91天：新事项，同一事由 a new issue of the same matter    |
"""


def given(city: City) -> None:
    city.add(*tickets(WORDED, category_l1="事项", category_l2="文字", community="二社区"))
    city.add(*tickets(PLACED, category_l1="事项", category_l2="点位"))
    city.add(*tickets(CHAINED, category_l1="事项", category_l2="链"))


@pytest.mark.parametrize(
    ("ticket", "other", "is_same"),
    [
        ("wd2", "wd1", True), ("wd3", "wd1", False), ("wd4", "wd3", True), ("wd5", "wd1", False), ("wd6", "wd1", True), ("wd7", "wd1", True),
        ("pt2", "pt1", True), ("pt3", "pt1", True), ("pt4", "pt1", False), ("pt5", "pt1", True),
        ("ch2", "ch1", True), ("ch3", "ch1", True), ("ch4", "ch3", False),
    ],
)  # fmt: skip
def test_one_issue_is_one_matter_at_one_place_in_one_time(one, ticket: str, other: str, is_same: bool) -> None:
    """见表中说明。See the notes of the tables."""
    sql = "select count(distinct issue_key) from marts.fct_tickets where ticket_id in (?, ?)"
    assert one(sql, ticket, other) == (1 if is_same else 2)


def test_a_matter_outlasts_its_issues(rows) -> None:
    """ch1–ch4 是同一事由的两个事项：复发按事由判断。Two issues of one matter: recurrence is judged by the matter."""
    sql = "select distinct i.matter_key from marts.fct_issues as i join marts.fct_tickets as t using (issue_key) where t.ticket_id like 'ch_' and t.category_l2_key = '事项->链'"
    assert len(rows(sql)) == 1
