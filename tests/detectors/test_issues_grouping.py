"""Tickets of one matter at one place are one issue; the day it is raised is known from its past."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.issues.growing import Issue, find_issues
from detectors.issues.linking import IssueConfig
from detectors.issues.wording import read_wordings

NOISE = [
    ("反映丽景花园夜宵摊油烟扰民", "丽景花园楼下夜宵摊每晚营业到凌晨，油烟和噪音让人无法入睡"),
    ("丽景花园楼下烧烤夜宵油烟太大", "夜宵摊油烟直接飘进丽景花园住户家里，噪音很大"),
    ("投诉丽景花园夜宵摊噪音和油烟", "请求管一管丽景花园门口的夜宵摊，油烟噪音扰民"),
    ("丽景花园夜宵摊凌晨噪音扰民", "夜宵摊凌晨还在营业，油烟噪音不断"),
    ("请治理丽景花园夜宵摊油烟", "油烟扰民，夜宵摊占道经营，噪音到凌晨"),
    ("丽景花园夜宵油烟扰民一直没人管", "夜宵摊的油烟噪音已经反映多次"),
]
LIFT = [
    ("丽景花园电梯又坏了", "电梯停运三天，老人上不了楼，物业不修"),
    ("丽景花园3栋电梯经常故障", "电梯困人，物业不维修"),
]
ELSEWHERE = [("反映金泰佳苑夜宵摊油烟扰民", "金泰佳苑楼下夜宵摊每晚营业到凌晨，油烟和噪音让人无法入睡")]
POLICY = [
    ("咨询人才购房补贴政策", "研究生购房补贴怎么申请，需要什么材料"),
    ("人才购房补贴何时发放", "研究生购房补贴申请半年了还没有发放，需要什么材料"),
]


def find(tickets: list[tuple[str, str]], persons: list[int] | None = None, gap: int = 1, **options) -> list[Issue]:
    """One ticket every `gap` days, each by a caller of their own unless said otherwise."""
    titles, texts = zip(*tickets, strict=True)
    n = len(tickets)
    who = np.arange(n) if persons is None else np.array(persons)
    return find_issues(
        titles, texts, 18000 + gap * np.arange(n), who, config=IssueConfig(**options) if options else None
    )


def test_issue_when_six_say_it_differently_then_one_issue_raised_with_fifth_person():
    hottest, *rest = find(NOISE + LIFT + ELSEWHERE + POLICY)
    assert hottest.members.tolist() == [0, 1, 2, 3, 4, 5]
    assert (hottest.persons, hottest.raised_day) == (6, 18004)
    assert all(len(set(i.members) & set(hottest.members)) == 0 for i in rest)


def test_issue_when_other_matter_or_other_place_then_another_issue():
    groups = [set(i.members.tolist()) for i in find(NOISE + LIFT + ELSEWHERE + POLICY)]
    assert {6, 7} in groups
    assert {8} in groups
    assert {9, 10} in groups


def test_issue_when_one_person_repeats_then_not_raised():
    (issue,) = find(NOISE, persons=[1] * 6)
    assert (issue.persons, issue.raised_day) == (1, None)


def test_issue_when_persons_unknown_then_each_ticket_is_one():
    (issue,) = find(NOISE, persons=[-1] * 6)
    assert (issue.persons, issue.raised_day) == (6, 18004)


def test_issue_when_months_apart_then_separate():
    assert len(find(NOISE[:2], gap=91)) == 2
    assert len(find(NOISE[:2], gap=90)) == 1


def test_issue_when_more_tickets_come_then_raised_day_stays():
    assert find(NOISE[:5])[0].raised_day == find(NOISE + POLICY + LIFT)[0].raised_day


def test_issues_when_nothing_to_say_then_each_alone():
    assert len(find([("", ""), ("", ""), ("!", "?")])) == 3
    assert find_issues([], [], np.empty(0, int), np.empty(0, int)) == []


@pytest.mark.parametrize(
    "options",
    [
        {"same_place": 0.37},
        {"raise_persons": 3},
        {"gap_days": 1},
        {"no_place": 0.7, "one_place": 0.7},
        {"one_place": 0.99},
        {"most": 1, "no_place": 0.5, "one_place": 0.6},
    ],
)
def test_issues_when_option_changes_then_result_changes(options):
    tickets = NOISE + LIFT + [("夜宵摊油烟扰民", "夜宵摊油烟噪音到凌晨")] + POLICY
    plain = [(i.members.tolist(), i.raised_day) for i in find(tickets, gap=2)]
    assert plain != [(i.members.tolist(), i.raised_day) for i in find(tickets, gap=2, **options)]


def test_issues_when_days_descend_then_value_error():
    with pytest.raises(ValueError, match="ascend"):
        find_issues(["a", "b"], ["", ""], np.array([2, 1]), np.array([0, 1]))
    with pytest.raises(ValueError, match="same_place"):
        IssueConfig(same_place=0.9)


def test_wording_when_read_then_places_and_set_phrases_are_out_of_the_matter():
    (made,) = read_wordings(["尊敬的领导：反映A3区丽景花园的电梯问题"], [""])
    assert made.primary == {"丽景花园"}
    assert made.areas == {"A3区"}
    assert made.matter.strip("的") == "电梯"


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("丽景花园", "金泰佳苑"),
        ("惠民路", "长青路"),
        ("A3区", "A7县"),
        ("3栋", "5栋"),
        ("桥头社区", "东门社区"),
        ("第一中学", "第四中学"),
    ],
)
def test_issues_when_same_words_at_another_place_then_two_issues(here, there):
    said = [(f"{p}噪音扰民到凌晨没人管", f"{p}每天晚上施工噪音不断，居民无法休息") for p in (here, here, there)]
    assert sorted(i.members.tolist() for i in find(said)) == [[0, 1], [2]]


def test_issues_when_one_author_draws_many_likes_then_viral_not_hot():
    persons = np.array([0, 1, 2, 3, 4, 5, 6])
    titles, texts = zip(*NOISE, ("理财公司跑路", "受害者血本无归"), strict=True)
    likes = np.array([0.0] * 6 + [2000.0])
    hottest, viral = find_issues(titles, texts, 18000 + np.arange(7), persons, likes=likes)
    assert not hottest.is_viral
    assert viral.is_viral
    assert viral.members.tolist() == [6]


def test_issues_when_unknown_writers_paste_one_text_then_one_person():
    pasted = [("丽景花园夜宵摊噪音扰民", "夜宵摊每晚营业到凌晨，油烟和噪音让人无法入睡")] * 6
    (issue,) = find(pasted, persons=[-1] * 6)
    assert (len(issue.members), issue.persons, issue.raised_day) == (6, 1, None)


def test_issues_when_words_are_hot_then_ahead_of_as_many_persons():
    heat = np.array([0, 0, 0, 0, 1, 1])
    titles, texts = zip(*NOISE[:2], *POLICY, *LIFT, strict=True)
    hottest, *_ = find_issues(titles, texts, 18000 + np.arange(6), np.arange(6), intensity=heat)
    assert hottest.members.tolist() == [4, 5]


def test_issues_when_a_town_or_an_unread_name_stands_there_then_two_issues():
    said = [
        (f"高铁离{p}太近", f"在建的高铁离{p}只有四十米，买房时没有告知") for p in ("绿地江岸", "绿地江岸", "观音堂")
    ]
    assert sorted(i.members.tolist() for i in find(said)) == [[0, 1], [2]]
    town = [(f"{p}强制销售停车位", "开发商要求先付十八万车位款") for p in ("滨江御园", "滨江御园", "万福镇")]
    assert sorted(i.members.tolist() for i in find(town)) == [[0, 1], [2]]


def test_issue_when_others_join_it_then_each_is_told_once_with_what_it_had():
    found = find(NOISE + LIFT + ELSEWHERE + POLICY + NOISE[::-1] + LIFT)
    for issue in found:
        members = issue.members.tolist()
        firsts = [one.first for one in issue.joined]
        assert len(set(firsts)) == len(firsts)
        for one in issue.joined:
            assert members[0] < one.first < one.ticket
            assert {one.first, one.ticket} <= set(members)
            assert 1 <= one.size <= sum(k < one.ticket for k in members) - 1
