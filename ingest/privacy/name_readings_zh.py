"""What a surname's place may be read as, judged by a window: the few characters around it up to the next mark.

A judgement is remembered, so it is made once for all texts that share the window.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ingest.privacy import name_frames_zh as frames
from ingest.privacy import name_score_zh as score
from ingest.privacy.name_cut_zh import Token, tokens_of
from ingest.privacy.words import word_list

SURE = 5.5
LEAST_TITLED = 1.5  # weight of a surname alone before a title such as 主任
LEAST_CUED = 0.5  # the same behind a cue or where nothing stands before
LEAST_POLITE = 0.0  # the same before 先生, 女士
FUNCTION_WORDS = frozenset("和来都时但原那位全与")
WORD_LIKE = FUNCTION_WORDS | frozenset(
    "路向于那代随房车公万元楼米利单应管和班司关任来位会占"
)  # alone before 主任 these are most often words
SOMETIMES_NAMES = frozenset("于任向单管关利")  # of those, the ones that are names where nothing stands before: 于老师
CUED_NAMES = frozenset("任关")  # and where a cue of persons does and no post follows: 老伴任大爷
FREE_NAMES = frozenset("万")  # names there before any title
BEFORE_TITLE = frozenset(("何处",))  # words that are not one there: 何处长
BRANDS = frozenset(("康师傅",))
LEAST_FORM = score.BEFORE["before_sure"]
NICKNAME = frozenset("小老")
AGED = frozenset("头汉")
LEAST_NICKNAMED = 1.5  # weight of a surname alone behind 小 or 老
NICKNAME_CUES = 2.0  # what stands around it
TITLED_SCORE = SURE + 0.5  # less than most full names before a title
LEFT, RIGHT = 8, 12  # characters of a window before and from the surname on, at most
TITLE_LEFT, TITLE_RIGHT = 4, 5  # the same of a surname with a title
REMEMBERED = 1 << 18  # windows
HAN = r"[\u4e00-\u9fff]"
_MARKS = re.escape("".join(score.LIST_MARKS))
BEFORE = re.compile(rf"[\u4e00-\u9fff{re.escape(score.LINKS)}{_MARKS}]*\Z")
FROM = re.compile(rf"{HAN}+[{_MARKS}]?")
Read = tuple[tuple[float, int], ...]  # score and length of each reading


class Reading(NamedTuple):
    """Some characters read as a name."""

    score: float
    start: int
    end: int


class Place(NamedTuple):
    """Where a surname stands in a window, what stands before it (see `name_score_zh.before`) and whether that is a cue."""

    window: str
    start: int
    end: int
    left: float
    is_cued: bool


def window(text: str, start: int) -> tuple[str, int]:
    """The characters that tell what a surname at `start` is, and its place in them: to the next mark, but for links and lists."""
    begin = BEFORE.search(text, max(0, start - LEFT), start).start()
    return text[begin : FROM.match(text, start, start + RIGHT).end()], start - begin


def read_window(around: str, start: int) -> Read:
    """What a surname at `start` of a window may be read as: sure enough alone, or next to a name in a list."""
    left = min(start, TITLE_LEFT)
    read = titled(around[start - left : start + TITLE_RIGHT], left)
    if read is None:
        end = start + (2 if around[start : start + 2] in score.COMPOUND else 1)
        if score.has_short_title(around, end) and not score.ordinary_penalty(around[start : end + 1]):
            return before_title(around[start - left : end + 1], left, end - start) + judged(around, start)
        return judged(around, start)
    return read


@lru_cache(REMEMBERED)
def titled(around: str, start: int) -> Read | None:
    """The reading as a surname before a title of two or three characters; None where none stands."""
    end = start + (2 if around[start : start + 2] in score.COMPOUND else 1)
    length = score.title_length(around, end)
    return before_title(around[: end + length], start, end - start) if length else None


@lru_cache(REMEMBERED)
def before_title(window: str, start: int, length: int) -> Read:
    """The reading as a surname of so many characters before the title that ends the window."""
    end = start + length
    if score.ends_word(window, start):
        return ()
    family, title = window[start:end], window[end:]
    is_cued = score.before(window, start) >= score.BEFORE["before"]
    words = [word for word in tokens_of(window) if word.start >= start or not is_cued]
    if window[start:] in BRANDS or any(_swallows(word, start, end, len(window)) for word in words):
        return ()
    weight = score.surnames().get(family, score.COMPOUND_WEIGHT)
    if title in score.titles()["after_polite"]:
        sure = weight >= LEAST_POLITE
    elif family in WORD_LIKE:
        is_post = title in score.titles()["after_post"]
        is_name = family in FREE_NAMES or (family in SOMETIMES_NAMES and not is_post)
        is_placed = score.stands_free(window, start) or (is_cued and family in CUED_NAMES and not is_post)
        sure = is_name and is_placed
    else:
        sure = weight >= (LEAST_TITLED if score.before(window, start) < score.EDGE else LEAST_CUED)
    return ((TITLED_SCORE, length),) if sure else ()


@lru_cache(REMEMBERED)
def judged(window: str, start: int) -> Read:
    """Readings of the surname at `start` of a window as a full name."""
    end = start + (2 if window[start : start + 2] in score.COMPOUND else 1)
    if score.ends_word(window, start):
        return ()
    if window[start - 1 : start] in NICKNAME and (read := nicknamed(window, start)):
        return read
    left, found = score.before(window, start), []
    place = Place(window, start, end, left, left >= score.BEFORE["before"] and window[start] not in FUNCTION_WORDS)
    is_behind = window[start - 1 : start] in score.LIST_MARKS
    for stop in range(end + 1, min(end + 2, len(window)) + 1):
        if not score.is_han(window[stop - 1]):
            break
        least = SURE - score.LISTED if is_behind or window[stop : stop + 1] in score.LIST_MARKS else SURE
        if (total := _total(place, stop, least)) >= least:
            found.append((total, stop - start))
    return tuple(found)


def _total(place: Place, stop: int, least: float) -> float:
    """The score of the reading that ends at `stop`; less than it, and too little, where it cannot reach the least."""
    window, start, end, left, _ = place
    name, behind = window[start:stop], score.after(window, stop)
    weight = score.characters(name, end - start)
    total = left + weight + behind
    if behind >= score.AFTER_CHARACTER and window[start] not in FUNCTION_WORDS:
        total += score.enclosed(left, behind)
    if behind < score.AFTER_WORD and score.splits_place(window, stop):
        total += score.AFTER_PLACE
    ordinary = score.ordinary_penalty(name)
    if total + score.CLEAN_END >= least:
        total += ordinary + (0.0 if behind else score.firm_penalty(window, stop))
    noun = frames.UNFRAMED
    may_be_noun = stop - start == 2 and (behind >= score.AFTER_WORD or left >= LEAST_FORM)
    is_said = frames.is_polite(name, left, behind) or frames.is_told(weight, left, behind)
    if may_be_noun and frames.may_frame(name) and (not ordinary or is_said):
        noun = frames.frame(left, behind, is_end=not score.is_han(window[stop : stop + 1]))
    if weight < noun:
        return total if total + score.CLEAN_END < least else _after_cut(place, stop, total)
    return max(_after_cut(place, stop, total), _as_noun(place, stop, noun))


def _after_cut(place: Place, stop: int, total: float) -> float:
    """The score when the segmenter's cut is known."""
    window, start, end, _, is_cued = place
    tokens = tokens_of(window)
    doubt = 1.0 if is_cued else score.surname_doubt(window[start:end])
    total += score.cut_penalty(tokens, start, stop, end, doubt, is_cued=is_cued)
    return total + score.clean_end(tokens, window, stop) if is_cued else total


