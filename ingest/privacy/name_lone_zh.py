"""Names in Chinese texts without a Chinese surname: of minorities, foreign, in Latin letters, 阿珍, 豆豆妈妈."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy import name_score_zh as score
from ingest.privacy.name_cut_zh import segmenter, tokens_of
from ingest.privacy.words import grouped_list, word_list

SOUNDS = (  # characters that write the sounds of Uyghur, Kazakh, Tibetan and other names
    "买阿艾安巴白拜班包贝比别波布卜才参次措达旦丹当德邓迪地丁都多顿尔法凡菲夫福古哈海赫和胡华吉加贾嘉江杰金卡凯坎康柯克肯库拉来赖兰朗勒雷李丽里力利莲林琳卢鲁吕罗洛玛马麦曼美门蒙米明莫木穆姆拿纳娜乃尼妮宁努诺帕潘佩皮平普其奇恰钦琴曲仁日荣茹"
    "萨塞赛桑沙莎山尚舍什师史斯思苏素孙索塔台泰坦汤特提铁土吐托瓦万旺威维文翁乌吾武西希夏先香晓肖谢辛星雄许雅亚央扬叶依伊衣以益因英勇尤玉约月再扎泽增珍珠卓宗热合孜再依汗甫江肉毛拉尼牙孜帕夏吐逊迪里夏提娅沃霍大卫密娃翰逊詹森登蒂乔治约瑟彼得露茜珍弗朗怀戴蒙汉登耶甘泰奥欧杜邓"
)
FOREIGN = re.compile(rf"[{SOUNDS}]{{2,7}}(?:[·•‧][{SOUNDS}]{{2,7}}){{1,3}}")
FOREIGN_MARK = re.compile("[·•‧]")
_BY_LENGTH = {"key": len, "reverse": True}
PARTS = "|".join(sorted(grouped_list("name_parts_zh.txt", "parts"), **_BY_LENGTH))
LONE_NAMES = grouped_list("name_parts_zh.txt", "lone")
BESIDE = frozenset((*grouped_list("name_parts_zh.txt", "beside"), *LONE_NAMES))
PARTED = re.compile(rf"({PARTS})((?:{PARTS}|{'|'.join(BESIDE)})*)(?:别克|[江汗木勒克娅尔玛荪甫措嘎]){{0,2}}")
PART_BEFORE = frozenset("敖艾阿吐哈苏")
LONE = "|".join(sorted(LONE_NAMES, **_BY_LENGTH))
LONES = re.compile(LONE)
LEAST_FAMILY = 1.5  # weight of a surname before 阿敏
LEAST_AROUND = 2.0  # of what stands before and behind a name of one word
PET = "乐豆婷萌欣涵佳佩丽莉玲芳芬娜娟媛倩琪丹洋阳鹏磊强浩宇轩楠晨琳圆糖果朵贝妞牛虎毛蛋球甜蕾晶静莹颖雯露冰安康文可依一心悠优琦彤晓珍兰花红梅霞英燕云雪"
TWICE = re.compile(rf"(([{PET}])\2)(?=妈妈|爸爸)")
CALLERS = "售台服安介居事叫士家理工员"  # last characters of 销售, 前台, 客服 … before 小美
CALLED = re.compile(rf"阿[\u4e00-\u9fff]|(?<=[{CALLERS}])小[{PET}]")
LATIN = re.compile(
    r"(?<![A-Za-z0-9.@_-])(?:[A-Z][a-z]+|[A-Z]{2,}(?= [A-Z][a-z]))(?:[ ·-]{1,2}[A-Z][a-z]+){0,2}(?![A-Za-z0-9.@_-])"
)
SYLLABLE = r"(?:[bpmfdtnlgkhjqxzcsryw]|zh|ch|sh)?[aeiouv]{1,3}(?:ng|n|r)?"
PINYIN = re.compile(rf"(?:{SYLLABLE}){{1,2}}(?:-{SYLLABLE})?")
FAMILIES = frozenset(
    "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lu su jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan lei qian yin chang qiao lai gong ouyang sima zhuge shangguan ni bao ge pei tong lv geng jiao zuo".split()  # noqa: SIM905
)
_WORDS = (*grouped_list("name_parts_zh.txt", "parts"), *LONE_NAMES)
PAIRS = frozenset(word[:2] for word in _WORDS)


def _any_pair() -> str:
    """A regular expression for the pairs, those together that have the same second characters: less to search for."""
    seconds: dict[str, str] = {}
    for first, second in sorted(PAIRS):
        seconds[first] = seconds.get(first, "") + second
    firsts: dict[str, str] = {}
    for first, after in seconds.items():
        firsts[after] = firsts.get(after, "") + first
    return "|".join(f"[{first}][{after}]" for after, first in firsts.items())


PAIR = re.compile(f"(?=[{''.join({word[0] for word in _WORDS})}][{''.join({word[1] for word in _WORDS})}])")
NEEDED = f"[·•‧]|{_any_pair()}|阿|[{CALLERS}]小[{PET}]|妈妈|爸爸|[A-Z][a-z]|[A-Z]{{2}} [A-Z]"


def lone_names(text: str) -> Iterator[tuple[int, int]]:
    """From where to where the names stand."""
    if FOREIGN_MARK.search(text):
        for match in FOREIGN.finditer(text):
            is_verb = score.after(text, match.end() - 1) >= score.AFTER_WORD  # 来电: 来 sounds like part of a name
            yield match.start(), match.end() - is_verb
    if any(text[match.start() : match.start() + 2] in PAIRS for match in PAIR.finditer(text)):
        for match in PARTED.finditer(text):
            start = _parts_begin(text, match.start())
            if _is_parted(text, start, match):
                yield start, match.end()
        yield from (match.span() for match in LONES.finditer(text) if _is_lone(text, *match.span()))
    if "阿" in text or "小" in text:
        called = ((_called_from(text, match.start()), match.end()) for match in CALLED.finditer(text))
        yield from ((start, end) for start, end in called if _is_called(text, start, end))
    if "妈妈" in text or "爸爸" in text:
        yield from (match.span(1) for match in TWICE.finditer(text))
    yield from (match.span() for match in LATIN.finditer(text) if _is_latin(text, match))


def _parts_begin(text: str, start: int) -> int:
    """Where a name begins of which a part begins here."""
    for length in (3, 2):
        if start >= length and text[start - length : start] in BESIDE:
            return start - length
    return start - (start > 0 and text[start - 1] in PART_BEFORE)


def _is_parted(text: str, start: int, match: re.Match[str]) -> bool:
    """Parts of a Tibetan, Mongolian … name that stand where a person does, and no place behind them."""
    end = match.end()
    if FOREIGN_MARK.match(text, end) or FOREIGN_MARK.match(text, max(0, start - 1)):
        return False  # a part of a longer one
    if _is_others(text, end):
        return False
    return bool(match[2]) or start < match.start() - 1 or _stands(text, start, end)


def _is_others(text: str, end: int) -> bool:
    """What ends here belongs to a place or a firm."""
    behind = score.after(text, end)
    return behind < 0 or (behind == 0 and score.firm_penalty(text, end) < 0)


def _stands(text: str, start: int, end: int) -> bool:
    """It stands where a person does: behind a cue, before what persons do, or a little of both."""
    left, right = score.before(text, start), score.after(text, end)
    return (
        left >= score.BEFORE["before"]
        or right >= score.AFTER_TELLING
        or (left >= score.EDGE and left + right >= LEAST_AROUND)
    )


def _is_lone(text: str, start: int, end: int) -> bool:
    """A name of one word where a person stands, and no word goes across its ends."""
    if _is_others(text, end) or not _stands(text, start, end):
        return False
    first = max(0, start - 4)
    words = [(word.start + first, word.end + first) for word in tokens_of(text[first : end + 4])]
    return not any(a < start < b or a < end < b for a, b in words)


def _called_from(text: str, start: int) -> int:
    """Where 阿敏 begins: at its surname, where one stands free or behind a cue."""
    family = text[start - 1 : start]
    is_family = text[start] == "阿" and score.surnames().get(family, 0.0) >= LEAST_FAMILY
    if not is_family or score.ends_word(text, start - 1) or score.before(text, start - 1) < score.EDGE:
        return start
    return start - 1


def _is_called(text: str, start: int, end: int) -> bool:
    """阿 or 小 and a character of names, no word of the dictionary, where a person stands."""
    if score.given().get(text[end - 1], -1.0) < 0 or segmenter().has_word(text[start:end]) or _is_others(text, end):
        return False
    left = score.before(text, start)
    return left >= score.BEFORE["before"] if text[start] == "小" else _stands(text, start, end)


def _is_latin(text: str, match: re.Match[str]) -> bool:
    """Letters that read as a Chinese or an English name, or two words where a person stands."""
    words = re.split(r"[ ·-]+", match[0].lower())
    is_given = words[0] in word_list("first_names_en.txt")
    if len(words) > 1 and (is_given or _is_pinyin(match[0].lower())):
        return True
    skipped = match.end() + (text[match.end() : match.end() + 1] == " ")
    left, right = score.before(text, match.start()), score.after(text, skipped)
    if len(words) > 1:
        return left >= score.BEFORE["before"] or right >= score.AFTER_TITLE
    if not (is_given or _is_pinyin(match[0].lower())):
        return (left >= score.BEFORE["before"] and right >= score.EDGE) or right >= score.AFTER_TITLE
    return (
        left >= score.BEFORE["before"]
        or (left >= score.EDGE and right >= score.AFTER_TELLING)
        or right >= score.AFTER_TITLE
    )


def _is_pinyin(letters: str) -> bool:
    """A Chinese surname and a given name of one or two syllables, in either order."""
    first, _, last = letters.replace(" ", " ", 1).partition(" ")
    return bool(last) and any(
        family in FAMILIES and PINYIN.fullmatch(given) for family, given in ((first, last), (last, first))
    )
