"""How much a run of Chinese characters looks like a person's name: characters, the words around it, the segmenter's cut.

The score is a sum of logarithms of likelihood ratios, name against running text, as in class-based segmentation
(Sun, Zhou & Gao 2003; Gao et al. 2005): of its characters from counts, of its surroundings by a fixed scale.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from math import log

from ingest.privacy.name_cut_zh import Token, count_of, segmenter
from ingest.privacy.words import named_lists, weighted_characters, word_list

COMPOUND = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 夏侯 南宫 独孤 端木 申屠 濮阳 呼延 轩辕 闻人 澹台 钟离 东郭 百里 淳于 赫连 宗政 拓跋 万俟 公冶 亓官 鲜于 闾丘 太叔 仲孙 颛孙 梁丘 左丘 羊舌 纳兰 公羊 公西 司空 太史 巫马 漆雕 宰父 谷梁 司寇".split()  # noqa: SIM905
)
COMPOUND_WEIGHT = 4.0
UNLISTED_GIVEN, RARE_GIVEN = -4.0, -0.5  # of characters without counts in names
TWO_CHARACTERS = -1.5  # one name in five or six has a given name of one character
BEFORE = {"before_sure": 5.0, "before": 4.0, "before_weak": 1.5}
EDGE = 1.0  # beginning or end of a clause, a mark
STRAY = -1.0  # behind a character that is no cue
AFTER_POLITE, AFTER_TITLE, AFTER_TELLING, AFTER_WORD, AFTER_CHARACTER = 6.0, 4.5, 3.0, 2.5, 1.0
AFTER_PLACE, AFTER_FIRM = -7.0, -4.0
FIRM_REACH = 2  # characters between a name and a word that shows it to be a firm's or a place's
CROSSES_CUE = -1.0
CROSSES, IS_NAME_WORD, WITHIN, GIVEN_WORD = -6.0, -1.5, -4.0, -1.5
NAME_WORD_ALLOWANCE = 3.0
IS_WORD, IS_RARE_WORD = -8.0, -2.0  # a listed word; a word of the dictionary, and less by the logarithm of its count
BEGINS_WORD = -4.0  # on top of what the cut says
CLEAN_END = 1.5
BAD_LAST = -5.0
TWICE = 0.0  # the least that a given name of one character twice weighs
TRUSTED, COMMON_WORD = 3.0, 1.5  # weights of surnames
NO_LAST = frozenset(
    "家部办员所局处科站线区路村街队厂店苑镇乡组会院校号楼栋费款卡证率性化型类场里们等左右的给被把了着吗呢让帮未在向从由对因都也又还没不打叫请找问说称府居邸阁坊郡舍墅寓厦塔巷弄桥镇屯垸"
)
ENDS_OTHER_WORDS = {  # 关于, 由于, 一位: here the character is no surname
    "于": "关由对位至属鉴基处等低高大小多少在用便利", "位": "一两二三四五六七八九十几这那每某各多另诸单", "童": "儿", "周": "一二两三四五六七八九十上下本每这几半单双", "段": "一这那两几",
    "方": "对我双三各多校警官", "名": "一两几多", "任": "现前原历时主", "司": "公", "关": "有相", "沙": "星长", "桑": "格扶",
}  # fmt: skip
LINKS = "叫是为系了：:-—– \u3000（(“\"'‘【[〔"  # between a cue and a name
PLACE_LABELS, PLACE_LINKS, BEFORE_PLACE = (
    ("小区", "楼盘", "地址", "地点", "位置", "街道", "道路", "路段", "区域", "单位"),
    frozenset("：: "),
    -4.0,
)
LIST_MARKS = frozenset("、和与及跟/／")
LISTED = 3.5  # beside a name that is sure


@cache
def surnames() -> Mapping[str, float]:
    """Weight of each surname of one character."""
    return weighted_characters("characters_zh.txt")["surname"]


@cache
def given() -> Mapping[str, float]:
    """Weight of each character that stands in given names; see `given_weight`."""
    return weighted_characters("characters_zh.txt")["given"]


def given_weight(char: str) -> float:
    """Weight of a character in a given name."""
    weight = given().get(char)
    return _unlisted(char) if weight is None else weight


def _unlisted(char: str) -> float:
    return UNLISTED_GIVEN if is_frequent(char) else RARE_GIVEN


def is_frequent(char: str) -> bool:
    """One of the 3,755 characters of the first level of GB 2312, or none of the main block."""
    return not is_han(char) or b"\xb0\xa1" <= char.encode("gb2312", "ignore") <= b"\xd7\xf9"


@cache
def cues(which: str) -> Mapping[str, float]:
    """Words before or after a name and what they are worth."""
    lists = named_lists("cues_zh.txt")
    if which == "before":
        return {word: BEFORE[name] for name in reversed(BEFORE) for word in lists[name]}
    after = {word: AFTER_WORD if len(word) > 1 else AFTER_CHARACTER for word in lists["after"]}
    after |= dict.fromkeys(lists["after_taking"], AFTER_WORD) | dict.fromkeys(lists["after_telling"], AFTER_TELLING)
    after |= dict.fromkeys(lists["after_place"], AFTER_PLACE)
    after |= dict.fromkeys(lists["after_title"] + lists["after_short_title"], AFTER_TITLE)
    return after | dict.fromkeys(lists["after_polite"], AFTER_POLITE)


@cache
def cue_lengths(which: str) -> Mapping[str, tuple[int, ...]]:
    """By the character nearest to the name: the lengths of the cues that have it, longest first."""
    return _lengths(cues(which), -1 if which == "before" else 0)


def _lengths(words: Iterable[str], at: int) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[at], set()).add(len(word))
    return {char: tuple(sorted(some, reverse=True)) for char, some in lengths.items()}


def characters(name: str, surname_length: int) -> float:
    """Weight of the characters alone."""
    weight_of = given().get
    family = total = surnames()[name[0]] if surname_length == 1 else COMPOUND_WEIGHT
    for char in name[surname_length:]:
        weight = weight_of(char)
        total += _unlisted(char) if weight is None else weight
    if len(name) == surname_length + 1:
        total += TWO_CHARACTERS
    elif name[-1] == name[-2]:
        total = max(total, family + TWICE)
    return total + BAD_LAST if name[-1] in NO_LAST else total


def splits_place(text: str, end: int) -> bool:
    """A word for a place begins with the last character and goes on: 云枫雅|居."""
    return text[end - 1 : end + 1] in _place_words()


@cache
def _place_words() -> frozenset[str]:
    return frozenset(word for word in named_lists("cues_zh.txt")["after_place"] if len(word) == 2)


def ends_word(text: str, at: int) -> bool:
    """The character ends a frequent word and is no surname."""
    return at > 0 and text[at - 1] in ENDS_OTHER_WORDS.get(text[at], "")


def before(text: str, start: int) -> float:
    """What stands before a name: a cue (LINKS between are skipped), a mark, or something else."""
    best, at = (EDGE if stands_free(text, start) else STRAY), start
    if text[start - 1 : start] in PLACE_LINKS and text.endswith(PLACE_LABELS, 0, start - 1):
        return BEFORE_PLACE
    known, lengths = cues("before"), cue_lengths("before")
    while at:
        for length in lengths.get(text[at - 1], ()):
            if at >= length and (weight := known.get(text[at - length : at])):
                best = max(best, weight + (EDGE if at < start else 0.0))
                break
        if text[at - 1] not in LINKS:
            break
        best, at = max(best, EDGE), at - 1
    return best


def after(text: str, end: int) -> float:
    """What stands behind a name."""
    if end >= len(text) or not is_han(text[end]):
        return EDGE
    known = cues("after")
    for length in cue_lengths("after").get(text[end], ()):
        if weight := known.get(text[end : end + length]):
            return weight
    return 0.0


def enclosed(left: float, behind: float) -> float:
    """What a cue before and so much behind say on top of each alone."""
    if left >= BEFORE["before"]:
        return 2.0 if behind >= AFTER_WORD else 1.0 if behind >= AFTER_CHARACTER else 0.0
    if left >= EDGE and behind >= AFTER_TELLING:
        return 1.0
    return 0.5 if left >= BEFORE["before_weak"] and behind >= AFTER_WORD else 0.0


def stands_free(text: str, at: int) -> bool:
    """Nothing but a mark or the beginning stands before."""
    return at == 0 or not is_han(text[at - 1])


def firm_penalty(text: str, end: int) -> float:
    """What speaks against a name that nothing follows (see `after`): a word for a firm or a place a few characters behind it."""
    return AFTER_FIRM if _firms().match(text, end) else 0.0


@cache
def _firms() -> re.Pattern[str]:
    return re.compile(rf"[\u4e00-\u9fff]{{0,{FIRM_REACH}}}?(?:{'|'.join(named_lists('cues_zh.txt')['after_firm'])})")


def cut_penalty(
    tokens: Iterable[Token], start: int, end: int, surname_end: int, doubt: float, *, is_cued: bool
) -> float:
    """What speaks against a name in the segmenter's cut: words of its dictionary that lie in or across it.

    Args:
        doubt: 1 for a surname that is rarely another word, more for others (see `surname_doubt`).
        is_cued: a cue ends where the name begins, so a word across that place (联系/人马/晓东) says little.
    """
    penalty = 0.0
    for word in tokens:
        if word.end <= start or word.start >= end:
            continue
        named = word.tag.startswith("nr")
        if word.start < start or word.end > end:
            penalty += CROSSES_CUE if is_cued and word.end <= end else CROSSES
        elif (word.start, word.end) == (start, end):
            penalty += _is_word(word, doubt)
        elif word.start >= surname_end:
            penalty += GIVEN_WORD * (doubt - 1 if named else doubt)
        elif word.end > surname_end:
            penalty += IS_NAME_WORD if named else WITHIN
    return penalty


def _is_word(word: Token, doubt: float) -> float:
    """What speaks against a name that is a word of the dictionary: the more frequent, the more; less where it is a name there too."""
    if not word.tag.startswith("nr"):
        return IS_RARE_WORD - log(count_of(word.word))
    if word.end - word.start > 2:
        return IS_NAME_WORD * (doubt - 1)
    return min(IS_NAME_WORD, NAME_WORD_ALLOWANCE - log(count_of(word.word)))


def clean_end(tokens: Iterable[Token], text: str, end: int) -> float:
    """What speaks for a name behind a cue: a dictionary word begins where it ends, and its last character is none that follows names."""
    if cues("after").get(text[end - 1], 0.0) > 0 or given_weight(text[end - 1]) < 0:
        return 0.0
    return CLEAN_END if any(word.start == end for word in tokens) else 0.0


def title_length(text: str, at: int) -> int:
    """Characters of the title that stands here, of two characters or more."""
    for length in title_lengths().get(text[at : at + 1], ()):
        if text[at : at + length] in titles()["after_title"]:
            return length
    return 0


def has_short_title(text: str, at: int) -> bool:
    """A title of one character stands here (王总, 张工) that neither ends a name of a place nor begins a word (总体, 工地)."""
    char, behind = text[at : at + 1], after(text, at + 1)
    if char in titles()["after_short_title"]:
        return behind > 0 or (behind == 0 and not segmenter().has_word(text[at : at + 2]))
    return (
        char in titles()["after_craft"]
        and behind > 0
        and (len(text) < at + 2 or not segmenter().has_word(text[at : at + 2]))
    )


@cache
def titles() -> Mapping[str, frozenset[str]]:
    """The lists of titles."""
    lists = named_lists("cues_zh.txt")
    names = ("after_title", "after_short_title", "after_craft", "after_polite", "after_post")
    return {name: frozenset(lists[name]) for name in names}


@cache
def title_lengths() -> Mapping[str, tuple[int, ...]]:
    """By the first character: the lengths of the titles that begin with it, longest first."""
    return _lengths(titles()["after_title"], 0)


def surname_doubt(family: str) -> float:
    """1 for a surname that can be trusted, 2 or 3 for one that is more often another word."""
    weight = surnames().get(family, COMPOUND_WEIGHT)
    return 1.0 if weight >= TRUSTED else 2.0 if weight >= COMMON_WORD else 3.0


def ordinary_penalty(name: str) -> float:
    """What speaks against a name that is, or begins with, a listed word."""
    words = word_list("not_names_zh.txt")
    return IS_WORD if name in words else BEGINS_WORD if name[:2] in words else 0.0


def is_han(char: str) -> bool:
    """A character of the main block."""
    return "\u4e00" <= char <= "\u9fff"
