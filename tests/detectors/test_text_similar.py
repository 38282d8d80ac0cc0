"""Similar cases: sketches agree with the full cosine written out, telling words outweigh places, bad settings are refused."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from detectors.text.similar import SimilarConfig, Sketches, by_term, learn_names, matters, sketch, weigh_terms

KINDS = {
    "噪声": ("夜间施工吵得睡不着", "工地半夜打桩噪音大", "凌晨施工噪音扰民"),
    "供水": ("水龙头流出黄水", "自来水浑浊发黄", "停水三天没有通知"),
    "垃圾": ("垃圾桶满了没人清运", "垃圾堆在路边发臭", "垃圾站清运太晚"),
}


def told(copies: int = 6) -> tuple[list[str], list[str]]:
    rows = [(text, kind) for _ in range(copies) for kind, texts in KINDS.items() for text in texts]
    return [text for text, _ in rows], [kind for _, kind in rows]


def likeness(rows: Sketches, texts: int) -> np.ndarray:
    wide = np.zeros((texts, 1 << SimilarConfig().bits), np.float32)
    wide[rows.case, rows.term] = rows.weight / 255
    return wide @ wide.T


def pairs(text: str) -> Counter[str]:
    return Counter(text[k : k + 2] for k in range(len(text) - 1))


def test_likeness_when_nothing_is_cut_or_named_then_it_is_the_plain_cosine() -> None:
    texts = ["甲乙丙丁", "甲乙丙戊己", "乙丙丁戊", "庚辛壬癸", "癸壬庚辛", "甲乙庚辛"]  # no word of the concepts
    config = SimilarConfig(kept=100)
    found = likeness(sketch(texts, weigh_terms(texts, [None] * 6, config), config), 6)
    spread = Counter(pair for text in texts for pair in pairs(text))
    rarity = {pair: math.log(7 / (1 + n)) + 1 if n > 1 else 0.0 for pair, n in spread.items()}
    vectors = [{p: (1 + math.log(n)) * rarity[p] for p, n in pairs(text).items()} for text in texts]
    for a in range(6):
        for b in range(6):
            lengths = math.prod(math.sqrt(sum(w * w for w in vectors[k].values())) for k in (a, b))
            plain = sum(w * vectors[b].get(p, 0) for p, w in vectors[a].items()) / lengths
            assert found[a, b] == pytest.approx(plain, abs=0.01)


def test_likeness_when_words_differ_within_a_kind_then_above_another_kind() -> None:
    texts, kinds = told()
    config = SimilarConfig()
    asked = ["半夜还在打桩，吵得孩子睡不着", "水是黄的，很浑浊"]
    rows = sketch([*texts, *asked], weigh_terms(texts, kinds, config), config)
    found = likeness(rows, len(texts) + 2)[-2:, : len(texts)]
    assert [kinds[k] for k in found.argmax(axis=1)] == ["噪声", "供水"]
    assert found.max() <= 1.01


def test_weights_when_categories_are_known_then_a_word_of_all_kinds_weighs_less() -> None:
    texts, kinds = told()
    said = [f"{text}盼复" for text in texts]
    config = SimilarConfig()
    weights = weigh_terms(said, kinds, config)
    one = sketch([f"{texts[0]}盼复"], weights, config)
    common = sketch(["盼复"], weigh_terms(said, [None] * len(said), config), config).term
    assert common.size == 1
    assert one.weight[one.term == common[0]].sum() < one.weight.max() / 10


def test_matters_when_places_and_set_phrases_are_named_then_they_are_out() -> None:
    config = SimilarConfig()
    names = learn_names(["春晖雅苑小区电梯坏了"] * 3, config)
    said = matters(
        ["投诉春晖雅苑电梯"], ["A3区春晖雅苑小区的電梯坏了，请相关部门处理，联系〔电话〕"], [*names, "春晖雅苑"], config
    )[0]
    assert "春晖" not in said
    assert "A3" not in said.upper()
    assert "部门" not in said
    assert said.count("电梯") == 2


def test_english_words_and_concepts_are_terms() -> None:
    texts = ["no heat in the apartment", "heating is out", "rats in the alley", "a rodent in my yard"] * 4
    config = SimilarConfig()
    found = likeness(sketch(texts, weigh_terms(texts, ["h", "h", "r", "r"] * 4, config), config), len(texts))
    assert found[0, 1] > 0.2 > found[0, 2]
    assert found[2, 3] > 0.2 > found[2, 1]


def test_texts_without_a_known_term_have_no_sketch() -> None:
    config = SimilarConfig()
    rows = sketch(["", "12345", "谁也没说过"], weigh_terms(["停水三天", "停水两天"], [None, None], config), config)
    assert rows.case.size == rows.term.size == rows.weight.size == 0
    assert weigh_terms([], [], config).sum() == 0


def test_by_term_when_a_term_is_in_too_many_then_heaviest_and_last_stay() -> None:
    rows = Sketches(
        np.array([0, 1, 2, 3, 3], np.int32),
        np.array([9, 9, 9, 9, 4], np.int32),
        np.array([10, 30, 30, 20, 7], np.uint8),
    )
    kept = by_term(rows, SimilarConfig(most_cases=2))
    assert kept.term.tolist() == [4, 9, 9]
    assert kept.case.tolist() == [3, 2, 1]
    assert kept.weight.tolist() == [7, 30, 30]


@pytest.mark.parametrize("bad", [{"kept": 0}, {"bits": 40}, {"prior": 0.0}])
def test_config_when_out_of_range_then_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        SimilarConfig(**bad)
