"""The scan of one group: day after day, with the past alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from detectors.space.calibration import Gumbel, calibrate
from detectors.space.config import Cluster, ScanConfig
from detectors.space.cube import Cube, build_cube
from detectors.space.grid import Grid, lay_grid, metres_from, ring_matrices
from detectors.space.statistic import circle_rates, log_likelihood_ratio, window_totals

BLOCK_BYTES = 128e6


@dataclass(frozen=True)
class _Group:
    day: np.ndarray
    grid: Grid
    rings: list[sparse.csr_matrix]
    order: np.ndarray  # position of each event in the caller's arrays


@dataclass(frozen=True)
class _Candidate:
    centre: int
    radius: int
    days: int
    ratio: float


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
        Up to `max_clusters` disjoint circles per day with p ≤ 0.5, the most unusual first, days ascending.

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
    first_day = int(day.min())
    square = float(np.round(np.median(lat))) if latitude is None else latitude
    grid = lay_grid(lat[order], lon[order], square, config.cell_m)
    group = _Group(day[order].astype(np.int64), grid, ring_matrices(grid, config.radii_m), order)
    return [
        c for block in _blocks(judged, grid.cells, config) for c in _scan_block(group, block, first_day, config, seed)
    ]


def _check(lat: np.ndarray, lon: np.ndarray, day: np.ndarray) -> None:
    if not len(lat) == len(lon) == len(day):
        raise ValueError(f"lat, lon and day differ in length: {len(lat)}, {len(lon)}, {len(day)}")
    if not (np.all(np.abs(lat) <= 90) and np.all(np.abs(lon) <= 180)):
        raise ValueError("lat and lon must be finite degrees")


def _blocks(judged: list[int], cells: int, config: ScanConfig) -> Iterator[list[int]]:
    """Cut the judged days so that one block's cube stays small."""
    span = max(28, int(BLOCK_BYTES / (4 * cells * len(config.radii_m))) - config.reach_days)
    block: list[int] = []
    for day in judged:
        if block and day - block[0] >= span:
            yield block
            block = []
        block.append(day)
    yield block


def _scan_block(group: _Group, block: list[int], first_day: int, config: ScanConfig, seed: int) -> Iterator[Cluster]:
    cube = build_cube(group.day, group.grid.cell, range(block[0] - config.reach_days + 1, block[-1] + 1), group.rings)
    gumbels: dict[int, Gumbel] = {}
    for day in block:
        if day - first_day + 1 < 2 * config.max_window_days:
            continue
        last = _epoch_end(day, first_day, config)
        if last not in gumbels:
            gumbels[last] = calibrate(
                group.day, group.grid.cell, last, group.rings, config, np.random.default_rng([seed, last % 2**32])
            )
        yield from _scan_day(group, cube, day, max(first_day, day - config.reach_days + 1), gumbels[last], config)


def _epoch_end(day: int, first_day: int, config: ScanConfig) -> int:
    """The last day whose events may calibrate `day`: the eve of its epoch, or the day itself while history is short."""
    eve = day - day % config.epoch_days - 1
    return eve if eve - first_day + 1 >= 3 * config.max_window_days else day


def _scan_day(group: _Group, cube: Cube, day: int, since: int, gumbel: Gumbel, config: ScanConfig) -> Iterator[Cluster]:
    windows, stop = config.max_window_days, day + 1 - cube.first
    recent = slice(*np.searchsorted(group.day, [day - windows + 1, day + 1]))
    centres = np.unique(group.grid.cell[recent])
    if not len(centres):
        return
    start, guard = since - cube.first, stop - windows
    observed = cube.circles[stop, :, centres].T[None] - cube.circles[guard:stop][::-1][:, :, centres]
    baseline = cube.circles[guard][:, centres] - cube.circles[start][:, centres]
    shape, exposure = circle_rates(baseline, float(cube.totals[start:guard].sum()), config)
    totals = window_totals(cube.totals[start:stop], np.arange(since, day + 1) % 7, windows)
    ratio = np.where(observed >= config.min_events, log_likelihood_ratio(observed, shape, exposure, totals), 0.0)
    for found in _disjoint(ratio, centres, group.grid, config):
        if gumbel.p_value(found.ratio) > 0.5:
            return
        yield _describe(group, found, day, since, totals, gumbel, config)


def _disjoint(ratio: np.ndarray, centres: np.ndarray, grid: Grid, config: ScanConfig) -> Iterator[_Candidate]:
    """The largest ratio, then the largest among circles that do not touch it, and so on."""
    best, window = ratio.max(axis=0), ratio.argmax(axis=0)
    radii = np.asarray(config.radii_m)
    for _ in range(config.max_clusters):
        radius, at = divmod(int(best.argmax()), best.shape[1])
        if best[radius, at] <= 0:
            return
        yield _Candidate(int(centres[at]), radius, int(window[radius, at]) + 1, float(best[radius, at]))
        apart = grid.cell_m * np.hypot(
            grid.column[centres] - grid.column[centres[at]], grid.row[centres] - grid.row[centres[at]]
        )
        best[apart[None] < radii[:, None] + radii[radius]] = 0.0


def _describe(
    group: _Group, found: _Candidate, day: int, since: int, totals: np.ndarray, gumbel: Gumbel, config: ScanConfig
) -> Cluster:
    """Count the chosen circle anew from the points themselves, so that radius, members and counts agree exactly."""
    centre = group.grid.centre(found.centre)
    start = day - found.days + 1
    at = np.arange(*np.searchsorted(group.day, [since, day + 1]))
    days, distance = group.day[at], metres_from(group.grid.lat[at], group.grid.lon[at], centre)
    recent, past = days >= start, days <= day - config.max_window_days
    radius = _covering_radius(distance[recent], config.radii_m[found.radius], config.cell_m)
    members = at[(distance <= radius) & recent]
    largest = config.radii_m[-1]
    baseline = np.array([[(distance[past] <= radius).sum()], [(distance[past] <= largest).sum()]], float)
    shape, exposure = circle_rates(baseline, float(past.sum()), replace(config, radii_m=(radius, max(radius, largest))))
    expected = float(shape[0, 0] / exposure[0, 0] * totals[found.days - 1])
    p = gumbel.p_value(found.ratio)
    return Cluster(
        day, start, day, *centre, radius, len(members), expected, len(members) / expected,
        gumbel.score(found.ratio), p, min(1.0 / p, 1e6), np.sort(group.order[members]),
    )  # fmt: skip


def _covering_radius(distance: np.ndarray, radius: float, cell_m: float) -> float:
    """The smallest radius that still holds every point of the window whose cell may have been counted."""
    inside = distance[distance <= radius + cell_m / 2]
    return float(np.ceil(max(inside.max(initial=0.0), cell_m)))
