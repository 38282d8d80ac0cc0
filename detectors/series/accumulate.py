"""Accumulators: windows of days tested together, so that ramps, shifts and drifts show that no single day shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.series.scores import deviance_score

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class AccumulatorConfig:
    """Windows in steps, and what makes scores of series of any size comparable (found on simulated series, `docs/detectors.md`)."""

    windows: tuple[int, ...] = (1, 2, 3, 4, 5, 7, 10, 14, 21, 28)
    forecast_floor: float = 0.3  # the carried-over residual never takes the expectation below this share
    cap: float = 6.0  # a single residual carries over at most this many standard deviations
    misfit: float = 0.08  # relative error of one step's expectation that no calendar explains …
    level_misfit: float = 0.02  # … and that all steps of a window share
    level_share: float = 0.5  # of the level's standard error: what stays wrong gives one alert, not one a window
    discreteness: float = 0.05  # by how much the maximum over windows grows by chance per log unit of the mean …
    discrete_means: tuple[float, float] = (0.05, 30.0)  # … between these


def carry_over(
    counts: Floats, expected: Floats, variance: Floats, autocorrelation: Floats, config: AccumulatorConfig
) -> Floats:
    """Expectation given yesterday: adds lag-1 autocorrelation times yesterday's residual, scaled to today's spread."""
    sd = np.sqrt(variance)
    z = np.clip((counts - expected) / sd, -config.cap, config.cap)
    before = np.zeros_like(z)
    before[:, 1:] = np.nan_to_num(z[:, :-1])
    moved = expected + autocorrelation * before * sd
    return np.maximum(moved, config.forecast_floor * expected)


def with_misfit(
    expected: Floats, variance: Floats, level_sd: Floats, config: AccumulatorConfig
) -> tuple[Floats, Floats]:
    """Variance of a step and standard error of the log level, with what no model knows; all [series, time]."""
    return variance + (config.misfit * expected) ** 2, np.hypot(config.level_share * level_sd, config.level_misfit)


def chance_gain(expected: Floats, config: AccumulatorConfig) -> Floats:
    """[series, time] what the maximum over windows gains by chance as counts grow: few counts take few distinct values.

    By the mean expected over the longest window; 0 at one event a step.
    """
    running, end = _running(np.nan_to_num(expected)), np.arange(1, expected.shape[1] + 1)
    begin = np.maximum(end - max(config.windows), 0)
    mean = (running[:, end] - running[:, begin]) / (end - begin)
    return config.discreteness * np.log(np.clip(mean, *config.discrete_means))


def window_scores(
    counts: Floats, expected: Floats, variance: Floats, level_sd: Floats, config: AccumulatorConfig
) -> Floats:
    """Normal scores [window, series, time] of sums over the last w steps; NaN where a window is not full or holds no observed step.

    level_sd[series, time]: standard error of the log level, which all steps of a window share.
    """
    seen = np.isfinite(counts) & np.isfinite(expected)
    sums = [_running(np.where(seen, a, 0.0)) for a in (counts, expected, variance)]
    out = np.full((len(config.windows), *counts.shape), np.nan)
    for i, w in enumerate(config.windows):
        if w > counts.shape[1]:
            continue
        y, mu, var = (s[:, w:] - s[:, :-w] for s in sums)
        spread = var + (mu * level_sd[:, w - 1 :]) ** 2
        with np.errstate(invalid="ignore", divide="ignore"):
            out[i, :, w - 1 :] = np.where(
                mu > 0, deviance_score(y, np.maximum(mu, 1e-9), np.maximum(spread, 1e-9)), np.nan
            )
    return out


def _running(values: Floats) -> Floats:
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1, dtype=float)], axis=1)
