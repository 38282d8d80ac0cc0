"""Events in every shape around every cell: of single days, of windows that end today, and of the time before them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from detectors.space.config import ScanConfig
from detectors.space.grid import Grid, neighbours, shifts_within
from detectors.space.shapes import Shape
from detectors.space.statistic import shape_rates


class ShapeCounter:
    """For which shapes an event in a cell counts.  Counts are [day, shape, centre], float32; a centre is an occupied cell."""

    def __init__(self, grid: Grid, shapes: Sequence[Shape]) -> None:
        self.shape = (len(shapes), grid.cells)
        self.kinds = np.array([int(s.is_strip) for s in shapes])  # circles 0, strips 1
        self._circles = sum(not s.is_strip for s in shapes)
        shifts = shifts_within(max(s.farthest_m for s in shapes), grid.cell_m)
        east, north = shifts.T * grid.cell_m
        held = np.array([s.covers(east, north) for s in shapes])
        size = held.sum(axis=1)
        self._area_share = size / size[self._circles - 1]
        held[1 : self._circles] &= ~held[: self._circles - 1]  # rings, added up later
        which, shift = np.nonzero(held)
        self._reach = self._matrix(neighbours(grid, -shifts), which, shift)

    def _matrix(self, near: np.ndarray, which: np.ndarray, shift: np.ndarray) -> sparse.csr_matrix:
        """cell × (shape, centre): the centres whose shape holds the cell."""
        shapes, cells = self.shape
        centre = near[shift].T
        found = centre >= 0
        start = np.r_[0, np.cumsum(found.sum(axis=1))]
        column = (which.astype(np.int32) * cells + centre)[found]
        return sparse.csr_matrix((np.ones(len(column), np.float32), column, start), (cells, shapes * cells))

    def count(self, events: sparse.csr_matrix, centres: np.ndarray | None = None) -> np.ndarray:
        """Counts of events[day, cell] around all centres, or around some."""
        counts = (events @ self._reach).toarray().reshape(-1, *self.shape)
        counts = counts if centres is None else counts[:, :, centres]
        for k in range(1, self._circles):  # rings become circles
            counts[:, k] += counts[:, k - 1]
        return counts

    def rates(self, baseline: np.ndarray, base_total: float, config: ScanConfig) -> tuple[np.ndarray, np.ndarray]:
        """`shape_rates` of baseline[shape, centre]."""
        around = baseline[self._circles - 1]
        return shape_rates(baseline, around, self._area_share, base_total, config.prior_events)


class Tally:
    """Counts as they stood on a day; days asked for in turn cost little."""

    def __init__(self, counter: ShapeCounter, day: np.ndarray, cell: np.ndarray, first: int, last: int) -> None:
        inside = (day >= first) & (day <= last)
        where = (day[inside] - first, cell[inside])
        shape = (last - first + 1, counter.shape[1])
        self._counter, self._first = counter, first
        self._events = sparse.csr_matrix((np.ones(len(where[0]), np.float32), where), shape)
        self._days: dict[int, np.ndarray] = {}
        self._sum, self._span = np.zeros(counter.shape, np.float32), range(0)

    def windows(self, day: int, length: int, centres: np.ndarray) -> np.ndarray:
        """[window, shape, centre] events of the last 1, 2, … `length` days; some centres only."""
        days = range(day, day - length, -1)
        self._days = {d: self._days[d] if d in self._days else self._total(range(d, d + 1)) for d in days}
        return np.cumsum(np.stack([self._days[d][:, centres] for d in days]), axis=0)

    def before(self, span: range, centres: np.ndarray) -> np.ndarray:
        """[shape, centre] events of a span of days."""
        old, self._span = self._span, span
        if not old or abs(span.start - old.start) + abs(span.stop - old.stop) > len(span):
            self._sum = self._total(span)
        elif span != old:
            self._sum = self._sum + self._signed(old.stop, span.stop) - self._signed(old.start, span.start)
        return self._sum[:, centres]

    def _signed(self, start: int, stop: int) -> np.ndarray:
        return self._total(range(start, stop)) if stop >= start else -self._total(range(stop, start))

    def _total(self, days: range) -> np.ndarray:
        rows = self._events[days.start - self._first : days.stop - self._first]
        return self._counter.count(sparse.csr_matrix(rows.sum(axis=0)))[0]
