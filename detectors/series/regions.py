"""Whose holidays a series keeps, when nobody said so: the calendar that explains its history best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.series.features import Features
from detectors.series.regression import predict
from detectors.series.sequential import SeriesConfig, centred, fit_before

Floats = NDArray[np.floating]
LEAST_GAIN = 4.0  # log-likelihood by which a series must prefer another calendar than the batch's


def choose_calendar(
    counts: Floats, before: int, candidates: Sequence[Features], config: SeriesConfig | None = None
) -> NDArray[np.int64]:
    """Index of the candidate that fits each series' steps before index `before` best; close calls go with the whole batch.

    Args:
        counts: [series, step], NaN = not observed.
        before: only steps before this index are looked at.
        candidates: features of the same steps under different calendars.
        config: how the series are fitted.
    """
    config = config or SeriesConfig()
    fits = np.stack([_log_likelihood(counts, before, features, config) for features in candidates])
    common = int(fits.sum(axis=1).argmax())
    best = fits.argmax(axis=0)
    gain = fits.max(axis=0) - fits[common]
    return np.where(gain >= LEAST_GAIN, best, common)


def _log_likelihood(counts: Floats, before: int, features: Features, config: SeriesConfig) -> Floats:
    """Profile log-likelihood of each series' history, single days bounded so that outbreaks do not decide."""
    begin = max(0, before - config.history)
    past = counts[:, begin:before]
    model = fit_before(counts, before, features, config)
    mu = predict(model, centred(features.values[begin:before], features, before))
    bound = 16.0 * np.maximum(model.phi, 1.0)[:, None]
    square = np.minimum(4.0 * (np.sqrt(past + 0.375) - np.sqrt(mu + 0.375)) ** 2 / (1.0 + model.alpha * mu), bound)
    steps = np.isfinite(past).sum(axis=1)
    return -0.5 * steps * np.log(np.nansum(square, axis=1) / np.maximum(steps, 1) + 1e-3)
