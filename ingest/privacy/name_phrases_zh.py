"""Set phrases that name a person whatever stands around: 联系人：…, 姓×, 王某某, names with ·."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy import name_score_zh as score
from ingest.privacy.words import grouped_list

HAN = r"[\u4e00-\u9fff]"
SOUNDS = (  # characters that write the sounds of Uyghur, Kazakh, Tibetan and other names
    "买阿艾安巴白拜班包贝比别波布卜才参次措达旦丹当德邓迪地丁都多顿尔法凡菲夫福古哈海赫和胡华吉加贾嘉江杰金卡凯坎康柯克肯库拉来赖兰朗勒雷李丽里力利莲林琳卢鲁吕罗洛玛马麦曼美门蒙米明莫木穆姆拿纳娜乃尼妮宁努诺帕潘佩皮平普其奇恰钦琴曲仁日荣茹"
    "萨塞赛桑沙莎山尚舍什师史斯思苏素孙索塔台泰坦汤特提铁土吐托瓦万旺威维文翁乌吾武西希夏先香晓肖谢辛星雄许雅亚央扬叶依伊衣以益因英勇尤玉约月再扎泽增珍珠卓宗热合孜再依汗甫江肉毛拉尼牙孜帕夏吐逊迪里夏提娅沃霍大卫密娃翰逊詹森登蒂乔治约瑟彼得露茜珍弗朗怀戴蒙汉登耶甘泰奥欧杜邓"
)
FOREIGN = re.compile(rf"[{SOUNDS}]{{2,7}}(?:[·•‧][{SOUNDS}]{{2,7}}){{1,3}}")
MARKED = re.compile(
    rf"(姓名|联系人|联络人|来电人|来访人|信访人|投诉人|举报人|反映人|诉求人|申请人|当事人|经办人|承办人|经手人|制表人|填报人|记录人|受理人|处理人|回复人|答复人|审核人|复核人|负责人|责任人|报修人|报警人|求助人|签收人|收件人|寄件人|监护人|代表人|承租人|产权人|户名|户主|收款人|签名)(?:姓名)?[:：]\s*({HAN}{{2,4}}?|{HAN}[ \u3000]{HAN})(?=[^\u4e00-\u9fff·•‧]|$|电话|手机|身份证|联系|性别|年龄|地址|住址|单位|职务|时间|来电|反映|投诉)"
)
NOBODY = re.compile(
    "匿名|无名|不详|未知|保密|同上|本人|物业|公司|单位|工程|热线|中心|居民|业主|市民|群众|网友|不愿|先生|女士|小姐|未提供|未留"
)
STOCK = "张三|李四|王五|赵六"  # the names of no one in particular
PARTS = "|".join(sorted(grouped_list("name_parts_zh.txt", "parts"), key=len, reverse=True))
BESIDE = grouped_list("name_parts_zh.txt", "beside")
PARTED = re.compile(rf"({PARTS})((?:{PARTS}|{'|'.join(BESIDE)})*)(?:别克|[江汗木勒克娅尔玛荪甫措嘎]){{0,2}}")
SET_PHRASE = (
    f"[·•‧姓某xX×＊*○]|[人名主][:：]|{STOCK}|{PARTS}"  # without one of these no set phrase matches; also read by polars
)
SET_PHRASED = re.compile(SET_PHRASE)
FAMILY_CALLED = re.compile(r"(?<!老百)(?<!百)姓([\u4e00-\u9fff])(?=[的男女业居市村先某]|$|[^\u4e00-\u9fff名])")
FOREIGN_MARK = re.compile("[·•‧]")
MARK = re.compile("[人名主][:：]")
PART_BEFORE = frozenset("敖艾阿吐哈苏")
HIDDEN = re.compile(r"([\u4e00-\u9fff])(?<!某)(某{1,3}|[xX×＊*○]{1,3})([\u4e00-\u9fff])?")
LEAST_HIDDEN, LEAST_HIDDEN_CUED = 2.0, 0.5  # weight of the surname in 王某
LEAST_MARKED = -5.0


def set_phrases(text: str) -> Iterator[tuple[int, int]]:
    """From where to where the names stand."""
    if FOREIGN_MARK.search(text):
        for match in FOREIGN.finditer(text):
            is_verb = score.after(text, match.end() - 1) >= score.AFTER_WORD  # 来电: 来 sounds like part of a name
            yield match.start(), match.end() - is_verb
    if MARK.search(text):
        yield from (match.span(2) for match in MARKED.finditer(text) if _is_given_as_name(match[1], match[2]))
    yield from (match.span() for match in re.finditer(STOCK, text))
    for match in PARTED.finditer(text):
        start = _parts_begin(text, match.start())
        if _is_parted(text, start, match):
            yield start, match.end()
    for match in FAMILY_CALLED.finditer(text):
        if match[1] in score.surnames():
            yield match.span(1)
    for match in HIDDEN.finditer(text):
        start = match.start() - 1 if text[match.start() - 1 : match.end(1)] in score.COMPOUND else match.start()
        least = LEAST_HIDDEN_CUED if score.before(text, start) >= score.BEFORE["before"] else LEAST_HIDDEN
        if start < match.start() or score.surnames().get(match[1], -9) >= least:
            rest = match[3] if match[3] and score.given().get(match[3], -9) >= 0 else ""
            yield start, match.end(2) + len(rest)


def _parts_begin(text: str, start: int) -> int:
    """Where a name begins of which a part begins here."""
    for length in (3, 2):
        if start >= length and text[start - length : start] in BESIDE:
            return start - length
    return start - (start > 0 and text[start - 1] in PART_BEFORE)


def _is_parted(text: str, start: int, match: re.Match[str]) -> bool:
    """Parts of a Tibetan, Mongolian … name that stand where a person does, and no place behind them."""
    end = match.end()
    left, right = score.before(text, start), score.after(text, end)
    if FOREIGN_MARK.match(text, end) or FOREIGN_MARK.match(text, max(0, start - 1)):
        return False  # a part of a longer one
    if right < 0 or score.firm_penalty(text, end):
        return False
    return bool(match[2]) or start < match.start() - 1 or left >= score.BEFORE["before"] or right >= score.AFTER_WORD


def _is_given_as_name(label: str, value: str) -> bool:
    """What a form shows behind 联系人： is a name; behind 姓名： it need not begin with a Chinese surname."""
    if NOBODY.search(value) or any(
        score.title_length(value, at) or score.has_short_title(value, at) for at in range(len(value))
    ):
        return False
    if label.endswith("名"):
        return True
    family = 2 if value[:2] in score.COMPOUND else 1
    known = family == 2 or value[0] in score.surnames()
    return known and len(value) - family < 3 and score.characters(value, family) > LEAST_MARKED
