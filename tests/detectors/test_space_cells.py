"""H3 cells of points, their sizes in metres, their neighbours, and nearest points against brute force."""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
import pytest

from detectors.space.cells import (
    adjacent_cells,
    cell_centres,
    cell_names,
    cell_outlines,
    cells_of,
    nearest_points,
    outline_area_m2,
)

LAT, LON = np.array([31.2, -33.9, 64.1]), np.array([121.4, 18.4, -21.9])


def test_cells_are_those_of_h3_and_hold_their_points() -> None:
    cells = cells_of(LAT, LON, 9)
    assert cell_names(cells) == [h3.int_to_str(h3.latlng_to_cell(a, b, 9)) for a, b in zip(LAT, LON, strict=True)]
    assert np.abs(cell_centres(cells) - np.column_stack([LAT, LON])).max() < 0.01


def test_no_points_have_no_cells() -> None:
    assert cells_of(np.empty(0), np.empty(0), 9).shape == (0,)
    assert cell_centres(np.empty(0, np.int64)).shape == (0, 2)
    assert adjacent_cells(np.empty(0, np.int64)).shape == (0, 2)


def test_unknown_resolution_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        cells_of(LAT, LON, 16)


def test_areas_on_the_ellipsoid_are_within_a_hundredth_of_the_sphere() -> None:
    cells = cells_of(LAT, LON, 9)
    areas = [outline_area_m2(outline) for outline in cell_outlines(cells)]
    assert areas == pytest.approx([h3.cell_area(cell, "m^2") for cell in cells.tolist()], rel=0.01)


def test_a_rectangle_of_known_sides_has_their_product() -> None:
    # one thousandth of a degree at the equator: 110.574 m north, 111.319 m east
    corner = np.array([[-0.0005, 10.0], [-0.0005, 10.001], [0.0005, 10.001], [0.0005, 10.0]])
    assert outline_area_m2(corner) == pytest.approx(110.574 * 111.319, rel=1e-4)


def test_adjacent_cells_share_an_edge_both_ways() -> None:
    cells = np.array(sorted(h3.grid_disk(h3.latlng_to_cell(31.2, 121.4, 9), 2)))
    pairs = adjacent_cells(cells)
    assert {tuple(p) for p in pairs} == {tuple(p[::-1]) for p in pairs}
    assert all(h3.grid_distance(int(cells[a]), int(cells[b])) == 1 for a, b in pairs)
    assert len(pairs) == 6 * 7 + 12 * 3 + 6  # seven inner cells with six, six corners with three, six edges with four


def test_nearest_points_agree_with_brute_force_and_prefer_the_lower_index() -> None:
    rng = np.random.default_rng(5)
    lat, lon = 31 + rng.random(60).round(2), 121 + rng.random(60).round(2)
    near = nearest_points(lat, lon, 6)
    for i in range(60):
        east = (lon - lon[i]) * np.cos(np.radians((lat + lat[i]) / 2))
        far = np.hypot(lat - lat[i], east)
        far[i] = np.inf
        assert far[near[i]] == pytest.approx(np.sort(far)[:6], rel=1e-3)
    assert nearest_points(np.zeros(4), np.zeros(4), 2).tolist() == [[1, 2], [0, 2], [0, 1], [0, 1]]


@pytest.mark.parametrize("points", [0, 1])
def test_nobody_is_near_a_single_point(points: int) -> None:
    assert nearest_points(np.zeros(points), np.zeros(points), 6).shape == (points, 0)
