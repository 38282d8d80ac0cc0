"""The scan of one group: day after day, with the past alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.space.calibration import Calibration, Study, calibrate
from detectors.space.config import Cluster, ScanConfig
from detectors.space.counts import ShapeCounter, by_window, day_weights
from detectors.space.grid import Grid, lay_grid
from detectors.space.place import Points, around_strip, expected_in, fit_circle
from detectors.space.shapes import Shape, shapes_of
from detectors.space.statistic import window_totals


@dataclass(frozen=True)
class _Group:
    day: np.ndarray
    grid: Grid
    shapes: list[Shape]
    counter: ShapeCounter
    order: np.ndarray  # position of each event in the caller's arrays
    first_day: int


@dataclass(frozen=True)
class _Candidate:
    centre: int
    shape: int
    days: int
    beyond: float  # log likelihood ratio above what chance brings to shapes of this kind


def scan_days(
    lat: np.ndarray,
    lon: np.ndarray,
    day: np.ndarray,
    judged: Sequence[int],
    config: ScanConfig | None = None,
    *,
    seed: int = 0,
    latitude: float | None = None,
) -> list[Cluster]:
    """Scan one group of events prospectively; a day's clusters depend on events up to that day only.

    Args:
        lat, lon: degrees, finite, one per event; day: integer day numbers (any origin; days since 1970-01-01 keep epochs stable).
        judged: the days to judge, ascending.  Days with too short a history (less than two window lengths) bring no cluster.
        seed: with the epoch's day it fixes the permutations, so one day judged alone equals the same day in a replay.
        latitude: where the grid's cells are square; default the median of the events, to a whole degree.

    Returns:
        Up to `max_clusters` disjoint clusters per day with p ≤ 0.5, the most unusual first, days ascending.

    Raises:
        ValueError: arrays of unequal length, places that are not finite or not on earth.
    """
    config = config or ScanConfig()
    _check(lat, lon, day)
    judged = [int(d) for d in judged]
    if not len(day) or not judged:
        return []
    near = (day <= judged[-1]) & (day > judged[0] - config.reach_days - config.lead_days)
    order = np.flatnonzero(near)[np.argsort(day[near], kind="stable")]
    if not len(order):
        return []
    square = float(np.round(np.median(lat))) if latitude is None else latitude
    grid, shapes = lay_grid(lat[order], lon[order], square, config.cell_m), shapes_of(config)
    group = _Group(day[order].astype(np.int64), grid, shapes, ShapeCounter(grid, shapes), order, int(day.min()))
    return list(_scan_group(group, judged, config, seed))


def _check(lat: np.ndarray, lon: np.ndarray, day: np.ndarray) -> None:
    if not len(lat) == len(lon) == len(day):
        raise ValueError(f"lat, lon and day differ in length: {len(lat)}, {len(lon)}, {len(day)}")
    if not (np.all(np.abs(lat) <= 90) and np.all(np.abs(lon) <= 180)):
        raise ValueError("lat and lon must be finite degrees")


def _scan_group(group: _Group, judged: list[int], config: ScanConfig, seed: int) -> Iterator[Cluster]:
    known: dict[int, Calibration] = {}
    for day in judged:
        if day - group.first_day + 1 < 2 * config.max_window_days:
            continue
        last = _epoch_end(day, group.first_day, config)
        if last not in known:
            span = range(max(group.first_day, last - config.reach_days + 1), last + 1)
            rng = np.random.default_rng([seed, last % 2**32])
            known = {last: calibrate(group.day, group.grid.cell, span, group.counter, config, rng)}
        yield from _scan_day(group, day, known[last], config)


def _epoch_end(day: int, first_day: int, config: ScanConfig) -> int:
    """The last day whose events may calibrate `day`: the eve of its epoch, or the day itself while history is short."""
    eve = day - day % config.epoch_days - 1
    return eve if eve - first_day + 1 >= 3 * config.max_window_days else day


def _scan_day(group: _Group, day: int, chance: Calibration, config: ScanConfig) -> Iterator[Cluster]:
    windows, since = config.max_window_days, max(group.first_day, day - config.reach_days + 1)
    seen = slice(*np.searchsorted(group.day, [since, day + 1]))
    weight = day_weights(day + 1 - since, config)
    events = by_window(day - group.day[seen], group.grid.cell[seen], group.grid.cells, weight)
    centres = np.flatnonzero(events[:, windows - 1])
    if not len(centres):
        return
    totals = np.bincount(group.day[seen] - since, minlength=day + 1 - since)
    expected = window_totals(totals, np.arange(since, day + 1) % 7, windows)
    usual = chance.usual[group.counter.kinds]
    floor = usual + chance.beyond.location - config.strip_lead
    ratio = Study(expected, float(weight @ totals[::-1]), group.counter, config).ratio(events, centres, floor)
    beyond = np.where(ratio > 0, ratio - usual[None, :, None], -np.inf)
    for found in _disjoint(beyond, centres, group, config):
        if chance.beyond.p_value(found.beyond) > 0.5:
            return
        yield _describe(group, found, day, since, expected, chance, config)


def _disjoint(beyond: np.ndarray, centres: np.ndarray, group: _Group, config: ScanConfig) -> Iterator[_Candidate]:
    """The most unusual shape, then the most unusual of those whose circle does not touch its circle, and so on."""
    best, window = beyond.max(axis=0), beyond.argmax(axis=0)
    reach = np.array([s.reach_m for s in group.shapes])
    column, row = group.grid.column[centres], group.grid.row[centres]
    for _ in range(config.max_clusters):
        shape, at = divmod(int(best.argmax()), best.shape[1])
        if not np.isfinite(best[shape, at]):
            return
        value = float(best[shape, at])
        apart = group.grid.cell_m * np.hypot(column - column[at], row - row[at])
        shape, at = _plainer(best, apart, group.shapes, (shape, at), config)
        yield _Candidate(int(centres[at]), shape, int(window[shape, at]) + 1, value)
        apart = group.grid.cell_m * np.hypot(column - column[at], row - row[at])
        best[apart[None] < reach[:, None] + reach[shape]] = -np.inf


def _plainer(
    best: np.ndarray, apart: np.ndarray, shapes: list[Shape], strip: tuple[int, int], config: ScanConfig
) -> tuple[int, int]:
    """The best circle on a strip instead of the strip, unless the strip is clearly more unusual."""
    if not shapes[strip[0]].is_strip:
        return strip
    circles = np.where(apart <= shapes[strip[0]].reach_m, best[: len(config.radii_m)], -np.inf)
    shape, at = divmod(int(circles.argmax()), circles.shape[1])
    return (shape, at) if circles[shape, at] >= best[strip] - config.strip_lead else strip


def _describe(
    group: _Group, found: _Candidate, day: int, since: int, totals: np.ndarray, chance: Calibration, config: ScanConfig
) -> Cluster:
    """Count the chosen shape anew from the points themselves, so that place, members and counts agree exactly."""
    at = slice(*np.searchsorted(group.day, [since, day + 1]))
    points = Points(
        group.grid.lat[at], group.grid.lon[at], group.day[at] > day - found.days,
        day_weights(day + 1 - since, config)[day - group.day[at]], float(totals[found.days - 1]),
    )  # fmt: skip
    shape, grid = group.shapes[found.shape], group.grid
    if shape.is_strip:
        centre, away = grid.place(found.centre, *shape.middle()), grid.cell[at]
        east, north = grid.column[away] - grid.column[found.centre], grid.row[away] - grid.row[found.centre]
        place = around_strip(points, centre, shape, shape.covers(east * grid.cell_m, north * grid.cell_m))
    else:
        place = fit_circle(points, grid.place(found.centre), found.shape, config)
    expected = expected_in(points, place, config)
    members, p = at.start + np.flatnonzero(place.inside & points.recent), chance.beyond.p_value(found.beyond)
    return Cluster(
        day, day - found.days + 1, day, *place.centre, place.radius_m, len(members), expected, len(members) / expected,
        chance.beyond.score(found.beyond), p, min(1.0 / p, 1e6), np.sort(group.order[members]),
    )  # fmt: skip
