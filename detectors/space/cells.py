"""Hexagonal cells of the H3 grid: which cell a point lies in, its neighbours, its size in metres, and nearest neighbours of points."""

from __future__ import annotations

from itertools import repeat

import h3.api.basic_int as h3
import numpy as np
from scipy.spatial import cKDTree

EARTH_M = 6_371_008.8  # mean radius of WGS-84, for chords between neighbours


def cells_of(lat: np.ndarray, lon: np.ndarray, resolution: int) -> np.ndarray:
    """H3 cell (int64) of each point, WGS-84 degrees; about 0.5 µs a point.

    Raises:
        ValueError: a resolution outside 0..15, or a point that is none.
    """
    if not 0 <= resolution <= 15:
        raise ValueError(f"resolution {resolution} is not within 0 to 15")
    return np.fromiter(map(h3.latlng_to_cell, lat.tolist(), lon.tolist(), repeat(resolution)), np.int64, len(lat))


def cell_names(cells: np.ndarray) -> list[str]:
    """The usual spelling: 15 hexadecimal digits."""
    return [h3.int_to_str(cell) for cell in cells.tolist()]


def cell_centres(cells: np.ndarray) -> np.ndarray:
    """[cell, 2] latitude and longitude of the middle of each cell, degrees."""
    return np.array([h3.cell_to_latlng(cell) for cell in cells.tolist()], np.float64).reshape(-1, 2)


def cell_outlines(cells: np.ndarray) -> list[np.ndarray]:
    """[corner, 2] latitude and longitude of the corners of each cell, counter-clockwise, not closed."""
    return [np.array(h3.cell_to_boundary(cell)) for cell in cells.tolist()]


def outline_area_m2(outline: np.ndarray) -> float:
    """Area of a polygon of a few kilometres in the tangent plane of WGS-84 at its middle."""
    middle = outline.mean(axis=0)
    across = (outline[:, 1] - middle[1] + 180.0) % 360.0 - 180.0
    x, y = across * metres_per_lon(middle[0]), (outline[:, 0] - middle[0]) * metres_per_lat(middle[0])
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2.0)


def metres_per_lat(lat: float) -> float:
    """Length of one degree of latitude on WGS-84; the series of NGA TR 8350.2, within a centimetre."""
    turn = np.radians(lat)
    return float(111_132.954 - 559.822 * np.cos(2 * turn) + 1.175 * np.cos(4 * turn))


def metres_per_lon(lat: float) -> float:
    """Length of one degree of longitude on WGS-84; same source."""
    turn = np.radians(lat)
    return float(111_412.84 * np.cos(turn) - 93.5 * np.cos(3 * turn) + 0.118 * np.cos(5 * turn))


def adjacent_cells(cells: np.ndarray) -> np.ndarray:
    """[pair, 2] indices of the cells that share an edge, both ways, without the cell itself; sorted."""
    at = {cell: i for i, cell in enumerate(cells.tolist())}
    pairs = [(i, at[near]) for cell, i in at.items() for near in h3.grid_disk(cell, 1) if near in at and near != cell]
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


def nearest_points(lat: np.ndarray, lon: np.ndarray, k: int) -> np.ndarray:
    """[point, min(k, points - 1)] indices of the nearest other points, nearest first; of equal ones the lower index."""
    k, near = min(k, len(lat) - 1), []
    if k < 1:
        return np.empty((len(lat), 0), np.int64)
    north, east = np.radians(lat), np.radians(lon)
    xyz = EARTH_M * np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    tree = cKDTree(xyz)
    reach = tree.query(xyz, k + 1)[0][:, -1] * (1 + 1e-9)
    for i, others in enumerate(tree.query_ball_point(xyz, reach)):
        others = np.array(sorted(j for j in others if j != i))
        order = np.argsort(np.round(np.linalg.norm(xyz[others] - xyz[i], axis=1), 3), kind="stable")
        near.append(others[order][:k])
    return np.array(near, np.int64)
