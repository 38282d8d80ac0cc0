"""烈度（工单）x = min(100, 25·紧急 + 20·情绪 + 25·风险 + 15·重复 + 10·升级 + 15·不满)，各项 0–1（intensity of a ticket; DOMAIN 3.2）

共 110 分；不知道的项不算零，其余各项按 110/已知分 放大；已知不足四分之一则无分值。
110 points in all; what is not known is not zero: the known terms are scaled by 110 over their points; below a quarter there is no score.
危及生命、扬言、聚集：x ≥ 80。Life-safety, threat or gathering words: at least 80.
重复 = min(1, (k − 1)/2)，k = 此人90天内就此事项的第几次反映。k-th contact of the person on the issue in 90 days.
不满 = 未解决或不满意 0.5，重办后仍如此 1。Unsolved or unsatisfied 0.5, again after a redo 1.
"""

from __future__ import annotations

import pytest

from tests.dbt.city import City
from tests.spec.worksheet import tickets

pytestmark = pytest.mark.slow
CALM = "路灯不亮，请处理"
SCORED = f"""
| 编号 id | 受理 created | 正文 text                          | 来电人 person_hash | 等级 priority | 渠道 channel | 解决 is_solved | 满意 satisfaction | 重办 redo_count | 说明 note                            |
|---------|--------------|------------------------------------|--------------------|---------------|--------------|----------------|-------------------|-----------------|--------------------------------------|
| x1      | 11-05 10:00  | {CALM}                             | i1                 | 一般          | 电话         | 是             | satisfied         |                 | 平和 0                               |
| x2      | 11-05 10:01  | {CALM}                             | i2                 | 紧急          | 电话         | 是             | satisfied         |                 | 25·1 = 25                            |
| x3      | 11-05 10:02  | {CALM}                             | i3                 | 较急          | 电话         | 是             | satisfied         |                 | 25·0.5 = 12.5                        |
| x4      | 11-05 10:03  | {CALM}                             | i4                 | 一般          | 电话         | 否             | satisfied         |                 | 15·0.5 = 7.5                         |
| x5      | 11-05 10:04  | {CALM}                             | i5                 | 一般          | 电话         |                | unsatisfied       |                 | 15·0.5 = 7.5                         |
| x6      | 11-05 10:05  | {CALM}                             | i6                 | 一般          | 电话         | 否             |                   | 1               | 重办后仍未解决 15·1 = 15             |
| x7      | 11-05 10:06  | {CALM}                             | i7                 | 一般          | 领导留言板   | 是             | satisfied         |                 | 10·0.5 = 5                           |
| x8      | 11-05 10:07  | {CALM}                             | i8                 | 一般          | 信访         | 是             | satisfied         |                 | 10·1 = 10                            |
| x9      | 11-05 10:08  | 消防通道被堵，物业推诿，强烈不满   | i9                 | 一般          | 电话         | 是             | satisfied         |                 | 20·0.667 + 25·0.5 = 25.84            |
| x10     | 11-05 10:09  | 再不解决就扬言拉横幅               | i10                | 一般          | 电话         | 是             | satisfied         |                 | 扬言: at least 80                    |
| x11     | 11-05 10:10  |                                    | i11                | 紧急          | 电话         | 是             | satisfied         |                 | 无正文 no text: 25·110/65 = 42.31    |
| x12     | 11-05 10:11  |                                    |                    |               | 电话         |                |                   |                 | 只知渠道 10/110 < 1/4: no score      |
"""
WORKED = {"x1": 0, "x2": 25, "x3": 12.5, "x4": 7.5, "x5": 7.5, "x6": 15, "x7": 5, "x8": 10, "x9": 20 * 0.667 + 25 * 0.5, "x10": 80, "x11": 25 * 110 / 65, "x12": None}  # fmt: skip
REPEATED = """
| 编号 id | 受理 created | 来电人 person_hash | 说明 note                                          |
|---------|--------------|--------------------|----------------------------------------------------|
| k1      | 11-10 10:00  | i20                | 第1次 k = 1: 0                                     |
| k2      | 11-11 10:00  | i20                | 第2次 k = 2: 1/2                                   |
| k3      | 11-12 10:00  | i20                | 第3次 k = 3: 1                                     |
| k4      | 11-12 11:00  | i20                | 第4次 k = 4: 仍为 1 still 1                        |
| k5      | 11-12 12:00  | i21                | 另一人的第1次 another person's first: 0            |
| k6      | 11-13 08:00  | i22                | 同日两次之一 first of two on one day: 0            |
| k7      | 11-13 09:00  | i22                | 同日两次之二 second of two on one day: 1/2         |
| k8      | 11-13 10:00  |                    | 来电人未知 caller not known: the words alone       |
"""
REPEATS = {"k1": 0.0, "k2": 0.5, "k3": 1.0, "k4": 1.0, "k5": 0.0, "k6": 0.0, "k7": 0.5}


def given(city: City) -> None:
    scored = tickets(SCORED, category_l1="烈度", category_l2="全", closed="2025-11-06 10:00")
    city.add(*(row | {"address": f"烈度路{n}号"} for n, row in enumerate(scored)))
    city.add(*tickets(REPEATED, category_l1="烈度", category_l2="重复", address="重复路1号", text=CALM))


@pytest.mark.parametrize(("name", "score"), WORKED.items())
def test_ticket_score_is_as_worked_in_the_table(one, name: str, score: float | None) -> None:
    found = one("select intensity_score from marts.fct_tickets where ticket_id = ?", name)
    assert found == (None if score is None else pytest.approx(score))


@pytest.mark.parametrize(("name", "level"), REPEATS.items())
def test_repeat_grows_with_the_persons_contacts_on_the_issue(one, name: str, level: float) -> None:
    assert one("select repeat_level from marts.fct_tickets where ticket_id = ?", name) == level


def test_repeat_of_an_unknown_caller_rests_on_the_words(one) -> None:
    """来电人未知：只看文字，其中没有“再次反映”。Only the words are left, and none of them says 'again'."""
    assert one("select person_hash, repeat_level from marts.fct_tickets where ticket_id = 'k8'") == (None, 0.0)


def test_known_share_of_the_points_is_published(pairs) -> None:
    """x1 全知 110/110；x11 无正文 65/110；x12 只知渠道 10/110。"""
    found = pairs(
        "select ticket_id, intensity_coverage_share from marts.fct_tickets where ticket_id in ('x1', 'x11', 'x12')"
    )
    assert found == pytest.approx({"x1": 1, "x11": 65 / 110, "x12": 10 / 110})


def test_a_ticket_without_words_is_flagged(pairs) -> None:
    found = pairs("select ticket_id, has_text from marts.fct_tickets where ticket_id in ('x1', 'x11')")
    assert found == {"x1": True, "x11": False}
