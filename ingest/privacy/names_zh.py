"""Names of persons in Chinese ticket texts: a few set phrases, then every place where a surname can stand, scored."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from ingest.privacy import name_score_zh as score
from ingest.privacy.name_score_zh import Token
from ingest.privacy.spans import Span

HAN = r"[\u4e00-\u9fff]"
HAN_RUN = re.compile(f"{HAN}+")
SOUNDS = (  # characters that write the sounds of Uyghur, Kazakh, Tibetan and other names
    "买阿艾安巴白拜班包贝比别波布卜才参次措达旦丹当德邓迪地丁都多顿尔法凡菲夫福古哈海赫和胡华吉加贾嘉江杰金卡凯坎康柯克肯库拉来赖兰朗勒雷李丽里力利莲林琳卢鲁吕罗洛玛马麦曼美门蒙米明莫木穆姆拿纳娜乃尼妮宁努诺帕潘佩皮平普其奇恰钦琴曲仁日荣茹"
    "萨塞赛桑沙莎山尚舍什师史斯思苏素孙索塔台泰坦汤特提铁土吐托瓦万旺威维文翁乌吾武西希夏先香晓肖谢辛星雄许雅亚央扬叶依伊衣以益因英勇尤玉约月再扎泽增珍珠卓宗热合孜再依汗甫江肉毛拉尼牙孜帕夏吐逊迪里夏提娅沃霍"
)
FOREIGN = re.compile(rf"[{SOUNDS}]{{2,7}}(?:[·•‧][{SOUNDS}]{{2,7}}){{1,3}}")
MARKED = re.compile(
    rf"(?:姓名|联系人|来电人|投诉人|举报人|反映人|申请人|经办人|承办人|制表人|负责人|签收人|户名|户主|收款人|签名)(?:姓名)?[:：]\s*({HAN}{{2,4}})(?=[^\u4e00-\u9fff·•‧]|$|电话|手机|身份证|联系)"
)
NOBODY = re.compile(
    "匿名|无名|不详|未知|保密|同上|本人|物业|公司|单位|工程|热线|中心|居民|业主|市民|群众|网友|不愿|先生|女士|小姐|未提供|未留"
)
FAMILY_CALLED = re.compile(r"(?<!老百)(?<!百)姓([\u4e00-\u9fff])(?=[的男女业居市村先某]|$|[^\u4e00-\u9fff名])")
HIDING = re.compile("[某xX×＊*○]")
HIDDEN = re.compile(r"([\u4e00-\u9fff])(?<!某)(某{1,3}|[xX×＊*○]{1,3})([\u4e00-\u9fff])?")
SURE = 6.0
LEAST_TITLED = 1.5  # weight of a surname alone before a title such as 主任
LEAST_POLITE = 0.0  # the same before 先生, 女士
WORD_LIKE = frozenset("向于解那房车公万元楼米利单应管和班司关任来位会")  # alone before 主任 these are most often words
LEAST_HIDDEN = 2.0
BRANDS = frozenset(("康师傅",))
TITLED_SCORE = SURE + 0.5  # less than most full names before a title


class Candidate(NamedTuple):
    """A reading of some characters as a name."""

    score: float
    start: int
    end: int


def find_names(text: str) -> Iterator[Span]:
    """Spans of person names in a clause; titles behind a name stay, so the sentence stays readable."""
    if "·" in text or "•" in text or "‧" in text:
        yield from (Span(*m.span(), "name") for m in FOREIGN.finditer(text))
    for match in MARKED.finditer(text):
        if not NOBODY.search(match[1]):
            yield Span(*match.span(1), "name")
    for match in FAMILY_CALLED.finditer(text):
        if match[1] in score.surnames():
            yield Span(*match.span(1), "name")
    if HIDING.search(text):
        yield from _hidden(text)
    yield from _scored(text)


def _hidden(text: str) -> Iterator[Span]:
    """王某某, 李*: half hidden already; the surname goes too."""
    for match in HIDDEN.finditer(text):
        start = match.start() - 1 if text[match.start() - 1 : match.end(1)] in score.COMPOUND else match.start()
        if start < match.start() or score.surnames().get(match[1], -9) >= LEAST_HIDDEN:
            rest = match[3] if match[3] and score.given().get(match[3], -9) >= 0 else ""
            yield Span(start, match.end(2) + len(rest), "name")


def _scored(text: str) -> Iterator[Span]:
    """The best-scored readings of all places where a surname can stand, without overlap."""
    places = _places(text)
    if not places:
        return
    tokens = _tokens(text)
    taken = _best(_candidates(text, tokens, places, frozenset()))
    if taken and any(
        text[c.end : c.end + 1] in score.LIST_MARKS or text[c.start - 1] in score.LIST_MARKS for c in taken
    ):
        taken = _best(_candidates(text, tokens, places, frozenset(taken)))
    yield from (Span(c.start, c.end, "name") for c in taken)


def _best(candidates: Iterable[Candidate]) -> list[Candidate]:
    taken: list[Candidate] = []
    for one in sorted(candidates, reverse=True):
        if all(one.end <= other.start or one.start >= other.end for other in taken):
            taken.append(one)
    return taken


def _places(text: str) -> list[tuple[int, int]]:
    """(start, end) of each surname."""
    known, found = score.surnames(), []
    for i, char in enumerate(text[:-1]):
        if text[i : i + 2] in score.COMPOUND:
            found.append((i, i + 2))
        elif char in known:
            found.append((i, i + 1))
    return found


def _candidates(
    text: str, tokens: list[Token], places: list[tuple[int, int]], listed: Collection[Candidate]
) -> Iterator[Candidate]:
    """Readings that are sure enough.

    Args:
        listed: names found before; next to one of them in a list (张三、李四) less is asked.
    """
    after_one = {c.end + 1 for c in listed if text[c.end : c.end + 1] in score.LIST_MARKS}
    before_one = {c.start - 1 for c in listed if c.start and text[c.start - 1] in score.LIST_MARKS}
    for start, family_end in places:
        if score.title_length(text, family_end):
            if _is_titled(text, tokens, start, family_end):
                yield Candidate(TITLED_SCORE, start, family_end)
            continue
        left = max(score.before(text, start), score.LISTED if start in after_one else 0.0)
        for end in (family_end + 1, family_end + 2):
            if not HAN_RUN.fullmatch(text, family_end, end) or end > len(text):
                break
            total = left + score.after(text, end) + (score.LISTED if end in before_one else 0.0)
            total += score.characters(text[start:end], family_end - start)
            if total >= SURE and not score.is_ordinary(text[start:end]):
                total += score.cut_penalty(tokens, start, end, family_end, score.surname_doubt(text[start:family_end]))
                if total >= SURE:
                    yield Candidate(total, start, end)


def _is_titled(text: str, tokens: list[Token], start: int, end: int) -> bool:
    """A surname alone before a title."""
    title_end = end + score.title_length(text, end)
    if text[start:title_end] in BRANDS or any(_swallows(t, start, end, title_end) for t in tokens):
        return False
    family = text[start:end]
    if end - start == 2:
        return True
    weight = score.surnames()[family]
    if score.is_polite(text, end):
        return weight >= LEAST_POLITE
    return weight >= LEAST_TITLED and family not in WORD_LIKE


def _swallows(word: Token, start: int, end: int, title_end: int) -> bool:
    """A dictionary word that the surname is part of; 王先生 as one word does no harm."""
    if word.start < start < word.end:
        return True
    whole = (word.start, word.end) == (start, title_end) and word.tag.startswith("nr")
    return word.start == start and word.end > end and not whole


def _tokens(text: str) -> list[Token]:
    """The dictionary's cut of the text, without the guesses of the hidden Markov model."""
    tokens, at = [], 0
    for word, tag in _segmenter().tag(text, hmm=False):
        at = text.index(word, at)
        tokens.append(Token(at, at + len(word), tag))
        at += len(word)
    return tokens


@cache
def _segmenter():
    import rjieba

    return rjieba.Jieba()
