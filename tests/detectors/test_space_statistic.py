"""Fast kernels against slow, obvious references."""

from __future__ import annotations

import math

import numpy as np
import pytest

from detectors.space.calibration import Gumbel, fit_gumbel
from detectors.space.config import ScanConfig
from detectors.space.cube import build_cube
from detectors.space.grid import lay_grid, metres_from, ring_matrices
from detectors.space.statistic import circle_rates, log_likelihood_ratio, window_totals

RADII = (300.0, 600.0, 1000.0)


def test_rings_when_counted_then_equal_distances_between_cell_middles():
    rng = np.random.default_rng(0)
    grid = lay_grid(rng.normal(31.2, 0.01, 80), rng.normal(121.4, 0.01, 80), 31.0, 250.0)
    rings = ring_matrices(grid, RADII)
    apart = 250.0 * np.hypot(grid.column[:, None] - grid.column, grid.row[:, None] - grid.row)
    inner = np.r_[-1.0, RADII[:-1]]
    for ring, low, high in zip(rings, inner, RADII, strict=True):
        assert np.array_equal(ring.toarray() > 0, (apart > low) & (apart <= high))


def test_grid_when_middle_of_cell_then_within_half_a_diagonal_of_its_points():
    rng = np.random.default_rng(1)
    lat, lon = rng.normal(-33.9, 0.05, 50), rng.normal(18.4, 0.05, 50)
    grid = lay_grid(lat, lon, -34.0, 250.0)
    for k in range(50):
        assert metres_from(lat[k : k + 1], lon[k : k + 1], grid.centre(grid.cell[k]))[0] <= 125.0 * math.sqrt(2) * 1.01


def test_grid_when_points_added_then_cells_stay():
    rng = np.random.default_rng(9)
    lat, lon = rng.normal(22.5, 0.05, 50), rng.normal(114.0, 0.05, 50)
    few, many = lay_grid(lat[:20], lon[:20], 23.0, 250.0), lay_grid(lat, lon, 23.0, 250.0)
    assert [few.centre(c) for c in few.cell] == [many.centre(c) for c in many.cell[:20]]


def test_cube_when_window_subtracted_then_equals_plain_count():
    rng = np.random.default_rng(2)
    grid = lay_grid(rng.normal(31.2, 0.01, 60), rng.normal(121.4, 0.01, 60), 31.0, 250.0)
    day = rng.integers(10, 30, 60)
    cube = build_cube(day, grid.cell, range(10, 30), ring_matrices(grid, RADII))
    apart = 250.0 * np.hypot(grid.column[grid.cell][:, None] - grid.column, grid.row[grid.cell][:, None] - grid.row)
    for start, stop in ((0, 20), (5, 9)):
        seen = cube.circles[stop, 1] - cube.circles[start, 1]
        inside = (apart <= 600.0) & ((day >= 10 + start) & (day < 10 + stop))[:, None]
        assert np.array_equal(seen, inside.sum(axis=0))
    assert cube.totals.sum() == 60


def reference_ratio(o: float, s: float, exposure: float, window: float) -> float:
    """Two Poisson counts with one rate or with two."""
    together, apart = (o + s) / (window + exposure), (o / window, s / exposure)
    if apart[0] <= apart[1]:
        return 0.0
    return o * math.log(apart[0] / together) + s * math.log(apart[1] / together)


def test_ratio_when_compared_then_equals_reference():
    rng = np.random.default_rng(3)
    observed = rng.integers(0, 9, (4, 3, 5)).astype(float)
    shape, exposure, totals = (
        rng.uniform(0.5, 20, (3, 5)),
        rng.uniform(50, 900, (3, 5)),
        np.array([5.0, 11.0, 20.0, 31.0]),
    )
    got = log_likelihood_ratio(observed, shape, exposure, totals)
    for w, r, c in np.ndindex(got.shape):
        want = reference_ratio(observed[w, r, c], shape[r, c], exposure[r, c], totals[w])
        assert got[w, r, c] == pytest.approx(want, abs=1e-9)


def test_rates_when_circle_never_had_an_event_then_borrows_from_around():
    config = ScanConfig(radii_m=(300.0, 3000.0))
    shape, exposure = circle_rates(np.array([[0.0, 0.0], [200.0, 0.0]]), 1000.0, config)
    rate = shape / exposure
    assert 0 < rate[0, 1] < rate[0, 0] < 0.01 * 200 / 1000 * 1.5
    assert rate[1, 0] == pytest.approx(0.2, rel=0.02)


def test_window_totals_when_weekends_quiet_then_expected_follows_weekday():
    days = np.arange(98)
    totals = np.where(days % 7 >= 5, 10, 100)
    got = window_totals(totals, days % 7, 7)
    assert np.diff(got, prepend=0.0) == pytest.approx(totals[-7:][::-1])


def test_gumbel_when_fitted_then_tail_holds_and_score_never_saturates():
    rng = np.random.default_rng(4)
    fit = fit_gumbel(rng.gumbel(8.0, 1.0, 4000))
    assert (fit.location, fit.scale) == (pytest.approx(8.0, abs=0.1), pytest.approx(1.0, abs=0.05))
    assert fit.p_value(8.0 + 4.6) == pytest.approx(0.01, rel=0.2)
    sure = Gumbel(8.0, 1.0)
    scores = [sure.score(x) for x in (5.0, 10.0, 30.0, 60.0, 200.0)]
    assert scores == sorted(scores)
    assert sure.score(200.0) > 80
    assert sure.p_value(200.0) >= 1e-15
