"""The next weeks of each series, with intervals, beside its usual week."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detectors.series.features import Features
from detectors.series.periods import sum_variance
from detectors.series.regression import CountModel, predict
from detectors.series.scores import upper_bound
from detectors.series.sequential import SeriesConfig, centred, fit_before

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class ForecastConfig:
    """How far ahead, how sure, and how the recent past weighs."""

    horizon_weeks: int = 4
    interval_z: float = 1.96
    recent_days: int = 42  # residuals of these days move the level …
    recent_weight: float = 1.0  # … by at most this share of their log ratio (shrunk where few counts are expected)
    recent_counts: float = 8.0
    series: SeriesConfig = field(default_factory=SeriesConfig)


@dataclass(frozen=True)
class WeekForecasts:
    """expected, lower, upper: [series, week ahead], counts per week; usual[series]: annual mean per week at today's level."""

    expected: Floats
    lower: Floats
    upper: Floats
    usual: Floats


def forecast_weeks(counts: Floats, features: Features, config: ForecastConfig | None = None) -> WeekForecasts:
    """Forecast the weeks after the last step.

    Args:
        counts: [series, step], NaN = not observed.
        features: design of these steps and of at least `horizon_weeks` weeks after them.

    Raises:
        ValueError: the features end before the horizon.
    """
    config = config or ForecastConfig()
    counts = np.asarray(counts, float)
    steps, week = counts.shape[1], 7 // features.step_days
    ahead = features.values[steps : steps + config.horizon_weeks * week]
    if len(ahead) < config.horizon_weeks * week:
        raise ValueError(f"features end {len(ahead)} steps after the counts; {config.horizon_weeks * week} are needed")
    model = fit_before(counts, steps, features, config.series)
    lift, doubt = _recent_level(model, counts, features, config)
    mu = predict(model, centred(ahead, features, steps)) * lift[:, None]
    weeks = mu.reshape(len(counts), config.horizon_weeks, week)
    expected = weeks.sum(axis=2)
    variance = (
        np.stack([sum_variance(model, weeks[:, h]) for h in range(config.horizon_weeks)], axis=1)
        + (expected * doubt[:, None]) ** 2
    )
    lower, upper = (upper_bound(expected, variance, z * config.interval_z) for z in (-1.0, 1.0))
    return WeekForecasts(expected, lower, upper, _usual(model, features, steps, week))


def _recent_level(
    model: CountModel, counts: Floats, features: Features, config: ForecastConfig
) -> tuple[Floats, Floats]:
    """Factor by which the last weeks move the level, and its standard error."""
    steps = counts.shape[1]
    part = slice(max(0, steps - config.recent_days // features.step_days), steps)
    seen = np.isfinite(counts[:, part])
    expected = (predict(model, centred(features.values[part], features, steps)) * seen).sum(axis=1)
    observed = np.nan_to_num(counts[:, part]).sum(axis=1)
    prior = config.recent_counts * model.phi
    ratio = np.clip((observed + prior) / (expected + prior), 0.2, 5.0)
    lift = ratio**config.recent_weight
    return lift, 0.25 * np.abs(np.log(lift))


def _usual(model: CountModel, features: Features, steps: int, week: int) -> Floats:
    year = slice(max(0, steps - 52 * week), steps)
    design = centred(features.values[year], features, steps)
    design[:, 1] = 0.0
    return predict(model, design).mean(axis=1) * week
