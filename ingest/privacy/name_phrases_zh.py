"""Set phrases that name a person whatever stands around: 联系人：…, 姓×, 王某某, 李 娜."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy import name_score_zh as score
from ingest.privacy.name_lone_zh import NEEDED, lone_names
from ingest.privacy.name_readings_zh import FUNCTION_WORDS, LEFT, RIGHT, SURE, read_window, window
from ingest.privacy.words import word_list

HAN = r"[\u4e00-\u9fff]"
MARKED = re.compile(
    rf"(姓名|联系人|联络人|来电人|来访人|信访人|投诉人|举报人|反映人|诉求人|申请人|当事人|经办人|承办人|经手人|制表人|填报人|记录人|受理人|处理人|回复人|答复人|审核人|复核人|负责人|责任人|报修人|报警人|求助人|签收人|收件人|寄件人|监护人|代表人|承租人|产权人|户名|户主|收款人|签名|被告人|被告|原告|委托人|被投诉人|被举报人|法人|司机|车主|业主|房东|租客|患者|学生|家长|网格员|接线员|物业经理|店长|校长|院长|教师|医生|办理人|办理人员|承办人员|跟进人|对接人)(?:姓名)?[:：]\s*({HAN}{{2,4}}?|{HAN}[ \u3000]{HAN})(?=[^\u4e00-\u9fff·•‧]|$|电话|手机|身份证|联系|性别|年龄|地址|住址|单位|职务|时间|来电|反映|投诉)"
)
SEXED = re.compile(
    rf"(?<![\u4e00-\u9fff])({HAN}{{2,4}})[、，,\s(（]\s?(?:性别)?[:：]?[男女]性?(?=[、，,。;；)）\s\d]|$)"
)  # 郝建设、女、62岁
NOBODY = re.compile(
    "匿名|无名|不详|未知|保密|同上|本人|物业|公司|单位|工程|热线|中心|居民|业主|市民|群众|网友|不愿|先生|女士|小姐|未提供|未留"
)
STOCK = "张三|李四|王五|赵六"  # the names of no one in particular
FAMILIES = "".join(sorted(score.surnames()))
SET_PHRASE = (  # without one of these no set phrase matches; read by polars
    rf"[某姓xX×＊*○]|[人名主员告者][:：]|{HAN}[ \u3000]{{1,2}}{HAN}|{STOCK}|{NEEDED}|[、，,\s(（别:：][男女]"
)
FAMILY_CALLED = re.compile(
    rf"(?<!老百)(?<!百)姓({'|'.join(score.COMPOUND)}|{HAN})(?=[的男女业居市村先某]|$|[^\u4e00-\u9fff名])"
)
MARK = re.compile("[人名主员告者][:：]")
GAPPED = re.compile(rf"([{FAMILIES}])[ \u3000]{{1,2}}({HAN})")
SOME = frozenset("日年月天周个些种处条类段路街小公地单部村镇乡区县市店号家名位栋楼品次场")  # 某小区, 某日
HIDDEN = re.compile(r"([\u4e00-\u9fff])(?<!某)(某{1,3}|[xX×＊*○]{1,3})([\u4e00-\u9fff])?")
LEAST_HIDDEN, LEAST_HIDDEN_CUED = 2.0, 0.5  # weight of the surname in 王某
GAP = 2.5  # what a gap after the surname says for a name of two characters
LEAST_MARKED = -5.0


def set_phrases(text: str) -> Iterator[tuple[int, int]]:
    """From where to where the names stand."""
    yield from lone_names(text)
    if MARK.search(text):
        yield from (match.span(2) for match in MARKED.finditer(text) if _is_given_as_name(match[1], match[2]))
    yield from (match.span(1) for match in SEXED.finditer(text) if _is_given_as_name("", match[1]))
    yield from (match.span() for match in re.finditer(STOCK, text))
    yield from (match.span() for match in GAPPED.finditer(text) if _is_gapped(text, match))
    for match in FAMILY_CALLED.finditer(text):
        if match[1] in score.surnames() or match[1] in score.COMPOUND:
            yield match.span(1)
    for match in HIDDEN.finditer(text):
        start = match.start() - 1 if text[match.start() - 1 : match.end(1)] in score.COMPOUND else match.start()
        if start < match.start() or _is_hidden(text, match):
            rest = match[3] if match[3] and score.given().get(match[3], -9) >= 0 else ""
            yield start, match.end(2) + len(rest)


def _is_hidden(text: str, match: re.Match[str]) -> bool:
    """王某: a surname, and not 在某小区; of one that is more often a word only behind a cue or before what persons do."""
    weight = score.surnames().get(match[1], -9.0)
    if weight >= LEAST_HIDDEN:
        return True
    if match[2][0] != "某" or score.ends_word(text, match.start()) or match[3] in SOME or match[1] in FUNCTION_WORDS:
        return False
    left, right = score.before(text, match.start()), score.after(text, match.end(2))
    return weight >= LEAST_HIDDEN_CUED and (left >= score.EDGE or right > 0)


def _is_gapped(text: str, match: re.Match[str]) -> bool:
    """李 娜 reads as a name when the gap is taken out."""
    start, end = match.span()
    closed = text[max(0, start - LEFT) : start] + match[1] + match[2] + text[end : end + RIGHT]
    around, at = window(closed, min(start, LEFT))
    least = SURE - GAP
    return any(length == 2 for total, length in read_window(around, at) if total >= least)


def _is_given_as_name(label: str, value: str) -> bool:
    """What a form shows behind 联系人： is a name; behind 姓名： it need not begin with a Chinese surname."""
    if NOBODY.search(value) or any(
        score.title_length(value, at) or score.has_short_title(value, at) for at in range(len(value))
    ):
        return False
    if label.endswith("名"):
        return True
    if score.ordinary_penalty(value) or value in word_list("not_whole_names_zh.txt"):
        return False
    family = 2 if value[:2] in score.COMPOUND else 1
    known = family == 2 or value[0] in score.surnames()
    return known and len(value) - family < 3 and score.characters(value, family) > LEAST_MARKED
