"""Personal data out, the rest of the sentence untouched.  All names and numbers here are made up."""

from __future__ import annotations

import polars as pl
import pytest

from ingest.privacy import mask
from ingest.privacy.batch import mask_frame
from ingest.privacy.coarse import coarse
from ingest.privacy.numbers import is_id_card, passes_luhn
from ingest.privacy.persons import with_person_hash


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800138000，请回", "电话〔电话〕，请回"),
        ("电话１３８００１３８０００", "电话〔电话〕"),
        ("请拨139-1234-5678", "请拨〔电话〕"),
        ("座机0571-88886666", "座机〔电话〕"),
        ("手机幺三八零零幺三八零零零", "手机〔电话〕"),
        ("身份证110101199003074477", "身份证〔证件〕"),
        ("卡号6222021234567890128", "卡号〔银行卡〕"),
        ("邮箱some.one@example.com。", "邮箱〔邮箱〕。"),
        ("京A·12345堵住通道", "〔车牌〕堵住通道"),
        ("微信号abc_123456", "微信号〔账号〕"),
        ("幸福路12号3栋2单元501室漏水", "幸福路12号3栋〔门牌〕漏水"),
        ("关于欧阳建国先生反映电梯故障的问题", "关于〔姓名〕先生反映电梯故障的问题"),
        ("联系人：赵敏", "联系人：〔姓名〕"),
        ("市民王丽华来电反映噪音", "市民〔姓名〕来电反映噪音"),
        ("商户曾玉兰与城管冲突", "商户〔姓名〕与城管冲突"),
        ("市民高峰来电反映早高峰拥挤", "市民〔姓名〕来电反映早高峰拥挤"),
        ("老伴任大爷的补贴没到账", "老伴〔姓名〕大爷的补贴没到账"),
        ("郝建设、女、62岁，家住和平里", "〔姓名〕、女、62岁，家住和平里"),
        ("村民刘根生等12户反映", "村民〔姓名〕等12户反映"),
        ("村民万福生实名举报", "村民〔姓名〕实名举报"),
        ("承诺人毛阿敏表示整改", "承诺人〔姓名〕表示整改"),
    ],
)
def test_chinese(text: str, masked: str) -> None:
    assert mask(text)[0] == masked


@pytest.mark.parametrize(
    "text",
    ["高峰期马路堵塞，请高度重视，何时解决", "徐州路和黄河路交叉口红绿灯故障", "王府井大街张家村路灯不亮", "和平街道江夏社区安全隐患",
     "金牛路与白云路路口积水", "工单20260301000000000001未处理", "幸福路12号井盖缺失", "已持续29天，涉及300户居民，费用13800元",
     "卫生间（男）较脏", "家长向老师反映", "黄山路等3个小区停水", "李家村等5户居民"],
)  # fmt: skip
def test_places_and_words_stay(text: str) -> None:
    assert mask(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Officer Hartwell responded", "Officer 〔name〕 responded"),
        ("Spoke with Mary Quimby about the dog", "Spoke with 〔name〕 about the dog"),
        ("Call 617-555-0123 or jane.doe@example.com", "Call 〔phone〕 or 〔e-mail〕"),
        ("Dog was gone on arrival. Hartwell", "Dog was gone on arrival. 〔name〕"),
        ("picked up by C. HARTWELL", "picked up by 〔name〕"),
        ("27 Shepard St Apt 3B", "27 Shepard St 〔unit〕"),
        ("Email me at jane.q.doe@example.com.", "Email me at 〔e-mail〕."),
        ("Write to jane.doe at example.com", "Write to 〔e-mail〕"),
        ("Black car, MA license plate 4KL 913, gone", "Black car, MA license plate 〔plate〕, gone"),
        ("Tag number: ABC-1234 and lic. # 55TR21", "Tag number: 〔plate〕 and lic. # 〔plate〕"),
        ("Truck 7ABC123 blocks the lane", "Truck 〔plate〕 blocks the lane"),
        ("No plates on it, plates expired 2019, tag 3 of 5", "No plates on it, plates expired 2019, tag 3 of 5"),
        ('Report about Robert "Bob" Quimby', "Report about 〔name〕"),
    ],
)
def test_english(text: str, masked: str) -> None:
    assert mask(text, "en")[0] == masked


@pytest.mark.parametrize(
    "text",
    [
        "Case Closed. Closed date : 2016-08-27 15:59:35.587 Case Resolved Picked up",
        "Mice Infestation - Residential",
        "near 309 Washington St.",
    ],
)
def test_english_words_stay(text: str) -> None:
    assert mask(text, "en") == (text, [])


def test_spans_point_into_the_original() -> None:
    text = "联系人：赵敏，电话１３８００１３８０００。"
    spans = mask(text)[1]
    assert [(text[s.start : s.end], s.type) for s in spans] == [("赵敏", "name"), ("１３８００１３８０００", "phone")]


def test_check_digits() -> None:
    assert is_id_card("11010519491231002X")
    assert not is_id_card("110105194912310021")
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")


@pytest.mark.parametrize(
    ("full", "loose"), [(r"(?<!\d)a(?=[)(])b", r"(?:^|[^\d])ab"), (r"(?:x|y)(?!(?:\d|\)))z", "(?:x|y)z")]
)
def test_coarse_search_only_drops_look_around(full: str, loose: str) -> None:
    assert coarse(full) == loose


def test_english_columns_are_masked_like_single_texts() -> None:
    replies = [
        "Officer Hartwell responded",
        "took the cat Hartwell",
        "Case Resolved Hartwell Mar 13 2022 12:51",
        "moved jane.hartwell now, in Dorchester",
        "nothing found",
        None,
    ]
    rows = pl.DataFrame({"reply": replies})
    masked = mask_frame(rows, "en")["reply"].to_list()
    assert masked == [None if reply is None else mask(reply, "en")[0] for reply in replies]
    assert masked[:4] == [
        "Officer 〔name〕 responded", "took the cat 〔name〕", "Case Resolved 〔name〕 Mar 13 2022 12:51",
        "moved 〔name〕 now, in Dorchester",
    ]  # fmt: skip


def test_one_caller_is_one_person_however_the_number_is_written() -> None:
    phones = ["13800138000", "+86 138-0013-8000", "１３８００１３８０００", "13800138001", None, "138****8000"]
    rows = pl.DataFrame(
        {"person_phone": phones, "person_account": [None] * 6, "person_name": [None] * 6},
        schema_overrides=dict.fromkeys(("person_account", "person_name"), pl.String),
    )
    hashes = with_person_hash(rows, ("person_phone", "person_account"), b"k" * 32)["person_hash"].to_list()
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]
    assert hashes[4:] == [None, None]
    assert "13800138000" not in str(hashes)
