"""Names of persons, scored on invented sentences and on frames filled with drawn names."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from ingest.privacy import find_spans, mask
from ingest.privacy.batch import mask_column

HERE = Path(__file__).parent
MARK = re.compile(r"\[name:([^\]]*)\]")
FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓傅沈彭吕苏卢蒋蔡贾魏薛"
GIVEN = "伟芳娜敏静丽磊军洋勇艳杰娟涛明超霞刚玲桂英辉鹏燕飞宇浩凯健俊帆雪倩婷欣怡萌佳瑞博轩睿涵梓晨"
ROLES = ("物业经理", "司机", "网格员", "村支书", "班主任", "保洁", "窗口工作人员", "民警", "邻居", "业主", "包工头")
PLACES = ("幸福路", "锦绣花园", "张家村", "人民公园", "和平小区", "万达广场", "解放桥")


class Score(NamedTuple):
    """Names found and missed, masks of names where none is, sentences with a name left."""

    hit: int
    missed: int
    false: int
    leaking: int
    sentences: int

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed)

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.false)


def plain(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The sentence without marks, and where they stood."""
    text, gold, at = "", [], 0
    for match in MARK.finditer(line):
        text += line[at : match.start()]
        gold.append((len(text), len(text) + len(match[1])))
        text, at = text + match[1], match.end()
    return text + line[at:], gold


def score(lines: list[str], lang: str) -> Score:
    """A name is found when all of it is masked; a mask is false when it touches none."""
    hit = missed = false = leaking = 0
    for line in lines:
        text, gold = plain(line)
        spans = find_spans(text, lang)
        masked = {i for span in spans for i in range(span.start, span.end)}
        found = [masked.issuperset(range(*place)) for place in gold]
        hit, missed, leaking = hit + sum(found), missed + len(found) - sum(found), leaking + (not all(found))
        names = [span for span in spans if span.type == "name"]
        false += sum(not any(span.start < end and start < span.end for start, end in gold) for span in names)
    return Score(hit, missed, false, leaking, len(lines))


def sentences(lang: str) -> list[str]:
    lines = (HERE / f"names_{lang}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and line[0] not in "#="]


@pytest.mark.parametrize(
    ("lang", "recall", "precision", "leaking"), [("zh", 0.78, 0.98, 0.14), ("en", 0.95, 0.97, 0.04)]
)
def test_names_in_hard_sentences_are_found_and_the_rest_left(
    lang: str, recall: float, precision: float, leaking: float
) -> None:
    result = score(sentences(lang), lang)
    assert result.recall >= recall
    assert result.precision >= precision
    assert result.leaking <= leaking * result.sentences


def test_ordinary_names_are_found_in_every_frame() -> None:
    draw = random.Random(20260301)
    frames = (HERE / "names_frames_zh.txt").read_text(encoding="utf-8").splitlines()[1:]
    lines = []
    for frame in frames * 12:
        line = frame.replace("{R}", draw.choice(ROLES)).replace("{P}", draw.choice(PLACES))
        while "{N}" in line:
            name = draw.choice(FAMILIES) + "".join(draw.sample(GIVEN, draw.choice((1, 2, 2))))
            line = line.replace("{N}", f"[name:{name}]", 1)
        lines.append(line)
    result = score(lines, "zh")
    assert result.recall >= 0.97
    assert result.precision >= 0.99


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("关于高兴反映路灯不亮，业主石头介绍", "关于〔姓名〕反映路灯不亮，业主〔姓名〕介绍"),
        ("安全女士来电，居民女士也来电", "〔姓名〕女士来电，居民女士也来电"),
        ("李 娜来电，陈　静，女", "〔姓名〕来电，〔姓名〕，女"),
        ("牧民才让反映，村民多吉说", "牧民〔姓名〕反映，村民〔姓名〕说"),
        ("来电人Zhang Wei，外教Peter上课打人", "来电人〔姓名〕，外教〔姓名〕上课打人"),
        ("玛丽来电，玛丽医院路堵车", "〔姓名〕来电，玛丽医院路堵车"),
        ("有个叫阿珍的人，豆豆妈妈说", "有个叫〔姓名〕的人，〔姓名〕妈妈说"),
        ("楼上小李半夜拖椅子，小李他妈不管", "楼上小〔姓名〕半夜拖椅子，小〔姓名〕他妈不管"),
        ("万某闹事，在某小区", "〔姓名〕闹事，在某小区"),
        ("本人姓诸葛，请回复", "本人姓〔姓名〕，请回复"),
        ("被投诉人钱多多在群里骂人", "被投诉人〔姓名〕在群里骂人"),
        ("小区：柳青苑。最近一周工地夜间施工", "小区：柳青苑。最近一周工地夜间施工"),
        ("业主单位回复，市民时常反映，时光广场", "业主单位回复，市民时常反映，时光广场"),
    ],
)
def test_forms_of_chinese_names(text: str, masked: str) -> None:
    assert mask(text)[0] == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("My neighbor Keisha said so", "My neighbor 〔name〕 said so"),
        ("the landlord jimmy kowalski left", "the landlord 〔name〕 left"),
        ("Nguyen Van Thanh requested a cart", "〔name〕 requested a cart"),
        ("Ana and Luis next door are loud", "〔name〕 and 〔name〕 next door are loud"),
        ("Spoke with Will Rivers. Rivers was kind", "Spoke with 〔name〕. Rivers was kind"),
        ("Tenant in 4B, Fatima Al-Hassan, fell", "Tenant in 4B, 〔name〕, fell"),
        ("kathleen o'malley says it is loud", "〔name〕 says it is loud"),
        ("Trash at Franklin Park and Jackson Ave", "Trash at Franklin Park and Jackson Ave"),
        ("Wendy's lot on Martin Luther King Blvd", "Wendy's lot on Martin Luther King Blvd"),
        ("No heat since Thanksgiving, Verizon said", "No heat since Thanksgiving, Verizon said"),
    ],
)
def test_forms_of_english_names(text: str, masked: str) -> None:
    assert mask(text, "en")[0] == masked


def test_columns_are_masked_like_their_texts() -> None:
    for lang in ("zh", "en"):
        texts = list(dict.fromkeys(plain(line)[0] for line in sentences(lang)))
        masked = mask_column(pl.Series(texts), lang, names=True)
        assert [masked.get(text, text) for text in texts] == [mask(text, lang)[0] for text in texts]
