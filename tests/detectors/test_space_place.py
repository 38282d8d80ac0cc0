"""The fitted circle: nearer to the truth than the grid's, best of all that were tried, no wider than its events."""

from __future__ import annotations

import math

import numpy as np
import pytest

from detectors.space.config import ScanConfig
from detectors.space.place import Points, around_strip, expected_in, fit_circle
from detectors.space.shapes import Shape

CENTRE, METRES = (31.2, 121.4), 111_195.0
CONFIG = ScanConfig()


def points(rng: np.random.Generator, radius: float, shift: tuple[float, float]) -> Points:
    """2,000 past events of 8 km, 60 recent ones alike, and 40 more in a disc `shift` metres from the centre."""
    wide, turn, away = (
        rng.uniform(-4000, 4000, (2060, 2)),
        rng.uniform(0, 2 * np.pi, 40),
        radius * rng.random(40) ** 0.5,
    )
    xy = np.r_[wide, np.c_[shift[0] + away * np.cos(turn), shift[1] + away * np.sin(turn)]]
    recent = np.arange(2100) >= 2000
    lat = CENTRE[0] + xy[:, 1] / METRES
    return Points(lat, CENTRE[1] + xy[:, 0] / METRES / np.cos(np.radians(CENTRE[0])), recent, 1.0 - recent, 80.0)


def reference_ratio(p: Points, centre: tuple[float, float], radius: float) -> float:
    """Event by event."""
    seen = past = around = 0
    for lat, lon, recent in zip(p.lat, p.lon, p.recent, strict=True):
        away = METRES * math.hypot(lat - centre[0], (lon - centre[1]) * math.cos(math.radians(centre[0])))
        seen += bool(recent) and away <= radius
        past += not recent and away <= radius
        around += not recent and away <= CONFIG.radii_m[-1]
    lent = (around + 2.0) * (radius / CONFIG.radii_m[-1]) ** 2
    shape, exposure = past + 1.0, 2000.0 * (1 + 1.0 / lent)
    if seen / p.total <= shape / exposure:
        return 0.0
    together = (seen + shape) / (p.total + exposure)
    return seen * math.log(seen / p.total / together) + shape * math.log(shape / exposure / together)


def test_circle_when_fitted_then_none_of_the_scan_is_more_unusual():
    p = points(np.random.default_rng(1), 430.0, (110.0, -90.0))
    fitted = fit_circle(p, CENTRE, 1, CONFIG)
    best = reference_ratio(p, fitted.centre, fitted.radius_m)
    assert best > reference_ratio(p, CENTRE, 600.0)
    step = 125.0 / METRES
    for k in range(9):
        place = (CENTRE[0] + (k % 3 - 1) * step, CENTRE[1] + (k // 3 - 1) * step / math.cos(math.radians(CENTRE[0])))
        for radius in (300.0, 600.0, 1000.0):
            assert best >= reference_ratio(p, place, radius) - 1e-9


def test_circle_when_fitted_then_nearer_to_what_was_planted():
    errors, plain = [], []
    for seed in range(20):
        p = points(np.random.default_rng([2, seed]), 430.0, (110.0, -90.0))
        fitted = fit_circle(p, CENTRE, 1, CONFIG)
        shift = (
            (fitted.centre[1] - CENTRE[1]) * math.cos(math.radians(31.2)) * METRES,
            (fitted.centre[0] - CENTRE[0]) * METRES,
        )
        errors.append(abs(fitted.radius_m - 430.0) + math.dist(shift, (110.0, -90.0)))
        plain.append(170.0 + math.hypot(110.0, 90.0))
    assert np.mean(errors) < 0.6 * np.mean(plain)


def test_circle_when_told_then_its_rim_is_its_outermost_event():
    p = points(np.random.default_rng(3), 300.0, (0.0, 0.0))
    fitted = fit_circle(p, CENTRE, 1, CONFIG)
    away = METRES * np.hypot(
        p.lat - fitted.centre[0], (p.lon - fitted.centre[1]) * np.cos(np.radians(fitted.centre[0]))
    )
    assert fitted.inside[p.recent].sum() >= 40
    assert fitted.radius_m - 1.5 <= away[fitted.inside & p.recent].max() <= fitted.radius_m


def test_strip_when_told_then_circle_reaches_its_last_event():
    p = points(np.random.default_rng(4), 300.0, (0.0, 0.0))
    inside = (np.abs(p.lat - CENTRE[0]) * METRES < 190) & (np.abs(p.lon - CENTRE[1]) * METRES < 900)
    place = around_strip(p, CENTRE, Shape(750.0, 190.0), inside)
    away = METRES * np.hypot(p.lat - CENTRE[0], (p.lon - CENTRE[1]) * np.cos(np.radians(CENTRE[0])))
    assert place.radius_m == pytest.approx(away[inside & p.recent].max(), abs=1.0)
    assert place.area_m2 == pytest.approx(4 * 750 * 190)


def test_expected_when_city_even_then_share_of_the_area():
    p = points(np.random.default_rng(5), 300.0, (0.0, 0.0))
    fitted = fit_circle(p, CENTRE, 3, CONFIG)
    share = fitted.inside[~p.recent].mean()
    assert expected_in(p, fitted, CONFIG) == pytest.approx(80.0 * share, rel=0.1)
