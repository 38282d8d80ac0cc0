"""Events in every shape around every cell, in windows that end today and before them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from detectors.space.config import ScanConfig
from detectors.space.grid import Grid, neighbours, shifts_within
from detectors.space.shapes import Shape
from detectors.space.statistic import shape_rates


class ShapeCounter:
    """Which cells each shape around each cell holds; a centre is an occupied cell."""

    def __init__(self, grid: Grid, shapes: Sequence[Shape]) -> None:
        self.cells, self.kinds = grid.cells, np.array([int(s.is_strip) for s in shapes])  # circles 0, strips 1
        self._circles = int((self.kinds == 0).sum())
        shifts = shifts_within(max(s.farthest_m for s in shapes), grid.cell_m)
        held = np.array([s.covers(*(shifts.T * grid.cell_m)) for s in shapes])
        size = held.sum(axis=1)
        self._area_share = size / size[self._circles - 1]
        held[1 : self._circles] &= ~held[: self._circles - 1]  # rings, added up later
        self._held = _matrix(neighbours(grid, shifts), held)

    def count(self, events: np.ndarray, centres: np.ndarray) -> np.ndarray:
        """events[cell, window] -> [window, shape, centre], float32, around some centres.

        Events may be those of several worlds of `cells` cells, one below the other.
        """
        shapes, (world, cell) = len(self.kinds), np.divmod(centres, self.cells)
        held = self._held[(cell[:, None] * shapes + np.arange(shapes)).ravel()]
        if len(events) > self.cells:
            held.indices += np.repeat(world * self.cells, np.diff(held.indptr[::shapes])).astype(held.indices.dtype)
            held.resize(held.shape[0], len(events))
        counts = (held @ events).reshape(len(centres), shapes, -1)
        for k in range(1, self._circles):  # rings become circles
            counts[:, k] += counts[:, k - 1]
        return np.ascontiguousarray(counts.transpose(2, 1, 0))

    def rates(self, before: np.ndarray, total: float, config: ScanConfig) -> tuple[np.ndarray, np.ndarray]:
        """`shape_rates` of before[shape, centre]."""
        around = before[self._circles - 1]
        return shape_rates(before, around, self._area_share, total, config.prior_events)


def _matrix(near: np.ndarray, held: np.ndarray) -> sparse.csr_matrix:
    """(centre, shape) × cell; near[shift, centre] the cell there or -1, held[shape, shift]."""
    shapes, cells = len(held), near.shape[1]
    shape, shift = np.nonzero(held)
    cell = near[shift].T
    found = cell >= 0
    filled, some = np.zeros((cells, shapes), np.int64), np.unique(shape)  # a ring between two radii may hold no cell
    filled[:, some] = np.add.reduceat(found, np.searchsorted(shape, some), axis=1, dtype=np.int64)
    start = np.r_[0, np.cumsum(filled.ravel())]
    return sparse.csr_matrix((np.ones(start[-1], np.float32), cell[found], start), (cells * shapes, cells))


def by_window(age: np.ndarray, cell: np.ndarray, cells: int, weight: np.ndarray) -> np.ndarray:
    """[cell, window] events (days of age, today's 0; cell) of the last 1, 2, … days, and in the last column those before, weighted.

    Args:
        weight: [age] of `day_weights`; 0 marks the days of the windows.
    """
    windows = int((weight == 0).sum())
    recent = age < windows
    counts = np.zeros((cells, windows + 1), np.float32)
    daily = np.bincount(cell[recent] * windows + age[recent], minlength=cells * windows).reshape(cells, windows)
    counts[:, :windows] = np.cumsum(daily, axis=1)
    counts[:, windows] = np.bincount(cell[~recent], weight[age[~recent]], cells)
    return counts


def day_weights(days: int, config: ScanConfig) -> np.ndarray:
    """[age] what an event counts for the expectation: the older the less, and all together as much as they tell (Kish 1965)."""
    age = np.arange(days)
    weight = np.where(age < config.max_window_days, 0.0, 0.5 ** (age / config.half_life_days))
    return weight * weight.sum() / max((weight**2).sum(), 1e-300)
