"""Where a Chinese name can stand, for many texts at once: an upper bound of the score, over arrays of characters.

The bound is never below what `name_readings_zh.judged` can reach, so what it leaves out is no name.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ingest.privacy import name_frames_zh as frames
from ingest.privacy import name_score_zh as score
from ingest.privacy.name_bounds_zh import PLANE, Codes, Weights, bounds
from ingest.privacy.name_readings_zh import LEAST_NICKNAMED, LEAST_POLITE, LEFT, RIGHT, SURE, Read, judged, read_window

SLACK = 0.5  # what a noun in a weak frame may lack by the first bound, see `name_frames_zh.FRAMED_WEAKLY`
AROUND = max(LEFT, RIGHT)  # line feeds behind the last text (and, by indices below 0, before the first)


def read_texts(texts: Sequence[str]) -> dict[int, list[tuple[int, Read]]]:
    """By index of the text, for texts that have any: places of surnames, and what each may be read as."""
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    joined = "\n".join((*texts, "\n" * AROUND))
    chars = _code_points(joined)
    at, titled = _possible(chars)
    owner = np.searchsorted(ends, at, side="right")
    begin = np.where(owner > 0, ends[owner - 1], 0)
    columns = (at, *_windows(chars, at), titled, owner, begin)
    found: dict[int, list[tuple[int, Read]]] = {}
    for place, left, right, is_titled, index, start in zip(*(c.tolist() for c in columns), strict=True):
        around = joined[place - left : place + right]
        if read := read_window(around, left) if is_titled else judged(around, left):
            found.setdefault(index, []).append((place - start, read))
    return found


def _possible(chars: Codes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Places that are worth a judgement, and which of them may have a title behind."""
    table = bounds()
    at, alone, ahead = _likely(chars)
    before, c0, c1, c2, c3, c4 = (chars[at + step] for step in (-1, 0, 1, 2, 3, 4))
    clean, start = _clean(ahead), alone + ahead
    after_two, after_three = table.after.of(c2, c3), table.after.of(c3, c4)
    behind_two, behind_three = after_two - table.marks[c2], after_three - table.marks[c3]
    two = start + table.last[c1] + score.TWO_CHARACTERS + after_two + _enclosed(ahead, behind_two)
    three = start + table.given[c2] + table.last[c2] + after_three + _enclosed(ahead, behind_three)
    three += np.where(c1 == c2, np.maximum(score.TWICE - 2 * table.given[c1], 0), 0)
    is_word = table.ordinary.of(c0, c1)
    two += np.where(is_word, np.float32(score.IS_WORD), 0)
    three += np.where(is_word, np.float32(score.BEGINS_WORD), 0)
    is_named = np.maximum(two, three) + clean >= SURE
    is_polite = (behind_two >= score.AFTER_POLITE) & (ahead >= score.EDGE)
    may_be_noun = (~is_word | is_polite) & (table.surname[c0] >= frames.FRAMED_FAMILY)
    is_named |= may_be_noun & _framed(alone + score.TWO_CHARACTERS, ahead, behind_two, table.is_han[c2])
    is_named &= ~table.word_ends.of(before, c0)
    titled = table.titles.of(c1, c2) | (table.short_titles[c1] & ~is_word)
    compound = table.compounds.of(c0, c1)
    nicknamed = table.nickname[before] & (table.surname[c0] >= LEAST_NICKNAMED)
    kept = np.flatnonzero(is_named | nicknamed | (titled & (table.surname[c0] >= LEAST_POLITE)) | compound)
    return at[kept], (titled | compound)[kept]


def _likely(chars: Codes) -> tuple[npt.NDArray[np.int64], Weights, Weights]:
    """Places left by a first bound, from what stands before and the next two characters; the weight of those, of what stands before."""
    table = bounds()
    at = np.flatnonzero(table.begins[chars[:-AROUND]])
    c0, c1, c2 = chars[at], chars[at + 1], chars[at + 2]
    ahead = table.before.of(chars[at - 2], chars[at - 1])
    alone, clean = table.surname[c0] + table.given[c1], _clean(ahead)
    behind = np.maximum(table.follows[c2] + score.TWO_CHARACTERS, table.given[c2] + table.follows[chars[at + 3]])
    most = alone + ahead + behind + clean + (ahead >= score.EDGE) + (ahead >= score.BEFORE["before"])
    nicknamed = table.nickname[chars[at - 1]] & (table.surname[c0] >= LEAST_NICKNAMED)
    kept = np.flatnonzero(
        (most >= SURE - SLACK) | (c1 == c2) | table.opens_title[c1] | table.opens_compound[c0] | nicknamed
    )
    return at[kept], alone[kept], ahead[kept]


def _clean(ahead: Weights) -> Weights:
    """What a clean end may add behind what stands ahead."""
    return np.where(ahead >= score.BEFORE["before"], np.float32(score.CLEAN_END), 0)


def _framed(
    two: Weights, ahead: Weights, behind: npt.NDArray[np.generic], goes_on: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Where a noun of two characters of such a weight may be a name; see `name_score_zh.frame`."""
    is_cued, is_told = ahead >= score.BEFORE["before"], behind >= score.AFTER_TELLING
    is_weak = is_told & (ahead >= score.EDGE)
    is_acting = is_cued & (behind >= score.AFTER_WORD) & (two >= frames.FRAMED_ACTING)
    is_weak |= (behind >= score.AFTER_POLITE) | ((ahead >= score.BEFORE["before_sure"]) & ~goes_on)
    is_polite = (behind >= score.AFTER_TITLE) & (ahead >= score.EDGE)
    return (
        (is_cued & is_told)
        | is_acting
        | (is_polite & (two >= frames.FRAMED_POLITE))
        | (is_weak & (two >= frames.FRAMED_WEAKLY))
    )


def _enclosed(ahead: Weights, behind: npt.NDArray[np.generic]) -> Weights:
    """The most that a cue before and so much behind add; see `name_score_zh.enclosed`."""
    is_cued = ahead >= score.BEFORE["before"]
    more = (is_cued & (behind >= score.AFTER_CHARACTER)).astype(np.float32)
    more += is_cued & (behind >= score.AFTER_WORD)
    more = np.maximum(more, 0.5 * ((ahead >= score.BEFORE["before_weak"]) & (behind >= score.AFTER_WORD)))
    return np.maximum(more, (ahead >= score.EDGE) & (behind >= score.AFTER_TELLING))


def _windows(chars: Codes, at: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Characters of each place's window before it and from it on; see `name_readings_zh.window`."""
    table = bounds()
    left, right = np.zeros_like(at), np.zeros_like(at)
    goes_on = np.ones(len(at), np.bool_)
    for step in range(1, LEFT + 1):
        goes_on &= table.linked[chars[at - step]]
        left += goes_on
    goes_on[:] = True
    for step in range(RIGHT):
        char = chars[at + step]
        right += goes_on & table.listed[char]
        goes_on &= table.is_han[char]
    return left, right


def _code_points(text: str) -> Codes:
    """One number a character; characters beyond the basic plane, no part of any name, become 0."""
    narrow = text.encode("utf-16-le", "surrogatepass")
    if len(narrow) == 2 * len(text):
        return np.frombuffer(narrow, np.uint16)
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.where(wide < PLANE, wide, 0).astype(np.uint16)
