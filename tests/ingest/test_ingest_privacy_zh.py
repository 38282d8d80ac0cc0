"""Chinese masking, scored on invented sentences; and a column is masked like its texts one by one."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.canonical import FREE_TEXTS
from ingest.privacy import find_spans, mask, names_zh
from ingest.privacy.batch import mask_column, mask_frame
from ingest.privacy.name_places_zh import read_texts

MARK = re.compile(r"\[(\w+):([^\]]*)\]")
SENTENCES = Path(__file__).with_name("privacy_zh.txt").read_text(encoding="utf-8").splitlines()[2:]
TUNED, UNTOUCHED = SENTENCES[: SENTENCES.index("====")], SENTENCES[SENTENCES.index("====") + 1 :]
TEXTS = [MARK.sub(r"\2", line) for line in SENTENCES]
CERTAIN = ("id_card", "bank_card", "phone", "plate", "email", "account", "address")


class Score(NamedTuple):
    """Counts by kind, and sentences in which something personal is left."""

    hit: Counter[str]
    missed: Counter[str]
    false: Counter[str]
    leaking: int

    def recall(self, kind: str) -> float:
        return self.hit[kind] / (self.hit[kind] + self.missed[kind])


def gold_spans(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The sentence without marks, and what they marked."""
    text, gold, at = "", [], 0
    for match in MARK.finditer(line):
        text += line[at : match.start()]
        gold.append((len(text), len(text) + len(match[2]), match[1]))
        text, at = text + match[2], match.end()
    return text + line[at:], gold


def score(lines: list[str]) -> Score:
    """A marked span is hit when every character of it is masked; a mask is false when it touches no marked span."""
    result = Score(Counter(), Counter(), Counter(), 0)
    for line in lines:
        text, gold = gold_spans(line)
        spans = find_spans(text)
        masked = {i for s in spans for i in range(s.start, s.end)}
        whole = [masked.issuperset(range(start, end)) for start, end, _ in gold]
        for (_, _, kind), is_whole in zip(gold, whole, strict=True):
            (result.hit if is_whole else result.missed)[kind] += 1
        result.false.update(s.type for s in spans if not any(s.start < end and start < s.end for start, end, _ in gold))
        result = result._replace(leaking=result.leaking + (not all(whole)))
    return result


@pytest.mark.parametrize("lines", [TUNED, UNTOUCHED], ids=["tuned", "untouched"])
def test_personal_data_is_found_and_the_rest_left(lines: list[str]) -> None:
    result = score(lines)
    assert {kind: result.recall(kind) for kind in CERTAIN} == dict.fromkeys(CERTAIN, 1.0)
    assert result.recall("name") >= 0.95
    hits, false = result.hit.total(), result.false.total()
    assert hits / (hits + false) >= 0.97
    assert result.leaking <= 0.04 * len(lines)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("联系人马晓东，电话打不通", "联系人〔姓名〕，电话打不通"),
        ("张三、李四、王五三人一起投诉", "〔姓名〕、〔姓名〕、〔姓名〕三人一起投诉"),
        ("王某某与他人争吵，本人姓欧，请回复", "〔姓名〕与他人争吵，本人姓〔姓名〕，请回复"),
        ("业主阿依古丽·吐尔逊要求公开账目", "业主〔姓名〕要求公开账目"),
        ("陈淑芬来电。昨天陈淑芬又来了", "〔姓名〕来电。昨天〔姓名〕又来了"),
        ("高主任不管，于老师也不管，由于老师太少", "〔姓名〕主任不管，〔姓名〕老师也不管，由于老师太少"),
        ("来電人鄭國強、仉晓峰；糜芳网格员", "来電人〔姓名〕、〔姓名〕；〔姓名〕网格员"),
        ("牧民扎西顿珠来电，格桑花开了", "牧民〔姓名〕来电，格桑花开了"),
        ("小窦称老戚占道，小程序和老马路没问题", "小〔姓名〕称老〔姓名〕占道，小程序和老马路没问题"),
        ("云枫雅居、景蓉华苑停水，王府井投诉", "云枫雅居、景蓉华苑停水，王府井投诉"),
        ("姓名:蒲松性别:男", "姓名:〔姓名〕性别:男"),
        ("护照号E12345678，微信：wang_88", "护照号〔证件〕，微信：〔账号〕"),
        ("粤Z1234港和京AD12345停在9号楼一单元五楼东户门口", "〔车牌〕和〔车牌〕停在9号楼〔门牌〕门口"),
        ("旧身份证440305800229123，电话010-22699157转分机2", "旧身份证〔证件〕，电话〔电话〕"),
        ("邮箱ａｂｃ＠163．com，手机０１３８－１２３４－５６７８", "邮箱〔邮箱〕，手机〔电话〕"),
    ],
)
def test_forms_of_names_and_numbers(text: str, masked: str) -> None:
    assert mask(text)[0] == masked


