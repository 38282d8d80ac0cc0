"""What the day's largest log likelihood ratio looks like when time and place have nothing to do with each other."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from detectors.space.config import ScanConfig
from detectors.space.counts import ShapeCounter, by_window, day_weights
from detectors.space.statistic import log_likelihood_ratio, window_totals

EULER = 0.5772156649
# cells with events of several shuffles that are looked at together: one by one, small groups would cost calls
AT_ONCE = 1500
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
class Study:
    """What a day is held against: [window] events expected in the whole group, and its weighted events before them."""

    expected: np.ndarray
    before: float
    counter: ShapeCounter
    config: ScanConfig

    def ratio(self, events: np.ndarray, centres: np.ndarray, floor: np.ndarray) -> np.ndarray:
        """[window, shape, centre] log likelihood ratios of one day, 0 where they are below floor[shape].

        Args:
            events: [cell, window] of `by_window`, of one world or several; centres: cells to look around.
        """
        counts = self.counter.count(events, centres)
        return log_likelihood_ratio(
            counts[:-1], *self.counter.rates(counts[-1], self.before, self.config), self.expected,
            least=self.config.min_events, lasting=self.config.lasting_days, floor=floor,
        )  # fmt: skip


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
    expected = window_totals(totals, np.arange(span.start, span.stop) % 7, config.max_window_days)
    weight = day_weights(len(span), config)
    study = Study(expected, float(weight @ totals[::-1]), counter, config)
    shuffles = (by_window(rng.permutation(age), cell, counter.cells, weight) for _ in range(config.replicates))
    kinds = counter.kinds.max() + 1
    maxima, floor = np.zeros((0, kinds)), np.zeros(kinds)
    crowd = min(counter.cells, max(1, int(totals[-config.max_window_days :].sum())))
    while some := list(itertools.islice(shuffles, max(1, AT_ONCE // crowd))):
        largest = _largest(some, study, floor)
        if np.any(largest <= floor):  # a quieter shuffle than all before: look at everything
            largest = _largest(some, study, np.zeros(kinds))
        maxima = np.concatenate([maxima, largest])
        floor = 0.6 * maxima.min(axis=0)
    return fit_calibration(maxima)


def _largest(shuffles: list[np.ndarray], study: Study, floor: np.ndarray) -> np.ndarray:
    """[shuffle, kind] largest ratio of each shuffle's events[cell, window]; right where it is above `floor`."""
    maxima, events = np.zeros((len(shuffles), len(floor))), np.concatenate(shuffles)
    active = np.flatnonzero(events[:, -2])
    if len(active):
        kinds, cells = study.counter.kinds, study.counter.cells
        ratio = study.ratio(events, active, floor[kinds]).max(axis=0)
        for kind in range(len(floor)):
            np.maximum.at(maxima[:, kind], active // cells, ratio[kinds == kind].max(axis=0))
    return maxima
