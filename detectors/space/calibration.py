"""What the day's largest log likelihood ratio looks like when time and place have nothing to do with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from detectors.space.config import ScanConfig
from detectors.space.statistic import circle_rates, log_likelihood_ratio, window_totals

EULER = 0.5772156649
DENSE_CELLS = 1500  # up to here dense matrices (6 × 9 MB) beat sparse ones by far
THEORY_SCALE = 1.0  # the tail of a log likelihood ratio falls like exp(-x)


@dataclass(frozen=True)
class Gumbel:
    """Distribution of a quiet day's maximum."""

    location: float
    scale: float

    def score(self, maximum: float) -> float:
        """-log10 of the p-value, without a ceiling."""
        depth = (maximum - self.location) / self.scale
        return depth / float(np.log(10.0)) if depth > 30.0 else -float(np.log10(self.p_value(maximum)))

    def p_value(self, maximum: float) -> float:
        """Chance that a quiet day's maximum reaches `maximum`; at least 1e-15."""
        return max(float(-np.expm1(-np.exp(-(maximum - self.location) / self.scale))), 1e-15)


def fit_gumbel(maxima: np.ndarray) -> Gumbel:
    """Moments, the scale shrunk half-way to theory because few replicates say little of it (Abrams, Kulldorff 2010)."""
    scale = 0.5 * (float(maxima.std(ddof=1)) * np.sqrt(6.0) / np.pi + THEORY_SCALE)
    return Gumbel(float(maxima.mean()) - EULER * scale, scale)


def calibrate(
    day: np.ndarray,
    cell: np.ndarray,
    last: int,
    rings: list[sparse.csr_matrix],
    config: ScanConfig,
    rng: np.random.Generator,
) -> Gumbel:
    """Permute the days of the events of the study ending on day `last` and scan each permutation's last day."""
    first = max(int(day[0]), last - config.reach_days + 1)
    inside = (day >= first) & (day <= last)
    used, cell = np.unique(cell[inside], return_inverse=True)
    offset, days = day[inside] - first, last - first + 1
    totals = np.bincount(offset, minlength=days)
    near = window_totals(totals, np.arange(first, last + 1) % 7, config.max_window_days)
    circles = _Circles(rings, used)
    whole = circles.count(np.bincount(cell, minlength=len(used))[None].astype(np.float32), np.arange(len(used)))[0]
    since = days - config.max_window_days
    maxima = [
        _permuted_maximum(rng.permutation(offset) - since, cell, whole, totals, near, circles, config)
        for _ in range(config.replicates)
    ]
    return fit_gumbel(np.array(maxima))


class _Circles:
    """Counts in circles around the cells that hold an event; one dense matrix per radius while that is small."""

    def __init__(self, rings: list[sparse.csr_matrix], used: np.ndarray) -> None:
        parts = [ring[used][:, used] for ring in rings]
        self._rings = [p.toarray() for p in parts] if len(used) <= DENSE_CELLS else parts

    def count(self, counts: np.ndarray, centres: np.ndarray) -> np.ndarray:
        """counts[day, cell] -> [day, radius, centre], for some centres only; a ring matrix is symmetric."""
        if isinstance(self._rings[0], np.ndarray):
            held = np.flatnonzero(counts.any(axis=0))
            by_ring = [counts[:, held] @ ring[held[:, None], centres] for ring in self._rings]
        else:
            sparse_counts = sparse.csc_matrix(counts.T)
            by_ring = [(ring[centres] @ sparse_counts).toarray().T for ring in self._rings]
        return np.cumsum(np.stack(by_ring, axis=1), axis=1)


def _permuted_maximum(
    age: np.ndarray,
    cell: np.ndarray,
    whole: np.ndarray,
    totals: np.ndarray,
    near: np.ndarray,
    circles: _Circles,
    config: ScanConfig,
) -> float:
    recent = age >= 0
    windows = config.max_window_days
    daily = np.zeros((windows, len(whole[0])), np.float32)
    np.add.at(daily, (windows - 1 - age[recent], cell[recent]), 1.0)
    active = np.unique(cell[recent])
    if not len(active):
        return 0.0
    observed = circles.count(np.cumsum(daily, axis=0), active)
    shape, exposure = circle_rates(whole[:, active] - observed[-1], float(totals[:-windows].sum()), config)
    ratio = log_likelihood_ratio(observed, shape, exposure, near)
    return float(np.where(observed >= config.min_events, ratio, 0.0).max())
