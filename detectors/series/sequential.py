"""Expectations step by step with past data only: a refit on fixed calendar dates, coefficients kept until the next."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detectors.series.accumulate import AccumulatorConfig
from detectors.series.features import Features
from detectors.series.irls import RegressionConfig
from detectors.series.regression import CountModel, fit_counts, predict

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class SeriesConfig:
    """How series are scored; all lengths in steps (days, or weeks for weekly series)."""

    refit_every: int = 28
    history: int = 1461
    regression: RegressionConfig = field(default_factory=RegressionConfig)
    accumulator: AccumulatorConfig = field(default_factory=AccumulatorConfig)


@dataclass(frozen=True)
class Expectations:
    """What the model said of each step before it saw it; all arrays are [series, step] from `first` on."""

    first: int
    expected: Floats
    variance: Floats
    level_sd: Floats  # standard error of the log level
    autocorrelation: Floats

    def rows(self, part: slice) -> Expectations:
        """The same for some of the series."""
        arrays = (self.expected, self.variance, self.level_sd, self.autocorrelation)
        return Expectations(self.first, *(a[part] for a in arrays))


def expect_days(counts: Floats, first: int, features: Features, config: SeriesConfig) -> Expectations:
    """One-step expectations from `first` on; coefficients are refitted on calendar dates that are multiples of `refit_every`."""
    steps = counts.shape[1]
    out = [np.full((len(counts), steps - first), np.nan) for _ in range(4)]
    for start, stop in _refit_blocks(features, first, steps, config.refit_every):
        model = fit_before(counts, start, features, config)
        part = slice(max(start, first) - first, stop - first)
        mu = predict(model, centred(features.values[max(start, first) : stop], features, start))
        for target, value in zip(out, _moments(model, mu), strict=True):
            target[:, part] = value
    return Expectations(first, *out)


def fit_before(counts: Floats, start: int, features: Features, config: SeriesConfig) -> CountModel:
    """Fit on at most `history` steps before index `start`, the trend centred at the last of them."""
    begin = max(0, start - config.history)
    return fit_counts(
        counts[:, begin:start],
        centred(features.values[begin:start], features, start),
        features.names,
        config.regression,
    )


def centred(values: Floats, features: Features, start: int) -> Floats:
    """The design with the trend measured from the last step before `start`."""
    moved = values.copy()
    moved[:, 1] -= features.values[max(start - 1, 0), 1]
    return moved


def _moments(model: CountModel, mu: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    variance = model.phi[:, None] * mu * (1.0 + model.alpha * mu)
    return mu, variance, model.level_sd[:, None], model.autocorrelation[:, None]


def refit_start(features: Features, index: int, every: int) -> int:
    """The last refit at or before `index`; refits are fixed by the calendar, so any two runs agree on them."""
    unit = int(features.ordinals[0]) // features.step_days + index
    return max(index - unit % every, 0)


def _refit_blocks(features: Features, first: int, steps: int, every: int) -> list[tuple[int, int]]:
    """(start, stop) index blocks that share one fit."""
    unit = int(features.ordinals[0]) // features.step_days + first
    starts = range(first - unit % every, steps, every)
    return [(max(s, 1), min(s + every, steps)) for s in starts if s + every > 1]
