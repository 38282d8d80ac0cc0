"""What the day's largest log likelihood ratio looks like when time and place have nothing to do with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from detectors.space.config import ScanConfig
from detectors.space.counts import ShapeCounter
from detectors.space.statistic import log_likelihood_ratio, window_totals

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


@dataclass(frozen=True)
class Calibration:
    """What chance brings: per shape the mean of its kind's largest ratio, and the distribution of the largest ratio beyond that."""

    usual: np.ndarray
    beyond: Gumbel


def fit_gumbel(maxima: np.ndarray) -> Gumbel:
    """The location by the mean; the scale is theory's, because replicates say little of it (Abrams, Kulldorff 2010)."""
    return Gumbel(float(maxima.mean()) - EULER * THEORY_SCALE, THEORY_SCALE)


def fit_calibration(maxima: np.ndarray, kinds: np.ndarray) -> Calibration:
    """Make kinds of shapes comparable.

    Args:
        maxima: [replicate, shape] largest ratio of each shape; kinds: [shape] 0, 1, …
    """
    by_kind = np.stack([maxima[:, kinds == kind].max(axis=1) for kind in range(kinds.max() + 1)], axis=1)
    usual = by_kind.mean(axis=0)
    return Calibration(usual[kinds], fit_gumbel((by_kind - usual).max(axis=1)))


def calibrate(
    day: np.ndarray,
    cell: np.ndarray,
    span: range,
    counter: ShapeCounter,
    config: ScanConfig,
    rng: np.random.Generator,
) -> Calibration:
    """Permute the days of the events of `span` and scan each permutation's last day."""
    inside = (day >= span.start) & (day < span.stop)
    age, cell = span.stop - 1 - day[inside], cell[inside]
    totals = np.bincount(len(span) - 1 - age, minlength=len(span))
    near = window_totals(totals, np.arange(span.start, span.stop) % 7, config.max_window_days)
    whole = counter.count(_by_age(np.zeros_like(age), cell, 1, counter))[0]
    base_total = float(totals[: -config.max_window_days].sum())
    maxima = [
        _permuted_maxima(rng.permutation(age), cell, whole, base_total, near, counter, config)
        for _ in range(config.replicates)
    ]
    return fit_calibration(np.array(maxima), counter.kinds)


def _permuted_maxima(
    age: np.ndarray,
    cell: np.ndarray,
    whole: np.ndarray,
    base_total: float,
    near: np.ndarray,
    counter: ShapeCounter,
    config: ScanConfig,
) -> np.ndarray:
    """[shape] largest ratio."""
    recent = age < config.max_window_days
    active = np.unique(cell[recent])
    if not len(active):
        return np.zeros(counter.shape[0])
    daily = counter.count(_by_age(age[recent], cell[recent], config.max_window_days, counter))
    observed = np.cumsum(daily[:, :, active], axis=0)
    shape, exposure = counter.rates(whole[:, active] - observed[-1], base_total, config)
    return log_likelihood_ratio(observed, shape, exposure, near, config.min_events).max(axis=(0, 2))


def _by_age(age: np.ndarray, cell: np.ndarray, ages: int, counter: ShapeCounter) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(age), np.float32), (age, cell)), (ages, counter.shape[1]))
