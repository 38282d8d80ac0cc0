"""情绪高涨: the smoothed mean intensity of a cell climbs above what its own past varies by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from detectors.judge.outputs import EMOTION, Signal
from detectors.judge.rules import SignalRules
from detectors.judge.window import TicketIndex


@dataclass(frozen=True)
class IntensityCells:
    """Intensity per cell and day: n tickets, their sum and sum of squares, [cell, day]; area and category per cell."""

    area: np.ndarray
    category: np.ndarray
    first_day: int
    n: np.ndarray
    total: np.ndarray
    squares: np.ndarray


def intensity_cells(index: TicketIndex, level: int, first: int, last: int, least: int) -> IntensityCells:
    """Collect good tickets of known intensity, days `first` to `last`, for cells of at least `least` tickets."""
    t = index.tickets
    keep = (
        (t.day >= first)
        & (t.day <= last)
        & t.is_demand
        & (index.marks == 0)
        & np.isfinite(t.intensity)
        & (t.areas[:, level] >= 0)
    )
    at = np.flatnonzero(keep)
    stride = int(t.category.max(initial=0)) + 1
    keys, cell, counts = np.unique(
        t.areas[at, level].astype(np.int64) * stride + t.category[at], return_inverse=True, return_counts=True
    )
    big = counts >= least
    row = np.where(big, np.cumsum(big) - 1, -1)[cell]
    at, row, keys = at[row >= 0], row[row >= 0], keys[big]
    x, days = t.intensity[at], last - first + 1
    slot = row * days + (t.day[at] - first)
    sums = [np.bincount(slot, w, minlength=len(keys) * days).reshape(-1, days) for w in (None, x, x * x)]
    return IntensityCells(keys // stride, keys % stride, first, *sums)


def ewma_exceedance(cells: IntensityCells, rules: SignalRules) -> np.ndarray:
    """How many standard deviations the EWMA of daily means lies above the past 90 days' mean, [cell, day]; NaN = not assessed."""
    n, total, squares = cells.n, cells.total, cells.squares
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        level, noise = np.full_like(total, np.nan), np.zeros_like(total)
        smooth, spread = np.full(len(n), np.nan), np.zeros(len(n))
        for day in range(n.shape[1]):
            seen = n[:, day] > 0
            weight = np.where(np.isnan(smooth), 1.0, rules.emotion_weight)
            smooth = np.where(seen, weight * mean[:, day] + (1 - weight) * np.nan_to_num(smooth), smooth)
            spread = np.where(seen, weight**2 / n[:, day] + (1 - weight) ** 2 * spread, spread)
            level[:, day], noise[:, day] = smooth, spread
        base_n, base_total, base_squares = (_past(a, rules.baseline_days) for a in (n, total, squares))
        centre = base_total / base_n
        variance = np.maximum(base_squares / base_n - centre**2, 1.0)
        z = (level - centre) / np.sqrt(variance * (noise + 1.0 / base_n))
    return np.where(base_n >= 3 * rules.emotion_tickets, z, np.nan)


def _past(values: np.ndarray, days: int, gap: int = 7) -> np.ndarray:
    """Sum over the `days` days that end `gap` days before each day."""
    total = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    day = np.arange(values.shape[1])
    stop = np.maximum(day + 1 - gap, 0)
    return total[:, stop] - total[:, np.maximum(stop - days, 0)]


def emotion_signals(index: TicketIndex, level: int, first: int, last: int, rules: SignalRules) -> Iterator[Signal]:
    """Cells of one area level above 3σ with at least 8 tickets in the last week, on each day of `first` … `last`."""
    cells = intensity_cells(index, level, first - 2 * rules.baseline_days, last, 4 * rules.emotion_tickets)
    z = ewma_exceedance(cells, rules)
    week = _past(cells.n, 7, gap=0)
    fired = (z > rules.emotion_sigma) & (week >= rules.emotion_tickets) & (cells.n > 0)
    fired[:, : first - cells.first_day] = False
    for row, at in zip(*np.nonzero(fired), strict=True):
        day, area, category = cells.first_day + int(at), int(cells.area[row]), int(cells.category[row])
        good, bad = index.select(category, area, day - 6, day)
        expected = float(_past(cells.n[row : row + 1, : at + 1], rules.baseline_days)[0, -1]) * 7 / rules.baseline_days
        yield Signal(
            day, EMOTION, "ewma", area, category, day - 6, day, len(good), expected, float(z[row, at]), good, bad,
            p=float(ndtr(-z[row, at])),
        )  # fmt: skip
