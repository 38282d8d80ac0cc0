"""Fast kernels against slow, obvious references."""

from __future__ import annotations

import math

import numpy as np
import pytest

from detectors.space.calibration import Gumbel, fit_calibration, fit_gumbel
from detectors.space.config import ScanConfig
from detectors.space.counts import ShapeCounter, by_window, day_weights
from detectors.space.grid import Grid, lay_grid, metres_from
from detectors.space.shapes import Shape, shapes_of
from detectors.space.statistic import log_likelihood_ratio, shape_rates, window_totals

RADII = (300.0, 600.0, 1000.0)


def test_grid_when_middle_of_cell_then_within_half_a_diagonal_of_its_points():
    rng = np.random.default_rng(1)
    lat, lon = rng.normal(-33.9, 0.05, 50), rng.normal(18.4, 0.05, 50)
    grid = lay_grid(lat, lon, -34.0, 250.0)
    for k in range(50):
        assert metres_from(lat[k : k + 1], lon[k : k + 1], grid.place(grid.cell[k]))[0] <= 125.0 * math.sqrt(2) * 1.01


def test_grid_when_points_added_then_cells_stay():
    rng = np.random.default_rng(9)
    lat, lon = rng.normal(22.5, 0.05, 50), rng.normal(114.0, 0.05, 50)
    few, many = lay_grid(lat[:20], lon[:20], 23.0, 250.0), lay_grid(lat, lon, 23.0, 250.0)
    assert [few.place(c) for c in few.cell] == [many.place(c) for c in many.cell[:20]]


def covered(shape: Shape, east: float, north: float) -> bool:
    """Plain trigonometry: is the place in the circle, or between the long and the short sides of the strip?"""
    if shape.half_width_m is None:
        return math.sqrt(east**2 + north**2) <= shape.reach_m
    away, bearing = math.hypot(east, north), math.atan2(north, east) - shape.turn
    along, across = away * math.cos(bearing), away * math.sin(bearing) - shape.aside_m
    return abs(along) <= shape.reach_m + 1e-3 and abs(across) <= shape.half_width_m + 1e-3


def reference_counts(grid: Grid, shapes: list[Shape], day: np.ndarray, days: range) -> np.ndarray:
    """[shape, centre], event by event."""
    counts = np.zeros((len(shapes), grid.cells))
    for k, centre, event in np.ndindex(len(shapes), grid.cells, len(day)):
        east = 250.0 * (grid.column[grid.cell[event]] - grid.column[centre])
        north = 250.0 * (grid.row[grid.cell[event]] - grid.row[centre])
        counts[k, centre] += day[event] in days and covered(shapes[k], east, north)
    return counts


SHAPES = shapes_of(ScanConfig(radii_m=RADII, strip_half_lengths_m=(500.0, 1000.0), strip_directions=3))


def test_counts_when_any_day_asked_then_equal_plain_count():
    rng = np.random.default_rng(2)
    weight = np.r_[np.zeros(3), np.linspace(1.5, 0.5, 9)]
    grid = lay_grid(rng.normal(31.2, 0.01, 24), rng.normal(121.4, 0.01, 24), 31.0, 250.0)
    counter, day, centres = ShapeCounter(grid, SHAPES), rng.integers(10, 30, 24), np.arange(grid.cells)[::2]
    for today in (21, 29):
        seen = (day <= today) & (day > today - 12)
        got = counter.count(by_window(today - day[seen], grid.cell[seen], grid.cells, weight), centres)
        for w in range(3):
            assert np.array_equal(got[w], reference_counts(grid, SHAPES, day, range(today - w, today + 1))[:, centres])
        past = [
            weight[today - d] * reference_counts(grid, SHAPES, day, range(d, d + 1))
            for d in range(today - 11, today - 2)
        ]
        assert got[3] == pytest.approx(sum(past)[:, centres], rel=1e-5)


@pytest.mark.parametrize("radii", [(260.0, 300.0, 600.0), (300.0, 600.0, 610.0)])
def test_counts_when_a_ring_holds_no_cell_then_its_circle_equals_the_smaller_one(radii):
    grid = lay_grid(31.2 + np.arange(30) * 0.001, np.full(30, 121.4), 31.0, 250.0)
    shapes = shapes_of(ScanConfig(radii_m=radii, strip_half_lengths_m=()))
    got = ShapeCounter(grid, shapes).count(
        by_window(np.zeros(30, int), grid.cell, grid.cells, np.array([0.0, 1.0])), np.arange(grid.cells)
    )
    same = int(radii[0] == 300.0)
    assert np.array_equal(got[0, same], got[0, same + 1])
    assert np.array_equal(got[0], reference_counts(grid, shapes, np.zeros(30), range(1)))


