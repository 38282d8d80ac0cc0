"""Points on a metric grid, and which cells lie in which shape around a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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

    def place(self, cell: int, east_m: float = 0.0, north_m: float = 0.0) -> tuple[float, float]:
        """(lat, lon) of the middle of a cell, or of a place some metres from it."""
        step = self.cell_m / METRES_PER_DEGREE
        stretch = np.cos(np.radians(self.latitude))
        row, column = self.row[cell] + 0.5 + north_m / self.cell_m, self.column[cell] + 0.5 + east_m / self.cell_m
        return float(row) * step, float(column * step / stretch)


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


def shifts_within(reach_m: float, cell_m: float) -> np.ndarray:
    """[shift, 2] steps in column and row that lead no farther than `reach_m`."""
    reach = int(reach_m // cell_m)
    step = np.arange(-reach, reach + 1)
    shifts = np.stack(np.meshgrid(step, step, indexing="ij"), axis=-1).reshape(-1, 2)
    return shifts[np.hypot(*shifts.T) * cell_m <= reach_m]


def neighbours(grid: Grid, shifts: np.ndarray) -> np.ndarray:
    """[shift, cell] index of the cell so many steps away (int32), -1 where nothing ever happened."""
    keys = grid.column * _STRIDE + grid.row + _STRIDE // 2
    found = np.empty((len(shifts), grid.cells), np.int32)
    for k, (columns, rows) in enumerate(shifts.tolist()):
        wanted = keys + columns * _STRIDE + rows
        at = np.minimum(np.searchsorted(keys, wanted), grid.cells - 1)
        found[k] = np.where(keys[at] == wanted, at, -1)
    return found
