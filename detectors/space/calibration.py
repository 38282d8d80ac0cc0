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
    """What chance brings: the mean of each kind's largest ratio, and the distribution of the largest ratio beyond that."""

    usual: np.ndarray
    beyond: Gumbel


def fit_gumbel(maxima: np.ndarray) -> Gumbel:
    """The location by the mean; the scale is theory's, because replicates say little of it (Abrams, Kulldorff 2010)."""
    return Gumbel(float(maxima.mean()) - EULER * THEORY_SCALE, THEORY_SCALE)


def fit_calibration(maxima: np.ndarray) -> Calibration:
    """Make kinds of shapes comparable; maxima: [replicate, kind] largest ratio of each kind."""
    usual = maxima.mean(axis=0)
    return Calibration(usual, fit_gumbel((maxima - usual).max(axis=1)))


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
    study = _Study(
        cell, totals, window_totals(totals, np.arange(span.start, span.stop) % 7, config.max_window_days),
        counter.count(_by_age(np.zeros_like(age), cell, 1, counter))[0],
    )  # fmt: skip
    maxima = np.zeros((config.replicates, counter.kinds.max() + 1))
    for k in range(config.replicates):
        shuffled, floor = rng.permutation(age), 0.6 * maxima[:k].min(axis=0) if k else np.zeros(maxima.shape[1])
        maxima[k] = _largest(shuffled, study, counter, config, floor)
        if np.any(maxima[k] <= floor):  # a quieter shuffle than all before: look at everything
            maxima[k] = _largest(shuffled, study, counter, config, np.zeros_like(floor))
    return fit_calibration(maxima)


@dataclass(frozen=True)
class _Study:
    """Events by cell, events by day, events expected in the last days, events of all days in every shape."""

    cell: np.ndarray
    totals: np.ndarray
    expected: np.ndarray
    whole: np.ndarray


def _largest(
    age: np.ndarray, study: _Study, counter: ShapeCounter, config: ScanConfig, floor: np.ndarray
) -> np.ndarray:
    """[kind] largest ratio when the events are so many days old; right where it is above `floor`."""
    recent = age < config.max_window_days
    active = np.unique(study.cell[recent])
    if not len(active):
        return np.zeros(len(floor))
    daily = counter.count(_by_age(age[recent], study.cell[recent], config.max_window_days, counter), active)
    observed = np.cumsum(daily, axis=0)
    before = float(study.totals[: -config.max_window_days].sum())
    rates = counter.rates(study.whole[:, active] - observed[-1], before, config)
    ratio = log_likelihood_ratio(
        observed, *rates, study.expected, least=config.min_events, floor=floor[counter.kinds]
    ).max(axis=(0, 2))
    return np.array([ratio[counter.kinds == kind].max() for kind in range(len(floor))])


def _by_age(age: np.ndarray, cell: np.ndarray, ages: int, counter: ShapeCounter) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(age), np.float32), (age, cell)), (ages, counter.shape[1]))
