"""Which categories talk of something new: pieces of two or three characters, or words, that were rare in a year and are common now.

A quick look at every category; what it proposes is then read in full (`detectors.text.emerging`).  Any new term holds a new piece.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from detectors.text.emerging import TermConfig
from detectors.text.normal import normalise

_FIRST, _LAST = 0x4E00, 0x9FFF
_WORD = re.compile(r"[a-z][a-z'-]{2,}")
_BITS = 21  # of a code point


@dataclass(frozen=True)
class NoveltyConfig:
    """When something counts as new (DOMAIN 3.3), and how much is read for it.

    Attributes:
        window_days, history_days: the days read for what is new, and the days before them.
        least_rise: share of tickets now over share before; least_days: on which its tickets fall; most_share: of them in one street.
        most_texts: of a window or of its history read in full; most_categories: read in full on one learning day.
    """

    window_days: int = 28
    history_days: int = 365
    least_history_days: int = 180
    least_rise: float = 10.0
    least_days: int = 5
    most_share: float = 0.5
    most_texts: int = 1500
    most_categories: int = 4
    terms: TermConfig = field(
        default_factory=lambda: TermConfig(prior=300.0)
    )  # a category has fewer tickets than a city


def pieces(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """(position of the text, code of the piece), each pair once: two and three Chinese characters in a row, and Latin words."""
    lowered = [normalise(text).lower() for text in texts]
    lengths = np.array([len(text) for text in lowered], dtype=np.int64)
    row = np.repeat(np.arange(len(lowered)), lengths)
    char = np.frombuffer("".join(lowered).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    is_chinese = (char >= _FIRST) & (char <= _LAST)
    pair = is_chinese[:-1] & is_chinese[1:] & (row[:-1] == row[1:])
    two = (char[:-1] << _BITS) | char[1:]
    three = pair[:-1] & pair[1:]
    words = [(k, w) for k, text in enumerate(lowered) for w in set(_WORD.findall(text))] if not is_chinese.all() else []
    rows = [row[:-1][pair], row[:-2][three], np.array([k for k, _ in words], np.int64)]
    codes = [
        two[pair],
        (two[:-1][three] << _BITS) | char[2:][three],
        np.array([_word_code(w) for _, w in words], np.int64),
    ]
    known, at = np.unique(np.concatenate(codes), return_inverse=True)
    found = np.unique(np.concatenate(rows) * len(known) + at)  # pairs as one number: sorted far faster than as two
    return found // max(len(known), 1), known[found % max(len(known), 1)]


def _word_code(word: str) -> int:
    return (
        -int.from_bytes(word.encode()[:7], "big") - 1
    )  # below zero: no piece of Chinese; words that agree in 7 letters are one


def newest_piece(
    day: np.ndarray, row: np.ndarray, code: np.ndarray, learning: Sequence[int], config: NoveltyConfig
) -> np.ndarray:
    """The highest z of a piece that is new, on each learning day (-inf: none); only tickets before the learning day count.

    Args:
        day: of each ticket; row, code: as `pieces` gives them.
    """
    best = np.full(len(learning), -np.inf)
    if not len(code):
        return best
    _, at, total = np.unique(code, return_inverse=True, return_counts=True)
    often = total >= config.terms.least_reports
    at, when = (np.cumsum(often) - 1)[at[often[at]]], day[row[often[at]]]
    many = int(often.sum())
    for k, today in enumerate(learning):
        start = today - config.window_days
        (now, n_now), (before, n_before) = (
            _counted(day, when, at, many, *span) for span in ((start, today), (start - config.history_days, start))
        )
        if n_now and n_before:
            best[k] = _best(now, n_now, before, n_before, config)
    return best


def _counted(
    day: np.ndarray, when: np.ndarray, at: np.ndarray, many: int, start: int, stop: int
) -> tuple[np.ndarray, int]:
    inside = (when >= start) & (when < stop)
    return np.bincount(at[inside], minlength=many), int(((day >= start) & (day < stop)).sum())


def _best(now: np.ndarray, n_now: int, before: np.ndarray, n_before: int, config: NoveltyConfig) -> float:
    """Highest log-odds over its error (Monroe et al. 2008) among pieces that are frequent now and were rare."""
    is_new = (now >= config.terms.least_reports) & is_risen(now, n_now, before, n_before, config)
    if not is_new.any():
        return -np.inf
    a, b, prior = now[is_new], before[is_new], config.terms.prior
    share = (a + b + 0.5) / (n_now + n_before + 1.0)
    pa, pb = a + prior * share, b + prior * share
    odds = np.log(pa / (n_now + prior - pa)) - np.log(pb / (n_before + prior - pb))
    return float((odds / np.sqrt(1 / pa + 1 / pb)).max())


def is_risen(
    now: np.ndarray | int, n_now: int, before: np.ndarray | int, n_before: int, config: NoveltyConfig
) -> np.ndarray:
    """Whether the share of tickets has risen by `least_rise`; half a ticket stands for none."""
    return np.asarray(now) / n_now >= config.least_rise * np.maximum(before, 0.5) / n_before
