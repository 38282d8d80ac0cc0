"""By character and by pair of characters: the most that each can add to the score of a Chinese name, as tables for arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.privacy import name_score_zh as score
from ingest.privacy.name_readings_zh import NICKNAME
from ingest.privacy.words import word_list

PLANE = 0x10000  # characters beyond the basic plane are no part of a name
NEVER = np.float32(-99.0)
HAN = slice(0x4E00, 0xA000)
Codes = npt.NDArray[np.uint16]
Weights = npt.NDArray[np.float32]


class Pairs(NamedTuple):
    """A value for each pair of characters, in a table of those that matter; two lines stand for all other marks and all other Han."""

    rows: npt.NDArray[np.int32]  # by code point: where the row of the first character begins
    columns: npt.NDArray[np.int32]
    values: npt.NDArray[np.generic]

    def of(self, first: Codes, second: Codes) -> npt.NDArray[np.generic]:
        """The values of some pairs."""
        return self.values[self.rows[first] + self.columns[second]]


class Bounds(NamedTuple):
    """By code point: the most a character adds as surname, in a given name, before and after a name; titles, compound surnames."""

    begins: npt.NDArray[np.bool_]  # a surname of one character or the first of a compound one
    surname: Weights
    given: Weights
    last: Weights  # on top of given
    before: Pairs
    after: Pairs
    follows: Weights  # the most of `after` by the first of the two
    titles: Pairs
    short_titles: npt.NDArray[np.bool_]
    ordinary: Pairs  # words that begin like a name
    word_ends: Pairs  # words that end in what may be a surname
    compounds: Pairs
    opens_title: npt.NDArray[np.bool_]  # first characters of titles
    opens_compound: npt.NDArray[np.bool_]
    nickname: npt.NDArray[np.bool_]
    is_han: npt.NDArray[np.bool_]
    listed: npt.NDArray[np.bool_]  # Han and the marks of lists
    marks: Weights  # what `after` holds of the marks of lists
    linked: npt.NDArray[np.bool_]  # the same and links between a cue and a name


@cache
def bounds() -> Bounds:
    """Tables of the upper bounds."""
    titles = score.titles()
    surname = _table(score.surnames(), NEVER, NEVER)
    opens_compound = _among(word[0] for word in score.COMPOUND)
    return Bounds(
        (surname > NEVER) | opens_compound,
        surname,
        _table(_given(), score.UNLISTED_GIVEN, NEVER),
        _table(dict.fromkeys(score.NO_LAST, score.BAD_LAST)),
        _before(),
        after := _after(),
        _by_first(after),
        _words(titles["after_title"]),
        _among(titles["after_short_title"] | titles["after_craft"]),
        _words(word for word in word_list("not_names_zh.txt") if len(word) == 2),
        _words(a + last for last, firsts in score.ENDS_OTHER_WORDS.items() for a in firsts),
        _words(score.COMPOUND),
        _among((*score.title_lengths(), *titles["after_short_title"], *titles["after_craft"])),
        opens_compound,
        _among(NICKNAME),
        _among((), han=True),
        _among(score.LIST_MARKS, han=True),
        _table(dict.fromkeys(score.LIST_MARKS, score.LISTED)),
        _among((*score.LINKS, *score.LIST_MARKS), han=True),
    )


def _given() -> dict[str, float]:
    """The weights of all characters that are not frequent in texts but not in names."""
    rare = {char: score.RARE_GIVEN for char in map(chr, range(HAN.start, HAN.stop)) if not score.is_frequent(char)}
    return rare | score.given()


def _among(chars: Iterable[str], *, han: bool = False) -> npt.NDArray[np.bool_]:
    """Which characters are among these, or Han."""
    return _table(dict.fromkeys(chars, 1.0), han) > 0


def _table(weights: Mapping[str, float], han: float | np.float32 = 0.0, other: float | np.float32 = 0.0) -> Weights:
    table = np.full(PLANE, other, np.float32)
    table[HAN] = han
    for char, weight in weights.items():
        table[ord(char)] = weight
    return table


def _pairs(
    known: Mapping[str, float], alone: Mapping[str, float], default: tuple[float, float], *, nearest: int
) -> Pairs:
    """A table of known pairs; of the others the nearest character (0: the first, 1: the second) tells the value.

    Args:
        default: of a mark and of a Han character that is not in `alone`.
    """
    chars = [sorted({pair[i] for pair in known} | (set(alone) if i == nearest else set())) for i in (0, 1)]
    mark, han = default
    line = np.array([mark, han, *(alone.get(c, han if "\u4e00" <= c <= "\u9fff" else mark) for c in chars[nearest])])
    width = len(chars[1]) + 2
    values = np.empty((len(chars[0]) + 2, width), np.float32)
    values[:] = line[:, None] if nearest == 0 else line
    rows, columns = _numbered(chars[0], width), _numbered(chars[1], 1)
    values = values.ravel()
    for (first, second), value in known.items():
        values[rows[ord(first)] + columns[ord(second)]] = value
    return Pairs(rows, columns, values)


def _numbered(chars: Sequence[str], step: int) -> npt.NDArray[np.int32]:
    table = np.zeros(PLANE, np.int32)
    table[HAN] = step
    for number, char in enumerate(chars, 2):
        table[ord(char)] = number * step
    return table


def _words(words: Iterable[str]) -> Pairs:
    """Which pairs begin one of the words."""
    table = _pairs({word[:2]: 1.0 for word in words}, {}, (0.0, 0.0), nearest=0)
    return table._replace(values=table.values > 0)


def _before() -> Pairs:
    words = score.cues("before")
    alone = {word: weight for word, weight in words.items() if len(word) == 1}
    behind_cue = dict.fromkeys(
        score.LINKS, max(words.values()) + score.EDGE
    )  # what a link adds, by what stands before it
    for word, weight in words.items():
        behind_cue[word[-1]] = max(weight + score.EDGE, behind_cue.get(word[-1], 0.0))
    linked = {far + link: most for far, most in behind_cue.items() for link in score.LINKS}
    alone |= {link: max(score.EDGE, alone.get(link, 0.0)) for link in score.LINKS}
    return _around(words, alone, score.STRAY, linked, nearest=1)


def _after() -> Pairs:
    words = score.cues("after")
    return _around(words, {word: weight for word, weight in words.items() if len(word) == 1}, 0.0, {}, nearest=0)


def _by_first(pairs: Pairs) -> Weights:
    """The greatest value of each first character."""
    width = int(pairs.columns.max()) + 1
    return pairs.values.reshape(-1, width).max(axis=1)[pairs.rows // width]


def _around(
    words: Mapping[str, float], alone: dict[str, float], other: float, linked: Mapping[str, float], *, nearest: int
) -> Pairs:
    """The most that the characters next to a name can add: the nearest alone, or two as the nearer part of a longer cue."""
    for mark in score.LIST_MARKS:
        alone[mark] = score.LISTED + max(alone.get(mark, 0.0), score.EDGE)
    best: dict[str, float] = {}
    for word, weight in words.items():
        if len(word) > 1:
            pair = word[:2] if nearest == 0 else word[-2:]
            best[pair] = max(weight, best.get(pair, weight))
    for pair, weight in best.items():
        near, far = pair[nearest], pair[1 - nearest]
        weight += score.LISTED * (near in score.LIST_MARKS)
        is_cue = pair in words and far not in score.LIST_MARKS  # one alone does not count beside it
        best[pair] = weight if is_cue else max(weight, alone.get(near, other))
    best |= {pair: max(most, best.get(pair, alone.get(pair[nearest], other))) for pair, most in linked.items()}
    return _pairs(best, alone, (score.EDGE, other), nearest=nearest)
