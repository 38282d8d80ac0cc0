"""The lexicon with its scopes, through the macros that the build uses: what counts, what is denied, hypothetical or harmless."""

from __future__ import annotations

import csv
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text.hanzi import SIMPLIFIED, TRADITIONAL

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def intensity() -> Iterator[ModuleType]:
    """The bench's reader of the macros."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tests" / "bench"))
        for name in ("intensity", "figures"):
            patch.delitem(sys.modules, name, raising=False)
        yield __import__("intensity")


CASES = [
    ("电梯困人，孩子被困在电梯里", {"life_safety"}, 0.0),
    ("電梯困人，請儘快派人", {"life_safety"}, 0.0),  # 繁体
    ("昨天的火灾没有人员受伤", {"life_safety"}, 0.0),  # the fire was real, the injury is denied
    ("没有受伤，一切都好", set(), 0.0),
    ("如果发生火灾怎么办", set(), 0.0),
    ("如果再不解决，我就一把火烧了", {"threat"}, 0.667),  # an ultimatum is no hypothesis
    ("不想活了", {"self_harm"}, 0.0),
    ("商场跳楼价清仓", set(), 0.0),
    ("业主集体上访，堵路", {"crowd"}, 0.0),
    ("不会上访，也不会聚集", set(), 0.0),
    ("凭什么只有我们没有", set(), 0.667),
    ("一群骗子，不得好死", set(), 1.0),
    ("并不生气", set(), 0.0),
    ("愤怒的小鸟主题公园", set(), 0.0),
    ("gas leak in the basement", {"life_safety"}, 0.0),
    ("there is no gas leak", set(), 0.0),
    ("没有任何一个邻居因此受伤", set(), 0.0),
    ("变电箱一直在漏着电", {"life_safety"}, 0.0),  # composed: what carries current, and that it escapes
    ("装修师傅砸墙", set(), 0.0),
    ("严重伤害了业主的感情", set(), 0.0),
    ("跑了七趟，回回都说等通知，你们到底修不修", set(), 0.667),
    ("等了三个月了", set(), 0.0),  # waiting alone is no anger
    ("居然等了三个月了", set(), 0.667),  # indignation and waiting
    ("a worker is pinned under the wall", {"life_safety"}, 0.0),
    ("the old bench is a bit cold", set(), 0.0),
    ("what if there is a fire", set(), 0.0),
    ("he threatened to shoot me", {"threat"}, 0.667),
    ("dead raccoon on the road", set(), 0.0),
    ("i am not angry", set(), 0.0),
    ("this is unacceptable", set(), 0.667),
]


@pytest.fixture(scope="module")
def judged(intensity) -> dict:
    """What is found in each of the cases, all of them read at once."""
    texts = [text for text, _, _ in CASES]
    return dict(zip(texts, intensity.judge(texts), strict=True))


@pytest.mark.parametrize(("text", "kinds", "emotion"), CASES)
def test_lexicon_when_said_then_counts_unless_denied_or_harmless(judged, text, kinds, emotion):
    assert judged[text].kinds == kinds
    assert judged[text].emotion == pytest.approx(emotion)


def test_lexicon_when_every_labelled_half_is_read_then_no_worse_than_it_was(intensity):
    for name, floor in (
        ("tuned", 0.97),
        ("held_out", 0.96),
        ("aside", 0.97),
        ("fresh", 0.94),
        ("voices_dev", 0.98),
        ("voices_final", 0.95),
        ("escape", 0.9),
    ):
        said = intensity.sentences(name)
        judged = intensity.judge([s.text for s in said])
        danger = intensity.f1([(s.danger != "-", bool(j.kinds)) for s, j in zip(said, judged, strict=True)])
        emotion = intensity.f1([(s.emotion >= 2, j.emotion >= 0.6) for s, j in zip(said, judged, strict=True)])
        assert danger >= floor
        assert emotion >= 0.8


def test_macros_when_traditional_then_the_same_characters_as_in_python():
    source = (ROOT / "dbt" / "macros" / "hanzi.sql").read_text(encoding="utf-8")
    assert f"'{TRADITIONAL}'" in source
    assert f"'{SIMPLIFIED}'" in source
    assert duckdb.sql(f"select translate('電梯', '{TRADITIONAL}', '{SIMPLIFIED}')").fetchall() == [("电梯",)]


NEEDS = runpy.run_path(str(ROOT / ".ci" / "lexicon_needs.py"))
with (ROOT / "dbt" / "seeds" / "lexicon.csv").open(encoding="utf-8", newline="") as _file:
    LEXICON = list(csv.DictReader(_file))
GAPPED = [
    row
    for row in LEXICON
    if NEEDS["IS_GAPPED"].search(row["pattern"]) and not NEEDS["IS_COMPOSED"].search(row["pattern"])
]
with (ROOT / "dbt" / "seeds" / "lexicon_classes.csv").open(encoding="utf-8", newline="") as _file:
    CLASSES = {(row["language"], row["word_class"]) for row in csv.DictReader(_file)}


def test_lexicon_classes_when_a_pattern_names_one_then_it_is_there_and_none_is_idle() -> None:
    named = {(row["language"], name) for row in LEXICON for name in re.findall("<(.*?)>", row["pattern"])}
    assert named == CLASSES


def test_the_words_that_patterns_need_are_those_of_the_script() -> None:
    assert [row["pattern"] for row in LEXICON if row["needs"] != NEEDS["needs"](row["pattern"])] == []
    assert len(GAPPED) > 100
    assert all(row["needs"] for row in GAPPED)  # a pattern without would stand among the plain words


@settings(max_examples=200)
@given(row=st.sampled_from(GAPPED), data=st.data())
def test_whatever_a_pattern_matches_holds_a_word_that_it_needs(row: dict[str, str], data: st.DataObject) -> None:
    text = data.draw(st.from_regex(row["pattern"]))
    assert re.search(row["needs"], text)
