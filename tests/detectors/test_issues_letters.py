"""Letters written one by one, by somebody who knew no rule: names without a word for their kind, short forms, wrong characters, no names at all."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import rjieba

from detectors.issues.growing import Issue, find_issues
from detectors.issues.linking import IssueConfig
from detectors.issues.meaning import meanings
from detectors.issues.twins import other_places
from detectors.issues.wording import read_wordings
from detectors.text.names import learn_names
from detectors.text.sounds import sound_of
from tests.bench.boards import Board, read_letters

LETTERS = [
    ("云麓台小区边上的高铁太近", "云麓台8栋离桥墩不到三十米，夜里打桩睡不着"),
    ("高铁声屏障", "云麓台西侧的声屏障只有两米，住高层的怎么办"),
    ("云麓台业主反对高铁贴着房子走", "请把高铁线路往西移"),
    ("云鹿台的铁路", "云鹿台离铁路到底多少米"),
    ("何时恢复商转公", "公积金的商转公停了，请问什么时候恢复办理"),
    ("请恢复商转公", "材料都备齐了，商转公突然暂停"),
    ("暂停商转公合理吗", "一纸通知商转公就停办"),
]


def found_in(board: Board, **options: float) -> list[Issue]:
    said = board.messages
    return find_issues(
        [m.title for m in said], [m.text for m in said], np.array([m.day for m in said]), np.array([m.person for m in said]),
        config=IssueConfig(**options),
    )  # fmt: skip


@pytest.fixture(scope="module")
def usual() -> Board:
    return read_letters("letters_b")


@pytest.mark.parametrize(("name", "least"), [("letters_a", 0.55), ("letters_b", 0.85)])
def test_issues_when_letters_are_wild_or_usual_then_found_about_as_whole_as_measured(name: str, least: float) -> None:
    board = read_letters(name)
    issues = found_in(board)
    scores = []
    for scene in board.scenes:
        truth = board.members(scene)
        best = max(issues, key=lambda issue: len(truth & set(issue.members.tolist())))
        scores.append(2 * len(truth & set(best.members.tolist())) / (len(best.members) + len(truth)))
    assert np.mean(scores) >= least


@pytest.mark.parametrize(
    "options",
    [
        {"alike": 0.5},
        {"alike_more": 0.3},
        {"alike_issues": 0.1},
        {"main_share": 0.9},
    ],
)
def test_issues_when_option_of_meaning_changes_then_result_changes(usual: Board, options: dict[str, float]) -> None:
    plain, other = (Counter(tuple(i.members.tolist()) for i in found_in(usual, **given)) for given in ({}, options))
    assert plain != other


def test_names_when_said_again_and_again_then_learned_with_short_forms_and_sounds() -> None:
    names, terms = learn_names([f"{title}\n{text}" for title, text in LETTERS], rjieba.Jieba())
    assert set(names.names.values()) == {"云麓台"}
    assert names.said("云鹿台的铁路") == {"云麓台": 0}
    assert names.said("麓台二手房") == {"云麓台": 0}
    assert set(terms.names.values()) == {"商转公"}


def test_wordings_when_a_name_is_misspelt_or_absent_then_its_key_or_the_term() -> None:
    read = read_wordings(*zip(*LETTERS, strict=True))
    assert [w.primary for w in read[:4]] == [frozenset({"云麓台"})] * 4
    assert [w.terms for w in read[4:]] == [frozenset({"#商转公"})] * 3


@pytest.mark.parametrize(
    ("one", "other"), [("市第六医院", "六医院"), ("第六人民医院", "市六医院"), ("博雅外国语学校", "博雅外国语")]
)
def test_places_when_told_with_or_without_their_kind_then_one_key(one: str, other: str) -> None:
    titles = [f"{name}的{what}" for name in (one, other) for what in ("医生太少", "收费太高", "停车太难")]
    assert len({w.primary for w in read_wordings(titles, [""] * len(titles))}) == 1


def test_sound_when_characters_sound_alike_then_equal_and_as_long() -> None:
    assert sound_of("南唐院 A3") == sound_of("南塘苑 A3")
    assert len(sound_of("南唐院 A3")) == 6
    assert sound_of("A3") == "A3"


def test_twins_when_area_or_name_differs_then_apart_but_not_area_against_name() -> None:
    titles = ["关于A市公积金中心的疑问", "关于E市公积金中心的疑问", "A3区望岳花园搅拌站扰民", "望岳花园搅拌站扰民"]
    a_city, e_city, with_area, without = read_wordings(titles, [""] * 4)
    assert other_places(a_city, e_city) == (["A市"], ["E市"])
    assert other_places(with_area, without) == ([], [])


def test_meanings_when_few_are_wanted_then_the_others_are_zero_and_rows_have_length_one(usual: Board) -> None:
    read = read_wordings([m.title for m in usual.messages], [m.text for m in usual.messages])
    wanted = np.zeros(len(read))
    wanted[:60] = 1
    made = meanings(read, wanted)
    assert made.shape == (len(read), 12)
    assert not made[60:].any()
    assert np.linalg.norm(made[:60], axis=1) == pytest.approx(1, abs=1e-5)
    assert not meanings(read, np.zeros(len(read))).any()
