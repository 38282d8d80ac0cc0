"""What the day's largest log likelihood ratio looks like when time and place have nothing to do with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from detectors.space.config import ScanConfig
from detectors.space.statistic import circle_rates, log_likelihood_ratio, window_totals

EULER = 0.5772156649
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
    offset, cell = day[inside] - first, cell[inside]
    days = last - first + 1
    totals = np.bincount(offset, minlength=days)
    near = window_totals(totals, np.arange(first, last + 1) % 7, config.max_window_days)
    whole = _circle_counts(
        np.bincount(cell, minlength=rings[0].shape[0])[None].astype(np.float32), rings, np.arange(rings[0].shape[0])
    )[0]
    since = days - config.max_window_days
    maxima = [
        _permuted_maximum(rng.permutation(offset) - since, cell, whole, totals, near, rings, config)
        for _ in range(config.replicates)
    ]
    return fit_gumbel(np.array(maxima))


def _permuted_maximum(
    age: np.ndarray,
    cell: np.ndarray,
    whole: np.ndarray,
    totals: np.ndarray,
    near: np.ndarray,
    rings: list[sparse.csr_matrix],
    config: ScanConfig,
) -> float:
    recent = age >= 0
    windows = config.max_window_days
    daily = np.zeros((windows, len(whole[0])), np.float32)
    np.add.at(daily, (windows - 1 - age[recent], cell[recent]), 1.0)
    active = np.unique(cell[recent])
    if not len(active):
        return 0.0
    observed = _circle_counts(np.cumsum(daily, axis=0), rings, active)
    shape, exposure = circle_rates(whole[:, active] - observed[-1], float(totals[:-windows].sum()), config)
    ratio = log_likelihood_ratio(observed, shape, exposure, near)
    return float(np.where(observed >= config.min_events, ratio, 0.0).max())


def _circle_counts(counts: np.ndarray, rings: list[sparse.csr_matrix], centres: np.ndarray) -> np.ndarray:
    """counts[day, cell] -> [day, radius, centre], for some centres only."""
    sparse_counts = sparse.csc_matrix(counts.T)
    by_ring = [(ring[centres] @ sparse_counts).toarray().T for ring in rings]  # a ring matrix is symmetric
    return np.cumsum(np.stack(by_ring, axis=1), axis=1)
