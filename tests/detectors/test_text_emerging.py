"""Emerging terms: risen against history, by enough people, whole words, with typical tickets."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.text.emerging import TermConfig, emerging_terms

OLD = ["小区电梯故障，物业不修", "路灯不亮，晚上很黑", "公交车班次太少", "夜宵摊噪音扰民", "自来水发黄"]
NEW = [
    "共享充电宝无法归还，一直扣费",
    "充电宝扣费不退，共享充电宝客服不接",
    "商场的共享充电宝乱扣费",
    "共享充电宝坏了还扣押金",
]


def history(n: int) -> list[str]:
    return [OLD[k % len(OLD)] for k in range(n)]


def test_terms_when_a_word_is_new_then_found_whole_with_three_typical_tickets():
    new = history(200) + [NEW[k % 4] for k in range(16)]
    found = emerging_terms(new, np.arange(216), history(2000))
    assert found[0].before == 0
    assert "共享充电宝" in [t.term for t in found]
    first = next(t for t in found if t.term == "共享充电宝")
    assert (first.reports, first.persons, len(first.typical)) == (16, 16, 3)
    assert all("共享充电宝" in new[k] for k in first.typical)
    assert not any(t.term in "共享充电宝" for t in found if t.term != "共享充电宝")


def test_terms_when_shares_are_as_ever_then_none():
    assert emerging_terms(history(300), np.arange(300), history(3000)) == []


@pytest.mark.parametrize(("persons", "reports"), [(1, 16), (16, 9)])
def test_terms_when_one_person_or_too_few_reports_then_none(persons, reports):
    new = history(200) + [NEW[0]] * reports
    who = np.concatenate([np.arange(200), 1000 + np.arange(reports) % persons])
    assert emerging_terms(new, who, history(2000)) == []


def test_terms_when_english_then_words():
    new = ["the street light is out"] * 100 + ["scooters dumped on sidewalk", "rental scooters block the ramp"] * 8
    found = emerging_terms(new, np.arange(116), ["the street light is out"] * 1000, TermConfig(least_z=2.5))
    assert "scooters" in [t.term for t in found]
    with pytest.raises(ValueError, match="one length"):
        emerging_terms(["a"], np.arange(2), [])
