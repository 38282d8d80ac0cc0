"""Points on a metric grid, and which cells lie in which ring around a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

METRES_PER_DEGREE = 111_195.0
_STRIDE = 1 << 26  # cells per column of the world grid


@dataclass(frozen=True)
class Grid:
    """Occupied cells of one group of points on a grid of the whole earth, stretched for one latitude.

    Attributes:
        lat, lon: degrees, one per event.
        cell: index of each event's cell, one per event.
        column, row: grid coordinates of the cells, in a fixed order that other events do not change.
    """

    latitude: float
    cell_m: float
    lat: np.ndarray
    lon: np.ndarray
    cell: np.ndarray
    column: np.ndarray
    row: np.ndarray

    @property
    def cells(self) -> int:
        return len(self.column)

    def centre(self, cell: int) -> tuple[float, float]:
        """(lat, lon) of the middle of a cell."""
        step = self.cell_m / METRES_PER_DEGREE
        stretch = np.cos(np.radians(self.latitude))
        return (float(self.row[cell]) + 0.5) * step, float((float(self.column[cell]) + 0.5) * step / stretch)


def metres_from(lat: np.ndarray, lon: np.ndarray, centre: tuple[float, float]) -> np.ndarray:
    """Distance of points (degrees) from a centre a few kilometres away."""
    east = (lon - centre[1]) * np.cos(np.radians(centre[0]))
    return np.hypot(lat - centre[0], east) * METRES_PER_DEGREE


def lay_grid(lat: np.ndarray, lon: np.ndarray, latitude: float, cell_m: float) -> Grid:
    """Put points (degrees) into cells that are square at `latitude`; a cell never moves when points are added."""
    step = cell_m / METRES_PER_DEGREE
    column = np.floor(lon * np.cos(np.radians(latitude)) / step).astype(np.int64)
    keys, cell = np.unique(column * _STRIDE + np.floor(lat / step).astype(np.int64) + _STRIDE // 2, return_inverse=True)
    return Grid(latitude, cell_m, lat, lon, cell, keys // _STRIDE, keys % _STRIDE - _STRIDE // 2)


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