def _as_noun(place: Place, stop: int, least: float) -> float:
    """The score of a noun that must be a name, since only a person fits there."""
    is_noun = frames.is_framed_noun(tokens_of(place.window), place.start, stop, least)
    return SURE if is_noun else -frames.UNFRAMED


def nicknamed(window: str, start: int) -> Read:
    """The reading as a surname behind 小 or 老 (小王): with cues around, and where the dictionary knows no word."""
    end = start + 1
    if score.surnames().get(window[start], 0.0) < LEAST_NICKNAMED:
        return ()
    left, behind = score.before(window, start - 1), score.after(window, end)
    if left >= score.BEFORE["before"] and behind >= score.AFTER_TELLING:
        return ((TITLED_SCORE, 1),)  # 网格员小高说, though 小高 is a word too (小高层)
    if window[start - 1 : end] in word_list("not_whole_names_zh.txt"):
        return ()
    if window[end : end + 1] in AGED or window[end : end + 1] in score.LIST_MARKS:
        behind = score.AFTER_TELLING  # 老王头; 小刘、小王
    if behind < 0 or left + behind < NICKNAME_CUES or (behind == 0 and left < score.BEFORE["before"]):
        return ()
    words = [word for word in tokens_of(window) if word.start < end and word.end > start - 1]
    is_word = any(not _is_nickname(word) for word in words)
    return () if is_word else ((TITLED_SCORE, 1),)


def _is_nickname(word: Token) -> bool:
    """小张, 老周; or 李家 behind 老.  Those that are other words (老虎) are listed."""
    is_other = word.word in word_list("not_whole_names_zh.txt")
    return len(word.word) == 2 and not is_other and (word.word[0] in NICKNAME or word.word[1] == "家")


def _swallows(word: Token, start: int, end: int, title_end: int) -> bool:
    """A dictionary word that the surname is part of; 王先生 as one word does no harm."""
    if word.start < start < word.end:
        return not (word.end == end and _is_nickname(word))
    whole = (word.start, word.end) == (start, title_end) and word.tag.startswith("nr")
    return word.start == start and word.end > end and not whole and word.word not in BEFORE_TITLE
