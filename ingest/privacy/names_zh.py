"""Names of persons in Chinese ticket texts: a few set phrases, then every place where a surname can stand, scored.

A place is judged by the few characters around it alone (a window), so a judgement is made once for all texts that share it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from ingest.privacy import name_score_zh as score
from ingest.privacy.name_score_zh import Token
from ingest.privacy.spans import Span, best_apart

HAN = r"[\u4e00-\u9fff]"
HAN_RUN = re.compile(f"{HAN}+")
SOUNDS = (  # characters that write the sounds of Uyghur, Kazakh, Tibetan and other names
    "买阿艾安巴白拜班包贝比别波布卜才参次措达旦丹当德邓迪地丁都多顿尔法凡菲夫福古哈海赫和胡华吉加贾嘉江杰金卡凯坎康柯克肯库拉来赖兰朗勒雷李丽里力利莲林琳卢鲁吕罗洛玛马麦曼美门蒙米明莫木穆姆拿纳娜乃尼妮宁努诺帕潘佩皮平普其奇恰钦琴曲仁日荣茹"
    "萨塞赛桑沙莎山尚舍什师史斯思苏素孙索塔台泰坦汤特提铁土吐托瓦万旺威维文翁乌吾武西希夏先香晓肖谢辛星雄许雅亚央扬叶依伊衣以益因英勇尤玉约月再扎泽增珍珠卓宗热合孜再依汗甫江肉毛拉尼牙孜帕夏吐逊迪里夏提娅沃霍"
)
FOREIGN = re.compile(rf"[{SOUNDS}]{{2,7}}(?:[·•‧][{SOUNDS}]{{2,7}}){{1,3}}")
MARKED = re.compile(
    rf"(姓名|联系人|来电人|投诉人|举报人|反映人|申请人|经办人|承办人|制表人|负责人|签收人|户名|户主|收款人|签名)(?:姓名)?[:：]\s*({HAN}{{2,4}})(?=[^\u4e00-\u9fff·•‧]|$|电话|手机|身份证|联系)"
)
NOBODY = re.compile(
    "匿名|无名|不详|未知|保密|同上|本人|物业|公司|单位|工程|热线|中心|居民|业主|市民|群众|网友|不愿|先生|女士|小姐|未提供|未留"
)
STOCK = "张三|李四|王五|赵六"  # the names of no one in particular
SET_PHRASE = (
    f"[·•‧姓某xX×＊*○]|[人名主][:：]|{STOCK}"  # without one of these no set phrase matches; also read by polars
)
SET_PHRASED = re.compile(SET_PHRASE)
FAMILY_CALLED = re.compile(r"(?<!老百)(?<!百)姓([\u4e00-\u9fff])(?=[的男女业居市村先某]|$|[^\u4e00-\u9fff名])")
FOREIGN_MARK = re.compile("[·•‧]")
HIDDEN = re.compile(r"([\u4e00-\u9fff])(?<!某)(某{1,3}|[xX×＊*○]{1,3})([\u4e00-\u9fff])?")
SURE = 6.0
LEAST_TITLED = 1.5  # weight of a surname alone before a title such as 主任
LEAST_CUED = 0.5  # the same behind a cue or where nothing stands before
LEAST_POLITE = 0.0  # the same before 先生, 女士
FUNCTION_WORDS = frozenset("和来都时但原那位全与")
WORD_LIKE = FUNCTION_WORDS | frozenset(
    "路向于解那房车公万元楼米利单应管和班司关任来位会"
)  # alone before 主任 these are most often words
SOMETIMES_NAMES = frozenset("于任向单管关利解")  # of those, the ones that are names where nothing stands before: 于老师
LEAST_HIDDEN = 2.0
LEAST_MARKED = -5.0
BRANDS = frozenset(("康师傅",))
TITLED_SCORE = SURE + 0.5  # less than most full names before a title
LEFT, RIGHT = 8, 12  # characters of a window before and from the surname on
TITLE_LEFT = 4  # the same before a surname with a title
MOST_NAMES = 50  # in a text with more, none is looked for again
REMEMBERED = 1 << 16  # windows


class Reading(NamedTuple):
    """Some characters read as a name."""

    score: float
    start: int
    end: int


def find_names(text: str, places: Iterable[int] | None = None) -> list[Span]:
    """Spans of person names; titles behind a name stay, so the sentence stays readable.

    Args:
        places: where a surname can stand, when known (see `name_places_zh`); a place left out is not looked at.
    """
    found = readings(text, _surnames_in(text) if places is None else places)
    if SET_PHRASED.search(text):
        found += [Reading(2 * TITLED_SCORE, *span) for span in _set_phrases(text)]
    if not found:
        return []
    taken = _with_listed(text, _best([r for r in found if r.score >= SURE]), found)
    spans = {Span(r.start, r.end, "name") for r in taken}
    names = {text[r.start : r.end] for r in taken if r.end - r.start > 1}
    if len(names) <= MOST_NAMES:
        spans.update(span for name in names if text.count(name) > 1 for span in _repeated(text, name))
    return sorted(spans)


def _surnames_in(text: str) -> Iterator[int]:
    known = score.surnames()
    return (i for i, char in enumerate(text) if char in known or text[i : i + 2] in score.COMPOUND)


def _with_listed(text: str, taken: list[Reading], found: list[Reading]) -> list[Reading]:
    """The readings taken and those that stand in a list beside them (张三、李四) and are nearly as sure."""
    if len(found) == len(taken):
        return taken
    marks = {i for r in taken for i in (r.start - 1, r.end) if i >= 0 and text[i : i + 1] in score.LIST_MARKS}
    if not marks:
        return taken
    listed = [r for r in found if (r.start - 1 in marks or r.end in marks) and r.score + score.LISTED >= SURE]
    return _best([*(r._replace(score=r.score + 2 * TITLED_SCORE) for r in taken), *listed])


def readings(text: str, places: Iterable[int]) -> list[Reading]:
    """What each place may be read as: sure enough alone, or next to a name in a list."""
    found = []
    for start in places:
        end = start + (2 if text[start : start + 2] in score.COMPOUND else 1)
        if length := score.title_length(text, end):
            left = min(start, TITLE_LEFT)
            here = titled(text[start - left : end + length], left, end - start)
        else:
            left = min(start, LEFT)
            here = judged(text[start - left : start + RIGHT], left)
        shift = start - left
        found += [Reading(weight, begin + shift, stop + shift) for weight, begin, stop in here]
    return found


@lru_cache(REMEMBERED)
def titled(window: str, start: int, length: int) -> tuple[Reading, ...]:
    """The reading as a surname of so many characters before the title that ends the window."""
    end = start + length
    if score.ends_word(window, start):
        return ()
    family, title = window[start:end], window[end:]
    is_cued = score.before(window, start) >= score.BEFORE["before"]
    words = [word for word in _tokens(window) if word.start >= start or not is_cued]
    if window[start:] in BRANDS or any(_swallows(word, start, end, len(window)) for word in words):
        return ()
    weight = score.surnames().get(family, score.COMPOUND_WEIGHT)
    if title in score.titles()["after_polite"]:
        sure = weight >= LEAST_POLITE
    elif family in WORD_LIKE:
        is_post = title in score.titles()["after_post"]
        sure = family in SOMETIMES_NAMES and not is_post and score.stands_free(window, start)
    else:
        sure = weight >= (LEAST_TITLED if score.before(window, start) < score.EDGE else LEAST_CUED)
    return (Reading(TITLED_SCORE, start, end),) if sure else ()


@lru_cache(REMEMBERED)
def judged(window: str, start: int) -> tuple[Reading, ...]:
    """Readings of the surname at `start` of a window as a full name."""
    end = start + (2 if window[start : start + 2] in score.COMPOUND else 1)
    if score.ends_word(window, start):
        return ()
    tokens: list[Token] | None = None
    left, found = score.before(window, start), []
    for stop in (end + 1, end + 2):
        name = window[start:stop]
        if stop > len(window) or not HAN_RUN.fullmatch(name):
            break
        in_list = window[stop : stop + 1] in score.LIST_MARKS or window[start - 1 : start] in score.LIST_MARKS
        least = SURE - score.LISTED if in_list else SURE
        total = left + score.characters(name, end - start) + score.after(window, stop)
        if total + score.CLEAN_END >= least:
            total += score.firm_penalty(window, stop) + score.ordinary_penalty(name)
        if total + score.CLEAN_END >= least:
            tokens = _tokens(window) if tokens is None else tokens
            is_cued = left >= score.BEFORE["before"] and window[start] not in FUNCTION_WORDS
            doubt = 1.0 if is_cued else score.surname_doubt(window[start:end])
            total += score.cut_penalty(tokens, start, stop, end, doubt, is_cued=is_cued)
            total += score.clean_end(tokens, window, stop) if is_cued else 0.0
            if total >= least:
                found.append(Reading(total, start, stop))
    return tuple(found)


def _set_phrases(text: str) -> Iterator[tuple[int, int]]:
    if FOREIGN_MARK.search(text):
        for match in FOREIGN.finditer(text):
            is_verb = score.after(text, match.end() - 1) >= score.AFTER_WORD  # 来电: 来 sounds like part of a name
            yield match.start(), match.end() - is_verb
    yield from (match.span(2) for match in MARKED.finditer(text) if _is_given_as_name(match[1], match[2]))
    yield from (match.span() for match in re.finditer(STOCK, text))
    for match in FAMILY_CALLED.finditer(text):
        if match[1] in score.surnames():
            yield match.span(1)
    for match in HIDDEN.finditer(text):
        start = match.start() - 1 if text[match.start() - 1 : match.end(1)] in score.COMPOUND else match.start()
        if start < match.start() or score.surnames().get(match[1], -9) >= LEAST_HIDDEN:
            rest = match[3] if match[3] and score.given().get(match[3], -9) >= 0 else ""
            yield start, match.end(2) + len(rest)


def _is_given_as_name(label: str, value: str) -> bool:
    """What a form shows behind 联系人： is a name; behind 姓名： it need not begin with a Chinese surname."""
    if NOBODY.search(value) or any(score.title_length(value, at) for at in range(len(value))):
        return False
    if label.endswith("名"):
        return True
    family = 2 if value[:2] in score.COMPOUND else 1
    known = family == 2 or value[0] in score.surnames()
    return known and len(value) - family < 3 and score.characters(value, family) > LEAST_MARKED


def _best(found: list[Reading]) -> list[Reading]:
    return best_apart(sorted(found, reverse=True)) if len(found) > 1 else found


def _repeated(text: str, name: str) -> list[Span]:
    """All places of the same text where a full name stands; none when it is also a place's or a firm's."""
    if name[-1] in score.NO_LAST or (len(name) == 2 and _segmenter().has_word(name)):
        return []
    spans = [Span(*match.span(), "name") for match in re.finditer(re.escape(name), text)]
    is_other = any(score.after(text, s.end) < 0 or score.firm_penalty(text, s.end) for s in spans)
    return [] if is_other else spans


def _swallows(word: Token, start: int, end: int, title_end: int) -> bool:
    """A dictionary word that the surname is part of; 王先生 as one word does no harm."""
    if word.start < start < word.end:
        return True
    whole = (word.start, word.end) == (start, title_end) and word.tag.startswith("nr")
    return word.start == start and word.end > end and not whole


def _tokens(text: str) -> list[Token]:
    """The words of two and more characters in the dictionary's cut, without the guesses of the hidden Markov model."""
    tokens, at = [], 0
    for word, tag in _segmenter().tag(text, hmm=False):
        if len(word) > 1 and tag != "m":  # numbers run together with what follows
            at = text.index(word, at)
            tokens.append(Token(at, at + len(word), tag))
            at += len(word)
    return tokens


@cache
def _segmenter():
    import rjieba

    return rjieba.Jieba()
