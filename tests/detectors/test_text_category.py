"""Suggested categories: learned from labelled tickets, silent where unsure."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.text.category import CategoryConfig, learn_categories

SAID = {
    "供水": ["自来水发黄", "停水两天", "水管爆裂漏水", "水压太低", "水龙头没水"],
    "交通": ["公交车不来", "红绿灯坏了", "路口堵车", "公交线路调整", "乱停车堵路"],
    "教育": ["学校补课收费", "孩子入学名额", "幼儿园涨学费", "老师体罚学生", "学区划分"],
}


def board(each: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Titles of two phrases each, with their categories."""
    labels = [c for c in SAID for _ in range(each)]
    return ["，".join(rng.choice(SAID[c], 2)) for c in labels], labels


def test_category_when_words_are_known_then_suggested_with_its_chance():
    titles, labels = board(40, np.random.default_rng(1))
    model = learn_categories(titles, [""] * len(titles), labels, np.random.default_rng(2))
    said = model.suggest(["我家停水了，水压也低", "公交车堵在路口"], ["", ""])
    assert said.category == ["供水", "交通"]
    assert (said.chance > 0.6).all()


def test_category_when_nothing_is_known_then_abstains():
    titles, labels = board(40, np.random.default_rng(1))
    model = learn_categories(titles, [""] * len(titles), labels, np.random.default_rng(2))
    said = model.suggest(["", "qwerty"], ["", ""])
    assert said.category == [None, None]
    assert set(said.best) <= set(SAID)


def test_category_when_chance_must_be_higher_then_fewer_are_answered():
    titles, labels = board(40, np.random.default_rng(1))
    labels = [c if k % 3 else "供水" for k, c in enumerate(labels)]  # a third is labelled carelessly
    asked = board(20, np.random.default_rng(3))[0]
    answered = []
    for least in (0.0, 0.95):
        model = learn_categories(
            titles, [""] * 120, labels, np.random.default_rng(2), CategoryConfig(least_chance=least)
        )
        answered.append(sum(c is not None for c in model.suggest(asked, [""] * 60).category))
    assert answered[0] == 60 > answered[1]


def test_category_when_a_class_is_rare_then_it_is_not_learned():
    titles, labels = board(30, np.random.default_rng(1))
    model = learn_categories([*titles, "猫"], [""] * 91, [*labels, "动物"], np.random.default_rng(2))
    assert model.categories == sorted(SAID)
    with pytest.raises(ValueError, match="two categories"):
        learn_categories(titles[:30], [""] * 30, labels[:30], np.random.default_rng(2))
    with pytest.raises(ValueError, match="one length"):
        learn_categories(titles, [], labels, np.random.default_rng(2))
