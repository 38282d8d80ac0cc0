"""Where a Chinese name can stand, for many texts at once: an upper bound of the score, over arrays of characters.

The bound is never below what `names_zh.judged` can reach, so what it leaves out is no name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.privacy import name_score_zh as score
from ingest.privacy.names_zh import LEAST_POLITE, SURE
from ingest.privacy.words import word_list

PLANE = 0x10000  # characters beyond the basic plane are no part of a name
NEVER = np.float32(-99.0)
HAN = slice(0x4E00, 0xA000)
PIECE = 1 << 22  # characters looked at together: bounds the memory
Weights = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint16]


class Pairs(NamedTuple):
    """Words of two characters, each as one number, sorted."""

    keys: npt.NDArray[np.uint32]

    def has(self, first: Codes, second: Codes) -> npt.NDArray[np.bool_]:
        """Which pairs are among them."""
        key = first.astype(np.uint32) * PLANE + second
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return self.keys[place] == key


class Around(NamedTuple):
    """The most that the characters next to a name can add: one character alone, or two as the nearer part of a longer cue."""

    alone: Weights
    keys: npt.NDArray[np.uint32]
    weights: Weights
    is_word: npt.NDArray[np.bool_]  # the two are a cue themselves: one alone does not count beside it

    def most(self, nearest: Codes, first: Codes, second: Codes) -> Weights:
        """Upper bound from the nearest character and the nearest two in their order."""
        key = first.astype(np.uint32) * PLANE + second
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        known = self.keys[place] == key
        alone = np.where(known & self.is_word[place], NEVER, self.alone[nearest])
        return np.maximum(alone, np.where(known, self.weights[place], NEVER))


class Bounds(NamedTuple):
    """By code point: the most a character adds as surname, in a given name, before and after a name; titles, compound surnames."""

    surname: Weights
    given: Weights
    last: Weights  # on top of given
    before: Around
    after: Around
    titles: Pairs
    short_titles: npt.NDArray[np.bool_]
    ordinary: Pairs  # words that begin like a name
    word_ends: Pairs  # words that end in what may be a surname
    compounds: Pairs
    compound_firsts: npt.NDArray[np.bool_]


@cache
def bounds() -> Bounds:
    """Tables of the upper bounds."""
    titles = score.titles()
    return Bounds(
        _table(score.surnames(), NEVER, NEVER),
        _table(score.given(), score.UNLISTED_GIVEN, NEVER),
        _table(dict.fromkeys(score.NO_LAST, score.BAD_LAST), 0.0, 0.0),
        _before(),
        _after(),
        _pairs(titles["after_title"]),
        _table(dict.fromkeys(titles["after_short_title"], 1.0), 0, 0) > 0,
        _pairs(word for word in word_list("not_names_zh.txt") if len(word) == 2),
        _pairs(a + last for last, firsts in score.ENDS_OTHER_WORDS.items() for a in firsts),
        _pairs(score.COMPOUND),
        _table({word[0]: 1.0 for word in score.COMPOUND}, 0, 0) > 0,
    )


def _pairs(words: Iterable[str]) -> Pairs:
    return Pairs(np.array(sorted({ord(w[0]) * PLANE + ord(w[1]) for w in words}), np.uint32))


def _table(weights: Mapping[str, float], han: float, other: float) -> Weights:
    table = np.full(PLANE, other, np.float32)
    table[HAN] = han
    for char, weight in weights.items():
        table[ord(char)] = weight
    return table


def _before() -> Around:
    words = score.cues("before")
    alone = {word: weight for word, weight in words.items() if len(word) == 1}
    alone |= dict.fromkeys(score.LINKS, max(words.values()) + score.EDGE)
    return _around(alone, words, score.STRAY, -2)


def _after() -> Around:
    words = score.cues("after")
    return _around({word: weight for word, weight in words.items() if len(word) == 1}, words, 0.0, 0)


def _around(alone: dict[str, float], words: Mapping[str, float], other: float, at: int) -> Around:
    """Bounds from cues whose nearer two characters lie at their beginning (at = 0) or end (-2)."""
    for mark in score.LIST_MARKS:
        alone[mark] = score.LISTED + max(alone.get(mark, 0.0), score.EDGE)
    best: dict[int, float] = {}
    exact: set[int] = set()
    for word, weight in words.items():
        if len(word) > 1:
            key = ord(word[at]) * PLANE + ord(word[at + 1])
            best[key] = max(weight, best.get(key, float(NEVER)))
            exact |= {key} if len(word) == 2 and word[0 if at else -1] not in score.LIST_MARKS else set()
    keys = sorted(best)
    weights = np.array([best[k] for k in keys], np.float32)
    listed = score.LISTED * np.array([chr(k // PLANE if at == 0 else k % PLANE) in score.LIST_MARKS for k in keys])
    return Around(
        _table(alone, other, score.EDGE), np.array(keys, np.uint32), (weights + listed).astype(np.float32),
        np.array([k in exact for k in keys]),
    )  # fmt: skip


def find_places(texts: Sequence[str]) -> Iterator[tuple[int, list[int]]]:
    """(index of a text, the places where a surname can stand that is worth a judgement), for texts that have any."""
    first, size = 0, 0
    for index, text in enumerate(texts):
        size += len(text) + 1
        if size >= PIECE or index == len(texts) - 1:
            yield from _places(texts[first : index + 1], first)
            first, size = index + 1, 0


def _places(texts: Sequence[str], first: int) -> Iterator[tuple[int, list[int]]]:
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    at = _possible("\n".join((*texts, "\n\n\n")))
    owner = np.searchsorted(ends, at, side="right")
    begin = np.where(owner > 0, ends[owner - 1], 0)
    for index, group in groupby(zip(owner.tolist(), (at - begin).tolist(), strict=True), key=itemgetter(0)):
        yield index + first, [place for _, place in group]


def _possible(joined: str) -> npt.NDArray[np.int64]:
    """Places in texts joined by line feeds."""
    chars = _code_points(joined)
    table = bounds()
    family = table.surname[chars]
    at = np.flatnonzero(family[:-4] > NEVER)
    family, c0, c1, c2, c3 = family[at], chars[at - 1], chars[at + 1], chars[at + 2], chars[at + 3]
    ahead = table.before.most(c0, chars[at - 2], c0)
    start = family + table.given[c1] + ahead
    two = start + table.last[c1] + score.TWO_CHARACTERS + table.after.most(c2, c2, c3)
    three = start + table.given[c2] + table.last[c2] + table.after.most(c3, c3, chars[at + 4])
    is_titled = (family >= LEAST_POLITE) & table.titles.has(c1, c2) | table.short_titles[c1]
    clean = np.where(ahead >= score.BEFORE["before"], np.float32(score.CLEAN_END), 0)
    is_word = table.ordinary.has(chars[at], c1)
    two += np.where(is_word, np.float32(score.IS_WORD), 0)
    three += np.where(is_word, np.float32(score.BEGINS_WORD), 0)
    named = (np.maximum(two, three) + clean >= SURE) & ~table.word_ends.has(c0, chars[at])
    compound = np.flatnonzero(table.compound_firsts[chars[:-1]])
    compound = compound[table.compounds.has(chars[compound], chars[compound + 1])]
    return np.union1d(at[named | is_titled], compound)


def _code_points(text: str) -> npt.NDArray[np.uint16]:
    """One number a character; characters beyond the basic plane, no part of any name, become 0."""
    narrow = text.encode("utf-16-le", "surrogatepass")
    if len(narrow) == 2 * len(text):
        return np.frombuffer(narrow, np.uint16)
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.where(wide < PLANE, wide, 0).astype(np.uint16)
