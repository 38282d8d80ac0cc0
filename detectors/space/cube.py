"""Counts per day, circle size and centre, cumulated over days so that any window is one subtraction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Cube:
    """Cumulated counts of one block of days.

    Attributes:
        first: day number of the first day of the block.
        circles: [day + 1, radius, centre] events in the circle on the days before; row 0 is zero.
        totals: [day] events of the group.
    """

    first: int
    circles: np.ndarray
    totals: np.ndarray


def build_cube(day: np.ndarray, cell: np.ndarray, days: range, rings: list[sparse.csr_matrix]) -> Cube:
    """Count events (day numbers, cell indices) of `days` in every circle."""
    inside = (day >= days.start) & (day < days.stop)
    offset, where = day[inside] - days.start, cell[inside]
    shape = (len(days), rings[0].shape[0])
    events = sparse.csr_matrix((np.ones(len(where), np.float32), (offset, where)), shape=shape)
    circles = np.zeros((len(days) + 1, len(rings), rings[0].shape[1]), np.float32)
    for k, ring in enumerate(rings):
        circles[1:, k] = (events @ ring).toarray()
    np.cumsum(circles, axis=1, out=circles)  # rings -> circles
    np.cumsum(circles, axis=0, out=circles)  # days -> all days before
    return Cube(days.start, circles, np.bincount(offset, minlength=len(days)))