def test_weights_when_all_days_tell_the_same_then_one_each_and_fewer_when_old_ones_fade():
    config = ScanConfig(half_life_days=1e9)
    assert day_weights(104, config) == pytest.approx(np.r_[np.zeros(14), np.ones(90)])
    fading = day_weights(104, ScanConfig(half_life_days=30.0))
    assert fading[44] == pytest.approx(fading[14] / 2)
    assert 60 < fading.sum() < 90


def test_shapes_when_listed_then_no_strip_reaches_beyond_the_largest_circle():
    assert [s.reach_m for s in SHAPES if not s.is_strip] == list(RADII)
    assert len([s for s in SHAPES if s.is_strip]) == 2 * 3 * 2
    short = shapes_of(ScanConfig(radii_m=(300.0, 600.0)))
    assert not any(s.is_strip for s in short)


def test_strip_when_aside_then_its_middle_lies_within_and_cells_on_both_sides():
    for shape in SHAPES:
        east, north = shape.middle()
        assert shape.covers(np.array([east]), np.array([north]))[0]
        assert math.hypot(east, north) == pytest.approx(shape.aside_m)


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


def test_ratio_when_fewer_than_least_then_none():
    observed = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 4)
    got = log_likelihood_ratio(observed, np.ones((1, 4)), np.full((1, 4), 100.0), np.array([1.0]), least=3)
    assert (got > 0).ravel().tolist() == [False, False, True, True]


def test_ratio_when_floor_given_then_all_above_it_stand():
    rng = np.random.default_rng(8)
    shape, exposure, totals = rng.uniform(0.5, 9, (3, 200)), np.full((3, 200), 300.0), np.array([5.0, 11.0, 20.0])
    observed = rng.poisson(shape / exposure * totals[:, None, None] * rng.choice([1.0, 4.0], (3, 3, 200))).astype(float)
    plain, floor = log_likelihood_ratio(observed, shape, exposure, totals), np.array([0.5, 1.0, 3.0])
    got = log_likelihood_ratio(observed, shape, exposure, totals, floor=floor)
    above = plain > floor[:, None]
    assert 20 < above.sum() < above.size / 2
    assert np.array_equal(got[above], plain[above])
    assert (got[~above] == 0).any()


def test_ratio_when_last_days_quiet_then_it_is_over():
    observed = np.cumsum([[0.0, 2.0], [1.0, 3.0], [9.0, 4.0]], axis=0)[:, None, :]
    call = (observed, np.ones((1, 2)), np.full((1, 2), 100.0), np.array([10.0, 20.0, 30.0]))
    assert (log_likelihood_ratio(*call) > 0)[2].all()
    assert not log_likelihood_ratio(*call, lasting=1)[:, 0, 0].any()
    assert np.array_equal(log_likelihood_ratio(*call, lasting=1)[..., 1], log_likelihood_ratio(*call)[..., 1])
    assert np.array_equal(log_likelihood_ratio(*call, lasting=9), log_likelihood_ratio(*call))


def test_rates_when_shape_never_had_an_event_then_borrows_from_around():
    baseline, around = np.array([[0.0, 0.0], [200.0, 0.0]]), np.array([200.0, 0.0])
    shape, exposure = shape_rates(baseline, around, np.array([0.01, 1.0]), 1000.0, 1.0)
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
    assert fit.location == pytest.approx(8.0, abs=0.1)
    assert fit.p_value(8.0 + 4.6) == pytest.approx(0.01, rel=0.2)
    sure = Gumbel(8.0, 1.0)
    scores = [sure.score(x) for x in (5.0, 10.0, 30.0, 60.0, 200.0)]
    assert scores == sorted(scores)
    assert sure.score(200.0) > 80
    assert sure.p_value(200.0) >= 1e-15


def test_calibration_when_one_kind_is_many_then_both_kinds_start_level():
    rng = np.random.default_rng(5)
    maxima = np.c_[rng.gumbel(6.0, 1.0, 900), rng.gumbel(6.0, 1.0, (900, 20)).max(axis=1)]
    fit = fit_calibration(maxima)
    assert fit.usual[0] == pytest.approx(6.0 + 0.577, abs=0.15)
    assert fit.usual[1] == pytest.approx(6.0 + 0.577 + math.log(20), abs=0.15)
    ones = rng.gumbel(6.0, 1.0, (9000, 21))
    largest = np.maximum(ones[:, 0] - fit.usual[0], ones[:, 1:].max(axis=1) - fit.usual[1])
    p = np.array([fit.beyond.p_value(x) for x in largest])
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.015)
