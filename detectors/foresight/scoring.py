"""How good a forecast in quantiles was, and the two forecasts that anyone could make without a model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
LEVELS = np.array([0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975])
YEAR_WEEKS = 52


def weighted_interval_score(observed: Floats, quantiles: Floats, levels: Floats = LEVELS) -> Floats:
    """Mean over `levels` of twice the pinball loss; smaller is better, 0 = a sure and right forecast.

    Args:
        observed: [...]; quantiles: [..., level], levels symmetric around the median.

    Source: Bracher et al. 2021, PLoS Comput Biol 17:e1008618, equation 3 (equal to the sum over intervals).
    """
    miss = np.asarray(observed, float)[..., None] - quantiles
    return 2.0 * np.where(miss >= 0, levels * miss, (levels - 1.0) * miss).mean(axis=-1)


def seasonal_naive(weeks: Floats, horizon: int, levels: Floats = LEVELS, *, back: int = 104) -> Floats:
    """The same week of last year, with the errors this rule made over the last `back` weeks around it.

    Args:
        weeks: [series, week] counts, NaN = not observed; fewer than 52 weeks: the mean of the last four.

    Returns:
        [series, week ahead, level].
    """
    n = weeks.shape[1]
    last = np.nanmean(weeks[:, -4:], axis=1)[:, None]
    known = n >= YEAR_WEEKS + horizon
    point = weeks[:, n - YEAR_WEEKS : n - YEAR_WEEKS + horizon] if known else np.full((len(weeks), horizon), np.nan)
    errors = (weeks[:, YEAR_WEEKS:] - weeks[:, :-YEAR_WEEKS])[:, -back:]
    return _around(np.where(np.isfinite(point), point, last), np.repeat(errors[:, :, None], horizon, axis=2), levels)


def last_weeks(weeks: Floats, horizon: int, levels: Floats = LEVELS, *, back: int = 104, width: int = 4) -> Floats:
    """The mean of the last `width` weeks, with the errors this rule made over the last `back` weeks around it; [series, week ahead, level]."""
    n = weeks.shape[1]
    mean = np.lib.stride_tricks.sliding_window_view(weeks, width, axis=1).mean(axis=2)
    errors = np.full((len(weeks), max(mean.shape[1] - 1, 1), horizon), np.nan)
    for h in range(1, horizon + 1):
        if (many := mean.shape[1] - h) > 0:
            errors[:, -many:, h - 1] = weeks[:, n - many :] - mean[:, :many]
    return _around(np.repeat(mean[:, -1:], horizon, axis=1), errors[:, -back:], levels)


def _around(point: Floats, errors: Floats, levels: Floats) -> Floats:
    """Quantiles of the errors, made symmetric, around a point; never below 0.  errors[series, past, week ahead]."""
    both = np.concatenate([errors, -errors, np.zeros((len(errors), 1, errors.shape[2]))], axis=1)
    spread = np.moveaxis(np.nanquantile(both, levels, axis=1), 0, -1)
    return np.maximum(point[..., None] + spread, 0.0)
