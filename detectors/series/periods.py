"""Weeks and months of a cell: expected count, dispersion and mid-p, from data before the period only; shrinkage by moments."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detectors.series.features import Features
from detectors.series.regression import CountModel, predict
from detectors.series.scores import mid_p
from detectors.series.sequential import SeriesConfig, centred, fit_before, refit_start

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class PeriodConfig:
    """How periods are expected."""

    series: SeriesConfig = field(default_factory=SeriesConfig)
    confident_weeks: float = 26.0  # with less history the shape is that of the siblings: low confidence


@dataclass(frozen=True)
class PeriodExpectations:
    """All arrays [series, period]; NaN where nothing was observed before or in the period.

    `dispersion` is variance / expected of the period's sum; `mid_p` = P(Y > y) + P(Y = y)/2.
    """

    observed: Floats
    expected: Floats
    dispersion: Floats
    mid_p: Floats
    history_weeks: Floats
    is_low_confidence: NDArray[np.bool_]


def cell_expectations(
    counts: Floats, features: Features, periods: NDArray[np.int64], config: PeriodConfig | None = None
) -> PeriodExpectations:
    """Expectation of each period from steps before it, refitted on the same calendar dates as `score_days`.

    Args:
        counts: [series, step]; steps not observed count neither as observed nor as expected.
        features: design of the same steps.
        periods: [period, 2] half-open index ranges (start, end), 0 < start < end ≤ steps, in any order.

    Raises:
        ValueError: a period is empty or outside the steps.
    """
    config = config or PeriodConfig()
    counts = np.asarray(counts, float)
    periods = np.asarray(periods, dtype=np.int64).reshape(-1, 2)
    if len(periods) and (
        periods.min() < 0 or periods.max() > counts.shape[1] or np.any(periods[:, 0] >= periods[:, 1])
    ):
        raise ValueError("periods must be non-empty index ranges inside the steps")
    expected, variance = (np.full((len(counts), len(periods)), np.nan) for _ in range(2))
    starts = np.array([refit_start(features, int(s), config.series.refit_every) for s in periods[:, 0]], dtype=np.int64)
    for start in np.unique(starts[starts > 0]):
        model = fit_before(counts, int(start), features, config.series)
        for p in np.flatnonzero(starts == start):
            expected[:, p], variance[:, p] = _period_moments(model, counts, features, int(start), periods[p])
    return _result(counts, features, periods, expected, variance, config)


def _period_moments(
    model: CountModel, counts: Floats, features: Features, start: int, period: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    mu = predict(model, centred(features.values[period[0] : period[1]], features, start))
    mu = np.where(np.isfinite(counts[:, period[0] : period[1]]), mu, 0.0)
    return mu.sum(axis=1), sum_variance(model, mu)


def sum_variance(model: CountModel, mu: Floats) -> Floats:
    """Variance of a sum of steps with means mu[series, step]: counts, lag-1 autocorrelation, and the error of the level."""
    rho = model.autocorrelation
    single = (model.phi[:, None] * mu * (1.0 + model.alpha * mu)).sum(axis=1)
    return single * (1.0 + rho) / (1.0 - rho) + (mu.sum(axis=1) * model.level_sd) ** 2


def _result(
    counts: Floats,
    features: Features,
    periods: NDArray[np.int64],
    expected: Floats,
    variance: Floats,
    config: PeriodConfig,
) -> PeriodExpectations:
    running = np.concatenate([np.zeros((len(counts), 1)), np.cumsum(np.nan_to_num(counts), axis=1)], axis=1)
    seen = np.concatenate([np.zeros((len(counts), 1)), np.cumsum(np.isfinite(counts), axis=1)], axis=1)
    begin, end = periods[:, 0], periods[:, 1]
    assessed = (seen[:, end] > seen[:, begin]) & (seen[:, begin] > 0)
    observed = np.where(assessed, running[:, end] - running[:, begin], np.nan)
    expected = np.where(assessed, expected, np.nan)
    weeks = seen[:, begin] * features.step_days / 7.0
    with np.errstate(invalid="ignore"):
        dispersion = variance / expected
    p = mid_p(observed, expected, variance)
    return PeriodExpectations(observed, expected, dispersion, p, weeks, weeks < config.confident_weeks)


def shrinkage_alpha(
    observed: Floats, expected: Floats, group: NDArray[np.int64], *, least: float = 0.5, most: float = 1000.0
) -> Floats:
    """α of θ̂ = (O+α)/(E+α) per group by moments, from a period and those before it: 1/α = Σ((O−E)² − E) / ΣE², within [least, most].

    Args:
        observed, expected: [series, period], periods in the order of time; cells with NaN are left out.
        group: [series], the group of each series, 0..G−1.

    Returns:
        [G, period]; `most` (full shrinkage) where the cells so far vary no more than chance.
    """
    known = np.isfinite(observed) & np.isfinite(expected)
    size = int(group.max()) + 1 if len(group) else 0
    excess, square = (np.zeros((size, observed.shape[1])) for _ in range(2))
    np.add.at(excess, group, np.where(known, (observed - expected) ** 2 - expected, 0.0))
    np.add.at(square, group, np.where(known, expected**2, 0.0))
    excess, square = excess.cumsum(axis=1), square.cumsum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = np.where(excess > 0, square / excess, most)
    return np.clip(np.nan_to_num(alpha, nan=most), least, most)
