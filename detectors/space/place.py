"""Where exactly a found cluster lies: the points themselves decide, not the cells that found it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.space.config import ScanConfig
from detectors.space.grid import METRES_PER_DEGREE, metres_from
from detectors.space.shapes import Shape
from detectors.space.statistic import log_likelihood_ratio, shape_rates

FINER = 9  # radii tried from the next smaller to the next larger one of the scan


@dataclass(frozen=True)
class Points:
    """One entry per event: degrees, whether in the cluster's window, what it counts for the expectation; `total` expected in the window."""

    lat: np.ndarray
    lon: np.ndarray
    recent: np.ndarray
    weight: np.ndarray
    total: float


@dataclass(frozen=True)
class Place:
    """A circle in degrees and metres, which events belong to the cluster, and the area that holds them."""

    centre: tuple[float, float]
    radius_m: float
    inside: np.ndarray
    area_m2: float


def around_strip(points: Points, centre: tuple[float, float], strip: Shape, inside: np.ndarray) -> Place:
    """The circle around the events of a strip."""
    distance = metres_from(points.lat, points.lon, centre)
    radius = float(np.ceil(distance[inside & points.recent].max(initial=strip.half_width_m)))
    return Place(centre, radius, inside, 4.0 * strip.reach_m * strip.half_width_m)


def fit_circle(points: Points, centre: tuple[float, float], size: int, config: ScanConfig) -> Place:
    """The most unusual circle within half a cell of `centre`, of a radius like the `size`-th of the scan, no wider than its events need."""
    step = config.cell_m / 2 * np.array([-1.0, 0.0, 1.0])
    places = [_moved(centre, east, north) for east in step for north in step]
    distance = np.array([metres_from(points.lat, points.lon, place) for place in places])
    known = (config.cell_m, *config.radii_m, config.radii_m[-1])
    radii = np.unique(np.r_[np.geomspace(known[size], known[size + 2], FINER), config.radii_m[size]])
    ratio = _ratios(points, distance, radii, config)
    k, at = np.unravel_index(int(ratio.argmax()), ratio.shape)
    held = distance[at][points.recent]
    radius = float(np.ceil(held[held <= radii[k]].max(initial=config.cell_m)))
    return Place(places[at], radius, distance[at] <= radius, np.pi * radius**2)


def expected_in(points: Points, place: Place, config: ScanConfig) -> float:
    """Events expected in the place and the window."""
    largest = max(config.radii_m[-1], place.radius_m)
    near = metres_from(points.lat, points.lon, place.centre) <= largest
    shape, exposure = shape_rates(
        np.array([[points.weight[place.inside].sum()]]), np.array([points.weight[near].sum()]),
        np.array([min(place.area_m2 / (np.pi * largest**2), 1.0)]), float(points.weight.sum()), config.prior_events,
    )  # fmt: skip
    return float(shape[0, 0] / exposure[0, 0] * points.total)


def _ratios(points: Points, distance: np.ndarray, radii: np.ndarray, config: ScanConfig) -> np.ndarray:
    """[radius, place] log likelihood ratio of the circle; distance[place, event]."""
    edges = np.r_[0.0, np.nextafter(radii, np.inf), np.inf]
    largest = config.radii_m[-1]
    before = np.stack([np.histogram(d, edges, weights=points.weight)[0].cumsum()[:-1] for d in distance], axis=1)
    seen = np.stack([np.histogram(d[points.recent], edges)[0].cumsum()[:-1] for d in distance], axis=1)
    around = np.array([points.weight[d <= largest].sum() for d in distance])
    rates = shape_rates(before, around, (radii / largest) ** 2, float(points.weight.sum()), config.prior_events)
    return log_likelihood_ratio(seen[None].astype(float), *rates, np.array([points.total]))[0]


def _moved(centre: tuple[float, float], east: float, north: float) -> tuple[float, float]:
    stretch = float(np.cos(np.radians(centre[0])))
    return centre[0] + north / METRES_PER_DEGREE, centre[1] + east / METRES_PER_DEGREE / stretch