def test_a_column_is_masked_like_its_texts() -> None:
    masked = mask_column(pl.Series(TEXTS).unique(), "zh", names=True)
    assert {text: masked.get(text, text) for text in TEXTS} == {text: mask(text)[0] for text in TEXTS}


def test_columns_of_rows_are_masked_like_their_texts() -> None:
    texts = [first + second for first in TEXTS[::9] for second in TEXTS[::31]]
    rows = pl.DataFrame({"text": [None, *texts], "title": [None, *(TEXTS[i % 50] for i in range(len(texts)))]})
    masked = mask_frame(rows, "zh")
    for name in rows.columns:  # one in which nearly every text is another, one in which few are
        known = {text: mask(text)[0] for text in rows[name].drop_nulls().unique()}
        assert masked[name].to_list() == [text and known[text] for text in rows[name].to_list()]


def test_all_free_texts_of_a_frame_are_masked_and_addresses_keep_names() -> None:
    text = "张建国住3号楼2单元501室"
    rows = pl.DataFrame({name: [text, None] for name in FREE_TEXTS})
    masked = mask_frame(rows, "zh")
    assert masked["text"].to_list() == ["〔姓名〕住3号楼〔门牌〕", None]
    assert masked["address"].to_list() == ["张建国住3号楼〔门牌〕", None]


PIECES = st.sampled_from(
    [
        "张",
        "王",
        "欧阳",
        "司马",
        "于",
        "关",
        "和",
        "向",
        "建国",
        "丽华",
        "磊",
        "涛",
        "婷",
        "先生",
        "女士",
        "主任",
        "总",
        "师傅",
        "、",
        "和",
        "与",
        "：",
        "，",
        "。",
        "（",
        "）",
        "联系人",
        "业主",
        "包工头",
        "我叫",
        "反映",
        "说",
        "的",
        "家",
        "路",
        "花园",
        "公司",
        "某",
        "某某",
        "*",
        "x",
        "姓",
        "·",
        "买买提",
        "艾力",
        "138",
        "0013",
        "8000",
        "-",
        "转",
        "０１３",
        "＠",
        "@qq.com",
        "京A",
        "D12345",
        "123",
        "501",
        "室",
        "2单元",
        "3号楼",
        "东户",
        "身份证",
        "微信",
        "wx",
        "QQ",
        "幺三八零零",
        "一",
        "二",
        "\n",
        "\u3000",
        "𠮷",
        "a",
        "😀",
        "物业",
        "投诉",
        "关于",
    ]
)


@settings(deadline=None, max_examples=400)
@given(texts=st.lists(st.lists(PIECES, max_size=14).map("".join), min_size=1, max_size=6, unique=True))
def test_a_column_of_odd_texts_is_masked_like_its_texts(texts: list[str]) -> None:
    masked = mask_column(pl.Series(texts, dtype=pl.String), "zh", names=True)
    assert [masked.get(text, text) for text in texts] == [mask(text)[0] for text in texts]


@settings(deadline=None, max_examples=200)
@given(text=st.lists(PIECES, max_size=14).map("".join))
def test_the_bound_leaves_out_no_name(text: str) -> None:
    assert read_texts([text]).get(0, []) == list(names_zh.read_all(text))


@pytest.mark.parametrize(
    "piece", ["1", "a.", "1-", " ", "张某", "买买·", "加微信号", "王建国、", "a@b.", "3号楼", "幺"]
)
def test_a_hostile_text_takes_no_more_than_its_length(piece: str) -> None:
    before = time.process_time()
    for lang in ("zh", "en"):
        mask(piece * 20_000, lang)
    assert time.process_time() - before < 30  # seconds; a rule that looks back over the whole text takes minutes
