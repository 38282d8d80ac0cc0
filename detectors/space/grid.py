"""Points on a metric grid, and which cells lie in which ring around a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

METRES_PER_DEGREE = 111_195.0
_STRIDE = 1 << 21  # cells per column of the world grid


@dataclass(frozen=True)
class Grid:
    """Occupied cells of one group of points.

    Attributes:
        x, y: metres east and north of the origin, one per event.
        cell: index of each event's cell, one per event.
        column, row: grid coordinates of the cells, in a fixed order that later events do not change.
    """

    origin: tuple[float, float]
    cell_m: float
    x: np.ndarray
    y: np.ndarray
    cell: np.ndarray
    column: np.ndarray
    row: np.ndarray

    @property
    def cells(self) -> int:
        return len(self.column)

    def centre(self, cell: int) -> tuple[float, float]:
        """Metres east and north of the middle of a cell."""
        return (float(self.column[cell]) + 0.5) * self.cell_m, (float(self.row[cell]) + 0.5) * self.cell_m

    def to_degrees(self, x: float, y: float) -> tuple[float, float]:
        """(lat, lon) of a place given in metres."""
        lat0, lon0 = self.origin
        return lat0 + y / METRES_PER_DEGREE, lon0 + x / (METRES_PER_DEGREE * np.cos(np.radians(lat0)))


def lay_grid(lat: np.ndarray, lon: np.ndarray, origin: tuple[float, float], cell_m: float) -> Grid:
    """Project points (degrees) around `origin` (lat, lon); the cells do not move when points are added."""
    lat0, lon0 = origin
    x = (lon - lon0) * METRES_PER_DEGREE * np.cos(np.radians(lat0))
    y = (lat - lat0) * METRES_PER_DEGREE
    key = np.floor(x / cell_m).astype(np.int64) * _STRIDE + np.floor(y / cell_m).astype(np.int64) + _STRIDE // 2
    keys, cell = np.unique(key, return_inverse=True)
    return Grid(origin, cell_m, x, y, cell, keys // _STRIDE, keys % _STRIDE - _STRIDE // 2)


def ring_matrices(grid: Grid, radii_m: tuple[float, ...]) -> list[sparse.csr_matrix]:
    """One 0/1 matrix (cell × centre) per radius: cells whose middle lies in the ring between it and the next smaller radius."""
    reach = int(radii_m[-1] // grid.cell_m) + 1
    step = np.arange(-reach, reach + 1)
    dx, dy = (a.ravel() for a in np.meshgrid(step, step, indexing="ij"))
    ring = np.searchsorted(np.asarray(radii_m), np.hypot(dx, dy) * grid.cell_m)
    return [_neighbours(grid, dx[ring == k], dy[ring == k]) for k in range(len(radii_m))]


def _neighbours(grid: Grid, dx: np.ndarray, dy: np.ndarray) -> sparse.csr_matrix:
    keys = grid.column * _STRIDE + grid.row + _STRIDE // 2
    rows, columns = [], []
    for shift in dx * _STRIDE + dy:
        at = np.minimum(np.searchsorted(keys, keys + shift), grid.cells - 1)
        found = np.flatnonzero(keys[at] == keys + shift)
        rows.append(at[found].astype(np.int32))
        columns.append(found.astype(np.int32))
    where = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.ones(len(where[0]), np.float32), where), shape=(grid.cells, grid.cells))
